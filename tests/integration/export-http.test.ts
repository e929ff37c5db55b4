import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import compression from 'compression';
import { parse } from 'csv-parse/sync';
import express from 'express';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lieuFrom } from '#app/domain/lieu.ts';
import { donneesFiles } from '#app/http/donnees.server.ts';
import { readSettings, type Settings } from '#app/http/settings.server.ts';
import { exportsDir } from '#app/jobs/export-depot.ts';
import { exportDay } from '#app/jobs/export-quotidien.ts';
import { runStatistiquesIfDue } from '#app/jobs/statistiques.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { findExportJour, upsertExportJour } from '#db/exports.ts';
import { lieuColumns } from '#db/lieux.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const NOW = new Date('2026-03-15T08:00:00Z');
let database: TestDatabase;
let server: Server;
let origin: string;
let settings: Settings;
const made = new Map<string, string>();

beforeAll(async () => {
  database = await createTestDatabase();
  settings = readSettings({ NODE_ENV: 'test', DATA_DIR: await mkdtemp(join(tmpdir(), 'donnees-')) });
  const log = pino({ level: 'silent' });
  const services = { db: database.db, dbRead: database.db, settings, communes: loadCommunes(), now: () => NOW, log };
  const app = express();
  app.use(compression());
  app.use('/donnees', donneesFiles(services));
  app.use((_request, response) => response.status(200).send('page'));
  server = createServer(app);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

  expect((await get('/donnees/lieux.csv')).status).toBe(404);
  const rows = Array.from({ length: 60 }, (_, index) => ({
    ...lieuColumns(
      lieuFrom({
        id: `lieu-${index}`,
        nom: `Médiathèque ${index}`,
        commune: 'Bordeaux',
        code_postal: '33000',
        code_insee: '33063',
        adresse: '1 Rue du Test',
        date_maj: '2026-01-02',
      }),
      { communes: loadCommunes(), now: new Date('2026-03-15'), today: '2026-03-15' },
    ).columns,
    origine: 'test',
    id_origine: `lieu-${index}`,
  }));
  await database.db.insertInto('lieu').values(rows.slice(0, 50)).execute();
  await exportDay(services, { jour: '2026-03-14' });
  await database.db.insertInto('lieu').values(rows.slice(50)).execute();
  const { fichiers } = await exportDay(services, { jour: '2026-03-15' });
  for (const { nom, sha256 } of fichiers) made.set(nom, sha256);
});

afterAll(async () => {
  await new Promise((done) => server.close(done));
  await rm(settings.dataDir, { recursive: true, force: true });
  await database.drop();
});

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(`${origin}${path}`, {
    method,
    redirect: 'manual',
    headers: { 'accept-encoding': 'identity', ...headers },
  });
}

test.each([
  ['lieux.csv', 'text/csv; charset=utf-8'],
  ['lieux.json', 'application/json; charset=utf-8'],
  ['lieux.geojson', 'application/geo+json; charset=utf-8'],
  ['lieux.parquet', 'application/vnd.apache.parquet'],
])('%s: its type, its SHA-256 as ETag, a name with its day, readable from any site', async (nom, type) => {
  const response = await get(`/donnees/${nom}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  expect(response.headers.get('etag')).toBe(`"${made.get(nom)}"`);
  expect(response.headers.get('last-modified')).toBe(NOW.toUTCString());
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(response.headers.get('content-disposition')).toBe(
    `attachment; filename="20260315_lieu-a-jour_lieux-de-mediation-numerique_France.${nom.split('.')[1]}"`,
  );
  const body = Buffer.from(await response.arrayBuffer());
  expect(createHash('sha256').update(body).digest('hex')).toBe(made.get(nom));
  expect(response.headers.get('content-length')).toBe(String(body.length));
});

test('each day has its own files; a day that is past may be kept, the newest is asked for again', async () => {
  const yesterday = await get('/donnees/2026-03-14/lieux.csv');
  const today = await get('/donnees/2026-03-15/lieux.csv');
  expect((await yesterday.text()).trim().split('\r\n')).toHaveLength(51);
  expect((await today.text()).trim().split('\r\n')).toHaveLength(61);
  expect(yesterday.headers.get('cache-control')).toContain('max-age=3600');
  expect(today.headers.get('cache-control')).toContain('no-cache');
});

test('what has not changed is not sent twice, and a part can be asked for', async () => {
  const etag = `"${made.get('lieux.csv')}"`;
  expect((await get('/donnees/lieux.csv', { 'if-none-match': etag, 'cache-control': 'max-age=0' })).status).toBe(304);
  expect((await get('/donnees/lieux.csv', { 'if-none-match': `W/${etag}` })).status).toBe(304);
  expect((await get('/donnees/lieux.csv', { 'if-none-match': '"autre"' })).status).toBe(200);
  const whole = await (await get('/donnees/lieux.csv')).text();
  const part = await get('/donnees/lieux.csv', { range: 'bytes=3-9', 'accept-encoding': 'gzip' });
  expect(part.status).toBe(206);
  expect(part.headers.get('content-encoding')).toBeNull();
  expect(await part.text()).toBe(whole.slice(3, 10));
  const beyond = await get('/donnees/lieux.csv', { range: 'bytes=99999999-' });
  expect(beyond.status).toBe(416);
  expect(beyond.headers.get('content-range')).toBe(`bytes */${Buffer.byteLength(whole)}`);
});

test('compressed on the way, it says so: other bytes, a weak ETag', async () => {
  const response = await get('/donnees/lieux.json', { 'accept-encoding': 'gzip' });
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(response.headers.get('etag')).toBe(`W/"${made.get('lieux.json')}"`);
  expect(JSON.parse(await response.text())).toHaveLength(60);
});

test('the manifest and the Table Schema are JSON for any site', async () => {
  const manifest = await (await get('/donnees/manifeste.json')).json();
  expect(manifest).toMatchObject({ jour: '2026-03-15', lignes: 60, lignes_sans_departement: 0 });
  expect(manifest.territoires.map(({ nom }: { nom: string }) => nom)).toHaveLength(8);
  expect(manifest.schema).toMatchObject({ nom: 'schema.json', url: '/donnees/2026-03-15/schema.json' });
  for (const { url, sha256 } of [...manifest.fichiers, manifest.schema, ...manifest.territoires])
    expect((await get(url)).headers.get('etag')).toBe(`"${sha256}"`);
  const schema = await get('/donnees/schema.json');
  expect(schema.headers.get('access-control-allow-origin')).toBe('*');
  expect(await schema.json()).toMatchObject({
    fields: expect.arrayContaining([expect.objectContaining({ name: 'id' })]),
  });
});

test('a région or a département has its own files, newest or of a day, under the name that the standard rules', async () => {
  const newest = await get('/donnees/departement/33/lieux.csv');
  expect((await newest.text()).trim().split('\r\n')).toHaveLength(61);
  expect(newest.headers.get('access-control-allow-origin')).toBe('*');
  expect(newest.headers.get('content-disposition')).toBe(
    'attachment; filename="20260315_lieu-a-jour_lieux-de-mediation-numerique_DepartementGironde.csv"',
  );
  const before = await get('/donnees/2026-03-14/region/75/lieux.csv', { range: 'bytes=0-1' });
  expect([before.status, await before.text()]).toEqual([206, 'id']);
  const etag = (await get('/donnees/region/75/lieux.json')).headers.get('etag') ?? '';
  expect(
    (await get('/donnees/region/75/lieux.json', { 'if-none-match': etag, 'cache-control': 'max-age=0' })).status,
  ).toBe(304);
});

test.each([
  ['/donnees/2026-03-14/changements.csv', 'il n’y avait pas d’export avant lui avec quoi le comparer'],
  ['/donnees/departement/40/lieux.csv', 'Il n’y a pas de lieu dans ce territoire (Landes)'],
  ['/donnees/departement/00/lieux.csv', 'Il n’y a pas de département qui a le code 00'],
  ['/donnees/region/33/lieux.csv', 'Il n’y a pas de région qui a le code 33'],
  ['/donnees/2026-03-13/departement/33/lieux.csv', 'Il n’y a pas d’export du 2026-03-13.'],
  ['/donnees/departement/33/changements.csv', 'Il n’y a pas de fichier de ce nom. Il y a : departement/33/lieux.csv,'],
])('%s: %s', async (path, sentence) => {
  const response = await get(path);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain(sentence);
});

test.each([
  '/donnees/lieux.xml',
  '/donnees/2026-03-13/lieux.csv',
  '/donnees/2026-03-15/secret',
  '/donnees/2026-03-15/..%2F..%2Fsecret',
  '/donnees/..%2Fsecret',
  '/donnees/%2e%2e/secret',
  '/donnees/2026-13-45/lieux.csv',
  '/donnees/2026-03-15/x/lieux.csv',
  '/donnees/constructor',
])('%s is nothing, and says so in French', async (path) => {
  await writeFile(join(settings.dataDir, 'secret'), 'secret');
  const response = await get(path);
  if (response.status === 200) return expect(await response.text()).toBe('page');
  expect(response.status).toBe(404);
  expect(await response.text()).toMatch(/^(?:Il n’y a|Aucun)/);
});

test('the figures by territory are data too: CSV and JSON, of now or of a day, for any site', async () => {
  const csv = await get('/donnees/statistiques.csv');
  expect(csv.status).toBe(200);
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(csv.headers.get('access-control-allow-origin')).toBe('*');
  const etag = csv.headers.get('etag') ?? '';
  const rows: Record<string, string>[] = parse(await csv.text(), { columns: true });
  expect(rows[0]).toMatchObject({ jour: '2026-03-15', territoire: 'france', nom: 'France', lieux: '60' });
  expect(rows.find(({ territoire }) => territoire === 'departement:33')).toMatchObject({
    ...{ type: 'departement', code: '33', nom: 'Gironde', lieux: '60', communes_avec_lieu: '1' },
  });
  expect((await get('/donnees/statistiques.csv', { 'if-none-match': etag, 'cache-control': 'max-age=0' })).status).toBe(
    304,
  );
  const json = await (await get('/donnees/statistiques.json')).json();
  expect(json).toMatchObject({ jour: '2026-03-15', licence: 'Licence Ouverte 2.0' });
  expect(json.territoires).toHaveLength(rows.length);
  const none = await get('/donnees/2026-03-14/statistiques.json');
  expect([none.status, await none.text()]).toEqual([404, expect.stringContaining('pas de statistiques du 2026-03-14')]);
  await runStatistiquesIfDue({ db: database.db, settings, communes: loadCommunes(), now: () => NOW });
  expect((await get('/donnees/2026-03-15/statistiques.csv')).status).toBe(200);
  expect((await get('/donnees/2026-02-30/statistiques.csv')).status).toBe(404);
});

test('the page is left to others; nothing is written here; a preflight is answered', async () => {
  expect(await (await get('/donnees')).text()).toBe('page');
  expect(await (await get('/donnees/')).text()).toBe('page');
  expect((await get('/donnees/2026-03-15')).status).toBe(302);
  expect((await get('/donnees/2026-03-15/')).status).toBe(302);
  expect((await get('/donnees/lieux.csv', {}, 'POST')).status).toBe(405);
  expect((await get('/donnees/lieux.csv', {}, 'OPTIONS')).status).toBe(204);
  const head = await get('/donnees/lieux.csv', {}, 'HEAD');
  expect(head.headers.get('etag')).toBe(`"${made.get('lieux.csv')}"`);
  expect(await head.text()).toBe('');
});

test('only an export that holds demonstration lieux is hidden from an instance that others can see; a lost file is a 404', async () => {
  const url = settings.publicUrl;
  settings.publicUrl = 'https://lieux.exemple.fr';
  expect((await get('/donnees/lieux.csv')).status).toBe(200);
  const newest = await findExportJour(database.db, { jour: '2026-03-15', demo: false });
  if (!newest) throw new Error('real lieux alone are for everyone');
  await upsertExportJour(database.db, { ...newest, demo: true });
  await upsertExportJour(database.db, { ...newest, jour: '2026-03-14', demo: true });
  expect((await get('/donnees/lieux.csv')).status).toBe(404);
  settings.publicUrl = url;
  const served = await findExportJour(database.db, { jour: '2026-03-15', demo: true });
  const path = served?.fichiers.find(({ nom }) => nom === 'lieux.geojson')?.chemin ?? '';
  await rm(join(exportsDir(settings), path));
  const response = await get('/donnees/lieux.geojson');
  expect(response.status).toBe(404);
  expect(response.headers.get('etag')).not.toContain(made.get('lieux.geojson'));
  expect(await response.text()).toContain('n’est plus sur ce serveur');
});
