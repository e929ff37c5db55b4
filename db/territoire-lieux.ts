import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import { type LieuxFilters, MANQUES, type ManqueName, monthsBefore } from '#app/domain/manques.ts';
import type { Roles } from '#app/domain/permissions.ts';
import { normalizeText } from '#app/domain/territoire.ts';
import { inTerritoire } from './territoires.ts';
import type { DB } from './types.ts';

/** The lieux of a territory that are neither closed, hidden nor merged, as far as someone's roles reach. */
export function lieuxDuTerritoire(db: Kysely<DB>, roles: Roles) {
  return db
    .selectFrom('lieu')
    .where('lieu.statut', '=', 'actif')
    .where((eb) => inTerritoire(eb, roles));
}

/** Whether a lieu lacks this. `today` is AAAA-MM-JJ. */
export function lacks(eb: ExpressionBuilder<DB, 'lieu'>, manque: ManqueName, today: string): Expression<SqlBool> {
  switch (manque) {
    case 'non_public':
      return sql<boolean>`lieu.manquants <> '{}'`;
    case 'horaires':
      return sql<boolean>`(lieu.horaires_etat = 'vide' AND lieu.permanences = '[]')`;
    case 'horaires_a_preciser':
      return eb('lieu.horaires_etat', '=', 'illisible');
    case 'contact':
      return sql<boolean>`(lieu.telephone IS NULL AND lieu.courriels = '{}' AND lieu.site_web = '{}' AND lieu.prise_rdv IS NULL)`;
    case 'telephone':
      return eb('lieu.telephone', 'is', null);
    case 'courriel':
      return sql<boolean>`lieu.courriels = '{}'`;
    case 'services':
      return sql<boolean>`lieu.services = '{}'`;
    case 'position':
      return eb.and([eb('lieu.position', 'is', null), eb.not(eb.exists(geocoded(eb)))]);
    case 'acces':
      return sql<boolean>`lieu.modalites_acces = '{}'`;
    case 'ancien':
      return notSince(eb, 12, today);
  }
}

/** The names of all that a lieu lacks, as an array. */
export function manquesColumn(eb: ExpressionBuilder<DB, 'lieu'>, today: string) {
  const names = MANQUES.map(({ name }) => sql`CASE WHEN ${lacks(eb, name, today)} THEN ${sql.lit(name)} END`);
  return sql<string[]>`array_remove(ARRAY[${sql.join(names)}]::text[], NULL)`;
}

/** The sum of the weights of all that a lieu lacks. */
export function poidsColumn(eb: ExpressionBuilder<DB, 'lieu'>, today: string) {
  const weights = MANQUES.map(
    ({ name, poids }) => sql`CASE WHEN ${lacks(eb, name, today)} THEN ${sql.lit(poids)} ELSE 0 END`,
  );
  return sql<number>`(${sql.join(weights, sql` + `)})`;
}

/** How many lieux the territory has, and how many of them lack what the desk counts. */
export async function countLieuxDuTerritoire(
  db: Kysely<DB>,
  { roles, today }: { roles: Roles; today: string },
): Promise<{ total: number; sansResponsable: number } & Record<ManqueName, number>> {
  const counts = await lieuxDuTerritoire(db, roles)
    .select((eb) => [
      eb.fn.countAll<number>().as('total'),
      sql<number>`count(*) FILTER (WHERE lieu.structure_id IS NULL)`.as('sansResponsable'),
      ...MANQUES.map(({ name }) => sql<number>`count(*) FILTER (WHERE ${lacks(eb, name, today)})`.as(name)),
    ])
    .executeTakeFirstOrThrow();
  return counts;
}

export const LIEUX_PAGE = 25;

/** A place in the list: the order of the list at one lieu. */
export interface Repere {
  recherche: string;
  id: string;
}

/** A page of the lieux of a territory, by name: those after a place, or before it. `plus`: there are others further on in that direction. */
export async function listLieuxDuTerritoire(
  db: Kysely<DB>,
  {
    roles,
    filters,
    today,
    apres = null,
    avant = null,
  }: { roles: Roles; filters: LieuxFilters; today: string; apres?: Repere | null; avant?: Repere | null },
) {
  const back = avant !== null;
  const from = avant ?? apres;
  let query = filtered(lieuxDuTerritoire(db, roles), filters, today)
    .leftJoin('structure', 'structure.id', 'lieu.structure_id')
    .select((eb) => [
      'lieu.id',
      'lieu.recherche',
      'lieu.nom',
      'lieu.commune',
      'lieu.code_postal',
      'lieu.telephone',
      'lieu.courriels',
      'lieu.date_maj',
      'lieu.manquants',
      'lieu.structure_id',
      'structure.nom as structure',
      manquesColumn(eb, today).as('manques'),
    ])
    .orderBy('lieu.recherche', back ? 'desc' : 'asc')
    .orderBy('lieu.id', back ? 'desc' : 'asc')
    .limit(LIEUX_PAGE + 1);
  if (from) {
    const place = sql`(${from.recherche}, ${from.id})`;
    query = query.where(
      back ? sql<boolean>`(lieu.recherche, lieu.id) < ${place}` : sql<boolean>`(lieu.recherche, lieu.id) > ${place}`,
    );
  }
  const rows = await query.execute();
  const lieux = rows.slice(0, LIEUX_PAGE);
  return { lieux: back ? lieux.reverse() : lieux, plus: rows.length > LIEUX_PAGE };
}

/** How many lieux of the territory these filters keep. */
export async function countLieuxFiltres(
  db: Kysely<DB>,
  { roles, filters, today }: { roles: Roles; filters: LieuxFilters; today: string },
): Promise<number> {
  const { n } = await filtered(lieuxDuTerritoire(db, roles), filters, today)
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
}

type LieuxQuery = ReturnType<typeof lieuxDuTerritoire>;

function filtered(query: LieuxQuery, { q, manque, mois, responsable }: LieuxFilters, today: string): LieuxQuery {
  let kept = query;
  for (const word of normalizeText(q ?? '').split(' ')) {
    if (word !== '') kept = kept.where('lieu.recherche', 'like', `%${word.replace(/[\\%_]/g, '\\$&')}%`);
  }
  if (manque !== null) kept = kept.where((eb) => lacks(eb, manque, today));
  if (mois !== null) kept = kept.where((eb) => notSince(eb, mois, today));
  if (responsable !== null) kept = kept.where('lieu.structure_id', responsable === 'sans' ? 'is' : 'is not', null);
  return kept;
}

/** Not updated for so many months, or nobody knows when. A confirmation is an update. */
function notSince(eb: ExpressionBuilder<DB, 'lieu'>, months: number, today: string): Expression<SqlBool> {
  return eb.or([eb('lieu.date_maj', 'is', null), eb('lieu.date_maj', '<', monthsBefore(today, months))]);
}

/** The certain answer of a geocoder for the lieu's address of today. */
function geocoded(eb: ExpressionBuilder<DB, 'lieu'>) {
  return eb
    .selectFrom('geocodage as g')
    .select('g.lieu_id')
    .whereRef('g.lieu_id', '=', 'lieu.id')
    .where('g.precision', '=', 'exacte')
    .where('g.adresse', '=', sql<string>`adresse_geocodee(lieu.adresse, lieu.code_postal, lieu.commune)`);
}
