import { sql, type Transaction } from 'kysely';
import { countInLimite } from '../limites.ts';
import type { DB } from '../types.ts';
import { BookingLimitError, BookingRateError } from './errors.ts';

/** What one contact, known by the keyed hash of its mail address, may hold and book. */

/**
 * Whether a contact may hold one more booking to come in a lieu.
 * @throws {BookingLimitError} where it holds `max` already
 */
export async function checkLimit(
  trx: Transaction<DB>,
  { lieuId, courrielEmpreinte, now, max }: { lieuId: string; courrielEmpreinte: Buffer; now: Date; max: number },
): Promise<void> {
  const { n } = await trx
    .selectFrom('reservation as r')
    .innerJoin('seance as s', (join) => join.onRef('s.lieu_id', '=', 'r.lieu_id').onRef('s.id', '=', 'r.seance_id'))
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('r.lieu_id', '=', lieuId)
    .where('r.courriel_empreinte', '=', courrielEmpreinte)
    .where('r.statut', '<>', 'annulee')
    .where('s.debut', '>', now)
    .executeTakeFirstOrThrow();
  if (n >= max) throw new BookingLimitError(max);
}

/** How often one contact may book, whatever the lieux: a helper books for several people, nobody for a hundred. */
const RATE = { max: 6, seconds: 3600 };

/**
 * Counts one booking more of a contact.
 * @throws {BookingRateError} where it is one too many in the last hour
 */
export async function checkRate(
  trx: Transaction<DB>,
  { courrielEmpreinte, now }: { courrielEmpreinte: Buffer; now: Date },
): Promise<void> {
  const key = `rendezVousContact:${courrielEmpreinte.toString('base64url')}`;
  const wait = await countInLimite(trx, { key, ...RATE, now });
  if (wait !== null) throw new BookingRateError(RATE.max, wait);
}

/** Until the end of the transaction nobody else books for this contact. */
export async function lockContact(trx: Transaction<DB>, empreinte: Buffer): Promise<void> {
  // Each of those before takes a moment only: better to wait than to be told to come again.
  await sql`SET LOCAL lock_timeout = '9s'`.execute(trx);
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`contact ${empreinte.toString('hex')}`}, 0))`.execute(trx);
}
