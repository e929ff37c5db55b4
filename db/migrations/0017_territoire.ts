import { type Kysely, sql } from 'kysely';

/**
 * The desk of an animateur: the lieux of a région or an EPCI are found like those of a département, calls are kept with
 * who made them, and a structure is invited to take charge of its lieu by a link of which only the SHA-256 is kept.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  'CREATE INDEX lieu_region ON lieu (region)',
  'CREATE INDEX lieu_epci ON lieu (epci)',
  "CREATE INDEX lieu_liste ON lieu (recherche, id) WHERE statut = 'actif'",
  `CREATE TABLE appel (
    id bigint GENERATED ALWAYS AS IDENTITY,
    lieu_id text NOT NULL REFERENCES lieu ON DELETE CASCADE ON UPDATE CASCADE,
    le timestamptz NOT NULL,
    auteur_id text REFERENCES utilisateur ON DELETE SET NULL,
    issue text NOT NULL CHECK (issue IN ('juste', 'corrige', 'sans_reponse', 'numero_faux', 'ferme')),
    telephone text,
    PRIMARY KEY (lieu_id, id)
  )`,
  "COMMENT ON COLUMN appel.telephone IS 'the number of the lieu when it was called: one that proved wrong stays wrong until it changes'",
  'CREATE INDEX appel_auteur ON appel (auteur_id, le DESC)',
  'CREATE INDEX appel_le ON appel (le DESC)',
  `CREATE TABLE invitation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lieu_id text NOT NULL REFERENCES lieu ON DELETE CASCADE ON UPDATE CASCADE,
    courriel text NOT NULL CHECK (courriel = lower(courriel)),
    structure text NOT NULL CHECK (structure <> ''),
    message text,
    empreinte bytea NOT NULL UNIQUE CHECK (octet_length(empreinte) = 32),
    invite_par text REFERENCES utilisateur ON DELETE SET NULL,
    cree_le timestamptz NOT NULL,
    envoyee_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    envois smallint NOT NULL DEFAULT 1,
    acceptee_le timestamptz,
    acceptee_par text REFERENCES utilisateur ON DELETE SET NULL,
    retiree_le timestamptz,
    retiree_par text REFERENCES utilisateur ON DELETE SET NULL,
    CHECK (acceptee_le IS NULL OR retiree_le IS NULL)
  )`,
  `CREATE UNIQUE INDEX invitation_en_cours ON invitation (lieu_id, courriel)
    WHERE acceptee_le IS NULL AND retiree_le IS NULL`,
  'CREATE INDEX invitation_courriel ON invitation (courriel) WHERE acceptee_le IS NULL AND retiree_le IS NULL',
  'CREATE INDEX invitation_lieu ON invitation (lieu_id)',
];
