import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { Client, type Pool } from 'pg';
import { inject } from 'vitest';
import { createDb, createPool } from '#db/connection.ts';
import type { DB } from '#db/types.ts';

export interface TestDatabase {
  url: string;
  db: Kysely<DB>;
  pool: Pool;
  /** Ends the pool and drops the database, whoever is still connected to it. */
  drop(): Promise<void>;
}

/** A database for one test file: migrated, empty, its own. Call `drop` in `afterAll`. */
export async function createTestDatabase(options: { max?: number } = {}): Promise<TestDatabase> {
  const admin = inject('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  // the copy of a template fails while another copy of it begins: one at a time, by an advisory lock
  await runAdmin(admin, ['select pg_advisory_lock(20170414)', `create database ${name} template lieu_a_jour`]);
  const url = new URL(`/${name}`, admin).href;
  const pool = createPool(url, { applicationName: name, max: options.max ?? 10 });
  const db = createDb(pool);
  return {
    url,
    db,
    pool,
    async drop() {
      await db.destroy();
      await runAdmin(admin, [`drop database if exists ${name} with (force)`]);
    },
  };
}

/** How many sessions a program of that name has in this database: what a killed one had asked for, and its locks, go with the last. */
export async function countSessions({ pool }: Pick<TestDatabase, 'pool'>, applicationName: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    'SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [applicationName],
  );
  return rows[0]?.n ?? 0;
}

async function runAdmin(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'tests' });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
