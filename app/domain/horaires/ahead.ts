import { civilOf, weekdayOf } from './dates.ts';
import type { Opening } from './evaluate.ts';
import type { ReadableDay } from './french.ts';
import { findHoliday } from './holidays.ts';
import { closureReasonOn, HOLIDAY, openingsOn } from './opening.ts';
import type { StoredLu } from './stored-form.ts';
import { DAY_MINUTES } from './week.ts';
import { capitalize, dayAndMonth, formatNotedHours, longDay, MONTH_NAMES, type NotedRange, ordinal } from './words.ts';

/** Beyond so many it is a pattern, which the week's own notes tell. */
const MAX = 8;

/** Days (day numbers) that have the same openings; `reason`: why they are closed, where the text says it. */
interface Ecart {
  du: number;
  au: number;
  openings: readonly Opening[];
  reason: string | null;
}

/**
 * The days to come that are not like the usual week, in French sentences without a full stop: `Fermé du 24 au 26 décembre (congés)`, `Mardi
 * 1er décembre : 9 h – 12 h`, `Vendredi 25 décembre (Noël) : à vérifier`. From a local day (day number) on, `days` days.
 */
export function listEcarts(stored: StoredLu, { from, days }: { from: number; days: number }): string[] {
  const found: Ecart[] = [];
  let closed: Ecart | null = null;
  for (let day = from; day < from + days; day++) {
    const usual = nightsOn(day, (date) => usualOpenings(stored, date));
    const openings = nightsOn(day, (date) => openingsOn(stored, date));
    if (openings === null || usual === null) break;
    if (openings.length > 0) {
      closed = null;
      if (!sameAs(openings, usual)) found.push({ du: day, au: day, openings, reason: null });
    } else if (usual.length > 0) {
      // A day that is closed every week neither begins a closure nor ends it.
      const reason: string | null = closureReasonOn(stored, day);
      if (closed && closed.reason === reason) closed.au = day;
      else {
        closed = { du: day, au: day, openings, reason };
        found.push(closed);
      }
    }
  }
  return found
    .slice(0, MAX)
    .map(({ du, au, openings, reason }) =>
      openings.length === 0
        ? closedSentence({ du, au, reason }, stored.territoire)
        : differentSentence(du, openings, stored.territoire),
    );
}

/**
 * The seven days from a local day (day number) on, each with its hours, for a lieu whose usual week says nothing: seasons alone, or dates.
 * None past what was computed.
 */
export function comingDays(stored: StoredLu, from: number): ReadableDay[] {
  return Array.from({ length: 7 }, (_, index) => from + index).flatMap((day) => {
    const openings = nightsOn(day, (date) => openingsOn(stored, date));
    if (openings === null) return [];
    const heures =
      openings.length === 0
        ? `fermé${inParentheses(closureReasonOn(stored, day))}`
        : formatNotedHours(openings.map(notedRange));
    return [
      {
        nom: `${capitalize(longDay(day))}${inParentheses(holidayOf(day, stored.territoire))}`,
        heures,
        ferme: openings.length === 0,
      },
    ];
  });
}

function usualOpenings({ semaine }: StoredLu, day: number): Opening[] {
  return (semaine[weekdayOf(day)] ?? []).map(([start, end, uncertain, mention]) => ({
    start,
    end,
    etat: uncertain ? 'inconnu' : 'ouvert',
    mention: mention ?? null,
  }));
}

/** The openings of a day with its night to its end, and without that of the day before: as people say them. Null where they are not known. */
function nightsOn(day: number, openingsOf: (day: number) => readonly Opening[] | null): Opening[] | null {
  const own = openingsOf(day);
  if (own === null) return null;
  const [before, after] = [openingsOf(day - 1) ?? [], openingsOf(day + 1) ?? []];
  const follows = (night: Opening, morning: Opening) =>
    night.start > 0 &&
    night.end === DAY_MINUTES &&
    morning.start === 0 &&
    morning.end < DAY_MINUTES &&
    night.etat === morning.etat &&
    night.mention === morning.mention;
  return own
    .filter((opening) => !before.some((night) => follows(night, opening)))
    .map((opening) => {
      const morning = after.find((next) => follows(opening, next));
      return morning ? { ...opening, end: DAY_MINUTES + morning.end } : opening;
    });
}

function sameAs(openings: readonly Opening[], usual: readonly Opening[]): boolean {
  return JSON.stringify(openings.map(told)) === JSON.stringify(usual.map(told));
}

function told({ start, end, etat, mention }: Opening) {
  return [start, end, etat, mention];
}

function closedSentence({ du, au, reason }: Omit<Ecart, 'openings'>, territory: string): string {
  if (du === au) return `Fermé ${longDay(du)}${inParentheses(holidayOf(du, territory), reason)}`;
  const [first, last] = [civilOf(du), civilOf(au)];
  const month = first.month === last.month ? '' : ` ${MONTH_NAMES[first.month - 1]}`;
  return `Fermé du ${ordinal(first.day)}${month} au ${dayAndMonth(au)}${inParentheses(reason)}`;
}

function differentSentence(day: number, openings: readonly Opening[], territory: string): string {
  const name = `${capitalize(longDay(day))}${inParentheses(holidayOf(day, territory))}\u00a0: `;
  if (openings.every(({ etat, mention }) => etat === 'inconnu' && mention === HOLIDAY)) {
    return `${name}à vérifier auprès du lieu`;
  }
  return `${name}${formatNotedHours(openings.map(notedRange))}`;
}

function notedRange({ start, end, etat, mention }: Opening): NotedRange {
  return { start, end, note: mention ?? (etat === 'inconnu' ? 'à vérifier' : null) };
}

function holidayOf(day: number, territory: string): string | null {
  return findHoliday(day, territory)?.nom ?? null;
}

function inParentheses(...notes: readonly (string | null)[]): string {
  const said = notes.filter((note) => note !== null);
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}
