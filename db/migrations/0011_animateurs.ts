import { type Kysely, sql } from 'kysely';

/** The organisation of an animateur, and who was given or lost the role, by whom. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "ALTER TABLE animateur ADD COLUMN organisation text NOT NULL DEFAULT ''",
  `CREATE TABLE journal_role (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    le timestamptz NOT NULL,
    acteur_id text REFERENCES utilisateur ON DELETE SET NULL,
    utilisateur_id text REFERENCES utilisateur ON DELETE SET NULL,
    action text NOT NULL CHECK (action IN ('accorde', 'retire')),
    detail jsonb NOT NULL DEFAULT '{}'
  )`,
];
