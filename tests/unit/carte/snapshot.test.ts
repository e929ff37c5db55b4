import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { SnapshotError } from '#app/carte/bytes.ts';
import { fuseauOfRow, pointOfRow } from '#app/carte/rows.ts';
import {
  type AideColumns,
  CONTACTS,
  decodeParts,
  decodeSnapshot,
  type SnapshotAide,
  type SnapshotIndex,
  type SnapshotPassage,
  type SnapshotRow,
  splitParts,
} from '#app/carte/snapshot.ts';
import { encodeParts, encodeSnapshot } from '#app/carte/snapshot-encode.ts';
import { FILTER_FIELDS } from '#app/domain/filter-fields.ts';
import { anyRowsWithHelp, makeHoraires, makeRow } from './rows.ts';

/** What a snapshot says of a row, in the words of a SnapshotRow. */
function readRow(index: SnapshotIndex, row: number): SnapshotRow {
  const at = <T>(list: ArrayLike<T>, position: number): T => {
    const value = list[position];
    if (value === undefined) throw new Error(`nothing at ${position}`);
    return value;
  };
  const { nom: commune, ...situation } = at(index.communes, at(index.communeOf, row));
  const hours = at(index.horairesOf, row);
  const creneau = at(index.creneauOf, row);
  const placed = row < index.placed;
  return makeRow({
    id: index.ids.at(row),
    nom: index.noms.at(row),
    commune: commune || null,
    ...situation,
    latitude: placed ? at(index.latitudes, row) : null,
    longitude: placed ? at(index.longitudes, row) : null,
    fuseau: at(index.fuseaux, at(index.fuseauOf, row)),
    horaires: hours === -1 ? null : index.horaires.at(hours),
    prochain_creneau: creneau === -1 ? null : creneau,
    injoignable: index.injoignables[row] === 1,
    approximative: index.approximatives[row] === 1,
    contact: CONTACTS[at(index.contactOf, row)] ?? null,
    aides: itemsOf(index.aides, row).map((item) => readAide(index, index.aides, item)),
    passages: itemsOf(index.passages, row).map((item) => readPassage(index, item)),
    ...Object.fromEntries(
      FILTER_FIELDS.map((field) => {
        const { values, combinations, rows } = index.fields[field];
        return [field, at(combinations, at(rows, row)).map((value) => at(values, value))];
      }),
    ),
  });
}

function itemsOf({ starts }: AideColumns, row: number): number[] {
  const [start = 0, end = 0] = [starts[row], starts[row + 1]];
  return Array.from({ length: end - start }, (_, n) => start + n);
}

function readAide(index: SnapshotIndex, columns: AideColumns, item: number) {
  const hours = columns.horairesOf[item] ?? -1;
  return {
    horaires: hours === -1 ? null : index.horaires.at(hours),
    dispositif: index.dispositifs[columns.dispositifOf[item] ?? -1] ?? null,
    services: index.services[columns.servicesOf[item] ?? -1] ?? [],
    id: '',
  };
}

function readPassage(index: SnapshotIndex, item: number): SnapshotPassage {
  const { passages } = index;
  const commune = index.communes[index.communeOf[index.size + item] ?? -1];
  const point = pointOfRow(index, index.size + item);
  return {
    ...readAide(index, passages, item),
    id: passages.ids.at(item),
    nom: passages.noms.at(item),
    adresse: passages.adresses.at(item) || null,
    commune: commune?.nom || null,
    code_postal: commune?.code_postal ?? null,
    code_insee: commune?.code_insee ?? null,
    latitude: point?.latitude ?? null,
    longitude: point?.longitude ?? null,
    fuseau: fuseauOfRow(index, index.size + item),
  };
}

/** What a snapshot promises to keep: positions to the metre, lists without order or repetition. */
function expected(row: SnapshotRow): SnapshotRow {
  const lists = Object.fromEntries(FILTER_FIELDS.map((field) => [field, [...new Set(row[field])].sort()]));
  const round = (value: number | null) => (value === null ? null : Math.round((value + 180) * 1e5) / 1e5 - 180);
  const sorted = <Item extends SnapshotAide>(items: readonly Item[]) =>
    items
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map((item) => ({ ...item, services: [...new Set(item.services)].sort() }));
  return {
    ...{ ...row, ...lists, latitude: round(row.latitude), longitude: round(row.longitude) },
    // The identifier of help in the lieu itself orders it, no more.
    aides: sorted(row.aides).map((aide) => ({ ...aide, id: '' })),
    passages: sorted(row.passages),
  };
}

const byId = (a: SnapshotRow, b: SnapshotRow) => (a.id < b.id ? -1 : 1);

test('every lieu is read back as it was written', () => {
  fc.assert(
    fc.property(anyRowsWithHelp(), (rows) => {
      const index = decodeSnapshot(encodeSnapshot(rows));
      const read = Array.from({ length: index.size }, (_, row) => readRow(index, row)).sort(byId);
      const wanted = rows.map(expected).sort(byId);
      expect(read.length).toBe(wanted.length);
      for (const [i, row] of read.entries()) {
        const { latitude, longitude, ...rest } = row;
        const { latitude: lat, longitude: lon, ...want } = wanted[i] ?? row;
        expect(rest).toEqual(want);
        expect(Math.abs((latitude ?? 0) - (lat ?? 0))).toBeLessThan(1.1e-5);
        expect(Math.abs((longitude ?? 0) - (lon ?? 0))).toBeLessThan(1.1e-5);
        expect(latitude === null).toBe(lat === null);
      }
    }),
    { numRuns: 150 },
  );
});

test('the same lieux in any order give the same bytes', () => {
  fc.assert(
    fc.property(
      anyRowsWithHelp().chain((rows) =>
        fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
      ),
      ([rows, shuffled]) => {
        const mixed = shuffled.map((row) => ({
          ...row,
          services: [...row.services].reverse(),
          aides: [...row.aides].reverse(),
          passages: [...row.passages].reverse(),
        }));
        expect(encodeSnapshot(mixed)).toEqual(encodeSnapshot(rows));
      },
    ),
    { numRuns: 100 },
  );
});

test('a decimal coordinate is given back as the same number', () => {
  const index = decodeSnapshot(encodeSnapshot([makeRow({ id: 'a', latitude: 44.83779, longitude: -0.57918 })]));
  expect([index.latitudes[0], index.longitudes[0]]).toEqual([44.83779, -0.57918]);
});

it.each([
  ['out of the world', { latitude: 91, longitude: 0 }],
  ['not numbers', { latitude: Number.NaN, longitude: 2 }],
  ['half missing', { latitude: 44, longitude: null }],
])('a lieu whose coordinates are %s is kept, without them', (_, position) => {
  const index = decodeSnapshot(encodeSnapshot([makeRow({ id: 'a', ...position })]));
  expect([index.size, index.placed]).toEqual([1, 0]);
});

test('a snapshot of nothing is a snapshot', () => {
  expect(decodeSnapshot(encodeSnapshot([])).size).toBe(0);
});

test('bytes that are cut, changed at the front or from elsewhere are refused, never misread', () => {
  const rows = [makeRow({ id: 'a', horaires: makeHoraires('24/7') }), makeRow({ id: 'b', services: ['x'] })];
  const bytes = encodeSnapshot(rows);
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeSnapshot(bytes.subarray(0, length)), `${length}`).toThrow(SnapshotError);
  }
  expect(() => decodeSnapshot(new TextEncoder().encode('<!doctype html><p>Pas trouvé'))).toThrow(SnapshotError);
});

test('parts of two snapshots do not mix', () => {
  const one = encodeParts([makeRow({ id: 'a' })]);
  const two = encodeParts([makeRow({ id: 'a' }), makeRow({ id: 'b' })]);
  expect(() => decodeParts({ ...one, noms: two.noms })).toThrow(SnapshotError);
  expect(decodeParts(splitParts(encodeSnapshot([makeRow({ id: 'a' })])))).toEqual(decodeParts(one));
});
