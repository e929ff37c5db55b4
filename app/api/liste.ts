import type { Filtres } from '#app/carte/filters.ts';
import { lieuOfRow, pointOfRow } from '#app/carte/rows.ts';
import { distanceBetween, type Place, selectRows } from '#app/carte/search.ts';
import type { SnapshotIndex } from '#app/carte/snapshot.ts';

/** Where a lieu stands in a list: kilometres from the point asked for (0 without one, null without coordinates), then its id. */
export interface Rang {
  distance: number | null;
  id: string;
}

/** Some lieux of a list, in its order, and how many it has in all. */
export interface Tranche {
  rangs: readonly Rang[];
  total: number;
  /** Whether others follow. */
  suite: boolean;
}

/**
 * The lieux that filters keep, each once however many of its stops are kept, by id; from the nearest with a point, the nearest of what
 * was kept of it, then those without coordinates. At most `limite` after `apres`.
 */
export function trancheOf(
  index: SnapshotIndex,
  asked: { filtres: Filtres; place: Place | null; instant: Date; apres: Rang | null; limite: number },
): Tranche {
  const { point } = asked.filtres;
  const distances = new Map<number, number | null>();
  for (const row of selectRows(index, asked)) {
    const lieu = lieuOfRow(index, row);
    const place = point && pointOfRow(index, row);
    const distance = point ? place && distanceBetween(point, place) : 0;
    const known = distances.get(lieu);
    if (known === undefined || farness(distance) < farness(known)) distances.set(lieu, distance);
  }
  const { ids, ranks } = orderOf(index);
  const { apres, limite } = asked;
  const after: (Rang & { key: number })[] = [];
  for (const [lieu, distance] of distances) {
    const rang = { distance, id: ids[lieu] ?? '', key: point ? farness(distance) : (ranks[lieu] ?? 0) };
    if (apres === null || compare(rang, apres) > 0) after.push(rang);
  }
  // Numbers sort ten times faster than lieux: only those no farther than the last that is asked for are put in order.
  const farthest = Float64Array.from(after, ({ key }) => key).sort()[limite - 1] ?? Infinity;
  const few = after.filter(({ key }) => key <= farthest).sort(compare);
  const rangs = few.slice(0, limite).map(({ distance, id }): Rang => ({ distance, id }));
  return { rangs, total: distances.size, suite: after.length > limite };
}

function compare(a: Rang, b: Rang): number {
  return farness(a.distance) - farness(b.distance) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Farther than any two points of the earth where it is not known. */
function farness(distance: number | null): number {
  return distance ?? 1e6;
}

interface Order {
  ids: readonly string[];
  /** Row of a lieu → its place among the ids. */
  ranks: Int32Array;
}

const orderByIndex = new WeakMap<SnapshotIndex, Order>();

/** Ids are compressed in a snapshot: read once, and put in order once. */
function orderOf(index: SnapshotIndex): Order {
  const known = orderByIndex.get(index);
  if (known) return known;
  const ids = index.ids.toArray();
  const rows = ids.map((id, row) => ({ id, row })).sort((a, b) => (a.id < b.id ? -1 : 1));
  const ranks = new Int32Array(ids.length);
  for (const [rank, { row }] of rows.entries()) ranks[row] = rank;
  const order = { ids, ranks };
  orderByIndex.set(index, order);
  return order;
}
