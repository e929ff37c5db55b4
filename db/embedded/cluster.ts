import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, giveTo, spawnAs } from './account.ts';
import type { Binaries } from './binaries.ts';
import { explainFailure } from './errors.ts';
import type { Log } from './log.ts';
import { type Place, rememberPlace } from './place.ts';

const SECRET = 'lieu-a-jour.json';

/** The one role of the embedded server. */
const ROLE = 'lieu_a_jour';

/** The file, beside PostgreSQL's own, that holds our settings. */
export const SETTINGS = 'lieu-a-jour.conf';

/** Creates the data folder: aside, then renamed, so that one cut short is never taken for a database. */
export async function initialise(
  place: Place,
  binaries: Binaries,
  { fsync, log }: { fsync: boolean; log: Log },
): Promise<void> {
  log.info('Création de la base de données intégrée (quelques secondes)…');
  const { home, data, account } = place;
  sweep(home);
  const aside = join(home, `nouveau-${randomBytes(6).toString('hex')}`);
  const passwordFile = `${aside}.secret`;
  const password = newPassword();
  try {
    writePrivate(account, passwordFile, `${password}\n`);
    mkdirSync(aside, { mode: 0o700 });
    giveTo(account, aside);
    await promisify(execFile)(
      binaries.initdb,
      ['-D', aside, '-U', ROLE, '--pwfile', passwordFile, '-A', 'scram-sha-256', '--no-instructions']
        // sorted and compared by code point, the same on every system; French order is asked for with COLLATE "fr-x-icu"
        .concat(['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'])
        .concat(fsync ? [] : ['--no-sync']),
      { ...spawnAs(account), env: postgresEnv(), timeout: 300_000, windowsHide: true },
    );
    appendFileSync(join(aside, 'postgresql.conf'), `\ninclude_if_exists '${SETTINGS}'\n`);
    writePrivate(account, join(aside, SECRET), JSON.stringify({ password }));
    renameSync(aside, data);
    rememberPlace(place);
  } catch (cause) {
    rmSync(aside, { recursive: true, force: true });
    const output = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : '';
    throw explainFailure('La base de données intégrée n’a pas pu être créée.', cause, output);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Removes what a killed process left. Its initdb may still be writing there: then the next time will do. */
function sweep(home: string): void {
  for (const name of readdirSync(home).filter((name) => name.startsWith('nouveau-'))) {
    try {
      rmSync(join(home, name), { recursive: true, force: true });
    } catch {
      // still in use
    }
  }
}

/** The password of the role, kept among the data so that both appear, move and vanish together; null when it is lost. */
export function readSecret(data: string): string | null {
  try {
    const { password } = JSON.parse(readFileSync(join(data, SECRET), 'utf8'));
    return typeof password === 'string' && /^[\w-]{20,}$/.test(password) ? password : null;
  } catch {
    return null;
  }
}

/** Gives the role another password, for data whose secret is lost. The server must be stopped. */
export function resetSecret({ data, account }: Place, binaries: Binaries): string {
  const password = newPassword();
  const run = spawnSync(binaries.postgres, ['--single', '-D', data, '-c', 'log_min_messages=fatal', 'postgres'], {
    ...spawnAs(account),
    env: postgresEnv(),
    input: `ALTER ROLE ${ROLE} PASSWORD '${password}'\n`,
    encoding: 'utf8',
    windowsHide: true,
  });
  if (run.status !== 0)
    throw explainFailure('La base de données intégrée n’a pas pu être rouverte.', run.error, run.stderr);
  writePrivate(account, join(data, SECRET), JSON.stringify({ password }));
  return password;
}

/** Our environment without what would change PostgreSQL's behaviour; its messages in English, which we recognise. */
export function postgresEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|TZ$|npm_)/.test(name));
  return { ...Object.fromEntries(kept), NODE_ENV: process.env.NODE_ENV, LC_ALL: 'C', TZ: 'UTC' };
}

function writePrivate(account: Account | null, path: string, text: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  chmodSync(path, 0o600);
  giveTo(account, path);
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
