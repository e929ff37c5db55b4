import { expect, test } from 'vitest';
import { lieuFrom, missingFields, readLieu, validateField, validateLieu } from '#app/domain/lieu.ts';
import { FIELDS } from '#app/domain/standard.ts';

const today = '2026-11-23';
const right = lieuFrom({
  id: 'a1',
  pivot: '43493312300029',
  nom: 'Anonymal',
  commune: 'Reims',
  code_postal: '51100',
  adresse: '12 rue de Vesle',
  date_maj: '2024-04-02',
});

test('a lieu with its required values is right', () => {
  expect(validateLieu(right, { today })).toEqual([]);
  expect(missingFields(right, { today })).toEqual([]);
});

test('every error of a row is collected, with its field, value, reason and an example that would do', () => {
  const { lieu, errors } = readLieu(
    {
      id: 'a1',
      nom: '',
      code_postal: '1000',
      latitude: '43,5',
      telephone: '3230',
      services: 'nimporte|Loisirs et créations numériques',
      date_maj: '2024-13-45',
    },
    { today },
  );
  expect(errors.map(({ field, value }) => [field, value])).toEqual([
    ['pivot', ''],
    ['nom', ''],
    ['commune', ''],
    ['code_postal', '1000'],
    ['adresse', ''],
    ['latitude', '43,5'],
    ['telephone', '3230'],
    ['date_maj', '2024-13-45'],
    ['services', 'nimporte'],
  ]);
  for (const { message, example } of errors) {
    expect(message).toMatch(/[.]$/);
    expect(example.length).toBeGreaterThan(0);
  }
  expect(lieu).toMatchObject({ code_postal: null, telephone: null, services: ['Loisirs et créations numériques'] });
});

test("each field's example is right by our own rules", () => {
  const texts = Object.fromEntries(FIELDS.map(({ name, example }) => [name, example]));
  // The examples come from different places: Aix's point is not in Reims, but it is in metropolitan France.
  expect(readLieu(texts, { today }).errors).toEqual([]);
});

test('an unknown pivot never counts as missing, nor do services', () => {
  expect(missingFields({ ...right, pivot: null, services: [] })).toEqual([]);
  expect(missingFields({ ...right, nom: null, date_maj: '2099-01-01' }, { today })).toEqual(['nom', 'date_maj']);
  expect(missingFields({ ...right, code_postal: '00000' })).toEqual(['code_postal']);
});

test('of a value given twice, the second is an error and the first stays', () => {
  const { lieu, errors } = readLieu({ ...{ id: 'a1' }, frais_a_charge: 'Gratuit|Payant|Gratuit' });
  expect(errors.filter(({ field }) => field === 'frais_a_charge')).toHaveLength(1);
  expect(lieu.frais_a_charge).toEqual(['Gratuit', 'Payant']);
});

test.each([
  ['+33180059880', true],
  ['+687265432', true],
  ['+508412345', true],
  ['+68940506070', true],
  ['+262692123456', true],
  ['+33800027200', true],
  ['+33892123456', true],
  ['+330180059880', false],
  ['+331800598', false],
  ['+2692123456', false],
  ['0180059880', false],
])('the telephone %s is right: %s', (value, expected) => {
  expect(validateField('telephone', value, right).length === 0).toBe(expected);
});

test('coordinates come in pairs and lie where the postcode says', () => {
  const at = (latitude: number | null, longitude: number | null, code_postal = '51100') =>
    validateLieu({ ...right, latitude, longitude, code_postal }).map(({ field }) => field);
  expect(at(49.25, 4.03)).toEqual([]);
  expect(at(49.25, null)).toEqual(['latitude']);
  expect(at(0, 0)).toEqual(['latitude', 'longitude']);
  expect(at(-20.9, 55.45)).toEqual(['latitude', 'longitude']);
  expect(at(-20.9, 55.45, '97400')).toEqual([]);
  expect(at(-22.27, 166.44, '98800')).toEqual([]);
});

test.each(['<b>Mairie</b>', 'Mairie\u0000', 'Mairie\nannexe', ' Mairie', 'x'.repeat(301), '—'])(
  'the nom %j is refused',
  (nom) => {
    expect(validateField('nom', nom, right)).toHaveLength(1);
  },
);

test.each(['Le 104', "L'Escale <3", 'Cœur & Cie', 'Tiers-lieu « Le 8 »'])('the nom %j is right', (nom) => {
  expect(validateField('nom', nom, right)).toEqual([]);
});
