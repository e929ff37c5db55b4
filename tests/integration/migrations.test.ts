import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createDb, createPool, isDatabaseUnavailable } from '#db/connection.ts';
import { countPendingMigrations, MigrationError, migrateToLatest } from '#db/migrate.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('a database made from the template is at the newest schema, and migrating it again does nothing', async () => {
  expect(await countPendingMigrations(database.db)).toBe(0);
  expect(await migrateToLatest(database.db)).toEqual([]);
});

test('several processes that migrate one empty database at once: each migration is applied once', async () => {
  const { url, drop } = await emptyDatabase();
  const dbs = [0, 1, 2, 3].map(() => createDb(createPool(url, { applicationName: 'migrations', max: 2 })));
  const applied = await Promise.all(dbs.map((db) => migrateToLatest(db)));
  expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  expect(await Promise.all(dbs.map((db) => countPendingMigrations(db)))).toEqual([0, 0, 0, 0]);
  await Promise.all(dbs.map((db) => db.destroy()));
  await drop();
});

test('a migration that fails leaves nothing behind and says so in French', async () => {
  const { url, drop } = await emptyDatabase();
  const db = createDb(createPool(url, { applicationName: 'migrations', max: 2 }));
  await sql`create table reservation (x int)`.execute(db);
  await expect(migrateToLatest(db)).rejects.toThrow(MigrationError);
  await expect(migrateToLatest(db)).rejects.toThrow(/rien n’a été modifié/);
  const tables = await sql<{ n: number }>`select count(*) as n from pg_tables where schemaname = 'public'
    and tablename not like 'kysely%'`.execute(db);
  expect(tables.rows).toEqual([{ n: 1 }]);
  await db.destroy();
  await drop();
});

test('a database newer than the program is refused, not touched', async () => {
  await sql`insert into kysely_migration (name, timestamp) values ('9999_futur', now())`.execute(database.db);
  await expect(migrateToLatest(database.db)).rejects.toThrow(/plus récent que ce programme/);
  await sql`delete from kysely_migration where name = '9999_futur'`.execute(database.db);
});

test('rows come with dates as text, int8 and numeric as numbers, instants as Date, in arrays too', async () => {
  const { rows } =
    await sql`select date '2024-02-29' as d, 9007199254740991::int8 as i, 1.5::numeric as n, 'x'::text as t,
    timestamptz '2024-02-29 12:00+01' as l, array[date '2024-02-29', null] as ds, array[1, 2]::int8[] as is,
    null::date as nd, point(1, 2) as p`.execute(database.db);
  expect(rows[0]).toEqual({
    ...{ d: '2024-02-29', i: 9007199254740991, n: 1.5, t: 'x', l: new Date('2024-02-29T11:00:00Z') },
    ...{ ds: ['2024-02-29', null], is: [1, 2], nd: null, p: { x: 1, y: 2 } },
  });
});

test('a number that JavaScript cannot hold is an error, not another number', async () => {
  await expect(sql`select 9007199254740993::int8 as i`.execute(database.db)).rejects.toThrow(/out of range/);
});

test('idle connections that the server cuts do not end the process, and the pool opens others', async () => {
  const told: string[] = [];
  const log = { info: () => {}, warn: (message: string) => told.push(message) };
  const pool = createPool(database.url, { applicationName: 'coupee', max: 2, log });
  await Promise.all([pool.query('select 1'), pool.query('select 1')]);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'coupee'`.execute(
    database.db,
  );
  await expect.poll(() => told.length).toBe(2);
  expect((await pool.query('select 1 as un')).rows).toEqual([{ un: 1 }]);
  await pool.end();
});

test('a server that is frozen while it is asked is given up, and the next question goes to another connection', async () => {
  const pool = createPool(database.url, { applicationName: 'gelee', max: 1, silenceTimeoutMs: 500 });
  const pid = (await pool.query('select pg_backend_pid() as pid')).rows[0].pid;
  // Idle for longer, it is kept.
  await new Promise((done) => setTimeout(done, 800));
  expect((await pool.query('select pg_backend_pid() as pid')).rows[0].pid).toBe(pid);
  process.kill(pid, 'SIGSTOP');
  try {
    const failure = await pool.query('select 1').catch((error: unknown) => error);
    expect(isDatabaseUnavailable(failure)).toBe(true);
    expect((await pool.query('select pg_backend_pid() as pid')).rows[0].pid).not.toBe(pid);
  } finally {
    process.kill(pid, 'SIGCONT');
    await pool.end();
  }
});

test('a statement longer than its time is cancelled', async () => {
  const pool = createPool(database.url, { applicationName: 'lente', max: 1, statementTimeoutMs: 50 });
  await expect(pool.query('select pg_sleep(5)')).rejects.toThrow(/statement timeout/);
  await pool.end();
});

async function emptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const admin = new Client({ connectionString: inject('postgresUrl') });
  await admin.connect();
  const name = `vide_${Date.now()}_${Math.floor(Math.random() * 1e6)}`;
  await admin.query(`create database ${name} template template0`);
  const url = new URL(`/${name}`, inject('postgresUrl')).href;
  return {
    url,
    async drop() {
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
