import type { Kysely, Transaction } from 'kysely';
import type { Motif } from '#app/domain/signalement.ts';
import type { DB } from './types.ts';

/** Keeps a citizen's report. The same number twice for a lieu is the same report, kept once. */
export async function insertSignalement(
  db: Kysely<DB>,
  {
    lieuId,
    now,
    ...report
  }: { lieuId: string; numero: string; motif: Motif; message: string | null; courriel: string | null; now: Date },
): Promise<void> {
  await db
    .insertInto('signalement')
    .values({ ...report, lieu_id: lieuId, cree_le: now })
    .onConflict((conflict) => conflict.columns(['lieu_id', 'numero']).doNothing())
    .execute();
}

/** What whoever holds a number may know: how far the report is, and the moderator's answer. */
export async function findSignalementByNumero(
  db: Kysely<DB>,
  numero: string,
): Promise<{ numero: string; etat: string; reponse: string | null } | undefined> {
  return db
    .selectFrom('signalement')
    .select(['numero', 'etat', 'reponse'])
    .where('numero', '=', numero)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

/**
 * The address to answer a report at, with what the answer names; undefined where none was left. It is given once: the
 * report no longer holds it.
 */
export async function takeSignalementContact(
  trx: Transaction<DB>,
  { lieuId, id }: { lieuId: string; id: number },
): Promise<{ courriel: string; numero: string; lieu: string | null } | undefined> {
  const found = await trx
    .selectFrom('signalement')
    .innerJoin('lieu', 'lieu.id', 'signalement.lieu_id')
    .select(['signalement.courriel', 'signalement.numero', 'lieu.nom as lieu'])
    .where('signalement.lieu_id', '=', lieuId)
    .where('signalement.id', '=', id)
    .forUpdate('signalement')
    .executeTakeFirst();
  if (!found || found.courriel === null) return undefined;
  await trx
    .updateTable('signalement')
    .set({ courriel: null })
    .where('lieu_id', '=', lieuId)
    .where('id', '=', id)
    .execute();
  return { ...found, courriel: found.courriel };
}
