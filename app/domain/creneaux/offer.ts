import { formatLocalDate } from '../horaires/dates.ts';
import type { Slot } from './slots.ts';
import { dayOfWall, wallOf, zoneClock } from './wall-time.ts';

/** A slot as a citizen sees it: the same start with two ressources is one slot. */
export interface OfferedSlot {
  prestation_id: number;
  debut: Date;
  fin: Date;
  /** Seats left, over all ressources. */
  places: number;
  /** Those who can give it, in the order in which they are tried. */
  ressources: readonly { ressource_id: number; fin: Date; occupation_fin: Date }[];
}

/** Slots (by start, as listSlots gives them) with the same prestation and start made one. */
export function mergeSlots(slots: readonly Slot[]): OfferedSlot[] {
  const offers = new Map<string, OfferedSlot>();
  for (const { prestation_id, ressource_id, debut, fin, occupation_fin, places } of slots) {
    const key = `${debut.getTime()} ${prestation_id}`;
    const known = offers.get(key);
    offers.set(key, {
      prestation_id,
      debut,
      fin: known?.fin ?? fin,
      places: (known?.places ?? 0) + places,
      ressources: [...(known?.ressources ?? []), { ressource_id, fin, occupation_fin }],
    });
  }
  return [...offers.values()];
}

/** At most `count` offers of a prestation, those nearest in time to `debut`, by start. Of two as near, the later one. */
export function nearestOffers(
  offers: readonly OfferedSlot[],
  { prestation_id, debut, count }: { prestation_id: number; debut: Date; count: number },
): OfferedSlot[] {
  const distance = (offer: OfferedSlot) => Math.abs(offer.debut.getTime() - debut.getTime());
  return offers
    .filter((offer) => offer.prestation_id === prestation_id)
    .sort((a, b) => distance(a) - distance(b) || b.debut.getTime() - a.debut.getTime())
    .slice(0, count)
    .sort((a, b) => a.debut.getTime() - b.debut.getTime());
}

/** Offers (by start) by local day, AAAA-MM-JJ, at most `days` days that have some. */
export function offersByDay(
  offers: readonly OfferedSlot[],
  { zone, days }: { zone: string; days: number },
): { jour: string; offers: OfferedSlot[] }[] {
  const first = offers.at(0);
  const last = offers.at(-1);
  if (first === undefined || last === undefined) return [];
  const clock = zoneClock(zone, first.debut.getTime(), last.debut.getTime());
  const groups = new Map<string, OfferedSlot[]>();
  for (const offer of offers) {
    const jour = formatLocalDate(dayOfWall(wallOf(clock, offer.debut.getTime())));
    const group = groups.get(jour);
    if (group) group.push(offer);
    else if (groups.size < days) groups.set(jour, [offer]);
    else break;
  }
  return [...groups].map(([jour, group]) => ({ jour, offers: group }));
}
