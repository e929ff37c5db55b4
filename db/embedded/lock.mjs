/**
 * A lock between processes, in a file, that the death of its holder opens: Node has no flock(2).
 * Plain JavaScript so that scripts/setup.mjs can use it before anything is installed or built.
 */
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

const HEARTBEAT_MS = 5_000;
/** A holder on another machine (or another container) cannot be looked up: its silence tells. */
const SILENT_AFTER_MS = 60_000;

/** Runs `work` while no other process holds `path`; rejects when it is not free after `timeoutMs`. */
export async function withLock(path, work, { timeoutMs = 300_000, onWait } = {}) {
  const release = await acquire(path, Date.now() + timeoutMs, onWait);
  try {
    return await work();
  } finally {
    release();
  }
}

/** When a process began, in a form that two processes with the same id never share; null when there is no such process. */
export function processStart(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null; // dead, its parent has not noticed yet
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}-${fields[19]}`;
  } catch (error) {
    if (process.platform === 'linux' && error.code === 'ENOENT') return null;
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return null;
  }
  if (process.platform === 'win32') return 'vivant';
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

async function acquire(path, deadline, onWait) {
  mkdirSync(dirname(path), { recursive: true });
  const nonce = randomUUID();
  const mine = JSON.stringify({ pid: process.pid, started: processStart(process.pid), host: hostname(), nonce });
  let said = false;
  for (;;) {
    if (create(path, mine, nonce) || (await takeOver(path, mine, nonce, deadline))) break;
    if (Date.now() > deadline) throw new Error(`The lock ${path} is held by another process: ${read(path) ?? '?'}`);
    if (!said) onWait?.();
    said = true;
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60));
  }
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  heartbeat.unref();
  return () => {
    clearInterval(heartbeat);
    if (read(path) === mine) remove(path);
  };
}

/** A file appears with its whole content, or not at all: written aside, then linked. */
function create(path, content, nonce) {
  const aside = `${path}.${nonce}`;
  writeFileSync(aside, content, { mode: 0o600 });
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(error.code)) throw error;
    return createWithoutLinks(path, content);
  } finally {
    remove(aside);
  }
}

function createWithoutLinks(path, content) {
  try {
    writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Replaces the lock of a dead process. Of those who see it, one only may: the right to replace *this* holder is a lock too,
 * named after the holder, so that a slow witness never removes the lock of the one who came after.
 */
async function takeOver(path, mine, nonce, deadline) {
  const seen = read(path);
  if (seen === null || !isAbandoned(path, seen)) return false;
  const release = await acquire(`${path}.${createHash('sha256').update(seen).digest('hex').slice(0, 12)}`, deadline);
  try {
    if (read(path) !== seen) return false;
    const aside = `${path}.${nonce}`;
    writeFileSync(aside, mine, { mode: 0o600 });
    renameSync(aside, path);
    return true;
  } finally {
    release();
  }
}

function isAbandoned(path, content) {
  let holder;
  try {
    holder = JSON.parse(content);
  } catch {
    return isSilent(path); // cut short by a full disk or a power cut
  }
  if (holder.host !== hostname()) return isSilent(path);
  return processStart(holder.pid) !== holder.started;
}

function isSilent(path) {
  try {
    return Date.now() - statSync(path).mtimeMs > SILENT_AFTER_MS;
  } catch {
    return false;
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function remove(path) {
  try {
    unlinkSync(path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // the folder has gone: so has the lock
  }
}
