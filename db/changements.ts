import { type Kysely, sql } from 'kysely';
import type { DB } from './types.ts';

/** How long a change is told, in days. */
export const CHANGEMENTS_DAYS = 90;
const DAY_MS = 86_400_000;

/** A place among the changes: the number of a transaction (text, it may pass 2^53), then a lieu; with '' before all of that transaction. */
export interface ChangementPosition {
  transaction: string;
  lieuId: string;
}

export interface Changements {
  /** In their order, those of one lieu as often as it changed. */
  changements: ChangementPosition[];
  /** Whether there are others after them. */
  more: boolean;
  /** Everything before it was told, once `changements` has come to its end. */
  horizon: ChangementPosition;
}

/**
 * The changes of public lieux after a place, at most `limit`. None of a transaction that is still open or younger than one: those come
 * later, in their turn, so that nobody who goes on from `horizon` misses any.
 */
export async function listChangements(
  db: Kysely<DB>,
  { after, limit }: { after: ChangementPosition; limit: number },
): Promise<Changements> {
  const { rows } = await sql<{ transaction: string | null; lieu_id: string | null; horizon: string }>`
    SELECT c.transaction::text AS transaction, c.lieu_id, pg_snapshot_xmin(pg_current_snapshot())::text AS horizon
    FROM (SELECT 1) AS une LEFT JOIN (SELECT transaction, lieu_id FROM lieu_changement WHERE ${isTold(after)}
      ORDER BY transaction, lieu_id LIMIT ${limit + 1}) AS c ON true
    ORDER BY c.transaction, c.lieu_id`.execute(db);
  const [first] = rows;
  if (!first) throw new Error('one row is always there');
  const found = rows.flatMap(({ transaction, lieu_id }) =>
    transaction === null || lieu_id === null ? [] : [{ transaction, lieuId: lieu_id }],
  );
  const horizon = { transaction: first.horizon, lieuId: '' };
  return { changements: found.slice(0, limit), more: found.length > limit, horizon };
}

/** How many changes there are after a place: all of them are read, so that it is asked once for a list of many pages. */
export async function countChangements(db: Kysely<DB>, after: ChangementPosition): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM lieu_changement WHERE ${isTold(after)}`.execute(db);
  return rows[0]?.count ?? 0;
}

function isTold(after: ChangementPosition) {
  return sql<boolean>`transaction < pg_snapshot_xmin(pg_current_snapshot())
    AND (transaction, lieu_id) > (${after.transaction}::xid8, ${after.lieuId})`;
}

/**
 * The place from which to read so that no change made visible since an instant is missed: transactions count from their beginning, and
 * one may have lasted an hour. What is told twice does no harm.
 */
export async function findPositionAt(db: Kysely<DB>, instant: Date): Promise<ChangementPosition> {
  const since = new Date(instant.getTime() - LONGEST_TRANSACTION_MS);
  const { rows } = await sql<{ transaction: string }>`
    SELECT coalesce((SELECT transaction FROM lieu_changement WHERE le >= ${since} ORDER BY transaction LIMIT 1),
      pg_snapshot_xmin(pg_current_snapshot()))::text AS transaction`.execute(db);
  return { transaction: rows[0]?.transaction ?? '0', lieuId: '' };
}

const LONGEST_TRANSACTION_MS = 3_600_000;

/** Whether a place is ahead of all that a database has lived: it was given by one that a copy has since replaced. */
export async function isAhead(db: Kysely<DB>, { transaction }: ChangementPosition): Promise<boolean> {
  const { rows } = await sql<{ ahead: boolean }>`
    SELECT ${transaction}::xid8 > pg_snapshot_xmax(pg_current_snapshot()) AS ahead`.execute(db);
  return rows[0]?.ahead ?? false;
}

/**
 * Notes anew the changes whose transactions are yet to come: a copy restored on another server counts its own, and would tell them
 * long after. Gives how many lieux.
 */
export async function renumberChangements(db: Kysely<DB>): Promise<number> {
  const result = await sql`
    WITH venus AS (DELETE FROM lieu_changement WHERE transaction >= pg_snapshot_xmax(pg_current_snapshot()) RETURNING lieu_id, le)
    INSERT INTO lieu_changement (lieu_id, transaction, le)
    SELECT lieu_id, pg_current_xact_id(), max(le) FROM venus GROUP BY lieu_id ON CONFLICT DO NOTHING`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/** Where lieux that are not public went: closed on a day, or merged into another; those of which nothing may be said are not in it. */
export async function listDeparts(
  db: Kysely<DB>,
  ids: readonly string[],
): Promise<Map<string, { ferme_le: string | null; fusionne_dans: string | null }>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('lieu')
    .select(['id', 'ferme_le', 'fusionne_dans'])
    .where('id', '=', sql<string>`any(${[...ids]}::text[])`)
    .where('statut', 'in', ['ferme', 'fusionne'])
    .execute();
  return new Map(rows.map(({ id, ...depart }) => [id, depart]));
}

/** Forgets what is no longer told, a day after: nobody may be on the way through it. Gives how many. */
export async function deleteOldChangements(db: Kysely<DB>, now: Date): Promise<number> {
  const before = new Date(now.getTime() - (CHANGEMENTS_DAYS + 1) * DAY_MS);
  const result = await db.deleteFrom('lieu_changement').where('le', '<', before).executeTakeFirst();
  return Number(result.numDeletedRows);
}
