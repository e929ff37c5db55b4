import { FILTER_FIELDS, type FilterField } from '#app/domain/filter-fields.ts';
import { expandSaints, normalizeText, type Territoire, territoireContains } from '#app/domain/territoire.ts';
import type { Bbox, Filtres, Point } from './filters.ts';
import { ouvertTest, passageTest, sansPublicTest } from './ouverture.ts';
import { isElsewhere, lieuOfRow, passageOfRow, pointOfRow, valuesOfRow } from './rows.ts';
import type { SnapshotIndex } from './snapshot.ts';

/** A commune, postcode, département or région that `q` names. */
export interface Place {
  /** 'Bordeaux (33)' */
  libelle: string;
  centre: Point;
  /** The centre is that of its lieux or of its département, since its own is not known. */
  approximatif: boolean;
  /** Its lieux are those so many kilometres around its centre, and those in it whose position is not known; null: those in it. */
  rayon: number | null;
  territoires: readonly Territoire[];
}

export interface Hit {
  row: number;
  /** Kilometres from the centre asked for; null where the lieu has no coordinates or no centre was asked for. */
  distance: number | null;
}

export interface Found {
  hits: readonly Hit[];
  total: number;
  pages: number;
  page: number;
}

/**
 * The rows that filters keep, in ascending order: lieux, then the stops of the day that `ouvert` asks for, today by default.
 * With a place, `q` has been understood and is no longer a text to find.
 */
export function selectRows(
  index: SnapshotIndex,
  { filtres, place, instant }: { filtres: Filtres; place: Place | null; instant: Date },
): Int32Array {
  const tests = [
    ...fieldTests(index, filtres),
    ...(filtres.bbox ? [bboxTest(index, filtres.bbox)] : place ? [placeTest(index, place, filtres.rayon)] : []),
    ...(filtres.point && filtres.rayon !== null ? [radiusTest(index, filtres.point, filtres.rayon)] : []),
    ...(filtres.territoires.length > 0 ? [territoireTest(index, filtres.territoires)] : []),
    ...ouvertTests(index, filtres, instant),
    ...(filtres.rdv ? [rdvTest(index, instant)] : []),
    ...(filtres.q !== null && !place ? [textTest(index, filtres.q)] : []),
  ];
  const kept = new Int32Array(index.size + index.passages.count);
  let count = 0;
  for (let row = 0; row < index.size; row++) {
    if (tests.every((test) => test(row))) kept[count++] = row;
  }
  const served = passageTest(index, { ouvert: filtres.ouvert, instant });
  for (let passage = 0; passage < index.passages.count; passage++) {
    const row = index.size + passage;
    if (served(passage) && tests.every((test) => test(row))) kept[count++] = row;
  }
  return kept.slice(0, count);
}

/**
 * Nearest first, then those without coordinates; without a centre, by name. In all cases those that nobody can reach come after all
 * others, in the same order. Ties go by name then by row. `perPage` rows of `page`.
 */
export function listPage(
  index: SnapshotIndex,
  rows: Int32Array,
  { centre, page, perPage }: { centre: Point | null; page: number; perPage: number },
): Found {
  const pages = Math.max(1, Math.ceil(rows.length / perPage));
  const current = Math.min(page, pages);
  const last = Math.min(rows.length, current * perPage);
  const ranks = Float64Array.from(rows, (row) => rankOf(index, row, centre));
  // Numbers sort ten times faster than lieux: only those no farther than the page's last are put in order with their names.
  const farthest = ranks.slice().sort()[last - 1] ?? Infinity;
  const hits: (Hit & { name: string; rank: number })[] = [];
  for (const [position, row] of rows.entries()) {
    const rank = ranks[position] ?? Infinity;
    if (rank > farthest) continue;
    const distance = centre && distanceTo(index, row, centre);
    hits.push({ row, distance, rank, name: normalizeText(index.noms.at(lieuOfRow(index, row))) });
  }
  hits.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.row - b.row));
  const shown = hits.slice((current - 1) * perPage, last).map(({ row, distance }) => ({ row, distance }));
  return { hits: shown, total: rows.length, pages, page: current };
}

/** Kilometres from the centre, in two ranges longer than the earth is round: without coordinates, then without any way to be reached. */
function rankOf(index: SnapshotIndex, row: number, centre: Point | null): number {
  const rank = centre ? (distanceTo(index, row, centre) ?? UNPLACED) : 0;
  return isInjoignableRow(index, row) ? rank + UNREACHABLE : rank;
}

const UNPLACED = 100_000;
const UNREACHABLE = 1_000_000;

/** Whether a row's lieu gives neither hours nor any way to contact it. */
export function isInjoignableRow(index: SnapshotIndex, row: number): boolean {
  return index.injoignables[lieuOfRow(index, row)] === 1;
}

/** The nearest lieu that receives people where it is and can be reached, for who finds one that cannot; null where none is on the map. */
export function nearestJoignable(index: SnapshotIndex, point: Point): { row: number; distance: number } | null {
  const sansPublic = sansPublicTest(index);
  const scale = Math.cos((point.latitude * Math.PI) / 180);
  let nearest = -1;
  let least = Infinity;
  for (let row = 0; row < index.placed; row++) {
    const east = Math.abs((index.longitudes[row] ?? 0) - point.longitude);
    const dx = Math.min(east, 360 - east) * scale;
    const dy = (index.latitudes[row] ?? 0) - point.latitude;
    // Flat for the choice, which is of neighbours; round for the distance that is said.
    const square = dx * dx + dy * dy;
    if (square >= least || index.injoignables[row] === 1 || sansPublic(row) || isElsewhere(index, row)) continue;
    least = square;
    nearest = row;
  }
  const found = pointOfRow(index, nearest);
  return nearest === -1 || !found ? null : { row: nearest, distance: distanceBetween(point, found) };
}

/** The middle of what a box shows, for distances; on the right side of the world where the box crosses the 180th meridian. */
export function centreOf({ west, south, east, north }: Bbox): Point {
  const middle = (west + east) / 2 + (west > east ? 180 : 0);
  return { latitude: (south + north) / 2, longitude: middle > 180 ? middle - 360 : middle };
}

/** The middle of the lieux of some territoires that have coordinates; null where none has. */
export function centreOfTerritoires(index: SnapshotIndex, territoires: readonly Territoire[]): Point | null {
  const test = territoireTest(index, territoires);
  const box = { west: 180, south: 90, east: -180, north: -90 };
  for (let row = 0; row < index.placed; row++) {
    if (!test(row)) continue;
    const { latitude = 0, longitude = 0 } = pointOfRow(index, row) ?? {};
    box.west = Math.min(box.west, longitude);
    box.east = Math.max(box.east, longitude);
    box.south = Math.min(box.south, latitude);
    box.north = Math.max(box.north, latitude);
  }
  return box.south > box.north ? null : centreOf(box);
}

/** Kilometres between two points on a sphere of the earth's mean radius (0.5 % at most from the ellipsoid). */
export function distanceBetween(a: Point, b: Point): number {
  const rad = Math.PI / 180;
  const dLat = (b.latitude - a.latitude) * rad;
  const dLon = (b.longitude - a.longitude) * rad;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * Math.sin(dLon / 2) ** 2;
  return 2 * 6371.0088 * Math.asin(Math.min(1, Math.sqrt(h)));
}

type Test = (row: number) => boolean;

function fieldTests(index: SnapshotIndex, { champs }: Filtres): Test[] {
  return FILTER_FIELDS.flatMap((field) => {
    const asked = champs[field];
    return asked && asked.length > 0 ? [fieldTest(index, field, new Set(asked))] : [];
  });
}

function fieldTest(index: SnapshotIndex, field: FilterField, asked: ReadonlySet<string>): Test {
  const { values, combinations, rows } = index.fields[field];
  const valueKept = values.map((value) => asked.has(value));
  const combinationKept = combinations.map((combination) => combination.some((value) => valueKept[value]));
  return (row) =>
    row < index.size
      ? combinationKept[rows[row] ?? -1] === true
      : valuesOfRow(index, field, row).some((value) => asked.has(value));
}

function bboxTest(index: SnapshotIndex, { west, south, east, north }: Bbox): Test {
  return (row) => {
    const point = pointOfRow(index, row);
    if (!point) return false;
    const { latitude, longitude } = point;
    if (latitude < south || latitude > north) return false;
    return west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east;
  };
}

function radiusTest(index: SnapshotIndex, point: Point, rayon: number): Test {
  return (row) => (distanceTo(index, row, point) ?? Infinity) <= rayon;
}

function placeTest(index: SnapshotIndex, place: Place, rayon: number | null): Test {
  const inside = territoireTest(index, place.territoires);
  const kilometres = rayon ?? place.rayon;
  if (kilometres === null) return inside;
  const near = radiusTest(index, place.centre, kilometres);
  return (row) => near(row) || (pointOfRow(index, row) === null && inside(row));
}

function territoireTest(index: SnapshotIndex, territoires: readonly Territoire[]): Test {
  const communeKept = index.communes.map((commune) =>
    territoires.some((territoire) => territoireContains(territoire, commune)),
  );
  return (row) => communeKept[index.communeOf[row] ?? -1] === true;
}

function ouvertTests(index: SnapshotIndex, { ouvert, champs }: Filtres, instant: Date): Test[] {
  return ouvert === null ? [] : [ouvertTest(index, { ouvert, services: champs.services ?? [], instant })];
}

function rdvTest(index: SnapshotIndex, instant: Date): Test {
  const now = instant.getTime() / 60_000;
  return (row) => (index.creneauOf[row] ?? -1) > now;
}

/** Each word of the text begins a word of the name, commune or postcode of the lieu, or of its stop. */
function textTest(index: SnapshotIndex, q: string): Test {
  const words = searchText(q)
    .split(' ')
    .filter(Boolean)
    .map((word) => ` ${word}`);
  const texts = searchTexts(index);
  return (row) => {
    const text = texts[row] ?? '';
    return words.every((word) => text.includes(word));
  };
}

const textsOf = new WeakMap<SnapshotIndex, readonly string[]>();

function searchTexts(index: SnapshotIndex): readonly string[] {
  let texts = textsOf.get(index);
  if (!texts) {
    const communes = index.communes.map(({ nom, code_postal }) => searchText(`${nom} ${code_postal ?? ''}`));
    texts = Array.from(
      { length: index.size + index.passages.count },
      (_, row) => ` ${searchText(nameOf(index, row))} ${communes[index.communeOf[row] ?? -1] ?? ''}`,
    );
    textsOf.set(index, texts);
  }
  return texts;
}

function searchText(text: string): string {
  return expandSaints(normalizeText(text));
}

function nameOf(index: SnapshotIndex, row: number): string {
  const nom = index.noms.at(lieuOfRow(index, row));
  const passage = passageOfRow(index, row);
  return passage === null ? nom : `${nom} ${index.passages.noms.at(passage)}`;
}

function distanceTo(index: SnapshotIndex, row: number, centre: Point): number | null {
  const point = pointOfRow(index, row);
  return point && distanceBetween(centre, point);
}
