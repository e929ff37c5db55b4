import { expect, test } from 'vitest';
import type { FieldValue } from '#app/domain/lieu.ts';
import {
  type Change,
  fieldsToReview,
  isPremiumRate,
  type ReviewContext,
  riskOf,
  sameValue,
} from '#app/domain/moderation.ts';
import { SECTIONS } from '#app/domain/sections.ts';

const verified: ReviewContext = {
  mode: 'mixte',
  verified: true,
  lastReviewed: {},
  current: { latitude: 44.84, longitude: -0.58, site_web: ['https://www.exemple.fr/a'] },
};

const change = (field: Change['field'], after: Change['after'], before: Change['before'] = null): Change => ({
  field,
  before,
  after,
});
const waits = (changes: Change[], context: Partial<ReviewContext> = {}) => [
  ...fieldsToReview(changes, { ...verified, ...context }),
];
/** Degrees of latitude of so many metres. */
const degrees = (metres: number) => metres / 111_195;

test('every field that a structure decides is either always reviewed, or reviewed after, as the design says', () => {
  const sensitive = SECTIONS.flatMap(({ fields }) => fields).filter(
    (field) => waits([change(field, field === 'latitude' ? 44.84 : field === 'longitude' ? -0.58 : 'x')]).length > 0,
  );
  expect(sensitive.sort()).toEqual(
    [
      ...['nom', 'pivot', 'adresse', 'commune', 'code_postal', 'code_insee', 'structure_parente', 'prise_rdv'],
      ...['dispositif_programmes_nationaux', 'formations_labels', 'site_web'],
    ].sort(),
  );
});

test('from a structure that is not verified, and in strict mode, everything waits', () => {
  const changes = [change('telephone', '+33556111111'), change('horaires', 'Mo 09:00-12:00')];
  expect(waits(changes, { verified: false })).toEqual(['telephone', 'horaires']);
  expect(waits(changes, { mode: 'stricte' })).toEqual(['telephone', 'horaires']);
  expect(waits(changes)).toEqual([]);
});

test.each([
  ['99 m', 99, []],
  ['101 m', 101, ['latitude']],
])('a move of %s', (_, metres, expected) => {
  expect(waits([change('latitude', 44.84 + degrees(metres), 44.84)])).toEqual(expected);
});

test('a far move makes both coordinates wait; so does a position that appears or goes', () => {
  const far = [change('latitude', 44.85, 44.84), change('longitude', -0.57, -0.58)];
  expect(waits(far)).toEqual(['latitude', 'longitude']);
  expect(waits([change('latitude', null, 44.84), change('longitude', null, -0.58)])).toEqual(['latitude', 'longitude']);
  expect(waits(far, { current: { latitude: null, longitude: null } })).toEqual(['latitude', 'longitude']);
});

test('moves count from what a moderator last saw', () => {
  const current = { ...verified.current, latitude: 44.84 + degrees(60) };
  const again = [change('latitude', 44.84 + degrees(120), current.latitude)];
  expect(waits(again, { current })).toEqual([]);
  expect(waits(again, { current, lastReviewed: { latitude: 44.84 } })).toEqual(['latitude']);
  expect(waits([change('latitude', 44.84, current.latitude)], { current, lastReviewed: { latitude: 44.84 } })).toEqual(
    [],
  );
});

test.each<[string, FieldValue, string[]]>([
  ['another page of the same site', ['https://exemple.fr/b'], []],
  ['with and without www', ['https://exemple.fr/'], []],
  ['taken away', [], []],
  ['another domain', ['https://exemple.org/'], ['site_web']],
  ['a domain that only looks like it', ['https://exemple.fr.pirate.net/'], ['site_web']],
  ['a name in the address', ['https://exemple.fr@pirate.net/'], ['site_web']],
  ['one more beside the known one', ['https://exemple.fr/', 'https://autre.fr/'], ['site_web']],
  ['not an address at all', ['exemple'], ['site_web']],
])('a web site: %s', (_, after, expected) => {
  expect(waits([change('site_web', after, verified.current.site_web)])).toEqual(expected);
});

test.each<[string, boolean]>([
  ['+33892700000', true],
  ['+33820200000', true],
  ['+33811010101', true],
  ['+262892700000', true],
  ['+33 8 92 70 00 00', true],
  ['0892700000', true],
  ['+33800000000', false],
  ['+33556000000', false],
  ['+33180059880', false],
  ['+68989123456', false],
  ['+687812345', false],
])('%s costs more than a call: %s', (telephone, expected) => {
  expect(isPremiumRate(telephone)).toBe(expected);
  expect(waits([change('telephone', telephone)])).toEqual(expected ? ['telephone'] : []);
});

test('the risk is that of the worst field, higher where it waits, within 0 to 100', () => {
  const hours = change('horaires', 'Mo 09:00-12:00');
  const booking = change('prise_rdv', 'https://exemple.fr');
  expect(riskOf([], new Set())).toBe(0);
  expect(riskOf([hours], new Set())).toBeLessThan(30);
  expect(riskOf([hours], new Set(['horaires'] as const))).toBeGreaterThan(riskOf([hours], new Set()));
  expect(riskOf([hours, booking], new Set(['prise_rdv'] as const))).toBe(
    riskOf([booking], new Set(['prise_rdv'] as const)),
  );
  expect(riskOf([booking], new Set(['prise_rdv'] as const))).toBeLessThanOrEqual(100);
});

test.each<[FieldValue | undefined, FieldValue | undefined, boolean]>([
  [null, '', true],
  [null, [], true],
  [undefined, null, true],
  [['a', 'b'], ['b', 'a'], true],
  [['a'], ['a', 'a'], false],
  ['a', ['a'], false],
  [0, null, false],
  [1, '1', false],
])('%j and %j say the same: %s', (a, b, expected) => {
  expect(sameValue(a, b)).toBe(expected);
});
