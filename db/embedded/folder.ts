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
