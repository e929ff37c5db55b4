import { weekdayOf } from './dates.ts';
import { isFerie } from './holidays.ts';
import type { StoredHoraires, StoredInterval } from './stored-form.ts';

/**
 * Many stored hours as flat arrays, so that "open now" over all of them costs next to nothing: only what is open for sure is in them
 * (see `openWithin`, which says the same of one).
 */
export interface Semaines {
  /** By weekday, Monday first: one day is small enough to stay in the processor's cache. */
  jours: readonly Jour[];
  /** Hours → `OPEN_ON_HOLIDAYS` (the week holds on public holidays too) and `DATED` (the week does not tell alone), added. */
  flags: Uint8Array;
  /** Hours → index into `territoires`. */
  territoireOf: Uint16Array;
  territoires: readonly string[];
  /** Of dated hours: the days (day numbers) that are known, and those that differ from the week. */
  datees: ReadonlyMap<number, Datees>;
  /** Day → territoire → 1 where it is surely no public holiday, as it is asked: the clocks of one moment show two days at most. */
  ordinaires: Map<number, Uint8Array>;
}

interface Jour {
  /** Hours → where their minutes begin in `bounds`; one more at the end. */
  starts: Uint32Array;
  /** Pairs of minutes, from (in) and to (out), 0..1440. */
  bounds: Uint16Array;
}

const OPEN_ON_HOLIDAYS = 1;
const DATED = 2;

interface Datees {
  du: number;
  au: number;
  jours: ReadonlyMap<number, readonly StoredInterval[]>;
}

/** Puts `length` stored hours together; what was not understood is never open. */
export function compileSemaines(length: number, at: (hours: number) => StoredHoraires): Semaines {
  const days = Array.from({ length: 7 }, () => new JourWriter(length));
  const flags = new Uint8Array(length);
  const territoireOf = new Uint16Array(length);
  const territoires = new Map<string, number>();
  const datees = new Map<number, Datees>();
  for (let hours = 0; hours < length; hours++) {
    const stored = at(hours);
    const semaine = stored.etat === 'lu' ? stored.semaine : [];
    for (let weekday = 0; weekday < 7; weekday++) days[weekday]?.add(hours, semaine[weekday]);
    if (stored.etat !== 'lu') continue;
    flags[hours] = (stored.feries === 'ouvert' ? OPEN_ON_HOLIDAYS : 0) + (stored.datees ? DATED : 0);
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
  const jours = days.map((day) => day.jour());
  return { jours, flags, territoireOf, territoires: [...territoires.keys()], datees, ordinaires: new Map() };
}

/** Writes the minutes of one weekday, hours after hours. */
class JourWriter {
  readonly #starts: Uint32Array;
  #bounds: Uint16Array;
  #length = 0;

  constructor(hours: number) {
    this.#starts = new Uint32Array(hours + 1);
    this.#bounds = new Uint16Array(hours * 4 + 16);
  }

  add(hours: number, intervals: readonly StoredInterval[] | undefined): void {
    for (let index = 0; intervals !== undefined && index < intervals.length; index++) {
      const interval = intervals[index];
      if (interval === undefined || interval[2]) continue;
      if (this.#length + 2 > this.#bounds.length) this.#grow();
      this.#bounds[this.#length++] = interval[0];
      this.#bounds[this.#length++] = interval[1];
    }
    this.#starts[hours + 1] = this.#length;
  }

  jour(): Jour {
    return { starts: this.#starts, bounds: this.#bounds.slice(0, this.#length) };
  }

  #grow(): void {
    const grown = new Uint16Array(this.#bounds.length * 2);
    grown.set(this.#bounds);
    this.#bounds = grown;
  }
}

/** Tells of each hours whether it is open for sure at some minute of `[from, to)` (0..1440) of one local day (day number); -1 never is. */
export function surelyOpen(
  semaines: Semaines,
  { day, from, to }: { day: number; from: number; to: number },
): (hours: number) => boolean {
  const { jours, flags, territoireOf, datees } = semaines;
  const { starts, bounds } = jours[weekdayOf(day)] ?? NO_JOUR;
  const ordinary = ordinaryOn(day, semaines);
  const week = (hours: number, flag: number): boolean => {
    if ((flag & OPEN_ON_HOLIDAYS) === 0 && ordinary[territoireOf[hours] ?? 0] !== 1) return false;
    const end = starts[hours + 1] ?? 0;
    for (let at = starts[hours] ?? 0; at < end; at += 2) {
      if ((bounds[at] ?? 0) < to && from < (bounds[at + 1] ?? 0)) return true;
    }
    return false;
  };
  const dated = (hours: number, flag: number): boolean => {
    const known = datees.get(hours);
    if (!known || day < known.du || day > known.au) return false;
    const listed = known.jours.get(day);
    return listed
      ? listed.some(([start, end, uncertain]) => !uncertain && start < to && from < end)
      : week(hours, flag);
  };
  return (hours) => {
    const flag = flags[hours];
    if (flag === undefined) return false;
    return (flag & DATED) === 0 ? week(hours, flag) : dated(hours, flag);
  };
}

const NO_JOUR: Jour = { starts: new Uint32Array(0), bounds: new Uint16Array(0) };

function ordinaryOn(day: number, { territoires, ordinaires }: Semaines): Uint8Array {
  const known = ordinaires.get(day);
  if (known) return known;
  const ordinary = Uint8Array.from(territoires, (territoire) => (isFerie(day, territoire) === 'non' ? 1 : 0));
  if (ordinaires.size >= 16) ordinaires.clear();
  ordinaires.set(day, ordinary);
  return ordinary;
}
