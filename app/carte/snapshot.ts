import type { Contact } from '#app/domain/aide.ts';
import type { FilterField } from '#app/domain/filter-fields.ts';
import { departementOfInsee, regionOfDepartement } from '#app/domain/territoire.ts';
import { ByteReader, SnapshotError, type TextColumn } from './bytes.ts';

/**
 * Every public lieu in a few hundred kilobytes, for the map, its list and the search, in the browser and on the server.
 * The same rows in any order give the same bytes, so that the address of a snapshot can be the hash of its content.
 *
 * Four parts, each a file of its own that is loaded when needed: `carte` (positions and what filters ask of the
 * standard's lists), `noms` (names and communes), `ids`, `horaires` (hours, time zones, free slots, help and stops). A row is a
 * number, the same in each part: rows with coordinates first, along a Z-order curve, then those without. The stops of lieux that
 * move about are rows too, from `size` on (see `rows.ts`).
 */

/** Help given in a lieu on hours of its own. */
export interface SnapshotAide {
  /** Of its permanence, within its lieu. */
  id: string;
  /** What `packHoraires` gives; null where it has no hours. */
  horaires: string | null;
  dispositif: string | null;
  services: readonly string[];
}

/** Help given elsewhere than in its lieu. */
export interface SnapshotPassage extends SnapshotAide {
  nom: string;
  adresse: string | null;
  commune: string | null;
  code_postal: string | null;
  code_insee: string | null;
  /** Degrees; both or none. */
  latitude: number | null;
  longitude: number | null;
  /** IANA zone of the stop. */
  fuseau: string;
}

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
  /** It gives neither hours nor any way to contact it. */
  injoignable: boolean;
  /** How one asks it before coming. */
  contact: Contact;
  /** Its position was found from its address, and is not sure. */
  approximative: boolean;
  aides: readonly SnapshotAide[];
  passages: readonly SnapshotPassage[];
}

export const PARTS = ['carte', 'noms', 'ids', 'horaires'] as const;
export type PartName = (typeof PARTS)[number];
export type SnapshotParts = Record<PartName, Uint8Array>;

/** The same of each of the four parts. */
export function mapParts<From, To>(
  parts: Readonly<Record<PartName, From>>,
  to: (part: From) => To,
): Record<PartName, To> {
  const { carte, noms, ids, horaires } = parts;
  return { carte: to(carte), noms: to(noms), ids: to(ids), horaires: to(horaires) };
}

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
  /** Row, stops included → index into `communes`. */
  communeOf: Int32Array;
}

/** Of help or of stops, one column for each thing that one asks of them. */
export interface AideColumns {
  /** Row of the lieu → where its own begin; those of the last end at `starts[size]`. */
  starts: Int32Array;
  /** Index into `horaires`, -1 for none. */
  horairesOf: Int32Array;
  /** Index into `dispositifs`, -1 for none. */
  dispositifOf: Int32Array;
  /** Index into `services`. */
  servicesOf: Int32Array;
}

export interface PassageColumns extends AideColumns {
  count: number;
  /** Stop → row of its lieu. */
  lieuOf: Int32Array;
  ids: TextColumn;
  noms: TextColumn;
  /** Empty for none. */
  adresses: TextColumn;
  fuseauOf: Int32Array;
  /** NaN for both where its place is not known. */
  latitudes: Float64Array;
  longitudes: Float64Array;
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
  /** Row → 1 where nobody can be reached there. */
  injoignables: Uint8Array;
  /** Row → index into CONTACTS. */
  contactOf: Uint8Array;
  /** Row → 1 where its position is approximate. */
  approximatives: Uint8Array;
  dispositifs: readonly string[];
  /** Distinct lists of services of help. */
  services: readonly (readonly string[])[];
  aides: AideColumns;
  passages: PassageColumns;
}

export interface SnapshotIndex extends CartePart, NomsPart, HorairesPart {
  ids: TextColumn;
}

export const VERSION = 4;
/** The most frequent first: it is written nowhere. */
export const CONTACTS: readonly Contact[] = ['telephone', 'courriel', null];
/** Of positions: 1.1 m of latitude, finer than any address. */
export const STEPS_PER_DEGREE = 1e5;
export const MAGIC = 0x4c414a;
/** A région or a département that the INSEE code tells is not written: this says that there is none all the same. */
export const ABSENT = '-';

/** @throws {SnapshotError} where the bytes are not a whole snapshot of this version */
export function decodeSnapshot(bytes: Uint8Array): SnapshotIndex {
  return decodeParts(splitParts(bytes));
}

/** @throws {SnapshotError} where a part is cut short, of another version or of another snapshot */
export function decodeParts(parts: SnapshotParts): SnapshotIndex {
  const carte = decodeCarte(parts.carte);
  const noms = decodeNoms(parts.noms, carte.size);
  const horaires = decodeHoraires(parts.horaires, carte.size);
  if (noms.communeOf.length !== carte.size + horaires.passages.count) {
    throw new SnapshotError('parts of different snapshots');
  }
  return { ...carte, ...noms, ids: decodeIds(parts.ids, carte.size), ...horaires };
}

/** Views of the bytes given, not copies. */
export function splitParts(bytes: Uint8Array): SnapshotParts {
  const reader = new ByteReader(bytes);
  if (reader.uint() !== MAGIC) throw new SnapshotError('not a snapshot');
  const [carte = 0, noms = 0, ids = 0, horaires = 0] = PARTS.map(() => reader.uint());
  return { carte: reader.raw(carte), noms: reader.raw(noms), ids: reader.raw(ids), horaires: reader.raw(horaires) };
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
    longitudes: Float64Array.from(xs, (x) => degreesOf(x, 180)),
    latitudes: Float64Array.from(ys, (y) => degreesOf(y, 90)),
    fields,
  };
}

function decodeField(reader: ByteReader, size: number): FieldColumn {
  const values = reader.texts().toArray();
  const combinations = Array.from({ length: reader.count() }, () => [...reader.deltas(new Int32Array(reader.count()))]);
  return { values, combinations, rows: readNumbers(reader, size, combinations.length) };
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
  const communeOf = reader.deltas(new Int32Array(size + reader.count()));
  checkNumbers(communeOf, 0, length);
  const column = reader.texts();
  if (column.length !== size) throw new SnapshotError('as many names as rows were expected');
  return { communes, communeOf, noms: column };
}

function derived(written: string | null, expected: string | null): string | null {
  return written === null ? expected || null : written === ABSENT ? null : written;
}

function decodeIds(bytes: Uint8Array, size: number): TextColumn {
  const { reader } = openPart(bytes, size);
  const ids = reader.texts();
  if (ids.length !== size) throw new SnapshotError('as many ids as rows were expected');
  return ids;
}

function decodeHoraires(bytes: Uint8Array, size: number): HorairesPart {
  const { reader } = openPart(bytes, size);
  const fuseaux = reader.texts().toArray();
  const fuseauOf = readNumbers(reader, size, fuseaux.length);
  const horaires = reader.texts();
  const horairesOf = readNumbers(reader, size, horaires.length + 1).map((number) => number - 1);
  const creneauOf = Float64Array.from({ length: size }, () => reader.uint() - 1);
  const injoignables = decodeMarks(reader, size);
  const approximatives = decodeMarks(reader, size);
  const contactOf = new Uint8Array(size);
  for (const contact of [1, 2])
    decodeMarks(reader, size).forEach((mark, row) => {
      if (mark) contactOf[row] = contact;
    });
  const dispositifs = reader.texts().toArray();
  const values = reader.texts().toArray();
  const services = Array.from({ length: reader.count() }, () => {
    const list = reader.deltas(new Int32Array(reader.count()));
    checkNumbers(list, 0, values.length);
    return Array.from(list, (value) => values[value] ?? '');
  });
  const limits = { horaires: horaires.length, dispositifs: dispositifs.length, services: services.length };
  const aides = decodeAides(reader, size, limits);
  return {
    ...{
      fuseaux,
      fuseauOf,
      horaires,
      horairesOf,
      creneauOf,
      injoignables,
      approximatives,
      contactOf,
      dispositifs,
      services,
    },
    aides: aides.columns,
    passages: decodePassages(reader, size, { ...limits, fuseaux: fuseaux.length }),
  };
}

/** Row → 1 where a mark is set, written as the rows that have it. */
function decodeMarks(reader: ByteReader, size: number): Uint8Array {
  const marks = new Uint8Array(size);
  const rows = reader.deltas(new Int32Array(reader.count()));
  checkNumbers(rows, 0, size);
  for (const row of rows) marks[row] = 1;
  return marks;
}

interface AideLimits {
  horaires: number;
  dispositifs: number;
  services: number;
}

function decodeAides(
  reader: ByteReader,
  size: number,
  limits: AideLimits,
): { columns: AideColumns; lieuOf: Int32Array } {
  const lieuOf = reader.deltas(new Int32Array(reader.count()));
  checkNumbers(lieuOf, 0, size);
  const starts = new Int32Array(size + 1);
  for (const row of lieuOf) starts[row + 1] = (starts[row + 1] ?? 0) + 1;
  for (let row = 0; row < size; row++) starts[row + 1] = (starts[row + 1] ?? 0) + (starts[row] ?? 0);
  if (lieuOf.some((row, item) => item > 0 && row < (lieuOf[item - 1] ?? 0)))
    throw new SnapshotError('help out of order');
  const count = lieuOf.length;
  const columns = {
    starts,
    horairesOf: readNumbers(reader, count, limits.horaires + 1).map((number) => number - 1),
    dispositifOf: readNumbers(reader, count, limits.dispositifs + 1).map((number) => number - 1),
    servicesOf: readNumbers(reader, count, limits.services),
  };
  return { columns, lieuOf };
}

function decodePassages(reader: ByteReader, size: number, limits: AideLimits & { fuseaux: number }): PassageColumns {
  const { columns, lieuOf } = decodeAides(reader, size, limits);
  const count = lieuOf.length;
  const [ids, noms, adresses] = [reader.texts(), reader.texts(), reader.texts()];
  if ([ids, noms, adresses].some(({ length }) => length !== count)) throw new SnapshotError('as many texts as stops');
  const fuseauOf = readNumbers(reader, count, limits.fuseaux);
  const placed = Uint8Array.from({ length: count }, () => reader.byte());
  const xs = reader.deltas(new Int32Array(count));
  const ys = reader.deltas(new Int32Array(count));
  return {
    ...columns,
    ...{ count, lieuOf, ids, noms, adresses, fuseauOf },
    longitudes: Float64Array.from(xs, (x, item) => (placed[item] === 1 ? degreesOf(x, 180) : Number.NaN)),
    latitudes: Float64Array.from(ys, (y, item) => (placed[item] === 1 ? degreesOf(y, 90) : Number.NaN)),
  };
}

/** One rounding, so that the number read is the nearest to the decimal written (44.83779, not 44.837790000000005). */
function degreesOf(steps: number, origin: number): number {
  return (steps - origin * STEPS_PER_DEGREE) / STEPS_PER_DEGREE;
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
