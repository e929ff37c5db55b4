import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SERVER = join(ROOT, 'build/bin/server.mjs');

export interface AppOptions {
  /** Settings of the environment, over those of the tests. */
  env?: Record<string, string | undefined>;
  /** An existing data folder, left in place; without it a new one, removed at the end. */
  dataDir?: string;
  timeoutMs?: number;
}

export interface RunningApp {
  /** Such as http://127.0.0.1:40123, without a final slash. */
  url: string;
  pid: number;
  dataDir: string;
  /** All that it printed so far. */
  output(): string;
  /** Sends a signal (SIGTERM) and waits for the end: the exit code, or the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** Starts the built application on a free port with data of its own, and waits until it is ready. Call `stop` in `afterAll`. */
export async function startApp(options: AppOptions = {}): Promise<RunningApp> {
  const { env = {}, timeoutMs = 120_000 } = options;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'lieu-a-jour-app-')));
  if (options.dataDir === undefined) await chmod(dataDir, 0o711); // PostgreSQL may run as another user than ours
  const settings = {
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    BASEMAP: 'locale',
    RECHERCHE_ENTREPRISES_URL: 'off',
    ...env,
  };
  const child = spawn(process.execPath, ['--enable-source-maps', SERVER], {
    cwd: ROOT,
    env: { ...inherited(), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const output = () => printed;
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    const end = await endOf(child, signal);
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    return end;
  };
  try {
    const url = await whenReady(child, output, Date.now() + timeoutMs);
    if (child.pid === undefined) throw new Error('The server has no process id.');
    return { url, pid: child.pid, dataDir, output, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The port is in the line that announces the address; then /sante/pret says the rest. */
async function whenReady(child: ChildProcess, output: () => string, deadline: number): Promise<string> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The server ended (${child.exitCode ?? child.signalCode}) before it was ready:\n${output()}`);
    }
    const port = /^Lieu à jour : .*\bport (\d+)\)/m.exec(output())?.[1];
    const url = `http://127.0.0.1:${port}`;
    const answer = port === undefined ? undefined : await fetch(`${url}/sante/pret`).catch(() => undefined);
    if (answer?.ok) return url;
    if (Date.now() > deadline) throw new Error(`The server was not ready in time:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const killer = setTimeout(() => child.kill('SIGKILL'), 30_000);
    await exited;
    clearTimeout(killer);
  }
  return child.exitCode ?? child.signalCode;
}

/** Our environment without what would change the application: its own settings come from the test alone. */
function inherited(): NodeJS.ProcessEnv {
  const ours =
    /^(HOST|PORT|PUBLIC_URL|DATA_DIR|APP_SECRET|DEMO|DATABASE_|JOBS|SMTP_URL|MAIL_FROM|SMS_URL|PROCONNECT_|GEOCODER_|LISTE_|RECHERCHE_|BASEMAP|EXPORT_|DATAGOUV_|MODERATION|TRUST_PROXY|LOG_LEVEL|NODE_ENV|VITEST|npm_)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(kept), NODE_ENV: 'production' };
}
