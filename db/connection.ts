import { Socket } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolClient, types } from 'pg';
import type { Log } from './embedded/log.ts';
import type { DB } from './types.ts';

export interface PoolOptions {
  /** Shown in pg_stat_activity: who holds a connection. */
  applicationName: string;
  /** At most this many connections at once. */
  max: number;
  /** A statement is cancelled after so many milliseconds; 0 for none (imports, exports, migrations). */
  statementTimeoutMs?: number;
  /** A server that says nothing for so many milliseconds while it is asked is given up with its connection; 0 for never. */
  silenceTimeoutMs?: number;
  /** A statement waits for a lock at most so many milliseconds; 0 for as long as it takes. */
  lockTimeoutMs?: number;
  /** Whoever asks for a connection waits at most so many milliseconds for one. */
  waitMs?: number;
  /** A transaction left idle is cut after so many milliseconds. */
  idleInTransactionTimeoutMs?: number;
  /** Told of connections that the server cut while they were idle; the pool opens others. */
  log?: Log;
}

/** A pool whose rows have dates as 'AAAA-MM-JJ' strings, int8 and numeric as numbers, timestamptz as Date. The caller ends it. */
export function createPool(url: string, options: PoolOptions): Pool {
  const { applicationName, max, statementTimeoutMs = 0, lockTimeoutMs = 0, waitMs = 10_000 } = options;
  const { idleInTransactionTimeoutMs = 60_000, silenceTimeoutMs = 0, log } = options;
  const pool = new Pool({
    connectionString: url,
    application_name: applicationName,
    max,
    connectionTimeoutMillis: waitMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    types: { getTypeParser },
  });
  // without a listener, a server that restarts would end our process
  pool.on('error', (error) => log?.warn(`Connexion à la base perdue (${error.message}) : une autre sera ouverte.`));
  // nor may a connection that is cut while someone holds it: its query fails, and says so
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    if (silenceTimeoutMs > 0) giveUpSilence(client, silenceTimeoutMs);
  });
  return pool;
}

/**
 * A server that is frozen, or behind a network that lost the connection, applies none of its own timeouts: ours ends the connection,
 * which fails the query as « Connection terminated ».
 */
function giveUpSilence(client: PoolClient, silenceMs: number): void {
  const { stream } = client.connection;
  if (!(stream instanceof Socket)) return;
  stream.setTimeout(silenceMs);
  stream.on('timeout', () => {
    const asked = 'readyForQuery' in client && client.readyForQuery === false;
    if (asked) stream.destroy();
  });
}

/**
 * The pool of those who wait for a page. Whatever takes long, or waits long for another's work, is cut with an error that
 * `isDatabaseUnavailable` knows: a long import never holds all of it.
 */
export function createPagesPool(
  url: string,
  { applicationName, log }: Pick<PoolOptions, 'applicationName' | 'log'>,
): Pool {
  const limits = {
    statementTimeoutMs: 10_000,
    silenceTimeoutMs: 12_000,
    lockTimeoutMs: 4_000,
    waitMs: 8_000,
    idleInTransactionTimeoutMs: 30_000,
  };
  return createPool(url, { applicationName, max: 20, ...limits, ...(log === undefined ? {} : { log }) });
}

/** The pool of jobs and of other long work, which nobody waits for. */
export function createTasksPool(
  url: string,
  { applicationName, log }: Pick<PoolOptions, 'applicationName' | 'log'>,
): Pool {
  return createPool(url, { applicationName, max: 8, ...(log === undefined ? {} : { log }) });
}

/** Whether an error says that the database is busy or out of reach for now: the same may go well in a minute. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return UNAVAILABLE.has(code);
  // pg and pg-pool give these no code
  return /^(?:timeout exceeded when trying to connect|Connection terminated)/.test(error.message);
}

/** Statement and lock timeouts, a deadlock, no connection left, a server that starts, stops or cannot be reached. */
const UNAVAILABLE = new Set(
  '57014 55P03 40P01 53300 57P01 57P02 57P03 08000 08003 08006 ECONNREFUSED ECONNRESET EPIPE'.split(' '),
);

/** The typed query builder over a pool. `db.destroy()` ends the pool. */
export function createDb(pool: Pool): Kysely<DB> {
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
}

const { builtins } = types;

/** Ours for the pools made here, whoever uses them; pg's own stay as they are. Only the text format is used by pg's queries. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  if (format !== 'binary') {
    if (oid === builtins.DATE) return String;
    if (oid === builtins.INT8 || oid === builtins.NUMERIC) return toNumber;
    if (oid === INT8_ARRAY || oid === NUMERIC_ARRAY) return (text: string) => parseTextArray(text).map(Number);
    if (oid === DATE_ARRAY || oid === TEXT_ARRAY) return readTextArray;
  }
  return types.getTypeParser(oid, format);
};

const DATE_ARRAY = 1182;
const INT8_ARRAY = 1016;
const NUMERIC_ARRAY = 1231;
const TEXT_ARRAY: number = 1009;

/**
 * Lists of the standard's words are few and come back with each lieu: what was read once is copied. The caller's array is its own.
 */
function readTextArray(text: string): string[] {
  const known = READ.get(text);
  if (known !== undefined) return known.slice();
  const list = parseTextArray(text);
  if (text.length > LONGEST_KEPT) return list;
  if (READ.size >= MOST_KEPT) READ.clear();
  READ.set(text, list);
  return list.slice();
}

const READ = new Map<string, readonly string[]>();
const MOST_KEPT = 4_000;
/** Characters: 4 MB in all at most. */
const LONGEST_KEPT = 500;

function parseTextArray(text: string): string[] {
  return types.getTypeParser(TEXT_ARRAY, 'text')(text);
}

/** @throws RangeError rather than give a wrong number beyond 2^53 */
function toNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new RangeError(`Number out of range: ${text}`);
  return value;
}
