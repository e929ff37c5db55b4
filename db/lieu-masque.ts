import { type Kysely, sql } from 'kysely';
import { isModeratorOf, type Roles } from '#app/domain/permissions.ts';
import { lockFiche } from './fiches.ts';
import { insertJournal } from './journal.ts';
import type { DB } from './types.ts';

/**
 * Brings a hidden lieu back before the public, at the hand of a moderator of its territory, and says so in its journal. False,
 * and nothing written, where it is not hidden (any more) or is not theirs.
 */
export async function remettreEnLigne(
  db: Kysely<DB>,
  { lieuId, roles, now }: { lieuId: string; roles: Roles; now: Date },
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const fiche = await lockFiche(trx, lieuId);
    if (fiche?.statut !== 'masque' || !isModeratorOf(roles, fiche)) return false;
    await trx
      .updateTable('lieu')
      .set({ statut: 'actif', version: sql`version + 1`, modifie_le: now })
      .where('id', '=', lieuId)
      .execute();
    const line = { lieuId, now, acteurId: roles.utilisateurId, revisionId: null };
    await insertJournal(trx, { ...line, action: 'remis_en_ligne', detail: {} });
    return true;
  });
}
