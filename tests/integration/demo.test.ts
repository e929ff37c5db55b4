import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinStored, readStored, readStoredIntervals } from '#app/domain/horaires/stored-form.ts';
import { lieuFrom, validateField, validateLieu } from '#app/domain/lieu.ts';
import { listVenues } from '#app/domain/passages.ts';
import { readStoredPermanences } from '#app/domain/permanences.ts';
import { readPermanences } from '#app/domain/permanences-form.ts';
import { isFieldName } from '#app/domain/standard.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { findFiche, lieuOf } from '#db/fiches.ts';
import { findPublicOffers } from '#db/rendez-vous/creneaux.ts';
import { findRoles } from '#db/utilisateurs.ts';
import { DEMO_ACCOUNTS, DEMO_LIEUX, seedDemo } from '#scripts/demo.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const now = new Date('2026-03-15T10:00:00Z');
const communes = loadCommunes();
const log = { info: () => {} };
let database: TestDatabase;
let ms: number;
beforeAll(async () => {
  database = await createTestDatabase();
  const started = performance.now();
  // Two processes that start at once on an empty database.
  await Promise.all([seedDemo(database.db, { communes, now, log }), seedDemo(database.db, { communes, now, log })]);
  ms = performance.now() - started;
});
afterAll(() => database.drop());

async function count(table: 'lieu' | 'lieu_publie' | 'utilisateur' | 'structure'): Promise<number> {
  const { n } = await database.db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
}

test('an empty database is filled once, even by two processes at once, in a few seconds', async () => {
  expect(await count('lieu')).toBe(DEMO_LIEUX);
  expect(await count('lieu_publie')).toBeGreaterThan(DEMO_LIEUX - 60);
  expect(await count('lieu_publie')).toBeLessThan(DEMO_LIEUX);
  console.log(`demonstration set, twice at once: ${Math.round(ms)} ms`);
});

test('everything is marked as a demonstration', async () => {
  for (const table of ['lieu', 'utilisateur', 'structure'] as const) {
    expect(await database.db.selectFrom(table).select('demo').where('demo', '=', false).execute()).toEqual([]);
  }
});

test('a database that holds anything is left as it is', async () => {
  const other = await createTestDatabase();
  await other.db.insertInto('utilisateur').values({ id: 'u', courriel: 'vraie@mairie.fr' }).execute();
  await seedDemo(other.db, { communes, now, log });
  expect(await other.db.selectFrom('lieu').select('id').execute()).toEqual([]);
  await other.drop();
});

test('a seed that dies on the way leaves nothing', async () => {
  const other = await createTestDatabase({ max: 2 });
  other.pool.on('connect', (client) => client.on('error', () => {}));
  const cut = async () => {
    for (;;) {
      const { rowCount } = await database.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND query ILIKE 'insert into "lieu"%'`,
        [new URL(other.url).pathname.slice(1)],
      );
      if (rowCount) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await expect(Promise.all([seedDemo(other.db, { communes, now, log }), cut()])).rejects.toThrow();
  expect(await other.db.selectFrom('lieu').select('id').execute()).toEqual([]);
  expect(await other.db.selectFrom('utilisateur').select('id').execute()).toEqual([]);
  await seedDemo(other.db, { communes, now, log });
  expect((await other.db.selectFrom('lieu').select('id').execute()).length).toBe(DEMO_LIEUX);
  await other.drop();
});

test('each account has its role', async () => {
  const roles = new Map(
    await Promise.all(
      DEMO_ACCOUNTS.map(async ({ courriel }) => {
        const { id } = await database.db
          .selectFrom('utilisateur')
          .select('id')
          .where('courriel', '=', courriel)
          .executeTakeFirstOrThrow();
        return [courriel, await findRoles(database.db, id)] as const;
      }),
    ),
  );
  expect(roles.get('gestionnaire@exemple.fr')?.membreDe).toMatchObject([{ role: 'gestionnaire', accepte: true }]);
  expect(roles.get('moderation@exemple.fr')?.moderation).toEqual({ departements: null });
  expect(roles.get('gironde@exemple.fr')?.moderation).toEqual({ departements: ['33'] });
  expect(roles.get('animateur@exemple.fr')?.animation?.territoires).toHaveLength(2);
});

test('revisions wait in Gironde, in the hub’s départements and elsewhere, both before and after going live', async () => {
  const rows = await database.db
    .selectFrom('revision')
    .innerJoin('lieu', 'lieu.id', 'revision.lieu_id')
    .innerJoin('revision_champ as c', (join) =>
      join.onRef('c.lieu_id', '=', 'revision.lieu_id').onRef('c.revision_id', '=', 'revision.id'),
    )
    .where('revision.etat', '=', 'ouverte')
    .where('c.decision', 'is', null)
    .select(['lieu.departement', 'c.en_ligne_le'])
    .execute();
  for (const departement of ['33', '40', '64', '75']) {
    expect(
      rows.some((row) => row.departement === departement),
      departement,
    ).toBe(true);
  }
  expect(rows.some((row) => row.departement === '33' && row.en_ligne_le === null)).toBe(true);
  expect(rows.some((row) => row.departement === '33' && row.en_ligne_le !== null)).toBe(true);
});

test('the gestionnaire has a refused change with its reason, a lieu to complete, and two agendas with free slots and bookings', async () => {
  const { db } = database;
  const refused = await db
    .selectFrom('revision_champ as c')
    .innerJoin('lieu', 'lieu.id', 'c.lieu_id')
    .innerJoin('membre', 'membre.structure_id', 'lieu.structure_id')
    .where('membre.utilisateur_id', '=', 'demo-gestionnaire')
    .where('c.decision', '=', 'refusee')
    .select('c.motif')
    .execute();
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.every(({ motif }) => motif !== null && motif.length > 20)).toBe(true);
  const lieux = await db
    .selectFrom('lieu')
    .innerJoin('membre', 'membre.structure_id', 'lieu.structure_id')
    .where('membre.utilisateur_id', '=', 'demo-gestionnaire')
    .select(['lieu.id', 'lieu.manquants'])
    .execute();
  expect(lieux.some(({ manquants }) => manquants.length > 0)).toBe(true);
  const to = new Date(now.getTime() + 30 * 86_400_000);
  const offers = await Promise.all(lieux.map(({ id }) => findPublicOffers(db, { lieuId: id, from: now, to, now })));
  expect(offers.filter((found) => (found?.offers.length ?? 0) > 10)).toHaveLength(2);
  expect((await db.selectFrom('reservation').select('id').execute()).length).toBe(6);
});

test('the gestionnaire has a lieu where help comes on certain days, a tournée with stops to come, and permanences that wait', async () => {
  const { db } = database;
  const rows = await db
    .selectFrom('lieu')
    .innerJoin('membre', 'membre.structure_id', 'lieu.structure_id')
    .where('membre.utilisateur_id', '=', 'demo-gestionnaire')
    .select(['lieu.id', 'lieu.permanences', 'lieu.permanences_lues'])
    .execute();
  const helped = rows.filter(({ permanences, permanences_lues }) =>
    readStoredPermanences(permanences).some(({ id, etape }) => etape === null && id in Object(permanences_lues)),
  );
  expect(helped).toHaveLength(1);
  // The stops to come within a month, as the public side computes them.
  const all = await db.selectFrom('lieu').select(['id', 'fuseau', 'permanences', 'permanences_lues']).execute();
  const dated = await db.selectFrom('permanence_datee').selectAll().execute();
  const venues = all.flatMap(({ id, fuseau, permanences, permanences_lues }) => {
    const stops = readStoredPermanences(permanences).flatMap(({ id: permanence, etape }) => {
      if (etape === null) return [];
      const days = dated
        .filter(({ lieu_id, permanence_id }) => lieu_id === id && permanence_id === permanence)
        .map(({ jour, intervalles }) => ({ jour, intervalles: readStoredIntervals(intervalles) }));
      return [{ etape, fuseau, horaires: joinStored(readStored(Object(permanences_lues)[permanence]), null, days) }];
    });
    return listVenues(stops, now, { count: 50, days: 31 }).map(({ passage }) => ({
      id,
      commune: passage.etape.commune,
    }));
  });
  const own = venues.filter((venue) => rows.some(({ id }) => id === venue.id));
  expect(new Set(own.map(({ commune }) => commune))).toEqual(new Set(['Lormont', 'Floirac', 'Bassens']));
  expect(new Set(venues.map(({ id }) => id)).size).toBeGreaterThan(5);
  const waiting = await db
    .selectFrom('revision_champ')
    .select(['champ', 'en_ligne_le', 'decision'])
    .where('champ', '=', 'permanences')
    .execute();
  expect(waiting).toEqual([{ champ: 'permanences', en_ligne_le: null, decision: null }]);
});

test('reports wait in Gironde and elsewhere, some have been answered', async () => {
  const rows = await database.db
    .selectFrom('signalement')
    .innerJoin('lieu', 'lieu.id', 'signalement.lieu_id')
    .select(['lieu.departement', 'signalement.etat', 'signalement.numero'])
    .execute();
  expect(rows.some(({ departement, etat }) => departement === '33' && etat === 'ouvert')).toBe(true);
  expect(rows.some(({ departement, etat }) => departement !== '33' && etat === 'ouvert')).toBe(true);
  expect(rows.some(({ etat }) => etat === 'traite')).toBe(true);
  expect(new Set(rows.map(({ numero }) => numero)).size).toBe(rows.length);
});

test('what is in the database obeys the standard, and so would it with every waiting value', async () => {
  const { db } = database;
  const roles = await findRoles(db, 'demo-moderation');
  const publics = await db.selectFrom('lieu_publie').select('id').execute();
  const today = '2026-03-15';
  for (const { id } of publics.filter((_, index) => index % 10 === 0)) {
    const fiche = await findFiche(db, { id: id ?? '', roles, action: 'lire' });
    const lieu = fiche ? lieuOf(fiche) : lieuFrom({});
    expect(validateLieu(lieu, { today }).filter(({ field, value }) => field !== 'pivot' || value !== '')).toEqual([]);
  }
  const waiting = await db
    .selectFrom('revision_champ as c')
    .innerJoin('lieu', 'lieu.id', 'c.lieu_id')
    .select(['c.champ', 'c.apres', 'lieu.code_postal', 'lieu.code_insee', 'lieu.latitude', 'lieu.longitude'])
    .execute();
  for (const { champ, apres, ...lieu } of waiting) {
    const value = Array.isArray(apres) ? apres.map(String) : typeof apres === 'string' ? apres : null;
    if (champ === 'permanences') {
      expect(readPermanences(apres, { communes })).toEqual({ ok: true, permanences: readStoredPermanences(apres) });
      continue;
    }
    if (!isFieldName(champ)) throw new Error(champ);
    expect(validateField(champ, value, lieu, { today })).toEqual([]);
  }
});
