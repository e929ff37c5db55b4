import { type Kysely, sql, type Transaction } from 'kysely';
import type { Roles } from '#app/domain/permissions.ts';
import { NO_FILTER, type QueueFilters, scoresOf } from '#app/domain/queue.ts';
import { insertJournal } from './journal.ts';
import { inTerritoire } from './territoires.ts';
import type { DB } from './types.ts';

export const QUEUE_PAGE = 25;

/** Open revisions in the territory of a moderator or animateur, the riskiest first, then the oldest. */
export async function listQueue(
  db: Kysely<DB>,
  { roles, filters, page, now }: { roles: Roles; filters: QueueFilters; page: number; now: Date },
) {
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
      .offset((page - 1) * QUEUE_PAGE)
      .execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { revisions: rows, total: count.n };
}

/** How many open revisions wait for someone, and how many citizens' reports are open, in their territory. */
export async function countWaiting(
  db: Kysely<DB>,
  { roles, now }: { roles: Roles; now: Date },
): Promise<{ revisions: number; signalements: number }> {
  const [revisions, signalements] = await Promise.all([
    openRevisions(db, roles, NO_FILTER, now)
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow(),
    openSignalements(db, roles)
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow(),
  ]);
  return { revisions: revisions.n, signalements: signalements.n };
}

/** How many open revisions each département of the territory has, for the filter. */
export async function countQueueByDepartement(db: Kysely<DB>, { roles, now }: { roles: Roles; now: Date }) {
  return openRevisions(db, roles, NO_FILTER, now)
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
      'revision.auteur_id',
      'revision.origine',
      'revision.section',
      'revision.etat',
      'revision.risque',
      'revision.cree_le',
      'revision.traitee_le',
      'revision.message',
      'lieu.nom',
      'lieu.commune',
      'lieu.departement',
      'auteur.courriel as auteur',
      'auteur.nom as auteur_nom',
      'moderateur.courriel as moderateur',
      'structure.nom as structure',
      organisationOfAuteur.as('organisation'),
      attendDecision.as('attend'),
    ])
    .where('revision.lieu_id', '=', lieuId)
    .where('revision.id', '=', revisionId)
    .where((eb) => inTerritoire(eb, roles))
    .executeTakeFirst();
}

/**
 * The open revision that follows `after` in the queue, for someone who goes through it; at its end the first one left,
 * undefined where there is none.
 */
export async function findNextInQueue(
  db: Kysely<DB>,
  {
    roles,
    filters,
    after,
    now,
  }: { roles: Roles; filters: QueueFilters; after: { id: number; risque: number; cree_le: Date }; now: Date },
): Promise<{ lieu_id: string; id: number } | undefined> {
  return openRevisions(db, roles, filters, now)
    .where('revision.id', '<>', after.id)
    .select(['revision.lieu_id', 'revision.id'])
    .orderBy(
      sql`(revision.risque < ${after.risque} OR (revision.risque = ${after.risque} AND (revision.cree_le, revision.id) > (${after.cree_le}, ${after.id})))`,
      'desc',
    )
    .orderBy('revision.risque', 'desc')
    .orderBy('revision.cree_le')
    .orderBy('revision.id')
    .limit(1)
    .executeTakeFirst();
}

export interface OwnRevisionField {
  lieu_id: string;
  revision_id: number;
  nom: string | null;
  champ: string;
  apres: unknown;
  decision: string | null;
  motif: string | null;
  en_ligne: boolean;
  cree_le: Date;
  traitee_le: Date | null;
}

/**
 * What waits in the lieux of a member or was proposed by the person themselves, and what was refused in the 60 days before `now` and has not been changed again
 * since; newest first, at most 200.
 */
export async function listOwnRevisionFields(
  db: Kysely<DB>,
  { utilisateurId, lieuId, now }: { utilisateurId: string; lieuId?: string; now: Date },
): Promise<OwnRevisionField[]> {
  const since = new Date(now.getTime() - 60 * 24 * 3600 * 1000);
  let query = db
    .selectFrom('revision_champ as c')
    .innerJoin('revision as r', (join) => join.onRef('r.lieu_id', '=', 'c.lieu_id').onRef('r.id', '=', 'c.revision_id'))
    .innerJoin('lieu', 'lieu.id', 'c.lieu_id')
    .where((eb) =>
      eb.or([
        eb('r.auteur_id', '=', utilisateurId),
        eb.exists(
          eb
            .selectFrom('membre')
            .select('membre.structure_id')
            .whereRef('membre.structure_id', '=', 'lieu.structure_id')
            .where('membre.utilisateur_id', '=', utilisateurId),
        ),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb.and([eb('c.decision', 'is', null), eb('c.en_ligne_le', 'is', null), eb('r.etat', '=', 'ouverte')]),
        eb.and([
          eb('c.decision', '=', 'refusee'),
          eb.or([eb('r.traitee_le', '>', since), eb('r.traitee_le', 'is', null)]),
          eb.not(
            eb.exists(
              eb
                .selectFrom('revision_champ as later')
                .select('later.champ')
                .whereRef('later.lieu_id', '=', 'c.lieu_id')
                .whereRef('later.champ', '=', 'c.champ')
                .whereRef('later.revision_id', '>', 'c.revision_id'),
            ),
          ),
        ]),
      ]),
    );
  if (lieuId !== undefined) query = query.where('c.lieu_id', '=', lieuId);
  return query
    .select((eb) => [
      'c.lieu_id',
      'c.revision_id',
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

export const SIGNALEMENTS_PAGE = 100;

/** Open citizens' reports in the territory, oldest first; at most SIGNALEMENTS_PAGE. */
export async function listSignalements(db: Kysely<DB>, { roles }: { roles: Roles }) {
  return openSignalements(db, roles)
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
    .limit(SIGNALEMENTS_PAGE)
    .execute();
}

/**
 * Closes a citizen's report of the territory, with an answer for the page that follows it. False where it is not open,
 * or not in the territory: nothing is written then.
 */
export async function closeSignalement(
  trx: Transaction<DB>,
  {
    roles,
    lieuId,
    id,
    etat,
    reponse,
    now,
  }: { roles: Roles; lieuId: string; id: number; etat: 'traite' | 'sans_suite'; reponse: string | null; now: Date },
): Promise<boolean> {
  const closed = await trx
    .updateTable('signalement')
    .set({ etat, reponse, traite_le: now, traite_par: roles.utilisateurId })
    .where('lieu_id', '=', lieuId)
    .where('id', '=', id)
    .where('etat', '=', 'ouvert')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('lieu')
          .select('lieu.id')
          .whereRef('lieu.id', '=', 'signalement.lieu_id')
          .where((eb) => inTerritoire(eb, roles)),
      ),
    )
    .returning(['numero', 'motif'])
    .executeTakeFirst();
  if (!closed) return false;
  await insertJournal(trx, {
    lieuId,
    now,
    acteurId: roles.utilisateurId,
    action: 'signalement_traite',
    revisionId: null,
    detail: { ...closed, etat, reponse },
  });
  return true;
}

/**
 * The organisation that the author of a revision animated a territory for when they proposed it, as the journal of roles says, else
 * the one of today; null where they never did.
 */
const organisationOfAuteur = sql<string | null>`coalesce(
  (SELECT CASE j.action WHEN 'accorde' THEN j.detail->>'organisation' ELSE '' END FROM journal_role j
    WHERE j.utilisateur_id = revision.auteur_id AND j.le <= revision.cree_le ORDER BY j.id DESC LIMIT 1),
  (SELECT a.organisation FROM animateur a WHERE a.utilisateur_id = revision.auteur_id))`;

/** Whether a field of a revision is not public before somebody decides. */
const attendDecision = sql<boolean>`EXISTS (SELECT FROM revision_champ c
  WHERE c.lieu_id = revision.lieu_id AND c.revision_id = revision.id AND c.decision IS NULL AND c.en_ligne_le IS NULL)`;

function openSignalements(db: Kysely<DB>, roles: Roles) {
  return db
    .selectFrom('signalement')
    .innerJoin('lieu', 'lieu.id', 'signalement.lieu_id')
    .where('signalement.etat', '=', 'ouvert')
    .where((eb) => inTerritoire(eb, roles));
}

function openRevisions(db: Kysely<DB>, roles: Roles, { departement, risque, jours }: QueueFilters, now: Date) {
  let query = db
    .selectFrom('revision')
    .innerJoin('lieu', 'lieu.id', 'revision.lieu_id')
    .where('revision.etat', '=', 'ouverte')
    .where((eb) => inTerritoire(eb, roles));
  if (roles.moderation === null) {
    const own = (roles.animation?.organisation ?? '').trim().toLowerCase();
    query = query.where('revision.auteur_id', 'is distinct from', roles.utilisateurId);
    if (own !== '')
      query = query.where(
        sql<boolean>`NOT (coalesce(lower(btrim(${organisationOfAuteur})), '') = ${own} AND ${attendDecision})`,
      );
  }
  if (departement !== null) query = query.where('lieu.departement', '=', departement);
  if (risque !== null) {
    const { from, below } = scoresOf(risque);
    query = query.where('revision.risque', '>=', from);
    if (below !== null) query = query.where('revision.risque', '<', below);
  }
  if (jours !== null) query = query.where('revision.cree_le', '<=', new Date(now.getTime() - jours * 24 * 3600 * 1000));
  return query;
}
