import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { createDb, createPool } from '#db/connection.ts';
import { openDatabase } from '#db/embedded.ts';
import { migrateToLatest } from '#db/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the test server's `postgres` database; `createTestDatabase` makes others from the template. */
    postgresUrl: string;
  }
}

/** One server for all the files that need one: started before them, stopped after them, forgotten. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lieu-a-jour-test-'));
  await chmod(dataDir, 0o711); // PostgreSQL may run as another user than ours
  const log = { info: () => {}, warn: console.warn };
  const database = await openDatabase({ dataDir, log, fsync: false });
  const db = createDb(createPool(database.url, { applicationName: 'tests', max: 2 }));
  await migrateToLatest(db).finally(() => db.destroy());
  project.provide('postgresUrl', new URL('/postgres', database.url).href);
  return async () => {
    await database.release();
    await rm(dataDir, { recursive: true, force: true });
  };
}
