import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import type { Roles } from '#app/domain/permissions.ts';
import type { Territoire } from '#app/domain/territoire.ts';
import type { DB } from './types.ts';

export interface QueueFilters {
  departement: string | null;
  /** `eleve`: 60 and more; `moyen`: 30 to 59; `faible`: under 30. */
  risque: 'eleve' | 'moyen' | 'faible' | null;
  /** Revisions that have waited for at least so many days. */
  jours: number | null;
  page: number;
}

export const QUEUE_PAGE = 25;

/** Open revisions in the territory of a moderator or animateur, the riskiest first, then the oldest. */
export async function listQueue(db: Kysely<DB>, { roles, filters, now }: { roles: Roles; filters: QueueFilters; now: Date }) {
  const base = openRevisions(db, roles, filters, now);
  const [rows, count] = await Promise.all([
    base
      .leftJoin('utilisateur', 'utilisateur.id', 'revision.auteur_id')
      .leftJoin('structure', 'structure.id', 'lieu.structure_id')
      .select((eb) => [
        'revision.id',
        'revision.lieu_id',
        'revision.origine',
        'revision.section',
        'revision.risque',
        'revision.cree_le',
        'revision.message',
        'lieu.nom',
        'lieu.commune',
        'lieu.departement',
        'utilisateur.courriel as auteur',
        'structure.nom as structure',
        eb
          .selectFrom('revision_champ as c')
          .whereRef('c.lieu_id', '=', 'revision.lieu_id')
          .whereRef('c.revision_id', '=', 'revision.id')
          .where('c.decision', 'is', null)
          .select(sql<string[]>`array_agg(c.champ ORDER BY c.champ)`.as('champs'))
          .as('champs'),
        eb
          .selectFrom('revision_champ as c')
          .whereRef('c.lieu_id', '=', 'revision.lieu_id')
          .whereRef('c.revision_id', '=', 'revision.id')
          .where('c.decision', 'is', null)
          .select(sql<boolean>`bool_or(c.en_ligne_le IS NULL)`.as('attend'))
          .as('attend'),
      ])
      .orderBy('revision.risque', 'desc')
      .orderBy('revision.cree_le')
      .orderBy('revision.id')
      .limit(QUEUE_PAGE)
      .offset((filters.page - 1) * QUEUE_PAGE)
      .execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { revisions: rows, total: count.n };
}

/** How many open revisions each département of the territory has, for the filter. */
export async function countQueueByDepartement(db: Kysely<DB>, { roles, now }: { roles: Roles; now: Date }) {
  return openRevisions(db, roles, { departement: null, risque: null, jours: null, page: 1 }, now)
    .where('lieu.departement', 'is not', null)
    .select((eb) => ['lieu.departement', eb.fn.countAll<number>().as('n')])
    .groupBy('lieu.departement')
    .orderBy('lieu.departement')
    .execute();
}

/** One revision in the territory of the asker, open or not; undefined elsewhere. */
export async function findRevision(
  db: Kysely<DB>,
  { roles, lieuId, revisionId }: { roles: Roles; lieuId: string; revisionId: number },
) {
  return db
    .selectFrom('revision')
    .innerJoin('lieu', 'lieu.id', 'revision.lieu_id')
    .leftJoin('utilisateur as auteur', 'auteur.id', 'revision.auteur_id')
    .leftJoin('utilisateur as moderateur', 'moderateur.id', 'revision.traitee_par')
    .leftJoin('structure', 'structure.id', 'lieu.structure_id')
    .select([
      'revision.id',
      'revision.lieu_id',
      'revision.origine',
      'revision.section',
      'revision.etat',
      'revision.risque',
      'revision.cree_le',
      'revision.traitee_le',
      'revision.message',
      'auteur.courriel as auteur',
      'auteur.nom as auteur_nom',
      'moderateur.courriel as moderateur',
      'structure.nom as structure',
    ])
    .where('revision.lieu_id', '=', lieuId)
    .where('revision.id', '=', revisionId)
    .where((eb) => inTerritoire(eb, roles))
    .executeTakeFirst();
}

/** The open revision that follows in the queue, for a moderator who goes through it; undefined at its end. */
export async function findNextInQueue(db: Kysely<DB>, { roles, now }: { roles: Roles; now: Date }) {
  return openRevisions(db, roles, { departement: null, risque: null, jours: null, page: 1 }, now)
    .select(['revision.lieu_id', 'revision.id'])
    .orderBy('revision.risque', 'desc')
    .orderBy('revision.cree_le')
    .orderBy('revision.id')
    .limit(1)
    .executeTakeFirst();
}

export interface OwnRevisionField {
  lieu_id: string;
  nom: string | null;
  champ: string;
  apres: unknown;
  decision: string | null;
  motif: string | null;
  en_ligne: boolean;
  cree_le: Date;
  traitee_le: Date | null;
}

/** What waits and what was refused (in the 60 days before `now`) in the lieux of a member, newest first; at most 200. */
export async function listOwnRevisionFields(
  db: Kysely<DB>,
  { utilisateurId, lieuId, now }: { utilisateurId: string; lieuId?: string; now: Date },
): Promise<OwnRevisionField[]> {
  const since = new Date(now.getTime() - 60 * 24 * 3600 * 1000);
  let query = db
    .selectFrom('revision_champ as c')
    .innerJoin('revision as r', (join) => join.onRef('r.lieu_id', '=', 'c.lieu_id').onRef('r.id', '=', 'c.revision_id'))
    .innerJoin('lieu', 'lieu.id', 'c.lieu_id')
    .innerJoin('membre', (join) =>
      join.onRef('membre.structure_id', '=', 'lieu.structure_id').on('membre.utilisateur_id', '=', utilisateurId),
    )
    .where((eb) =>
      eb.or([
        eb.and([eb('c.decision', 'is', null), eb('c.en_ligne_le', 'is', null), eb('r.etat', '=', 'ouverte')]),
        eb.and([eb('c.decision', '=', 'refusee'), eb('r.cree_le', '>', since)]),
      ]),
    );
  if (lieuId !== undefined) query = query.where('c.lieu_id', '=', lieuId);
  return query
    .select((eb) => [
      'c.lieu_id',
      'lieu.nom',
      'c.champ',
      'c.apres',
      'c.decision',
      'c.motif',
      eb('c.en_ligne_le', 'is not', null).$castTo<boolean>().as('en_ligne'),
      'r.cree_le',
      'r.traitee_le',
    ])
    .orderBy('r.cree_le', 'desc')
    .limit(200)
    .execute();
}

/** Open citizens' reports in the territory, oldest first; at most 100. */
export async function listSignalements(db: Kysely<DB>, { roles }: { roles: Roles }) {
  return db
    .selectFrom('signalement')
    .innerJoin('lieu', 'lieu.id', 'signalement.lieu_id')
    .where('signalement.etat', '=', 'ouvert')
    .where((eb) => inTerritoire(eb, roles))
    .select([
      'signalement.id',
      'signalement.lieu_id',
      'signalement.numero',
      'signalement.motif',
      'signalement.message',
      'signalement.cree_le',
      'lieu.nom',
      'lieu.commune',
      'lieu.departement',
    ])
    .orderBy('signalement.cree_le')
    .limit(100)
    .execute();
}

function openRevisions(db: Kysely<DB>, roles: Roles, { departement, risque, jours }: QueueFilters, now: Date) {
  let query = db
    .selectFrom('revision')
    .innerJoin('lieu', 'lieu.id', 'revision.lieu_id')
    .where('revision.etat', '=', 'ouverte')
    .where((eb) => inTerritoire(eb, roles));
  if (departement !== null) query = query.where('lieu.departement', '=', departement);
  if (risque === 'eleve') query = query.where('revision.risque', '>=', 60);
  if (risque === 'moyen') query = query.where('revision.risque', '>=', 30).where('revision.risque', '<', 60);
  if (risque === 'faible') query = query.where('revision.risque', '<', 30);
  if (jours !== null) query = query.where('revision.cree_le', '<=', new Date(now.getTime() - jours * 24 * 3600 * 1000));
  return query;
}

/** The lieux that someone's roles let them review: a moderator's départements, an animateur's territories. */
function inTerritoire(eb: ExpressionBuilder<DB, 'lieu'>, { moderation, animation }: Roles): Expression<SqlBool> {
  if (moderation !== null && moderation.departements === null) return eb.lit(true);
  const parts: Expression<SqlBool>[] = (animation?.territoires ?? []).map((territoire) => territoireCondition(eb, territoire));
  const departements = moderation?.departements ?? [];
  if (departements.length > 0) parts.push(eb('lieu.departement', 'in', [...departements]));
  return parts.length === 0 ? eb.lit(false) : eb.or(parts);
}

function territoireCondition(eb: ExpressionBuilder<DB, 'lieu'>, { type, code }: Territoire): Expression<SqlBool> {
  const column = { region: 'lieu.region', departement: 'lieu.departement', epci: 'lieu.epci', commune: 'lieu.code_insee' } as const;
  return eb(column[type], '=', code);
}
