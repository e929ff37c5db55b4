import { type Kysely, sql } from 'kysely';

/** What the deletion of a lieu looks for in every other one: those that were merged into it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX lieu_fusionne_dans ON lieu (fusionne_dans) WHERE fusionne_dans IS NOT NULL`.execute(db);
}
