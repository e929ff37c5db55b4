import { type Kysely, sql } from 'kysely';

/** The nightly export that fails, night after night or for an hour: since when, why, and whether people were told. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE export_panne (
    seule boolean PRIMARY KEY DEFAULT true CHECK (seule),
    depuis timestamptz NOT NULL,
    cause text NOT NULL,
    dite_le timestamptz
  )`,
];
