import { formatLocalDate } from '../horaires/dates.ts';
import { listOccurrences, type PlageRule } from './rules.ts';
import { dayOfWall, wallOf, zoneClock } from './wall-time.ts';

/** A plage on one of its dates (AAAA-MM-JJ), minutes since the midnight of that date. */
export interface PlageDate {
  jour: string;
  plage_id: number;
  ressource_id: number;
  debut: number;
  fin: number;
  /** Taken out by hand: shown so that it can be put back. */
  retiree: boolean;
}

/**
 * The dates of some plages for `days` local days from `now` on, today included as long as they are not over, by date and hour.
 * Holidays are left out.
 */
export function listPlageDates(
  plages: readonly PlageRule[],
  { zone, isFerie, now, days }: { zone: string; isFerie: (day: number) => boolean; now: Date; days: number },
): PlageDate[] {
  const clock = zoneClock(zone, now.getTime(), now.getTime() + days * DAY_MS);
  const wallNow = wallOf(clock, now.getTime());
  const firstDay = dayOfWall(wallNow);
  const query = { clock, firstDay, lastDay: firstDay + days - 1, isFerie };
  return plages
    .flatMap((plage) => {
      const listAhead = (rule: PlageRule) => listOccurrences(rule, query).filter(({ wallTo }) => wallTo > wallNow);
      const kept = listAhead(plage);
      const whole = listAhead({ ...plage, exceptions: [] });
      const dateOf = ({ wallFrom, wallTo }: { wallFrom: number; wallTo: number }) => {
        const day = dayOfWall(wallFrom);
        const minutes = (wall: number) => (wall - day * DAY_MS) / 60_000;
        return { jour: formatLocalDate(day), debut: minutes(wallFrom), fin: minutes(wallTo) };
      };
      const out = new Set(plage.exceptions.filter(({ ajoute }) => ajoute === null).map(({ retire }) => retire));
      return [
        ...kept.map((occurrence) => ({ ...dateOf(occurrence), retiree: false })),
        ...whole.map((occurrence) => ({ ...dateOf(occurrence), retiree: true })).filter(({ jour }) => out.has(jour)),
      ].map((date) => ({ ...date, plage_id: plage.id, ressource_id: plage.ressource_id }));
    })
    .sort((a, b) => a.jour.localeCompare(b.jour) || a.debut - b.debut || a.plage_id - b.plage_id);
}

const DAY_MS = 86_400_000;
