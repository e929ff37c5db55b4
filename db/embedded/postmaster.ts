import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStart } from './lock.mjs';

/** A PostgreSQL server that runs on a data folder. */
export interface Postmaster {
  pid: number;
  port: number;
  /** As PostgreSQL writes it in postmaster.pid: starting, ready, stopping, standby. */
  state: string;
}

/** No process ever has this id, on any system: PostgreSQL takes the file for that of a dead server, and still checks its shared memory. */
const NOBODY = 2147483646;

/** The server that runs on `data`, ours by its process id, its command line and its folder; undefined when there is none. */
export function findPostmaster(data: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const [pid, folder, , port] = lines;
  const id = Number(pid);
  if (!Number.isInteger(id) || id <= 1 || !folder || !sameFolder(folder, data) || !isPostmasterOf(id, data))
    return undefined;
  return { pid: id, port: Number(port), state: (lines[7] ?? 'starting').trim() };
}

/**
 * Makes PostgreSQL accept a postmaster.pid left by a server that died: when its id now belongs to another program, PostgreSQL would
 * believe that the server still runs. Only to be called when `findPostmaster` found nothing.
 */
export function disarmStalePidFile(data: string): void {
  const path = join(data, 'postmaster.pid');
  if (!existsSync(path)) return;
  const [pid, ...rest] = readFileSync(path, 'utf8').split('\n');
  if (rest.length < 4 || !/^\d+$/.test(pid ?? ''))
    rmSync(path); // cut short: says nothing, and stops PostgreSQL
  else writeFileSync(path, [String(NOBODY), ...rest].join('\n'));
}

/** Waits for the end of a process; false when it still lives after `timeoutMs`. */
export async function waitForEnd(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (processStart(pid) !== null) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/** Stops a server: cleanly (open connections are cut, data written), then less and less so. */
export async function stopPostmaster(pid: number): Promise<void> {
  const steps: readonly [NodeJS.Signals, number][] = [
    ['SIGINT', 60_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 10_000],
  ];
  for (const [signal, patience] of steps) {
    try {
      if (process.platform !== 'win32') process.kill(pid, 'SIGCONT'); // one that was suspended hears nothing else
      process.kill(pid, signal);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
      throw error;
    }
    if (await waitForEnd(pid, patience)) return;
  }
}

function isPostmasterOf(pid: number, data: string): boolean {
  if (processStart(pid) === null) return false;
  const command = commandOf(pid);
  return command !== null && /postgres/.test(command) && command.includes(data);
}

function commandOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    if (process.platform !== 'win32')
      return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    const script = `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`;
    return execFileSync('powershell', ['-NoProfile', '-Command', script], { encoding: 'utf8' });
  } catch {
    return null;
  }
}

function sameFolder(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}
