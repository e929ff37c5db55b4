import { expect, test } from 'vitest';
import { candidatePairs } from '#app/domain/doublons/candidats.ts';
import { type LieuACompare, type LieuLu, readLieu } from '#app/domain/doublons/lecture.ts';
import type { LigneOfficielle } from '#app/domain/listes-officielles.ts';
import { rapprocher } from '#app/domain/listes-rapprochement.ts';

const BASE: LieuACompare = {
  id: '',
  pivot: null,
  nom: null,
  commune: 'Bordeaux',
  code_postal: '33000',
  code_insee: '33063',
  adresse: null,
  latitude: null,
  longitude: null,
  telephone: null,
  courriels: [],
  itinerance: [],
  origine: 'essai',
  id_origine: '',
};

function lieu(id: string, values: Partial<LieuACompare>): LieuACompare {
  return { ...BASE, id_origine: id, ...values, id };
}

function ligne(id: string, values: Partial<LigneOfficielle>): LigneOfficielle {
  const { pivot, commune, code_postal, code_insee, latitude, longitude, telephone, courriels } = BASE;
  const base = { pivot, commune, code_postal, code_insee, latitude, longitude, telephone, courriels };
  return { nom: null, adresse: null, ...base, ...values, id };
}

const LIGNES = [
  ligne('1', {
    nom: 'France services de Bordeaux Lac',
    adresse: '3 Place de l’Europe',
    latitude: 44.87,
    longitude: -0.57,
  }),
  ligne('2', { nom: 'Bus France services de Gironde', adresse: '1 Esplanade Charles de Gaulle' }),
  ligne('3', {
    nom: 'CCAS de Bordeaux',
    adresse: '4 Rue Claude Bonnier',
    pivot: '26330058300013',
    commune: null,
    code_insee: null,
  }),
];

const LIEUX = [
  lieu('a', {
    nom: 'Maison France Services Bordeaux Lac',
    adresse: '3 PL DE L EUROPE',
    latitude: 44.8701,
    longitude: -0.5701,
  }),
  lieu('b', { nom: 'France services de Gironde', adresse: '1 Esplanade Charles de Gaulle' }),
  lieu('c', {
    nom: "Centre communal d'action sociale de Bordeaux",
    adresse: '4 rue Claude Bonnier',
    pivot: '26330058300013',
  }),
  lieu('d', { nom: 'Médiathèque Mériadeck', adresse: '85 Cours du Maréchal Juin', pivot: '26330058300013' }),
  lieu('e', { nom: 'Ludothèque', adresse: '12 Rue Haute', id_origine: '1' }),
];

test('a lieu is in a list where name and place say so: not for its SIRET alone, nor for an identifier of another source', () => {
  const found = rapprocher(LIGNES, LIEUX.map(readLieu));
  // A bus and its base are two lieux.
  expect(found.map(({ lieu_id, ligne_id }) => [lieu_id, ligne_id]).sort()).toEqual([
    ['a', '1'],
    ['c', '3'],
  ]);
  for (const { score } of found) expect(score).toBeGreaterThanOrEqual(70);
});

test('the order of rows and of lieux changes nothing', () => {
  const inOrder = rapprocher(LIGNES, LIEUX.map(readLieu));
  expect(rapprocher(LIGNES.toReversed(), LIEUX.map(readLieu).toReversed())).toEqual(inOrder);
});

test('pairs across two sets are those of all the pairs that cross it, in large blocks too', () => {
  const many: LieuLu[] = Array.from({ length: 200 }, (_, n) =>
    readLieu(
      lieu(String(n), {
        nom: `Médiathèque ${['Nord', 'Sud', 'Est', 'Ouest'][n % 4]} ${n % 17}`,
        adresse: `${n % 13} Rue ${['Haute', 'Basse', 'Neuve'][n % 3]}`,
      }),
    ),
  );
  const across = 40;
  const crossing = [...candidatePairs(many)].filter(([i, j]) => i < across && j >= across);
  expect(crossing.length).toBeGreaterThan(100);
  const sorted = (pairs: Iterable<readonly [number, number]>) =>
    [...pairs].map(([i, j]) => i * 1_000 + j).sort((x, y) => x - y);
  expect(sorted(candidatePairs(many, { across }))).toEqual(sorted(crossing));
});
