import { type Kysely, sql } from 'kysely';

/**
 * Where the addresses of lieux that have no coordinates are, as a geocoder answered. Kept beside the lieu, never in it: what a
 * source or a person says of a lieu stays theirs, and an answer counts for the very address that was asked only.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE geocodage (
    lieu_id text PRIMARY KEY REFERENCES lieu ON DELETE CASCADE ON UPDATE CASCADE,
    adresse text NOT NULL,
    etat text NOT NULL CHECK (etat IN ('trouve', 'absent', 'erreur')),
    precision text CHECK (precision IN ('exacte', 'approchee')),
    score real,
    libelle text,
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    essais smallint NOT NULL DEFAULT 1,
    demande_le timestamptz NOT NULL,
    CHECK ((latitude IS NULL) = (longitude IS NULL)),
    CHECK (precision IS NULL OR latitude IS NOT NULL)
  )`,
  "COMMENT ON COLUMN geocodage.adresse IS 'what was asked: street, postcode and commune of the lieu at that time'",
  "COMMENT ON COLUMN geocodage.precision IS 'exacte: taken as the lieu''s position; approchee: shown as approximate; null: not taken'",
  `CREATE FUNCTION adresse_geocodee(adresse text, code_postal text, commune text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT coalesce(adresse, '') || ' ' || coalesce(code_postal, '') || ' ' || coalesce(commune, '') $$`,
  // The next addresses to ask for are found without reading the whole table.
  `CREATE INDEX lieu_sans_position ON lieu (id)
    WHERE statut = 'actif' AND latitude IS NULL AND adresse IS NOT NULL AND commune IS NOT NULL AND NOT demo`,
  `CREATE OR REPLACE VIEW lieu_publie AS
    SELECT id, coalesce(pivot, '00000000000000') AS pivot, nom, commune, code_postal, code_insee, lieu.adresse, complement_adresse,
      coalesce(lieu.latitude, CASE WHEN precision = 'exacte' THEN g.latitude END) AS latitude,
      coalesce(lieu.longitude, CASE WHEN precision = 'exacte' THEN g.longitude END) AS longitude,
      typologie, telephone, courriels, site_web, horaires, presentation_resume, presentation_detail,
      source, itinerance, structure_parente, date_maj, services, publics_specifiquement_adresses,
      prise_en_charge_specifique, frais_a_charge, dispositif_programmes_nationaux, formations_labels,
      autres_formations_labels, modalites_acces, modalites_accompagnement, fiche_acces_libre, prise_rdv,
      position, departement, region, epci, fuseau, recherche, horaires_etat, horaires_intervalles, horaires_bits,
      demo, version, confirme_le, modifie_le, structure_id,
      permanences, permanences_lues,
      CASE WHEN precision = 'approchee' THEN g.latitude END AS latitude_approchee,
      CASE WHEN precision = 'approchee' THEN g.longitude END AS longitude_approchee
    FROM lieu
    LEFT JOIN geocodage AS g ON g.lieu_id = lieu.id AND lieu.latitude IS NULL AND lieu.longitude IS NULL
      AND g.adresse = adresse_geocodee(lieu.adresse, lieu.code_postal, lieu.commune)
    WHERE statut = 'actif' AND manquants = '{}'`,
  `CREATE TRIGGER geocodage_notifie AFTER INSERT OR UPDATE OR DELETE ON geocodage
    FOR EACH STATEMENT EXECUTE FUNCTION notifier_lieu_publie()`,
];
