import { type Kysely, sql } from 'kysely';

/** Files that are read again by themselves at their address, and what each reading came to. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE source (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    utilisateur_id text REFERENCES utilisateur ON DELETE SET NULL,
    organisation text NOT NULL DEFAULT '',
    territoires text[] NOT NULL DEFAULT '{}',
    nom text NOT NULL CHECK (nom <> ''),
    url text NOT NULL,
    jour smallint CHECK (jour BETWEEN 1 AND 7),
    complet boolean NOT NULL,
    prevenir text,
    colonnes jsonb NOT NULL DEFAULT '[]',
    validee_le timestamptz,
    pause_le timestamptz,
    pause_motif text CHECK (pause_motif IN ('personne', 'role')),
    etag text,
    modifie text,
    sha256 text,
    lignes integer,
    regardee_le timestamptz,
    demandee_le timestamptz,
    alerte text CHECK (alerte IN ('echec', 'retenu')),
    alerte_le timestamptz,
    cree_le timestamptz NOT NULL,
    CHECK ((pause_le IS NULL) = (pause_motif IS NULL)),
    CHECK ((alerte IS NULL) = (alerte_le IS NULL))
  )`,
  "COMMENT ON COLUMN source.utilisateur_id IS 'whose territory its files are kept to'",
  "COMMENT ON COLUMN source.organisation IS 'of whoever declared it, at that time: those of the same one see it'",
  "COMMENT ON COLUMN source.jour IS 'weekday from Monday as 1; null for every night'",
  "COMMENT ON COLUMN source.colonnes IS 'what the columns of its files give'",
  "COMMENT ON COLUMN source.validee_le IS 'when a person first applied one of its files; since then they are applied by themselves'",
  "COMMENT ON COLUMN source.sha256 IS 'of the last file that could be read, applied or waiting'",
  "COMMENT ON COLUMN source.lignes IS 'rows of the last file that was applied'",
  "COMMENT ON COLUMN source.demandee_le IS 'somebody wants it read now'",
  "COMMENT ON COLUMN source.alerte IS 'what its people were last told by mail, and when; null once all is well'",
  'CREATE INDEX source_utilisateur ON source (utilisateur_id)',
  `CREATE TABLE source_passage (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id bigint NOT NULL REFERENCES source ON DELETE CASCADE,
    le timestamptz NOT NULL,
    resultat text NOT NULL
      CHECK (resultat IN ('en_cours', 'inchange', 'a_valider', 'retenu', 'applique', 'echec', 'remplace', 'abandonne', 'arret')),
    demande boolean NOT NULL DEFAULT false,
    message text,
    octets bigint,
    sha256 text,
    depot_id text UNIQUE REFERENCES import_depot ON DELETE SET NULL
  )`,
  "COMMENT ON COLUMN source_passage.demande IS 'a person asked for it, and looks at its page'",
  'CREATE INDEX source_passage_source ON source_passage (source_id, le DESC)',
  `CREATE INDEX source_passage_ouvert ON source_passage (source_id) WHERE resultat IN ('en_cours', 'a_valider', 'retenu')`,
];
