import { type Kysely, sql } from 'kysely';

/** The hours that a revision tells are kept as they were read when it was written: who reviews it parses nothing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `ALTER TABLE revision_champ
    ADD COLUMN horaires_lus jsonb CHECK (jsonb_typeof(horaires_lus) = 'object')`,
  `COMMENT ON COLUMN revision_champ.horaires_lus IS
    'derived, of horaires and permanences: each text of hours of avant and apres as it is stored, like lieu.horaires_intervalles; null until it is read'`,
];
