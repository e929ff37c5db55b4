import type { ExceptionDatee, Grille, Plage, Quand, Semaine, Variante } from './grille.ts';
import type { Feries } from './parse.ts';
import { clock, DAY_MINUTES } from './week.ts';
import { DAY_NAMES } from './words.ts';

/** A grille as it stands in a form, as typed: every value is a text. What each input is called: see `draftOfEntries`. */
export interface GrilleDraft {
  semaine: RowDraft[][];
  variantes: VarianteDraft[];
  exceptions: ExceptionDraft[];
  feries: Feries;
  /** Which of the kept rules the person takes out, by their place. */
  retirees: number[];
}

/** One range; both times empty with `rdv`: the whole day by appointment. */
export interface RowDraft {
  debut: string;
  fin: string;
  rdv: boolean;
  mention: string;
}

export interface VarianteDraft {
  quand: 'impaire' | 'paire' | 'rang' | 'saison' | 'vacances';
  /** `ferme`: replaces everything with nothing. */
  effet: Variante['effet'];
  /** The weekdays (0 = Monday) that are closed at certain ranks of the month. */
  fermes: number[];
  /** The days of one that replaces which stay as in the usual week, whatever becomes of that. */
  habituels: number[];
  /** `1`..`5`, `-1` for the last, in the order of the text. */
  rangs: string[];
  du: { jour: string; mois: string };
  au: { jour: string; mois: string };
  semaine: RowDraft[][];
}

export interface ExceptionDraft {
  genre: 'ferme' | 'ouvert';
  /** AAAA-MM-JJ or JJ/MM/AAAA; `au` empty: that day alone. */
  du: string;
  au: string;
  plages: RowDraft[];
  mention: string;
}

export const EMPTY_ROW: RowDraft = { debut: '', fin: '', rdv: false, mention: '' };
const NO_DATE = { jour: '', mois: '' };

/** A list of ranges in a draft: of a day of the usual week, of a day of a variante, of an exception. */
export type RowsPlace =
  | { of: 'semaine'; day: number }
  | { of: 'variante'; index: number; day: number }
  | { of: 'exception'; index: number };

/** The beginning of the names of a list's inputs: `jour.1`, `variante.0.jour.1`, `exception.2.plage`. */
export function pathOf(place: RowsPlace): string {
  if (place.of === 'semaine') return `jour.${place.day}`;
  return place.of === 'variante' ? `variante.${place.index}.jour.${place.day}` : `exception.${place.index}.plage`;
}

/** The list that a path names, or null: paths come from a form. */
export function placeOf(path: string | undefined): RowsPlace | null {
  const [, variante, day] = /^(?:variante\.(\d{1,2})\.)?jour\.([0-6])$/.exec(path ?? '') ?? [];
  if (day !== undefined) {
    return variante === undefined
      ? { of: 'semaine', day: Number(day) }
      : { of: 'variante', index: Number(variante), day: Number(day) };
  }
  const [, exception] = /^exception\.(\d{1,2})\.plage$/.exec(path ?? '') ?? [];
  return exception === undefined ? null : { of: 'exception', index: Number(exception) };
}

/** The ranges at a place of a draft, or undefined where there is no such place. */
export function rowsAt(draft: GrilleDraft, place: RowsPlace): RowDraft[] | undefined {
  if (place.of === 'semaine') return draft.semaine[place.day];
  if (place.of === 'variante') return draft.variantes[place.index]?.semaine[place.day];
  return draft.exceptions[place.index]?.plages;
}

/** The form's inputs for a grille. */
export function draftOfGrille(grille: Grille): GrilleDraft {
  return {
    semaine: draftOfSemaine(grille.semaine),
    variantes: grille.variantes.map((variante) => draftOfVariante(variante, grille.semaine)),
    exceptions: grille.exceptions.map(draftOfException),
    feries: grille.feries,
    retirees: [],
  };
}

/** The inputs of the ranges of one day. */
export function rowsOfPlages(plages: readonly Plage[]): RowDraft[] {
  return plages.map(({ start, end, rendezVous, mention }) => {
    const whole = rendezVous && start === 0 && end === DAY_MINUTES;
    return {
      debut: whole ? '' : clock(start),
      fin: whole ? '' : clock(end),
      rdv: rendezVous,
      mention: mention ?? '',
    };
  });
}

/** A variante of a kind, as its button makes it: no range yet. */
export function emptyVariante(quand: VarianteDraft['quand']): VarianteDraft {
  const effet = quand === 'vacances' || quand === 'saison' ? 'remplace' : 'ajoute';
  const rangs = quand === 'rang' ? ['1'] : [];
  const habituels = DAY_NAMES.map((_, day) => day);
  return { quand, effet, fermes: [], habituels, rangs, du: NO_DATE, au: NO_DATE, semaine: emptySemaine() };
}

/** An exception as its button makes it: an opening asks for hours. */
export function emptyException(genre: ExceptionDraft['genre']): ExceptionDraft {
  return { genre, du: '', au: '', plages: genre === 'ouvert' ? [{ ...EMPTY_ROW }] : [], mention: '' };
}

/**
 * Reads a form's inputs back. Ranges are `PATH.N.debut`, `.fin`, `.rdv`, `.mention`, with a PATH as `pathOf` gives it; besides,
 * `variante.K.quand`, `.effet`, `.ferme`, `.habituel`, `.rang`, `.du_jour`, `.du_mois`, `.au_jour`, `.au_mois`; `exception.K.genre`, `.du`, `.au`,
 * `.mention`; `feries`; `gardee_retiree`. Everything is kept as typed, rows left empty included; what is not one of ours is ignored.
 */
export function draftOfEntries(entries: Iterable<readonly [string, unknown]>): GrilleDraft {
  const texts = [...entries].filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const one = new Map(texts);
  const get = (name: string) => one.get(name) ?? '';
  const all = (name: string) => texts.flatMap(([key, value]) => (key === name ? [value] : []));
  const rows = rowsByPath(texts);
  const semaineAt = (prefix: string) => DAY_NAMES.map((_, day) => rows.get(`${prefix}jour.${day}`) ?? []);
  return {
    semaine: semaineAt(''),
    variantes: indexesOf(texts, /^variante\.(\d{1,2})\./).map((index): VarianteDraft => {
      const name = `variante.${index}`;
      return {
        quand: oneOf(KINDS, get(`${name}.quand`)) ?? 'impaire',
        effet: oneOf(EFFETS, get(`${name}.effet`)) ?? 'ajoute',
        fermes: all(`${name}.ferme`).flatMap(weekdayOfText),
        habituels: all(`${name}.habituel`).flatMap(weekdayOfText),
        rangs: all(`${name}.rang`).filter((rang) => /^-?[1-5]$/.test(rang)),
        du: { jour: get(`${name}.du_jour`), mois: get(`${name}.du_mois`) },
        au: { jour: get(`${name}.au_jour`), mois: get(`${name}.au_mois`) },
        semaine: semaineAt(`${name}.`),
      };
    }),
    exceptions: indexesOf(texts, /^exception\.(\d{1,2})\./).map((index): ExceptionDraft => {
      const name = `exception.${index}`;
      return {
        genre: get(`${name}.genre`) === 'ouvert' ? 'ouvert' : 'ferme',
        du: get(`${name}.du`),
        au: get(`${name}.au`),
        plages: rows.get(`${name}.plage`) ?? [],
        mention: get(`${name}.mention`),
      };
    }),
    feries: oneOf(FERIES, get('feries')) ?? 'inconnu',
    retirees: all('gardee_retiree').flatMap((value) => (/^\d{1,3}$/.test(value) ? [Number(value)] : [])),
  };
}

/** The values of the `rang` boxes that every form shows; a text may name others, from the end of the month. */
export const RANGS: readonly string[] = ['1', '2', '3', '4', '5', '-1'];
const KINDS: readonly VarianteDraft['quand'][] = ['impaire', 'paire', 'rang', 'saison', 'vacances'];
const EFFETS: readonly VarianteDraft['effet'][] = ['ajoute', 'remplace', 'ferme'];
const FERIES: readonly Feries[] = ['inconnu', 'ferme', 'ouvert'];

/** Numbers leave holes where something was taken out of the page: places count, not numbers. */
function indexesOf(texts: readonly (readonly [string, string])[], pattern: RegExp): number[] {
  const found = new Set(texts.flatMap(([name]) => pattern.exec(name)?.[1] ?? []).map(Number));
  return [...found].sort((a, b) => a - b);
}

function rowsByPath(texts: readonly (readonly [string, string])[]): Map<string, RowDraft[]> {
  const numbered = new Map<string, Map<number, RowDraft>>();
  for (const [name, value] of texts) {
    const [, path, index, side] = /^(.+)\.(\d{1,2})\.(debut|fin|rdv|mention)$/.exec(name) ?? [];
    if (path === undefined || placeOf(path) === null) continue;
    const rows = numbered.get(path) ?? new Map<number, RowDraft>();
    const row = rows.get(Number(index)) ?? { ...EMPTY_ROW };
    if (side === 'rdv') row.rdv = true;
    else if (side === 'debut' || side === 'fin' || side === 'mention') row[side] = value;
    rows.set(Number(index), row);
    numbered.set(path, rows);
  }
  return new Map(
    [...numbered].map(([path, rows]) => [path, [...rows].sort(([a], [b]) => a - b).map(([, row]) => row)]),
  );
}

function oneOf<T extends string>(values: readonly T[], text: string): T | undefined {
  return values.find((value) => value === text);
}

function weekdayOfText(text: string): number[] {
  return /^[0-6]$/.test(text) ? [Number(text)] : [];
}

function emptySemaine(): RowDraft[][] {
  return DAY_NAMES.map(() => []);
}

function draftOfSemaine(semaine: Semaine): RowDraft[][] {
  return DAY_NAMES.map((_, day) => rowsOfPlages(semaine[day] ?? []));
}

function draftOfVariante(variante: Variante, usual: Semaine): VarianteDraft {
  const { quand, effet, semaine } = variante;
  const closes = effet === 'remplace' && quand.kind !== 'rang' && semaine.every((plages) => plages.length === 0);
  const draft = { ...emptyVariante(kindOf(quand)), ...detailOf(quand), semaine: draftOfSemaine(semaine) };
  if (effet === 'ferme') return { ...draft, effet, fermes: [...variante.jours] };
  if (closes) return { ...draft, effet: 'ferme' };
  const same = DAY_NAMES.flatMap((_, day) =>
    JSON.stringify(semaine[day]) === JSON.stringify(usual[day]) ? [day] : [],
  );
  return { ...draft, effet, habituels: effet === 'remplace' ? same : draft.habituels };
}

function kindOf(quand: Quand): VarianteDraft['quand'] {
  return quand.kind === 'semaines' ? quand.parite : quand.kind;
}

function detailOf(quand: Quand): Partial<VarianteDraft> {
  if (quand.kind === 'rang') return { rangs: quand.rangs.map(String) };
  if (quand.kind !== 'saison') return {};
  const point = ({ mois, jour }: { mois: number; jour: number }) => ({ jour: String(jour), mois: String(mois) });
  return { du: point(quand.du), au: point(quand.au) };
}

function draftOfException({ du, au, plages, mention }: ExceptionDatee): ExceptionDraft {
  return {
    genre: plages.length === 0 ? 'ferme' : 'ouvert',
    du,
    au: au === du ? '' : au,
    plages: rowsOfPlages(plages),
    mention: mention ?? '',
  };
}
