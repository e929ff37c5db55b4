import { createRequire } from 'node:module';
import { describe, expect, it, test } from 'vitest';
import {
  arrondissementOfCodePostal,
  communeOfArrondissement,
  DEPARTEMENTS,
  departementOfCodePostal,
  departementOfInsee,
  formatTerritoire,
  nomOfDepartement,
  nomOfRegion,
  normalizeText,
  parseTerritoire,
  REGIONS,
  regionOfDepartement,
  type Situation,
  territoireContains,
} from '#app/domain/territoire.ts';

const require = createRequire(import.meta.url);
const cog = (file: string): { code: string; nom: string; region: string }[] =>
  require(`@etalab/decoupage-administratif/data/${file}.json`);

describe('the tables of régions and départements', () => {
  test('are those of the code officiel géographique, overseas included', () => {
    const byCode = (a: { code: string }, b: { code: string }) => (a.code < b.code ? -1 : 1);
    expect([...DEPARTEMENTS]).toEqual(
      cog('departements')
        .map(({ code, nom, region }) => ({ code, nom, region }))
        .sort(byCode),
    );
    expect([...REGIONS].sort(byCode)).toEqual(
      cog('regions')
        .map(({ code, nom }) => ({ code, nom }))
        .sort(byCode),
    );
    expect([regionOfDepartement('33'), nomOfDepartement('2A'), nomOfRegion('75')]).toEqual([
      '75',
      'Corse-du-Sud',
      'Nouvelle-Aquitaine',
    ]);
    expect([regionOfDepartement('20'), nomOfDepartement('99'), nomOfRegion('00')]).toEqual([null, null, null]);
  });
});

describe('the département of a code', () => {
  it.each([
    ['33063', '33'],
    ['2A004', '2A'],
    ['2B033', '2B'],
    ['97411', '974'],
    ['97801', '978'],
    ['98818', '988'],
    ['20004', null],
    ['99100', null],
    ['3363', null],
    ['2C004', null],
    ['', null],
  ])('INSEE %s → %s', (code, departement) => expect(departementOfInsee(code)).toBe(departement));

  it.each([
    ['33000', '33'],
    ['01000', '01'],
    ['20000', '2A'],
    ['20137', '2A'],
    ['20200', '2B'],
    ['20600', '2B'],
    ['97133', '977'],
    ['97150', '978'],
    ['97110', '971'],
    ['97600', '976'],
    ['97500', '975'],
    ['98600', '986'],
    ['98714', '987'],
    ['98800', '988'],
    ['98000', null],
    ['1000', null],
    ['2A000', null],
    ['00100', null],
  ])('postcode %s → %s', (code, departement) => expect(departementOfCodePostal(code)).toBe(departement));

  test('a postcode gives the département of its communes, but for those served by a neighbour', () => {
    const communes: {
      departement: string;
      codesPostaux?: string[];
      type: string;
    }[] = require('@etalab/decoupage-administratif/data/communes.json');
    const pairs = communes.flatMap((commune) => (commune.codesPostaux ?? []).map((code) => ({ ...commune, code })));
    const wrong = pairs.filter(({ code, departement }) => departementOfCodePostal(code) !== departement);
    expect(wrong.length).toBeLessThan(30);
    expect(wrong.every(({ departement }) => !/^9[78]|^2[AB]/.test(departement))).toBe(true);
  });
});

describe('a territoire', () => {
  it.each(['region:75', 'departement:33', 'departement:2A', 'epci:243300316', 'commune:33063', 'commune:2B033'])(
    'is read and written back: %s',
    (text) => {
      const territoire = parseTerritoire(text);
      expect(territoire && formatTerritoire(territoire)).toBe(text);
    },
  );

  it.each([
    '',
    'region',
    'region:99',
    'departement:20',
    'departement:33 ',
    'epci:123',
    'commune:99999',
    'pays:FR',
    'Region:75',
  ])('is refused: "%s"', (text) => expect(parseTerritoire(text)).toBeNull());

  const paris12: Situation = {
    code_insee: '75112',
    code_postal: '75012',
    departement: '75',
    region: '11',
    epci: '200054781',
  };
  const paris: Situation = { ...paris12, code_insee: '75056' };
  it.each<[string, Situation, boolean]>([
    ['region:11', paris12, true],
    ['region:75', paris12, false],
    ['departement:75', paris12, true],
    ['epci:200054781', paris12, true],
    ['epci:243300316', paris12, false],
    ['commune:75056', paris12, true],
    ['commune:75112', paris12, true],
    ['commune:75113', paris12, false],
    ['commune:75112', paris, true],
    ['commune:75112', { ...paris, code_postal: '75011' }, false],
    ['commune:75112', { ...paris, code_postal: null }, false],
    ['commune:75056', paris, true],
    ['commune:13055', paris, false],
    ['departement:33', { code_insee: '33063', code_postal: null, departement: null, region: null, epci: null }, true],
    ['region:75', { code_insee: '33063', code_postal: null, departement: null, region: null, epci: null }, true],
    ['region:75', { code_insee: null, code_postal: null, departement: null, region: null, epci: null }, false],
  ])('%s holds (or not) a lieu at %o', (text, lieu, held) => {
    const territoire = parseTerritoire(text);
    expect(territoire && territoireContains(territoire, lieu)).toBe(held);
  });
});

describe('arrondissements of Paris, Lyon and Marseille', () => {
  it.each([
    ['75101', '75056'],
    ['75120', '75056'],
    ['69389', '69123'],
    ['13216', '13055'],
    ['75121', null],
    ['75056', null],
    ['2A004', null],
  ])('%s belongs to %s', (code, city) => expect(communeOfArrondissement(code)).toBe(city));

  it.each([
    ['75001', '75101'],
    ['75020', '75120'],
    ['75116', '75116'],
    ['69009', '69389'],
    ['13016', '13216'],
    ['13100', null],
    ['75112', null],
  ])('postcode %s is arrondissement %s', (codePostal, code) =>
    expect(arrondissementOfCodePostal(codePostal)).toBe(code),
  );
});

it.each([
  ["  L'Haÿ-les-Roses ", 'l hay les roses'],
  ['Œuilly', 'oeuilly'],
  ['SAINT–ÉTIENNE', 'saint etienne'],
  ['Médiathèque e\u0301toile n° 2', 'mediatheque etoile n 2'],
  ['…', ''],
])('search text: "%s" → "%s"', (text, normalized) => expect(normalizeText(text)).toBe(normalized));
