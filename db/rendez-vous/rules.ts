import type { Insertable, Updateable } from 'kysely';
import type { DB } from '../types.ts';
import type { ManagedAgenda } from './agenda.ts';
import { NameTakenError } from './errors.ts';

type RessourceValues = Pick<Insertable<DB['ressource']>, 'nom' | 'genre' | 'utilisateur_id'>;
type PrestationValues = Omit<Insertable<DB['prestation']>, 'lieu_id' | 'id' | 'archive_le' | 'cree_le' | 'modifie_le'>;
type PlageValues = Omit<Insertable<DB['plage']>, 'lieu_id' | 'id' | 'ressource_id' | 'cree_le'>;
type FermetureValues = Pick<Insertable<DB['fermeture']>, 'ressource_id' | 'debut' | 'fin' | 'motif'>;

/** Adds someone or something that can be booked. @returns its id @throws NameTakenError */
export async function insertRessource({ trx, lieuId, now }: ManagedAgenda, values: RessourceValues): Promise<number> {
  const made = await trx
    .insertInto('ressource')
    .values({ ...values, lieu_id: lieuId, cree_le: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) throw new NameTakenError('ressource');
  return made.id;
}

/** Changes a ressource. @returns whether the agenda has it */
export async function updateRessource(
  { trx, lieuId }: ManagedAgenda,
  { id, ...values }: { id: number } & Updateable<RessourceValues>,
): Promise<boolean> {
  const result = await trx
    .updateTable('ressource')
    .set(values)
    .where('lieu_id', '=', lieuId)
    .where('id', '=', id)
    .where('archive_le', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Takes a ressource out of use, with its plages. What was booked with it stays booked. @returns whether the agenda had it */
export async function deleteRessource({ trx, lieuId, now }: ManagedAgenda, id: number): Promise<boolean> {
  const result = await trx
    .updateTable('ressource')
    .set({ archive_le: now })
    .where('lieu_id', '=', lieuId)
    .where('id', '=', id)
    .where('archive_le', 'is', null)
    .executeTakeFirst();
  await trx.deleteFrom('plage').where('lieu_id', '=', lieuId).where('ressource_id', '=', id).execute();
  return result.numUpdatedRows > 0n;
}

/** Adds a kind of help, given by these ressources. @returns its id @throws NameTakenError */
export async function insertPrestation(
  { trx, lieuId, now }: ManagedAgenda,
  { ressourceIds, ...values }: PrestationValues & { ressourceIds: readonly number[] },
): Promise<number> {
  const made = await trx
    .insertInto('prestation')
    .values({ ...values, lieu_id: lieuId, cree_le: now, modifie_le: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) throw new NameTakenError('prestation');
  if (ressourceIds.length > 0) {
    await trx
      .insertInto('prestation_ressource')
      .values(ressourceIds.map((ressource_id) => ({ lieu_id: lieuId, prestation_id: made.id, ressource_id })))
      .execute();
  }
  return made.id;
}

/** Changes a kind of help; séances that are booked already keep their time and seats. @returns whether the agenda has it */
export async function updatePrestation(
  { trx, lieuId, now }: ManagedAgenda,
  { id, ...values }: { id: number } & Partial<PrestationValues>,
): Promise<boolean> {
  const result = await trx
    .updateTable('prestation')
    .set({ ...values, modifie_le: now })
    .where('lieu_id', '=', lieuId)
    .where('id', '=', id)
    .where('archive_le', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Takes a kind of help out of use. What was booked stays booked. @returns whether the agenda had it */
export async function deletePrestation({ trx, lieuId, now }: ManagedAgenda, id: number): Promise<boolean> {
  const result = await trx
    .updateTable('prestation')
    .set({ archive_le: now, modifie_le: now })
    .where('lieu_id', '=', lieuId)
    .where('id', '=', id)
    .where('archive_le', 'is', null)
    .executeTakeFirst();
  await trx.deleteFrom('plage_prestation').where('lieu_id', '=', lieuId).where('prestation_id', '=', id).execute();
  return result.numUpdatedRows > 0n;
}

/** Adds hours of a ressource for some kinds of help. @returns its id */
export async function insertPlage(
  { trx, lieuId, now }: ManagedAgenda,
  { prestationIds, ...values }: PlageValues & { ressource_id: number; prestationIds: readonly number[] },
): Promise<number> {
  const { id } = await trx
    .insertInto('plage')
    .values({ ...values, lieu_id: lieuId, cree_le: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (prestationIds.length > 0) {
    await trx
      .insertInto('plage_prestation')
      .values(prestationIds.map((prestation_id) => ({ lieu_id: lieuId, plage_id: id, prestation_id })))
      .execute();
  }
  return id;
}

/** Changes hours; what was booked in them stays booked. @returns whether the agenda has them */
export async function updatePlage(
  { trx, lieuId }: ManagedAgenda,
  { id, ...values }: { id: number } & Partial<PlageValues>,
): Promise<boolean> {
  const result = await trx
    .updateTable('plage')
    .set(values)
    .where('lieu_id', '=', lieuId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Removes hours; what was booked in them stays booked. @returns whether the agenda had them */
export async function deletePlage({ trx, lieuId }: ManagedAgenda, id: number): Promise<boolean> {
  const result = await trx.deleteFrom('plage').where('lieu_id', '=', lieuId).where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/**
 * Takes a date (AAAA-MM-JJ) out of a plage, or moves it where `ajoute` is given; twice the same date: the last word holds.
 * @returns whether the agenda has the plage
 */
export async function upsertPlageException(
  { trx, lieuId, now }: ManagedAgenda,
  values: { plage_id: number; retire: string; ajoute?: string; debut?: number; fin?: number; motif?: string },
): Promise<boolean> {
  const plage = await trx
    .selectFrom('plage')
    .select('id')
    .where('lieu_id', '=', lieuId)
    .where('id', '=', values.plage_id)
    .executeTakeFirst();
  if (!plage) return false;
  const { plage_id, retire, ajoute = null, debut = null, fin = null, motif = null } = values;
  await trx
    .insertInto('plage_exception')
    .values({ lieu_id: lieuId, plage_id, retire, ajoute, debut, fin, motif, cree_le: now })
    .onConflict((conflict) =>
      conflict.columns(['lieu_id', 'plage_id', 'retire']).doUpdateSet({ ajoute, debut, fin, motif }),
    )
    .execute();
  return true;
}

/** Puts a date back as the plage has it. @returns whether it had been taken out or moved */
export async function deletePlageException(
  { trx, lieuId }: ManagedAgenda,
  { plage_id, retire }: { plage_id: number; retire: string },
): Promise<boolean> {
  const result = await trx
    .deleteFrom('plage_exception')
    .where('lieu_id', '=', lieuId)
    .where('plage_id', '=', plage_id)
    .where('retire', '=', retire)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Closes the lieu, or a ressource, from one wall time to another (AAAA-MM-JJTHH:MM, end not included). @returns its id */
export async function insertFermeture({ trx, lieuId, now }: ManagedAgenda, values: FermetureValues): Promise<number> {
  const { id } = await trx
    .insertInto('fermeture')
    .values({ ...values, lieu_id: lieuId, cree_le: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Changes a closure. @returns whether the agenda has it */
export async function updateFermeture(
  { trx, lieuId }: ManagedAgenda,
  { id, ...values }: { id: number } & Partial<FermetureValues>,
): Promise<boolean> {
  const result = await trx
    .updateTable('fermeture')
    .set(values)
    .where('lieu_id', '=', lieuId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Removes a closure. @returns whether the agenda had it */
export async function deleteFermeture({ trx, lieuId }: ManagedAgenda, id: number): Promise<boolean> {
  const result = await trx
    .deleteFrom('fermeture')
    .where('lieu_id', '=', lieuId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
