/**
 * The typed model of an opening_hours text: a list of rules, later ones overriding earlier ones
 * (https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification). Plain data: no dates, no functions.
 */

/** Minutes since local midnight; `end` up to 2880. An open end (`17:00+`) has a guessed end and is never "open" for sure. */
export interface Span {
  start: number;
  end: number;
  openEnd: boolean;
}

/** Of a day of the month: an absolute one, Easter, or the nth weekday of a month; moved by whole days. */
export type DayPoint = { year: number | null; offset: number } & (
  | { kind: 'date'; month: number; day: number }
  | { kind: 'paques' }
  | { kind: 'nieme'; month: number; weekday: number; nth: number }
);

export interface YearRange {
  from: number;
  to: number;
  step: number;
}

export type DateRange =
  | { kind: 'annees'; years: YearRange }
  | { kind: 'mois'; years: YearRange | null; from: number; to: number }
  | { kind: 'jours'; from: DayPoint; to: DayPoint };

export interface WeekRange {
  from: number;
  to: number;
  step: number;
}

/** Holidays: `PH` public, `SH` school; the offset moves the day (`PH -1 day`: the eve). */
export interface HolidaySelector {
  kind: 'PH' | 'SH';
  offset: number;
}

/** Weekdays `from`..`to` (0 = Monday, may wrap), or the nth of the month of one weekday, moved by whole days. */
export interface WeekdaySelector {
  from: number;
  to: number;
  nth: readonly number[];
  offset: number;
}

export interface Rule {
  dates: readonly DateRange[];
  weeks: readonly WeekRange[];
  weekdays: readonly WeekdaySelector[];
  /** In the same list as weekdays (`Mo-Fr,PH`): one of them suffices. */
  weekdaysOrHolidays: readonly HolidaySelector[];
  /** Besides weekdays (`PH Mo-Fr`): both must hold. */
  holidays: readonly HolidaySelector[];
  /** Empty: the whole day. */
  spans: readonly Span[];
  etat: 'ouvert' | 'ferme' | 'inconnu';
  mention: string | null;
  /** `normale` (;) replaces the whole day, `ajout` (,) adds to it, `repli` (||) holds where nothing else does. */
  mode: 'normale' | 'ajout' | 'repli';
}

/** Whether a rule holds on certain dates only, so that a plain week cannot tell it. */
export function isDated(rule: Rule): boolean {
  const holidays = [...rule.holidays, ...rule.weekdaysOrHolidays];
  return (
    rule.dates.length > 0 ||
    rule.weeks.length > 0 ||
    rule.weekdays.some((selector) => selector.nth.length > 0 || selector.offset !== 0) ||
    holidays.some((selector) => selector.kind === 'SH' || selector.offset !== 0)
  );
}

/** Whether a night is so long that its end was more likely put before its beginning. */
export function isLongNight({ start, end, openEnd }: Span): boolean {
  return !openEnd && end > 1440 && end - start > LONG_NIGHT;
}

/** Minutes: from eight in the evening to eight in the morning is a night. */
const LONG_NIGHT = 12 * 60;

/** Whether a rule names public holidays. */
export function namesFeries(rule: Rule): boolean {
  return [...rule.holidays, ...rule.weekdaysOrHolidays].some((selector) => selector.kind === 'PH');
}

/** Whether a rule has any selector of days. */
export function hasDaySelector(rule: Rule): boolean {
  return (
    rule.dates.length +
      rule.weeks.length +
      rule.weekdays.length +
      rule.weekdaysOrHolidays.length +
      rule.holidays.length >
    0
  );
}
