import { type Kysely, sql } from 'kysely';

/**
 * Official lists as they were last read, the lieux that are in them, what people are asked to look at, and what the register
 * of companies says of the SIRETs of lieux. Beside the lieu, never in it: none of this changes a fiche.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE liste_officielle (
    code text PRIMARY KEY CHECK (code IN ('france-services', 'aidants-connect', 'conseillers-numeriques')),
    url text NOT NULL,
    etag text,
    modifie text,
    sha256 text,
    date date,
    lignes integer,
    regardee_le timestamptz NOT NULL,
    refus text,
    refus_sha256 text,
    accepte_sha256 text,
    rapprochee_le timestamptz,
    CHECK ((date IS NULL) = (lignes IS NULL))
  )`,
  "COMMENT ON COLUMN liste_officielle.date IS 'day of the file whose rows are kept; null before the first'",
  "COMMENT ON COLUMN liste_officielle.regardee_le IS 'when its address was last asked'",
  "COMMENT ON COLUMN liste_officielle.refus IS 'why what was last found there was not taken, as the end of a French sentence'",
  "COMMENT ON COLUMN liste_officielle.accepte_sha256 IS 'a refused file that a person wants all the same'",
  "COMMENT ON COLUMN liste_officielle.rapprochee_le IS 'when its rows were last compared with the lieux; null where that is to be done'",
  `CREATE TABLE liste_ligne (
    liste text NOT NULL REFERENCES liste_officielle ON DELETE CASCADE,
    id text NOT NULL,
    pivot text,
    nom text NOT NULL,
    commune text,
    code_postal text,
    code_insee text,
    adresse text,
    latitude double precision,
    longitude double precision,
    telephone text,
    courriels text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (liste, id)
  )`,
  `CREATE TABLE label_verifie (
    lieu_id text NOT NULL REFERENCES lieu ON DELETE CASCADE ON UPDATE CASCADE,
    liste text NOT NULL REFERENCES liste_officielle ON DELETE CASCADE,
    ligne_id text NOT NULL,
    ligne_nom text NOT NULL,
    score smallint NOT NULL,
    date date NOT NULL,
    PRIMARY KEY (lieu_id, liste)
  )`,
  "COMMENT ON COLUMN label_verifie.date IS 'day of the list in which the lieu was last found'",
  'CREATE INDEX label_verifie_liste ON label_verifie (liste)',
  `CREATE TABLE tache (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    genre text NOT NULL CHECK (genre IN ('liste_quittee', 'siret_ferme')),
    lieu_id text NOT NULL REFERENCES lieu ON DELETE CASCADE ON UPDATE CASCADE,
    objet text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}',
    ouverte_le timestamptz NOT NULL,
    fermee_le timestamptz,
    fermee_par text REFERENCES utilisateur ON DELETE SET NULL,
    issue text,
    CHECK ((fermee_le IS NULL) = (issue IS NULL))
  )`,
  "COMMENT ON COLUMN tache.objet IS 'the code of the list, or the SIRET'",
  "COMMENT ON COLUMN tache.fermee_par IS 'null where what it asked about has gone by itself'",
  'CREATE UNIQUE INDEX tache_ouverte ON tache (genre, lieu_id, objet) WHERE fermee_le IS NULL',
  'CREATE INDEX tache_attente ON tache (ouverte_le, id) WHERE fermee_le IS NULL',
  'CREATE INDEX tache_fermee ON tache (fermee_le DESC) WHERE fermee_le IS NOT NULL',
  'CREATE INDEX tache_lieu_id ON tache (lieu_id)',
  `CREATE TABLE siret_verifie (
    siret text PRIMARY KEY CHECK (siret ~ '^[0-9]{14}$'),
    etat text CHECK (etat IN ('actif', 'ferme', 'absent')),
    date_fermeture date,
    verifie_le timestamptz,
    essaye_le timestamptz NOT NULL,
    CHECK ((etat IS NULL) = (verifie_le IS NULL))
  )`,
  "COMMENT ON COLUMN siret_verifie.etat IS 'what the register last said; null where it never gave an answer that can be read'",
  `CREATE TABLE siret_recherche (
    seule boolean PRIMARY KEY DEFAULT true CHECK (seule),
    nuit date,
    reprise_le timestamptz,
    echecs smallint NOT NULL DEFAULT 0,
    erreur text
  )`,
  "COMMENT ON TABLE siret_recherche IS 'the nightly look at the register of companies: one row'",
  "COMMENT ON COLUMN siret_recherche.nuit IS 'the last night that was gone through to its end'",
  "COMMENT ON COLUMN siret_recherche.reprise_le IS 'the service asked for time: nobody asks it before'",
];
