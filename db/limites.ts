import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from './types.ts';

/** Forgets the counts of attempts whose time has passed (`expire` is in milliseconds since 1970). Gives how many. */
export async function deleteExpiredLimites(db: Kysely<DB>, now: Date): Promise<number> {
  const result = await db.deleteFrom('limite').where('expire', '<', now.getTime()).executeTakeFirst();
  return Number(result.numDeletedRows);
}

/**
 * Counts one more of something that may happen `max` times in so many seconds, in the transaction of the thing itself: what
 * is rolled back was never counted, and of several at once with one key each waits for the one before.
 * @returns seconds until it may happen again where this is one too many, else null
 */
export async function countInLimite(
  trx: Transaction<DB>,
  { key, max, seconds, now }: { key: string; max: number; seconds: number; now: Date },
): Promise<number | null> {
  const until = now.getTime() + seconds * 1000;
  const over = sql<boolean>`limite.expire <= ${now.getTime()}`;
  const { points, expire } = await trx
    .insertInto('limite')
    .values({ key, points: 1, expire: until })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        points: sql`CASE WHEN ${over} THEN 1 ELSE limite.points + 1 END`,
        expire: sql`CASE WHEN ${over} THEN ${until}::bigint ELSE limite.expire END`,
      }),
    )
    .returning(['points', 'expire'])
    .executeTakeFirstOrThrow();
  return points <= max ? null : Math.ceil(((expire ?? until) - now.getTime()) / 1000);
}
