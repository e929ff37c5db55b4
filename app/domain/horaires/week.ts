/** Minutes since local midnight. `start` is in 0..1439; `end` is after `start` and at most 2880 (past 1440: the next day). */
export interface TimeRange {
  start: number;
  end: number;
}

/** The open ranges of a usual week, Monday first. */
export type Week = readonly [
  readonly TimeRange[],
  readonly TimeRange[],
  readonly TimeRange[],
  readonly TimeRange[],
  readonly TimeRange[],
  readonly TimeRange[],
  readonly TimeRange[],
];

export const DAY_MINUTES = 1440;
const QUARTERS = 96;
/** 7 days of 96 quarter-hours, one bit each. */
export const BITS_BYTES = (7 * QUARTERS) / 8;
export const EMPTY_WEEK: Week = [[], [], [], [], [], [], []];

/** Builds a week from a function of the day (0 = Monday). */
export function weekFrom(rangesOf: (day: number) => readonly TimeRange[]): Week {
  return [rangesOf(0), rangesOf(1), rangesOf(2), rangesOf(3), rangesOf(4), rangesOf(5), rangesOf(6)];
}

/** Sorted, valid, disjoint ranges: what touches or overlaps is merged. Ranges that are empty or not whole minutes are left out. */
export function mergeRanges(ranges: readonly TimeRange[]): TimeRange[] {
  const sorted = ranges
    .filter((r) => Number.isInteger(r.start) && Number.isInteger(r.end) && r.end > r.start)
    .sort((a, b) => a.start - b.start);
  const merged: TimeRange[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else merged.push({ start: range.start, end: range.end });
  }
  return merged;
}

/** The week cut at midnight: every range lies in 0..1440 of its own day (Sunday night continues on Monday). */
export function splitWeek(week: Week): Week {
  const days: TimeRange[][] = [[], [], [], [], [], [], []];
  week.forEach((ranges, day) => {
    for (const { start, end } of ranges) {
      days[day]?.push({ start, end: Math.min(end, DAY_MINUTES) });
      if (end > DAY_MINUTES) days[(day + 1) % 7]?.push({ start: 0, end: Math.min(end, 2 * DAY_MINUTES) - DAY_MINUTES });
    }
  });
  return weekFrom((day) => mergeRanges(days[day] ?? []));
}

/**
 * The canonical form of a week: merged ranges, and a night that goes on past midnight for less than a day in all is one range of the
 * day on which it begins (`22:00-02:00`). Two weeks open at the same minutes have the same canonical form.
 */
export function normalizeWeek(week: Week): Week {
  const split = splitWeek(week);
  const days: TimeRange[][] = split.map((ranges) => ranges.map((range) => ({ ...range })));
  split.forEach((ranges, day) => {
    const evening = ranges.at(-1);
    const next = (day + 1) % 7;
    const morning = split[next]?.[0];
    if (!evening || !morning || evening.end !== DAY_MINUTES || morning.start !== 0) return;
    if (evening.start === 0 || morning.end === DAY_MINUTES || morning.end >= evening.start) return;
    days[day]?.splice(-1, 1, { start: evening.start, end: DAY_MINUTES + morning.end });
    const rest = days[next];
    if (rest) days[next] = rest.filter((range) => range.start !== 0);
  });
  return weekFrom((day) => days[day] ?? []);
}

/** Whether two weeks are open at exactly the same minutes. */
export function equalWeeks(a: Week, b: Week): boolean {
  return JSON.stringify(splitWeek(a)) === JSON.stringify(splitWeek(b));
}

/** Whether the week has no open minute. */
export function isEmptyWeek(week: Week): boolean {
  return week.every((ranges) => ranges.length === 0);
}

/**
 * The quick sieve: 84 bytes, Monday first, 96 quarter-hours a day, lowest bit first; a bit is set where any minute of that quarter is
 * open. Bit `day * 96 + quarter`.
 */
export function weekToBits(week: Week): Uint8Array {
  const bits = new Uint8Array(BITS_BYTES);
  splitWeek(week).forEach((ranges, day) => {
    for (const { start, end } of ranges) {
      for (let quarter = Math.floor(start / 15); quarter * 15 < end; quarter++) {
        const index = day * QUARTERS + quarter;
        bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
      }
    }
  });
  return bits;
}

/** Whether the sieve lets a minute of a day (0 = Monday) through. False is final; true asks for a look at the intervals. */
export function testBits(bits: Uint8Array, day: number, minute: number): boolean {
  const index = day * QUARTERS + Math.floor(minute / 15);
  return ((bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
}

/** Overlaps and inverted ranges of one day in the words of the form, for the editor. Ranges that merely touch are fine. */
export function rangeConflicts(ranges: readonly TimeRange[]): string[] {
  const conflicts: string[] = [];
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  sorted.forEach((range, index) => {
    const previous = sorted[index - 1];
    if (range.end <= range.start)
      conflicts.push(`La fin (${clock(range.end)}) doit venir après le début (${clock(range.start)}).`);
    else if (previous && range.start < previous.end)
      conflicts.push(
        `La plage qui commence à ${clock(range.start)} chevauche celle qui finit à ${clock(previous.end)}.`,
      );
  });
  return conflicts;
}

/** `HH:MM` of minutes since midnight; past midnight the next day's clock (`1560` → `02:00`), but `24:00` stays. */
export function clock(minutes: number): string {
  const within = minutes > DAY_MINUTES ? minutes - DAY_MINUTES : minutes;
  return `${String(Math.floor(within / 60)).padStart(2, '0')}:${String(within % 60).padStart(2, '0')}`;
}
