import { DAY_CODES } from './dates.ts';
import type { Feries } from './parse.ts';
import type { TimeRange, Week } from './week.ts';
import { clock, isEmptyWeek, normalizeWeek } from './week.ts';

/**
 * The shortest clear OSM text of a week: days with the same ranges together, Monday first, `24/7` where it never closes; `PH off`
 * or, for holidays with the usual hours, the same rules again under `PH`. Reading it gives the same week and the same `feries`.
 * An empty week gives `Mo-Su off`.
 */
export function formatWeek(week: Week, options: { feries?: Feries } = {}): string {
  const canonical = normalizeWeek(week);
  const feries = options.feries ?? 'inconnu';
  if (isEmptyWeek(canonical)) return feries === 'ferme' ? 'Mo-Su off; PH off' : 'Mo-Su off';
  const always = canonical.every((ranges) => ranges.length === 1 && ranges[0]?.start === 0 && ranges[0].end === 1440);
  const groups = always ? [{ days: '', hours: '24/7' }] : groupDays(canonical);
  // A rule replaces the whole day, the end of the night before included: with such a night, rules must add up instead.
  const separator = canonical.some((ranges) => ranges.some((range) => range.end > 1440)) ? ', ' : '; ';
  const rules = groups.map(({ days, hours }) => `${days} ${hours}`.trim()).join(separator);
  if (feries === 'ferme') return `${rules}; PH off`;
  if (feries === 'ouvert') {
    return `${rules}${separator}${groups.map(({ days, hours }) => (always ? 'PH 00:00-24:00' : `PH ${days} ${hours}`)).join(separator)}`;
  }
  return rules;
}

function groupDays(week: Week): { days: string; hours: string }[] {
  const groups = new Map<string, number[]>();
  week.forEach((ranges, day) => {
    if (ranges.length > 0) groups.set(formatRanges(ranges), [...(groups.get(formatRanges(ranges)) ?? []), day]);
  });
  return [...groups].map(([hours, days]) => ({ days: formatDays(days), hours }));
}

/** `Mo-We,Fr` of sorted days; two days in a row are written with a comma. */
function formatDays(days: readonly number[]): string {
  return runsOf(days)
    .map(([from, to]) =>
      to - from >= 2
        ? `${DAY_CODES[from]}-${DAY_CODES[to]}`
        : from === to
          ? DAY_CODES[from]
          : `${DAY_CODES[from]},${DAY_CODES[to]}`,
    )
    .join(',');
}

/** Runs of consecutive numbers, as pairs of first and last. */
export function runsOf(days: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else runs.push([day, day]);
  }
  return runs;
}

/** `09:00-12:00,14:00-17:00`. */
export function formatRanges(ranges: readonly TimeRange[]): string {
  return ranges.map(({ start, end }) => `${clock(start)}-${clock(end)}`).join(',');
}
