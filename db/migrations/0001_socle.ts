import { type Kysely, sql } from 'kysely';

/**
 * The ground: people and structures, lieux with the standard's 32 fields, revisions field by field, journal, imports,
 * outbox, exports. `lieu.id` is the published id; every table that belongs to a lieu begins its key with `lieu_id`.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE EXTENSION IF NOT EXISTS btree_gist`.execute(db);
  await sql`CREATE EXTENSION IF NOT EXISTS pg_trgm`.execute(db);
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE utilisateur (
    id text PRIMARY KEY,
    courriel text NOT NULL UNIQUE CHECK (courriel = lower(courriel)),
    nom text,
    demo boolean NOT NULL DEFAULT false,
    cree_le timestamptz NOT NULL DEFAULT now(),
    vu_le timestamptz
  )`,
  // Column names of this one table are those that lucia's adapter expects.
  `CREATE TABLE session (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES utilisateur ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    cree_le timestamptz NOT NULL DEFAULT now()
  )`,
  'CREATE INDEX session_user_id ON session (user_id)',
  'CREATE INDEX session_expires_at ON session (expires_at)',
  `CREATE TABLE lien_connexion (
    empreinte bytea PRIMARY KEY,
    courriel text NOT NULL,
    vers text,
    cree_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    consomme_le timestamptz
  )`,
  'CREATE INDEX lien_connexion_expire_le ON lien_connexion (expire_le)',
  `CREATE TABLE moderateur (
    utilisateur_id text PRIMARY KEY REFERENCES utilisateur ON DELETE CASCADE,
    departements text[],
    accorde_le timestamptz NOT NULL DEFAULT now()
  )`,
  "COMMENT ON COLUMN moderateur.departements IS 'NULL: every département'",
  `CREATE TABLE animateur (
    utilisateur_id text PRIMARY KEY REFERENCES utilisateur ON DELETE CASCADE,
    territoires text[] NOT NULL,
    accorde_par text REFERENCES utilisateur ON DELETE SET NULL,
    accorde_le timestamptz NOT NULL DEFAULT now()
  )`,
  "COMMENT ON COLUMN animateur.territoires IS 'departement:33, region:75, epci:243300316'",
  `CREATE TABLE structure (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nom text NOT NULL,
    pivot text,
    demo boolean NOT NULL DEFAULT false,
    cree_le timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE membre (
    structure_id bigint NOT NULL REFERENCES structure ON DELETE CASCADE,
    utilisateur_id text NOT NULL REFERENCES utilisateur ON DELETE CASCADE,
    role text NOT NULL DEFAULT 'gestionnaire' CHECK (role IN ('gestionnaire', 'redacteur')),
    cree_le timestamptz NOT NULL DEFAULT now(),
    accepte_le timestamptz,
    accepte_par text REFERENCES utilisateur ON DELETE SET NULL,
    PRIMARY KEY (structure_id, utilisateur_id)
  )`,
  'CREATE INDEX membre_utilisateur_id ON membre (utilisateur_id)',
  `CREATE TABLE lieu (
    id text PRIMARY KEY CHECK (id <> ''),
    origine text NOT NULL,
    id_origine text NOT NULL,
    pivot text,
    nom text,
    commune text,
    code_postal text,
    code_insee text,
    adresse text,
    complement_adresse text,
    latitude double precision,
    longitude double precision,
    typologie text[] NOT NULL DEFAULT '{}',
    telephone text,
    courriels text[] NOT NULL DEFAULT '{}',
    site_web text[] NOT NULL DEFAULT '{}',
    horaires text,
    presentation_resume text,
    presentation_detail text,
    source text,
    itinerance text[] NOT NULL DEFAULT '{}',
    structure_parente text,
    date_maj date,
    services text[] NOT NULL DEFAULT '{}',
    publics_specifiquement_adresses text[] NOT NULL DEFAULT '{}',
    prise_en_charge_specifique text[] NOT NULL DEFAULT '{}',
    frais_a_charge text[] NOT NULL DEFAULT '{}',
    dispositif_programmes_nationaux text[] NOT NULL DEFAULT '{}',
    formations_labels text[] NOT NULL DEFAULT '{}',
    autres_formations_labels text[] NOT NULL DEFAULT '{}',
    modalites_acces text[] NOT NULL DEFAULT '{}',
    modalites_accompagnement text[] NOT NULL DEFAULT '{}',
    fiche_acces_libre text,
    prise_rdv text,
    position point GENERATED ALWAYS AS (
      CASE WHEN latitude IS NULL OR longitude IS NULL THEN NULL ELSE point(longitude, latitude) END
    ) STORED,
    departement text,
    region text,
    epci text,
    fuseau text NOT NULL DEFAULT 'Europe/Paris',
    recherche text NOT NULL DEFAULT '',
    horaires_etat text NOT NULL DEFAULT 'vide' CHECK (horaires_etat IN ('vide', 'lu', 'illisible')),
    horaires_intervalles jsonb,
    horaires_bits bytea CHECK (horaires_bits IS NULL OR octet_length(horaires_bits) = 84),
    manquants text[] NOT NULL DEFAULT '{}',
    statut text NOT NULL DEFAULT 'actif' CHECK (statut IN ('actif', 'masque', 'ferme', 'fusionne')),
    ferme_le date,
    fusionne_dans text REFERENCES lieu ON DELETE SET NULL,
    structure_id bigint REFERENCES structure ON DELETE SET NULL,
    demo boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    valeurs_moderees jsonb NOT NULL DEFAULT '{}',
    provenance jsonb NOT NULL DEFAULT '{}',
    confirme_le timestamptz,
    cree_le timestamptz NOT NULL DEFAULT now(),
    modifie_le timestamptz NOT NULL DEFAULT now(),
    UNIQUE (origine, id_origine)
  )`,
  "COMMENT ON COLUMN lieu.manquants IS 'required fields that are absent or invalid: empty means that the lieu can be public'",
  "COMMENT ON COLUMN lieu.valeurs_moderees IS 'sensitive fields changed since: the value that a moderator last saw, by field'",
  "COMMENT ON COLUMN lieu.provenance IS 'by field: {source, auteur, le, confirme_le}; a field without an entry comes from origine'",
  "COMMENT ON COLUMN lieu.recherche IS 'nom and commune normalised for search'",
  'CREATE INDEX lieu_position ON lieu USING gist (position)',
  'CREATE INDEX lieu_recherche ON lieu USING gin (recherche gin_trgm_ops)',
  'CREATE INDEX lieu_departement ON lieu (departement)',
  'CREATE INDEX lieu_structure_id ON lieu (structure_id)',
  `CREATE TABLE ouverture_datee (
    lieu_id text NOT NULL REFERENCES lieu ON DELETE CASCADE ON UPDATE CASCADE,
    jour date NOT NULL,
    intervalles jsonb NOT NULL,
    PRIMARY KEY (lieu_id, jour)
  )`,
  `CREATE TABLE revision (
    id bigint GENERATED ALWAYS AS IDENTITY,
    lieu_id text NOT NULL REFERENCES lieu ON DELETE CASCADE ON UPDATE CASCADE,
    auteur_id text REFERENCES utilisateur ON DELETE SET NULL,
    origine text NOT NULL CHECK (origine IN ('formulaire', 'signalement', 'import', 'fusion', 'restauration', 'moderation')),
    section text,
    base_version integer NOT NULL,
    etat text NOT NULL DEFAULT 'ouverte' CHECK (etat IN ('ouverte', 'traitee', 'retiree')),
    risque smallint NOT NULL DEFAULT 0,
    message text,
    cree_le timestamptz NOT NULL,
    traitee_le timestamptz,
    traitee_par text REFERENCES utilisateur ON DELETE SET NULL,
    PRIMARY KEY (lieu_id, id)
  )`,
  "CREATE INDEX revision_ouverte ON revision (risque DESC, cree_le, id) WHERE etat = 'ouverte'",
  'CREATE INDEX revision_auteur ON revision (auteur_id, cree_le DESC)',
  `CREATE TABLE revision_champ (
    lieu_id text NOT NULL,
    revision_id bigint NOT NULL,
    champ text NOT NULL,
    avant jsonb NOT NULL,
    apres jsonb NOT NULL,
    en_ligne_le timestamptz,
    decision text CHECK (decision IN ('acceptee', 'refusee', 'remplacee')),
    motif text,
    PRIMARY KEY (lieu_id, revision_id, champ),
    FOREIGN KEY (lieu_id, revision_id) REFERENCES revision ON DELETE CASCADE ON UPDATE CASCADE
  )`,
  "COMMENT ON COLUMN revision_champ.en_ligne_le IS 'set when the value went live before review'",
  `CREATE TABLE journal (
    id bigint GENERATED ALWAYS AS IDENTITY,
    lieu_id text NOT NULL,
    le timestamptz NOT NULL,
    acteur_id text REFERENCES utilisateur ON DELETE SET NULL,
    action text NOT NULL,
    revision_id bigint,
    detail jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (lieu_id, id)
  )`,
  'CREATE INDEX journal_le ON journal (le DESC)',
  `CREATE TABLE signalement (
    id bigint GENERATED ALWAYS AS IDENTITY,
    lieu_id text NOT NULL REFERENCES lieu ON DELETE CASCADE ON UPDATE CASCADE,
    numero text NOT NULL,
    motif text NOT NULL CHECK (motif IN ('horaires', 'telephone', 'adresse', 'ferme', 'services', 'autre')),
    message text,
    courriel text,
    etat text NOT NULL DEFAULT 'ouvert' CHECK (etat IN ('ouvert', 'traite', 'sans_suite')),
    reponse text,
    cree_le timestamptz NOT NULL,
    traite_le timestamptz,
    traite_par text REFERENCES utilisateur ON DELETE SET NULL,
    PRIMARY KEY (lieu_id, id),
    UNIQUE (lieu_id, numero)
  )`,
  'CREATE INDEX signalement_numero ON signalement (numero)',
  "CREATE INDEX signalement_ouvert ON signalement (cree_le) WHERE etat = 'ouvert'",
  `CREATE TABLE import_lot (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text,
    fichier text NOT NULL,
    sha256 text NOT NULL,
    etat text NOT NULL CHECK (etat IN ('applique', 'annule')),
    lance_par text REFERENCES utilisateur ON DELETE SET NULL,
    lance_le timestamptz NOT NULL,
    bilan jsonb NOT NULL DEFAULT '{}'
  )`,
  `CREATE TABLE import_changement (
    lieu_id text NOT NULL REFERENCES lieu ON DELETE CASCADE ON UPDATE CASCADE,
    lot_id bigint NOT NULL REFERENCES import_lot ON DELETE CASCADE,
    avant jsonb,
    apres jsonb NOT NULL,
    PRIMARY KEY (lieu_id, lot_id)
  )`,
  'CREATE INDEX import_changement_lot ON import_changement (lot_id)',
  "COMMENT ON COLUMN import_changement.avant IS 'the fields that changed, with their former values; NULL where the import created the lieu'",
  `CREATE TABLE courriel (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cle text UNIQUE,
    a text NOT NULL,
    objet text NOT NULL,
    texte text NOT NULL,
    html text NOT NULL,
    pieces jsonb NOT NULL DEFAULT '[]',
    cree_le timestamptz NOT NULL,
    envoye_le timestamptz,
    essais smallint NOT NULL DEFAULT 0,
    prochain_essai_le timestamptz NOT NULL,
    abandonne_le timestamptz,
    erreur text
  )`,
  'CREATE INDEX courriel_a_envoyer ON courriel (prochain_essai_le) WHERE envoye_le IS NULL AND abandonne_le IS NULL',
  'CREATE INDEX courriel_cree_le ON courriel (cree_le DESC)',
  `CREATE TABLE export_jour (
    jour date PRIMARY KEY,
    lignes integer NOT NULL,
    fichiers jsonb NOT NULL,
    fait_le timestamptz NOT NULL
  )`,
  // The table of rate-limiter-flexible, with its own column names.
  'CREATE UNLOGGED TABLE limite (key varchar(255) PRIMARY KEY, points integer NOT NULL DEFAULT 0, expire bigint)',
  `CREATE VIEW lieu_publie AS
    SELECT id, coalesce(pivot, '00000000000000') AS pivot, nom, commune, code_postal, code_insee, adresse, complement_adresse,
      latitude, longitude, typologie, telephone, courriels, site_web, horaires, presentation_resume, presentation_detail,
      source, itinerance, structure_parente, date_maj, services, publics_specifiquement_adresses,
      prise_en_charge_specifique, frais_a_charge, dispositif_programmes_nationaux, formations_labels,
      autres_formations_labels, modalites_acces, modalites_accompagnement, fiche_acces_libre, prise_rdv,
      position, departement, region, epci, fuseau, recherche, horaires_etat, horaires_intervalles, horaires_bits,
      demo, version, confirme_le, modifie_le, structure_id
    FROM lieu
    WHERE statut = 'actif' AND manquants = '{}'`,
  `CREATE FUNCTION notifier_lieu_publie() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_notify('lieu_publie', ''); RETURN NULL; END $$`,
  `CREATE TRIGGER lieu_notifie AFTER INSERT OR UPDATE OR DELETE ON lieu
    FOR EACH STATEMENT EXECUTE FUNCTION notifier_lieu_publie()`,
  // The journal is only ever added to.
  `CREATE FUNCTION refuser_reecriture() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'journal: rows are only added' USING ERRCODE = 'restrict_violation'; END $$`,
  `CREATE TRIGGER journal_fige BEFORE DELETE OR UPDATE OF lieu_id, le, action, revision_id, detail ON journal
    FOR EACH ROW EXECUTE FUNCTION refuser_reecriture()`,
];
