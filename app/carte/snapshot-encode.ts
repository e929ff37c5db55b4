import { FILTER_FIELDS } from '#app/domain/filter-fields.ts';
import { departementOfInsee, regionOfDepartement } from '#app/domain/territoire.ts';
import { ByteWriter } from './bytes.ts';
import {
  ABSENT,
  CONTACTS,
  MAGIC,
  PARTS,
  type SnapshotAide,
  type SnapshotParts,
  type SnapshotPassage,
  type SnapshotRow,
  STEPS_PER_DEGREE,
  VERSION,
} from './snapshot.ts';

/** The whole snapshot as one file: its four parts behind a short header. */
export function encodeSnapshot(rows: readonly SnapshotRow[]): Uint8Array {
  return joinParts(encodeParts(rows));
}

/** The four parts of the snapshot of these lieux, the same whatever their order. Coordinates out of the world are left out. */
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

function positionOf({
  latitude,
  longitude,
}: Pick<SnapshotRow, 'latitude' | 'longitude'>): { x: number; y: number } | null {
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

function encodeNoms(sorted: readonly PlacedRow[]): Uint8Array {
  const writer = startPart(sorted.length);
  const passages = listOwned(sorted, ({ passages }) => passages);
  const epcis = passages.length === 0 ? new Map<string, string>() : epciByCommune(sorted);
  const keys = [
    ...sorted.map(({ row }) => communeKey(row)),
    ...passages.map(({ item }) => passageCommuneKey(item, epcis)),
  ];
  const { distinct, numbers } = numberByAppearance(keys);
  const communes = distinct.map((key): string[] => withoutDerived(JSON.parse(key)));
  for (let column = 0; column < 6; column++) writer.texts(communes.map((commune) => commune[column] ?? ''));
  writer.uint(passages.length);
  writer.deltas(numbers);
  writer.texts(sorted.map(({ row }) => row.nom));
  return writer.bytes();
}

function communeKey(
  row: Pick<SnapshotRow, 'commune' | 'code_postal' | 'code_insee' | 'departement' | 'region' | 'epci'>,
): string {
  const { commune, code_postal, code_insee, departement, region, epci } = row;
  return JSON.stringify([
    commune ?? '',
    code_postal ?? '',
    code_insee ?? '',
    departement ?? '',
    region ?? '',
    epci ?? '',
  ]);
}

/** A stop says no more than its commune: the rest follows from the INSEE code, or from the lieux of that commune. */
function passageCommuneKey(passage: SnapshotPassage, epcis: ReadonlyMap<string, string>): string {
  const { code_insee } = passage;
  const departement = code_insee && departementOfInsee(code_insee);
  const region = departement && regionOfDepartement(departement);
  return communeKey({ ...passage, departement, region, epci: epcis.get(code_insee ?? '') ?? null });
}

/** By INSEE code; where lieux of one commune do not agree, the first in the order of characters. */
function epciByCommune(sorted: readonly PlacedRow[]): Map<string, string> {
  const epcis = new Map<string, string>();
  for (const { row } of sorted) {
    if (row.code_insee === null || row.epci === null) continue;
    const known = epcis.get(row.code_insee);
    if (known === undefined || row.epci < known) epcis.set(row.code_insee, row.epci);
  }
  return epcis;
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

function encodeIds(sorted: readonly PlacedRow[]): Uint8Array {
  const writer = startPart(sorted.length);
  writer.texts(sorted.map(({ row }) => row.id));
  return writer.bytes();
}

function encodeHoraires(sorted: readonly PlacedRow[]): Uint8Array {
  const writer = startPart(sorted.length);
  const aides = listOwned(sorted, (row) => row.aides);
  const passages = listOwned(sorted, (row) => row.passages);
  const helped = [...aides, ...passages];
  const fuseaux = numberByFrequency([
    ...sorted.map(({ row }) => row.fuseau),
    ...passages.map(({ item }) => item.fuseau),
  ]);
  writer.texts(fuseaux.distinct);
  for (const number of fuseaux.numbers.slice(0, sorted.length)) writer.uint(number);
  const given = numberByFrequency([
    ...sorted.flatMap(({ row }) => row.horaires ?? []),
    ...helped.flatMap(({ item }) => item.horaires ?? []),
  ]);
  writer.texts(given.distinct);
  const numberOf = new Map(given.distinct.map((text, number) => [text, number + 1]));
  const numberOfHoraires = (text: string | null) => (text === null ? 0 : (numberOf.get(text) ?? 0));
  for (const { row } of sorted) writer.uint(numberOfHoraires(row.horaires));
  for (const { row } of sorted) writer.uint((row.prochain_creneau ?? -1) + 1);
  encodeMarks(writer, sorted, (row) => row.injoignable);
  encodeMarks(writer, sorted, (row) => row.approximative);
  for (const contact of CONTACTS.slice(1)) encodeMarks(writer, sorted, (row) => row.contact === contact);
  const dispositifs = numberByFrequency(helped.flatMap(({ item }) => item.dispositif ?? [])).distinct;
  writer.texts(dispositifs);
  const services = numberByFrequency(helped.map(({ item }) => servicesKey(item))).distinct;
  const lists = services.map((key): string[] => JSON.parse(key));
  const values = [...new Set(lists.flat())].sort(compare);
  writer.texts(values);
  writer.uint(lists.length);
  for (const list of lists) {
    writer.uint(list.length);
    writer.deltas(list.map((value) => values.indexOf(value)));
  }
  const numbers = {
    horaires: numberOfHoraires,
    dispositif: (value: string | null) => (value === null ? 0 : dispositifs.indexOf(value) + 1),
    services: (item: SnapshotAide) => services.indexOf(servicesKey(item)),
  };
  encodeAides(writer, aides, numbers);
  encodeAides(writer, passages, numbers);
  encodeStops(
    writer,
    passages.map(({ item }) => item),
    (fuseau) => fuseaux.distinct.indexOf(fuseau),
  );
  return writer.bytes();
}

/** The rows that have a mark. */
function encodeMarks(writer: ByteWriter, sorted: readonly PlacedRow[], isMarked: (row: SnapshotRow) => boolean): void {
  const rows = sorted.flatMap(({ row }, number) => (isMarked(row) ? [number] : []));
  writer.uint(rows.length);
  writer.deltas(rows);
}

interface AideNumbers {
  horaires: (text: string | null) => number;
  dispositif: (value: string | null) => number;
  services: (item: SnapshotAide) => number;
}

function encodeAides(writer: ByteWriter, owned: readonly Owned<SnapshotAide>[], numbers: AideNumbers): void {
  writer.uint(owned.length);
  writer.deltas(owned.map(({ lieu }) => lieu));
  for (const { item } of owned) writer.uint(numbers.horaires(item.horaires));
  for (const { item } of owned) writer.uint(numbers.dispositif(item.dispositif));
  for (const { item } of owned) writer.uint(numbers.services(item));
}

function encodeStops(writer: ByteWriter, stops: readonly SnapshotPassage[], numberOfFuseau: (text: string) => number) {
  writer.texts(stops.map(({ id }) => id));
  writer.texts(stops.map(({ nom }) => nom));
  writer.texts(stops.map(({ adresse }) => adresse ?? ''));
  for (const { fuseau } of stops) writer.uint(numberOfFuseau(fuseau));
  const positions = stops.map(positionOf);
  for (const position of positions) writer.byte(position ? 1 : 0);
  writer.deltas(positions.map((position) => position?.x ?? 0));
  writer.deltas(positions.map((position) => position?.y ?? 0));
}

interface Owned<Item> {
  item: Item;
  /** Row of its lieu. */
  lieu: number;
}

/** What lieux have several of, lieu by lieu, each in the order of its identifiers. */
function listOwned<Item extends SnapshotAide>(
  sorted: readonly PlacedRow[],
  listOf: (row: SnapshotRow) => readonly Item[],
): Owned<Item>[] {
  return sorted.flatMap(({ row }, lieu) =>
    listOf(row).length === 0
      ? []
      : listOf(row)
          .toSorted((a, b) => compare(a.id, b.id))
          .map((item) => ({ item, lieu })),
  );
}

function servicesKey({ services }: SnapshotAide): string {
  return JSON.stringify([...new Set(services)].sort(compare));
}

function startPart(size: number): ByteWriter {
  const writer = new ByteWriter();
  writer.byte(VERSION);
  writer.uint(size);
  return writer;
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
