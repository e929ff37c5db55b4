import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { isSansPublic } from '#app/domain/aide.ts';
import { formatLocalDate } from '#app/domain/horaires/dates.ts';
import { isRecord, joinStored, readStored, readStoredDay } from '#app/domain/horaires/stored-form.ts';
import { fuseauDeLEtape } from '#app/domain/passages.ts';
import { readStoredPermanences } from '#app/domain/permanences.ts';
import {
  createListesLues,
  type LieuForCarte,
  type ListesLues,
  type openLieuxPublies,
  streamLieuxForCarte,
} from '#db/lieux-publies.ts';
import { packHoraires } from './ouverture.ts';
import {
  PARTS,
  type PartName,
  type SnapshotAide,
  type SnapshotParts,
  type SnapshotPassage,
  type SnapshotRow,
} from './snapshot.ts';
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

/** What one snapshot leaves to the next. */
export interface SnapshotMemory {
  /** Lists of values, shared by the lieux that have the same. */
  listes: ListesLues;
  /** Stored hours without dated openings → what the snapshot says of them, for the days of `jours`. */
  horaires: Map<string, string | null>;
  jours: string;
  parts: Record<PartName, PartFile> | undefined;
}

/** Of no snapshot yet. */
export function createSnapshotMemory(): SnapshotMemory {
  return { listes: createListesLues(), horaires: new Map(), jours: '', parts: undefined };
}

/** Hours hold for the days that they were read for. */
function hoursKnown(memory: SnapshotMemory, { du, au }: { du: number; au: number }): Map<string, string | null> {
  const jours = `${du}-${au}`;
  if (memory.jours !== jours) memory.horaires.clear();
  memory.jours = jours;
  return memory.horaires;
}

/** Texts that lieux no longer have would add up: past twice as many as there are lieux, all are forgotten. */
function forgetUnused({ listes, horaires }: SnapshotMemory, lieux: number): void {
  const most = 2 * lieux + 1_000;
  if (horaires.size > most) horaires.clear();
  if (listes.ensemble.size > most) {
    listes.ensemble.clear();
    listes.une.clear();
  }
}

/**
 * Reads every public lieu and makes their snapshot. CPU-bound (half a second for 20,000 lieux): run it in a worker. The parts are compressed
 * side by side; what `memory` has of an earlier snapshot (lists, hours, compressed parts) is not made again: most changes leave nearly
 * everything as it is.
 */
export async function buildSnapshot(
  db: ReturnType<typeof openLieuxPublies>,
  instant: Date,
  memory: SnapshotMemory = createSnapshotMemory(),
): Promise<BuiltSnapshot> {
  const started = performance.now();
  const rows: SnapshotRow[] = [];
  const today = Math.floor(instant.getTime() / 86_400_000);
  // One day more on each side: it may be yesterday or tomorrow overseas.
  const window = { du: today - 1, au: today + HORIZON_DAYS + 1 };
  const rowOf = rowReader(window, hoursKnown(memory, window));
  const jours = { du: formatLocalDate(window.du), au: formatLocalDate(window.au) };
  const stream = streamLieuxForCarte(db, jours, memory.listes);
  for await (const lieux of stream) for (const lieu of lieux) rows.push(rowOf(lieu));
  const read = performance.now();
  const parts = encodeParts(rows);
  const hash = createHash('sha256');
  for (const name of PARTS) hash.update(`${name} ${parts[name].length}\n`).update(parts[name]);
  const files = await compressParts(parts, memory.parts);
  memory.parts = files;
  forgetUnused(memory, rows.length);
  return {
    hash: hash.digest('hex').slice(0, 32),
    lieux: rows.length,
    parts: files,
    ms: { lecture: Math.round(read - started), codage: Math.round(performance.now() - read) },
  };
}

/** The smallest brotli there is of one part: three seconds of CPU for the four of 20,000 lieux, worth it only for what lasts. */
export function compressWell(part: Uint8Array): Promise<Uint8Array> {
  return brotli(part, 11);
}

/** Most lieux have hours that others have too, and no dated openings: those texts are read once. */
function rowReader(
  window: { du: number; au: number },
  known: Map<string, string | null>,
): (lieu: LieuForCarte) => SnapshotRow {
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
  return ({ row, listes, ouvertures, permanences_datees: datees }) => {
    const { fuseau, prochain_creneau, horaires_intervalles: text, aides: given } = row;
    const { aides, passages } = given === null ? NONE : readAides(given, { datees, fuseau, window });
    // Property by property: spreading objects of two dozen, twenty thousand times, is a third of the work.
    return {
      id: row.id,
      nom: row.nom,
      commune: row.commune,
      code_postal: row.code_postal,
      code_insee: row.code_insee,
      departement: row.departement,
      region: row.region,
      epci: row.epci,
      latitude: row.latitude,
      longitude: row.longitude,
      fuseau,
      approximative: row.approximative,
      services: listes.services,
      publics_specifiquement_adresses: listes.publics_specifiquement_adresses,
      prise_en_charge_specifique: listes.prise_en_charge_specifique,
      frais_a_charge: listes.frais_a_charge,
      dispositif_programmes_nationaux: listes.dispositif_programmes_nationaux,
      modalites_acces: listes.modalites_acces,
      modalites_accompagnement: listes.modalites_accompagnement,
      itinerance: listes.itinerance,
      typologie: listes.typologie,
      formations_labels: listes.formations_labels,
      autres_formations_labels: listes.autres_formations_labels,
      aides,
      passages,
      injoignable: isRowInjoignable(row, listes.modalites_acces, { aides, passages }),
      contact: row.contact,
      horaires: text !== null && ouvertures.length === 0 ? packOnce(text) : pack(text, ouvertures),
      prochain_creneau: prochain_creneau && Math.floor(prochain_creneau.getTime() / 60_000),
    };
  };
}

/** What `isInjoignable` says, of what the database has told already. */
function isRowInjoignable(
  { sans_contact, sans_horaires, prochain_creneau }: LieuForCarte['row'],
  modalitesAcces: readonly string[],
  { aides, passages }: Pick<SnapshotRow, 'aides' | 'passages'>,
): boolean {
  if (!sans_contact || prochain_creneau !== null || passages.length > 0) return false;
  return isSansPublic(modalitesAcces) || (sans_horaires && aides.length === 0);
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

async function compressParts(parts: SnapshotParts, previous?: Record<PartName, PartFile>) {
  const fileOf = async (name: PartName) => {
    const before = previous?.[name];
    return before && Buffer.compare(before.identity, parts[name]) === 0 ? before : compressPart(parts[name]);
  };
  const [carte, noms, ids, horaires] = await Promise.all([
    fileOf('carte'),
    fileOf('noms'),
    fileOf('ids'),
    fileOf('horaires'),
  ]);
  return { carte, noms, ids, horaires };
}

async function compressPart(identity: Uint8Array): Promise<PartFile> {
  const [zipped, br] = await Promise.all([promisify(gzip)(identity, { level: 6 }), brotli(identity, 5)]);
  return { identity, gzip: new Uint8Array(zipped), br };
}

async function brotli(bytes: Uint8Array, quality: number): Promise<Uint8Array> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return new Uint8Array(await promisify(brotliCompress)(bytes, { params }));
}
