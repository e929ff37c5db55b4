import { type Kysely, sql } from 'kysely';

/** What was wrong with a day's export: why it was held back (`motif`), or only the lieux that were left out of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE export_alerte (
    jour date PRIMARY KEY,
    lignes integer NOT NULL,
    precedentes integer,
    motif text,
    ecartes jsonb NOT NULL DEFAULT '[]',
    le timestamptz NOT NULL
  )`,
];
