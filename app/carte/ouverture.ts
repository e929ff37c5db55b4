import type { Ouvert } from './filters.ts';

const QUARTERS = 96;

/** Quarter-hours of a week asked for: `from` included, `to` not, from Monday 00:00, 0 ≤ from < 672. */
export interface Window {
  from: number;
  to: number;
}

/**
 * Which quarter-hours of the week `ouvert` means for a lieu of that IANA zone. Bits are of an ordinary week: holidays and
 * dated exceptions are told by the fiche.
 */
export function windowOf(ouvert: Ouvert, instant: Date, fuseau: string): Window {
  if (ouvert === 'samedi') return day(5);
  if (ouvert === 'dimanche') return day(6);
  if (typeof ouvert === 'object') {
    return quarterAt((new Date(`${ouvert.jour}T00:00:00Z`).getUTCDay() + 6) % 7, ouvert.minutes);
  }
  const local = localTime(instant, fuseau);
  if (ouvert === 'maintenant') return quarterAt(local.weekday, local.minutes);
  const evening = local.weekday * QUARTERS + 72;
  const end = (local.weekday + 1) * QUARTERS;
  return {
    from: Math.min(Math.max(evening, local.weekday * QUARTERS + Math.floor(local.minutes / 15)), end - 1),
    to: end,
  };
}

/** Whether a week (84 bytes, low bit first) has an open quarter-hour in the window. */
export function isOpenIn(semaine: Uint8Array, { from, to }: Window): boolean {
  for (let quarter = from; quarter < to; quarter++) {
    if (((semaine[quarter >> 3] ?? 0) >> (quarter & 7)) & 1) return true;
  }
  return false;
}

function day(weekday: number): Window {
  return { from: weekday * QUARTERS, to: (weekday + 1) * QUARTERS };
}

function quarterAt(weekday: number, minutes: number): Window {
  const from = weekday * QUARTERS + Math.floor(minutes / 15);
  return { from, to: from + 1 };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Weekday (0 is Monday) and minutes since midnight on the clock of that zone. */
function localTime(instant: Date, fuseau: string): { weekday: number; minutes: number } {
  let format = formats.get(fuseau);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: fuseau,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(fuseau, format);
  }
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const weekday = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(parts.get('weekday') ?? '');
  return { weekday, minutes: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}
