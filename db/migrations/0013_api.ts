import { type Kysely, sql } from 'kysely';

/**
 * What the API needs: which public lieux changed and in what order, and the keys of those who ask much. A change is kept under the
 * number of its transaction: whoever reads below the oldest transaction still open misses none that commits late.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const seen = (row: string) => `(${row}.statut = 'actif' AND ${row}.manquants = '{}')`;

/** What the API gives of a lieu, and whether it gives it. */
const given = (row: string) =>
  `ROW(${[
    'statut manquants pivot nom commune code_postal code_insee adresse complement_adresse latitude longitude typologie telephone',
    'courriels site_web horaires presentation_resume presentation_detail source itinerance structure_parente date_maj services',
    'publics_specifiquement_adresses prise_en_charge_specifique frais_a_charge dispositif_programmes_nationaux',
    'formations_labels autres_formations_labels modalites_acces modalites_accompagnement fiche_acces_libre prise_rdv permanences',
  ]
    .flatMap((names) => names.split(' '))
    .map((name) => `${row}.${name}`)
    .join(', ')})`;

const noted = (ids: string) => `BEGIN
    INSERT INTO lieu_changement (lieu_id, transaction, le) SELECT id, pg_current_xact_id(), now() FROM (${ids}) AS c
    ON CONFLICT DO NOTHING; RETURN NULL; END`;

const STATEMENTS = [
  // Without a foreign key: what was public and is no more must be told, also where it was deleted.
  `CREATE TABLE lieu_changement (
    lieu_id text NOT NULL,
    transaction xid8 NOT NULL,
    le timestamptz NOT NULL,
    PRIMARY KEY (lieu_id, transaction)
  )`,
  'CREATE INDEX lieu_changement_transaction ON lieu_changement (transaction, lieu_id)',
  'CREATE INDEX lieu_changement_le ON lieu_changement (le)',
  `CREATE FUNCTION noter_lieux_crees() RETURNS trigger LANGUAGE plpgsql AS $$
    ${noted(`SELECT n.id FROM nouveaux n WHERE ${seen('n')}`)} $$`,
  `CREATE FUNCTION noter_lieux_modifies() RETURNS trigger LANGUAGE plpgsql AS $$
    ${noted(`SELECT coalesce(n.id, a.id) AS id FROM nouveaux n FULL JOIN anciens a ON a.id = n.id
      WHERE (coalesce(${seen('n')}, false) OR coalesce(${seen('a')}, false)) AND ${given('n')} IS DISTINCT FROM ${given('a')}`)} $$`,
  `CREATE FUNCTION noter_lieux_supprimes() RETURNS trigger LANGUAGE plpgsql AS $$
    ${noted(`SELECT a.id FROM anciens a WHERE ${seen('a')}`)} $$`,
  `CREATE TRIGGER lieu_cree AFTER INSERT ON lieu REFERENCING NEW TABLE AS nouveaux
    FOR EACH STATEMENT EXECUTE FUNCTION noter_lieux_crees()`,
  `CREATE TRIGGER lieu_modifie AFTER UPDATE ON lieu REFERENCING OLD TABLE AS anciens NEW TABLE AS nouveaux
    FOR EACH STATEMENT EXECUTE FUNCTION noter_lieux_modifies()`,
  `CREATE TRIGGER lieu_supprime AFTER DELETE ON lieu REFERENCING OLD TABLE AS anciens
    FOR EACH STATEMENT EXECUTE FUNCTION noter_lieux_supprimes()`,
  // A position that was found is given, an approximate one is not.
  ...['INSERT', 'UPDATE', 'DELETE'].flatMap((event) => {
    const name = `geocodage_${event.toLowerCase()}`;
    const tables = [...(event === 'INSERT' ? [] : ['anciens']), ...(event === 'DELETE' ? [] : ['nouveaux'])];
    const rows = tables.map((table) => `SELECT lieu_id FROM ${table} WHERE precision = 'exacte'`).join(' UNION ');
    const transition = tables.map((table) => `${table === 'anciens' ? 'OLD' : 'NEW'} TABLE AS ${table}`).join(' ');
    return [
      `CREATE FUNCTION noter_${name}() RETURNS trigger LANGUAGE plpgsql AS $$
        ${noted(`SELECT lieu.id FROM (${rows}) AS g JOIN lieu ON lieu.id = g.lieu_id AND lieu.latitude IS NULL WHERE ${seen('lieu')}`)} $$`,
      `CREATE TRIGGER ${name} AFTER ${event} ON geocodage REFERENCING ${transition}
        FOR EACH STATEMENT EXECUTE FUNCTION noter_${name}()`,
    ];
  }),
  // Who asks from before this day is told everything there was on it.
  'INSERT INTO lieu_changement (lieu_id, transaction, le) SELECT id, pg_current_xact_id(), now() FROM lieu_publie',
  `CREATE TABLE cle_api (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    empreinte bytea NOT NULL UNIQUE,
    nom text NOT NULL CHECK (nom <> ''),
    courriel text NOT NULL CHECK (courriel = lower(courriel)),
    cree_le timestamptz NOT NULL,
    cree_par text REFERENCES utilisateur ON DELETE SET NULL,
    revoquee_le timestamptz,
    revoquee_par text REFERENCES utilisateur ON DELETE SET NULL
  )`,
  "COMMENT ON COLUMN cle_api.empreinte IS 'SHA-256 of the key: the key itself is shown once and kept nowhere'",
];
