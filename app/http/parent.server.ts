import { readFileSync } from 'node:fs';

/**
 * Calls back once when the `npm` that started this process is no longer there: a signal to npm does not always reach us.
 * Between npm and us there may be the shell that it runs scripts in, which outlives a killed npm.
 */
export function whenNpmEnds(callback: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const npm = isShell(parent) ? parentOf(parent) : null;
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === null || parentOf(parent) === npm)) return;
    clearInterval(timer);
    callback();
  }, 500).unref();
}

function isShell(pid: number): boolean {
  return /^(ba|da|a|k|z)?sh$/.test(readProc(pid, 'comm')?.trim() ?? '');
}

/** Null where the system does not say (only Linux has /proc; elsewhere the shell leaves its place to us). */
function parentOf(pid: number): number | null {
  // The name, in parentheses, may hold anything; the state and the parent follow it.
  const found = /^\s\S\s(\d+)/.exec(readProc(pid, 'stat')?.replace(/^.*\)/s, '') ?? '');
  return found ? Number(found[1]) : null;
}

function readProc(pid: number, name: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return null;
  }
}
