import { Temporal } from 'temporal-polyfill';
import { parseLocalDate } from '../horaires/dates.ts';

/** Minutes in a day of the wall calendar; real days of a clock change have 1,380 or 1,500. */
const DAY_MINUTES = 1440;
const MINUTE_MS = 60_000;
const DAY_MS = DAY_MINUTES * MINUTE_MS;
/** More than any zone's distance to UTC. */
const MARGIN_MS = 2 * DAY_MS;

/**
 * A zone's clock over a span of time: steps of constant offset. Built once for a query, so that the rest is arithmetic.
 * A "wall time" here is the number of milliseconds that the local calendar would have if it were UTC.
 */
export interface ZoneClock {
  readonly steps: readonly { readonly from: number; readonly to: number; readonly offset: number }[];
}

/** The clock of an IANA zone from two days before `from` to two days after `to` (epoch ms). Throws on an unknown zone. */
export function zoneClock(zone: string, from: number, to: number): ZoneClock {
  const end = to + MARGIN_MS;
  const steps: { from: number; to: number; offset: number }[] = [];
  let cursor = Temporal.Instant.fromEpochMilliseconds(Math.floor(from - MARGIN_MS)).toZonedDateTimeISO(zone);
  for (;;) {
    const next = cursor.getTimeZoneTransition('next');
    const until = next === null || next.epochMilliseconds >= end ? Number.POSITIVE_INFINITY : next.epochMilliseconds;
    steps.push({
      from: steps.length === 0 ? Number.NEGATIVE_INFINITY : cursor.epochMilliseconds,
      to: until,
      offset: cursor.offsetNanoseconds / 1e6,
    });
    if (next === null || until === Number.POSITIVE_INFINITY) return { steps };
    cursor = next;
  }
}

/**
 * The first instant (epoch ms) at which the clock shows `wall` or later: in an hour that does not exist, the moment of
 * the change; in an hour that comes twice, the first.
 */
export function instantAtOrAfter(clock: ZoneClock, wall: number): number {
  for (const step of clock.steps) {
    const instant = Math.max(wall - step.offset, step.from);
    if (instant < step.to) return instant;
  }
  throw new RangeError('wall time outside of the clock');
}

/** The first instant at which the clock shows exactly `wall`; undefined where it never does (the hour that is skipped). */
export function instantOf(clock: ZoneClock, wall: number): number | undefined {
  const instant = instantAtOrAfter(clock, wall);
  return wallOf(clock, instant) === wall ? instant : undefined;
}

/** What the clock shows at an instant (epoch ms). */
export function wallOf(clock: ZoneClock, instant: number): number {
  const step = clock.steps.find((s) => instant < s.to);
  if (step === undefined) throw new RangeError('instant outside of the clock');
  return instant + step.offset;
}

/** The wall time of a minute of a day; minutes over 1440 fall on the next day. */
export function wallTime(day: number, minutes: number): number {
  return day * DAY_MS + minutes * MINUTE_MS;
}

/** The day (number since 1970-01-01) of a wall time. */
export function dayOfWall(wall: number): number {
  return Math.floor(wall / DAY_MS);
}

/** `AAAA-MM-JJ` as a number of days since 1970-01-01. Throws RangeError on a date that does not exist. */
export function dayOfDate(date: string): number {
  const day = parseLocalDate(date);
  if (day === null) throw new RangeError(`not a date: ${date}`);
  return day;
}

/** `AAAA-MM-JJTHH:MM` (seconds allowed) as a wall time. Throws RangeError on anything else. */
export function parseWallTime(text: string): number {
  const time = Date.parse(`${text}Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text) || Number.isNaN(time)) {
    throw new RangeError(`not a local date and time: ${text}`);
  }
  return time;
}
