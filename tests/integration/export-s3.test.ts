import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readSettings, type Settings } from '#app/http/settings.server.ts';
import { withLocalFile } from '#app/jobs/datagouv-fichiers.ts';
import { exportsDir } from '#app/jobs/export-depot.ts';
import { createDepotS3 } from '#app/jobs/export-depot-s3.ts';
import { exportDay, runNightlyExportIfDue } from '#app/jobs/export-quotidien.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { findExportJour, listExportJours, listExportTerritoires } from '#db/exports.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { type GetDonnees, serveDonnees } from '#tests/support/exports.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { BUCKET, type S3DeTest, type Sort, startS3 } from '#tests/support/s3.ts';

const communes = loadCommunes();

/** Exports in S3-compatible storage: a real server of it (s3rver), behind a wire that may fail. */

const JOUR = '2026-03-15';
const VEILLE = '2026-03-14';
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
  return { db: database.db, dbRead: database.db, settings, communes, now: () => now, log: pino({ level: 'silent' }) };
}

async function filesOf(jour: string) {
  const made = await findExportJour(database.db, { jour, demo: false });
  return [...(made?.fichiers ?? []), ...(await listExportTerritoires(database.db, jour))];
}

function rename(nom: string) {
  return database.db.updateTable('lieu').set({ nom }).execute();
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function served(action: (get: GetDonnees) => Promise<void>, from = services()): Promise<void> {
  return serveDonnees(from, action);
}

test('an export is in the bucket whole, under a run of its own, before it is recorded; the manifest there names it', async () => {
  await exportDay(services(), { jour: JOUR });
  const files = await filesOf(JOUR);
  expect(files).toHaveLength(12);
  const keys = await s3.keys();
  const run = keys[0]?.split('/')[3] ?? '';
  const names = [...files.map(({ nom }) => nom), 'manifeste.json', 'schema.json'];
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
        answers.push([path, headers, method, response.status, said, sha256Of(body)]);
      }
    }, from);
    seen.push(answers);
  }
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[0]?.map((answer) => (Array.isArray(answer) ? answer[3] : null))).toEqual([
    200, 200, 200, 200, 200, 200, 206, 206, 200, 416, 206, 200, 304, 412, 304, 200, 200, 206, 405, 404, 404, 200,
  ]);
});

test('a day made again takes the place of the first one, in the bucket and in its manifest; an older day does not', async () => {
  await exportDay(services(), { jour: JOUR });
  const before = await s3.keys();
  await rename('Mairie nouvelle');
  const { fichiers } = await exportDay(services(), { jour: JOUR });
  const after = await s3.keys();
  expect(after).toHaveLength(before.length);
  expect(after.filter((key) => before.includes(key))).toEqual([`${PREFIX}manifeste.json`]);
  await exportDay(services(), { jour: VEILLE });
  const manifest = JSON.parse(await s3.read(`${PREFIX}manifeste.json`));
  expect(manifest).toMatchObject({ jour: JOUR, lignes: 1 });
  expect(manifest.fichiers).toHaveLength(fichiers.length);
  for (const { nom, sha256 } of [...manifest.fichiers, ...manifest.territoires])
    expect(sha256Of(await s3.bytes(`${PREFIX}${nom}`))).toBe(sha256);
  await served(async (get) => expect(await (await get('/lieux.csv')).text()).toContain('Mairie nouvelle'));
});

test('the day after says what changed, from the JSON that is in the bucket; damaged there, it is left out', async () => {
  await exportDay(services(), { jour: VEILLE });
  await rename('Mairie nouvelle');
  await exportDay(services(), { jour: JOUR });
  await served(async (get) => {
    expect(await (await get('/changements.csv')).text()).toContain('modification,nom,lieu-0');
  });
  const json = (await s3.keys()).find((key) => /\/2026-03-14\/\w+\/lieux\.json$/.test(key));
  await s3.damage(json ?? '');
  const again = await exportDay(services(), { jour: JOUR });
  expect(again.fichiers.map(({ nom }) => nom).sort()).toEqual(NOMS);
});

test('after the night the days that are no longer kept are gone from the bucket, with what failed runs left on any day', async () => {
  for (const jour of ['2026-01-02', '2026-01-03', VEILLE]) await exportDay(services(), { jour });
  await s3.write(`${PREFIX}${VEILLE}/coupe/lieux.csv`);
  await s3.write(`${PREFIX}2026-02-20/coupe/lieux.csv`);
  await s3.write(`${PREFIX}autre.txt`);
  expect(await runNightlyExportIfDue(services())).toMatchObject({ jour: JOUR });
  const jours = (await listExportJours(database.db, { demo: false })).map(({ jour }) => jour);
  expect(jours).toEqual([JOUR, VEILLE, '2026-01-02']);
  const keys = await s3.keys();
  const runs = new Set(keys.map((key) => key.split('/').slice(2, 4).join('/')).filter((run) => run.includes('/')));
  expect([...runs].map((run) => run.slice(0, 10)).sort()).toEqual([...jours].reverse());
  expect(keys).toContain(`${PREFIX}autre.txt`);
});

test('what was exported to the disk is served until its day is made again in the bucket; --vers copies from there', async () => {
  await exportDay(services(null), { jour: JOUR });
  await served(async (get) => expect((await get('/lieux.csv')).status).toBe(200));
  const vers = join(dataDir, 'copie');
  const { fichiers } = await exportDay(services(), { jour: JOUR, vers });
  expect(existsSync(join(exportsDir(base), JOUR))).toBe(false);
  for (const { nom, sha256 } of fichiers) expect(sha256Of(await readFile(join(vers, nom)))).toBe(sha256);
  expect(await readdir(join(vers, 'departement'))).toHaveLength(4);
  await served(async (get) => expect((await get('/lieux.csv')).status).toBe(200));
  // Without the bucket nobody knows any more where they lie.
  await served(async (get) => expect((await get('/lieux.csv')).status).toBe(404), services(null));
});

test('data.gouv.fr is sent what is in the bucket, brought here for the time it takes; away, it waits', async () => {
  await exportDay(services(), { jour: JOUR });
  const [file] = await filesOf(JOUR);
  if (!file) throw new Error('there is no file');
  const { settings } = services();
  const path = await withLocalFile(settings, file, async (local) => {
    expect(sha256Of(await readFile(local.path))).toBe(file.sha256);
    return local.path;
  });
  expect(existsSync(path)).toBe(false);
  s3.sort(() => ({ status: 403, code: 'AccessDenied' }));
  const refused = withLocalFile(settings, file, async () => {});
  await expect(refused).rejects.toMatchObject({ name: 'FauteDatagouv', genre: 'indisponible' });
});

test('lieux of the demonstration set are never in a bucket', async () => {
  await database.db.updateTable('lieu').set({ demo: true }).execute();
  expect(await runNightlyExportIfDue(services())).toBeNull();
  expect((await exportDay(services(), { jour: JOUR })).lignes).toBe(0);
  expect((await exportDay(services(null), { jour: JOUR, forcer: true })).lignes).toBe(1);
  await database.db.updateTable('lieu').set({ demo: false }).execute();
});

test('a large file goes in parts, each compared, and is read back as it was', async () => {
  const depot = createDepotS3(s3.settings);
  const folder = await mkdtemp(join(dataDir, 'grand-'));
  const bytes = randomBytes(20 * 1024 * 1024 + 7);
  await writeFile(join(folder, 'lieux.json'), bytes);
  // One part is altered on its way, another cut: both are sent again.
  const faults: Record<string, Sort> = { 'partNumber=1': 'altere', 'partNumber=2': { coupe: 1_000_000 } };
  s3.sort((demande) => {
    const name = Object.keys(faults).find((one) => demande.startsWith('PUT') && demande.includes(one)) ?? '';
    const sort = faults[name];
    delete faults[name];
    return sort;
  });
  const chemin = `${await depot.publish({ jour: JOUR, run: 'r', folder, noms: ['lieux.json'] })}/lieux.json`;
  expect(faults).toEqual({});
  const file = {
    nom: 'lieux.json',
    territoire: null,
    lignes: 1,
    octets: bytes.length,
    sha256: sha256Of(bytes),
    chemin,
  };
  const scratch = join(dataDir, 'grand', 'lieux.json');
  expect(await depot.local(file, scratch)).toBe(scratch);
  expect(Buffer.compare(await readFile(scratch), bytes)).toBe(0);
  expect(existsSync(folder)).toBe(false);
  expect(await depot.has({ ...file, octets: 3 })).toBe(false);
  expect(s3.demandes.filter((demande) => demande.includes('partNumber=3'))).toHaveLength(1);
}, 60_000);
