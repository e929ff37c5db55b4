import { expect, test } from 'vitest';
import {
  alerteDue,
  canOnSource,
  type FichierApplique,
  formatRythme,
  type Mesure,
  publicUrlOf,
  reasonToHold,
  referenceOf,
  sourceDue,
} from '#app/domain/sources.ts';

const NEW = { pause_le: null, regardee_le: null, demandee_le: null, cree_le: new Date('2026-06-01T08:00:00Z') };
const at = (text: string) => new Date(text);

test.each([
  ['the day it was declared', null, null, '2026-06-01T20:00:00Z', false],
  ['a minute before 02:30 in Paris', null, null, '2026-06-02T00:29:00Z', false],
  ['at 02:30 in Paris', null, null, '2026-06-02T00:30:00Z', true],
  ['once read that night', null, '2026-06-02T00:31:00Z', '2026-06-02T20:00:00Z', false],
  ['at the next night, in winter', null, '2026-12-01T02:00:00Z', '2026-12-02T01:30:00Z', true],
  ['weekly, before its night', 3, null, '2026-06-02T20:00:00Z', false],
  ['weekly, in its night', 3, null, '2026-06-03T00:30:00Z', true],
  ['weekly, the server having slept through its night', 3, null, '2026-06-05T12:00:00Z', true],
  ['weekly, read in its night', 3, '2026-06-03T00:31:00Z', '2026-06-09T20:00:00Z', false],
  ['weekly, a week later', 3, '2026-06-03T00:31:00Z', '2026-06-10T00:30:00Z', true],
])('a source is due or not: %s', (_, jour, read, now, due) => {
  expect(sourceDue({ ...NEW, jour, regardee_le: read === null ? null : at(read) }, at(now))).toBe(due);
});

test('what somebody asks for is due at once, unless the source is paused', () => {
  const asked = { ...NEW, jour: 3, demandee_le: NEW.cree_le };
  expect(sourceDue(asked, NEW.cree_le)).toBe(true);
  expect(sourceDue({ ...asked, pause_le: NEW.cree_le }, NEW.cree_le)).toBe(false);
});

test.each([
  [null, null, true],
  ['echec', '2026-06-01T00:30:00Z', false],
  ['echec', '2026-05-27T00:30:00Z', false],
  ['echec', '2026-05-26T00:30:00Z', true],
  ['retenu', '2026-06-01T00:30:00Z', true],
])('after %s told on %s, a failure of 2 June is told: %s', (alerte, told, due) => {
  const before = { alerte, alerte_le: told === null ? null : at(told) };
  expect(alerteDue(before, 'echec', at('2026-06-02T00:30:00Z'))).toBe(due);
});

test('a week is told by the night that opens it', () => {
  expect(formatRythme(null)).toBe('chaque nuit');
  expect(formatRythme(1)).toBe('chaque semaine, dans la nuit de dimanche à lundi');
  expect(formatRythme(7)).toBe('chaque semaine, dans la nuit de samedi à dimanche');
});

test('what may be a secret in an address is not shown', () => {
  expect(publicUrlOf('https://hub.fr/a.csv?cle=x#y')).toBe('https://hub.fr/a.csv?…');
  expect(publicUrlOf('https://moi:secret@hub.fr/a.csv')).toBe('https://hub.fr/a.csv');
});

test('a colleague needs the same organisation and all the territories; a name that nobody gave is nobody’s', () => {
  const roles = (organisation: string, code: string) => ({
    ...{ utilisateurId: 'b', membreDe: [], moderation: null },
    animation: { organisation, territoires: [{ type: 'departement' as const, code }] },
  });
  const source = { utilisateur_id: 'a', organisation: 'Hub', territoires: ['departement:33'] };
  expect(canOnSource(roles('hub', '33'), source)).toBe(true);
  expect(canOnSource(roles('Hub', '40'), source)).toBe(false);
  expect(canOnSource(roles('Autre', '33'), source)).toBe(false);
  expect(canOnSource(roles('', '33'), { ...source, organisation: '' })).toBe(false);
  // A source for the whole country is no animateur's, but for the one who declared it.
  expect(canOnSource(roles('Hub', '33'), { ...source, territoires: [] })).toBe(false);
});

const MESURE: Mesure = { lignes: 100, publiques: 100, refusees: 0, absents: 0 };

test.each<[string, Partial<Mesure>, RegExp | null]>([
  ['a fifth of the rows less', { lignes: 80, publiques: 80, absents: 20 }, null],
  [
    'more than a fifth of the rows less',
    { lignes: 79, publiques: 79 },
    /que 79 lignes au lieu de 100 .*\. Rien n’a été appliqué\.$/,
  ],
  ['rows that cannot be published any more', { publiques: 79 }, /que 79 lieux publiables au lieu de 100/],
  [
    'rows that are refused beside as many right ones',
    { lignes: 130, refusees: 30 },
    /a 30 lignes refusées sur 130, au lieu de 0/,
  ],
  ['a fifth of refused rows', { lignes: 125, refusees: 25 }, null],
  ['other identifiers', { absents: 21 }, /identifiants de 21 lieux .* : ont-ils changé \? Rien n’a été appliqué\.$/],
  ['nothing at all', { lignes: 100, publiques: 0 }, /que 0 lieux publiables au lieu de 100/],
])('a file is believed or held: %s', (_, change, reason) => {
  const held = reasonToHold({ lignes: 100, publiques: 100, refusees: 0 }, { ...MESURE, ...change });
  if (reason === null) expect(held).toBeNull();
  else expect(held).toMatch(reason);
});

test('a file is held against the greatest of 30 days, from the last that a person applied on, and no batch that was taken back', () => {
  const now = at('2026-06-30T00:30:00Z');
  const file = (day: string, publiques: number, given: Partial<FichierApplique> = {}): FichierApplique => ({
    ...{ ...MESURE, le: at(`${day}T00:30:00Z`), publiques, lignes: publiques + 5, accepte: false, annule: false },
    ...given,
  });
  expect(referenceOf([], now)).toBeNull();
  expect(referenceOf([file('2026-06-29', 70, { refusees: 3 }), file('2026-06-10', 90)], now)).toEqual({
    ...{ lignes: 95, publiques: 90, refusees: 3 },
  });
  expect(referenceOf([file('2026-06-29', 70), file('2026-05-30', 90)], now)?.publiques).toBe(70);
  expect(referenceOf([file('2026-01-01', 70), file('2025-12-30', 90)], now)?.publiques).toBe(70);
  const seen = file('2026-06-20', 75, { accepte: true });
  expect(referenceOf([file('2026-06-29', 70), seen, file('2026-06-10', 90)], now)?.publiques).toBe(75);
  expect(referenceOf([file('2026-06-29', 70), file('2026-06-28', 500, { annule: true })], now)?.publiques).toBe(70);
});
