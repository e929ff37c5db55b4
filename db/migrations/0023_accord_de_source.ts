import { type Kysely, sql } from 'kysely';

/** Who answers for the files of a source, and which of its settings a reading was made under. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `ALTER TABLE source
    ADD COLUMN accord_id text REFERENCES utilisateur ON DELETE SET NULL,
    ADD COLUMN reglages integer NOT NULL DEFAULT 0`,
  'UPDATE source SET accord_id = utilisateur_id',
  `ALTER TABLE source_passage
    ADD COLUMN reglages integer NOT NULL DEFAULT 0,
    ADD COLUMN accepte boolean NOT NULL DEFAULT false`,
  "COMMENT ON COLUMN source.accord_id IS 'who last changed it or applied one of its files: the next ones do no more than this person may; null where nobody answers for them'",
  "COMMENT ON COLUMN source.reglages IS 'grows by one each time that what was accepted of it is forgotten'",
  "COMMENT ON COLUMN source_passage.reglages IS 'what source.reglages was then'",
  "COMMENT ON COLUMN source_passage.accepte IS 'a person applied this file'",
];
