import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Territoire } from '#app/domain/territoire.ts';
import type { Auteur } from '#app/imports/portee.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { csvOf, importText } from './imports.factory.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function animateurOf(territoire: Territoire, nom: string): Auteur {
  const animation = { territoires: [territoire], organisation: 'Hub' };
  const roles = { utilisateurId: 'animatrice', membreDe: [], moderation: null, animation };
  return { portee: { roles: [roles], territoires: null }, territoire: nom };
}

const NOWHERE = { commune: '', code_postal: '', code_insee: '', adresse: '', latitude: '', longitude: '' };
const GIRONDE = animateurOf({ type: 'departement', code: '33' }, 'Gironde (33)');
/** Carignan-de-Bordeaux and five others have the postcode 33360; this is the community of some of them. */
const COTEAUX = animateurOf({ type: 'epci', code: '243301439' }, 'Les Coteaux bordelais');

test.each([
  ['elsewhere', GIRONDE, { commune: 'Reims', code_postal: '51100', code_insee: '51454' }, /^Ce lieu est hors de votre/],
  ['with coordinates alone', GIRONDE, { ...NOWHERE, latitude: '44.84', longitude: '-0.58' }, /^On ne sait pas où est/],
  ['with an address alone', GIRONDE, { ...NOWHERE, adresse: '12 rue des Écoles' }, /^On ne sait pas où est/],
  ['with a name that five communes have', GIRONDE, { ...NOWHERE, commune: 'Saint-Denis' }, /^On ne sait pas où est/],
  ['with nothing at all', GIRONDE, NOWHERE, /^Ni commune, ni code postal/],
  ['with the postcode of several communes', COTEAUX, { ...NOWHERE, code_postal: '33360' }, /est celui de plusieurs/],
  ['with a postcode of elsewhere', COTEAUX, { ...NOWHERE, code_postal: '33000' }, /^Ce lieu est hors de votre/],
])('a lieu %s is refused for what is so', async (_, auteur, place, message) => {
  const bilan = await importText(database.db, csvOf([{ id: 't1', ...place }]), { auteur, simuler: true });
  expect(bilan).toMatchObject({ lignes: 1, refusees: 1, nouvelles: 0 });
  expect(bilan.rapport.filter(({ verdict }) => verdict === 'refuse')).toMatchObject([
    { ligne: 2, id: 't1', champ: 'commune', message: expect.stringMatching(message) },
  ]);
});

test('a lieu of the territory is kept with a postcode alone where that tells', async () => {
  const known = csvOf([{ id: 't1', ...NOWHERE, code_postal: '33114' }]);
  expect(await importText(database.db, known, { auteur: GIRONDE, simuler: true })).toMatchObject({ nouvelles: 1 });
});

test('a file lifts the flags of lieux that left their source in its own territory alone', async () => {
  const { db } = database;
  const landes = { commune: 'Mont-de-Marsan', code_postal: '40000', code_insee: '40192' };
  const all = csvOf([{ id: 'dax', ...landes }, { id: 'y' }, { id: 'z' }]);
  await importText(db, all);
  await importText(db, csvOf([{ id: 'z' }]));
  const flagged = async () =>
    (await db.selectFrom('source_absence').select('lieu_id').orderBy('lieu_id').execute()).map((row) => row.lieu_id);
  expect(await flagged()).toEqual(['dax', 'y']);
  expect(await importText(db, all, { auteur: GIRONDE })).toMatchObject({ revenus: 1 });
  expect(await flagged()).toEqual(['dax']);
});
