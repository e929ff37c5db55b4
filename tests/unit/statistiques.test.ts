import { expect, test } from 'vitest';
import { listContours } from '#app/carte/outlines.ts';
import { bornesOf, classeOf, nomDuTerritoire } from '#app/domain/statistiques.ts';

test('territories are parted in five by their values; a value on a bound is above it', () => {
  const bornes = bornesOf({ bornes: null }, [5, 1, 2, 3, 4, 0.04, 7, 8, 9, 10]);
  expect(bornes).toEqual([2, 4, 7, 9]);
  expect([1.99, 2, 8.9, 9, 100].map((value) => classeOf(value, bornes))).toEqual([0, 1, 3, 4, 4]);
  expect(bornesOf({ bornes: null }, [])).toEqual([]);
  expect(bornesOf({ bornes: null }, [3, 3, 3])).toEqual([3]);
  expect(bornesOf({ bornes: [20] }, [1])).toEqual([20]);
});

test('territories have their names', () => {
  expect(['france', 'region:75', 'departement:2A', 'departement:xx'].map(nomDuTerritoire)).toEqual([
    'France',
    'Nouvelle-Aquitaine',
    'Corse-du-Sud',
    'departement:xx',
  ]);
});

test('every département has an outline within the drawing, and nothing else has', () => {
  const contours = listContours();
  expect(contours).toHaveLength(101);
  for (const { code, d } of contours) {
    expect(d, code).toMatch(/^(M\d+ \d+l(-?\d+ -?\d+ ?)+Z)+$/);
    for (const [, x = '', y = ''] of d.matchAll(/M(\d+) (\d+)/g)) {
      expect(Number(x), code).toBeLessThanOrEqual(500);
      expect(Number(y), code).toBeLessThanOrEqual(560);
    }
  }
  expect(contours.reduce((sum, { d }) => sum + d.length, 0)).toBeLessThan(60_000);
});
