import type { Kysely } from 'kysely';
import { readSettings, type Settings, SettingsError } from '#app/http/settings.server.ts';
import { createDb, createPool } from '#db/connection.ts';
import { EmbeddedDatabaseError } from '#db/embedded/errors.ts';
import { openDatabase } from '#db/embedded.ts';
import { MigrationError, migrateToLatest } from '#db/migrate.ts';
import type { DB } from '#db/types.ts';

/** What the person typed will not do: the message says what would. Ends with exit code 2. */
export class UsageError extends Error {}

/** What the command cannot do here and now, in a French sentence. Ends with exit code 1. */
export class CommandError extends Error {}

export interface CommandContext {
  db: Kysely<DB>;
  settings: Settings;
}

/**
 * Runs a command on the database that `npm start` would use, beside it or without it, and ends the process: 0 when all went
 * well, 2 for a wrong argument, 1 for the rest. What is for people goes to stderr.
 */
export async function runCommand(
  name: string,
  action: (context: () => Promise<CommandContext>) => Promise<void>,
): Promise<void> {
  const closers: (() => Promise<void>)[] = [];
  try {
    await action(async () => {
      const settings = readSettings(process.env);
      const database = await openDatabase({ ...settings, log: LOG, endOnSignals: true });
      closers.push(() => database.release());
      const db = createDb(createPool(database.url, { applicationName: `lieu-a-jour ${name}`, max: 4, log: LOG }));
      closers.push(() => db.destroy());
      await migrateToLatest(db);
      return { db, settings };
    });
  } catch (error) {
    process.exitCode = error instanceof UsageError ? 2 : 1;
    process.stderr.write(`${sentenceOf(error)}\n`);
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

const write = (message: string) => process.stderr.write(`${message}\n`);
const LOG = { info: write, warn: write };

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const forPeople = [UsageError, CommandError, SettingsError, EmbeddedDatabaseError, MigrationError];
  if (forPeople.some((kind) => error instanceof kind)) return error.message;
  return error.stack ?? error.message;
}
