import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { type LieuForCarte, type openLieuxPublies, streamLieuxForCarte } from '#db/lieux-publies.ts';
import { encodeParts, PARTS, type PartName, type SnapshotRow } from './snapshot.ts';

/** One part in the three forms in which browsers ask for it. */
export interface PartFile {
  identity: Uint8Array;
  gzip: Uint8Array;
  br: Uint8Array;
}

export interface BuiltSnapshot {
  /** Of the four parts together, 32 hexadecimal digits of SHA-256: the address of this content. */
  hash: string;
  lieux: number;
  parts: Record<PartName, PartFile>;
  /** Milliseconds, of reading the database and of the rest. */
  ms: { lecture: number; codage: number };
}

/** What the main thread asks of the worker. */
export type WorkerRequest = { kind: 'build' } | { kind: 'compress'; parts: Record<PartName, Uint8Array> };

export type WorkerAnswer =
  | { kind: 'built'; snapshot: BuiltSnapshot }
  | { kind: 'compressed'; br: Record<PartName, Uint8Array> }
  | { kind: 'failed'; message: string };

/** Reads every public lieu and makes their snapshot. CPU-bound (0.7 s for 20,000 lieux): run it in a worker. */
export async function buildSnapshot(db: ReturnType<typeof openLieuxPublies>): Promise<BuiltSnapshot> {
  const started = performance.now();
  const rows: SnapshotRow[] = [];
  for await (const lieux of streamLieuxForCarte(db)) for (const lieu of lieux) rows.push(rowOf(lieu));
  const read = performance.now();
  const parts = encodeParts(rows);
  const hash = createHash('sha256');
  for (const name of PARTS) hash.update(`${name} ${parts[name].length}\n`).update(parts[name]);
  const files = {
    carte: await compressPart(parts.carte),
    noms: await compressPart(parts.noms),
    ids: await compressPart(parts.ids),
    horaires: await compressPart(parts.horaires),
  };
  return {
    hash: hash.digest('hex').slice(0, 32),
    lieux: rows.length,
    parts: files,
    ms: { lecture: Math.round(read - started), codage: Math.round(performance.now() - read) },
  };
}

/** The smallest brotli there is: three seconds of CPU for 20,000 lieux, worth it only for a snapshot that lasts. */
export async function compressWell(parts: Record<PartName, Uint8Array>): Promise<Record<PartName, Uint8Array>> {
  const [carte, noms, ids, horaires] = [
    await brotli(parts.carte, 11),
    await brotli(parts.noms, 11),
    await brotli(parts.ids, 11),
    await brotli(parts.horaires, 11),
  ];
  return { carte, noms, ids, horaires };
}

function rowOf({ prochain_creneau, ...lieu }: LieuForCarte): SnapshotRow {
  return { ...lieu, prochain_creneau: prochain_creneau && Math.floor(prochain_creneau.getTime() / 60_000) };
}

async function compressPart(bytes: Uint8Array): Promise<PartFile> {
  return {
    identity: bytes,
    gzip: new Uint8Array(await promisify(gzip)(bytes, { level: 6 })),
    br: await brotli(bytes, 5),
  };
}

async function brotli(bytes: Uint8Array, quality: number): Promise<Uint8Array> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return new Uint8Array(await promisify(brotliCompress)(bytes, { params }));
}
