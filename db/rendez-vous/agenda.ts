import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql, type Transaction } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { isSansPublic } from '#app/domain/aide.ts';
import type { DB } from '../types.ts';

/** Who asks for which lieu, and when: only an accepted member of its structure gets anywhere. */
export interface AgendaScope {
  lieuId: string;
  utilisateurId: string;
  now: Date;
}

/** The lieu does not exist, or the person is not an accepted member of its structure. */
export class AgendaNotFoundError extends Error {
  override readonly name = 'AgendaNotFoundError';
}

/**
 * An agenda that a member may change, locked until the end of the transaction: bookings, which hold it shared, wait.
 * Only lockManagedAgenda gives one; every function that changes rules asks for it.
 */
export interface ManagedAgenda {
  readonly trx: Transaction<DB>;
  readonly lieuId: string;
  readonly now: Date;
}

/**
 * Locks the agenda of a lieu for the one who will change it; the first time opens it.
 * @throws AgendaNotFoundError
 */
export async function lockManagedAgenda(trx: Transaction<DB>, scope: AgendaScope): Promise<ManagedAgenda> {
  const { lieuId, utilisateurId, now } = scope;
  const agenda = await trx
    .insertInto('agenda')
    .columns(['lieu_id', 'cree_le', 'modifie_le'])
    .expression((eb) =>
      eb
        .selectFrom('lieu')
        .select((e) => ['lieu.id', e.val(now).as('cree_le'), e.val(now).as('modifie_le')])
        .where('lieu.id', '=', lieuId)
        .where(isManagedBy(utilisateurId)),
    )
    .onConflict((conflict) => conflict.column('lieu_id').doUpdateSet({ modifie_le: now }))
    .returning('lieu_id')
    .executeTakeFirst();
  if (!agenda) throw new AgendaNotFoundError(lieuId);
  return { trx, lieuId: agenda.lieu_id, now };
}

/**
 * Changes the agenda of a lieu in a transaction of its own, under its lock.
 * @throws AgendaNotFoundError
 */
export async function changeAgenda<T>(
  db: Kysely<DB>,
  scope: AgendaScope,
  change: (agenda: ManagedAgenda) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (trx) => change(await lockManagedAgenda(trx, scope)));
}

/** The whole agenda of a lieu for one of its accepted members: undefined where it was never opened, or is not theirs. */
export async function findManagedAgenda(
  db: Kysely<DB>,
  { lieuId, utilisateurId }: Omit<AgendaScope, 'now'>,
): Promise<Agenda | undefined> {
  return selectAgenda(db).where('agenda.lieu_id', '=', lieuId).where(isManagedBy(utilisateurId)).executeTakeFirst();
}

/**
 * The agenda of a public lieu as citizens may use it: undefined where the lieu takes no appointments here. One that receives nobody
 * gives appointments elsewhere than in it only.
 */
export async function findPublicAgenda(db: Kysely<DB>, lieuId: string): Promise<Agenda | undefined> {
  const agenda = await selectAgenda(db)
    .where('agenda.lieu_id', '=', lieuId)
    .where('agenda.actif', '=', true)
    .where((eb) => eb.exists(eb.selectFrom('lieu_publie as p').select('p.id').whereRef('p.id', '=', 'lieu.id')))
    .executeTakeFirst();
  if (!agenda || !isSansPublic(agenda.modalites_acces)) return agenda;
  const prestations = agenda.prestations.flatMap((prestation) => {
    const modalites = prestation.modalites.filter((modalite) => modalite !== 'sur_place');
    return modalites.length === 0 ? [] : [{ ...prestation, modalites }];
  });
  return { ...agenda, prestations };
}

/** Holds the agenda as it is until the end of the transaction: rules that change wait, other bookings do not. */
export async function lockAgendaForBooking(trx: Transaction<DB>, lieuId: string): Promise<void> {
  await trx.selectFrom('agenda').select('lieu_id').where('lieu_id', '=', lieuId).forShare().execute();
}

/** Opens or closes the appointments of a lieu, and says what holds on public holidays. */
export async function updateAgenda(
  { trx, lieuId }: ManagedAgenda,
  values: { actif?: boolean; feries?: 'ferme' | 'ouvert' },
): Promise<void> {
  await trx.updateTable('agenda').set(values).where('lieu_id', '=', lieuId).execute();
}

export type Agenda = NonNullable<Awaited<ReturnType<ReturnType<typeof selectAgenda>['executeTakeFirst']>>>;

/** Everything in one statement. Dates come as AAAA-MM-JJ, wall times as AAAA-MM-JJTHH:MM:SS, archived things not at all. */
function selectAgenda(db: Kysely<DB>) {
  return db
    .selectFrom('agenda')
    .innerJoin('lieu', 'lieu.id', 'agenda.lieu_id')
    .select((eb) => [
      'agenda.lieu_id',
      'agenda.actif',
      'agenda.feries',
      'agenda.max_par_contact',
      'lieu.fuseau',
      'lieu.code_insee',
      'lieu.code_postal',
      'lieu.latitude',
      'lieu.longitude',
      'lieu.vendredi_saint',
      'lieu.modalites_acces',
      jsonArrayFrom(
        eb
          .selectFrom('ressource as r')
          .select(['r.id', 'r.nom', 'r.genre'])
          .whereRef('r.lieu_id', '=', 'agenda.lieu_id')
          .where('r.archive_le', 'is', null)
          .orderBy('r.id'),
      ).as('ressources'),
      jsonArrayFrom(
        eb
          .selectFrom('prestation as p')
          .select([
            'p.id',
            'p.nom',
            'p.description',
            'p.service',
            'p.duree',
            'p.tampon',
            'p.pas',
            'p.delai_min',
            'p.delai_max',
            'p.capacite',
            'p.modalites',
            'p.consignes',
            'p.en_ligne',
          ])
          .whereRef('p.lieu_id', '=', 'agenda.lieu_id')
          .where('p.archive_le', 'is', null)
          .orderBy('p.ordre')
          .orderBy('p.id'),
      ).as('prestations'),
      jsonArrayFrom(
        eb
          .selectFrom('plage as g')
          .innerJoin('ressource as r', (join) =>
            join.onRef('r.lieu_id', '=', 'g.lieu_id').onRef('r.id', '=', 'g.ressource_id'),
          )
          .select((p) => [
            'g.id',
            'g.ressource_id',
            'g.valide_du',
            'g.valide_au',
            'g.jours',
            'g.debut',
            'g.fin',
            'g.toutes_les',
            'g.ancre',
            sql<number[]>`ARRAY(
              SELECT l.prestation_id FROM plage_prestation l
              JOIN prestation_ressource pr USING (lieu_id, prestation_id)
              WHERE l.lieu_id = g.lieu_id AND l.plage_id = g.id AND pr.ressource_id = g.ressource_id
              ORDER BY l.prestation_id)`.as('prestation_ids'),
            jsonArrayFrom(
              p
                .selectFrom('plage_exception as x')
                .select(['x.id', 'x.retire', 'x.ajoute', 'x.debut', 'x.fin'])
                .whereRef('x.lieu_id', '=', 'g.lieu_id')
                .whereRef('x.plage_id', '=', 'g.id')
                .orderBy('x.id'),
            ).as('exceptions'),
          ])
          .whereRef('g.lieu_id', '=', 'agenda.lieu_id')
          .where('r.archive_le', 'is', null)
          .orderBy('g.id'),
      ).as('plages'),
      jsonArrayFrom(
        eb
          .selectFrom('fermeture as f')
          .select([
            'f.id',
            'f.ressource_id',
            'f.motif',
            localTime('f.debut').$notNull().as('debut'),
            localTime('f.fin').as('fin'),
          ])
          .whereRef('f.lieu_id', '=', 'agenda.lieu_id')
          .orderBy('f.debut')
          .orderBy('f.id'),
      ).as('fermetures'),
    ]);
}

/** A wall time as text: as a Date it would be read in the zone of the process. */
function localTime(column: 'f.debut' | 'f.fin') {
  return sql<string | null>`to_char(${sql.ref(column)}, 'YYYY-MM-DD"T"HH24:MI:SS')`;
}

/** The one condition on whose agenda it is: an accepted member of the structure of the lieu. */
export function isManagedBy(utilisateurId: string) {
  return (eb: ExpressionBuilder<DB, 'lieu'>): Expression<SqlBool> =>
    eb.exists(
      eb
        .selectFrom('membre as m')
        .select('m.structure_id')
        .whereRef('m.structure_id', '=', 'lieu.structure_id')
        .where('m.utilisateur_id', '=', utilisateurId)
        .where('m.accepte_le', 'is not', null),
    );
}
