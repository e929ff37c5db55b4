import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Roles } from '#app/domain/permissions.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createLieu, createPerson, decide, fieldsOf, readLieu, submit } from './revisions.factory.ts';

let database: TestDatabase;
let moderator: Roles;
beforeAll(async () => {
  database = await createTestDatabase();
  moderator = await createPerson(database.db, { departements: null });
});
afterAll(() => database.drop());

/** So many metres to the north of 44.84, in degrees. */
const north = (metres: number) => 44.84 + metres / 111_195;

test('moves add up: of two moves of 60 m the second waits, until a moderator has accepted the first', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const first = await submit(db, lieu, { latitude: north(60) });
  expect(first).toMatchObject({ live: ['latitude'], waiting: [] });
  const second = await submit(db, lieu, { latitude: north(120) });
  expect(second).toMatchObject({ live: [], waiting: ['latitude'] });
  expect((await readLieu(db, lieu.lieuId)).valeurs_moderees).toEqual({ latitude: 44.84 });
  await decide(db, { ...lieu, revisionId: first.revisionId, by: moderator }, 'acceptee');
  expect((await readLieu(db, lieu.lieuId)).valeurs_moderees).toEqual({});
  expect(await submit(db, lieu, { latitude: north(125) })).toMatchObject({ live: ['latitude'] });
});

test('moves add up in both directions of the compass', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  expect(await submit(db, lieu, { latitude: north(80) })).toMatchObject({ live: ['latitude'] });
  // 80 m east of 80 m north is 113 m from where a moderator last saw the lieu
  const east = -0.58 + 80 / (111_195 * Math.cos((44.84 * Math.PI) / 180));
  expect(await submit(db, lieu, { longitude: east })).toMatchObject({ waiting: ['longitude'] });
  expect(await submit(db, lieu, { latitude: 44.84 })).toMatchObject({ live: ['latitude'] });
});

test('refusing a far move does not make the unseen small one the place to measure from', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  await submit(db, lieu, { latitude: north(60) });
  const far = await submit(db, lieu, { latitude: north(160) });
  await decide(db, { ...lieu, revisionId: far.revisionId, by: moderator }, 'refusee');
  expect((await readLieu(db, lieu.lieuId)).latitude).toBeCloseTo(north(60), 9);
  expect(await submit(db, lieu, { latitude: north(120) })).toMatchObject({ waiting: ['latitude'] });
});

test('an accepted step counts from there, even where the lieu has moved on since', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const first = await submit(db, lieu, { latitude: north(50) });
  await submit(db, lieu, { latitude: north(90) });
  await decide(db, { ...lieu, revisionId: first.revisionId, by: moderator }, 'acceptee');
  const { valeurs_moderees } = await readLieu(db, lieu.lieuId);
  expect(valeurs_moderees).toEqual({ latitude: north(50) });
  expect(await submit(db, lieu, { latitude: north(140) })).toMatchObject({ live: ['latitude'] });
  expect(await submit(db, lieu, { latitude: north(160) })).toMatchObject({ waiting: ['latitude'] });
});

test('a moderator’s own change is what a moderator last saw', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  await submit(db, lieu, { latitude: north(60) });
  const own = await submit(db, lieu, { latitude: north(500) }, { moderator: true, auteurId: moderator.utilisateurId });
  expect(own).toMatchObject({ live: ['latitude'], waiting: [] });
  const row = await readLieu(db, lieu.lieuId);
  expect(row.valeurs_moderees).toEqual({});
  expect(row.provenance).toMatchObject({ latitude: { source: 'moderation', auteur: moderator.utilisateurId } });
  expect(await fieldsOf(db, lieu.lieuId, own.revisionId)).toMatchObject({
    latitude: { decision: 'acceptee', live: true },
  });
  expect(await submit(db, lieu, { latitude: north(0) })).toMatchObject({ waiting: ['latitude'] });
});

test('a web site that was taken away and put back is not new; another domain is, even through small steps', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  expect(await submit(db, lieu, { site_web: [] })).toMatchObject({ live: ['site_web'] });
  expect(await submit(db, lieu, { site_web: ['https://www.garonne.exemple.fr/contact'] })).toMatchObject({
    live: ['site_web'],
  });
  expect(await submit(db, lieu, { site_web: ['https://garonne.exemple.com/'] })).toMatchObject({
    waiting: ['site_web'],
  });
});
