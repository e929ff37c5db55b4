import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ServerBuild } from '@remix-run/node';
import { SnapshotStore } from '#app/carte/snapshot-store.ts';
import { createApplication } from '#app/http/application.server.ts';
import type { Services } from '#app/http/context.ts';
import type { Lifecycle } from '#app/http/health.server.ts';
import { createLimits } from '#app/http/limits.server.ts';
import { createLog } from '#app/http/log.server.ts';
import { createAuth } from '#app/http/session.server.ts';
import { readSettings } from '#app/http/settings.server.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { createDb, createPagesPool } from '#db/connection.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { listenOnLoopback } from './loopback.ts';

export const BUILD = new URL('../../build/', import.meta.url);

export interface HttpApp extends TestDatabase {
  /** Such as http://127.0.0.1:40123: the site's own origin. */
  origin: string;
  build: ServerBuild;
  services: Services;
  lifecycle: Lifecycle;
  /** The application's clock: move it. Sessions follow the real one. */
  clock: { now: Date };
  /** All that was logged, as text. */
  logs(): string;
  /** A visitor who keeps cookies; signed in as someone, or as nobody. */
  visitor(utilisateurId?: string): Promise<Visitor>;
  /** What the server answers to these very bytes, whatever a client would make of them. */
  raw(text: string, patienceMs?: number): Promise<{ status: number; text: string }>;
  /** Forgets every limit that was reached. */
  forgetLimits(): Promise<void>;
  close(): Promise<void>;
}

/** The built application on a free port, with a database of its own; `env` is what settings say besides, `change` the build, `requestTimeout` (ms) how long a request may take to come. */
export async function startHttp(
  env: Record<string, string> = {},
  start = new Date(),
  change: (build: ServerBuild) => ServerBuild = (build) => build,
  { requestTimeout = 120_000 } = {},
): Promise<HttpApp> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'lieu-a-jour-http-'));
  const settings = readSettings({ NODE_ENV: 'test', DATA_DIR: dataDir, BASEMAP: 'locale', JOBS: 'off', ...env });
  const build = change(await import(/* @vite-ignore */ new URL('server/index.js', BUILD).href));
  const { stream, logs } = listen();
  const log = createLog('debug', stream);
  const clock = { now: start };
  const snapshots = new SnapshotStore({ url: database.url, log, workerUrl: new URL('bin/snapshot.worker.mjs', BUILD) });
  const pages = createPagesPool(database.url, { applicationName: 'pages', log });
  const db = createDb(pages);
  const services: Services = {
    db,
    dbRead: db,
    settings,
    now: () => clock.now,
    log,
    auth: createAuth(pages, { secure: settings.publicUrl.startsWith('https:') }),
    limits: createLimits(pages, settings.secrets[0]),
    communes: loadCommunes(),
    snapshots,
    demonstration: settings.demo,
  };
  const lifecycle: Lifecycle = { phase: 'pret', taches: 'sans' };
  const application = await createApplication(build, services, { clientDir: new URL('client/', BUILD), lifecycle });
  const server = createServer({ requestTimeout, connectionsCheckingInterval: 500 }, application);
  await snapshots.start();
  const origin = await listenOnLoopback(server);
  if (!settings.publicUrlGiven) settings.publicUrl = origin;
  return {
    ...{ ...database, origin, build, services, lifecycle, clock, logs },
    async visitor(utilisateurId) {
      const visitor = new Visitor(origin, settings.publicUrl);
      if (utilisateurId !== undefined) visitor.keep(await services.auth.open(utilisateurId));
      return visitor;
    },
    raw: (text, patienceMs = 2_000) => sendRaw(Number(new URL(origin).port), text, patienceMs),
    async forgetLimits() {
      await database.db.deleteFrom('limite').execute();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await snapshots.close();
      await db.destroy();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

type Headers = Record<string, string>;

/** A browser as far as HTTP goes: keeps cookies, says where its forms come from, follows nothing. */
export class Visitor {
  readonly #cookies = new Map<string, string>();
  readonly #origin: string;
  readonly #publicUrl: string;

  constructor(origin: string, publicUrl: string) {
    this.#origin = origin;
    this.#publicUrl = publicUrl;
  }

  get(path: string, headers: Headers = {}): Promise<Response> {
    return this.request('GET', path, headers);
  }

  post(path: string, form: Record<string, string> | URLSearchParams = {}, headers: Headers = {}): Promise<Response> {
    return this.request('POST', path, { origin: this.#publicUrl, ...headers }, new URLSearchParams(form));
  }

  async request(method: string, path: string, headers: Headers = {}, body?: BodyInit): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${this.#origin}${path}`, {
      ...{ method, redirect: 'manual', headers: { ...(cookie ? { cookie } : {}), ...headers } },
      ...(body === undefined ? {} : { body }),
      ...(body instanceof ReadableStream && { duplex: 'half' as const }),
    });
    for (const setCookie of response.headers.getSetCookie()) this.keep(setCookie);
    return response;
  }

  /** Takes a Set-Cookie as a browser does. */
  keep(setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split(';').map((part) => part.trim());
    const [name = '', value = ''] = pair.split('=');
    if (value === '' || attributes.some((attribute) => /^max-age=0$/i.test(attribute))) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }

  /** The cookies as a script that stole them would have them. */
  cookies(): Map<string, string> {
    return new Map(this.#cookies);
  }
}

function listen(): { stream: PassThrough; logs: () => string } {
  let text = '';
  const stream = new PassThrough().setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return { stream, logs: () => text };
}

/** Sends bytes and reads until the server closes or has been silent for so long. */
async function sendRaw(port: number, text: string, patienceMs: number): Promise<{ status: number; text: string }> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk;
  });
  socket.on('error', () => undefined);
  socket.setTimeout(patienceMs, () => socket.destroy());
  socket.write(text);
  await once(socket, 'close');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 0), text: received };
}
