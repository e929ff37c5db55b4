import { expect, test } from 'vitest';
import { estNomDeFichier } from '#app/domain/datagouv.ts';

test.each([
  ['lieux.csv', 'https://static.data.gouv.fr/jeu/lieux.csv', true],
  ['Lieux été.csv', 'https://static.data.gouv.fr/jeu/lieux%20%C3%A9t%C3%A9.csv?v=2', true],
  ['Tous les lieux', 'https://static.data.gouv.fr/jeu/lieux.csv', false],
  ['Remise de 100 %', 'https://exemple.fr/100%', false],
  ['100%', 'https://exemple.fr/100%', true],
  [' ', 'https://exemple.fr/', true],
])('a resource entitled « %s » at %s: the name of a file is %s', (title, url, expected) => {
  expect(estNomDeFichier({ title, url })).toBe(expected);
});
