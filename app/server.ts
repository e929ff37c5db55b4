import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { ServerBuild } from '@remix-run/node';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { SnapshotStore } from '#app/carte/snapshot-store.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { createApplication } from '#app/http/application.server.ts';
import type { Services } from '#app/http/context.ts';
import { isLocalDemonstration } from '#app/http/demonstration.server.ts';
import type { Lifecycle } from '#app/http/health.server.ts';
import { createLimits } from '#app/http/limits.server.ts';
import { createLog } from '#app/http/log.server.ts';
import { whenNpmEnds } from '#app/http/parent.server.ts';
import { createAuth } from '#app/http/session.server.ts';
import { readSettings, type Settings, SettingsError } from '#app/http/settings.server.ts';
import { startJobs } from '#app/jobs/runner.server.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { createDb, createPagesPool, createTasksPool } from '#db/connection.ts';
import { EmbeddedDatabaseError } from '#db/embedded/errors.ts';
import { openDatabase } from '#db/embedded.ts';
import { hasDemoLieuxPublies } from '#db/lieux-publies.ts';
import { MigrationError, migrateToLatest } from '#db/migrate.ts';
import type { DB } from '#db/types.ts';
import { DEMO_ACCOUNTS, isEmpty, seedDemo } from '#scripts/demo.ts';

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? sentenceOf(error) : String(error)}\n`);
  process.exit(1);
});

/** Starts the HTTP process, prints its address, and ends it in order when it is asked to, even while it starts. */
async function main(): Promise<void> {
  process.env.NODE_ENV ??= 'production'; // React and Express are several times slower otherwise
  const settings = readSettings(process.env);
  const log = createLog(settings.logLevel);
  const life: Life = { phase: 'demarrage', taches: settings.jobs ? 'arret' : 'sans', closers: [] };
  const closeAll = async () => {
    for (let close = life.closers.pop(); close; close = life.closers.pop()) {
      await close().catch((error: unknown) => log.error({ err: error }, 'arret'));
    }
  };
  const started = start(settings, log, life);
  endWhenAsked(async () => {
    life.phase = 'arret';
    await closeAll();
    // What was being opened meanwhile is closed too.
    await started.catch(() => undefined);
    await closeAll();
    process.exit(0);
  });
  try {
    await started;
  } catch (error) {
    if (life.phase === 'arret') return;
    await closeAll();
    throw error;
  }
}

interface Life extends Lifecycle {
  /** What is open, to be closed in the opposite order. */
  closers: (() => Promise<unknown>)[];
}

async function start(settings: Settings, log: Logger, life: Life): Promise<void> {
  const opening = openDatabase({ databaseUrl: settings.databaseUrl, dataDir: settings.dataDir, log });
  const loading = loadMeanwhile();
  loading.catch(() => undefined); // said where it is awaited
  const database = await opening;
  life.closers.push(() => database.release());
  const pool = createPagesPool(database.url, { applicationName: 'lieu-a-jour pages', log });
  const db = createDb(pool);
  life.closers.push(() => db.destroy());
  const tasksPool = createTasksPool(database.url, { applicationName: 'lieu-a-jour tâches', log });
  const tasksDb = createDb(tasksPool);
  life.closers.push(() => tasksDb.destroy());
  assertWanted(life);
  await migrateToLatest(tasksDb);
  assertWanted(life);
  const now = () => new Date();
  if (settings.demo && database.embedded && (await isEmpty(tasksDb))) {
    await seedDemo(tasksDb, { communes: (await loading).communes, now: now(), log });
  }
  assertWanted(life);
  const snapshots = new SnapshotStore({
    url: database.url,
    log,
    keptIn: join(settings.dataDir, 'carte', 'derniere.bin'),
  });
  life.closers.push(() => snapshots.close());
  const firstSnapshot = snapshots.start();
  firstSnapshot.catch(() => undefined); // said where it is awaited
  const { build, communes } = await loading;
  assertWanted(life);
  const services: Services = {
    db,
    dbRead: openReadDb(settings, db, life, log),
    settings,
    now,
    log,
    auth: createAuth(pool, { secure: settings.publicUrl.startsWith('https:') }),
    limits: createLimits(pool, settings.secrets[0]),
    communes,
    snapshots,
    // Also where a database that was seeded once serves with DEMO=off.
    demonstration: (settings.demo && database.embedded) || (await hasDemoLieuxPublies(db)),
  };
  const { server, port } = await listen(settings, services, { build, life });
  life.closers.push(() => closeGracefully(server));
  await firstSnapshot;
  assertWanted(life);
  if (settings.jobs) {
    const jobs = await startJobs({ ...services, db: tasksDb }, tasksPool);
    life.closers.push(() => jobs.stop());
    life.taches = 'marche';
    jobs.ended.then(() => {
      life.taches = 'arret';
    });
  }
  assertWanted(life);
  life.phase = 'pret';
  announce(settings, port, { embedded: database.embedded, demonstration: services.demonstration, log });
}

/** Public pages read from a replica where there is one. */
function openReadDb({ databaseReadUrl }: Settings, db: Kysely<DB>, life: Life, log: Logger): Kysely<DB> {
  if (databaseReadUrl === undefined) return db;
  const replica = createDb(createPagesPool(databaseReadUrl, { applicationName: 'lieu-a-jour lecture', log }));
  life.closers.push(() => replica.destroy());
  return replica;
}

/** Someone asked for the end while we were starting. */
function assertWanted(life: Life): void {
  if (life.phase === 'arret') throw new Error('asked to end');
}

/** What takes its time and needs no database: the pages, and the communes of France. */
async function loadMeanwhile(): Promise<{ build: ServerBuild; communes: CommuneIndex }> {
  const build: ServerBuild = await import(new URL('../server/index.js', import.meta.url).href);
  return { build, communes: loadCommunes() };
}

async function listen(
  settings: Settings,
  services: Services,
  { build, life }: { build: ServerBuild; life: Life },
): Promise<{ server: Server; port: number }> {
  const clientDir = new URL('../client/', import.meta.url);
  const server = createServer(
    // Long for the files of imports; everywhere else `endSlowBodies` is shorter.
    { requestTimeout: 30 * 60_000, headersTimeout: 10_000 },
    await createApplication(build, services, { clientDir, lifecycle: life }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainListen(error, settings)));
    server.listen(settings.port, settings.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : settings.port;
  if (!settings.publicUrlGiven) settings.publicUrl = `http://localhost:${port}`;
  return { server, port };
}

function explainListen(error: NodeJS.ErrnoException, { port, host }: Settings): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new SettingsError(
        `Le port ${port} est déjà pris : donnez-en un autre avec PORT (exemple : PORT=${port < 65_535 ? port + 1 : 3000}).`,
      );
    case 'EACCES':
      return new SettingsError(`Le port ${port} est réservé : donnez-en un autre avec PORT (exemple : PORT=3000).`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new SettingsError(
        `Réglage HOST incorrect : « ${host} » n’est pas une adresse de cette machine (exemple : HOST=127.0.0.1).`,
      );
    default:
      return error;
  }
}

/** No new connection; those under way have nine seconds. */
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

function announce(
  settings: Settings,
  port: number,
  { embedded, demonstration, log }: { embedded: boolean; demonstration: boolean; log: Logger },
): void {
  if (!embedded && !settings.publicUrlGiven) {
    log.warn(`Réglage PUBLIC_URL absent : les liens des courriels mènent à ${settings.publicUrl}.`);
  }
  const lines = [`Lieu à jour : ${settings.publicUrl} (processus ${process.pid}, port ${port})`];
  if (settings.demo && embedded) {
    lines.push('Comptes de démonstration (le lien de connexion arrive dans /courriels) :');
    lines.push(...DEMO_ACCOUNTS.map(({ courriel, role }) => `  ${courriel.padEnd(26)} ${role}`));
  }
  if (demonstration && !isLocalDemonstration(settings)) {
    lines.push(
      'Attention : d’autres machines peuvent voir cette démonstration. Ses lieux sont fictifs : chaque page le dit et demande',
      'à ne pas être indexée, les exports les laissent de côté. Pour un vrai site, partez d’une base vide : DEMO=off et un autre DATA_DIR.',
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** On SIGTERM and SIGINT, and when the npm that started this process is no longer there. A second signal does not wait. */
function endWhenAsked(end: () => Promise<void>): void {
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  whenNpmEnds(() => void end());
}

function sentenceOf(error: Error): string {
  const expected = [SettingsError, EmbeddedDatabaseError, MigrationError].some((kind) => error instanceof kind);
  return expected ? error.message : (error.stack ?? error.message);
}
