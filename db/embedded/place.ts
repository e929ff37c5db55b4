import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  realpathSync,
  renameSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { type Account, canLiveIn, chooseAccount } from './account.ts';
import { EmbeddedDatabaseError, explainFailure } from './errors.ts';
import { makeFolder } from './folder.ts';
import type { Log } from './log.ts';

/** Where one DATA_DIR has its database: `base` is ours, `data` belongs to the account that PostgreSQL runs as. */
export interface Place {
  /** `${DATA_DIR}/postgres`, always: lock and pointer. */
  base: string;
  /** The folder that holds `data`, and the copied programs if need be: `base`, or elsewhere when `base` is out of the account's reach. */
  home: string;
  data: string;
  account: Account | null;
}

const NEEDED_BYTES = 200 * 1024 * 1024;

/** Creates `${DATA_DIR}/postgres` and gives its real path. */
export function prepareBase(dataDir: string): string {
  try {
    const root = resolve(dataDir);
    // whatever the umask: PostgreSQL may run as another user, which goes through without listing
    makeFolder(join(root, 'postgres'), 0o711);
    return realpathSync(join(root, 'postgres'));
  } catch (cause) {
    throw explainFailure(`Le dossier des données ${dataDir} n’a pas pu être créé.`, cause);
  }
}

/** The place remembered for this base, else undefined: nothing was ever created. */
export function rememberedData(base: string): string | undefined {
  const pointer = readPointer(base);
  // without a pointer, data may be elsewhere too: the process that created them died before it wrote it
  const folders =
    pointer === undefined
      ? candidates(base)
          .filter(isOurs)
          .map((home) => join(home, 'data'))
      : [pointer];
  const found = folders.find((data) => existsSync(join(data, 'PG_VERSION')));
  if (found !== undefined) return found;
  if (pointer !== undefined) {
    throw new EmbeddedDatabaseError(
      `Les données de la base intégrée étaient dans ${pointer} et n’y sont plus. Remettez ce dossier en place, ` +
        `ou, pour repartir d’une base vide, supprimez ${join(base, 'emplacement.json')}.`,
    );
  }
  return undefined;
}

/** Chooses the account and the place: what exists already, else the first folder that the account can live in. */
export function choosePlace(base: string, log: Log): Place {
  const existing = rememberedData(base);
  const account = chooseAccount(existing ?? null);
  if (existing !== undefined) {
    assertOurs(existing);
    const home = resolve(existing, '..');
    if (canLiveIn(account, home)) return { base, home, data: existing, account };
    throw new EmbeddedDatabaseError(
      `PostgreSQL, qui tourne sous l’utilisateur « ${account?.name} », n’a plus accès à ses données dans ${existing}. ` +
        'Rendez les dossiers qui y mènent traversables (chmod o+x), ou déplacez DATA_DIR.',
    );
  }
  for (const home of candidates(base)) {
    if (!isUsable(home, base) || !canLiveIn(account, home)) continue;
    assertRoom(home);
    if (home.startsWith(realpathSync(tmpdir())) && home !== base) {
      log.warn(
        `La base de données intégrée est placée dans ${home}, que le système peut vider : PostgreSQL ne peut pas aller dans ${base}. ` +
          'Pour des données qui durent, placez DATA_DIR dans un dossier que tous peuvent traverser.',
      );
    } else if (home !== base)
      log.info(`La base de données intégrée est placée dans ${home} : PostgreSQL ne peut pas aller dans ${base}.`);
    return { base, home, data: join(home, 'data'), account };
  }
  throw new EmbeddedDatabaseError(
    `PostgreSQL ne peut pas tourner en root, et l’utilisateur « ${account?.name} » ne peut écrire ni dans ${base} ni dans /var/lib. ` +
      'Placez DATA_DIR dans un dossier que tous peuvent traverser (par exemple DATA_DIR=/srv/lieu-a-jour), ' +
      'lancez la commande sous un autre utilisateur que root, ou indiquez un serveur PostgreSQL par DATABASE_URL.',
  );
}

/** Remembers a place outside DATA_DIR, once its data are whole. */
export function rememberPlace({ base, data }: Place): void {
  if (relative(base, data) === 'data') return;
  const path = join(base, 'emplacement.json');
  writeFileSync(`${path}.nouveau`, `${JSON.stringify({ data })}\n`, { mode: 0o600 });
  renameSync(`${path}.nouveau`, path);
}

function readPointer(base: string): string | undefined {
  const path = join(base, 'emplacement.json');
  if (!existsSync(path)) return undefined;
  try {
    const { data } = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof data === 'string' && isAbsolute(data)) return data;
  } catch {
    // said below
  }
  throw new EmbeddedDatabaseError(
    `Le fichier ${path}, qui dit où est la base intégrée, est illisible. Rétablissez-le, ou supprimez-le pour repartir d’une base vide.`,
  );
}

function candidates(base: string): string[] {
  if (process.getuid?.() !== 0) return [base];
  const name = createHash('sha256').update(base).digest('hex').slice(0, 16);
  return [base, join('/var/lib/lieu-a-jour', name), join(realpathSync(tmpdir()), `lieu-a-jour-${name}`)];
}

function isUsable(home: string, base: string): boolean {
  if (home === base) return true;
  try {
    makeFolder(home);
    if (!isOurs(home)) return false;
    chmodSync(home, 0o711);
    return true;
  } catch {
    return false;
  }
}

/** Not a link, not someone else's: the names outside DATA_DIR can be guessed. */
function isOurs(home: string): boolean {
  const stat = lstatSync(home, { throwIfNoEntry: false });
  return (
    stat?.isDirectory() === true &&
    (process.getuid === undefined || stat.uid === process.getuid() || process.getuid() === 0)
  );
}

function assertOurs(data: string): void {
  const uid = process.getuid?.();
  const owner = statSync(data).uid;
  if (uid === undefined || uid === 0 || uid === owner) return;
  throw new EmbeddedDatabaseError(
    `Les données de la base intégrée (${data}) appartiennent à un autre utilisateur (uid ${owner}). ` +
      'Relancez la commande sous cet utilisateur ou en root, ou choisissez un autre DATA_DIR.',
  );
}

function assertRoom(home: string): void {
  const { bavail, bsize } = statfsSync(home);
  if (bavail * bsize >= NEEDED_BYTES) return;
  throw new EmbeddedDatabaseError(
    `Le disque de ${home} est presque plein (${Math.floor((bavail * bsize) / 1048576)} Mo libres) : libérez au moins 500 Mo, ` +
      'placez DATA_DIR sur un autre disque, ou indiquez un serveur PostgreSQL par DATABASE_URL.',
  );
}
