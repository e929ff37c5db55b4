import { type Kysely, sql } from 'kysely';

/** What is published on data.gouv.fr: the dataset, its resources by the name of our file, and how the last attempts went. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE datagouv_jeu (
    seul boolean PRIMARY KEY DEFAULT true CHECK (seul),
    cible text NOT NULL,
    jeu_id text,
    publie_jour date,
    publie_le timestamptz,
    export_fait_le timestamptz,
    essais_jour date,
    essais smallint NOT NULL DEFAULT 0,
    reprise_le timestamptz,
    erreur text,
    erreur_le timestamptz,
    alerte text
  )`,
  "COMMENT ON TABLE datagouv_jeu IS 'the dataset on data.gouv.fr: one row'",
  "COMMENT ON COLUMN datagouv_jeu.cible IS 'server, organisation and dataset of the settings: what is known holds for these only'",
  "COMMENT ON COLUMN datagouv_jeu.publie_le IS 'when all files of publie_jour were last there, seen afterwards'",
  "COMMENT ON COLUMN datagouv_jeu.export_fait_le IS 'when the export that is published was made: another one of that day is published anew'",
  "COMMENT ON COLUMN datagouv_jeu.reprise_le IS 'nothing is tried before'",
  "COMMENT ON COLUMN datagouv_jeu.erreur IS 'why the last attempt failed, as a French sentence'",
  "COMMENT ON COLUMN datagouv_jeu.alerte IS 'the reason that moderators were told by mail; null once all is well'",
  `CREATE TABLE datagouv_ressource (
    cle text PRIMARY KEY,
    ressource_id text,
    titre text,
    sha256 text,
    jour date,
    publie_le timestamptz,
    envoi_sha1 text,
    envoi_sha256 text,
    envoi_le timestamptz
  )`,
  "COMMENT ON COLUMN datagouv_ressource.cle IS 'the name of our file, such as lieux.csv'",
  "COMMENT ON COLUMN datagouv_ressource.titre IS 'its title before a file was sent, which sets it to the name of the file'",
  "COMMENT ON COLUMN datagouv_ressource.envoi_le IS 'when a file was last about to be sent: by its sums it is known again where the answer was lost'",
];
