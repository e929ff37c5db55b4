/**
 * `npm run types` writes db/types.ts from the migrations, applied to an empty database of its own; with `--verify` it only says
 * whether the file is up to date (exit 1 when it is not).
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createDb, createPool } from '#db/connection.ts';
import { openDatabase } from '#db/embedded.ts';
import { migrateToLatest } from '#db/migrate.ts';

/** npm runs commands from the project's folder. */
const TYPES = resolve('db/types.ts');

const verify = process.argv.includes('--verify');
const scratch = await mkdtemp(join(tmpdir(), 'lieu-a-jour-types-'));
await chmod(scratch, 0o711); // PostgreSQL may run as another user than ours
try {
  const generated = await generate(scratch);
  const current = await readFile(TYPES, 'utf8').catch(() => '');
  if (!verify) {
    await writeFile(TYPES, generated);
    console.log(current === generated ? 'db/types.ts was up to date.' : 'db/types.ts is written.');
  } else if (current !== generated) {
    console.error('db/types.ts does not match the migrations: run `npm run types` and commit the result.');
    process.exitCode = 1;
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function generate(dataDir: string): Promise<string> {
  const log = { info: () => {}, warn: console.warn };
  const database = await openDatabase({ dataDir, log, fsync: false, endOnSignals: true });
  try {
    const db = createDb(createPool(database.url, { applicationName: 'types', max: 2 }));
    await migrateToLatest(db).finally(() => db.destroy());
    const outFile = join(dataDir, 'types.ts');
    // the same readings as createPool's: dates as text, int8 and numeric as numbers
    const readings = ['--date-parser=string', '--numeric-parser=number', '--type-mapping={"int8":"number"}'];
    const args = ['--dialect=postgres', `--out-file=${outFile}`, '--log-level=error', '--exclude-pattern=kysely_*'];
    const cli = resolve('node_modules/kysely-codegen/dist/cli/bin.js');
    const env = { ...process.env, DATABASE_URL: database.url };
    await promisify(execFile)(process.execPath, [cli, ...args, ...readings], { env });
    return await readFile(outFile, 'utf8');
  } finally {
    await database.release();
  }
}
