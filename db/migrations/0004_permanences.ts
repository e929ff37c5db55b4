import { type Kysely, sql } from 'kysely';

/**
 * When help is there: the permanences of a lieu as people wrote them, what is derived from them when they are written, and how
 * far the nightly renewal of everything dated has come.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `ALTER TABLE lieu
    ADD COLUMN permanences jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(permanences) = 'array'),
    ADD COLUMN permanences_lues jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(permanences_lues) = 'object')`,
  "COMMENT ON COLUMN lieu.permanences IS 'the source: a list, as people wrote it'",
  "COMMENT ON COLUMN lieu.permanences_lues IS 'derived, by id of permanence: its hours as they are stored, like horaires_intervalles'",
  `CREATE TABLE permanence_datee (
    lieu_id text NOT NULL REFERENCES lieu ON DELETE CASCADE ON UPDATE CASCADE,
    permanence_id text NOT NULL,
    jour date NOT NULL,
    intervalles jsonb NOT NULL,
    PRIMARY KEY (lieu_id, permanence_id, jour)
  )`,
  `CREATE TABLE renouvellement (
    jour date PRIMARY KEY,
    apres text NOT NULL DEFAULT '',
    fini_le timestamptz
  )`,
  "COMMENT ON COLUMN renouvellement.apres IS 'the id of the last lieu that was renewed that day'",
  `CREATE OR REPLACE VIEW lieu_publie AS
    SELECT id, coalesce(pivot, '00000000000000') AS pivot, nom, commune, code_postal, code_insee, adresse, complement_adresse,
      latitude, longitude, typologie, telephone, courriels, site_web, horaires, presentation_resume, presentation_detail,
      source, itinerance, structure_parente, date_maj, services, publics_specifiquement_adresses,
      prise_en_charge_specifique, frais_a_charge, dispositif_programmes_nationaux, formations_labels,
      autres_formations_labels, modalites_acces, modalites_accompagnement, fiche_acces_libre, prise_rdv,
      position, departement, region, epci, fuseau, recherche, horaires_etat, horaires_intervalles, horaires_bits,
      demo, version, confirme_le, modifie_le, structure_id,
      permanences, permanences_lues
    FROM lieu
    WHERE statut = 'actif' AND manquants = '{}'`,
  // The nightly renewal writes every lieu with dated hours, and tells whoever listens only where what they show changes.
  `CREATE OR REPLACE FUNCTION notifier_lieu_publie() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF current_setting('lieu_a_jour.sans_avis', true) IS DISTINCT FROM 'on' THEN PERFORM pg_notify('lieu_publie', ''); END IF;
      RETURN NULL;
    END $$`,
];
