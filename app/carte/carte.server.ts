import type { CommuneIndex } from '#app/domain/territoire.ts';
import { type CartePage, cartePage } from './carte-data.ts';
import { parseFiltres } from './filters.ts';
import { resolvePlace } from './place.ts';
import type { SnapshotStore } from './snapshot-store.ts';

/** What `/carte` answers to a query string: the list, the view of the map, and what was not understood. */
export async function readCartePage(
  params: URLSearchParams,
  { snapshots, communes, now }: { snapshots: SnapshotStore; communes: CommuneIndex; now: () => Date },
): Promise<CartePage> {
  const { hash, index } = await snapshots.current();
  const { filtres, inconnus } = parseFiltres(params);
  const lieuCherche = filtres.q === null ? null : resolvePlace(filtres.q, { communes, index });
  return { ...cartePage(index, { filtres, inconnus, lieuCherche, instant: now() }), hash };
}
