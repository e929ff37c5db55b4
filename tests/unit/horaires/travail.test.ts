import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
import { understandHoraires } from '#app/domain/horaires/slips.ts';

/**
 * Both readers go over the text with sticky patterns: the work is the number of times that a pattern is tried, each on what it takes
 * and the spaces beside. `RegExp.prototype.exec` is counted (`test`, `replace` and `match` go through it too): a count, not a time.
 */
const exec = RegExp.prototype.exec;
let tries = 0;

beforeEach(() => {
  RegExp.prototype.exec = function (this: RegExp, text: string) {
    tries++;
    return exec.call(this, text);
  };
});
afterEach(() => {
  RegExp.prototype.exec = exec;
});

function work(read: (text: string) => unknown, text: string): number {
  tries = 0;
  read(text);
  return tries;
}

test.each<[name: string, read: (text: string) => unknown, unit: string]>([
  ['rules', parseHoraires, 'Mo-Fr 09:00-12:00; '],
  ['a list of days', parseHoraires, 'Mo,'],
  ['a list of times', parseHoraires, '09:00-12:00,'],
  ['dates', parseHoraires, '2026 Dec 24-26 off; '],
  ['semicolons', parseHoraires, ';'],
  ['spaces', parseHoraires, ' '],
  ['comments', parseHoraires, 'Mo "sur rdv"; '],
  ['weeks', parseHoraires, 'week 1-53/2 Mo 09:00-12:00; '],
  ['French days', understandHoraires, 'lundi 9h-12h, '],
  ['French hours', understandHoraires, '9h-12h '],
  ['French words', understandHoraires, 'du '],
  ['French months', understandHoraires, 'janvier et '],
  ['French dates', understandHoraires, 'fermé le 24 décembre 2026, '],
  ['unknown letters', understandHoraires, 'é'],
  ['figures', understandHoraires, '12'],
  ['spaces of a French text', understandHoraires, ' \n'],
])('%s: twice the text is at most about twice the work', (_, read, unit) => {
  const texts = [480, 960, 1920].map((length) => unit.repeat(Math.floor(length / unit.length)));
  const [small = 0, middle = 0, large = 0] = texts.map((text) => work(read, text));
  expect(middle).toBeLessThanOrEqual(2.2 * small + 200);
  expect(large).toBeLessThanOrEqual(2.2 * middle + 200);
  // And no more than a fixed number of tries for each character.
  expect(large).toBeLessThanOrEqual(200 * 1920);
});
