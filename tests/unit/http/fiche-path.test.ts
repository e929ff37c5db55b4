import { expect, test } from 'vitest';
import { fichePath, isCarried, lieuIdOf, lieuSegment } from '#app/http/fiche-path.ts';

/** Ids that the way to us would not bring whole. */
const UNCARRIED = ['.', '..', 'a%2Fb', '100%', '%', '%2e%2e', 'a\\b', 'x.data', '.data', '_root.data', 'é/à.data'];
const CARRIED = [
  'a',
  'a/b',
  '/',
  '?',
  '#',
  'x ? y # z',
  '...',
  'a.',
  'é 🐙',
  '~',
  '~x',
  'x.data/y',
  'x.DATA',
  '<b>',
  '"',
];

test.each(UNCARRIED)('%j has a segment of our own, that gives it back', (id) => {
  expect(isCarried(id)).toBe(false);
  expect(lieuSegment(id)).toMatch(/^~[\w-]+$/);
  expect(lieuIdOf(lieuSegment(id))).toBe(id);
  expect(fichePath({ id })).toBe(`/lieux/${lieuSegment(id)}`);
  // Whoever is called like another's own segment gets one too.
  const impostor = lieuSegment(id);
  expect(isCarried(impostor)).toBe(false);
  expect(lieuIdOf(lieuSegment(impostor))).toBe(impostor);
});

test.each(CARRIED)('%j is percent-encoded', (id) => {
  expect(isCarried(id)).toBe(true);
  expect(lieuSegment(id)).toBe(encodeURIComponent(id));
  expect(lieuIdOf(id)).toBe(id);
});

test.each(['~', '~!', '~YQ', '~YQ==', '~Li4=', '~Lh', '~_w', '~Li4 '])(
  '%j is not the segment of another id',
  (text) => {
    expect(lieuIdOf(text)).toBe(text);
  },
);
