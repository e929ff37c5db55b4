import type { CarteLieu, CartePage } from './carte-data.ts';
import { type Bbox, type FiltreInconnu, type Filtres, parseFiltres } from './filters.ts';
import type { ResolvedPlace } from './place.ts';

/**
 * The page's side of `search.worker.ts`. Browser only, one worker for as long as the page lives. Whatever fails here is
 * answered by the server instead.
 */

/** Several lieux drawn as one, or one lieu (or several at one address) that can be opened. */
export interface Marker {
  longitude: number;
  latitude: number;
  count: number;
  /** Zoom at which it comes apart; null where `lieux` says who is here. */
  expansionZoom: number | null;
  lieux: Omit<CarteLieu, 'distance' | 'proche'>[];
}

type Request =
  | { kind: 'open'; hash: string }
  | {
      kind: 'page';
      filtres: Filtres;
      inconnus: readonly FiltreInconnu[];
      lieuCherche: ResolvedPlace | null;
      instant: Date;
    }
  | { kind: 'markers'; filtres: Filtres; texte: boolean; bbox: Bbox; zoom: number; instant: Date };

export type LocalRequest = Request & { id: number };

export type LocalAnswer =
  | { id: number; ok: true; value: CartePage | Marker[] | null }
  | { id: number; ok: false; message: string };

let worker: Worker | null = null;
let ready = false;
let lastId = 0;
const waiting = new Map<
  number,
  { resolve: (value: CartePage | Marker[] | null) => void; reject: (error: Error) => void }
>();
/** Places that the server has looked up, by what was searched: it alone knows every commune. */
const places = new Map<string, ResolvedPlace | null>();

/** Makes the worker read a page's snapshot and remembers what the server understood of its `q`. */
export async function openLocally({ hash, filtres, lieuCherche }: CartePage): Promise<void> {
  if (filtres.q !== null) places.set(filtres.q, lieuCherche);
  worker ??= startWorker();
  await openSnapshot(hash);
}

/** Makes the worker, if there is one, go over to another snapshot: the former answers until it is whole. */
export async function openSnapshot(hash: string): Promise<void> {
  if (!worker) return;
  await ask({ kind: 'open', hash });
  ready = true;
}

/** The page for a query string without asking the server; null where the server must be asked. */
export async function pageLocally(params: URLSearchParams): Promise<CartePage | null> {
  if (!ready) return null;
  const { filtres, inconnus } = parseFiltres(params);
  const lieuCherche = filtres.q === null ? null : places.get(filtres.q);
  if (lieuCherche === undefined) return null;
  try {
    const page = await ask({ kind: 'page', filtres, inconnus, lieuCherche, instant: new Date() });
    return page !== null && 'filtres' in page ? page : null;
  } catch {
    return null;
  }
}

/**
 * What to draw in a box at a zoom. Where `q` names a place it is where one looks, not what one looks for.
 * @throws where the snapshot could not be read
 */
export async function markersLocally(
  { filtres, lieuCherche }: Pick<CartePage, 'filtres' | 'lieuCherche'>,
  { bbox, zoom }: { bbox: Bbox; zoom: number },
): Promise<Marker[]> {
  const markers = await ask({ kind: 'markers', filtres, texte: lieuCherche === null, bbox, zoom, instant: new Date() });
  return Array.isArray(markers) ? markers : [];
}

function startWorker(): Worker {
  const created = new Worker(new URL('./search.worker.ts', import.meta.url), { type: 'module', name: 'carte' });
  created.addEventListener('message', ({ data }: MessageEvent<LocalAnswer>) => {
    const request = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.ok) request?.resolve(data.value);
    else request?.reject(new Error(data.message));
  });
  created.addEventListener('error', () => {
    ready = false;
    worker = null;
    for (const { reject } of waiting.values()) reject(new Error('the worker has stopped'));
    waiting.clear();
  });
  return created;
}

function ask(request: Request): Promise<CartePage | Marker[] | null> {
  return new Promise((resolve, reject) => {
    if (!worker) return reject(new Error('no worker'));
    const id = ++lastId;
    waiting.set(id, { resolve, reject });
    worker.postMessage({ ...request, id } satisfies LocalRequest);
  });
}
