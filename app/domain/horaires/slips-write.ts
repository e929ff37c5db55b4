import { dayOf, formatLocalDate } from './dates.ts';
import { formatRanges } from './format.ts';
import type { ExceptionDatee, Grille, Plage, Quand, Semaine, Variante } from './grille.ts';
import { textOfGrille } from './grille-write.ts';
import { type CalendarDay, type Condition, isDated } from './slips-dates.ts';
import { type Half, NOON } from './slips-ranges.ts';
import { Unclear } from './slips-unclear.ts';
import { mergeRanges, type TimeRange } from './week.ts';
import { DAY_NAMES } from './words.ts';

/** What a text says in one go: of which days, when in the year, which hours. */
export interface Section {
  days: readonly number[];
  nth: readonly number[];
  condition: Condition | null;
  /** On public holidays besides, or only. */
  feries: boolean;
  /** `sauf dimanche et jours fériés`: closed on these. */
  sansFeries: boolean;
  ranges: readonly TimeRange[];
  ferme: boolean;
  /** By appointment: the comment that says so. */
  rdv: string | null;
  lastOnly: boolean;
  /** "Lundi matin": the same day may come again with its afternoon. */
  half: Half | null;
  position: number;
}

/** What the person chose where a text has several readings; without a choice it is asked. */
export interface Choices {
  /** Hours for a day that already has some. */
  twice?: 'ajoute' | 'remplace';
  /** "9h-12h / 14h-17h sur rdv": all of them, or the last range. */
  rdv?: 'tout' | 'derniere';
  /** "Sur rendez-vous lundi 9h-12h, mardi 14h-17h": Tuesday too, or not. */
  rdvAussi?: boolean;
  /** "lundi/vendredi": these two days, or from the one to the other. */
  paire?: 'liste' | 'suite';
  /** "lundi 9h-12h semaines paires, mardi idem": in these weeks too, or the hours alone. */
  idem?: 'tout' | 'heures';
  /** "Semaine paire : lundi 9h-12h. Mardi 14h-17h": Tuesday too, or every week. */
  periodeAussi?: boolean;
  /** "9h12-14h18": minutes, or two ranges whose ends run together. */
  colle?: 'minutes' | 'plages';
  /** The week that a text of closures alone ("Fermé le mercredi") is about; without it, the days of opening are asked for. */
  usual?: Grille['semaine'];
}

/**
 * The OSM text of what was said.
 * @throws {Unclear} where the sections contradict each other or leave a question open
 */
export function writeSections(
  sections: readonly Section[],
  feriesOuverts: boolean,
  length: number,
  { twice, usual }: Choices,
): string {
  const closesOnly = !feriesOuverts && sections.every(({ ferme }) => ferme);
  const week = ALL_DAYS.map((day): Plage[] => (closesOnly ? [...(usual?.[day] ?? [])] : []));
  const told = new Map<number, Section>();
  const closed = new Set<number>();
  const variantes: Draft[] = [];
  const exceptions: ExceptionDatee[] = [];
  const fermetures: Variante[] = [];
  const halves: Section[] = [];
  const onFeries: string[] = [];
  let feries: Grille['feries'] = feriesOuverts ? 'ouvert' : 'inconnu';
  for (const section of sections) {
    if (section.feries) {
      if (section.ferme) feries = 'ferme';
      else onFeries.push(rangesOnFeries(section));
    }
    if (section.sansFeries) feries = 'ferme';
    if (section.ferme && section.half !== null) {
      if (section.condition || section.nth.length > 0)
        throw new Unclear('Et le reste de la journée ?', section.position);
      halves.push(section);
      continue;
    }
    if (isDated(section.condition)) {
      exceptions.push(...exceptionsOf(section, section.condition.periodes));
      continue;
    }
    if (section.nth.length > 0 && section.ferme) {
      if (section.condition) throw new Unclear('Fermé quels jours exactement ?', section.position);
      const jours = ALL_DAYS.filter((day) => section.days.includes(day));
      fermetures.push({ quand: { kind: 'rang', rangs: section.nth }, effet: 'ferme', jours, semaine: NO_WEEK });
      continue;
    }
    if (section.nth.length > 0 || (section.condition && section.condition.kind !== 'scolaire')) {
      addVariant(variantes, section);
      continue;
    }
    for (const day of section.days) {
      const before = told.get(day);
      // "Du lundi au vendredi… Fermé le mercredi": the closure is about a day already told.
      if (before && !section.ferme && !(before.half && section.half) && twice === undefined)
        throw new Unclear(`Il y a deux fois des heures le ${DAY_NAMES[day]}.`, section.position);
      if (closed.has(day) && !section.half)
        throw new Unclear(`Le ${DAY_NAMES[day]} est dit fermé, puis de nouveau.`, section.position);
      if (section.ferme) closed.add(day);
      else week[day] = addPlages(twice === 'remplace' ? [] : (week[day] ?? []), section);
      told.set(day, section);
    }
  }
  for (const day of closed) week[day] = [];
  for (const section of halves) {
    for (const day of section.days) week[day] = withoutHalf(week[day] ?? [], section);
  }
  const hidden = variantes.find((draft) => exceptions.some((exception) => hides(exception, draft)));
  if (hidden) throw new Unclear('De quelle année ?', hidden.section.position);
  const outOfTerm = sections.filter((section) => section.condition?.kind === 'scolaire');
  const termDays = new Set(outOfTerm.flatMap((section) => section.days));
  const grille: Grille = {
    semaine: week,
    variantes: [
      ...byExtent(variantes).flatMap((draft) => finishVariant(draft, week, { all: variantes, termDays })),
      ...fermetures,
    ],
    exceptions,
    feries,
    gardees: onFeries.map((texte) => ({ texte, description: '' })),
  };
  if (onFeries.length > 1 || (onFeries.length > 0 && feries !== 'inconnu'))
    throw new Unclear('Ouvert ou fermé les jours fériés ?', length);
  const variant = termDays.size > 0 ? termOnly(grille, termDays) : [];
  const empty = isEmpty(week);
  if (empty && closed.size === 7 && grille.variantes.length + exceptions.length === 0) return 'Mo-Su off';
  const opens =
    !empty ||
    grille.variantes.some(({ semaine }) => !isEmpty(semaine)) ||
    exceptions.some(({ plages }) => plages.length > 0);
  if (!opens) throw new Unclear('Il manque les jours d’ouverture.', length);
  return textOfGrille({ ...grille, variantes: [...variant, ...grille.variantes] });
}

/** `dimanche et jours fériés 10h-12h`: hours of public holidays that are not those of the day. */
function rangesOnFeries(section: Section): string {
  const { condition, nth, half, rdv, ranges, position } = section;
  if (condition || nth.length > 0 || half !== null || rdv !== null || ranges.length === 0)
    throw new Unclear('Quelles heures les jours fériés ?', position);
  return `PH ${formatRanges(mergeRanges(ranges))}`;
}

function plagesOf(section: Section): Plage[] {
  if (section.ferme) return [];
  const rendezVous = section.rdv !== null;
  const mention = section.rdv === 'sur rendez-vous' ? null : section.rdv;
  if (section.ranges.length === 0) return [{ start: 0, end: 1440, rendezVous, mention }];
  const ranges = section.lastOnly ? section.ranges : mergeRanges(section.ranges);
  return ranges.map(({ start, end }, index, { length }) => {
    const plain = section.lastOnly && index < length - 1;
    return { start, end, rendezVous: rendezVous && !plain, mention: plain ? null : mention };
  });
}

function addPlages(before: readonly Plage[], section: Section): Plage[] {
  const plages = [...before, ...plagesOf(section)].sort((a, b) => a.start - b.start);
  if (plages.some((plage, index) => plage.start < (plages[index - 1]?.end ?? 0)))
    throw new Unclear('Ces heures se chevauchent.', section.position);
  return plages;
}

/** "Fermé le mercredi après-midi": of hours that are told, those of that part of the day. */
function withoutHalf(plages: readonly Plage[], { half, position }: Section): Plage[] {
  if (plages.length === 0) throw new Unclear('Et le reste de la journée ?', position);
  const isMorning = ({ end }: Plage) => end <= NOON + 90;
  const isAfternoon = ({ start }: Plage) => start >= NOON;
  if (half === 'soir' || plages.some((plage) => isMorning(plage) === isAfternoon(plage)))
    throw new Unclear('De quelle heure à quelle heure est-ce fermé ?', position);
  const kept = plages.filter(half === 'matin' ? isAfternoon : isMorning);
  if (kept.length === 0) throw new Unclear('Est-ce ouvert ou fermé à ces heures ?', position);
  return kept;
}

interface Draft {
  quand: Quand;
  semaine: Plage[][];
  named: Set<number>;
  section: Section;
}

function addVariant(variantes: Draft[], section: Section): void {
  for (const quand of quandsOf(section)) {
    const key = JSON.stringify(quand);
    let draft = variantes.find((other) => JSON.stringify(other.quand) === key);
    if (!draft) {
      draft = { quand, semaine: Array.from({ length: 7 }, () => []), named: new Set(), section };
      variantes.push(draft);
    }
    for (const day of section.days.length === 0 ? ALL_DAYS : section.days) {
      if (draft.named.has(day) && !section.half)
        throw new Unclear(`Il y a deux fois des heures le ${DAY_NAMES[day]}.`, section.position);
      draft.named.add(day);
      draft.semaine[day] = addPlages(draft.semaine[day] ?? [], section);
    }
  }
}

const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];
const NO_WEEK: Semaine = ALL_DAYS.map(() => []);

function quandsOf({ nth, condition, position }: Section): Quand[] {
  if (nth.length > 0) {
    if (condition) throw new Unclear('Quels jours exactement ?', position);
    return [{ kind: 'rang', rangs: nth }];
  }
  if (condition?.kind === 'periodes')
    return condition.periodes.map(({ du, au }) => ({
      kind: 'saison',
      du: { mois: du.mois, jour: du.jour },
      au: { mois: au.mois, jour: au.jour },
    }));
  if (condition?.kind === 'semaines') return [{ kind: 'semaines', parite: condition.parite }];
  return [{ kind: 'vacances' }];
}

/**
 * Of rules that hold on the same day the later one wins: what is said of a few days comes after what is said of many, so that "fermé
 * en août" closes the first Saturday of August, and "en juillet… fermé le 14" the 14th.
 */
function byExtent(variantes: readonly Draft[]): Draft[] {
  const extent = ({ quand, semaine }: Draft): number => {
    if (quand.kind === 'rang') return 1000;
    if (quand.kind === 'semaines') return isEmpty(semaine) ? 500 : 1000;
    if (quand.kind === 'vacances') return 400;
    const length = dayOf(2024, quand.au.mois, quand.au.jour) - dayOf(2024, quand.du.mois, quand.du.jour);
    return length < 0 ? length + 366 : length;
  };
  return [...variantes].sort((a, b) => extent(b) - extent(a));
}

/**
 * Certain weeks or days add to the usual week where that is closed; a season or holidays must tell of every other day on which one may
 * come, be it only the first Saturday of the month.
 */
function finishVariant(
  draft: Draft,
  week: readonly (readonly Plage[])[],
  { all, termDays }: { all: readonly Draft[]; termDays: ReadonlySet<number> },
): Variante[] {
  const { quand, semaine, named, section } = draft;
  const usual = ALL_DAYS.filter((day) => (week[day] ?? []).length > 0);
  const closes = isEmpty(semaine);
  // Two seasons that open are apart; a closure may lie in any of them.
  const beside = all.filter((other) => other !== draft && (closes || other.quand.kind !== 'saison'));
  const sometimes = ALL_DAYS.filter((day) => beside.some((other) => (other.semaine[day] ?? []).length > 0));
  const clash = [...named].find((day) => usual.includes(day) || (closes && sometimes.includes(day)));
  if (clash === undefined) return closes ? [] : [{ quand, effet: 'ajoute', semaine }];
  if (!closes && (quand.kind === 'rang' || quand.kind === 'semaines'))
    throw new Unclear(
      `Il y a deux fois des heures le ${DAY_NAMES[clash]} : en plus, ou à la place ?`,
      section.position,
    );
  // "En période scolaire… Pendant les vacances…": each tells all of its own days.
  const untold = [...(closes ? [] : usual), ...sometimes.filter((day) => !usual.includes(day))].find(
    (day) => !named.has(day) && !(quand.kind === 'vacances' && termDays.has(day)),
  );
  if (untold !== undefined)
    throw new Unclear(`Et le ${DAY_NAMES[untold]}, pendant cette période : ouvert ou fermé ?`, section.position);
  if (closes) return [{ quand, effet: 'remplace', semaine: week.map((plages, day) => (named.has(day) ? [] : plages)) }];
  return [{ quand, effet: 'remplace', semaine }];
}

function isEmpty(semaine: Semaine): boolean {
  return semaine.every((plages) => plages.length === 0);
}

/** Dates of a year hold whatever else is said: a yearly closure within them ("du 1er au 31 juillet 2026… fermé le 14") would be lost. */
function hides({ du, au, plages }: ExceptionDatee, { quand, semaine }: Draft): boolean {
  if (quand.kind !== 'saison' || !isEmpty(semaine) || plages.length === 0) return false;
  return [du, au].some((date) => {
    const year = Number(date.slice(0, 4));
    const [first, last] = [quand.du, quand.au].map(({ mois, jour }) => formatLocalDate(dayOf(year, mois, jour)));
    return first !== undefined && last !== undefined && du <= first && first <= last && last <= au;
  });
}

/** "En période scolaire": on those days closed in the school holidays, unless the text tells the hours of these too. */
function termOnly(grille: Grille, days: ReadonlySet<number>): Variante[] {
  if (grille.variantes.some(({ quand }) => quand.kind === 'vacances')) return [];
  const semaine = grille.semaine.map((plages, day) => (days.has(day) ? [] : plages));
  return [{ quand: { kind: 'vacances' }, effet: 'remplace', semaine }];
}

function exceptionsOf(section: Section, periodes: readonly { du: CalendarDay; au: CalendarDay }[]): ExceptionDatee[] {
  if (section.days.length > 0 || section.nth.length > 0)
    throw new Unclear(
      'Ceci ne vaut que certains jours d’une période datée : écrivez chaque date à part, ou enlevez l’année si cela revient tous les ans.',
      section.position,
    );
  return periodes.map(({ du, au }) => {
    const [first, last] = [du, au].map(({ annee, mois, jour }) => dayOf(annee ?? 0, mois, jour));
    if (first === undefined || last === undefined || last < first || last - first > 400)
      throw new Unclear('Ces dates sont à l’envers.', section.position);
    return { du: formatLocalDate(first), au: formatLocalDate(last), plages: plagesOf(section), mention: null };
  });
}
