import { parisDay } from './exports.ts';
import { formatLocalDate } from './horaires/dates.ts';
import { localInstant, localMoment } from './horaires/opening.ts';

/** 03:15 in Paris, minutes since midnight: after the change to winter time, before the nightly export. */
const RENEWAL_MINUTE = 3 * 60 + 15;

/**
 * The day (AAAA-MM-JJ, Europe/Paris) whose renewal of everything dated should have been done at `now`: today's from 03:15, else
 * yesterday's. Asked at any hour, so that a night when nobody was there is caught up with.
 */
export function renewalDay(now: Date): string {
  const { day } = localMoment(now, 'Europe/Paris');
  return now < localInstant(day, RENEWAL_MINUTE, 'Europe/Paris') ? formatLocalDate(day - 1) : parisDay(now);
}
