import type { Opening } from './evaluate.ts';
import { osmOfText } from './form-source.ts';
import { localMoment } from './opening.ts';
import { parseHoraires } from './parse.ts';
import { shownOpenings } from './preview.ts';
import { DAY_MINUTES } from './week.ts';

/** An appointment that someone holds: instants, and what it is about. Nothing of who comes. */
export interface Booked {
  id: number;
  debut: Date;
  fin: Date;
  prestation: string;
}

/**
 * The appointments that hours would leave outside: closed for sure during some of it after the change, and not before. Hours do not
 * cancel appointments; the person who changes them is told. On the clock of the IANA zone, with the holidays of the territory.
 */
export function bookingsLeftOut<T extends Pick<Booked, 'debut' | 'fin'>>(
  booked: readonly T[],
  { before, after, zone, territory }: { before: string; after: string; zone: string; territory: string },
): T[] {
  if (booked.length === 0 || before === after) return [];
  const [then, now] = [dayReader(before, territory), dayReader(after, territory)];
  return booked.filter((one) => isClosedDuring(now, one, zone) && !isClosedDuring(then, one, zone));
}

/** The appointments that hours hold: help is there from beginning to end, as far as the text tells; none where there are no hours. */
export function bookingsWithin<T extends Pick<Booked, 'debut' | 'fin'>>(
  booked: readonly T[],
  { text, zone, territory }: { text: string | null; zone: string; territory: string },
): T[] {
  const openingsOn = booked.length === 0 || text === null ? null : dayReader(text, territory);
  return openingsOn === null ? [] : booked.filter((one) => !isClosedDuring(openingsOn, one, zone));
}

/** The openings of a local day (day number) by a text of hours; null where the text is empty or does not read: it closes nothing. */
function dayReader(text: string, territory: string): ((day: number) => Opening[]) | null {
  const osm = osmOfText(text);
  const parsed = osm === null ? null : parseHoraires(osm);
  return parsed?.ok ? (day) => shownOpenings(parsed.horaires, day, territory) : null;
}

function isClosedDuring(
  openingsOn: ((day: number) => Opening[]) | null,
  { debut, fin }: Pick<Booked, 'debut' | 'fin'>,
  zone: string,
): boolean {
  if (!openingsOn) return false;
  const { day, minute } = localMoment(debut, zone);
  const end = minute + Math.round((fin.getTime() - debut.getTime()) / 60_000);
  const later = openingsOn(day + 1).map((opening) => ({
    start: opening.start + DAY_MINUTES,
    end: opening.end + DAY_MINUTES,
  }));
  // Openings are sorted and never overlap: one after the other they must reach from the beginning to the end.
  const reached = [...openingsOn(day), ...later].reduce(
    (at, opening) => (opening.start <= at && opening.end > at ? opening.end : at),
    minute,
  );
  return reached < end;
}
