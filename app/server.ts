import { createServer, type Server } from 'node:http';
import type { ServerBuild } from '@remix-run/node';
import pino from 'pino';
import { SnapshotStore } from '#app/carte/snapshot-store.ts';
import { createApplication } from '#app/http/application.server.ts';
import type { Services } from '#app/http/context.ts';
import { createLimits } from '#app/http/limits.server.ts';
import { createAuth } from '#app/http/session.server.ts';
import { readSettings, type Settings, SettingsError } from '#app/http/settings.server.ts';
import { startJobs } from '#app/jobs/runner.server.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { createDb, createPool } from '#db/connection.ts';
import { openDatabase } from '#db/embedded.ts';
import { migrateToLatest } from '#db/migrate.ts';
import { DEMO_ACCOUNTS, seedDemo } from '#scripts/demo.ts';

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? sentenceOf(error) : String(error)}\n`);
  process.exit(1);
});

/** Starts the HTTP process, prints its address, and ends it in order when it is asked to. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const log = pino({ level: settings.logLevel, base: undefined });
  const database = await openDatabase({ databaseUrl: settings.databaseUrl, dataDir: settings.dataDir, log });
  const stops: (() => Promise<void>)[] = [() => database.release()];
  const stop = once(async () => {
    for (const step of stops.reverse()) await step().catch((error: unknown) => log.error({ err: error }, 'stop'));
  });
  try {
    const pool = createPool(database.url, { applicationName: 'lieu-a-jour serveur', max: 20 });
    const db = createDb(pool);
    stops.push(() => db.destroy());
    await migrateToLatest(db);
    const now = () => new Date();
    const communes = loadCommunes();
    if (settings.demo && database.embedded) await seedDemo(db, { communes, now: now(), log });
    const snapshots = new SnapshotStore({ url: database.url, log });
    stops.push(() => snapshots.close());
    const services: Services = {
      db,
      dbRead: db,
      settings,
      now,
      log,
      auth: createAuth(pool, { secure: settings.publicUrl.startsWith('https:') }),
      limits: createLimits(pool, settings.secrets[0]),
      communes,
      snapshots,
    };
    const { server, port } = await listen(settings, services);
    stops.push(() => closeGracefully(server));
    await snapshots.start();
    if (settings.jobs) {
      const jobs = await startJobs(services, pool);
      stops.push(() => jobs.stop());
    }
    announce(settings, port, database.embedded);
  } catch (error) {
    await stop();
    throw error;
  }
  endWhenAsked(async () => {
    await stop();
    process.exit(0);
  });
}

async function listen(settings: Settings, services: Services): Promise<{ server: Server; port: number }> {
  const buildPath = new URL('../server/index.js', import.meta.url);
  const build: ServerBuild = await import(buildPath.href);
  const server = createServer(createApplication(build, services, new URL('../client/', import.meta.url)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new SettingsError(
              `Le port ${settings.port} est déjà pris : donnez-en un autre avec PORT (exemple : PORT=3001).`,
            )
          : error,
      ),
    );
    server.listen(settings.port, settings.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : settings.port;
  if (!settings.publicUrlGiven) settings.publicUrl = `http://localhost:${port}`;
  return { server, port };
}

/** No new connection; those under way have ten seconds. */
function closeGracefully(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), 9_000);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function announce(settings: Settings, port: number, embedded: boolean): void {
  const lines = [`Lieu à jour : ${settings.publicUrl} (processus ${process.pid}, port ${port})`];
  if (settings.demo && embedded) {
    lines.push('Comptes de démonstration (le lien de connexion arrive dans /courriels) :');
    lines.push(...DEMO_ACCOUNTS.map(({ courriel, role }) => `  ${courriel.padEnd(26)} ${role}`));
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** On SIGTERM and SIGINT, and when the npm that started this process is no longer there. */
function endWhenAsked(end: () => Promise<void>): void {
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void end();
  }, 500).unref();
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= action();
    return running;
  };
}

function sentenceOf(error: Error): string {
  return error instanceof SettingsError ? error.message : (error.stack ?? error.message);
}
