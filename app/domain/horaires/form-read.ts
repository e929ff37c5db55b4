import { daysInMonth, formatLocalDate, parseLocalDate } from './dates.ts';
import {
  draftOfGrille,
  EMPTY_ROW,
  type ExceptionDraft,
  type GrilleDraft,
  pathOf,
  type RowDraft,
  type RowsPlace,
  rowsAt,
  rowsOfPlages,
  type VarianteDraft,
} from './form-draft.ts';
import type { ExceptionDatee, Grille, Plage, Quand, Semaine, Variante } from './grille.ts';
import { understandRanges } from './slips.ts';
import { EVENING, LATEST_NIGHT_END } from './slips-ranges.ts';
import { clock, DAY_MINUTES, rangeConflicts } from './week.ts';
import { DAY_NAMES, formatDay, isAppointment } from './words.ts';

/** Something that cannot be kept: in which group of inputs, which input to go to, and a French sentence. */
export interface DraftError {
  /** A path of ranges (`jour.1`), `variante.0`, `exception.2`, `texte` or `colle`. */
  group: string;
  control: string;
  message: string;
}

export type DraftReading = { ok: true; grille: Grille } | { ok: false; errors: DraftError[] };

/**
 * An end before its beginning means the next morning without a word where whoever reads a whole text takes it so too (see `rangeOf`):
 * it begins in the evening and ends by six. Any other is asked about, and can be said: `5h le lendemain`.
 */
const LATE_MORNING = 12 * 60;

/**
 * The grille that a draft says, or every slip with its place. What is typed as in `before` is what it was there, to the minute,
 * whatever a form could say of it: an old range past six in the morning, or two that overlap, are no errors of who edits another day.
 */
export function grilleOfDraft(typed: GrilleDraft, before: Grille): DraftReading {
  const draft = spreadDraft(typed);
  const reader = new DraftReader(draft, before);
  const semaine = reader.semaine();
  const variantes = draft.variantes.map((variante, index) => reader.variante(variante, { index, usual: semaine }));
  const exceptions = draft.exceptions.map((exception, index) => reader.exception(exception, index));
  const { errors } = reader;
  errors.push(...sharedDays(exceptions, before));
  if (errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    grille: {
      semaine,
      variantes: variantes.filter((variante) => variante !== null),
      exceptions: exceptions.filter((exception) => exception !== null),
      feries: draft.feries,
      gardees: before.gardees.filter((_, index) => !draft.retirees.includes(index)),
    },
  };
}

/** The draft with what was written in one field for a whole day, "9h-12h / 14h-17h", as so many ranges. */
export function spreadDraft(draft: GrilleDraft): GrilleDraft {
  const spreadSemaine = (semaine: RowDraft[][]) => semaine.map(spreadRows);
  return {
    ...draft,
    semaine: spreadSemaine(draft.semaine),
    variantes: draft.variantes.map((variante) => ({ ...variante, semaine: spreadSemaine(variante.semaine) })),
    exceptions: draft.exceptions.map((exception) => ({ ...exception, plages: spreadRows(exception.plages) })),
  };
}

/** Whichever of the two times holds more than a time speaks for the whole row. */
function spreadRows(rows: RowDraft[]): RowDraft[] {
  return rows.flatMap((row) => {
    const written = [row.debut, row.fin].find((text) => /\d.*\d|[a-z]{3}/i.test(text) && !timeOf(text));
    const understood = written === undefined ? null : understandRanges(written);
    if (!understood?.ok) return [row];
    const rendezVous = understood.rendezVous || row.rdv;
    if (understood.ranges.length === 0) {
      // "Fermé" closes whatever time is left beside it; "sur rdv" beside a time is not a whole day.
      if (!understood.rendezVous) return row.mention.trim() === '' ? [] : [row];
      return `${row.debut}${row.fin}`.trim() === written?.trim() ? [{ ...row, debut: '', fin: '', rdv: true }] : [row];
    }
    return rowsOfPlages(understood.ranges.map((range) => ({ ...range, rendezVous, mention: row.mention })));
  });
}

class DraftReader {
  readonly errors: DraftError[] = [];
  private readonly draft: GrilleDraft;
  private readonly beforeDraft: GrilleDraft;
  private readonly before: Grille;
  /** What each list of ranges of the text was, by what its inputs showed. */
  private readonly known = new Map<string, readonly Plage[]>();
  /** The nights of the text, by what their inputs showed: they were meant. */
  private readonly nights = new Map<string, number>();
  /** Each range of the text, by what its inputs showed: untouched, it is no question. */
  private readonly rows = new Map<string, Plage>();

  constructor(draft: GrilleDraft, before: Grille) {
    this.draft = draft;
    this.before = before;
    this.beforeDraft = draftOfGrille(before);
    for (const plages of allPlages(before)) {
      const key = keyOf(rowsOfPlages(plages));
      if (!this.known.has(key)) this.known.set(key, plages);
      for (const plage of plages) this.rows.set(keyOf(rowsOfPlages([plage])), plage);
      for (const { start, end } of plages) if (end > DAY_MINUTES) this.nights.set(`${start} ${end - DAY_MINUTES}`, end);
    }
  }

  semaine(): Semaine {
    const semaine = DAY_NAMES.map((_, day) => this.plages({ of: 'semaine', day }));
    const pathAt = (day: number) => pathOf({ of: 'semaine', day });
    this.errors.push(...nightConflicts(semaine, { before: this.before.semaine, pathAt }));
    return semaine;
  }

  variante(typed: VarianteDraft, { index, usual }: { index: number; usual: Semaine }): Variante | null {
    const group = `variante.${index}`;
    const quand = this.quand(typed, index);
    const nth = typed.quand === 'rang';
    if (typed.effet === 'ferme') {
      const semaine = DAY_NAMES.map(() => []);
      if (!nth) return quand && { quand, effet: 'remplace', semaine };
      if (typed.fermes.length === 0) {
        const message = 'Cochez au moins un jour de la semaine : celui où le lieu est fermé.';
        this.errors.push({ group, control: `${group}.ferme.0`, message });
      }
      return quand?.kind === 'rang' ? { quand, effet: 'ferme', jours: typed.fermes, semaine } : null;
    }
    const follows = (day: number) => typed.effet === 'remplace' && !nth && typed.habituels.includes(day);
    const own = DAY_NAMES.map((_, day) => (follows(day) ? [] : this.plages({ of: 'variante', index, day })));
    const empty = typed.semaine.every((rows, day) => follows(day) || rows.every(isBlank));
    const untouched = JSON.stringify(typed) === JSON.stringify(this.beforeDraft.variantes[index]);
    if (empty && !untouched && (typed.effet === 'ajoute' || nth || typed.habituels.length === DAY_NAMES.length)) {
      const message = 'Donnez les heures d’au moins un jour, ou retirez ces semaines particulières.';
      this.errors.push({ group, control: `${group}.effet`, message });
    }
    const semaine = own.map((plages, day) => (follows(day) ? (usual[day] ?? []) : plages));
    const pathAt = (day: number) => pathOf({ of: 'variante', index, day });
    if (!untouched) this.errors.push(...nightConflicts(own, { before: this.before.variantes[index]?.semaine, pathAt }));
    return quand && { quand, effet: typed.effet, semaine };
  }

  exception(typed: ExceptionDraft, index: number): ExceptionDatee | null {
    const group = `exception.${index}`;
    const known = this.before.exceptions[index];
    const shown = this.beforeDraft.exceptions[index];
    if (known && JSON.stringify(shown) === JSON.stringify(typed)) return known;
    const du = dayOfText(typed.du);
    const au = typed.au.trim() === '' ? du : dayOfText(typed.au);
    if (du === null) this.errors.push({ group, control: `${group}.du`, message: dateMessage(typed.du) });
    if (au === null && du !== null) this.errors.push({ group, control: `${group}.au`, message: dateMessage(typed.au) });
    if (du !== null && au !== null && au < du) {
      const message = `Le dernier jour (${formatDay(au)}) vient avant le premier (${formatDay(du)}).`;
      this.errors.push({ group, control: `${group}.au`, message });
    }
    const plages = typed.genre === 'ferme' ? [] : this.plages({ of: 'exception', index });
    if (typed.genre === 'ouvert' && typed.plages.every(isBlank)) {
      const message = 'Il manque les heures d’ouverture. Fermé ce jour-là ? Choisissez « Fermé ».';
      this.errors.push({ group, control: `${group}.plage.0.debut`, message });
    }
    const { rendezVous, mention, doubt } = appointmentOf({ ...EMPTY_ROW, mention: typed.mention });
    if (doubt !== null && plages.length > 0) this.errors.push({ group, control: `${group}.mention`, message: doubt });
    if (du === null || au === null) return null;
    if (!rendezVous || plages.length === 0) return { du, au, plages, mention: typed.mention.trim() || null };
    return { du, au, plages: plages.map((plage) => ({ ...plage, rendezVous })), mention };
  }

  private plages(place: RowsPlace): readonly Plage[] {
    const typed = rowsAt(this.draft, place) ?? [];
    const shown = rowsAt(this.beforeDraft, place);
    if (shown && keyOf(shown) === keyOf(typed)) return plagesAt(this.before, place) ?? [];
    return this.known.get(keyOf(typed)) ?? this.readRows(typed, pathOf(place));
  }

  private readRows(rows: readonly RowDraft[], path: string): readonly Plage[] {
    const plages = rows.flatMap((row, index) => this.readRow(row, `${path}.${index}`, path));
    const conflicts = rangeConflicts(plages);
    this.errors.push(...conflicts.map((message) => ({ group: path, control: `${path}.0.debut`, message })));
    return plages.sort((a, b) => a.start - b.start);
  }

  private readRow(row: RowDraft, name: string, group: string): Plage[] {
    if (isBlank(row)) return [];
    const same = this.rows.get(keyOf([row]));
    if (same) return [same];
    const [debut, fin] = [row.debut.trim(), row.fin.trim()];
    const { rendezVous, mention, doubt } = appointmentOf(row);
    if (doubt !== null) this.errors.push({ group, control: `${name}.mention`, message: doubt });
    if (debut === '' && fin === '' && rendezVous) return [{ start: 0, end: DAY_MINUTES, rendezVous, mention }];
    const [from, to] = [timeOf(debut), timeOf(fin)];
    const slip = slipOf({ debut, fin, from, to });
    if (slip || !from || !to || from.lendemain) {
      const side = !from || from.lendemain ? 'debut' : 'fin';
      this.errors.push({ group, control: `${name}.${side}`, message: slip ?? '' });
      return [];
    }
    // "Minuit" ends a day, or begins it.
    const start = from.minutes % DAY_MINUTES;
    if (to.lendemain && to.minutes > start && to.minutes < DAY_MINUTES) {
      const message =
        'Une plage dure moins de 24 heures : pour un lieu ouvert jour et nuit, mettez 00:00 – 24:00 chaque jour.';
      this.errors.push({ group, control: `${name}.fin`, message });
      return [];
    }
    const end = this.endOf(start, to);
    if (end !== null) return [{ start, end, rendezVous, mention }];
    const [begins, ends] = [clock(start), clock(to.minutes)];
    const message = `${begins} – ${ends} finit avant de commencer. Si c’est ouvert toute la nuit, écrivez «\u00a0${ends} le lendemain\u00a0» comme heure de fin.`;
    this.errors.push({ group, control: `${name}.fin`, message });
    return [];
  }

  /** The end of a range, past midnight where it is the next morning; null where it may be, and has to be said. */
  private endOf(start: number, { minutes, lendemain }: Time): number | null {
    if (lendemain) return minutes <= start ? minutes + DAY_MINUTES : minutes;
    if (minutes > start) return minutes;
    if (minutes === 0) return DAY_MINUTES;
    const night = this.nights.get(`${start} ${minutes}`);
    if (night !== undefined) return night;
    if (start >= EVENING && minutes <= LATEST_NIGHT_END) return minutes + DAY_MINUTES;
    const mayBeNight = minutes <= LATEST_NIGHT_END || (start >= EVENING && minutes <= LATE_MORNING);
    return mayBeNight && minutes < start ? null : minutes;
  }

  private quand(typed: VarianteDraft, index: number): Quand | null {
    const group = `variante.${index}`;
    if (typed.quand === 'paire' || typed.quand === 'impaire') return { kind: 'semaines', parite: typed.quand };
    if (typed.quand === 'vacances') return { kind: 'vacances' };
    if (typed.quand === 'rang') {
      // Boxes come back in the order of the page: the same ones keep the order of the text.
      const shown = this.beforeDraft.variantes[index]?.rangs ?? [];
      const same = shown.length === typed.rangs.length && shown.every((rang) => typed.rangs.includes(rang));
      if (typed.rangs.length > 0) return { kind: 'rang', rangs: (same ? shown : typed.rangs).map(Number) };
      const message = 'Cochez au moins une case : le 1er, le 2e… du mois.';
      this.errors.push({ group, control: `${group}.rang.1`, message });
      return null;
    }
    const [du, au] = [pointOf(typed.du), pointOf(typed.au)];
    if (du && au) return { kind: 'saison', du, au };
    const control = du ? `${group}.au_jour` : `${group}.du_jour`;
    this.errors.push({
      group,
      control,
      message: 'Donnez le premier et le dernier jour. Exemple : du 1 juillet au 31 août.',
    });
    return null;
  }
}

function slipOf({ debut, fin, from, to }: { debut: string; fin: string; from: Time | null; to: Time | null }) {
  if (from && to) return from.lendemain ? 'Dites «\u00a0le lendemain\u00a0» à côté de l’heure de fin seulement.' : null;
  const asRanges = !from && fin === '' && /\d.*\D.*\d/.test(debut) ? understandRanges(debut) : null;
  if (asRanges?.ok === false) return `« ${debut} » : ${asRanges.message}`;
  if (debut === '' && fin === '') return 'Il manque les heures de cette plage.';
  const missing = debut === '' ? 'l’heure de début' : fin === '' ? 'l’heure de fin' : null;
  return missing
    ? `Il manque ${missing} (${debut || '…'} – ${fin || '…'}).`
    : `« ${debut} – ${fin} » n’est pas une heure. Exemple : 09:00 – 12:30.`;
}

/**
 * Whether a range is by appointment: the box, or a comment that says just that ("sur rdv", "sur rendez-vous au 05 56 00 00 00"). One
 * that begins so and goes on is asked about: the public would read "open".
 */
function appointmentOf({ rdv, mention: typed }: RowDraft): {
  rendezVous: boolean;
  mention: string | null;
  doubt: string | null;
} {
  const mention = typed.trim() || null;
  if (rdv || mention === null || !isAppointment(mention)) return { rendezVous: rdv, mention, doubt: null };
  const said = understandRanges(mention);
  if (said.ok && said.rendezVous && said.ranges.length === 0)
    return { rendezVous: true, mention: PLAIN_APPOINTMENT.test(mention) ? null : mention, doubt: null };
  const begins = /^(?:uniquement |seulement |exclusivement )?(?:sur|avec|prendre) /i.test(mention);
  if (!begins || /\bsans\b/i.test(mention)) return { rendezVous: false, mention, doubt: null };
  const doubt = `«\u00a0${mention}\u00a0»\u00a0: faut-il un rendez-vous\u00a0? Si oui, cochez «\u00a0Sur rendez-vous seulement\u00a0». Sinon, écrivez «\u00a0rendez-vous possible\u00a0».`;
  return { rendezVous: false, mention, doubt };
}

/** What the box says already. */
const PLAIN_APPOINTMENT =
  /^\s*(?:uniquement |seulement )?(?:sur|avec) (?:rendez[\s\u00a0-]*vous|r\.?d\.?v\.?)(?: (?:uniquement|seulement))?\s*$/i;

/** A night that goes on into hours of the next day: two ranges for one moment. Those of the text that nobody touched stay. */
function nightConflicts(
  semaine: Semaine,
  { before, pathAt }: { before: Semaine | undefined; pathAt: (day: number) => string },
): DraftError[] {
  return semaine.flatMap((plages, day) => {
    const next = (day + 1) % 7;
    const night = plages.find(({ end }) => end > DAY_MINUTES);
    const morning = semaine[next]?.find(({ start }) => night !== undefined && start < night.end - DAY_MINUTES);
    const changed = [next, day].find((one) => JSON.stringify(semaine[one]) !== JSON.stringify(before?.[one]));
    if (!night || !morning || changed === undefined) return [];
    const message = `La nuit de ${DAY_NAMES[day]} finit à ${clock(night.end)}, et ${DAY_NAMES[next]} commence à ${clock(morning.start)}\u00a0: c’est deux fois le même moment.`;
    return [{ group: pathAt(changed), control: `${pathAt(changed)}.0.debut`, message }];
  });
}

/** Days that two exceptions tell: which one holds would be a guess. Those of the text that nobody touched stay. */
function sharedDays(exceptions: readonly (ExceptionDatee | null)[], before: Grille): DraftError[] {
  const errors: DraftError[] = [];
  exceptions.forEach((one, index) => {
    const other = exceptions.slice(0, index).find((o) => o && one && o.du <= one.au && one.du <= o.au);
    if (!one || !other || (before.exceptions.includes(one) && before.exceptions.includes(other))) return;
    const day = one.du > other.du ? one.du : other.du;
    const message = `Le ${formatDay(day)} est dans deux exceptions : gardez-en une seule pour ce jour.`;
    errors.push({ group: `exception.${index}`, control: `exception.${index}.du`, message });
  });
  return errors;
}

function allPlages(grille: Grille): (readonly Plage[])[] {
  return [
    grille.semaine,
    ...grille.variantes.map(({ semaine }) => semaine),
    grille.exceptions.map((e) => e.plages),
  ].flat();
}

function plagesAt(grille: Grille, place: RowsPlace): readonly Plage[] | undefined {
  if (place.of === 'semaine') return grille.semaine[place.day];
  if (place.of === 'variante') return grille.variantes[place.index]?.semaine[place.day];
  return grille.exceptions[place.index]?.plages;
}

/** Two lists of inputs that say the same have the same key: empty rows and spaces at the ends say nothing. */
function keyOf(rows: readonly RowDraft[]): string {
  return JSON.stringify(
    rows.filter((row) => !isBlank(row)).map((r) => [r.debut.trim(), r.fin.trim(), r.rdv, r.mention.trim()]),
  );
}

/** Whether a row of the form says nothing at all. */
export function isBlank({ debut, fin, rdv, mention }: RowDraft): boolean {
  return !rdv && `${debut}${fin}${mention}`.trim() === '';
}

function pointOf({ jour, mois }: { jour: string; mois: string }): { mois: number; jour: number } | null {
  const [day, month] = [Number(jour.replace(/er$/, '')), Number(mois)];
  if (!Number.isInteger(day) || !Number.isInteger(month) || month < 1 || month > 12 || day < 1) return null;
  return day <= daysInMonth(2024, month) ? { mois: month, jour: day } : null;
}

/** AAAA-MM-JJ of what a browser's date field sends, or of a date typed 24/12/2026 where there is none; null where it is not a day. */
function dayOfText(text: string): string | null {
  const [, day, month, year] = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(text.trim()) ?? [];
  const iso = day && month && year ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : text.trim();
  const number = parseLocalDate(iso);
  return number === null ? null : formatLocalDate(number);
}

/** The last day of an exception, AAAA-MM-JJ; null where its dates are not days. */
export function lastDayOf({ du, au }: ExceptionDraft): string | null {
  return dayOfText(au.trim() === '' ? du : au);
}

function dateMessage(text: string): string {
  return text.trim() === '' ? 'Il manque la date.' : `« ${text.trim()} » n’est pas une date. Exemple : 24/12/2026.`;
}

/** A time of the day in minutes, and whether it is said to be the next day's. */
interface Time {
  minutes: number;
  lendemain: boolean;
}

/** `09:00`, `9h`, `9 h 30`, `9.30`, `0930`, `9 heures`, `midi`, `minuit`, `24:00`, `5h le lendemain`; null where it is not a time. */
function timeOf(text: string): Time | null {
  const plain = text
    .replace(/\u00a0|\u202f/g, ' ')
    .trim()
    .toLowerCase();
  const said = plain.replace(/\s*\(?(?:le |du )?lendemain(?: matin)?\)?$/, '');
  const minutes = minutesOf(said);
  return minutes === null ? null : { minutes, lendemain: said !== plain };
}

function minutesOf(plain: string): number | null {
  if (plain === 'midi') return DAY_MINUTES / 2;
  if (plain === 'minuit') return DAY_MINUTES;
  const [, hours, minutes = '0'] =
    /^(\d{1,2})\s*(?:[:h]\s*(\d{2})?(?:\s*(?:mn|min))?|heures?)?$/.exec(plain) ??
    /^(\d{1,2})\.(\d{2})(?:\s*h)?$/.exec(plain) ??
    /^(\d{2})(\d{2})$/.exec(plain) ??
    [];
  if (hours === undefined) return null;
  const total = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && total <= DAY_MINUTES ? total : null;
}

/** What a range is called in a sentence: `9:00 – 12:00`. */
export function rowText({ debut, fin }: RowDraft): string {
  return `${debut.trim() || '…'} – ${fin.trim() || '…'}`;
}
