import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import { numeroOf } from '#app/domain/signalement.ts';
import { insertSignalement } from '#db/signalements.ts';
import type { DB } from '#db/types.ts';

/** Reports a lieu as closed, for a moderator to decide: `Appel du 01/06/2026 : on a répondu que le lieu a fermé.` */
export async function signalerFermeture(
  trx: Transaction<DB>,
  {
    lieuId,
    origine,
    jour,
    constat,
    now,
  }: { lieuId: string; origine: string; jour: string; constat: string; now: Date },
): Promise<void> {
  const message = `${origine} du ${jour.split('-').reverse().join('/')} : ${constat}.`;
  await insertSignalement(trx, {
    lieuId,
    numero: numeroOf(randomBytes(10)),
    motif: 'ferme',
    message,
    courriel: null,
    now,
  });
}
