import { civilOf, weekdayOf } from './dates.ts';
import { DAY_MINUTES, type TimeRange } from './week.ts';

/** The days, Monday first, and the months, in French. */
export const DAY_NAMES: readonly string[] = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'];
export const MONTH_NAMES: readonly string[] =
  'janvier février mars avril mai juin juillet août septembre octobre novembre décembre'.split(' ');

/** `9 h`, `18 h 30`, `minuit`: minutes of the day as French people write them, with no-break spaces. */
export function formatTime(minutes: number): string {
  if (minutes % DAY_MINUTES === 0) return 'minuit';
  const within = minutes % DAY_MINUTES;
  const rest = within % 60;
  return `${Math.floor(within / 60)}\u00a0h${rest === 0 ? '' : `\u00a0${String(rest).padStart(2, '0')}`}`;
}

/** `9 h – 12 h et 14 h – 18 h 30`, `24 h sur 24`: ranges of one day; past midnight the next day's clock is shown. */
export function formatHours(ranges: readonly TimeRange[]): string {
  return joinWords(
    ranges.map((range) =>
      isWholeDay(range) ? ALL_DAY : `${formatTime(range.start)}\u00a0–\u00a0${formatTime(range.end)}`,
    ),
  );
}

/** `de 9 h à 12 h`, `24 h sur 24`: one range within a sentence. */
export function rangeInWords(range: TimeRange): string {
  return isWholeDay(range) ? ALL_DAY : `de ${formatTime(range.start)} à ${formatTime(range.end)}`;
}

function isWholeDay({ start, end }: TimeRange): boolean {
  return start === 0 && end === DAY_MINUTES;
}

const ALL_DAY = '24\u00a0h sur 24';

/** A range of a day, and what is said beside it (`sur rendez-vous`). */
export interface NotedRange extends TimeRange {
  note: string | null;
}

/**
 * The hours of a day with what is said beside them, so that one sees which it is said of: `9 h – 12 h ; 14 h – 17 h (sur rendez-vous)` of
 * the last alone, `9 h – 12 h et 14 h – 17 h, sur rendez-vous` of both, `9 h – 12 h, sinon sur rendez-vous` of all the rest of the day.
 */
export function formatNotedHours(ranges: readonly NotedRange[]): string {
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  const sure = sorted.filter(({ note }) => note === null);
  const [rest, ...others] = new Set(sorted.flatMap(({ note }) => note ?? []));
  if (fillsDay(sorted) && sure.length > 0 && rest !== undefined && others.length === 0 && isAppointment(rest))
    return `${formatHours(sure)}, sinon ${rest}`;
  const runs: NotedRange[][] = [];
  for (const range of sorted) {
    const run = runs.at(-1);
    if (run?.[0]?.note === range.note) run.push(range);
    else runs.push([range]);
  }
  return runs.map(runInWords).join('\u00a0; ');
}

/** Whether ranges that do not overlap leave nothing of a day out. */
export function fillsDay(ranges: readonly TimeRange[]): boolean {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0) === DAY_MINUTES;
}

/** Ranges of which the same is said. */
function runInWords(run: readonly NotedRange[]): string {
  const [first] = run;
  const hours = formatHours(run);
  if (!first || first.note === null) return hours;
  if (run.length > 1) return `${hours}, ${first.note}`;
  return isWholeDay(first) ? first.note : `${hours} (${first.note})`;
}

/** `a, b et c`. */
export function joinWords(words: readonly string[]): string {
  if (words.length <= 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} et ${words.at(-1)}`;
}

/** Whether a comment speaks of an appointment. */
export function isAppointment(mention: string | null): boolean {
  return mention !== null && /rendez[\s\u00a0-]*vous|\br\.?\s*d\.?\s*v\b|\binscription|\br[ée]servation/i.test(mention);
}

/** `lundi`, `lundi et mardi`, `du lundi au vendredi`, of days in the order of the week (0 = Monday). */
export function formatDayList(days: readonly number[]): string {
  if (days.length === 7) return 'tous les jours';
  const runs: string[] = [];
  for (let index = 0; index < days.length; ) {
    let last = index;
    while (days[last + 1] === (days[last] ?? 0) + 1) last++;
    const from = DAY_NAMES[days[index] ?? 0] ?? '';
    const to = DAY_NAMES[days[last] ?? 0] ?? '';
    if (last - index >= 2) runs.push(`du ${from} au ${to}`);
    else runs.push(...days.slice(index, last + 1).map((day) => DAY_NAMES[day] ?? ''));
    index = last + 1;
  }
  return joinWords(runs);
}

/** `1er janvier 2027`: a local day AAAA-MM-JJ as French people write it. */
export function formatDay(day: string): string {
  const [year, month, dayOfMonth] = day.split('-').map(Number);
  return `${ordinal(dayOfMonth ?? 1)} ${MONTH_NAMES[(month ?? 1) - 1]} ${year}`;
}

/** `vendredi 25 décembre`, `mardi 1er décembre`, of a day number. */
export function longDay(day: number): string {
  return `${DAY_NAMES[weekdayOf(day)]} ${dayAndMonth(day)}`;
}

/** `25 décembre`, `1er décembre`, of a day number. */
export function dayAndMonth(day: number): string {
  const { month, day: dayOfMonth } = civilOf(day);
  return `${ordinal(dayOfMonth)} ${MONTH_NAMES[month - 1]}`;
}

/** The day of a month as one says it: `1er`, `2`. */
export function ordinal(day: number): string {
  return day === 1 ? '1er' : String(day);
}

/** With its first letter as a small one. */
export function uncapitalize(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** With its first letter as a capital. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** With one full stop at its end, where it has none yet. */
export function withFullStop(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
