import { type Kysely, sql } from 'kysely';

/** Files brought in the browser, what their columns mean to whom, and lieux that the file of their source no longer has. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE import_depot (
    id text PRIMARY KEY,
    utilisateur_id text REFERENCES utilisateur ON DELETE SET NULL,
    fichier text NOT NULL,
    octets bigint NOT NULL,
    source text,
    complet boolean NOT NULL,
    etat text NOT NULL CHECK (etat IN ('analyse', 'colonnes', 'simulation', 'simule', 'application', 'applique', 'refuse', 'abandonne')),
    format text,
    colonnes jsonb NOT NULL DEFAULT '[]',
    etape text,
    fait bigint NOT NULL DEFAULT 0,
    total bigint,
    bilan jsonb,
    erreur text,
    essais smallint NOT NULL DEFAULT 0,
    lot_id bigint REFERENCES import_lot ON DELETE SET NULL,
    cree_le timestamptz NOT NULL,
    modifie_le timestamptz NOT NULL
  )`,
  'CREATE INDEX import_depot_utilisateur ON import_depot (utilisateur_id, cree_le)',
  `CREATE INDEX import_depot_a_faire ON import_depot (modifie_le) WHERE etat IN ('analyse', 'simulation', 'application')`,
  `CREATE TABLE import_profil (
    utilisateur_id text NOT NULL REFERENCES utilisateur ON DELETE CASCADE,
    cle text NOT NULL,
    colonnes jsonb NOT NULL,
    source text,
    modifie_le timestamptz NOT NULL,
    PRIMARY KEY (utilisateur_id, cle)
  )`,
  "COMMENT ON COLUMN import_profil.cle IS 'SHA-256 of the names of the columns, in order'",
  `CREATE TABLE source_absence (
    lieu_id text PRIMARY KEY REFERENCES lieu ON DELETE CASCADE ON UPDATE CASCADE,
    origine text NOT NULL,
    fichier text NOT NULL,
    depuis timestamptz NOT NULL,
    lot_id bigint REFERENCES import_lot ON DELETE SET NULL
  )`,
  'CREATE INDEX source_absence_lot ON source_absence (lot_id)',
];
