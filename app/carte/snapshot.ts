import { departementOfInsee, regionOfDepartement } from '#app/domain/territoire.ts';
import { ByteReader, ByteWriter, SnapshotError, type TextColumn } from './bytes.ts';

/**
 * Every public lieu in a few hundred kilobytes, for the map, its list and the search, in the browser and on the server.
 * The same rows in any order give the same bytes, so that the address of a snapshot can be the hash of its content.
 *
 * Four parts, each a file of its own that is loaded when needed: `carte` (positions and what filters ask of the
 * standard's lists), `noms` (names and communes), `ids`, `horaires` (hours, time zones, free slots). A row is a number,
 * the same in each part: rows with coordinates first, along a Z-order curve, then those without.
 */
export const FILTER_FIELDS = [
  'services',
  'publics_specifiquement_adresses',
  'prise_en_charge_specifique',
  'frais_a_charge',
  'dispositif_programmes_nationaux',
  'modalites_acces',
  'modalites_accompagnement',
  'itinerance',
  'typologie',
  'formations_labels',
  'autres_formations_labels',
] as const;

export type FilterField = (typeof FILTER_FIELDS)[number];

export interface SnapshotRow extends Readonly<Record<FilterField, readonly string[]>> {
  id: string;
  nom: string;
  commune: string | null;
  code_postal: string | null;
  code_insee: string | null;
  departement: string | null;
  region: string | null;
  epci: string | null;
  /** Degrees; both or none. */
  latitude: number | null;
  longitude: number | null;
  /** IANA zone of the lieu. */
  fuseau: string;
  /** What `packHoraires` gives; null where the lieu gives no hours. */
  horaires: string | null;
  /** Start of its next free slot, in minutes since 1970 UTC; null where there is none. */
  prochain_creneau: number | null;
}

export const PARTS = ['carte', 'noms', 'ids', 'horaires'] as const;
export type PartName = (typeof PARTS)[number];
export type SnapshotParts = Record<PartName, Uint8Array>;

/** A commune as the lieux of this snapshot write it. */
export interface SnapshotCommune {
  nom: string;
  code_postal: string | null;
  code_insee: string | null;
  departement: string | null;
  region: string | null;
  epci: string | null;
}

/** Which values of one field each row has: rows share few combinations, so a filter is looked up once per combination. */
export interface FieldColumn {
  values: readonly string[];
  /** Indexes into `values`, ascending. */
  combinations: readonly (readonly number[])[];
  /** Row → index into `combinations`. */
  rows: Int32Array;
}

export interface CartePart {
  size: number;
  /** Rows before this one have coordinates. */
  placed: number;
  latitudes: Float64Array;
  longitudes: Float64Array;
  fields: Readonly<Record<FilterField, FieldColumn>>;
}

export interface NomsPart {
  noms: TextColumn;
  communes: readonly SnapshotCommune[];
  /** Row → index into `communes`. */
  communeOf: Int32Array;
}

export interface HorairesPart {
  fuseaux: readonly string[];
  fuseauOf: Int32Array;
  /** Distinct hours, for `unpackHoraires`. */
  horaires: TextColumn;
  /** Row → index into `horaires`, -1 where the lieu gives none. */
  horairesOf: Int32Array;
  /** Row → minutes since 1970 UTC, -1 for none. */
  creneauOf: Float64Array;
}

export interface SnapshotIndex extends CartePart, NomsPart, HorairesPart {
  ids: TextColumn;
}

const VERSION = 1;
/** 1.1 m of latitude, finer than any address. */
const STEPS_PER_DEGREE = 1e5;
const MAGIC = 0x4c414a;

/** The whole snapshot as one file: its four parts behind a short header. */
export function encodeSnapshot(rows: readonly SnapshotRow[]): Uint8Array {
  return joinParts(encodeParts(rows));
}

/** @throws {SnapshotError} where the bytes are not a whole snapshot of this version */
export function decodeSnapshot(bytes: Uint8Array): SnapshotIndex {
  return decodeParts(splitParts(bytes));
}

/** @throws {SnapshotError} where a part is cut short, of another version or of another snapshot */
export function decodeParts(parts: SnapshotParts): SnapshotIndex {
  const carte = decodeCarte(parts.carte);
  return {
    ...carte,
    ...decodeNoms(parts.noms, carte.size),
    ids: decodeIds(parts.ids, carte.size),
    ...decodeHoraires(parts.horaires, carte.size),
  };
}

export function encodeParts(rows: readonly SnapshotRow[]): SnapshotParts {
  const sorted = sortRows(rows);
  return {
    carte: encodeCarte(sorted),
    noms: encodeNoms(sorted),
    ids: encodeIds(sorted),
    horaires: encodeHoraires(sorted),
  };
}

function joinParts(parts: SnapshotParts): Uint8Array {
  const writer = new ByteWriter();
  writer.uint(MAGIC);
  for (const name of PARTS) writer.uint(parts[name].length);
  for (const name of PARTS) writer.raw(parts[name]);
  return writer.bytes();
}

/** Views of the bytes given, not copies. */
export function splitParts(bytes: Uint8Array): SnapshotParts {
  const reader = new ByteReader(bytes);
  if (reader.uint() !== MAGIC) throw new SnapshotError('not a snapshot');
  const [carte = 0, noms = 0, ids = 0, horaires = 0] = PARTS.map(() => reader.uint());
  return { carte: reader.raw(carte), noms: reader.raw(noms), ids: reader.raw(ids), horaires: reader.raw(horaires) };
}

interface PlacedRow {
  row: SnapshotRow;
  /** Steps north of the south pole and east of the antimeridian; null for both where the lieu has no coordinates. */
  position: { x: number; y: number } | null;
  order: number;
}

/** Along the curve, neighbours on the ground are neighbours in the file: small differences, and tiles that read few pages. */
function sortRows(rows: readonly SnapshotRow[]): PlacedRow[] {
  const placed = rows.map((row): PlacedRow => {
    const position = positionOf(row);
    return { row, position, order: position ? zOrder(position.x, position.y) : Number.MAX_SAFE_INTEGER };
  });
  return placed.sort(
    (a, b) => a.order - b.order || compare(unplacedKey(a), unplacedKey(b)) || compare(a.row.id, b.row.id),
  );
}

function unplacedKey({ row, position }: PlacedRow): string {
  return position ? '' : `${row.code_insee ?? row.code_postal ?? ''}`;
}

function positionOf({ latitude, longitude }: SnapshotRow): { x: number; y: number } | null {
  if (latitude === null || longitude === null || !(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return null;
  return { x: Math.round((longitude + 180) * STEPS_PER_DEGREE), y: Math.round((latitude + 90) * STEPS_PER_DEGREE) };
}

/** 26 bits of each interleaved into one exact number below 2^52. */
function zOrder(x: number, y: number): number {
  const high = interleave(Math.floor(x / 8192), Math.floor(y / 8192));
  return high * 67_108_864 + interleave(x % 8192, y % 8192);
}

function interleave(x: number, y: number): number {
  return spread(x) + 2 * spread(y);
}

/** Puts a zero between the bits of a number of 13 bits. */
function spread(value: number): number {
  let bits = value;
  bits = (bits | (bits << 8)) & 0x00ff00ff;
  bits = (bits | (bits << 4)) & 0x0f0f0f0f;
  bits = (bits | (bits << 2)) & 0x33333333;
  return (bits | (bits << 1)) & 0x55555555;
}

function encodeCarte(sorted: readonly PlacedRow[]): Uint8Array {
  const writer = startPart(sorted.length);
  const positions = sorted.flatMap(({ position }) => (position ? [position] : []));
  writer.uint(positions.length);
  writer.deltas(positions.map(({ x }) => x));
  writer.deltas(positions.map(({ y }) => y));
  for (const field of FILTER_FIELDS)
    encodeField(
      writer,
      sorted.map(({ row }) => row[field]),
    );
  return writer.bytes();
}

function decodeCarte(bytes: Uint8Array): CartePart {
  const { reader, size } = openPart(bytes);
  const placed = reader.count();
  if (placed > size) throw new SnapshotError('more positions than rows');
  const xs = reader.deltas(new Int32Array(placed));
  const ys = reader.deltas(new Int32Array(placed));
  const fields = {
    services: decodeField(reader, size),
    publics_specifiquement_adresses: decodeField(reader, size),
    prise_en_charge_specifique: decodeField(reader, size),
    frais_a_charge: decodeField(reader, size),
    dispositif_programmes_nationaux: decodeField(reader, size),
    modalites_acces: decodeField(reader, size),
    modalites_accompagnement: decodeField(reader, size),
    itinerance: decodeField(reader, size),
    typologie: decodeField(reader, size),
    formations_labels: decodeField(reader, size),
    autres_formations_labels: decodeField(reader, size),
  };
  return {
    size,
    placed,
    // One rounding, so that the number read is the nearest to the decimal written (44.83779, not 44.837790000000005).
    longitudes: Float64Array.from(xs, (x) => (x - 180 * STEPS_PER_DEGREE) / STEPS_PER_DEGREE),
    latitudes: Float64Array.from(ys, (y) => (y - 90 * STEPS_PER_DEGREE) / STEPS_PER_DEGREE),
    fields,
  };
}

function encodeField(writer: ByteWriter, lists: readonly (readonly string[])[]): void {
  // Many lieux share one list: what is the same object is looked at once.
  const shared = new Set(lists);
  const values = [...new Set([...shared].flat())].sort(compare);
  const numberOf = new Map(values.map((value, number) => [value, number]));
  const keys = new Map<readonly string[], string>();
  for (const list of shared) {
    const combination = [...new Set(list.map((value) => numberOf.get(value) ?? 0))].sort((a, b) => a - b);
    keys.set(list, combination.join());
  }
  const { distinct, numbers } = numberByFrequency(lists.map((list) => keys.get(list) ?? ''));
  writer.texts(values);
  writer.uint(distinct.length);
  for (const key of distinct) {
    const combination = key === '' ? [] : key.split(',').map(Number);
    writer.uint(combination.length);
    writer.deltas(combination);
  }
  for (const number of numbers) writer.uint(number);
}

function decodeField(reader: ByteReader, size: number): FieldColumn {
  const values = reader.texts().toArray();
  const combinations = Array.from({ length: reader.count() }, () => [...reader.deltas(new Int32Array(reader.count()))]);
  return { values, combinations, rows: readNumbers(reader, size, combinations.length) };
}

function encodeNoms(sorted: readonly PlacedRow[]): Uint8Array {
  const writer = startPart(sorted.length);
  const keys = sorted.map(({ row: { commune, code_postal, code_insee, departement, region, epci } }) =>
    JSON.stringify([commune ?? '', code_postal ?? '', code_insee ?? '', departement ?? '', region ?? '', epci ?? '']),
  );
  const { distinct, numbers } = numberByAppearance(keys);
  const communes = distinct.map((key): string[] => withoutDerived(JSON.parse(key)));
  for (let column = 0; column < 6; column++) writer.texts(communes.map((commune) => commune[column] ?? ''));
  writer.deltas(numbers);
  writer.texts(sorted.map(({ row }) => row.nom));
  return writer.bytes();
}

function decodeNoms(bytes: Uint8Array, size: number): NomsPart {
  const { reader } = openPart(bytes, size);
  const [noms, codesPostaux, codesInsee, departements, regions, epcis] = Array.from({ length: 6 }, () =>
    reader.texts(),
  );
  const length = noms?.length ?? 0;
  const read = (column: TextColumn | undefined, row: number) => column?.at(row) || null;
  const communes = Array.from({ length }, (_, row): SnapshotCommune => {
    const code_insee = read(codesInsee, row);
    const departement = derived(read(departements, row), code_insee && departementOfInsee(code_insee));
    return {
      nom: read(noms, row) ?? '',
      code_postal: read(codesPostaux, row),
      code_insee,
      departement,
      region: derived(read(regions, row), departement && regionOfDepartement(departement)),
      epci: read(epcis, row),
    };
  });
  const communeOf = reader.deltas(new Int32Array(size));
  checkNumbers(communeOf, 0, length);
  const column = reader.texts();
  if (column.length !== size) throw new SnapshotError('as many names as rows were expected');
  return { communes, communeOf, noms: column };
}

/** The département and the région that the INSEE code tells are not written; ABSENT says that there is none all the same. */
function withoutDerived([
  nom = '',
  codePostal = '',
  codeInsee = '',
  departement = '',
  region = '',
  epci = '',
]: string[]): string[] {
  const short = (value: string, expected: string | null) =>
    value === (expected ?? '') ? '' : value === '' ? ABSENT : value;
  return [
    nom,
    codePostal,
    codeInsee,
    short(departement, departementOfInsee(codeInsee)),
    short(region, regionOfDepartement(departement)),
    epci,
  ];
}

function derived(written: string | null, expected: string | null): string | null {
  return written === null ? expected || null : written === ABSENT ? null : written;
}

const ABSENT = '-';

function encodeIds(sorted: readonly PlacedRow[]): Uint8Array {
  const writer = startPart(sorted.length);
  writer.texts(sorted.map(({ row }) => row.id));
  return writer.bytes();
}

function decodeIds(bytes: Uint8Array, size: number): TextColumn {
  const { reader } = openPart(bytes, size);
  const ids = reader.texts();
  if (ids.length !== size) throw new SnapshotError('as many ids as rows were expected');
  return ids;
}

function encodeHoraires(sorted: readonly PlacedRow[]): Uint8Array {
  const writer = startPart(sorted.length);
  const fuseaux = numberByFrequency(sorted.map(({ row }) => row.fuseau));
  writer.texts(fuseaux.distinct);
  for (const number of fuseaux.numbers) writer.uint(number);
  const given = numberByFrequency(sorted.flatMap(({ row }) => row.horaires ?? []));
  writer.texts(given.distinct);
  let next = 0;
  for (const { row } of sorted) writer.uint(row.horaires === null ? 0 : (given.numbers[next++] ?? 0) + 1);
  for (const { row } of sorted) writer.uint((row.prochain_creneau ?? -1) + 1);
  return writer.bytes();
}

function decodeHoraires(bytes: Uint8Array, size: number): HorairesPart {
  const { reader } = openPart(bytes, size);
  const fuseaux = reader.texts().toArray();
  const fuseauOf = readNumbers(reader, size, fuseaux.length);
  const horaires = reader.texts();
  const horairesOf = readNumbers(reader, size, horaires.length + 1).map((number) => number - 1);
  const creneauOf = Float64Array.from({ length: size }, () => reader.uint() - 1);
  return { fuseaux, fuseauOf, horaires, horairesOf, creneauOf };
}

function startPart(size: number): ByteWriter {
  const writer = new ByteWriter();
  writer.byte(VERSION);
  writer.uint(size);
  return writer;
}

function openPart(bytes: Uint8Array, expected?: number): { reader: ByteReader; size: number } {
  const reader = new ByteReader(bytes);
  const version = reader.byte();
  if (version !== VERSION) throw new SnapshotError(`version ${version}, not ${VERSION}`);
  const size = reader.count();
  if (expected !== undefined && size !== expected) throw new SnapshotError('parts of different snapshots');
  return { reader, size };
}

function readNumbers(reader: ByteReader, size: number, limit: number): Int32Array {
  const numbers = Int32Array.from({ length: size }, () => reader.uint());
  checkNumbers(numbers, 0, limit);
  return numbers;
}

function checkNumbers(numbers: Int32Array, from: number, limit: number): void {
  if (numbers.some((number) => number < from || number >= limit)) throw new SnapshotError('a number without its entry');
}

/** The most frequent first, then in the order of characters: short numbers, and none that depends on the order of rows. */
function numberByFrequency(keys: readonly string[]): { distinct: string[]; numbers: number[] } {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  const distinct = [...counts].sort((a, b) => b[1] - a[1] || compare(a[0], b[0])).map(([key]) => key);
  return { distinct, numbers: numbersIn(distinct, keys) };
}

/** In the order of the sorted rows: neighbours have the same commune or the next one. */
function numberByAppearance(keys: readonly string[]): { distinct: string[]; numbers: number[] } {
  const distinct = [...new Set(keys)];
  return { distinct, numbers: numbersIn(distinct, keys) };
}

function numbersIn(distinct: readonly string[], keys: readonly string[]): number[] {
  const numberOf = new Map(distinct.map((key, number) => [key, number]));
  return keys.map((key) => numberOf.get(key) ?? 0);
}

/** By UTF-16 units, the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
