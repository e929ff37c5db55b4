import { type Kysely, sql } from 'kysely';

/**
 * In Alsace-Moselle Good Friday is a public holiday in some communes only: what moderators say of each commune (the newest line counts),
 * and, beside each lieu, what holds for it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE vendredi_saint (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code_insee text NOT NULL,
    ferie boolean,
    source text NOT NULL DEFAULT '',
    le timestamptz NOT NULL,
    par text REFERENCES utilisateur ON DELETE SET NULL
  )`,
  'CREATE INDEX vendredi_saint_commune ON vendredi_saint (code_insee, id DESC)',
  'ALTER TABLE lieu ADD COLUMN vendredi_saint boolean',
];
