import { type Kysely, sql, type Transaction } from 'kysely';
import { isModeratorOf, type Roles } from '#app/domain/permissions.ts';
import { lockFiche } from './fiches.ts';
import { insertJournal } from './journal.ts';
import type { DB } from './types.ts';

/** Why a lieu is not closed: it is not open or not theirs, or people are expected there. */
export type RefusDeFermer = 'autre' | 'rendez_vous';

/**
 * Closes a lieu for good, at the hand of a moderator of its territory, and says so in its journal: its fiche tells it, map, lists and
 * exports no longer have it. Null where that is done; else why not, and nothing is written.
 * @param jour AAAA-MM-JJ, the day from which it is closed
 */
export async function fermerLieu(
  trx: Transaction<DB>,
  { lieuId, roles, jour, now }: { lieuId: string; roles: Roles; jour: string; now: Date },
): Promise<RefusDeFermer | null> {
  const fiche = await lockFiche(trx, lieuId);
  if (fiche?.statut !== 'actif' || !isModeratorOf(roles, fiche)) return 'autre';
  if (await isBooked(trx, { lieuId, now })) return 'rendez_vous';
  await trx
    .updateTable('lieu')
    .set({ statut: 'ferme', ferme_le: jour, version: sql`version + 1`, modifie_le: now })
    .where('id', '=', lieuId)
    .execute();
  const line = { lieuId, now, acteurId: roles.utilisateurId, revisionId: null };
  await insertJournal(trx, { ...line, action: 'ferme', detail: { jour } });
  return null;
}

/**
 * Brings a hidden or closed lieu back before the public, at the hand of a moderator of its territory, and says so in its journal.
 * False, and nothing written, where it is neither (any more) or is not theirs.
 */
export async function remettreEnLigne(
  db: Kysely<DB>,
  { lieuId, roles, now }: { lieuId: string; roles: Roles; now: Date },
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const fiche = await lockFiche(trx, lieuId);
    const away = fiche?.statut === 'masque' || fiche?.statut === 'ferme';
    if (!away || !isModeratorOf(roles, fiche)) return false;
    await trx
      .updateTable('lieu')
      .set({ statut: 'actif', ferme_le: null, version: sql`version + 1`, modifie_le: now })
      .where('id', '=', lieuId)
      .execute();
    const line = { lieuId, now, acteurId: roles.utilisateurId, revisionId: null };
    await insertJournal(trx, { ...line, action: 'remis_en_ligne', detail: {} });
    return true;
  });
}

/** Whether somebody has an appointment there that is not over. */
export async function isBooked(trx: Transaction<DB>, { lieuId, now }: { lieuId: string; now: Date }): Promise<boolean> {
  const booked = await trx
    .selectFrom('reservation')
    .innerJoin('seance', (join) =>
      join.onRef('seance.lieu_id', '=', 'reservation.lieu_id').onRef('seance.id', '=', 'reservation.seance_id'),
    )
    .select('reservation.id')
    .where('reservation.lieu_id', '=', lieuId)
    .where('reservation.statut', '<>', 'annulee')
    .where('seance.fin', '>', now)
    .limit(1)
    .executeTakeFirst();
  return booked !== undefined;
}
