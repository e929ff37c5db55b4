import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { withLock } from '#db/embedded/lock.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A headless browser with WebGL, that talks to nobody by itself. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findBrowser();
  return chromium.launch({ executablePath, headless: true, args: [...ARGS], env: { ...process.env, ...env } });
}

const ARGS = [
  '--no-sandbox', // CI containers run as root
  '--disable-dev-shm-usage',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-pings',
  '--no-first-run',
] as const;

interface Found {
  executablePath: string;
  env: Record<string, string>;
}

/** `CHROME_PATH`, else an installed Chromium or Chrome, else the one that `@sparticuz/chromium` carries, unpacked once. */
async function findBrowser(): Promise<Found> {
  const given = process.env.CHROME_PATH;
  if (given) {
    if (!existsSync(given)) throw new Error(`CHROME_PATH is ${given}, and there is no such file.`);
    return { executablePath: given, env: {} };
  }
  const installed = INSTALLED.find((path) => existsSync(path)) ?? findOnPath();
  return installed ? { executablePath: installed, env: {} } : unpackPackaged();
}

const INSTALLED = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

function findOnPath(): string | undefined {
  const names = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  // Ubuntu's chromium-browser is a script that asks to install a snap: too small to be a browser's launcher for us to trust
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path) && !isSnapStub(path));
}

function isSnapStub(path: string): boolean {
  const start = readFileSync(path).subarray(0, 4096).toString('latin1');
  return start.startsWith('#!') && /snap/.test(start);
}

async function unpackPackaged(): Promise<Found> {
  const bin = join(ROOT, 'node_modules/@sparticuz/chromium/bin');
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(bin)) {
    throw new Error('No browser was found: install Chromium or Chrome, or give the path of one in CHROME_PATH.');
  }
  const { version }: { version: string } = createRequire(import.meta.url)(join(bin, '../package.json'));
  const cache = join(ROOT, 'node_modules/.cache/lieu-a-jour');
  const folder = join(cache, `chromium-${version}`);
  await withLock(join(cache, 'chromium.verrou'), async () => {
    if (!existsSync(folder)) await unpack(folder);
  });
  const executablePath = join(folder, 'chromium');
  const env: Record<string, string> = {};
  if (!existsSync('/etc/fonts/fonts.conf')) env.FONTCONFIG_PATH = join(folder, 'fonts');
  // the package brings the libraries of a browser for systems that have none; elsewhere the system's own are the right ones
  if (await lacksLibraries(executablePath)) env.LD_LIBRARY_PATH = join(folder, 'al2023/lib');
  return { executablePath, env };
}

async function lacksLibraries(path: string): Promise<boolean> {
  const listed = await promisify(execFile)('ldd', [path]).catch(() => undefined);
  return listed === undefined || listed.stdout.includes('not found');
}

/** The package unpacks to the temporary folder and trusts what it finds there: give it one that is new, keep it when it is whole. */
async function unpack(folder: string): Promise<void> {
  const aside = `${folder}.nouveau`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  const script = "await (await import('@sparticuz/chromium')).default.executablePath()";
  // as on Amazon Linux: with its libraries, used only where the system has none
  const options = { cwd: ROOT, env: { ...process.env, TMPDIR: aside, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' } };
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], options);
  await rename(aside, folder);
}
