import { expect, test } from 'vitest';
import { rechercheDue } from '#app/domain/doublons/echeance.ts';
import {
  differencesOf,
  type FicheAFusionner,
  gardeParDefaut,
  mergedValues,
  readChoix,
} from '#app/domain/doublons/fusion.ts';
import { type Lieu, lieuFrom } from '#app/domain/lieu.ts';
import { emptyPermanence, MAX_PERMANENCES, type Permanence } from '#app/domain/permanences.ts';

function fiche(values: Partial<Lieu>, confirmees: FicheAFusionner['confirmees'] = {}): FicheAFusionner {
  return {
    valeurs: { ...lieuFrom({ id: 'a', nom: 'Le Lien', ...values }), permanences: [] },
    confirmees,
    lus: new Map(),
  };
}

const CONFIRMED = { telephone: '2026-05-01T08:00:00.000Z' };

test.each<[string, FicheAFusionner, FicheAFusionner, 'a' | 'b']>([
  ['what is there before what is not', fiche({}), fiche({ telephone: '+33556000000', date_maj: '2020-01-01' }), 'b'],
  [
    'what was confirmed, however old the fiche',
    fiche({ telephone: '+33556000000', date_maj: '2020-01-01' }, CONFIRMED),
    fiche({ telephone: '+33556111111', date_maj: '2026-05-30' }),
    'a',
  ],
  [
    'else the fiche that was brought up to date last',
    fiche({ telephone: '+33556000000', date_maj: '2020-01-01' }),
    fiche({ telephone: '+33556111111', date_maj: '2026-05-30' }),
    'b',
  ],
  ['else the first', fiche({ telephone: '+33556000000' }), fiche({ telephone: '+33556111111' }), 'a'],
])('by default a merged fiche takes %s', (_, a, b, expected) => {
  const difference = differencesOf(a, b).find(({ key }) => key === 'telephone');
  expect(difference?.defaut).toBe(expected);
});

test('of one name written twice, the one that is not all capitals', () => {
  const [difference] = differencesOf(
    fiche({ nom: 'ESPACE ÉTOILE', date_maj: '2026-01-01' }),
    fiche({ nom: 'Espace Étoile' }),
  );
  expect(difference).toMatchObject({ key: 'nom', defaut: 'b' });
});

test('the two coordinates are one choice, lists may be put together, and what is alike is not asked', () => {
  const a = fiche({ latitude: 44.8, longitude: -0.58, services: ['A', 'B'], courriels: ['a@b.fr'] });
  const b = fiche({ latitude: 44.8, longitude: -0.59, services: ['B', 'C'], courriels: ['a@b.fr'] });
  const differences = differencesOf(a, b);
  expect(differences.map(({ key, ensemble }) => [key, ensemble])).toEqual([
    ['latitude', false],
    ['services', true],
  ]);
  const form = new Map([
    ['champ.latitude', 'b'],
    ['champ.services', 'deux'],
  ]);
  const choix = readChoix(differences, (name) => form.get(name));
  expect(mergedValues(a.valeurs, b.valeurs, differences, choix)).toEqual({
    latitude: 44.8,
    longitude: -0.59,
    services: ['A', 'B', 'C'],
  });
  const silly = readChoix(differences, () => 'deux');
  expect(silly.get('latitude')).toBe('a');
});

function withPermanences(permanences: Permanence[]): FicheAFusionner {
  return { valeurs: { ...lieuFrom({ id: 'a', nom: 'Le Lien' }), permanences }, confirmees: {}, lus: new Map() };
}

test('permanences put together: what both tell comes once, what only shares an id is kept, and no lieu gets more than it may have', () => {
  const [tuesday, thursday] = ['Tu 09:00-12:00', 'Th 14:00-17:00'].map((horaires) => ({
    ...emptyPermanence('0000000a'),
    horaires,
  }));
  if (!tuesday || !thursday) throw new Error('no permanence');
  const [a, b] = [withPermanences([tuesday]), withPermanences([{ ...tuesday, id: '0000000b' }, thursday])];
  const merged = mergedValues(
    a.valeurs,
    b.valeurs,
    differencesOf(a, b),
    new Map([['permanences', 'deux']]),
  ).permanences;
  expect(merged).toMatchObject([{ horaires: 'Tu 09:00-12:00' }, { horaires: 'Th 14:00-17:00' }]);
  const many = (from: number, n: number) =>
    withPermanences(
      Array.from({ length: n }, (_, index) => ({
        ...emptyPermanence((from + index).toString(16).padStart(8, '0')),
        precision: `bureau ${from + index}`,
      })),
    );
  const ensemble = (n: number) => differencesOf(many(0, 30), many(100, n))[0]?.ensemble;
  expect([ensemble(MAX_PERMANENCES - 30), ensemble(MAX_PERMANENCES - 29)]).toEqual([true, false]);
});

test('the fiche that stays by default is the claimed one, else the confirmed one, else the fresher', () => {
  const bare = { claimed: false, confirme_le: null, date_maj: null };
  expect(gardeParDefaut(bare, { ...bare, claimed: true })).toBe('b');
  expect(gardeParDefaut({ ...bare, confirme_le: new Date(1) }, { ...bare, date_maj: '2026-01-01' })).toBe('a');
  expect(gardeParDefaut(bare, { ...bare, date_maj: '2026-01-01' })).toBe('b');
  expect(gardeParDefaut(bare, bare)).toBe('a');
});

test('duplicates are looked for once a day in Paris, and when the imports have moved', () => {
  const last = { faite_le: new Date('2026-06-01T21:30:00Z'), imports: '3 0' };
  expect(rechercheDue(undefined, '0 0', new Date())).toBe(true);
  expect(rechercheDue(last, '3 0', new Date('2026-06-01T21:59:00Z'))).toBe(false);
  expect(rechercheDue(last, '3 0', new Date('2026-06-01T22:01:00Z'))).toBe(true);
  expect(rechercheDue(last, '3 1', new Date('2026-06-01T21:40:00Z'))).toBe(true);
});
