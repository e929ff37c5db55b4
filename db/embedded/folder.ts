import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Makes a folder with its parents, each with `mode` whatever the umask where it is given. Node's own `recursive` never
 * returns where a folder that exists refuses new ones by ENOENT (/proc).
 * @throws the system's error; ENOTDIR where something else has the name
 */
export function makeFolder(path: string, mode?: number): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found) throw Object.assign(new Error(`ENOTDIR: not a directory, '${path}'`), { code: 'ENOTDIR', path });
  if (dirname(path) !== path) makeFolder(dirname(path), mode);
  try {
    mkdirSync(path);
    if (mode !== undefined) chmodSync(path, mode);
  } catch (error) {
    // Someone made it meanwhile.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** Writes a file into a folder and removes it: root may write where a disk takes nothing. @throws the system's error */
export function tryFolder(path: string): void {
  const trial = join(path, `.essai-${process.pid}`);
  writeFileSync(trial, '');
  rmSync(trial, { force: true });
}

/** Why a disk does not take files, as the end of a French sentence; null where an error is another. */
export function reasonOfDisk(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return (typeof code === 'string' ? DISK_REASONS[code] : undefined) ?? null;
}

const DISK_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'ce compte n’a pas le droit d’y écrire',
  EPERM: 'ce compte n’a pas le droit d’y écrire',
  EROFS: 'ce disque est en lecture seule',
  ENOSPC: 'le disque est plein',
  ENOENT: 'ce dossier ne peut pas être créé',
  ENOTDIR: 'une partie du chemin n’est pas un dossier',
  EEXIST: 'une partie du chemin n’est pas un dossier',
};
