import { expect, test } from 'vitest';
import { drawHalftone } from '#app/carte/halftone.ts';

const PARIS = { latitude: 48.857, longitude: 2.352 };
const CAYENNE = { latitude: 4.938, longitude: -52.33 };
const dots = (path: string) =>
  [...path.matchAll(/M(-?[\d.]+) (-?[\d.]+)h0/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));

test('a patch with an open lieu is drawn open, larger with more lieux', () => {
  const picture = drawHalftone(
    [],
    Array.from({ length: 25 }, (_, i) => ({ ...PARIS, open: i === 0 })),
  );
  expect(picture.open.map((path) => dots(path).length)).toEqual([0, 0, 0, 1]);
  expect(picture.closed.every((path) => path === '')).toBe(true);
});

test('patches without a lieu are the ground', () => {
  const picture = drawHalftone([PARIS], [{ ...CAYENNE, open: false }]);
  expect(dots(picture.ground)).toHaveLength(1);
  expect(dots(picture.closed[0] ?? '')).toHaveLength(1);
});

test.each([
  ['Dunkerque', 51.034, 2.377],
  ['Brest', 48.39, -4.486],
  ['Menton', 43.775, 7.497],
  ['Bonifacio', 41.387, 9.159],
  ['Pointe-à-Pitre', 16.241, -61.533],
  ['Fort-de-France', 14.604, -61.066],
  ['Maripasoula', 3.645, -54.035],
  ['Saint-Denis', -20.882, 55.45],
  ['Mamoudzou', -12.78, 45.228],
])('%s has its place in the picture', (_, latitude, longitude) => {
  const picture = drawHalftone([{ latitude, longitude }], []);
  const [dot, ...others] = dots(picture.ground);
  expect(others).toEqual([]);
  expect(dot?.x).toBeGreaterThan(0);
  expect(dot?.x).toBeLessThan(picture.width);
  expect(dot?.y).toBeGreaterThan(0);
  expect(dot?.y).toBeLessThan(picture.height);
});

test('what is neither in the metropole nor in an overseas département is left out', () => {
  const picture = drawHalftone(
    [{ latitude: -22.27, longitude: 166.44 }],
    [{ latitude: 40.7, longitude: -74, open: true }],
  );
  expect([picture.ground, ...picture.open, ...picture.closed].join('')).toBe('');
});
