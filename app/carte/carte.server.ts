import type { Lieu } from '#app/domain/lieu.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { type CartePage, cartePage, type Proche, procheOf } from './carte-data.ts';
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

/** The nearest lieu that receives people and can be reached, for one that cannot: from where it is, else from its commune. */
export async function procheOfLieu(
  { snapshots, communes }: { snapshots: SnapshotStore; communes: CommuneIndex },
  { latitude, longitude, code_insee }: Pick<Lieu, 'latitude' | 'longitude' | 'code_insee'>,
): Promise<Proche | null> {
  const placed = latitude !== null && longitude !== null;
  const point = placed ? { latitude, longitude } : communes.findByInsee(code_insee ?? '')?.centre;
  if (!point) return null;
  const { index } = await snapshots.current();
  return procheOf(index, point);
}
