import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedDatabaseError } from './errors.ts';

/** The system user that PostgreSQL runs as, where it cannot be ours. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root: gives the account to run it as, or null when our own will do.
 * Data that already belong to someone stay theirs.
 */
export function chooseAccount(existingData: string | null): Account | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = listAccounts();
  const owner = existingData === null ? 0 : statSync(existingData).uid;
  if (owner !== 0) {
    const found = accounts.find((account) => account.uid >>> 0 === owner);
    if (found) return found;
  }
  for (const name of ['postgres', '_postgres', 'nobody', 'daemon']) {
    const found = accounts.find((account) => account.name === name && account.uid !== 0);
    if (found) return found;
  }
  throw new EmbeddedDatabaseError(
    'PostgreSQL refuse de tourner en root et ce système n’a pas d’utilisateur « postgres » ni « nobody » dans /etc/passwd. ' +
      'Relancez la commande sous un autre utilisateur que root, ou indiquez un serveur PostgreSQL par DATABASE_URL.',
  );
}

/** Options of `spawn` for this account; libuv empties the supplementary groups when it changes the user. */
export function spawnAs(account: Account | null): { uid?: number; gid?: number; cwd: string } {
  // the current folder may be out of the account's reach, and PostgreSQL wants one it can return to
  return account ? { uid: account.uid | 0, gid: account.gid | 0, cwd: '/' } : { cwd: '/' };
}

/** Gives a file or an empty folder to the account. */
export function giveTo(account: Account | null, path: string): void {
  if (account) chownSync(path, account.uid >>> 0, account.gid >>> 0);
}

/** Whether the account can get to a folder of its own inside `base` and write there: tried, since rights depend on more than modes. */
export function canLiveIn(account: Account | null, base: string): boolean {
  if (account === null) return true;
  const probe = join(base, `essai-${process.pid}`);
  try {
    mkdirSync(probe, { mode: 0o700 });
    giveTo(account, probe);
    return runsShell(account, 'cd "$1" && : > ecrit && rm ecrit', probe);
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

/** Whether the account can read every one of these files. */
export function canRead(account: Account | null, paths: readonly string[]): boolean {
  if (account === null) return true;
  return runsShell(account, 'for f in "$@"; do test -r "$f" || exit 1; done', ...paths);
}

function runsShell(account: Account, script: string, ...args: string[]): boolean {
  return spawnSync('/bin/sh', ['-c', script, 'sh', ...args], { ...spawnAs(account), stdio: 'ignore' }).status === 0;
}

function listAccounts(): Account[] {
  let text = '';
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid && !line.startsWith('#') ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}
