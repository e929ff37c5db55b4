import { describe, expect, it, test } from 'vitest';
import { cartePage } from '#app/carte/carte-data.ts';
import { parseFiltres } from '#app/carte/filters.ts';
import { resolvePlace } from '#app/carte/place.ts';
import { decodeSnapshot, type SnapshotRow } from '#app/carte/snapshot.ts';
import { encodeSnapshot } from '#app/carte/snapshot-encode.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { makeRow } from './rows.ts';

const communes = loadCommunes();
const INSTANT = new Date('2025-03-24T08:30:00Z');
const gironde = { departement: '33', region: '75', epci: null };

const lieux = [
  makeRow({ id: 'bordeaux' }),
  makeRow({
    id: 'bassens',
    commune: 'Bassens',
    code_insee: '33032',
    code_postal: '33530',
    latitude: 44.9,
    longitude: -0.52,
  }),
  makeRow({
    id: 'arcachon',
    commune: 'Arcachon',
    code_insee: '33009',
    code_postal: '33120',
    latitude: 44.66,
    longitude: -1.17,
  }),
  makeRow({
    id: 'paris 12',
    commune: 'Paris',
    code_insee: '75056',
    code_postal: '75012',
    departement: '75',
    region: '11',
    latitude: 48.84,
    longitude: 2.39,
  }),
  makeRow({
    id: 'la réunion',
    commune: 'Saint-Denis',
    code_insee: '97411',
    code_postal: '97400',
    departement: '974',
    region: '04',
    latitude: -20.88,
    longitude: 55.45,
  }),
  makeRow({ id: 'nowhere', latitude: null, longitude: null }),
  makeRow({
    id: 'small',
    commune: 'Lucmau',
    code_insee: '33255',
    code_postal: '33840',
    latitude: 44.34,
    longitude: -0.3,
    ...gironde,
  }),
  makeRow({
    id: 'named',
    nom: 'Association des amis de Bordeaux',
    commune: 'Lyon',
    code_insee: '69123',
    code_postal: '69001',
    departement: '69',
    region: '84',
    latitude: 45.76,
    longitude: 4.83,
  }),
];

function page(query: string, rows: readonly SnapshotRow[] = lieux) {
  const index = decodeSnapshot(encodeSnapshot(rows));
  const { filtres, inconnus } = parseFiltres(new URLSearchParams(query));
  const lieuCherche = filtres.q === null ? null : resolvePlace(filtres.q, { communes, index });
  return cartePage(index, { filtres, inconnus, lieuCherche, instant: INSTANT });
}

const resolve = (q: string, rows = lieux) => resolvePlace(q, { communes, index: decodeSnapshot(encodeSnapshot(rows)) });

describe('a place is recognised', () => {
  it.each([
    ['Bordeaux', 'Bordeaux (33)'],
    ['  BORDEAUX ', 'Bordeaux (33)'],
    ['bordeaux 33', 'Bordeaux (33)'],
    ['33000 Bordeaux', 'Bordeaux (33)'],
    ['33000', 'Bordeaux (33000)'],
    ['75012', 'Paris 12e Arrondissement (75012)'],
    ['paris', 'Paris (75)'],
    ['Paris 12', 'Paris 12e Arrondissement (75)'],
    ['saint-denis (93)', 'Saint-Denis (93)'],
    ['st denis 974', 'Saint-Denis (974)'],
    ['ajaccio 2a', 'Ajaccio (2A)'],
    ['Gironde', 'Gironde'],
    ['la reunion', 'La Réunion'],
    ['nouvelle aquitaine', 'Nouvelle-Aquitaine'],
  ])('%s: %s', (q, libelle) => expect(resolve(q)?.place.libelle).toBe(libelle));

  it.each(['médiathèque', '"Bordeaux"', '« Bordeaux »', '', '99999', 'Bordeaux 2'])('not in %s', (q) => {
    expect(resolve(q)).toBeNull();
  });
});

test('homonyms are offered, the most populated first', () => {
  const found = resolve('Saint-Denis');
  expect([found?.place.libelle, ...(found?.others ?? [])]).toEqual(
    expect.arrayContaining(['Saint-Denis (974)', 'Saint-Denis (93)']),
  );
});

test('a commune whose centre is not known is where its lieux are, else in its département, and said to be approximate', () => {
  expect(resolve('Lucmau')?.place).toMatchObject({ approximatif: true, centre: { latitude: 44.34, longitude: -0.3 } });
  const elsewhere = resolve('Cazats')?.place;
  expect(elsewhere?.approximatif).toBe(true);
  expect(elsewhere && Math.abs(elsewhere.centre.latitude - 44.6) < 1).toBe(true);
  expect(resolve('Lucmau', [])?.place.approximatif).toBe(true);
});

const ids = (query: string) => page(query).lieux.map(({ id }) => id);

test('a commune gives what is around it, nearest first, then what is in it without coordinates', () => {
  expect(ids('q=Bordeaux')).toEqual(['bordeaux', 'bassens', 'nowhere']);
  expect(page('q=Bordeaux').lieux.map(({ distance }) => distance && Math.round(distance))).toEqual([0, 8, null]);
});

test('the same words between quotation marks are looked for in names', () => {
  expect(ids(new URLSearchParams({ q: '"amis de bordeaux"' }).toString())).toEqual(['named']);
});

test('an arrondissement has the lieux of its city that have its postcode', () => {
  expect(ids('territoire=commune:75112')).toEqual(['paris 12']);
});

test('a département gives all that is in it', () => {
  expect(ids('q=gironde').sort()).toEqual(['arcachon', 'bassens', 'bordeaux', 'nowhere', 'small']);
});

test('the view is that of the box, the place or the lieux found; all of France across the sea', () => {
  expect(page('bbox=-1,44,0,45').vue).toEqual({ west: -1, south: 44, east: 0, north: 45 });
  const around = page('q=Bordeaux').vue;
  expect([around.north - around.south, around.west < -0.6, around.east > -0.5]).toEqual([
    expect.closeTo(0.36, 2),
    true,
    true,
  ]);
  expect(page('territoire=departement:974').vue.south).toBeLessThan(-20);
  expect(page('').vue).toMatchObject({ west: -5.3, north: 51.2 });
  expect(page('', []).vue).toMatchObject({ west: -5.3, north: 51.2 });
});

test('distances are told only from something that was asked for', () => {
  expect(page('').lieux.every(({ distance }) => distance === null)).toBe(true);
  expect(page('lat=44.84&lon=-0.58').lieux[0]).toMatchObject({ id: 'bordeaux', distance: 0 });
  expect(page('').sansPosition).toBe(1);
});
