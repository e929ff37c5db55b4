import { expect, test } from 'vitest';
import { FIELDS } from '#app/domain/standard.ts';
import { cleOfColonne, recogniseColonnes } from '#app/domain/tableau/colonnes.ts';
import { isStandard, proposerColonnes } from '#app/domain/tableau/proposition.ts';
import { SYNONYMES } from '#app/domain/tableau/synonymes.ts';

function champs(header: string[], rows: string[][], choix?: Parameters<typeof proposerColonnes>[2]) {
  return proposerColonnes(header, rows, choix).map(({ champ, raison }) => [champ, raison]);
}

test('names of the standard come first, then those that files use, whatever the case, accents and signs', () => {
  expect(champs(['Identifiant', 'Structure', 'Ville', 'C.P.', 'Téléphone', 'E-mail', 'Nom', 'Notes'], [])).toEqual([
    ['id', 'standard'],
    [null, null],
    ['commune', 'nom'],
    ['code_postal', 'nom'],
    ['telephone', 'standard'],
    ['courriels', 'nom'],
    ['nom', 'standard'],
    [null, null],
  ]);
});

test('the last part of a nested name tells where the whole does not, and no other column gives that field', () => {
  const header = ['id', 'nom', 'contact.nom', 'adresse.voie', 'adresse.codePostal', 'coordonnees.latitude', 'gps.lat'];
  expect(champs([...header, 'contacts.telephone', 'Rue. Voie', 'a..mail'], [])).toEqual([
    ['id', 'standard'],
    ['nom', 'standard'],
    [null, null],
    ['adresse', 'nom'],
    ['code_postal', 'nom'],
    ['latitude', 'nom'],
    [null, null],
    ['telephone', 'nom'],
    [null, null],
    [null, null],
  ]);
});

test('what a column holds tells it where its name does not', () => {
  const rows = [
    [
      'Z1',
      '43493312300029',
      '33000',
      '33063',
      'a@exemple.fr',
      '44,8378',
      '-0.5792',
      '05 56 00 00 00',
      '12 rue Haute',
      '31/01/2026',
      'https://exemple.fr',
      'Lundi 9h-12h',
      'x',
    ],
    [
      'Z2',
      '552 100 554 00013',
      '51100',
      '51454',
      'b@exemple.fr',
      '49.2583',
      '4.0317',
      '+33326000000',
      '3 bis avenue de Laon',
      '2026-02-01',
      'www.exemple.fr',
      'mardi 14:00-18:00',
      'x',
    ],
  ];
  expect(champs(rows[0]?.map((_, index) => `Colonne ${index}`) ?? [], rows)).toEqual(
    [
      'id',
      'pivot',
      'code_postal',
      'code_insee',
      'courriels',
      'latitude',
      'longitude',
      'telephone',
      'adresse',
      'date_maj',
      'site_web',
      'horaires',
      null,
    ].map((champ) => [champ, champ && 'contenu']),
  );
});

test('a column with holes and slips is still known, one of mixed values is not', () => {
  const column = (values: string[]) =>
    champs(
      ['Divers'],
      values.map((value) => [value]),
    )[0]?.[0];
  const postcodes = Array.from({ length: 20 }, (_, index) => `${33000 + index * 10}`);
  expect(column([...postcodes, '', '', 'à venir'])).toBe('code_postal');
  expect(column([...postcodes.slice(0, 5), 'Bordeaux', 'Reims', 'Lyon'])).toBeNull();
  expect(column(['12345678901234', '12345678901235'])).toBe('id');
});

test('what somebody chose wins over names and contents, also that a column is not read', () => {
  const choix = new Map([
    [cleOfColonne('Structure'), 'structure_parente' as const],
    [cleOfColonne('nom'), null],
    [cleOfColonne('Antenne'), 'nom' as const],
  ]);
  expect(champs(['Structure', 'nom', 'Antenne'], [], choix)).toEqual([
    ['structure_parente', 'choix'],
    [null, 'choix'],
    ['nom', 'choix'],
  ]);
  expect(recogniseColonnes(['Structure', 'nom', 'Antenne'], choix).fields).toEqual(['structure_parente', null, 'nom']);
});

test('a table is read as it is where nothing is to be asked', () => {
  expect(isStandard(FIELDS.map(({ name }) => name))).toBe(true);
  expect(isStandard(['id', 'nom', 'Notes'])).toBe(false);
  expect(isStandard(['id', 'nom', 'Notes'], new Map([['notes', null]]))).toBe(true);
  expect(isStandard(['id', 'commune'])).toBe(false);
});

test('no other name stands for two fields', () => {
  const all = Object.values(SYNONYMES).flat();
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  expect(all.map(cleOfColonne)).toEqual(all);
});
