import { formatLocalDate, parseLocalDate } from './dates.ts';
import type { Calendar, Opening } from './evaluate.ts';
import { agree, closureReason, namesDay, openingsOfDay, usualDay } from './evaluate.ts';
import type { Answer, Holiday } from './holidays.ts';
import { findHoliday, isFerie } from './holidays.ts';
import { applyHoliday } from './opening.ts';
import type { ParsedHoraires } from './parse.ts';
import { parseHoraires } from './parse.ts';
import { isVacances } from './vacances.ts';

/** One local day as a citizen will see it. */
export interface PreviewDay {
  /** AAAA-MM-JJ. */
  jour: string;
  openings: Opening[];
  /** The public holiday of that day, if it is one in some commune at least (`certain`: in all). */
  ferie: Holiday | null;
  vacances: Answer;
}

/**
 * What a citizen will see of a text on each of `days` local days from `from` (AAAA-MM-JJ) on; no days where the text does not read,
 * days without openings where there is none. The text is read once.
 * @param territory see `territoryOfLieu`
 * @throws {RangeError} where `from` is not a date
 */
export function previewDays(
  text: string | null,
  { from, days, territory }: { from: string; days: number; territory: string },
): PreviewDay[] {
  const first = parseLocalDate(from);
  if (first === null) throw new RangeError(`Not a date: ${from}`);
  const parsed = text === null || text.trim() === '' ? null : parseHoraires(text);
  if (parsed?.ok === false) return [];
  return Array.from({ length: days }, (_, index): PreviewDay => {
    const day = first + index;
    return {
      jour: formatLocalDate(day),
      openings: parsed ? shownOpenings(parsed.horaires, day, territory) : [],
      ferie: findHoliday(day, territory) ?? null,
      vacances: isVacances(day, territory),
    };
  });
}

/**
 * The openings of a local day (day number) on the calendar of a territory. A text that says nothing of public holidays says nothing
 * of that day either, whatever the week: unknown, but where a rule names that very day. What is surely not meant (`alertes`) is unknown.
 */
export function shownOpenings(parsed: ParsedHoraires, day: number, territory: string): Opening[] {
  const calendar = calendarOf(territory);
  const read = openingsOfDay(parsed.rules, day, calendar);
  const openings = parsed.sures === null ? read : agree(openingsOfDay(parsed.sures, day, calendar), read, null);
  if (parsed.feries !== 'inconnu' || namesDay(parsed.rules, day)) return openings;
  return applyHoliday(openings, day, 'inconnu', territory);
}

/** The openings of a usual day (0 = Monday) as they are told: what is surely not meant is not sure. */
export function shownUsualDay({ rules, sures }: ParsedHoraires, weekday: number): Opening[] {
  const read = usualDay(rules, weekday);
  return sures === null ? read : agree(usualDay(sures, weekday), read, null);
}

/** Why it is closed all of a local day (day number), in the words of the text; null where it is not, or gives no reason. */
export function closureOn(parsed: ParsedHoraires, day: number, territory: string): string | null {
  if (shownOpenings(parsed, day, territory).length > 0) return null;
  return closureReason(parsed.rules, day, calendarOf(territory));
}

function calendarOf(territory: string): Calendar {
  return {
    isFerie: (day) => isFerie(day, territory),
    isVacances: (day) => isVacances(day, territory),
  };
}
