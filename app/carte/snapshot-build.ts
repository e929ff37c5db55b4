import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { formatLocalDate } from '#app/domain/horaires/dates.ts';
import { isRecord, joinStored, readStored, readStoredDay } from '#app/domain/horaires/stored-form.ts';
import { fuseauDeLEtape } from '#app/domain/passages.ts';
import { readStoredPermanences } from '#app/domain/permanences.ts';
import { type LieuForCarte, type openLieuxPublies, streamLieuxForCarte } from '#db/lieux-publies.ts';
import { packHoraires } from './ouverture.ts';
import { PARTS, type PartName, type SnapshotAide, type SnapshotPassage, type SnapshotRow } from './snapshot.ts';
import { encodeParts } from './snapshot-encode.ts';

/** Days ahead whose dated openings a snapshot knows; it is made anew long before they have passed. */
const HORIZON_DAYS = 21;

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
export type WorkerRequest =
  | { kind: 'build'; instant: Date }
  | { kind: 'compress'; parts: Record<PartName, Uint8Array> };

export type WorkerAnswer =
  | { kind: 'built'; snapshot: BuiltSnapshot; empreinte: string }
  | { kind: 'compressed'; br: Record<PartName, Uint8Array> }
  | { kind: 'failed'; message: string };

/** Reads every public lieu and makes their snapshot. CPU-bound (0.7 s for 20,000 lieux): run it in a worker. */
export async function buildSnapshot(db: ReturnType<typeof openLieuxPublies>, instant: Date): Promise<BuiltSnapshot> {
  const started = performance.now();
  const rows: SnapshotRow[] = [];
  const today = Math.floor(instant.getTime() / 86_400_000);
  // One day more on each side: it may be yesterday or tomorrow overseas.
  const window = { du: today - 1, au: today + HORIZON_DAYS + 1 };
  const rowOf = rowReader(window);
  const jours = { du: formatLocalDate(window.du), au: formatLocalDate(window.au) };
  for await (const lieux of streamLieuxForCarte(db, jours)) for (const lieu of lieux) rows.push(rowOf(lieu));
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

/** Most lieux have hours that others have too, and no dated openings: those texts are read once. */
function rowReader(window: { du: number; au: number }): (lieu: LieuForCarte) => SnapshotRow {
  const known = new Map<string, string | null>();
  const pack = (text: string | null, ouvertures: LieuForCarte['ouvertures']) => {
    if (text === null) return null;
    return packHoraires(joinStored(readStored(JSON.parse(text)), null, ouvertures.map(readStoredDay)), window);
  };
  const packOnce = (text: string) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const packed = pack(text, []);
    known.set(text, packed);
    return packed;
  };
  return ({
    prochain_creneau,
    horaires_intervalles: text,
    ouvertures,
    sans_contact,
    aides: given,
    permanences_datees: datees,
    ...row
  }) => {
    const { aides, passages } = given === null ? NONE : readAides(given, { datees, fuseau: row.fuseau, window });
    return {
      ...row,
      aides,
      passages,
      injoignable: sans_contact && prochain_creneau === null && given === null,
      horaires: text !== null && ouvertures.length === 0 ? packOnce(text) : pack(text, ouvertures),
      prochain_creneau: prochain_creneau && Math.floor(prochain_creneau.getTime() / 60_000),
    };
  };
}

const NONE: Pick<SnapshotRow, 'aides' | 'passages'> = { aides: [], passages: [] };

/** The permanences of a lieu: those held in it, and its stops elsewhere. */
function readAides(
  aides: unknown,
  {
    datees,
    fuseau,
    window,
  }: { datees: LieuForCarte['permanences_datees']; fuseau: string; window: { du: number; au: number } },
): Pick<SnapshotRow, 'aides' | 'passages'> {
  const read: { aides: SnapshotAide[]; passages: SnapshotPassage[] } = { aides: [], passages: [] };
  if (!isRecord(aides)) return read;
  const lues = isRecord(aides.lues) ? aides.lues : {};
  for (const { id, dispositif, services, etape } of readStoredPermanences(aides.permanences)) {
    const days = (datees?.get(id) ?? []).map(readStoredDay);
    const horaires = packHoraires(joinStored(readStored(lues[id]), null, days), window);
    const aide = { id, horaires, dispositif, services };
    if (etape) read.passages.push({ ...aide, ...etape, fuseau: fuseauDeLEtape(etape, fuseau) });
    else read.aides.push(aide);
  }
  return read;
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
