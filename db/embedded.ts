import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareBinaries } from './embedded/binaries.ts';
import { initialise, readSecret, resetSecret } from './embedded/cluster.ts';
import { EmbeddedDatabaseError, explainFailure } from './embedded/errors.ts';
import { connect, countOtherLeases, holdLease } from './embedded/lease.ts';
import { withLock } from './embedded/lock.mjs';
import type { Log } from './embedded/log.ts';
import { choosePlace, prepareBase, rememberedData } from './embedded/place.ts';
import { findPostmaster, stopPostmaster, waitForEnd } from './embedded/postmaster.ts';
import { startServer } from './embedded/start.ts';

export interface OpenDatabaseOptions {
  /** A PostgreSQL server to use as it is; without it the embedded one runs. */
  databaseUrl?: string | undefined;
  /** The embedded database lives in `${dataDir}/postgres`. */
  dataDir: string;
  log: Log;
  /** Off for tests only: a power cut may then lose or break everything. */
  fsync?: boolean;
  /** For commands: SIGINT, SIGTERM and SIGHUP release the database, then end the process. A server stops in its own order. */
  endOnSignals?: boolean;
}

/** A database that this process may use until it releases it. */
export interface OpenDatabase {
  url: string;
  embedded: boolean;
  /** To be called after the pools have ended: the last process to release the embedded server stops it. */
  release(): Promise<void>;
}

/**
 * Gives a PostgreSQL to use: that of `databaseUrl`, else the embedded one, which the first process starts, the next ones join and the
 * last one stops. A server left by a killed process is taken over as it runs.
 * @throws EmbeddedDatabaseError with a French sentence that says what to do, where it cannot run
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  const { databaseUrl, dataDir, log, fsync = true, endOnSignals = false } = options;
  if (databaseUrl) return { url: databaseUrl, embedded: false, release: async () => {} };

  const base = prepareBase(dataDir);
  const lock = join(base, 'verrou');
  const ensure = () => ensureServer({ base, log, fsync });
  const owner = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const { url, data, lease } = await withLock(lock, async () => {
    const { url, data } = await ensure();
    const revive = () => withLock(lock, ensure).then(({ url }) => url);
    return { url, data, lease: await holdLease({ url, owner, revive, log }) };
  }).catch((cause: unknown) => {
    throw explainFailure('La base de données intégrée n’a pas pu démarrer.', cause);
  });

  let released: Promise<void> | undefined;
  const release = () => {
    released ??= lease.end().then(() => withLock(lock, () => stopIfLast(url, data, owner)));
    return released;
  };
  if (endOnSignals) releaseOnSignals(release);
  return { url, embedded: true, release };
}

interface Context {
  base: string;
  log: Log;
  fsync: boolean;
}

async function ensureServer({ base, log, fsync }: Context): Promise<{ url: string; data: string }> {
  const existing = rememberedData(base);
  const adopted = existing && (await adoptServer(existing, log));
  if (adopted) return { url: adopted, data: existing };

  const place = choosePlace(base, log);
  const binaries = prepareBinaries(place.account, place.home);
  if (existing === undefined) await initialise(place, binaries, { fsync, log });
  assertVersion(place.data, binaries.major);
  const password = readSecret(place.data) ?? resetSecret(place, binaries);
  const { port } = await startServer(place, binaries, { fsync });
  const url = urlOf(port, password);
  await createDatabase(url);
  return { url, data: place.data };
}

/** The address of the server that already runs on these data. One that cannot be used is stopped. */
async function adoptServer(data: string, log: Log): Promise<string | undefined> {
  const password = readSecret(data);
  const deadline = Date.now() + 10_000;
  for (;;) {
    const server = findPostmaster(data);
    if (!server) return undefined;
    if (server.state === 'stopping' && (await waitForEnd(server.pid, 60_000))) return undefined;
    const url = urlOf(server.port, password ?? '');
    if (password !== null && (await serves(url, data))) {
      await createDatabase(url);
      return url;
    }
    if (server.state !== 'starting' && Date.now() > deadline) {
      log.warn(
        `La base de données intégrée laissée par un processus précédent (${server.pid}) ne répond pas : elle est relancée.`,
      );
      await stopPostmaster(server.pid);
      return undefined;
    }
    await sleep(100);
  }
}

async function stopIfLast(url: string, data: string, owner: string): Promise<void> {
  const server = findPostmaster(data);
  if (!server) return;
  const others = await countOtherLeases(url, owner).catch(() => 0);
  if (others === 0) await stopPostmaster(server.pid);
}

async function serves(url: string, data: string): Promise<boolean> {
  try {
    const client = await connect(adminUrl(url));
    try {
      const { rows } = await client.query<{ data_directory: string }>('show data_directory');
      return rows[0]?.data_directory === data;
    } finally {
      await client.end();
    }
  } catch {
    return false;
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = await connect(adminUrl(url));
  try {
    const { rowCount } = await client.query("select from pg_database where datname = 'lieu_a_jour'");
    if (rowCount === 0) await client.query('create database lieu_a_jour');
  } catch (cause) {
    throw explainFailure('La base de données intégrée n’a pas pu être créée.', cause);
  } finally {
    await client.end();
  }
}

function assertVersion(data: string, major: string): void {
  const version = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (version === major) return;
  throw new EmbeddedDatabaseError(
    `Les données de ${data} ont été créées par PostgreSQL ${version} et le programme installé est PostgreSQL ${major}. ` +
      'Réinstallez la version précédente de l’application, ou partez d’un autre DATA_DIR.',
  );
}

function urlOf(port: number, password: string): string {
  return `postgres://lieu_a_jour:${password}@127.0.0.1:${port}/lieu_a_jour`;
}

function adminUrl(url: string): string {
  return new URL('/postgres', url).href;
}

function releaseOnSignals(release: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      release()
        .catch(() => {})
        .finally(() => process.exit(128 + constants.signals[signal]));
    });
  }
}
