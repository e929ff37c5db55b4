import { weekdayOf } from './dates.ts';
import { isFerie } from './holidays.ts';
import type { StoredHoraires, StoredInterval } from './stored-form.ts';

/**
 * Many stored hours as flat arrays, so that "open now" over all of them costs next to nothing: only what is open for sure is in them
 * (see `openWithin`, which says the same of one). Days with the same ranges are one `forme`, which is asked once for all of them where there are many.
 */
export interface Semaines {
  /** By weekday, Monday first: hours → forme. One day is small enough to stay in the processor's cache. */
  jours: readonly Uint32Array[];
  formes: Formes;
  /** Hours → index into `regimes`. */
  regimeOf: Uint16Array;
  regimes: readonly Regime[];
  /** Of dated hours: the days (day numbers) that are known, and those that differ from the week. */
  datees: ReadonlyMap<number, Datees>;
  /** Day → regime → `HOLDS` and `DATED`, added, as it is asked: the clocks of one moment show two days at most. */
  connus: Map<number, Uint8Array>;
}

/** Forme 0 is a closed day; any other is what an earlier one has, and one range more: minutes from (in) to (out), 0..1440. */
interface Formes {
  parents: Uint32Array;
  froms: Uint16Array;
  tos: Uint16Array;
}

/** What tells, besides the ranges of a day, whether they are to be believed. */
interface Regime {
  territoire: string;
  /** The week holds on public holidays too. */
  feriesOuverts: boolean;
  /** The week does not tell alone. */
  dated: boolean;
}

/** The week holds on that day. */
const HOLDS = 1;
const DATED = 2;

interface Datees {
  du: number;
  au: number;
  jours: ReadonlyMap<number, readonly StoredInterval[]>;
}

/** Puts `length` stored hours together; what was not understood is never open. */
export function compileSemaines(length: number, at: (hours: number) => StoredHoraires): Semaines {
  const jours = Array.from({ length: 7 }, () => new Uint32Array(length));
  const formes = new FormeWriter();
  const regimeOf = new Uint16Array(length);
  const regimes = new RegimeWriter();
  const datees = new Map<number, Datees>();
  for (let hours = 0; hours < length; hours++) {
    const stored = at(hours);
    if (stored.etat !== 'lu') continue;
    jours.forEach((jour, weekday) => {
      jour[hours] = formes.number(stored.semaine[weekday] ?? []);
    });
    regimeOf[hours] = regimes.number(stored);
    if (stored.datees) {
      const { du, au, jours: days } = stored.datees;
      const listed = Object.entries(days ?? {}).map(([day, list]): [number, readonly StoredInterval[]] => [
        Number(day),
        list,
      ]);
      // Without its dated days nothing is known of it.
      datees.set(hours, { du, au: days ? au : du - 1, jours: new Map(listed) });
    }
  }
  return { jours, formes: formes.formes(), regimeOf, regimes: regimes.regimes, datees, connus: new Map() };
}

/** Above any pair of minutes: what a forme adds to another, and that other, are one number. */
const PAIRS = 2 ** 22;

/** Numbers the formes of days in the order in which they come. */
class FormeWriter {
  readonly #parents = [0];
  readonly #froms = [0];
  readonly #tos = [0];
  readonly #known = new Map<number, number>();

  number(intervals: readonly StoredInterval[]): number {
    let forme = 0;
    for (const [from, to, uncertain] of intervals) {
      if (!uncertain) forme = this.#longer(forme, from, to);
    }
    return forme;
  }

  #longer(parent: number, from: number, to: number): number {
    const key = parent * PAIRS + from * 2048 + to;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const forme = this.#parents.push(parent) - 1;
    this.#froms.push(from);
    this.#tos.push(to);
    this.#known.set(key, forme);
    return forme;
  }

  formes(): Formes {
    return {
      parents: Uint32Array.from(this.#parents),
      froms: Uint16Array.from(this.#froms),
      tos: Uint16Array.from(this.#tos),
    };
  }
}

class RegimeWriter {
  readonly regimes: Regime[] = [];
  readonly #known = new Map<string, number>();

  number({ territoire, feries, datees }: Extract<StoredHoraires, { etat: 'lu' }>): number {
    const feriesOuverts = feries === 'ouvert';
    const dated = datees !== null;
    const key = `${territoire}/${feriesOuverts}/${dated}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.regimes.length);
    return this.regimes.push({ territoire, feriesOuverts, dated }) - 1;
  }
}

/** Minutes `[from, to)` (0..1440) of one local day (day number). */
export interface Moment {
  day: number;
  from: number;
  to: number;
}

/** Tells of each hours whether it is open for sure at some minute; -1 never is. For a few of them: for all, `surelyOpenHours`. */
export function surelyOpen(semaines: Semaines, moment: Moment): (hours: number) => boolean {
  const { parents, froms, tos } = semaines.formes;
  const { from, to } = moment;
  const formeOf = semaines.jours[weekdayOf(moment.day)] ?? NO_JOUR;
  const regimes = regimesOn(moment.day, semaines);
  const open = (hours: number): boolean => {
    for (let forme = formeOf[hours] ?? 0; forme !== 0; forme = parents[forme] ?? 0) {
      if ((froms[forme] ?? 0) < to && from < (tos[forme] ?? 0)) return true;
    }
    return false;
  };
  return (hours) => {
    const regime = regimes[semaines.regimeOf[hours] ?? -1] ?? 0;
    if (regime === HOLDS) return open(hours);
    return regime !== 0 && (datedOpen(semaines, hours, moment) ?? ((regime & HOLDS) !== 0 && open(hours)));
  };
}

/** The same of all of them at once: hours → 1 where it is open for sure at some minute. */
export function surelyOpenHours(semaines: Semaines, moment: Moment): Uint8Array {
  const { regimeOf, formes } = semaines;
  const formeOf = semaines.jours[weekdayOf(moment.day)] ?? NO_JOUR;
  const regimes = regimesOn(moment.day, semaines);
  const formesOpen = openFormes(formes, moment);
  const open = new Uint8Array(regimeOf.length);
  for (let hours = 0; hours < open.length; hours++) {
    const regime = regimes[regimeOf[hours] ?? 0] ?? 0;
    if (regime === 0) continue;
    const dated = regime === HOLDS ? null : datedOpen(semaines, hours, moment);
    if (dated !== null) open[hours] = dated ? 1 : 0;
    else if ((regime & HOLDS) !== 0) open[hours] = formesOpen[formeOf[hours] ?? 0] ?? 0;
  }
  return open;
}

/** What the dated days of hours say of a day; null where they leave it to the week. */
function datedOpen({ datees }: Semaines, hours: number, { day, from, to }: Moment): boolean | null {
  const known = datees.get(hours);
  if (!known || day < known.du || day > known.au) return false;
  const listed = known.jours.get(day);
  return listed ? listed.some(([start, end, uncertain]) => !uncertain && start < to && from < end) : null;
}

const NO_JOUR = new Uint32Array(0);

/** Forme → 1 where it is open at some minute of `[from, to)`: a forme comes after the one that it continues. */
function openFormes({ parents, froms, tos }: Formes, { from, to }: Moment): Uint8Array {
  const open = new Uint8Array(parents.length);
  for (let forme = 1; forme < open.length; forme++) {
    const own = (froms[forme] ?? 0) < to && from < (tos[forme] ?? 0);
    open[forme] = own ? 1 : (open[parents[forme] ?? 0] ?? 0);
  }
  return open;
}

function regimesOn(day: number, { regimes, connus }: Semaines): Uint8Array {
  const known = connus.get(day);
  if (known) return known;
  const on = Uint8Array.from(regimes, ({ territoire, feriesOuverts, dated }) => {
    const holds = feriesOuverts || isFerie(day, territoire) === 'non';
    return (holds ? HOLDS : 0) + (dated ? DATED : 0);
  });
  if (connus.size >= 16) connus.clear();
  connus.set(day, on);
  return on;
}
