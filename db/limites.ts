import type { Kysely } from 'kysely';
import type { DB } from './types.ts';

/** Forgets the counts of attempts whose time has passed (`expire` is in milliseconds since 1970). Gives how many. */
export async function deleteExpiredLimites(db: Kysely<DB>, now: Date): Promise<number> {
  const result = await db.deleteFrom('limite').where('expire', '<', now.getTime()).executeTakeFirst();
  return Number(result.numDeletedRows);
}
