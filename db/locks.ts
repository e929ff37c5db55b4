import { type Kysely, sql } from 'kysely';
import type { DB } from './types.ts';

/**
 * Does something alone among all processes, waiting for whoever is at it. Holds a connection meanwhile: what must not happen once the
 * lock is lost is written through `locked`, which is that connection.
 */
export async function withLock<T>(
  db: Kysely<DB>,
  name: string,
  action: (locked: Kysely<DB>) => Promise<T>,
): Promise<T> {
  return db.connection().execute(async (locked) => {
    await sql`SELECT pg_advisory_lock(${keyOf(name)})`.execute(locked);
    return whileLocked(locked, name, action);
  });
}

/** The same, but gives null at once where somebody is at it. */
export async function withLockIfFree<T>(
  db: Kysely<DB>,
  name: string,
  action: (locked: Kysely<DB>) => Promise<T>,
): Promise<T | null> {
  return db.connection().execute((held) => withLockOn(held, name, action));
}

/** The same on a connection that is held already: several locks at once cost one connection. It may not be asked for the same name twice. */
export async function withLockOn<T>(
  held: Kysely<DB>,
  name: string,
  action: (locked: Kysely<DB>) => Promise<T>,
): Promise<T | null> {
  const { rows } = await sql<{ libre: boolean }>`SELECT pg_try_advisory_lock(${keyOf(name)}) AS libre`.execute(held);
  return rows[0]?.libre ? whileLocked(held, name, action) : null;
}

async function whileLocked<T>(
  locked: Kysely<DB>,
  name: string,
  action: (locked: Kysely<DB>) => Promise<T>,
): Promise<T> {
  try {
    return await action(locked);
  } finally {
    // A connection that is lost has given its lock back by itself.
    await sql`SELECT pg_advisory_unlock(${keyOf(name)})`.execute(locked).catch(() => undefined);
  }
}

function keyOf(name: string) {
  return sql`hashtextextended(${name}, 0)`;
}
