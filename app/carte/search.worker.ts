import { type CartePage, cartePage, lieuOf } from './carte-data.ts';
import { buildClusters, type Clusters } from './clusters.ts';
import { type Bbox, type Filtres, formatFiltres } from './filters.ts';
import type { LocalAnswer, LocalRequest, Marker } from './local-search.ts';
import { prepareOuverture } from './ouverture.ts';
import { selectRows } from './search.ts';
import { decodeParts, type PartName, type SnapshotIndex } from './snapshot.ts';

/** The browser's thread that searches the same snapshot as the server, by the same modules. */

let opened: { hash: string; index: Promise<SnapshotIndex> } | null = null;
let clusters: { key: string; clusters: Clusters } | null = null;

self.addEventListener('message', ({ data }: MessageEvent<LocalRequest>) => {
  answer(data).then(
    (value) => self.postMessage({ id: data.id, ok: true, value } satisfies LocalAnswer),
    (error: unknown) => self.postMessage({ id: data.id, ok: false, message: String(error) } satisfies LocalAnswer),
  );
});

async function answer(request: LocalRequest): Promise<CartePage | Marker[] | null> {
  if (request.kind === 'open') {
    await open(request.hash);
    return null;
  }
  if (!opened) throw new Error('no snapshot');
  const index = await opened.index;
  if (request.kind === 'page') {
    const { filtres, inconnus, lieuCherche, instant } = request;
    return { ...cartePage(index, { filtres, inconnus, lieuCherche, instant }), hash: opened.hash };
  }
  return listMarkers(index, opened.hash, request);
}

/** The former snapshot answers until the new one is whole. */
async function open(hash: string): Promise<void> {
  if (opened?.hash === hash) return;
  const index = load(hash);
  opened ??= { hash, index };
  try {
    await index;
    opened = { hash, index };
  } catch (error) {
    if (opened.index === index) opened = null;
    throw error;
  }
}

async function load(hash: string): Promise<SnapshotIndex> {
  const fetchPart = async (name: PartName) => {
    const response = await fetch(`/carte/snapshot/${hash}/${name}.bin`);
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  const [carte, noms, ids, horaires] = await Promise.all([
    fetchPart('carte'),
    fetchPart('noms'),
    fetchPart('ids'),
    fetchPart('horaires'),
  ]);
  const index = decodeParts({ carte, noms, ids, horaires });
  prepareOuverture(index, new Date());
  return index;
}

/** What the filters keep, wherever it is: only the box of the map bounds what is drawn. */
function listMarkers(
  index: SnapshotIndex,
  hash: string,
  {
    filtres,
    texte,
    bbox,
    zoom,
    instant,
  }: { filtres: Filtres; texte: boolean; bbox: Bbox; zoom: number; instant: Date },
): Marker[] {
  const drawn: Filtres = { ...filtres, bbox: null, page: 1, q: texte ? filtres.q : null };
  // Stops are there on their days: what is drawn without any filter of time is of an hour.
  const span = drawn.ouvert || drawn.rdv ? 60_000 : 3_600_000;
  const key = `${hash} ${formatFiltres(drawn)} ${Math.floor(instant.getTime() / span)}`;
  if (clusters?.key !== key) {
    clusters = { key, clusters: buildClusters(index, selectRows(index, { filtres: drawn, place: null, instant })) };
  }
  return joinSamePlace(
    clusters.clusters.list(bbox, zoom).map(({ longitude, latitude, count, row, expansionZoom }) => ({
      longitude,
      latitude,
      count,
      expansionZoom,
      lieux: row === null ? [] : [lieuOf(index, row, { filtres, instant })],
    })),
  );
}

/** Lieux at the very same point, which no zoom pulls apart, are one marker that lists them. */
function joinSamePlace(markers: Marker[]): Marker[] {
  const alone = new Map<string, Marker>();
  const joined: Marker[] = [];
  for (const marker of markers) {
    const key = `${marker.longitude.toFixed(5)} ${marker.latitude.toFixed(5)}`;
    const same = marker.lieux.length > 0 ? alone.get(key) : undefined;
    if (same) {
      same.lieux.push(...marker.lieux);
      same.count += marker.count;
      continue;
    }
    if (marker.lieux.length > 0) alone.set(key, marker);
    joined.push(marker);
  }
  return joined;
}
