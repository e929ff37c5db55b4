import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { formatLocalDate, parseLocalDate } from '#app/domain/horaires/dates.ts';
import { openingsBetween } from '#app/domain/horaires/evaluate.ts';
import { isFerie } from '#app/domain/horaires/holidays.ts';
import { localDay } from '#app/domain/horaires/opening.ts';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
import { readStored, readStoredIntervals } from '#app/domain/horaires/stored-form.ts';
import { isVacances } from '#app/domain/horaires/vacances.ts';
import { territoryOfLieu } from '#app/domain/horaires/zones.ts';
import { emptyEtape, emptyPermanence, type Permanence, readStoredPermanences } from '#app/domain/permanences.ts';
import { runRenewalIfDue } from '#app/jobs/renouvellement.ts';
import { ouvertureColumns } from '#db/lieux.ts';
import { renewOuvertures } from '#db/renouvellement.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { communes, createLieu, DAY, NOW, submit } from './revisions.factory.ts';

const TEXTS = [
  'Mo-Fr 09:00-12:00; PH off',
  'week 1-53/2 We 14:00-17:00',
  'Th[1] 14:00-17:00; Aug 01-15 off; PH off',
  'Sep-Jun Mo-Fr 09:00-12:00; Jul-Aug Mo-Fr 08:00-13:00; PH off',
  'Mo-Fr 09:00-12:00; SH off',
  'Mo-Fr 09:00-17:00; PH 10:00-12:00',
];
const PLACES = [
  {},
  { commune: 'Saint-Denis', code_postal: '97400', code_insee: '97411', latitude: null, longitude: null },
  { commune: 'Papeete', code_postal: '98714', code_insee: '98735', latitude: null, longitude: null },
  { commune: 'Nouméa', code_postal: '98800', code_insee: '98818', latitude: null, longitude: null },
];
const jeudi: Permanence = { ...emptyPermanence('0000000a'), horaires: 'Th[2] 14:00-17:00; PH off' };
const mardi: Permanence = { ...emptyPermanence('0000000b'), horaires: 'Tu 09:00-12:00 "sur rendez-vous"' };
const arret: Permanence = {
  ...emptyPermanence('0000000c'),
  horaires: 'We 09:30-12:00; PH off',
  etape: { ...emptyEtape(), nom: 'Place du marché', commune: 'Langon', code_postal: '33210', code_insee: '33227' },
};

let database: TestDatabase;
const ids: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  for (const place of PLACES) {
    for (const horaires of TEXTS) ids.push((await createLieu(database.db, { ...place, horaires })).lieuId);
    const lieu = await createLieu(database.db, { ...place, horaires: TEXTS[0] });
    // A moderator's: far from Langon, anybody else's would wait for one.
    await submit(database.db, lieu, { permanences: [jeudi, mardi, arret] }, { moderator: true });
    ids.push(lieu.lieuId);
  }
  // Ordinary weeks, none at all, and a text that nobody reads.
  for (const horaires of ['Mo-Fr 09:00-12:00', null, 'on verra'])
    ids.push((await createLieu(database.db, { horaires })).lieuId);
});
afterAll(() => database.drop());

const renewAt = (now: Date, batch = 4) =>
  renewOuvertures(database.db, { jour: localDay(now, 'Europe/Paris'), now, communes, batch });

/** What is stored, and what evaluating the texts at that instant gives: for every lieu, without and with its permanences. */
async function storedAndExpected(now: Date) {
  const rows = await database.db.selectFrom('lieu').selectAll().orderBy('id').execute();
  const tables = await Promise.all(
    (['ouverture_datee', 'permanence_datee'] as const).map((table) =>
      database.db.selectFrom(table).selectAll().orderBy('lieu_id').orderBy('jour').execute(),
    ),
  );
  const stored = rows.map((row) => ({
    lues: row.permanences_lues,
    horaires: row.horaires_intervalles,
    bits: row.horaires_bits?.toString('hex'),
    lignes: tables.map((table) => JSON.stringify(table.filter(({ lieu_id }) => lieu_id === row.id))),
  }));
  const expected = rows.map((row) => {
    const permanences = readStoredPermanences(row.permanences);
    const { columns, ...dated } = ouvertureColumns(row, { now, permanences });
    const byDay = <T extends { jour: string }>(list: readonly T[]) =>
      JSON.stringify([...list].sort((a, b) => (a.jour < b.jour ? -1 : 1)).map((one) => ({ lieu_id: row.id, ...one })));
    return {
      lues: JSON.parse(columns.permanences_lues),
      horaires: JSON.parse(columns.horaires_intervalles ?? 'null'),
      bits: columns.horaires_bits?.toString('hex'),
      lignes: [byDay(dated.ouvertures), dated.permanences.length],
    };
  });
  return {
    stored: stored.map((one) => ({
      ...one,
      lignes: one.lignes.map((text, index) => (index < 1 ? text : JSON.parse(text).length)),
    })),
    expected,
  };
}

/** Hours of a lieu on a day from what is stored, against its text evaluated on that day. */
async function expectDirect(now: Date): Promise<number> {
  let compared = 0;
  const rows = await database.db.selectFrom('lieu').selectAll().where('horaires_etat', '=', 'lu').execute();
  for (const row of rows) {
    const parsed = parseHoraires(row.horaires ?? '');
    const stored = readStored(row.horaires_intervalles);
    if (!parsed.ok || stored?.etat !== 'lu' || stored.datees === null) continue;
    const today = localDay(now, row.fuseau);
    expect([formatLocalDate(stored.datees.du), stored.datees.au - stored.datees.du]).toEqual([today, 399]);
    const territory = territoryOfLieu(row);
    const calendar = {
      isFerie: (day: number) => isFerie(day, territory),
      isVacances: (day: number) => isVacances(day, territory),
    };
    const days = await database.db
      .selectFrom('ouverture_datee')
      .select(['jour', 'intervalles'])
      .where('lieu_id', '=', row.id)
      .execute();
    const dated = new Map(days.map(({ jour, intervalles }) => [jour, readStoredIntervals(intervalles)]));
    for (const { jour, openings } of openingsBetween(parsed.horaires, today, 400, calendar)) {
      const list = dated.get(jour);
      // A day that is not stored is one of the usual week; that is held by the tests of the store.
      if (!list) continue;
      compared++;
      const told = list.map(([start, end, uncertain]) => [start, end, uncertain ? 'inconnu' : 'ouvert']);
      // A text that says nothing of public holidays says nothing of that day either.
      const unknown = parsed.horaires.feries === 'inconnu' && isFerie(parseLocalDate(jour) ?? 0, territory) !== 'non';
      expect(told).toEqual(openings.map(({ start, end, etat }) => [start, end, unknown ? 'inconnu' : etat]));
    }
  }
  return compared;
}

const writtenRows = async () =>
  await database.db.selectFrom('lieu').select(['id', 'version', 'modifie_le', 'provenance']).orderBy('id').execute();

test.each([30, 390])(
  '%s days later, what is stored is what the texts say of that day and the 400 to come',
  async (days) => {
    const now = new Date(NOW.getTime() + days * DAY);
    const before = await writtenRows();
    const counts = await renewAt(now);
    expect(counts).toMatchObject({ vus: ids.length - 1 });
    expect(counts?.renouveles).toBeGreaterThan(20);
    const { stored, expected } = await storedAndExpected(now);
    expect(stored).toEqual(expected);
    expect(await expectDirect(now)).toBeGreaterThan(500);
    expect(await writtenRows()).toEqual(before);
  },
);

test('a day is done once, asked again or by several processes at once', async () => {
  const now = new Date(NOW.getTime() + 400 * DAY);
  const first = await Promise.all([renewAt(now), renewAt(now), renewAt(now)]);
  expect(first.filter((counts) => counts !== null)).toHaveLength(1);
  expect(await renewAt(now)).toBeNull();
});

test('killed on the way, it goes on where it was and comes to the same', async () => {
  const now = new Date(NOW.getTime() + 420 * DAY);
  const jour = localDay(now, 'Europe/Paris');
  let batches = 0;
  const dying = renewOuvertures(database.db, {
    jour,
    now,
    communes,
    batch: 4,
    onBatch: () => {
      if (++batches === 3) throw new Error('killed');
    },
  });
  await expect(dying).rejects.toThrow('killed');
  const counts = await renewAt(now);
  expect(counts?.vus).toBe(ids.length - 1 - 12);
  const { stored, expected } = await storedAndExpected(now);
  expect(stored).toEqual(expected);
});

test('a process that ends stops between two batches, and another goes on', async () => {
  const now = new Date(NOW.getTime() + 430 * DAY);
  const ending = new AbortController();
  const first = await renewOuvertures(database.db, {
    jour: localDay(now, 'Europe/Paris'),
    now,
    communes,
    batch: 4,
    signal: ending.signal,
    onBatch: ({ vus }) => {
      if (vus === 8) ending.abort();
    },
  });
  expect(first?.vus).toBe(8);
  expect((await renewAt(now))?.vus).toBe(ids.length - 1 - 8);
  const { stored, expected } = await storedAndExpected(now);
  expect(stored).toEqual(expected);
});

test('a connection cut in the middle of a batch leaves whole lieux, and the next run ends the work', async () => {
  const now = new Date(NOW.getTime() + 440 * DAY);
  const jour = localDay(now, 'Europe/Paris');
  const other = await createTestDatabaseClient();
  database.pool.on('connect', (client) => client.on('error', () => {}));
  const cut = renewOuvertures(database.db, {
    jour,
    now,
    communes,
    batch: 2,
    onBatch: async ({ vus }) => {
      if (vus !== 6) return;
      await other.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
    },
  });
  await cut.catch(() => {});
  await other.end();
  // The pool may still hand out a connection of which it has not heard that it is cut.
  await vi.waitFor(() => renewAt(now));
  const { stored, expected } = await storedAndExpected(now);
  expect(stored).toEqual(expected);
});

async function createTestDatabaseClient(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return client;
}

test('the map is told only where the next weeks change', async () => {
  const client = await createTestDatabaseClient();
  const heard: string[] = [];
  client.on('notification', ({ channel }) => heard.push(channel));
  await client.query('LISTEN lieu_publie');
  const settled = async () => {
    await client.query('SELECT 1');
    return heard.splice(0).length;
  };
  // From one night to the next, days are added 400 days ahead.
  const first = new Date(NOW.getTime() + 460 * DAY);
  await renewAt(first);
  await settled();
  await renewAt(new Date(first.getTime() + DAY));
  expect(await settled()).toBe(0);
  // Nobody was there for 395 days.
  await renewAt(new Date(first.getTime() + 396 * DAY));
  expect(await settled()).toBeGreaterThan(0);
  // What the application understands better than the day it was written.
  const [id] = ids;
  await database.db
    .updateTable('lieu')
    .set({ horaires_intervalles: null, horaires_etat: 'illisible' })
    .where('id', '=', id ?? '')
    .execute();
  await settled();
  await renewAt(new Date(first.getTime() + 397 * DAY));
  expect(await settled()).toBeGreaterThan(0);
  const row = await database.db
    .selectFrom('lieu')
    .select('horaires_etat')
    .where('id', '=', id ?? '')
    .executeTakeFirst();
  expect(row?.horaires_etat).toBe('lu');
  // The same of a permanence whose week says everything: no dated row of it changes.
  const unread = JSON.stringify({ [mardi.id]: { etat: 'illisible', message: '', position: null } });
  const { numUpdatedRows } = await database.db
    .updateTable('lieu')
    .set({ permanences_lues: sql`permanences_lues || ${unread}::jsonb` })
    .where('permanences', '<>', '[]')
    .executeTakeFirst();
  expect(Number(numUpdatedRows)).toBe(PLACES.length);
  await settled();
  await renewAt(new Date(first.getTime() + 398 * DAY));
  expect(await settled()).toBeGreaterThan(0);
  await client.end();
});

test('a lieu that somebody writes meanwhile is renewed as it is now, not as it was', async () => {
  const now = new Date(NOW.getTime() + 900 * DAY);
  const lieu = await createLieu(database.db, { horaires: 'week 1-53/2 We 14:00-17:00' });
  // Locks the lieu, writes it, and lets go once the renewal waits for it.
  const renewal = await database.db.transaction().execute(async (trx) => {
    await trx
      .updateTable('lieu')
      .set({ horaires: 'week 2-52/2 Th 09:00-12:00', version: 2 })
      .where('id', '=', lieu.lieuId)
      .execute();
    const running = renewAt(now, 500);
    await expect
      .poll(async () => {
        const waiting = await database.pool.query(
          "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event <> 'advisory'",
        );
        return waiting.rowCount;
      })
      .toBe(1);
    return { running };
  });
  await renewal.running;
  const row = await database.db.selectFrom('lieu').selectAll().where('id', '=', lieu.lieuId).executeTakeFirstOrThrow();
  const { columns } = ouvertureColumns(row, { now, permanences: [] });
  expect(row.horaires_intervalles).toEqual(JSON.parse(columns.horaires_intervalles ?? ''));
});

test('the night’s renewal is due from 03:15 in Paris, and caught up with whenever somebody is there', async () => {
  const jours = async () =>
    (await database.db.selectFrom('renouvellement').select('jour').orderBy('jour', 'desc').limit(1).execute())[0]?.jour;
  const log = { info: () => {} };
  const runAt = (instant: string) => runRenewalIfDue({ db: database.db, now: () => new Date(instant), communes, log });
  await runAt('2030-03-30T22:00:00+01:00');
  expect(await jours()).toBe('2030-03-30');
  // The night of the change to summer time: 02:00 is skipped.
  expect(await runAt('2030-03-31T03:10:00+02:00')).toBeNull();
  expect(await runAt('2030-03-31T03:15:00+02:00')).not.toBeNull();
  expect(await runAt('2030-03-31T23:50:00+02:00')).toBeNull();
  expect(await jours()).toBe('2030-03-31');
  expect(await runAt('2030-04-05T01:00:00+02:00')).not.toBeNull();
  expect(await jours()).toBe('2030-04-04');
  // What it has done is remembered for a month.
  expect(await runAt('2030-06-01T12:00:00+02:00')).not.toBeNull();
  expect((await database.db.selectFrom('renouvellement').select('jour').execute()).map(({ jour }) => jour)).toEqual([
    '2030-06-01',
  ]);
});
