import { type Kysely, sql } from 'kysely';

/** The state of the commons, day by day and territory by territory: counts only, nothing of any lieu or person. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE statistique (
    jour date NOT NULL,
    territoire text NOT NULL,
    demo boolean NOT NULL,
    chiffres jsonb NOT NULL,
    faite_le timestamptz NOT NULL,
    PRIMARY KEY (territoire, jour)
  )`,
  "COMMENT ON COLUMN statistique.territoire IS 'france, region:75, departement:33'",
  "COMMENT ON COLUMN statistique.demo IS 'lieux of the demonstration set are counted: for this machine only'",
];
