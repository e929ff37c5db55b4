import { type Kysely, sql } from 'kysely';
import { LISTES } from '#app/domain/labels-verifies.ts';
import { CHIFFRES, type Chiffres, type ChiffresDuTerritoire, FRANCE } from '#app/domain/statistiques.ts';
import { type CommuneIndex, communeOfArrondissement, DEPARTEMENTS, REGIONS } from '#app/domain/territoire.ts';
import type { DB } from './types.ts';

/** The figures of one day. `jour` is AAAA-MM-JJ. */
export interface Statistiques {
  jour: string;
  faite_le: Date;
  territoires: ChiffresDuTerritoire[];
}

type Comptes = Omit<Chiffres, 'communes' | 'communes_avec_lieu' | 'population' | 'population_avec_lieu'>;
type Couverture = Omit<Chiffres, keyof Comptes>;

const NOTHING: Comptes = {
  ...{ lieux: 0, avec_structure: 0, maj_moins_3_mois: 0, maj_3_a_6_mois: 0, maj_6_a_12_mois: 0, maj_plus_12_mois: 0 },
  ...{ avec_contact: 0, avec_telephone: 0, avec_courriel: 0, avec_horaires: 0, avec_services: 0, avec_position: 0 },
  ...{ avec_modalites_acces: 0, avec_accompagnement: 0, avec_frais: 0, avec_rendez_vous: 0 },
  ...{ labels_declares: 0, labels_verifies: 0, doublons_possibles: 0 },
};

/**
 * Counts public lieux in France and in each région and département, also those that have none, in one pass over `lieu_publie`: France
 * first, then régions and départements in the order of their codes.
 * @param jour AAAA-MM-JJ, from which ages are counted
 * @param demo whether lieux of the demonstration set count
 */
export async function computeStatistiques(
  db: Kysely<DB>,
  { jour, demo, communes }: { jour: string; demo: boolean; communes: CommuneIndex },
): Promise<ChiffresDuTerritoire[]> {
  const codes = sql`${LISTES.map(({ code }) => code)}::text[]`;
  const labels = sql`${LISTES.map(({ label }) => label)}::text[]`;
  const since = (months: number) => sql`fraiche >= ${jour}::date - make_interval(months => ${sql.lit(months)})`;
  const { rows } = await sql<Comptes & { territoire: string }>`
    SELECT
      CASE WHEN grouping(departement) = 0 THEN 'departement:' || departement
        WHEN grouping(region) = 0 THEN 'region:' || region ELSE ${sql.lit(FRANCE)} END AS territoire,
      count(*) AS lieux,
      count(structure_id) AS avec_structure,
      count(*) FILTER (WHERE ${since(3)}) AS maj_moins_3_mois,
      count(*) FILTER (WHERE ${since(6)} AND NOT ${since(3)}) AS maj_3_a_6_mois,
      count(*) FILTER (WHERE ${since(12)} AND NOT ${since(6)}) AS maj_6_a_12_mois,
      count(*) FILTER (WHERE NOT ${since(12)}) AS maj_plus_12_mois,
      count(*) FILTER (WHERE telephone IS NOT NULL OR courriels <> '{}' OR site_web <> '{}' OR prise_rdv IS NOT NULL)
        AS avec_contact,
      count(telephone) AS avec_telephone,
      count(*) FILTER (WHERE courriels <> '{}') AS avec_courriel,
      count(*) FILTER (WHERE horaires_etat = 'lu' OR permanences <> '[]') AS avec_horaires,
      count(*) FILTER (WHERE services <> '{}') AS avec_services,
      count(coalesce(latitude, latitude_approchee)) AS avec_position,
      count(*) FILTER (WHERE modalites_acces <> '{}') AS avec_modalites_acces,
      count(*) FILTER (WHERE modalites_accompagnement <> '{}') AS avec_accompagnement,
      count(*) FILTER (WHERE frais_a_charge <> '{}') AS avec_frais,
      count(*) FILTER (WHERE prise_rdv IS NOT NULL OR rendez_vous) AS avec_rendez_vous,
      count(*) FILTER (WHERE dispositif_programmes_nationaux && ${labels}) AS labels_declares,
      count(*) FILTER (WHERE est_verifie) AS labels_verifies,
      count(*) FILTER (WHERE en_double) AS doublons_possibles
    FROM (
      SELECT lieu_publie.*, greatest(date_maj, (confirme_le AT TIME ZONE 'Europe/Paris')::date) AS fraiche,
        EXISTS (SELECT FROM prochain_creneau WHERE lieu_id = lieu_publie.id) AS rendez_vous,
        EXISTS (SELECT FROM label_verifie AS v JOIN unnest(${codes}, ${labels}) AS prouve (liste, label)
          ON prouve.liste = v.liste AND prouve.label = ANY (dispositif_programmes_nationaux)
          WHERE v.lieu_id = lieu_publie.id) AS est_verifie,
        id IN (SELECT unnest(ARRAY[lieu_id, autre_id]) FROM doublon WHERE etat = 'ouvert') AS en_double
      FROM lieu_publie ${demo ? sql`` : sql`WHERE NOT demo`}
    ) AS lieux
    GROUP BY GROUPING SETS ((), (region), (departement))`.execute(db);
  const counted = new Map(rows.map(({ territoire, ...comptes }) => [territoire, comptes]));
  const covered = await coverage(db, { demo, communes });
  return TERRITOIRES.map((territoire) => ({
    territoire,
    chiffres: { ...(counted.get(territoire) ?? NOTHING), ...(covered.get(territoire) ?? NOBODY) },
  }));
}

const TERRITOIRES = [
  FRANCE,
  ...REGIONS.map(({ code }) => `region:${code}`),
  ...DEPARTEMENTS.map(({ code }) => `departement:${code}`),
];
const NOBODY: Couverture = { communes: 0, communes_avec_lieu: 0, population: 0, population_avec_lieu: 0 };

/** Communes and their population, and of which there is a lieu: an arrondissement counts for its commune. */
async function coverage(
  db: Kysely<DB>,
  { demo, communes }: { demo: boolean; communes: CommuneIndex },
): Promise<Map<string, Couverture>> {
  const query = db
    .selectFrom('lieu_publie')
    .select('code_insee')
    .distinct()
    .where('code_insee', 'is not', null)
    .$if(!demo, (all) => all.where('demo', '=', false));
  const codes = new Set((await query.execute()).map(({ code_insee }) => code_insee ?? ''));
  const here = new Set([...codes].map((code) => communes.findByInsee(code)?.code_insee));
  for (const code of codes) here.add(communeOfArrondissement(code) ?? code);
  const covered = new Map<string, Couverture>();
  for (const { code_insee, departement, region, population } of communes.all()) {
    const has = here.has(code_insee);
    for (const territoire of [FRANCE, `region:${region}`, `departement:${departement}`]) {
      const sum = covered.get(territoire) ?? NOBODY;
      covered.set(territoire, {
        communes: sum.communes + 1,
        communes_avec_lieu: sum.communes_avec_lieu + (has ? 1 : 0),
        population: sum.population + population,
        population_avec_lieu: sum.population_avec_lieu + (has ? population : 0),
      });
    }
  }
  return covered;
}

/** Keeps the figures of a day, in place of those of the same day. */
export async function saveStatistiques(
  db: Kysely<DB>,
  { jour, faite_le, territoires, demo }: Statistiques & { demo: boolean },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('statistique').where('jour', '=', jour).execute();
    const rows = territoires.map(({ territoire, chiffres }) => ({
      ...{ jour, territoire, demo, faite_le },
      chiffres: JSON.stringify(chiffres),
    }));
    await trx.insertInto('statistique').values(rows).execute();
  });
}

/** Days that have figures, newest first; without those that count the demonstration set where `demo` is false. */
export async function listJoursDeStatistiques(db: Kysely<DB>, { demo }: { demo: boolean }): Promise<string[]> {
  const query = seen(db, demo).select('jour').where('territoire', '=', FRANCE).orderBy('jour', 'desc');
  return (await query.execute()).map(({ jour }) => jour);
}

function seen(db: Kysely<DB>, demo: boolean) {
  return db.selectFrom('statistique').$if(!demo, (query) => query.where('demo', '=', false));
}

/** The figures of a day, or of the newest; undefined where there are none. */
export async function findStatistiques(
  db: Kysely<DB>,
  { jour = null, demo }: { jour?: string | null; demo: boolean },
): Promise<Statistiques | undefined> {
  const wanted = jour ?? (await listJoursDeStatistiques(db, { demo }))[0];
  if (wanted === undefined) return undefined;
  const query = seen(db, demo).select(['territoire', 'chiffres', 'faite_le']).where('jour', '=', wanted);
  const rows = await query.execute();
  const [first] = rows;
  if (first === undefined) return undefined;
  const kept = new Map(rows.map(({ territoire, chiffres }) => [territoire, chiffresOf(chiffres)]));
  const territoires = TERRITOIRES.flatMap((territoire) => {
    const chiffres = kept.get(territoire);
    return chiffres ? [{ territoire, chiffres }] : [];
  });
  return { jour: wanted, faite_le: first.faite_le, territoires };
}

/** One territory from day to day, oldest first. */
export async function listEvolution(
  db: Kysely<DB>,
  { territoire, demo }: { territoire: string; demo: boolean },
): Promise<{ jour: string; chiffres: Chiffres }[]> {
  const query = seen(db, demo).select(['jour', 'chiffres']).where('territoire', '=', territoire);
  const rows = await query.orderBy('jour').execute();
  return rows.map(({ jour, chiffres }) => ({ jour, chiffres: chiffresOf(chiffres) }));
}

/** Forgets the figures of these days. */
export async function deleteStatistiques(db: Kysely<DB>, jours: readonly string[]): Promise<void> {
  if (jours.length > 0) await db.deleteFrom('statistique').where('jour', 'in', jours).execute();
}

/** What an earlier version did not count is 0. */
function chiffresOf(stored: unknown): Chiffres {
  const read: Record<string, unknown> = typeof stored === 'object' && stored !== null ? { ...stored } : {};
  const chiffres: Chiffres = { ...NOTHING, ...NOBODY };
  for (const name of CHIFFRES) if (typeof read[name] === 'number') chiffres[name] = read[name];
  return chiffres;
}
