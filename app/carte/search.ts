import { FILTER_FIELDS } from '#app/domain/filter-fields.ts';
import { expandSaints, normalizeText, type Territoire, territoireContains } from '#app/domain/territoire.ts';
import type { Bbox, Filtres, Point } from './filters.ts';
import { ouvertTest } from './ouverture.ts';
import type { FieldColumn, SnapshotCommune, SnapshotIndex } from './snapshot.ts';

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

/** The rows that filters keep, in ascending order. With a place, `q` has been understood and is no longer a text to find. */
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
  const kept = new Int32Array(index.size);
  let count = 0;
  for (let row = 0; row < index.size; row++) {
    if (tests.every((test) => test(row))) kept[count++] = row;
  }
  return kept.slice(0, count);
}

/** Nearest first, then those without coordinates; without a centre, by name. Ties go by name then by row. `perPage` rows of `page`. */
export function listPage(
  index: SnapshotIndex,
  rows: Int32Array,
  { centre, page, perPage }: { centre: Point | null; page: number; perPage: number },
): Found {
  const pages = Math.max(1, Math.ceil(rows.length / perPage));
  const current = Math.min(page, pages);
  const last = Math.min(rows.length, current * perPage);
  const distances = Float64Array.from(rows, (row) => (centre ? (distanceTo(index, row, centre) ?? Infinity) : 0));
  // Numbers sort ten times faster than lieux: only those no farther than the page's last are put in order with their names.
  const farthest = distances.slice().sort()[last - 1] ?? Infinity;
  const hits: (Hit & { name: string })[] = [];
  for (const [position, row] of rows.entries()) {
    const distance = distances[position] ?? Infinity;
    if (distance > farthest) continue;
    const known = centre !== null && distance !== Infinity;
    hits.push({ row, distance: known ? distance : null, name: normalizeText(index.noms.at(row)) });
  }
  hits.sort((a, b) => {
    const near = (a.distance ?? Number.MAX_VALUE) - (b.distance ?? Number.MAX_VALUE);
    return near !== 0 ? near : a.name < b.name ? -1 : a.name > b.name ? 1 : a.row - b.row;
  });
  const shown = hits.slice((current - 1) * perPage, last).map(({ row, distance }) => ({ row, distance }));
  return { hits: shown, total: rows.length, pages, page: current };
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
    const { latitude, longitude } = pointOf(index, row);
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

/** The commune that a row's lieu is in, as the lieu writes it. */
export function communeOfRow(index: SnapshotIndex, row: number): SnapshotCommune {
  const commune = index.communes[index.communeOf[row] ?? -1];
  if (!commune) throw new RangeError(`no row ${row}`);
  return commune;
}

type Test = (row: number) => boolean;

function fieldTests(index: SnapshotIndex, { champs }: Filtres): Test[] {
  return FILTER_FIELDS.flatMap((field) => {
    const asked = champs[field];
    return asked && asked.length > 0 ? [fieldTest(index.fields[field], new Set(asked))] : [];
  });
}

function fieldTest({ values, combinations, rows }: FieldColumn, asked: ReadonlySet<string>): Test {
  const valueKept = values.map((value) => asked.has(value));
  const combinationKept = combinations.map((combination) => combination.some((value) => valueKept[value]));
  return (row) => combinationKept[rows[row] ?? -1] === true;
}

function bboxTest(index: SnapshotIndex, { west, south, east, north }: Bbox): Test {
  return (row) => {
    if (row >= index.placed) return false;
    const { latitude, longitude } = pointOf(index, row);
    if (latitude < south || latitude > north) return false;
    return west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east;
  };
}

function radiusTest(index: SnapshotIndex, point: Point, rayon: number): Test {
  return (row) => row < index.placed && distanceBetween(point, pointOf(index, row)) <= rayon;
}

function placeTest(index: SnapshotIndex, place: Place, rayon: number | null): Test {
  const inside = territoireTest(index, place.territoires);
  const kilometres = rayon ?? place.rayon;
  if (kilometres === null) return inside;
  const near = radiusTest(index, place.centre, kilometres);
  return (row) => near(row) || (row >= index.placed && inside(row));
}

function territoireTest(index: SnapshotIndex, territoires: readonly Territoire[]): Test {
  const communeKept = index.communes.map((commune) =>
    territoires.some((territoire) => territoireContains(territoire, commune)),
  );
  return (row) => communeKept[index.communeOf[row] ?? -1] === true;
}

function ouvertTests(index: SnapshotIndex, { ouvert }: Filtres, instant: Date): Test[] {
  return ouvert === null ? [] : [ouvertTest(index, ouvert, instant)];
}

function rdvTest(index: SnapshotIndex, instant: Date): Test {
  const now = instant.getTime() / 60_000;
  return (row) => (index.creneauOf[row] ?? -1) > now;
}

/** Each word of the text begins a word of the lieu's name, commune or postcode. */
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
      { length: index.size },
      (_, row) => ` ${searchText(index.noms.at(row))} ${communes[index.communeOf[row] ?? -1] ?? ''}`,
    );
    textsOf.set(index, texts);
  }
  return texts;
}

function searchText(text: string): string {
  return expandSaints(normalizeText(text));
}

/** For rows below `index.placed`. */
function pointOf(index: SnapshotIndex, row: number): Point {
  return { latitude: index.latitudes[row] ?? Number.NaN, longitude: index.longitudes[row] ?? Number.NaN };
}

function distanceTo(index: SnapshotIndex, row: number, centre: Point): number | null {
  return row < index.placed ? distanceBetween(centre, pointOf(index, row)) : null;
}
