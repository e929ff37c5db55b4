import {
  civilOf,
  dayOf,
  daysInMonth,
  easterOf,
  formatLocalDate,
  isoWeekOf,
  parseLocalDate,
  weekdayOf,
} from './dates.ts';
import type { Answer } from './holidays.ts';
import type { DateRange, DayPoint, HolidaySelector, Rule, WeekdaySelector, YearRange } from './rules.ts';
import { hasDaySelector, isDated, namesFeries } from './rules.ts';
import { DAY_MINUTES } from './week.ts';

/** A piece of one local day that is not closed: minutes in 0..1440, `inconnu` with the reason or the comment. */
export interface Opening {
  start: number;
  end: number;
  etat: 'ouvert' | 'inconnu';
  mention: string | null;
}

/** What the rules must know of days (day numbers, see `dates.ts`). */
export interface Calendar {
  isFerie(day: number): Answer;
  isVacances(day: number): Answer;
}

/** A calendar with neither public nor school holidays. */
export const PLAIN_CALENDAR: Calendar = { isFerie: () => 'non', isVacances: () => 'non' };

/**
 * The openings of each local day from `from` (AAAA-MM-JJ) on, `days` days long. What depends on something unknown (school holidays
 * not published, a holiday of some communes) is `inconnu`, never guessed.
 * @throws {RangeError} where `from` is not a date
 */
export function openingsBetween(
  parsed: { rules: readonly Rule[] },
  from: string,
  days: number,
  calendar: Calendar,
): { jour: string; openings: Opening[] }[] {
  const first = parseLocalDate(from);
  if (first === null) throw new RangeError(`Not a date: ${from}`);
  return Array.from({ length: days }, (_, index) => ({
    jour: formatLocalDate(first + index),
    openings: openingsOfDay(parsed.rules, first + index, calendar),
  }));
}

/** The openings of one local day (day number), past midnight of the day before included. */
export function openingsOfDay(rules: readonly Rule[], day: number, calendar: Calendar): Opening[] {
  const unknown = { PH: false, SH: false };
  const supposing =
    (guess: Record<HolidayKind, boolean>): IsHoliday =>
    (kind, date) => {
      const answer = kind === 'PH' ? calendar.isFerie(date) : calendar.isVacances(date);
      if (answer === 'inconnu') unknown[kind] = true;
      return answer === 'inconnu' ? guess[kind] : answer === 'oui';
    };
  let result = paintDay(rules, day, supposing({ PH: false, SH: false }));
  // Matching stops at the first selector that fails, so that an unknown may show only once another one has been supposed.
  for (const [ph, sh] of [
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    if (!unknown.PH && !unknown.SH) break;
    const other = paintDay(rules, day, supposing({ PH: ph, SH: sh }));
    result = agree(result, other, unknown.SH ? 'vacances scolaires' : 'jour férié');
  }
  return result;
}

/** Why a local day (day number) is closed all day, in the words of the text; null where it is not, or gives no reason. */
export function closureReason(rules: readonly Rule[], day: number, calendar: Calendar): string | null {
  const isHoliday: IsHoliday = (kind, date) =>
    (kind === 'PH' ? calendar.isFerie(date) : calendar.isVacances(date)) === 'oui';
  const segments = paintSegments(rules, day, isHoliday);
  if (segments.some(({ etat }) => etat !== 'ferme')) return null;
  // What closes a part of the day is no reason for the whole; a later closure without a word leaves the earlier one's.
  const closing = rules.findLast(
    (rule) =>
      rule.etat === 'ferme' && rule.spans.length === 0 && rule.mention !== null && matches(rule, day, isHoliday),
  );
  return closing?.mention ?? null;
}

/**
 * Whether a rule is about this very day, so that the text says itself what holds on it, public holiday or not: one day by its date
 * (`Dec 25`, `easter +1 day`), or a week of one year at most (`2026 Dec 24-26`), not a season.
 */
export function namesDay(rules: readonly Rule[], day: number): boolean {
  return rules.some((rule) =>
    rule.dates.some(
      (range) =>
        range.kind === 'jours' &&
        matchesDate(range, day) &&
        (isSingleDay(range.from, range.to) ||
          (range.from.year !== null && !matchesDate(range, day - 7) && !matchesDate(range, day + 7))),
    ),
  );
}

/** The openings of a usual week (0 = Monday), leaving out the rules that hold on certain dates only. `ferie`: as on a public holiday. */
export function usualDay(rules: readonly Rule[], weekday: number, ferie = false): Opening[] {
  const day = MONDAY + weekday;
  return paintDay(
    rules.filter((rule) => !isDated(rule)),
    day,
    (kind, date) => kind === 'PH' && ferie && date === day,
  );
}

/** Any Monday will do: dated rules are left out. */
const MONDAY = dayOf(2024, 1, 1);

type HolidayKind = HolidaySelector['kind'];
type IsHoliday = (kind: HolidayKind, day: number) => boolean;

function paintDay(rules: readonly Rule[], day: number, isHoliday: IsHoliday): Opening[] {
  return joinOpenings(paintSegments(rules, day, isHoliday));
}

/**
 * One day as the specification says: a normal rule that matches the day replaces what stood before (`;`), an additional one adds
 * (`,`), a fallback fills what is closed (`||`), and within what is left the later rule wins. The part past midnight belongs to the
 * day before; where that one is a public holiday that a later rule closes, its night does not begin.
 */
function paintSegments(rules: readonly Rule[], day: number, isHoliday: IsHoliday): Segment[] {
  let matching: { rule: Rule; after: boolean }[] = [];
  rules.forEach((rule, index) => {
    if (matches(rule, day, isHoliday)) {
      const previous = rules[index - 1];
      const replaces =
        rule.mode === 'normale' &&
        rule.etat !== 'ferme' &&
        (hasDaySelector(rule) || (previous !== undefined && rule.etat === 'ouvert' && !hasDaySelector(previous)));
      if (replaces) matching = [];
      matching.push({ rule, after: false });
    }
    const night = rule.spans.some((span) => span.end > DAY_MINUTES) && matches(rule, day - 1, isHoliday);
    const isHolidayClosed = (later: Rule) => closesFeries(later) && matches(later, day - 1, isHoliday);
    if (night && !(isHoliday('PH', day - 1) && rules.slice(index + 1).some(isHolidayClosed)))
      matching.push({ rule, after: true });
  });
  let segments: Segment[] = [{ start: 0, end: DAY_MINUTES, etat: 'ferme', mention: null }];
  for (const { rule, after } of matching) {
    for (const piece of piecesOf(rule, after)) segments = paint(segments, piece, rule.mode === 'repli' && !after);
  }
  return segments;
}

/** `PH off`, `Su,PH off`. */
function closesFeries(rule: Rule): boolean {
  return rule.etat === 'ferme' && rule.spans.length === 0 && rule.mode !== 'repli' && namesFeries(rule);
}

interface Segment {
  start: number;
  end: number;
  etat: Rule['etat'];
  mention: string | null;
}

function piecesOf(rule: Rule, after: boolean): Segment[] {
  if (rule.spans.length === 0)
    return after ? [] : [{ start: 0, end: DAY_MINUTES, etat: rule.etat, mention: rule.mention }];
  const shift = after ? DAY_MINUTES : 0;
  return rule.spans
    .map((span): Segment => {
      const end = span.openEnd
        ? Math.min(span.end, ...rule.spans.filter((s) => s.start > span.start).map((s) => s.start))
        : span.end;
      const guessed = span.openEnd && rule.etat !== 'ferme';
      return {
        start: Math.max(0, span.start - shift),
        end: Math.min(DAY_MINUTES, end - shift),
        etat: guessed ? 'inconnu' : rule.etat,
        mention: rule.mention ?? (guessed ? 'fin non précisée' : null),
      };
    })
    .filter((piece) => piece.end > piece.start);
}

function paint(segments: readonly Segment[], piece: Segment, onlyClosed: boolean): Segment[] {
  const result: Segment[] = [];
  for (const segment of segments) {
    const start = Math.max(segment.start, piece.start);
    const end = Math.min(segment.end, piece.end);
    if (start >= end || (onlyClosed && segment.etat !== 'ferme')) {
      result.push(segment);
      continue;
    }
    if (segment.start < start) result.push({ ...segment, end: start });
    result.push({ ...piece, start, end });
    if (end < segment.end) result.push({ ...segment, start: end });
  }
  return result;
}

function joinOpenings(segments: readonly Segment[]): Opening[] {
  const result: Opening[] = [];
  for (const { start, end, etat, mention } of segments) {
    if (etat === 'ferme') continue;
    const last = result.at(-1);
    if (last && last.end === start && last.etat === etat && last.mention === mention) last.end = end;
    else result.push({ start, end, etat, mention });
  }
  return result;
}

/** What two readings say alike; where they differ, unknown with the reason. */
export function agree(a: readonly Opening[], b: readonly Opening[], reason: string | null): Opening[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return [...a];
  const cuts = [...new Set([0, DAY_MINUTES, ...[...a, ...b].flatMap((opening) => [opening.start, opening.end])])].sort(
    (x, y) => x - y,
  );
  const at = (openings: readonly Opening[], minute: number) =>
    openings.find((o) => o.start <= minute && minute < o.end);
  const segments = cuts.slice(0, -1).map((start, index): Segment => {
    const end = cuts[index + 1] ?? DAY_MINUTES;
    const [left, right] = [at(a, start), at(b, start)];
    if (left?.etat === right?.etat)
      return { start, end, etat: left?.etat ?? 'ferme', mention: left?.mention ?? right?.mention ?? null };
    return { start, end, etat: 'inconnu', mention: reason };
  });
  return joinOpenings(segments);
}

function matches(rule: Rule, day: number, isHoliday: IsHoliday): boolean {
  if (rule.dates.length > 0 && !rule.dates.some((range) => matchesDate(range, day))) return false;
  if (rule.weeks.length > 0) {
    const week = isoWeekOf(day);
    if (!rule.weeks.some((w) => week >= w.from && week <= w.to && (week - w.from) % w.step === 0)) return false;
  }
  if (
    rule.weekdays.length + rule.weekdaysOrHolidays.length > 0 &&
    !rule.weekdays.some((selector) => matchesWeekday(selector, day)) &&
    !rule.weekdaysOrHolidays.some((selector) => isHoliday(selector.kind, day - selector.offset))
  )
    return false;
  return (
    rule.holidays.length === 0 || rule.holidays.some((selector) => isHoliday(selector.kind, day - selector.offset))
  );
}

function matchesWeekday(selector: WeekdaySelector, day: number): boolean {
  const date = day - selector.offset;
  const weekday = weekdayOf(date);
  const { from, to } = selector;
  if (from <= to ? weekday < from || weekday > to : weekday < from && weekday > to) return false;
  if (selector.nth.length === 0) return true;
  const { year, month, day: dayOfMonth } = civilOf(date);
  const fromStart = Math.ceil(dayOfMonth / 7);
  const fromEnd = -Math.ceil((daysInMonth(year, month) - dayOfMonth + 1) / 7);
  return selector.nth.some((nth) => nth === fromStart || nth === fromEnd);
}

/** Whether a day (day number) lies in a range of dates. */
function matchesDate(range: DateRange, day: number): boolean {
  const { year, month } = civilOf(day);
  if (range.kind === 'annees') return matchesYear(range.years, year);
  if (range.kind === 'mois') {
    if (range.years && !matchesYear(range.years, year)) return false;
    return range.from <= range.to ? month >= range.from && month <= range.to : month >= range.from || month <= range.to;
  }
  if (range.from.year !== null) return matchesDays(range.from, range.to, range.from.year, day);
  return [year - 1, year, year + 1].some((candidate) => matchesDays(range.from, range.to, candidate, day));
}

function matchesYear(years: YearRange, year: number): boolean {
  return year >= years.from && year <= years.to && (year - years.from) % years.step === 0;
}

function matchesDays(from: DayPoint, to: DayPoint, year: number, day: number): boolean {
  const first = dayOfPoint(from, year, false);
  let last = dayOfPoint(to, to.year ?? year, true);
  if (last < first && to.year === null && !isSingleDay(from, to)) last = dayOfPoint(to, year + 1, true);
  return day >= first && day <= last;
}

function isSingleDay(from: DayPoint, to: DayPoint): boolean {
  return JSON.stringify({ ...from, year: null }) === JSON.stringify({ ...to, year: null });
}

/** The 29 February of a common year: as a beginning it is the 1 March, as an end the 28. */
function dayOfPoint(point: DayPoint, year: number, asEnd: boolean): number {
  if (point.kind === 'paques') return easterOf(year) + point.offset;
  if (point.kind === 'date') {
    const length = daysInMonth(year, point.month);
    const day = point.day <= length ? point.day : asEnd ? length : length + 1;
    return dayOf(year, point.month, day) + point.offset;
  }
  const length = daysInMonth(year, point.month);
  const anchor = point.nth > 0 ? dayOf(year, point.month, 1) : dayOf(year, point.month, length);
  const move =
    point.nth > 0 ? (point.weekday - weekdayOf(anchor) + 7) % 7 : -((weekdayOf(anchor) - point.weekday + 7) % 7);
  return anchor + move + (point.nth > 0 ? point.nth - 1 : point.nth + 1) * 7 + point.offset;
}
