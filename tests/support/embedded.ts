import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Client } from 'pg';
import { findPostmaster, stopPostmaster } from '#db/embedded/postmaster.ts';
import { type OpenDatabase, openDatabase } from '#db/embedded.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const quiet = { info: () => {}, warn: () => {} };

/** A data folder for one test, that an unprivileged PostgreSQL can get to. */
export function newDataDir(mode = 0o711): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'lieu-a-jour-lanceur-'));
  chmodSync(dataDir, mode);
  return dataDir;
}

/** The folder of PostgreSQL itself, in a data folder within its reach. */
export function pgData(dataDir: string): string {
  return join(dataDir, 'postgres/data');
}

/** The process id of the server that runs on a data folder. */
export function serverPid(dataDir: string): number | undefined {
  return findPostmaster(pgData(dataDir))?.pid;
}

/** Removes a data folder. True when a server was still running on it: it is stopped. */
export async function removeDataDir(dataDir: string): Promise<boolean> {
  const pid = serverPid(dataDir);
  if (pid !== undefined) await stopPostmaster(pid);
  rmSync(dataDir, { recursive: true, force: true });
  return pid !== undefined;
}

export function open(dataDir: string): Promise<OpenDatabase> {
  return openDatabase({ dataDir, log: quiet, fsync: false });
}

/** Runs statements on one connection and gives the rows of the last. */
export async function query(url: string, ...statements: string[]): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

export interface DatabaseUser {
  pid: number;
  /** The address, once it has the database. Rejects with what it printed when it ends before. */
  ready: Promise<string>;
  /** Closes its input: it lets the database go and ends. Or sends it a signal. */
  leave(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** Bundles a program of tests/support so that Node can run it; the path of the bundle. */
export async function bundle(name: string): Promise<string> {
  const outfile = join(ROOT, `node_modules/.cache/lieu-a-jour/${name}.${process.pid}.mjs`);
  const entryPoints = [join(ROOT, `tests/support/${name}.ts`)];
  await build({
    entryPoints,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
  });
  return outfile;
}

/** Starts another process that uses the database of `dataDir`. */
export function startUser(program: string, dataDir: string): DatabaseUser {
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ready = new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    child.stdout.setEncoding('utf8').once('data', (line: string) => resolve(JSON.parse(line).url));
    child.once('exit', () => reject(new Error(printed)));
  });
  ready.catch(() => {});
  return { pid: child.pid ?? 0, ready, leave: (signal) => leave(child, signal) };
}

async function leave(child: ChildProcess, signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  if (signal) child.kill(signal);
  else child.stdin?.end();
  if (child.exitCode === null && child.signalCode === null) await exited;
  return child.exitCode ?? child.signalCode;
}
