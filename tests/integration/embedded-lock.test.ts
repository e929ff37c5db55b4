import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { processStart, withLock } from '#db/embedded/lock.mjs';
import { bundle } from '#tests/support/embedded.ts';
import { COMPLETE } from '#tests/support/hasard.ts';

const folder = mkdtempSync(join(tmpdir(), 'lieu-a-jour-verrou-'));
const lock = join(folder, 'verrou');
const journal = join(folder, 'journal');
let program: string;
beforeAll(async () => {
  program = await bundle('lock-user');
});
beforeEach(() => writeFileSync(journal, ''));
afterAll(() => {
  rmSync(program);
  rmSync(folder, { recursive: true });
});

test('eight processes that want the same lock have it one at a time', async () => {
  const users = Array.from({ length: 8 }, () => start(10, 1));
  expect(await Promise.all(users.map(endOf))).toEqual(Array(8).fill(0));
  expect(overlaps()).toEqual([]);
  expect(entries()).toHaveLength(80);
  expect(readdirSync(folder)).toEqual(['journal']);
});

test('processes killed while they hold it never block the others, nor let two in', async () => {
  const victims = Array.from({ length: COMPLETE ? 60 : 8 }, () => start(1_000, 5));
  const users = [start(40, 2), start(40, 2), start(40, 2)];
  for (const victim of victims) {
    await sleep(60);
    victim.kill('SIGKILL');
  }
  expect(await Promise.all(users.map(endOf))).toEqual([0, 0, 0]);
  expect(overlaps()).toEqual([]);
}, 120_000);

test('a lock left by a process whose id another one has now is taken', async () => {
  const holder = { pid: process.pid, started: 'another time', host: (await import('node:os')).hostname(), nonce: 'x' };
  writeFileSync(lock, JSON.stringify(holder));
  expect(await withLock(lock, () => 'in', { timeoutMs: 5_000 })).toBe('in');
  expect(existsSync(lock)).toBe(false);
});

test('a lock held by a process that lives is waited for, and the wait ends', async () => {
  await withLock(lock, async () => {
    await expect(withLock(lock, () => 'in', { timeoutMs: 200 })).rejects.toThrow(/held by another process/);
  });
});

test('what fails inside gives the lock back', async () => {
  await expect(withLock(lock, () => Promise.reject(new Error('non')))).rejects.toThrow('non');
  expect(await withLock(lock, () => 'in', { timeoutMs: 100 })).toBe('in');
});

test('a process that ended has no start, one that lives always the same', async () => {
  const child = start(0, 0);
  const { pid = 0 } = child;
  await endOf(child);
  expect(processStart(pid)).toBeNull();
  expect(processStart(process.pid)).toBe(processStart(process.pid));
});

function start(times: number, pause: number): ChildProcess {
  return spawn(process.execPath, [program, lock, journal, String(times), String(pause)], { stdio: 'inherit' });
}

/** The exit code, also of a child that ended before anyone asked. */
function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', resolve));
}

function entries(): string[] {
  return readFileSync(journal, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('+'));
}

/** Entries made while another process, not killed since, was inside: a `+` must follow a `-`, or the `+` of one that never left. */
function overlaps(): string[] {
  const lines = readFileSync(journal, 'utf8').trim().split('\n');
  return lines.filter((line, index) => {
    const previous = lines[index - 1];
    if (previous === undefined || !line.startsWith('+') || !previous.startsWith('+'))
      return line.startsWith('-') && previous !== `+${line.slice(1)}`;
    return lines.slice(index).includes(`-${previous.slice(1)}`);
  });
}
