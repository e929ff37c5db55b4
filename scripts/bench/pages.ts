import { spawn } from 'node:child_process';
import { Agent, createServer, get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type Figure, timed, type World } from './types.ts';

const REQUESTS = 300;
const AT_ONCE = 8;

/** Pages of the built server, whole, over kept-alive connections; beside bare node sending the same bytes. */
export async function benchPages({ db, url }: World): Promise<Figure[]> {
  const { id } = await db
    .selectFrom('lieu_publie')
    .select('id')
    .$narrowType<{ id: string }>()
    .limit(1)
    .executeTakeFirstOrThrow();
  const server = await startServer(url);
  try {
    const figures: Figure[] = [];
    const bare = await fetch(`${server.origin}/lieux/${encodeURIComponent(id)}`);
    const fiche = new URL(bare.url).pathname;
    for (const [what, path] of [
      ['home', '/'],
      ['map and list', '/carte'],
      ['map and list, one need, one town', '/carte?q=Lyon&services=Aide+aux+d%C3%A9marches+administratives'],
      ['fiche', fiche],
    ] as const) {
      figures.push(await measure(`page: ${what}`, server.origin, path));
    }
    return figures;
  } finally {
    await server.stop();
  }
}

async function measure(what: string, origin: string, path: string): Promise<Figure> {
  const page = await fetch(origin + path);
  const body = Buffer.from(await page.arrayBuffer());
  if (page.status !== 200) throw new Error(`${path} answered ${page.status}`);
  const bare = createServer((_request, response) => response.end(body));
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  const address = bare.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await load(origin + path, AT_ONCE * 4);
  const ours = await load(origin + path, REQUESTS);
  const reference = await load(`http://127.0.0.1:${port}${path}`, REQUESTS);
  bare.close();
  bare.closeAllConnections();
  return {
    what: `${what} (${Math.round(body.length / 1024)} KB)`,
    ours,
    unit: 'req/s',
    reference,
    referenceIs: 'bare node, same bytes',
    target: '—',
  };
}

/** Requests per second, so many at once. */
async function load(url: string, requests: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  let left = requests;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      await request(url, agent);
    }
  };
  const { ms } = await timed(() => Promise.all(Array.from({ length: AT_ONCE }, client)));
  agent.destroy();
  return (requests / ms) * 1000;
}

function request(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.on('end', resolve);
      response.on('error', reject);
    }).on('error', reject);
  });
}

/** The server as it is deployed: another process, on the bench's database, with mail that goes nowhere. */
async function startServer(databaseUrl: string): Promise<{ origin: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./server.mjs', import.meta.url))], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      npm_lifecycle_event: undefined,
      DATABASE_URL: databaseUrl,
      SMTP_URL: 'smtp://127.0.0.1:9',
      APP_SECRET: 'bench'.repeat(8),
      HOST: '127.0.0.1',
      PORT: '0',
      JOBS: 'off',
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const found = /\bport (\d+)\)/.exec(printed)?.[1];
      if (found) resolve(found);
    });
    void exited.then(() => reject(new Error(`The server ended before it was ready: ${printed}`)));
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
