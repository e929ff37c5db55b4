import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLists, diffTexts, type Piece } from '#app/domain/diff.ts';

const marked = (pieces: readonly Piece[]) => pieces.map(({ text, changed }) => (changed ? `[${text}]` : text)).join('');

test.each([
  [
    'un mot changé',
    'Ouvert le mardi matin.',
    'Ouvert le jeudi matin.',
    'Ouvert le [mardi] matin.',
    'Ouvert le [jeudi] matin.',
  ],
  [
    'un mot ajouté',
    'Aide aux démarches',
    'Aide gratuite aux démarches',
    'Aide aux démarches',
    'Aide [gratuite ]aux démarches',
  ],
  [
    'accents et apostrophes',
    'L’été, à l’école.',
    'L’hiver, à l’école.',
    'L’[été], à l’école.',
    'L’[hiver], à l’école.',
  ],
  [
    'mots voisins marqués d’un trait',
    'Près du vieux port fermé',
    'Près du grand marché fermé',
    'Près du [vieux port] fermé',
    'Près du [grand marché] fermé',
  ],
  ['un saut de ligne ajouté', 'Un. Deux.', 'Un.\nDeux.', 'Un.[ ]Deux.', 'Un.[\n]Deux.'],
])('%s', (_, before, after, left, right) => {
  const diff = diffTexts(before, after);
  expect(marked(diff.before)).toBe(left);
  expect(marked(diff.after)).toBe(right);
});

test('texts with little in common are shown whole, not as confetti', () => {
  expect(diffTexts('Mairie annexe', 'Tiers-lieu de la gare')).toEqual({
    before: [{ text: 'Mairie annexe', changed: true }],
    after: [{ text: 'Tiers-lieu de la gare', changed: true }],
  });
});

test('an empty side has no piece', () => {
  expect(diffTexts('', 'Du nouveau')).toEqual({ before: [], after: [{ text: 'Du nouveau', changed: true }] });
  expect(diffTexts('Du vieux', '')).toEqual({ before: [{ text: 'Du vieux', changed: true }], after: [] });
});

test('whatever the texts, the pieces of each side are that text to the letter, and equal texts have no mark', () => {
  const words = fc.array(fc.constantFrom('le', ' ', '\n', 'lieu', 'é', '’', 'ouvert', ' ', '🙂', '.', '<b>'), {
    maxLength: 40,
  });
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    words.map((w) => w.join('')),
  );
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = diffTexts(before, after);
      expect(diff.before.map((p) => p.text).join('')).toBe(before);
      expect(diff.after.map((p) => p.text).join('')).toBe(after);
      const changed = [...diff.before, ...diff.after].some((p) => p.changed);
      expect(changed).toBe(before !== after);
    }),
    { numRuns: 500 },
  );
});

test('two long texts that share nothing are compared in less than a second', () => {
  const long = (word: string) => Array.from({ length: 2000 }, (_, i) => `${word}${i}`).join(' ');
  const started = performance.now();
  const diff = diffTexts(long('a'), long('b'));
  expect(performance.now() - started).toBeLessThan(1000);
  expect(diff.before).toHaveLength(1);
});

test('a list says what it keeps, loses and gains, each value once', () => {
  expect(diffLists(['a', 'b', 'c', 'c'], ['c', 'd', 'a', 'd'])).toEqual({
    kept: ['c', 'a'],
    removed: ['b'],
    added: ['d'],
  });
  expect(diffLists([], [])).toEqual({ kept: [], removed: [], added: [] });
});
