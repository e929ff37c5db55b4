import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLog } from '#app/http/log.server.ts';
import { type Jobs, startJobs } from '#app/jobs/runner.server.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { enqueueCourriel } from '#db/courriels.ts';
import { deleteExpiredLimites } from '#db/limites.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { exportSettings } from '#tests/support/exports.ts';

let database: TestDatabase;
let dataDir: string;
let jobs: Jobs;
beforeAll(async () => {
  database = await createTestDatabase({ max: 8 });
  dataDir = await mkdtemp(join(tmpdir(), 'lieu-a-jour-taches-'));
  const settings = {
    ...exportSettings(dataDir),
    smtpUrl: undefined,
    mailFrom: 'Lieu à jour <bonjour@exemple.fr>',
    geocoderUrl: 'http://127.0.0.1:9/geocodage',
    listes: [],
    rechercheEntreprisesUrl: null,
    datagouv: null,
  };
  const services = {
    db: database.db,
    now: () => new Date(),
    log: createLog('silent'),
    communes: loadCommunes(),
    settings,
  };
  jobs = await startJobs(services, database.pool);
});
afterAll(async () => {
  await jobs.stop();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Backends that listen for mails, of this database. */
async function listeners(): Promise<number[]> {
  const { rows } = await database.pool.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN courriel%'",
  );
  return rows.map(({ pid }) => pid);
}

test('a lost connection is taken again, as often as it is lost, and holds no place in the pool', async () => {
  for (let lost = 0; lost < 10; lost++) {
    const [pid] = await vi.waitUntil(async () => ((await listeners()).length === 1 ? listeners() : null), 10_000);
    await database.pool.query('SELECT pg_terminate_backend($1)', [pid]);
    await vi.waitUntil(async () => !(await listeners()).includes(pid ?? 0), 10_000);
  }
  await vi.waitUntil(async () => (await listeners()).length === 1, 10_000);
  const now = new Date();
  await enqueueCourriel(database.db, { a: 'a@exemple.fr', objet: 'Essai', texte: 'Essai', html: '<p>Essai</p>', now });
  const sent = () => database.db.selectFrom('courriel').select('envoye_le').executeTakeFirstOrThrow();
  await vi.waitUntil(async () => (await sent()).envoye_le !== null, 20_000);
});

test('each job has its turn in the crontab under its own name', async () => {
  const known = await database.pool.query<{ identifier: string }>(
    'SELECT identifier FROM graphile_worker._private_known_crontabs ORDER BY identifier',
  );
  expect(known.rows.map(({ identifier }) => identifier)).toEqual([
    ...['courriels', 'datagouv', 'doublons', 'entreprises', 'export_quotidien', 'geocodage', 'imports', 'listes'],
    ...['purges', 'renouvellement', 'sources', 'statistiques'],
  ]);
});

test('counts of attempts are forgotten once their time has passed', async () => {
  const now = new Date();
  const rows = [-1, 1].map((seconds) => ({
    key: `essai:${seconds}`,
    points: 1,
    expire: now.getTime() + seconds * 1000,
  }));
  await database.db.insertInto('limite').values(rows).execute();
  expect(await deleteExpiredLimites(database.db, now)).toBe(1);
  expect(await database.db.selectFrom('limite').select('key').execute()).toEqual([{ key: 'essai:1' }]);
});
