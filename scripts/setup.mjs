/**
 * Makes the project ready to run: installs the packages when the lock file has changed, builds when the sources have. npm calls it
 * before each command. Plain Node, nothing installed yet. `--install` stops before building, `--bundles` leaves the pages out.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const INSTALL_STAMP = join(ROOT, 'node_modules/.cache/lieu-a-jour/install.json');
const BUILD_STAMP = join(ROOT, 'build/construit.json');
const SOURCES = [
  'app',
  'db',
  'scripts',
  'public',
  'geo',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vite.config.ts',
  'remix.config.js',
];

/** Programs by the name of their bundle in build/bin. */
const PROGRAMS = {
  server: 'app/server.ts',
  import: 'scripts/import.ts',
  export: 'scripts/export.ts',
  moderateur: 'scripts/moderateur.ts',
  demo: 'scripts/demo.ts',
  types: 'scripts/types.ts',
  bench: 'scripts/bench/index.ts',
  'snapshot.worker': 'app/carte/snapshot.worker.ts',
  'doublons.worker': 'app/jobs/doublons.worker.ts',
  'imports.worker': 'app/jobs/imports.worker.ts',
  'listes.worker': 'app/jobs/listes.worker.ts',
  'parquets.worker': 'app/jobs/parquets.worker.ts',
};

const MINIMUM = [20, 19];

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  setup(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}

/** Does what is missing and nothing else; when nothing is, it only reads. */
export async function setup(flags = []) {
  assertNode();
  const kinds = flags.includes('--install') ? [] : flags.includes('--bundles') ? ['bundles'] : ['pages', 'bundles'];
  if (isInstalled() && missing(kinds).length === 0) return;

  const { withLock } = await import('../db/embedded/lock.mjs');
  const onWait = () => console.error('Une autre commande prépare l’application : attente…');
  await withLock(join(ROOT, 'build/verrou'), () => prepare(kinds), { timeoutMs: 900_000, onWait });
}

async function prepare(kinds) {
  if (!isInstalled()) install();
  for (const kind of missing(kinds)) {
    const { hash } = currentSources();
    writeStamp({ [kind]: undefined });
    if (kind === 'pages') buildPages();
    else await buildBundles();
    // what changed while we built is not in the build: the hash taken before says so
    writeStamp({ [kind]: hash });
  }
}

function assertNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return;
  throw new Error(
    `Il faut Node ${MINIMUM.join('.')} ou plus récent, et celui-ci est ${process.versions.node}. Installez-en un depuis https://nodejs.org, puis relancez.`,
  );
}

// Packages

function isInstalled() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const wanted = `${sha256(lock)} ${process.platform}-${process.arch}`;
  if (readJson(INSTALL_STAMP)?.installed === wanted) return true;
  if (!matchesInstalled(JSON.parse(lock))) return false;
  writeWhole(INSTALL_STAMP, JSON.stringify({ installed: wanted }));
  return true;
}

/** Whether npm's own record of what it installed, written last, says the same as the lock file: someone ran `npm ci` by hand. */
function matchesInstalled(lock) {
  const installed = readJson(join(ROOT, 'node_modules/.package-lock.json'))?.packages;
  if (!installed) return false;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '' || wanted.link) return true;
    const found = installed[path];
    if (found) return found.version === wanted.version && existsSync(join(ROOT, path));
    const forUs = wanted.os?.includes(process.platform) && wanted.cpu?.includes(process.arch) && !wanted.libc;
    return wanted.optional === true && !forUs;
  });
}

function install() {
  console.error('Installation des paquets (une à deux minutes la première fois)…');
  // with NODE_ENV=production npm would leave the build tools out
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const { status } = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: ROOT, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, { cwd: ROOT, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (status !== 0)
    throw new Error(
      'Les paquets n’ont pas pu être installés. Vérifiez l’accès à Internet et la place sur le disque, puis relancez.',
    );
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  writeWhole(INSTALL_STAMP, JSON.stringify({ installed: `${sha256(lock)} ${process.platform}-${process.arch}` }));
}

// Build

/** The kinds of build that the sources, as they are now, do not have. */
function missing(kinds) {
  const stamp = readJson(BUILD_STAMP);
  if (!stamp) return kinds;
  const stale = (current) => kinds.filter((kind) => !stamp[kind] || stamp[kind] !== current);
  if (stamp.glance === glance()) return stale(stamp.hash);
  const { hash } = currentSources();
  const left = stale(hash);
  // a fresh checkout touches every file and changes none: remember it for the next look
  if (left.length === 0) writeStamp({});
  return left;
}

function buildPages() {
  console.error('Construction des pages (une demi-minute)…');
  const cli = join(ROOT, 'node_modules/@remix-run/dev/dist/cli.js');
  run([cli, 'vite:build', '--logLevel', 'warn'], { ...process.env, NODE_ENV: 'production' });
}

function run(args, env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status === 0) return;
  process.stderr.write(`${stdout}${stderr}`);
  throw new Error('La construction a échoué : le détail est ci-dessus.');
}

async function buildBundles() {
  console.error('Construction des programmes…');
  const { build } = await import('esbuild');
  const programs = Object.entries(PROGRAMS).filter(([, path]) => existsSync(join(ROOT, path)));
  const aside = join(ROOT, 'build/bin.nouveau');
  rmSync(aside, { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(programs),
    outdir: aside,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
  rmSync(join(ROOT, 'build/bin'), { recursive: true, force: true });
  renameSync(aside, join(ROOT, 'build/bin'));
}

function writeStamp(changes) {
  const { hash } = currentSources();
  writeWhole(BUILD_STAMP, JSON.stringify({ ...readJson(BUILD_STAMP), ...changes, hash, glance: glance() }));
}

function currentSources() {
  const hash = createHash('sha256');
  for (const path of sourceFiles()) hash.update(`${path}\0${sha256(readFileSync(join(ROOT, path)))}\0`);
  return { hash: hash.digest('hex') };
}

/** Names, sizes and times: cheap, and different whenever the content is, save for the most wilful tools. */
function glance() {
  const hash = createHash('sha256');
  for (const path of sourceFiles()) {
    const { size, mtimeMs } = statSync(join(ROOT, path));
    hash.update(`${path}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest('hex');
}

function sourceFiles() {
  return SOURCES.flatMap((source) => {
    const stat = statSync(join(ROOT, source), { throwIfNoEntry: false });
    return stat?.isDirectory() ? filesIn(source) : stat ? [source] : [];
  }).sort();
}

function filesIn(folder) {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : [];
  });
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function writeWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}

function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}
