import { weekdayOf } from '../horaires/dates.ts';
import { dayOfDate, instantAtOrAfter, wallTime, type ZoneClock } from './wall-time.ts';

/** A kind of help that can be booked. `duree`, `tampon`, `pas`, `delai_min` and `delai_max` are minutes. */
export interface PrestationRule {
  id: number;
  duree: number;
  /** Kept free after each appointment. */
  tampon: number;
  /** Between two possible starts, counted from the beginning of the plage. */
  pas: number;
  /** A slot is offered from `delai_min` before it starts… */
  delai_min: number;
  /** …and at most `delai_max` before. */
  delai_max: number;
  /** 1: an individual appointment; more: the seats of an atelier. */
  capacite: number;
}

/** Hours that a ressource gives every n weeks, in the wall time of the lieu. */
export interface PlageRule {
  id: number;
  ressource_id: number;
  prestation_ids: readonly number[];
  /** First and last day, both included, AAAA-MM-JJ; `valide_au: null` until further notice. */
  valide_du: string;
  valide_au: string | null;
  /** 1 is Monday, 7 Sunday. */
  jours: readonly number[];
  /** Minutes since local midnight; `fin` over 1440 is past midnight. */
  debut: number;
  fin: number;
  toutes_les: number;
  /** Any day of a week that counts, AAAA-MM-JJ. */
  ancre: string;
  exceptions: readonly PlageException[];
}

/** `retire` takes a date out, `ajoute` adds one with its own minutes; both together move it. */
export interface PlageException {
  retire: string | null;
  ajoute: string | null;
  debut: number | null;
  fin: number | null;
}

/** A span of instants, epoch ms, end not included. */
export interface Span {
  from: number;
  to: number;
}

/** One occurrence of a plage: its instants, and the wall time from which its starts are counted. */
export interface Occurrence extends Span {
  wallFrom: number;
  wallTo: number;
}

/**
 * The occurrences of a plage that begin on the local days `firstDay` to `lastDay` (days since 1970-01-01). A public
 * holiday takes out a date of the weekly rhythm; a date that was added by hand stays, holiday or not.
 */
export function listOccurrences(
  plage: PlageRule,
  { clock, firstDay, lastDay, isFerie }: OccurrenceQuery,
): Occurrence[] {
  const occurrences: Occurrence[] = [];
  const add = (day: number, debut: number, fin: number) => {
    const wallFrom = wallTime(day, debut);
    const wallTo = wallTime(day, fin);
    const span = { from: instantAtOrAfter(clock, wallFrom), to: instantAtOrAfter(clock, wallTo) };
    if (span.from < span.to) occurrences.push({ ...span, wallFrom, wallTo });
  };

  const removed = new Set(plage.exceptions.map(({ retire }) => (retire === null ? null : dayOfDate(retire))));
  const last = plage.valide_au === null ? lastDay : Math.min(lastDay, dayOfDate(plage.valide_au));
  const anchorWeek = weekOf(dayOfDate(plage.ancre));
  for (let day = Math.max(firstDay, dayOfDate(plage.valide_du)); day <= last; day++) {
    const onDay = plage.jours.includes(weekdayOf(day) + 1) && (weekOf(day) - anchorWeek) % plage.toutes_les === 0;
    if (onDay && !removed.has(day) && !isFerie(day)) add(day, plage.debut, plage.fin);
  }
  for (const { ajoute, debut, fin } of plage.exceptions) {
    if (ajoute === null || debut === null || fin === null) continue;
    const day = dayOfDate(ajoute);
    if (day >= firstDay && day <= lastDay) add(day, debut, fin);
  }
  return occurrences;
}

export interface OccurrenceQuery {
  clock: ZoneClock;
  firstDay: number;
  lastDay: number;
  /** Whether the lieu is closed on that local day (days since 1970-01-01) for a public holiday. */
  isFerie: (day: number) => boolean;
}

/** The same for the seven days of a week, Monday first, and one more for the week after. */
function weekOf(day: number): number {
  return Math.floor((day + 3) / 7);
}
