import { type Kysely, Migrator, type MigratorProps } from 'kysely';
import { MIGRATIONS } from './migrations/index.ts';
import type { DB } from './types.ts';

/** A migration failed: nothing of it was kept. The message is a French sentence for the operator. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Brings the database to the newest schema, in one transaction under a lock: several processes may call it at once, one does the work.
 * @returns the names of the migrations that this call applied
 * @throws MigrationError when one fails, or when the database is newer than this program
 */
export async function migrateToLatest(db: Kysely<DB>): Promise<string[]> {
  const { error, results } = await migratorOf(db).migrateToLatest();
  const failed = results?.find(({ status }) => status === 'Error')?.migrationName;
  if (error) throw new MigrationError(explain(error, failed), { cause: error });
  return results?.map(({ migrationName }) => migrationName) ?? [];
}

/** How many migrations the database still lacks: 0 when it is ready. */
export async function countPendingMigrations(db: Kysely<DB>): Promise<number> {
  const migrations = await migratorOf(db).getMigrations();
  return migrations.filter(({ executedAt }) => executedAt === undefined).length;
}

function migratorOf(db: Kysely<DB>): Migrator {
  const provider: MigratorProps['provider'] = { getMigrations: async () => ({ ...MIGRATIONS }) };
  // Work that was done side by side comes in the order in which it is ready: an earlier number may come later.
  return new Migrator({ db, provider, allowUnorderedMigrations: true });
}

function explain(error: unknown, failed: string | undefined): string {
  const cause = error instanceof Error ? error.message : String(error);
  if (/corrupted migrations/.test(cause)) {
    return `Le schéma de la base est plus récent que ce programme, ou d’une autre origine : mettez l’application à jour, ou changez de base. (${cause})`;
  }
  const which = failed ? ` (${failed})` : '';
  return `La mise à jour du schéma de la base a échoué${which} ; rien n’a été modifié. Il faut PostgreSQL 15 ou plus récent et le droit de créer des tables et des extensions. (${cause})`;
}
