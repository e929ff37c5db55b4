import { type Kysely, sql } from 'kysely';

/**
 * Pairs of lieux that may be one, for people to decide, and how far the last search for them had looked. Ids and no foreign
 * keys, as in the journal: a decision outlives the deletion of a lieu, and holds again when its source brings it back.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE doublon (
    lieu_id text NOT NULL,
    autre_id text NOT NULL,
    score smallint NOT NULL CHECK (score BETWEEN 0 AND 100),
    raisons text[] NOT NULL,
    etat text NOT NULL DEFAULT 'ouvert' CHECK (etat IN ('ouvert', 'fusionne', 'distinct')),
    decide_par text REFERENCES utilisateur ON DELETE SET NULL,
    decide_le timestamptz,
    trouve_le timestamptz NOT NULL,
    PRIMARY KEY (lieu_id, autre_id),
    CHECK (lieu_id COLLATE "C" < autre_id COLLATE "C"),
    CHECK ((etat = 'ouvert') = (decide_le IS NULL))
  )`,
  "COMMENT ON TABLE doublon IS 'lieu_id before autre_id in the order of code units; without regard to capitals, a pair is here once'",
  'CREATE UNIQUE INDEX doublon_cle ON doublon (least(lower(lieu_id), lower(autre_id)), greatest(lower(lieu_id), lower(autre_id)))',
  'CREATE INDEX doublon_autre_id ON doublon (autre_id)',
  "CREATE INDEX doublon_ouvert ON doublon (score DESC, lieu_id, autre_id) WHERE etat = 'ouvert'",
  "CREATE INDEX doublon_decide_le ON doublon (decide_le DESC) WHERE etat <> 'ouvert'",
  `CREATE TABLE doublon_recherche (
    seule boolean PRIMARY KEY DEFAULT true CHECK (seule),
    faite_le timestamptz NOT NULL,
    imports text NOT NULL
  )`,
  "COMMENT ON TABLE doublon_recherche IS 'the last search: one row'",
  "COMMENT ON COLUMN doublon_recherche.imports IS 'the imports that it had seen: how many, and how many of them taken back'",
];
