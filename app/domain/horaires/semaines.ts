import { weekdayOf } from './dates.ts';
import { isFerie } from './holidays.ts';
import type { StoredHoraires, StoredInterval } from './stored-form.ts';

/**
 * Many stored hours as flat arrays, so that "open now" over all of them costs next to nothing: only what is open for sure is in them
 * (see `openWithin`, which says the same of one).
 */
export interface Semaines {
  /** Hours × 7 weekdays (Monday first) → where their minutes begin in `bounds`; one more at the end. */
  starts: Uint32Array;
  /** Pairs of minutes, from (in) and to (out), 0..1440. */
  bounds: Uint16Array;
  /** Hours → whether the week holds on public holidays too. */
  feries: Uint8Array;
  /** Hours → index into `territoires`. */
  territoireOf: Uint16Array;
  territoires: readonly string[];
  /** Of hours that the week does not tell alone: the days (day numbers) that are known, and those that differ. */
  datees: ReadonlyMap<number, Datees>;
}

interface Datees {
  du: number;
  au: number;
  jours: ReadonlyMap<number, readonly StoredInterval[]>;
}

/** Puts `length` stored hours together; what was not understood is never open. */
export function compileSemaines(length: number, at: (hours: number) => StoredHoraires): Semaines {
  const starts = new Uint32Array(length * 7 + 1);
  const feries = new Uint8Array(length);
  const territoireOf = new Uint16Array(length);
  const territoires = new Map<string, number>();
  const datees = new Map<number, Datees>();
  const minutes: number[] = [];
  for (let hours = 0; hours < length; hours++) {
    const stored = at(hours);
    const semaine = stored.etat === 'lu' ? stored.semaine : [];
    for (let weekday = 0; weekday < 7; weekday++) {
      for (const [start, end, uncertain] of semaine[weekday] ?? []) if (!uncertain) minutes.push(start, end);
      starts[hours * 7 + weekday + 1] = minutes.length;
    }
    if (stored.etat !== 'lu') continue;
    feries[hours] = stored.feries === 'ouvert' ? 1 : 0;
    const number = territoires.get(stored.territoire) ?? territoires.size;
    territoires.set(stored.territoire, number);
    territoireOf[hours] = number;
    if (stored.datees) {
      const { du, au, jours } = stored.datees;
      const listed = Object.entries(jours ?? {}).map(([day, list]): [number, readonly StoredInterval[]] => [
        Number(day),
        list,
      ]);
      // Without its dated days nothing is known of it.
      datees.set(hours, { du, au: jours ? au : du - 1, jours: new Map(listed) });
    }
  }
  const bounds = Uint16Array.from(minutes);
  return { starts, bounds, feries, territoireOf, territoires: [...territoires.keys()], datees };
}

/** Tells of each hours whether it is open for sure at some minute of `[from, to)` (0..1440) of one local day (day number); -1 never is. */
export function surelyOpen(
  { starts, bounds, feries, territoireOf, territoires, datees }: Semaines,
  { day, from, to }: { day: number; from: number; to: number },
): (hours: number) => boolean {
  const weekday = weekdayOf(day);
  const ordinary = Uint8Array.from(territoires, (territoire) => (isFerie(day, territoire) === 'non' ? 1 : 0));
  const week = (hours: number): boolean => {
    if (feries[hours] !== 1 && ordinary[territoireOf[hours] ?? 0] !== 1) return false;
    const end = starts[hours * 7 + weekday + 1] ?? 0;
    for (let at = starts[hours * 7 + weekday] ?? 0; at < end; at += 2) {
      if ((bounds[at] ?? 0) < to && from < (bounds[at + 1] ?? 0)) return true;
    }
    return false;
  };
  const dated = ({ du, au, jours }: Datees, hours: number): boolean => {
    if (day < du || day > au) return false;
    const listed = jours.get(day);
    return listed ? listed.some(([start, end, uncertain]) => !uncertain && start < to && from < end) : week(hours);
  };
  if (datees.size === 0) return (hours) => hours >= 0 && week(hours);
  return (hours) => {
    if (hours < 0) return false;
    const known = datees.get(hours);
    return known ? dated(known, hours) : week(hours);
  };
}
