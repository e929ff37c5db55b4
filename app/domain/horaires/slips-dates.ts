import { dayOf, weekdayOf } from './dates.ts';
import { plain, Unclear } from './slips-unclear.ts';
import { DAY_NAMES, MONTH_NAMES } from './words.ts';

/** Dates as people write them: `24 décembre 2026`, `du 14/07 au 15/08`, `en juillet et août`. */

export interface CalendarDay {
  mois: number;
  jour: number;
  annee: number | null;
  /** The day of the week that the text gives it (Monday 0), null where it gives none. */
  dit: number | null;
}

/** A period of days, both included. */
interface Period {
  du: CalendarDay;
  au: CalendarDay;
}

/** In which weeks or days of the year hours hold. */
export type Condition =
  | { kind: 'periodes'; periodes: readonly Period[] }
  | { kind: 'semaines'; parite: 'paire' | 'impaire' }
  | { kind: 'vacances' }
  /** Outside school holidays. */
  | { kind: 'scolaire' };

/** Parts of patterns, without groups of their own. */
export const DAY = DAY_NAMES.join('|');
export const MONTH = plain(MONTH_NAMES.join('|'));
export const DAY_OF_MONTH = '\\d{1,2}(?:er)?';
export const YEAR = '(?: 20\\d{2})?';
const WEEKDAY = `(?:(?:${DAY}) )?`;
/** What nobody takes for hours: a month by its name, or a year in figures. */
export const WHOLE_DATE = `${WEEKDAY}(?:${DAY_OF_MONTH} (?:${MONTH})${YEAR}|\\d{1,2}/\\d{1,2}/(?:20\\d{2}|[2-9]\\d)|\\d{1,2}[.-]\\d{1,2}[.-]20\\d{2})`;
/** `14/07`, where the words around tell that it is a date. */
export const SHORT_DATE = '\\d{1,2}/\\d{1,2}';
/** The same, `08.07` too: nobody says hours « du … au … ». */
export const DATE_BETWEEN = '\\d{1,2}[/.]\\d{1,2}';
export const END = '(?![\\d/]|\\s*h\\b|:)';

/** `24 decembre 2026`, `vendredi 24/12/26`; a month that does not exist is 0 or over 12. */
function readDate(text: string): CalendarDay {
  const [, weekday, jour = '', mois = '', annee] =
    new RegExp(`^(?:(${DAY}) )?(\\d{1,2})(?:er)?[ /.-](${MONTH}|\\d{1,2})(?:[ /.-](\\d{2,4}))?$`).exec(text) ?? [];
  return {
    mois: /^\d/.test(mois) ? Number(mois) : monthNumber(mois),
    jour: Number(jour),
    annee: annee === undefined ? null : Number(annee) + (annee.length === 2 ? 2000 : 0),
    dit: weekday === undefined ? null : DAY_NAMES.indexOf(weekday),
  };
}

/** From a date to another. A year that only the end has is that of the beginning, or the one after. */
export function period(first: string, last: string): Condition {
  const [du, au] = [readDate(first), readDate(last)];
  const wraps = au.mois < du.mois || (au.mois === du.mois && au.jour < du.jour);
  if (du.annee === null && au.annee !== null) du.annee = wraps ? au.annee - 1 : au.annee;
  if (au.annee === null && du.annee !== null) au.annee = wraps ? du.annee + 1 : du.annee;
  return { kind: 'periodes', periodes: [{ du, au }] };
}

/** From the first day of a month to the last day of another, each year: `juillet` to `aout`. */
export function monthsBetween(first: string, last: string): Condition {
  return period(`1 ${first}`, `${LENGTHS[monthNumber(last) - 1] ?? 31} ${last}`);
}

/** `24, 26 et 31` of `decembre 2026`. */
export function days(list: string, month: string): Condition {
  const periodes = (list.match(/\d+/g) ?? []).map((jour) => {
    const date = readDate(`${jour} ${month}`);
    return { du: date, au: date };
  });
  return { kind: 'periodes', periodes };
}

/** `juillet`, `juillet et aout`: each month by itself; months in a row are one period. */
export function months(list: string): Condition {
  const numbers = (list.match(/[a-z]+/g) ?? []).map(monthNumber).filter((number) => number > 0);
  const periodes: { du: CalendarDay; au: CalendarDay }[] = [];
  for (const mois of numbers) {
    const last = periodes.at(-1);
    const au = { mois, jour: LENGTHS[mois - 1] ?? 31, annee: null, dit: null };
    if (last && last.au.mois === mois - 1) last.au = au;
    else periodes.push({ du: { mois, jour: 1, annee: null, dit: null }, au });
  }
  return { kind: 'periodes', periodes };
}

/** @throws {Unclear} where a date does not exist, or is not the day of the week that the text says */
export function checkPeriods(said: Condition, position: number): void {
  if (said.kind !== 'periodes') return;
  for (const date of said.periodes.flatMap(({ du, au }) => [du, au])) {
    const { mois, jour, annee, dit } = date;
    const length = mois === 2 && annee !== null && annee % 4 !== 0 ? 28 : (LENGTHS[mois - 1] ?? 0);
    if (jour < 1 || jour > length) throw new Unclear('Cette date n’existe pas.', position);
    if (dit === null) continue;
    if (annee === null) throw new Unclear('De quelle année ?', position);
    const weekday = weekdayOf(dayOf(annee, mois, jour));
    if (weekday !== dit)
      throw new Unclear(
        `Le ${jour} ${MONTH_NAMES[mois - 1]} ${annee} est un ${DAY_NAMES[weekday]}, pas un ${DAY_NAMES[dit]}.`,
        position,
      );
  }
}

/** Whether a condition is made of days of given years: exceptions, and no season. */
export function isDated(said: Condition | null): said is Extract<Condition, { kind: 'periodes' }> {
  return said?.kind === 'periodes' && said.periodes.every(({ au }) => au.annee !== null);
}

const LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function monthNumber(name: string): number {
  return MONTH_NAMES.findIndex((month) => plain(month) === name) + 1;
}
