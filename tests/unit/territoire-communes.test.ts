import { describe, expect, it, test } from 'vitest';
import { findNomOfEpci, listEpcis, loadCommunes } from '#app/reference/communes.ts';

const communes = loadCommunes();
const noms = (list: readonly { nom: string; departement: string }[]) => list.map((c) => `${c.nom} ${c.departement}`);

test('there are nearly 35,000 communes, read once', () => {
  expect(communes.all().length).toBeGreaterThan(34_000);
  expect(loadCommunes()).toBe(communes);
  expect(communes.all().some(({ nom }) => nom.includes('Arrondissement'))).toBe(false);
});

test('a commune has its postcodes, EPCI, population and centre', () => {
  expect(communes.findByInsee('33063')).toMatchObject({
    nom: 'Bordeaux',
    departement: '33',
    region: '75',
    epci: '243300316',
    codes_postaux: ['33000', '33100', '33200', '33300', '33800'],
  });
  const centre = communes.findByInsee('33063')?.centre;
  expect(centre?.latitude).toBeCloseTo(44.84, 1);
  expect(centre?.longitude).toBeCloseTo(-0.58, 1);
});

describe('by INSEE code', () => {
  it.each([
    ['2a004', 'Ajaccio'],
    ['75056', 'Paris'],
    ['75101', 'Paris 1er Arrondissement'],
    ['69123', 'Lyon'],
    ['13216', 'Marseille 16e Arrondissement'],
    ['01039', 'Culoz-Béon'],
    ['69232', 'Lyon'],
    ['97502', 'Saint-Pierre'],
    ['97701', 'Saint-Barthélemy'],
    ['97801', 'Saint-Martin'],
    ['98613', 'Uvea'],
    ['98735', 'Papeete'],
    ['98818', 'Nouméa'],
    ['00000', undefined],
  ])('%s is %s', (code, nom) => expect(communes.findByInsee(code)?.nom).toBe(nom));
});

describe('by postcode', () => {
  it.each([
    ['75012', ['Paris 75']],
    ['97133', ['Saint-Barthélemy 977']],
    ['98800', ['Nouméa 988']],
    ['33000', ['Bordeaux 33']],
    ['00000', []],
  ])('%s serves %o', (codePostal, expected) => expect(noms(communes.listByCodePostal(codePostal))).toEqual(expected));

  test('one that serves several gives them all, the most populated first', () => {
    const served = communes.listByCodePostal('01200');
    expect(served.length).toBeGreaterThan(5);
    expect(noms(served)).toContain('Éloise 74');
    expect(served.map((c) => c.population)).toEqual(served.map((c) => c.population).sort((a, b) => b - a));
  });
});

describe('by name', () => {
  it.each([
    ['bordeaux', 'Bordeaux 33'],
    ['BORDEAUX CEDEX 9', 'Bordeaux 33'],
    ['st etienne', 'Saint-Étienne 42'],
    ['Ste-Foy-lès-Lyon', 'Sainte-Foy-lès-Lyon 69'],
    ['l’hay les roses', "L'Haÿ-les-Roses 94"],
    ['Havre (LE)', 'Le Havre 76'],
    ['havre', 'Le Havre 76'],
    ['chalon s/ saone', 'Chalon-sur-Saône 71'],
    ['Villeneuve Ascq', "Villeneuve-d'Ascq 59"],
    ['Paris 12e', 'Paris 12e Arrondissement 75'],
    ['PARIS 01', 'Paris 1er Arrondissement 75'],
    ['lyon 3ème arrondissement', 'Lyon 3e Arrondissement 69'],
    ['Bellegarde sur Valserine', 'Valserhône 01'],
    ['noumea', 'Nouméa 988'],
  ])('"%s" is first of all %s', (nom, expected) => expect(noms(communes.listByNom(nom))[0]).toBe(expected));

  test('homonyms are all given, and a département tells them apart', () => {
    expect(communes.listByNom('Saint-Denis').length).toBeGreaterThan(3);
    expect(noms(communes.listByNom('saint denis', '974'))).toEqual(['Saint-Denis 974']);
    expect(noms(communes.listByNom('Béon', '01'))).toEqual(['Culoz-Béon 01']);
    expect(communes.listByNom('Bordeaux', '75')).toEqual([]);
    expect(communes.listByNom('')).toEqual([]);
  });
});

test('places that GeoNames gives without an INSEE code have their centre too', () => {
  for (const code of ['75056', '97701', '97801', '98818', '98735', '13201', '69123', '97502']) {
    expect(communes.findByInsee(code)?.centre, code).not.toBeNull();
  }
  const paris = communes.findByInsee('75056')?.centre;
  expect(paris?.latitude).toBeCloseTo(48.85, 1);
});

test('every commune of over 3,000 inhabitants in metropolitan France has a centre inside the country', () => {
  const large = communes.all().filter((c) => c.population > 3000 && c.departement.length === 2);
  const placed = large.filter((c) => c.centre);
  expect(placed.length / large.length).toBeGreaterThan(0.95);
  for (const { centre, nom } of placed) {
    expect(centre && centre.latitude > 41 && centre.latitude < 51.5, nom).toBe(true);
    expect(centre && centre.longitude > -5.5 && centre.longitude < 10, nom).toBe(true);
  }
});

test('EPCI have names', () => {
  expect(findNomOfEpci('243300316')).toBe('Bordeaux Métropole');
  expect(findNomOfEpci('000000000')).toBeUndefined();
  expect(listEpcis().length).toBeGreaterThan(1200);
});
