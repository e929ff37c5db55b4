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
  const ids = idsOf(index);
  const all = Array.from(distances, ([lieu, distance]): Rang => ({ distance, id: ids[lieu] ?? '' }));
  const { apres, limite } = asked;
  const after = (apres === null ? all : all.filter((rang) => compare(rang, apres) > 0)).sort(compare);
  return { rangs: after.slice(0, limite), total: all.length, suite: after.length > limite };
}

function compare(a: Rang, b: Rang): number {
  return farness(a.distance) - farness(b.distance) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Farther than any two points of the earth where it is not known. */
function farness(distance: number | null): number {
  return distance ?? 1e6;
}

const idsByIndex = new WeakMap<SnapshotIndex, readonly string[]>();

/** Ids are compressed in a snapshot: read once. */
function idsOf(index: SnapshotIndex): readonly string[] {
  const ids = idsByIndex.get(index) ?? index.ids.toArray();
  idsByIndex.set(index, ids);
  return ids;
}
