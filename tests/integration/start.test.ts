import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp } from '#tests/support/app.ts';
import { serverPid } from '#tests/support/embedded.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SERVER = 'build/bin/server.mjs';

/** One folder of data for the file: what one test leaves, the next must find in order. */
let dataDir: string;

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'lieu-a-jour-depart-'));
  chmodSync(dataDir, 0o711); // PostgreSQL may run as another user than ours
});

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

test('the first start makes everything and says where it is and who can sign in; SIGTERM leaves nothing behind', async () => {
  const app = await startApp({ dataDir });
  expect(app.output()).toMatch(/^Lieu à jour : http:\/\/localhost:\d+ \(processus \d+, port \d+\)$/m);
  for (const account of [
    'gestionnaire@exemple.fr',
    'moderation@exemple.fr',
    'gironde@exemple.fr',
    'animateur@exemple.fr',
  ]) {
    expect(app.output()).toContain(account);
  }
  expect(app.output()).toContain(`(processus ${app.pid},`);
  expect(serverPid(dataDir)).toBeDefined();
  expect(await app.stop()).toBe(0);
  expect(serverPid(dataDir)).toBeUndefined();
});

test('the second start is quick, seeds nothing again, and SIGINT ends it as well', async () => {
  const started = Date.now();
  const app = await startApp({ dataDir });
  console.info(`Second start: ready in ${Date.now() - started} ms (wanted: under 3,000)`);
  expect(app.output()).not.toContain('Jeu de démonstration');
  expect(app.output()).not.toContain('Attention');
  expect(await app.stop('SIGINT')).toBe(0);
  expect(serverPid(dataDir)).toBeUndefined();
});

test('asked to end while it starts, it ends in order', async () => {
  const child = launch({});
  // PostgreSQL is there, the rest is not yet.
  await expect.poll(() => serverPid(dataDir), { timeout: 20_000, interval: 20 }).toBeDefined();
  child.process.kill('SIGTERM');
  expect(await child.ended).toBe(0);
  expect(serverPid(dataDir)).toBeUndefined();
});

test('a request under way when the end is asked for is answered', async () => {
  const app = await startApp({ dataDir });
  const body = new ReadableStream({
    async start(controller) {
      const bytes = new TextEncoder();
      controller.enqueue(bytes.encode('courriel=en-route'));
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      controller.enqueue(bytes.encode('@exemple.fr'));
      controller.close();
    },
  });
  const headers = { origin: app.url, 'content-type': 'application/x-www-form-urlencoded' };
  const request: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    headers,
    body,
    redirect: 'manual',
    duplex: 'half',
  };
  const answer = fetch(`${app.url}/connexion`, request);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const [end, { status }] = await Promise.all([app.stop(), answer]);
  expect([end, status]).toEqual([0, 302]);
});

test.each(['SIGTERM', 'SIGKILL'] as const)('it ends when the npm above it is ended by %s', async (signal) => {
  // As npm does: a process of its own, and a shell between it and the command.
  const script = `const { spawn } = require('node:child_process');
    const child = spawn('sh', ['-c', '${process.execPath} ${SERVER}; true'], { stdio: 'inherit' });
    if (${signal === 'SIGTERM'}) process.on('SIGTERM', () => { child.kill(); process.exit(1); });`;
  const npm = launch({ npm_lifecycle_event: 'start' }, ['-e', script]);
  await expect.poll(() => npm.output(), { timeout: 60_000, interval: 50 }).toContain('Comptes de démonstration');
  const pid = Number(/\(processus (\d+),/.exec(npm.output())?.[1]);
  npm.process.kill(signal);
  await npm.ended;
  await expect.poll(() => isAlive(pid), { timeout: 20_000, interval: 100 }).toBe(false);
  expect(serverPid(dataDir)).toBeUndefined();
});

test('a port that is taken: one sentence, exit 1, and PostgreSQL is not left running', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const child = launch({ PORT: String(port), JOBS: 'off', LOG_LEVEL: 'silent' });
  expect(await child.ended).toBe(1);
  expect(child.output()).toBe(
    `Le port ${port} est déjà pris : donnez-en un autre avec PORT (exemple : PORT=${port + 1}).\n`,
  );
  expect(serverPid(dataDir)).toBeUndefined();
  taken.close();
});

test.each([{}, { DEMO: 'off' }])(
  'opened to other machines, with %j, a demonstration says so and is not indexed',
  async (env) => {
    const open = await startApp({ dataDir, env: { HOST: '0.0.0.0', ...env } });
    try {
      expect(open.output()).toContain('Attention : d’autres machines peuvent voir cette démonstration.');
      for (const path of ['/', '/carte', '/carte/snapshot', '/nulle-part']) {
        expect((await fetch(`${open.url}${path}`)).headers.get('x-robots-tag')).toBe('noindex, nofollow');
      }
      expect(await (await fetch(open.url)).text()).toMatch(/Démonstration\s: lieux inventés/);
      // Its lieux are in no file that anyone could take for real.
      expect((await fetch(`${open.url}/donnees/lieux.csv`)).status).toBe(404);
    } finally {
      await open.stop();
    }
  },
);

test.each([
  [{ PORT: 'abc' }, 'Réglage PORT incorrect'],
  [{ PUBLIC_URL: 'lieux.exemple.fr' }, 'Réglage PUBLIC_URL incorrect'],
  [{ DATABASE_URL: 'postgres://a@127.0.0.1:1/b', APP_SECRET: 'x'.repeat(32) }, 'Réglage SMTP_URL absent'],
  [{ HOST: '203.0.113.1' }, 'Réglage HOST incorrect'],
  [{ DATA_DIR: '/proc/lieu-a-jour' }, 'Réglage DATA_DIR incorrect'],
])('%j: one sentence that names it, and exit 1', async (env, sentence) => {
  const child = launch({ LOG_LEVEL: 'silent', ...env });
  expect(await child.ended).toBe(1);
  expect(child.output().trim().split('\n')).toHaveLength(1);
  expect(child.output()).toContain(sentence);
  expect(serverPid(dataDir)).toBeUndefined();
});

interface Launched {
  process: ChildProcess;
  output(): string;
  ended: Promise<number | NodeJS.Signals | null>;
}

/** The built server, or another Node program, with the settings of these tests and nothing else of ours. */
function launch(env: Record<string, string>, args: readonly string[] = [SERVER]): Launched {
  const { PATH, HOME, TMPDIR } = process.env;
  const settings = { PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, BASEMAP: 'locale', ...env };
  const environment: NodeJS.ProcessEnv = { PATH, HOME, TMPDIR, NODE_ENV: 'production', ...settings };
  const child = spawn(process.execPath, args, { cwd: ROOT, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const killer = setTimeout(() => child.kill('SIGKILL'), 90_000);
  const ended = once(child, 'exit').then(() => {
    clearTimeout(killer);
    return child.exitCode ?? child.signalCode;
  });
  return { process: child, output: () => printed, ended };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
