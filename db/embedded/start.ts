import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveTo, spawnAs } from './account.ts';
import type { Binaries } from './binaries.ts';
import { postgresEnv, SETTINGS } from './cluster.ts';
import { explainFailure } from './errors.ts';
import type { Place } from './place.ts';
import { disarmStalePidFile, findPostmaster, type Postmaster } from './postmaster.ts';
import { serverSettings } from './settings.ts';

/** Replaying the log of a big import after a power cut takes a while. */
const RECOVERY_MS = 300_000;
const LOG_BYTES = 20 * 1024 * 1024;

/** Starts the server on a free port, the one it had last time if it can. The caller holds the lock and knows that none runs. */
export async function startServer(
  place: Place,
  binaries: Binaries,
  { fsync }: { fsync: boolean },
): Promise<Postmaster> {
  const { data, account } = place;
  const what = 'La base de données intégrée n’a pas pu démarrer.';
  try {
    disarmStalePidFile(data);
    writeFileSync(join(data, SETTINGS), serverSettings({ fsync }));
    giveTo(account, join(data, SETTINGS));
    boundLogs(data);
  } catch (cause) {
    throw explainFailure(what, cause);
  }
  let output = '';
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const port = await findPort(attempt === 0 ? lastPort(data) : 0).catch((cause) => {
      throw explainFailure(what, cause);
    });
    const outcome = await launch(place, binaries, port);
    if (typeof outcome !== 'string') return outcome;
    output = outcome;
    // someone took the port between our look and PostgreSQL's
    if (!/could not (bind|create any TCP)|Address already in use/i.test(output)) break;
  }
  throw explainFailure(what, undefined, output);
}

/** The server once it accepts connections, or what it printed before it gave up. */
async function launch(place: Place, binaries: Binaries, port: number): Promise<Postmaster | string> {
  const { data, account } = place;
  const path = join(data, 'demarrage.log');
  const printed = openSync(path, 'w', 0o600);
  const options = { ...spawnAs(account), env: postgresEnv(), windowsHide: true };
  let over: string | undefined;
  if (process.platform === 'win32') {
    // only pg_ctl gives up an administrator's rights, as PostgreSQL wants
    const run = spawnSync(binaries.pgCtl, ['start', '-D', data, '-W', '-l', path, '-o', `-p ${port}`], options);
    if (run.status !== 0) over = String(run.error?.message ?? run.stderr);
  } else {
    // a session of its own: Ctrl-C in a terminal reaches us, and we stop it in order
    const stdio: ['ignore', number, number] = ['ignore', printed, printed];
    const child = spawn(binaries.postgres, ['-D', data, '-p', String(port)], { ...options, detached: true, stdio });
    child.once('error', (error) => {
      over = error.message;
    });
    child.once('exit', (code, signal) => {
      over ??= `postgres: ${signal ?? code}`;
    });
    child.unref();
  }
  closeSync(printed);
  const deadline = Date.now() + RECOVERY_MS;
  while (over === undefined && Date.now() < deadline) {
    const server = findPostmaster(data);
    if (server?.state === 'ready' && server.port === port) return server;
    await sleep(20);
  }
  return `${readFileSync(path, 'utf8')}\n${lastLog(data)}\n${over ?? 'délai dépassé'}`;
}

/** `wanted` when nothing listens there, else any free port; 0 asks for any. */
async function findPort(wanted: number): Promise<number> {
  for (const port of wanted === 0 ? [0] : [wanted, 0]) {
    const found = await new Promise<number | undefined>((resolve, reject) => {
      const probe = createServer();
      probe.once('error', (error) => (port === 0 ? reject(error) : resolve(undefined)));
      probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
      });
    });
    if (found !== undefined) return found;
  }
  throw new Error('EADDRINUSE');
}

/** PostgreSQL keeps its last command line: the same port again lets those who hold the address connect again. */
function lastPort(data: string): number {
  try {
    return Number(/"-p" "(\d+)"/.exec(readFileSync(join(data, 'postmaster.opts'), 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** A week of logs overwrites itself; a server that fell in a loop may still have filled one day's. */
function boundLogs(data: string): void {
  for (const path of logFiles(data)) if (statSync(path).size > LOG_BYTES) truncateSync(path);
}

function lastLog(data: string): string {
  const newest = logFiles(data).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
  return newest ? readFileSync(newest, 'utf8').split('\n').slice(-8).join('\n') : '';
}

function logFiles(data: string): string[] {
  try {
    return readdirSync(join(data, 'log')).map((name) => join(data, 'log', name));
  } catch {
    return [];
  }
}
