import { dayOf } from './dates.ts';
import type { Calendar } from './evaluate.ts';
import { openingsOfDay, PLAIN_CALENDAR } from './evaluate.ts';
import type { Answer } from './holidays.ts';
import type { Rule } from './rules.ts';
import { isDated } from './rules.ts';

/**
 * Whether two lists of rules have the same openings, states and comments, on every day: of a week where no rule depends on the date,
 * else of 2026, 2027 and the years that the rules name (2026 has a 53rd week), with and without public and school holidays.
 */
export function sameOpenings(a: readonly Rule[], b: readonly Rule[]): boolean {
  const rules = [...a, ...b];
  const days = daysToCompare(rules);
  return calendarsOf(rules).every((calendar) =>
    days.every(
      (day) => JSON.stringify(openingsOfDay(a, day, calendar)) === JSON.stringify(openingsOfDay(b, day, calendar)),
    ),
  );
}

function daysToCompare(rules: readonly Rule[]): number[] {
  if (!rules.some(isDated)) return Array.from({ length: 7 }, (_, index) => dayOf(2026, 1, 5) + index);
  const years = [2026, 2027, ...rules.flatMap(yearsOf).filter((year) => year >= 1990 && year <= 2100)];
  const unique = [...new Set(years)].slice(0, MOST_YEARS);
  return unique.flatMap((year) => {
    // The first days of the next year belong to nights, seasons and weeks that begin in this one.
    const [first, after] = [dayOf(year, 1, 1), dayOf(year + 1, 1, 8)];
    return Array.from({ length: after - first }, (_, index) => first + index);
  });
}

const MOST_YEARS = 8;

function yearsOf(rule: Rule): number[] {
  return rule.dates.flatMap((range) => {
    if (range.kind === 'jours') return [range.from.year, range.to.year].filter((year) => year !== null);
    return range.years ? [range.years.from] : [];
  });
}

function calendarsOf(rules: readonly Rule[]): Calendar[] {
  const names = (kind: 'PH' | 'SH') =>
    rules.some((rule) => [...rule.holidays, ...rule.weekdaysOrHolidays].some((holiday) => holiday.kind === kind));
  const [ph, sh] = [names('PH'), names('SH')];
  const calendars = [PLAIN_CALENDAR];
  if (ph) calendars.push(always('oui', 'non'));
  if (sh) calendars.push(always('non', 'oui'));
  if (ph && sh) calendars.push(always('oui', 'oui'));
  // Nights and moved holidays depend on the day beside: every other day, and every other pair of days.
  if (ph || sh) calendars.push(alternating(ph ? 2 : 0, sh ? 4 : 0));
  return calendars;
}

function always(ferie: Answer, vacances: Answer): Calendar {
  return { isFerie: () => ferie, isVacances: () => vacances };
}

function alternating(ferie: number, vacances: number): Calendar {
  const turn = (day: number, period: number): Answer =>
    period > 0 && (day + Math.floor(day / 7)) % period >= period / 2 ? 'oui' : 'non';
  return { isFerie: (day) => turn(day, ferie), isVacances: (day) => turn(day, vacances) };
}
