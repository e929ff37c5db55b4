import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import compression from 'compression';
import express from 'express';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { donneesFiles } from '#app/http/donnees.server.ts';
import { readSettings, type Settings } from '#app/http/settings.server.ts';
import { exportsDir } from '#app/jobs/export-depot.ts';
import { exportDay } from '#app/jobs/export-quotidien.ts';
import { findExportJour, listExportTerritoires } from '#db/exports.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { closeServer, listenOnLoopback } from '#tests/support/loopback.ts';
import { BUCKET, type S3DeTest, startS3 } from '#tests/support/s3.ts';

/** Exports in S3-compatible storage: a real server of it (s3rver), behind a wire that may fail. */

const JOUR = '2026-03-15';
const PREFIX = 'donnees/lieux/';
const NOMS = ['lieux.csv', 'lieux.geojson', 'lieux.json', 'lieux.parquet'];
let database: TestDatabase;
let dataDir: string;
let base: Settings;
let s3: S3DeTest;
let now = new Date(`${JOUR}T08:00:00Z`);
beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'export-s3-'));
  base = readSettings({ NODE_ENV: 'test', DATA_DIR: dataDir });
  await insertLieu(database.db, { id: 'lieu-0' }, { today: JOUR });
});
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
  await database.drop();
});
beforeEach(async () => {
  await database.db.deleteFrom('export_jour').execute();
  await database.db.updateTable('lieu').set({ nom: 'Mairie de Langon' }).execute();
  now = new Date(`${JOUR}T08:00:00Z`);
  s3 = await startS3(PREFIX);
  return () => s3.close();
});

function services(exportS3: Settings['exportS3'] = s3.settings) {
  const settings: Settings = Object.assign({}, base, { exportS3 });
  return { db: database.db, dbRead: database.db, settings, now: () => now, log: pino({ level: 'silent' }) };
}

async function filesOf(jour: string) {
  const made = await findExportJour(database.db, { jour, demo: false });
  return [...(made?.fichiers ?? []), ...(await listExportTerritoires(database.db, jour))];
}

/** The site's `/donnees`, for as long as `action` lasts. */
async function served(
  action: (
    get: (path: string, headers?: Record<string, string>, method?: string) => Promise<Response>,
  ) => Promise<void>,
  from = services(),
) {
  const app = express();
  app.use(compression());
  app.use('/donnees', donneesFiles(from));
  app.use((_request, response) => response.status(200).send('page'));
  const server = createServer(app);
  const origin = await listenOnLoopback(server);
  try {
    await action((path, headers = {}, method = 'GET') =>
      fetch(`${origin}/donnees${path}`, { method, headers: { 'accept-encoding': 'identity', ...headers } }),
    );
  } finally {
    await closeServer(server);
  }
}

test('an export is in the bucket whole, under a run of its own, before it is recorded; the manifest there names it', async () => {
  await exportDay(services(), { jour: JOUR });
  const files = await filesOf(JOUR);
  expect(files).toHaveLength(12);
  const keys = await s3.keys();
  const run = keys[0]?.split('/')[3] ?? '';
  const names = [...files.map(({ nom }) => nom), 'manifeste.json'];
  expect(keys).toEqual([...names.map((nom) => `${PREFIX}${JOUR}/${run}/${nom}`), `${PREFIX}manifeste.json`].sort());
  expect(files.every(({ chemin, nom }) => chemin === `s3://${BUCKET}/${PREFIX}${JOUR}/${run}/${nom}`)).toBe(true);
  // Nothing of it stays on this disk.
  expect(existsSync(join(exportsDir(base), JOUR))).toBe(false);
  const last = s3.demandes.filter((demande) => demande.startsWith('PUT')).at(-1);
  expect(last).toContain(`/${BUCKET}/${PREFIX}manifeste.json`);
});

test('what is served is the same from the bucket and from the disk: headers, parts, what is known already, what is not there', async () => {
  const seen: unknown[][] = [];
  for (const from of [services(null), services()]) {
    await exportDay(from, { jour: JOUR });
    const answers: unknown[] = [];
    await served(async (get) => {
      const etag = `"${(await filesOf(JOUR)).find(({ nom }) => nom === 'lieux.csv')?.sha256}"`;
      for (const [path, headers, method] of [
        ...NOMS.map((nom) => [`/${nom}`] as const),
        ['/departement/33/lieux.csv'],
        [`/${JOUR}/region/75/lieux.json`],
        ['/lieux.csv', { range: 'bytes=3-9' }],
        ['/lieux.csv', { range: 'bytes=-5' }],
        ['/lieux.csv', { range: 'bytes=0-1,3-4' }],
        ['/lieux.csv', { range: 'bytes=99999999-' }],
        ['/lieux.csv', { range: 'bytes=3-9', 'if-range': etag }],
        ['/lieux.csv', { range: 'bytes=3-9', 'if-range': '"autre"' }],
        ['/lieux.csv', { 'if-none-match': etag }],
        ['/lieux.csv', { 'if-match': '"autre"' }],
        ['/lieux.csv', { 'if-modified-since': now.toUTCString() }],
        ['/lieux.csv', { 'accept-encoding': 'gzip' }],
        ['/lieux.csv', {}, 'HEAD'],
        ['/lieux.csv', { range: 'bytes=0-3' }, 'HEAD'],
        ['/lieux.csv', {}, 'POST'],
        ['/lieux.xml'],
        ['/2026-03-13/lieux.csv'],
        ['/'],
      ] as [string, Record<string, string>?, string?][]) {
        const response = await get(path, headers, method);
        const said = Object.fromEntries(
          [...response.headers].filter(([name]) => !['date', 'keep-alive'].includes(name)),
        );
        const body = Buffer.from(await response.arrayBuffer());
        answers.push([path, headers, method, response.status, said, createHash('sha256').update(body).digest('hex')]);
      }
    }, from);
    seen.push(answers);
  }
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[0]?.map((answer) => (Array.isArray(answer) ? answer[3] : null))).toEqual([
    200, 200, 200, 200, 200, 200, 206, 206, 200, 416, 206, 200, 304, 412, 304, 200, 200, 206, 405, 404, 404, 200,
  ]);
});
