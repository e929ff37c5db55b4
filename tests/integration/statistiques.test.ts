import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parisDay } from '#app/domain/exports.ts';
import { FRANCE } from '#app/domain/statistiques.ts';
import { DEPARTEMENTS, REGIONS } from '#app/domain/territoire.ts';
import { runStatistiquesIfDue } from '#app/jobs/statistiques.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { computeStatistiques, findStatistiques, listEvolution, listJoursDeStatistiques } from '#db/statistiques.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { insertLieu } from '#tests/support/lieux.ts';

const communes = loadCommunes();
const JOUR = '2026-06-15';
const LOCAL = { databaseUrl: undefined, host: '127.0.0.1', publicUrl: 'http://localhost:3000', trustProxy: 0 };
const BORDEAUX = { commune: 'Bordeaux', code_postal: '33000', code_insee: '33063' };
const DAX = { commune: 'Dax', code_postal: '40100', code_insee: '40088' };
const PARIS_12 = { commune: 'Paris', code_postal: '75012', code_insee: '75112' };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => sql`truncate lieu, statistique cascade`.execute(database.db));

const services = (now: string, settings = LOCAL) => ({
  ...{ db: database.db, communes, settings },
  now: () => new Date(now),
});

async function figures(jour = JOUR, demo = true) {
  const all = await computeStatistiques(database.db, { jour, demo, communes });
  return new Map(all.map(({ territoire, chiffres }) => [territoire, chiffres]));
}

test('a territory without any lieu has its figures too, with its communes and people', async () => {
  const all = await figures();
  expect(all.size).toBe(1 + REGIONS.length + DEPARTEMENTS.length);
  expect(all.get('departement:33')).toMatchObject({ lieux: 0, avec_horaires: 0, communes_avec_lieu: 0 });
  expect(all.get('departement:33')?.communes).toBeGreaterThan(500);
  expect(all.get(FRANCE)?.population).toBeGreaterThan(65_000_000);
  expect(all.get(FRANCE)?.communes).toBeGreaterThan(34_000);
});

test('each figure counts what it says, in the département, the région and France', async () => {
  const base = { telephone: null, courriels: [], site_web: [], horaires: null, services: [], prise_rdv: null };
  const empty = {
    ...base,
    modalites_acces: [],
    modalites_accompagnement: [],
    frais_a_charge: [],
    date_maj: '2024-01-01',
  };
  await insertLieu(
    database.db,
    { id: 'vide', ...BORDEAUX, ...empty, services: ['Maîtrise des outils numériques du quotidien'] },
    { today: JOUR },
  );
  await insertLieu(
    database.db,
    { id: 'tel', ...BORDEAUX, ...empty, telephone: '+33556000000', date_maj: '2026-06-01' },
    { today: JOUR },
  );
  await insertLieu(
    database.db,
    {
      id: 'plein',
      ...DAX,
      ...empty,
      courriels: ['a@exemple.fr'],
      horaires: 'Mo 09:00-12:00',
      frais_a_charge: ['Gratuit'],
      date_maj: '2026-01-20',
    },
    { today: JOUR },
  );
  await insertLieu(
    database.db,
    { id: 'paris', ...PARIS_12, ...empty, site_web: ['https://exemple.fr'], date_maj: '2025-09-01' },
    { today: JOUR },
  );
  const all = await figures();
  expect(all.get('departement:33')).toMatchObject({
    ...{ lieux: 2, avec_contact: 1, avec_telephone: 1, avec_courriel: 0, avec_horaires: 0, avec_services: 1 },
    ...{ maj_moins_3_mois: 1, maj_3_a_6_mois: 0, maj_6_a_12_mois: 0, maj_plus_12_mois: 1, communes_avec_lieu: 1 },
  });
  expect(all.get('region:75')).toMatchObject({
    ...{ lieux: 3, avec_contact: 2, avec_horaires: 1, avec_frais: 1, maj_3_a_6_mois: 1, communes_avec_lieu: 2 },
  });
  expect(all.get(FRANCE)).toMatchObject({ lieux: 4, avec_contact: 3, maj_6_a_12_mois: 1, communes_avec_lieu: 3 });
  // An arrondissement is in its commune, whose people all count.
  expect(all.get('departement:75')?.population_avec_lieu).toBe(all.get('departement:75')?.population);
  // Confirmed here, it is fresh whatever its date says.
  await database.db
    .updateTable('lieu')
    .set({ confirme_le: new Date('2026-06-10T10:00:00Z') })
    .where('id', '=', 'vide')
    .execute();
  expect((await figures()).get('departement:33')).toMatchObject({ maj_moins_3_mois: 2, maj_plus_12_mois: 0 });
});

test('labels that a list proves, among those that lieux say; lieux that look like another until somebody decides', async () => {
  const { db } = database;
  const add = (id: string, dispositif_programmes_nationaux: string[]) =>
    insertLieu(db, { id, ...BORDEAUX, dispositif_programmes_nationaux }, { today: JOUR });
  await add('prouve', ['France Services', 'Aidants Connect']);
  await add('dit', ['Aidants Connect']);
  await add('autre-label', ['Aidants Connect']);
  await add('sans', ['Bibliothèque numérique de référence']);
  await insertLieu(db, { id: 'dax', ...DAX, dispositif_programmes_nationaux: [] }, { today: JOUR });
  const liste = { url: 'https://exemple.fr/liste.csv', regardee_le: new Date() };
  const codes = ['france-services', 'aidants-connect', 'conseillers-numeriques'];
  await db
    .insertInto('liste_officielle')
    .values(codes.map((code) => ({ code, ...liste })))
    .execute();
  const found = { ligne_id: '1', ligne_nom: 'X', score: 1, date: JOUR };
  await db
    .insertInto('label_verifie')
    .values([
      { lieu_id: 'prouve', liste: 'france-services', ...found },
      { lieu_id: 'prouve', liste: 'aidants-connect', ...found },
      // Lists that prove a label which the fiche does not say.
      { lieu_id: 'autre-label', liste: 'france-services', ...found },
      { lieu_id: 'sans', liste: 'conseillers-numeriques', ...found },
    ])
    .execute();
  const pair = { raisons: ['nom'], score: 90, trouve_le: new Date() };
  const decided = { etat: 'distinct', decide_le: new Date() };
  await db
    .insertInto('doublon')
    .values([
      { lieu_id: 'dit', autre_id: 'prouve', ...pair },
      { lieu_id: 'prouve', autre_id: 'sans', ...pair },
      { lieu_id: 'autre-label', autre_id: 'dax', ...pair, ...decided },
    ])
    .execute();
  const all = await figures();
  expect(all.get('departement:33')).toMatchObject({ labels_declares: 3, labels_verifies: 1, doublons_possibles: 3 });
  expect(all.get('departement:40')).toMatchObject({ labels_declares: 0, labels_verifies: 0, doublons_possibles: 0 });
  expect(all.get(FRANCE)).toMatchObject({ lieux: 5, labels_declares: 3, labels_verifies: 1, doublons_possibles: 3 });
});

test('against a count lieu by lieu, on any set', async () => {
  const places = [BORDEAUX, DAX, PARIS_12];
  const lieu = fc.record({
    place: fc.nat(2),
    telephone: fc.constantFrom(null, '+33556000000'),
    horaires: fc.constantFrom(null, 'Mo 09:00-12:00', 'quand on peut'),
    date_maj: fc.constantFrom('2024-02-29', '2025-06-14', '2025-06-15', '2025-12-15', '2026-03-15', '2026-06-15'),
    demo: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(lieu, { minLength: 1, maxLength: 12 }), fc.boolean(), async (drawn, demo) => {
      await sql`truncate lieu cascade`.execute(database.db);
      for (const [index, { place, telephone, horaires, date_maj }] of drawn.entries())
        await insertLieu(
          database.db,
          { id: `l${index}`, ...places[place], telephone, horaires, date_maj },
          { today: JOUR },
        );
      for (const [index, { demo }] of drawn.entries())
        await database.db.updateTable('lieu').set({ demo }).where('id', '=', `l${index}`).execute();
      const all = await figures(JOUR, demo);
      const kept = drawn.filter((one) => demo || !one.demo);
      for (const [index, territoire] of ['departement:33', 'departement:40', 'departement:75'].entries()) {
        const here = kept.filter(({ place }) => place === index);
        expect(all.get(territoire)).toMatchObject({
          lieux: here.length,
          avec_telephone: here.filter(({ telephone }) => telephone !== null).length,
          avec_horaires: here.filter(({ horaires }) => horaires === 'Mo 09:00-12:00').length,
          maj_moins_3_mois: here.filter(({ date_maj }) => date_maj >= '2026-03-15').length,
          maj_3_a_6_mois: here.filter(({ date_maj }) => date_maj >= '2025-12-15' && date_maj < '2026-03-15').length,
          maj_6_a_12_mois: here.filter(({ date_maj }) => date_maj >= '2025-06-15' && date_maj < '2025-12-15').length,
          maj_plus_12_mois: here.filter(({ date_maj }) => date_maj < '2025-06-15').length,
        });
      }
      expect(all.get(FRANCE)?.lieux).toBe(kept.length);
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('counted once a day by one of several processes, kept thirty days and then monthly; nothing of a day without lieux', async () => {
  const { db } = database;
  expect(await runStatistiquesIfDue(services('2026-06-15T08:00:00Z'))).toBeNull();
  await insertLieu(db, { id: 'un', ...BORDEAUX }, { today: JOUR });
  const made = await Promise.all([1, 2, 3].map(() => runStatistiquesIfDue(services('2026-06-15T08:00:00Z'))));
  expect(made.filter((jour) => jour !== null)).toEqual([JOUR]);
  expect(await runStatistiquesIfDue(services('2026-06-15T21:59:00Z'))).toBeNull();
  // Midnight in Paris.
  expect(await runStatistiquesIfDue(services('2026-06-15T22:00:00Z'))).toBe('2026-06-16');
  await insertLieu(db, { id: 'deux', ...DAX }, { today: JOUR });
  for (const day of ['2026-06-20', '2026-07-02', '2026-07-31', '2026-08-01'])
    expect(await runStatistiquesIfDue(services(`${day}T08:00:00Z`))).toBe(day);
  expect(await listJoursDeStatistiques(db, { demo: true })).toEqual([
    '2026-08-01',
    '2026-07-31',
    '2026-07-02',
    '2026-06-15',
  ]);
  const evolution = await listEvolution(db, { territoire: FRANCE, demo: true });
  expect(evolution.map(({ jour, chiffres }) => [jour, chiffres.lieux])).toEqual([
    ['2026-06-15', 1],
    ['2026-07-02', 2],
    ['2026-07-31', 2],
    ['2026-08-01', 2],
  ]);
  expect((await findStatistiques(db, { demo: true }))?.jour).toBe('2026-08-01');
  expect((await findStatistiques(db, { jour: JOUR, demo: true }))?.territoires[0]?.chiffres.lieux).toBe(1);
});

test('lieux that come or go within the day are counted within ten minutes, and the day keeps one count', async () => {
  const { db } = database;
  const counted = async () => (await findStatistiques(db, { jour: JOUR, demo: true }))?.territoires[0]?.chiffres.lieux;
  await insertLieu(db, { id: 'un', ...BORDEAUX }, { today: JOUR });
  expect(await runStatistiquesIfDue(services('2026-06-15T08:00:00Z'))).toBe(JOUR);
  await insertLieu(db, { id: 'deux', ...DAX }, { today: JOUR });
  expect(await runStatistiquesIfDue(services('2026-06-15T08:09:00Z'))).toBeNull();
  expect(await counted()).toBe(1);
  expect(await runStatistiquesIfDue(services('2026-06-15T08:10:00Z'))).toBe(JOUR);
  expect(await counted()).toBe(2);
  expect(await runStatistiquesIfDue(services('2026-06-15T08:30:00Z'))).toBeNull();
  await sql`truncate lieu cascade`.execute(db);
  expect(await runStatistiquesIfDue(services('2026-06-15T09:00:00Z'))).toBe(JOUR);
  expect(await counted()).toBe(0);
  expect(await listEvolution(db, { territoire: FRANCE, demo: true })).toHaveLength(1);
});

test('what counts the demonstration set is for this machine alone', async () => {
  await insertLieu(database.db, { id: 'un', ...BORDEAUX }, { today: JOUR });
  await database.db.updateTable('lieu').set({ demo: true }).execute();
  const now = '2026-06-15T08:00:00Z';
  expect(await runStatistiquesIfDue(services(now, { ...LOCAL, host: '0.0.0.0' }))).toBeNull();
  expect(await runStatistiquesIfDue(services(now))).toBe(parisDay(new Date(now)));
  expect(await findStatistiques(database.db, { demo: false })).toBeUndefined();
  expect(await listEvolution(database.db, { territoire: FRANCE, demo: false })).toEqual([]);
});
