import type { Kysely, Transaction } from 'kysely';
import type { Roles } from '#app/domain/permissions.ts';
import type { TacheFilters } from '#app/domain/taches.ts';
import { insertJournal } from './journal.ts';
import { inTerritoire, lieuxInTerritoire } from './territoires.ts';
import type { DB } from './types.ts';

export const TACHES_PAGE = 20;

/** Open tasks of the territory, the oldest first, and how many there are in all. */
export async function listTaches(
  db: Kysely<DB>,
  { roles, filters: { departement, genre }, page }: { roles: Roles; filters: TacheFilters; page: number },
) {
  const base = openTaches(db, roles)
    .$if(departement !== null, (query) => query.where('lieu.departement', '=', departement))
    .$if(genre !== null, (query) => query.where('tache.genre', '=', genre ?? ''));
  const [taches, count] = await Promise.all([
    base
      .select(['tache.id', 'tache.genre', 'tache.objet', 'tache.detail', 'tache.ouverte_le', 'tache.lieu_id'])
      .select(['lieu.nom', 'lieu.commune', 'lieu.structure_id', 'lieu.manquants'])
      .select(['lieu.code_insee', 'lieu.code_postal', 'lieu.departement', 'lieu.region', 'lieu.epci'])
      .orderBy('tache.ouverte_le')
      .orderBy('tache.id')
      .limit(TACHES_PAGE)
      .offset((page - 1) * TACHES_PAGE)
      .execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { taches, total: count.n };
}

/** How many open tasks each département of the territory has, by its code. */
export async function countTachesByDepartement(db: Kysely<DB>, { roles }: { roles: Roles }) {
  return openTaches(db, roles)
    .select((eb) => ['lieu.departement', eb.fn.countAll<number>().as('n')])
    .groupBy('lieu.departement')
    .orderBy('lieu.departement')
    .execute();
}

const CLOSED_LISTED = 20;

/** The last tasks of the territory that a person closed, newest first. */
export async function listClosedTaches(db: Kysely<DB>, { roles }: { roles: Roles }) {
  return tachesOf(db, roles)
    .leftJoin('utilisateur', 'utilisateur.id', 'tache.fermee_par')
    .where('tache.issue', '<>', 'sans_objet')
    .select(['tache.id', 'tache.genre', 'tache.issue', 'tache.fermee_le', 'tache.lieu_id', 'lieu.nom'])
    .select(['utilisateur.courriel as acteur', 'utilisateur.nom as acteur_nom'])
    .orderBy('tache.fermee_le', 'desc')
    .limit(CLOSED_LISTED)
    .$narrowType<{ issue: string; fermee_le: Date }>()
    .execute();
}

/** Closes an open task of the territory with what a person says of it. Gives its lieu, null where it is not open, or not theirs. */
export async function closeTache(
  trx: Transaction<DB>,
  { roles, id, genre, issue, now }: { roles: Roles; id: number; genre: string; issue: string; now: Date },
): Promise<string | null> {
  const closed = await trx
    .updateTable('tache')
    .set({ issue, fermee_le: now, fermee_par: roles.utilisateurId })
    .where('id', '=', id)
    .where('genre', '=', genre)
    .where('fermee_le', 'is', null)
    .where('lieu_id', 'in', lieuxInTerritoire(trx, roles))
    .returning(['lieu_id', 'objet'])
    .executeTakeFirst();
  if (!closed) return null;
  await note(trx, {
    roles,
    now,
    lieuId: closed.lieu_id,
    action: 'tache_fermee',
    detail: { genre, issue, objet: closed.objet },
  });
  return closed.lieu_id;
}

/** Opens again a task of the territory that a person closed. False where it is not closed so, or where another one is open. */
export async function reopenTache(
  trx: Transaction<DB>,
  { roles, id, now }: { roles: Roles; id: number; now: Date },
): Promise<boolean> {
  const opened = await trx
    .updateTable('tache')
    .set({ issue: null, fermee_le: null, fermee_par: null })
    .where('id', '=', id)
    .where('issue', '<>', 'sans_objet')
    .where('lieu_id', 'in', lieuxInTerritoire(trx, roles))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('tache as autre')
            .select('autre.id')
            .whereRef('autre.genre', '=', 'tache.genre')
            .whereRef('autre.lieu_id', '=', 'tache.lieu_id')
            .whereRef('autre.objet', '=', 'tache.objet')
            .where('autre.fermee_le', 'is', null),
        ),
      ),
    )
    .returning(['lieu_id', 'objet', 'genre'])
    .executeTakeFirst();
  if (!opened) return false;
  const { lieu_id: lieuId, ...detail } = opened;
  await note(trx, { roles, now, lieuId, action: 'tache_rouverte', detail });
  return true;
}

/** Tasks that closed by themselves 90 days ago go; those that a person closed stay: they are not opened a second time. */
export async function deleteOldTaches(db: Kysely<DB>, now: Date): Promise<void> {
  await db
    .deleteFrom('tache')
    .where('issue', '=', 'sans_objet')
    .where('fermee_le', '<', new Date(now.getTime() - 90 * 86_400_000))
    .execute();
}

async function note(
  trx: Transaction<DB>,
  { roles, ...line }: { roles: Roles; now: Date; lieuId: string; action: string; detail: object },
): Promise<void> {
  await insertJournal(trx, { ...line, acteurId: roles.utilisateurId, revisionId: null });
}

function openTaches(db: Kysely<DB>, roles: Roles) {
  return tachesOf(db, roles).where('tache.fermee_le', 'is', null).where('lieu.statut', '=', 'actif');
}

function tachesOf(db: Kysely<DB>, roles: Roles) {
  return db
    .selectFrom('tache')
    .innerJoin('lieu', 'lieu.id', 'tache.lieu_id')
    .where((eb) => inTerritoire(eb, roles));
}
