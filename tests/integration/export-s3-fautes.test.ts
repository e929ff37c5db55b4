import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readSettings, type Settings } from '#app/http/settings.server.ts';
import { createDepotS3 } from '#app/jobs/export-depot-s3.ts';
import { exportDay, runNightlyExportIfDue } from '#app/jobs/export-quotidien.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { listExportJours } from '#db/exports.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { type GetDonnees, serveDonnees } from '#tests/support/exports.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { bundleText } from '#tests/support/programs.ts';
import { type S3DeTest, type Sort, startS3 } from '#tests/support/s3.ts';
import { createPerson } from './revisions.factory.ts';

/** What becomes of exports when the storage, the way to it or the process fails. */

const JOUR = '2026-03-15';
const VEILLE = '2026-03-14';
/** What a run of one lieu has: the whole, a région, a département, in four formats, its schema and its manifest. */
const FILES = 14;
/** Where there is a day before, what changed too. */
const AGAIN = FILES + 1;
const communes = loadCommunes();
const now = () => new Date(`${JOUR}T08:00:00Z`);
let database: TestDatabase;
let dataDir: string;
let base: Settings;
let s3: S3DeTest;
const logged: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'export-s3-fautes-'));
  base = readSettings({ NODE_ENV: 'test', DATA_DIR: dataDir });
  await insertLieu(database.db, { id: 'lieu-0' }, { today: JOUR });
});
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
  await database.drop();
});
beforeEach(async () => {
  await database.db.deleteFrom('export_jour').execute();
  await database.db.deleteFrom('export_panne').execute();
  s3 = await startS3();
  return () => s3.close();
});

function services(values: Partial<NonNullable<Settings['exportS3']>> = {}) {
  const settings: Settings = Object.assign({}, base, { exportS3: Object.assign({}, s3.settings, values) });
  const log = pino({ level: 'warn' }, { write: (line) => logged.push(line) });
  return { db: database.db, dbRead: database.db, settings, communes, now, log };
}

async function joursServed(): Promise<string[]> {
  return (await listExportJours(database.db, { demo: false })).map(({ jour }) => jour);
}

/** A count of the runs in the bucket, by day. */
async function runsIn(): Promise<Record<string, number>> {
  const runs = new Set((await s3.keys()).flatMap((key) => /^(\d{4}-\d{2}-\d{2}\/\w+)\//.exec(key)?.[1] ?? []));
  const jours = [...runs].map((run) => run.slice(0, 10));
  return Object.fromEntries(jours.map((jour) => [jour, jours.filter((other) => other === jour).length]));
}

function sendings(): string[] {
  return s3.demandes.filter((demande) => demande.startsWith('PUT'));
}

/** The fault happens to the n-th sending of a file. */
function atSending(n: number, sort: Sort, times = 1): void {
  let seen = 0;
  s3.sort((demande) => {
    if (!demande.startsWith('PUT')) return undefined;
    seen++;
    return seen >= n && seen < n + times ? sort : undefined;
  });
}

test('storage that stops in the middle of an export: nothing is published, yesterday’s stays, the next run converges', async () => {
  await exportDay(services(), { jour: VEILLE });
  s3.demandes.length = 0;
  s3.sort(() => {
    if (sendings().length === 5) void s3.stop();
    return undefined;
  });
  await expect(runNightlyExportIfDue(services())).rejects.toThrow(/Le stockage des exports .* ne peut pas être joint/);
  expect(sendings().length).toBeGreaterThanOrEqual(5);
  expect(await joursServed()).toEqual([VEILLE]);
  s3.sort(() => undefined);
  await s3.restart();
  expect((await runsIn())[JOUR]).toBe(1);
  expect(JSON.parse(await s3.read('manifeste.json')).jour).toBe(VEILLE);
  expect(await runNightlyExportIfDue(services())).toMatchObject({ jour: JOUR, lignes: 1 });
  expect(await joursServed()).toEqual([JOUR, VEILLE]);
  expect(await runsIn()).toEqual({ [JOUR]: 1, [VEILLE]: 1 });
  expect(await s3.keys()).toHaveLength(FILES + AGAIN + 1);
}, 60_000);

test('people are told once of a storage that fails for over an hour, and again of the next failure after it has worked', async () => {
  await createPerson(database.db, { departements: null });
  await createPerson(database.db, { departements: ['33'] });
  await exportDay(services(), { jour: VEILLE });
  const at = (instant: string) => runNightlyExportIfDue({ ...services(), now: () => new Date(instant) });
  const mails = () => database.db.selectFrom('courriel').select(['objet', 'texte']).orderBy('id').execute();
  const refuse = () => s3.sort(() => ({ status: 403, code: 'AccessDenied' }));
  refuse();
  for (const minute of ['04:31', '05:00', '05:30'])
    await expect(at(`${JOUR}T${minute}:00+01:00`)).rejects.toThrow('refuse l’accès');
  expect(await mails()).toEqual([]);
  for (const minute of ['05:31', '05:36'])
    await expect(at(`${JOUR}T${minute}:00+01:00`)).rejects.toThrow('refuse l’accès');
  const [mail, ...others] = await mails();
  expect(others).toEqual([]);
  expect(mail?.objet).toBe('Les données ouvertes du jour ne peuvent pas être publiées');
  expect(mail?.texte).toContain('Donnez à la clé (EXPORT_S3_ACCESS_KEY_ID et EXPORT_S3_SECRET_ACCESS_KEY) le droit');
  expect(mail?.texte).not.toContain(s3.settings.secretAccessKey);
  s3.sort(() => undefined);
  expect(await at(`${JOUR}T08:00:00+01:00`)).toMatchObject({ jour: JOUR });
  refuse();
  for (const minute of ['04:31', '05:31'])
    await expect(at(`2026-03-16T${minute}:00+01:00`)).rejects.toThrow('refuse l’accès');
  expect(await mails()).toHaveLength(2);
}, 60_000);

test('killed with -9 while files go, before it records or before it names it in the manifest, an export leaves the earlier one; a rerun converges', async () => {
  await exportDay(services(), { jour: VEILLE });
  const program = await bundleOfExport();
  try {
    for (const [sending, recorded] of [
      [1, false],
      [7, false],
      [AGAIN, false],
      [AGAIN + 1, true],
    ] as const) {
      s3.demandes.length = 0;
      atSending(sending, 'muet', 1_000);
      const child = startExport(program);
      while (sendings().length < sending) await pause(20);
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(await joursServed()).toEqual(recorded ? [JOUR, VEILLE] : [VEILLE]);
      expect(JSON.parse(await s3.read('manifeste.json')).jour).toBe(VEILLE);
      s3.sort(() => undefined);
      await exportDay(services(), { jour: JOUR });
      expect(await runsIn()).toEqual({ [JOUR]: 1, [VEILLE]: 1 });
      expect(await s3.keys()).toHaveLength(FILES + AGAIN + 1);
      expect(JSON.parse(await s3.read('manifeste.json')).jour).toBe(JOUR);
      await database.db.deleteFrom('export_jour').where('jour', '=', JOUR).execute();
      await exportDay(services(), { jour: VEILLE });
    }
  } finally {
    await rm(program, { force: true });
  }
}, 120_000);

test.each<[string, Sort, number]>([
  ['a connection broken while a file goes', { coupe: 10 }, 1],
  ['a server that asks for fewer requests', { status: 503, code: 'SlowDown' }, 2],
  ['a byte changed on the way', 'altere', 1],
  ['a server that finds another MD5', { status: 400, code: 'BadDigest' }, 1],
])('%s: it is sent again, and what is there is what was exported', async (_name, sort, times) => {
  atSending(3, sort, times);
  await exportDay(services(), { jour: JOUR });
  expect(sendings()).toHaveLength(FILES + 1 + times);
  await served(async (get) => {
    const { fichiers, territoires } = await (await get('/manifeste.json')).json();
    for (const { url, octets } of [...fichiers, ...territoires]) {
      const response = await get(url.replace('/donnees', ''));
      expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, octets]);
    }
  });
});

test('bytes that are changed each time are refused: nothing is published', async () => {
  await exportDay(services(), { jour: VEILLE });
  s3.sort((demande) => (demande.includes('lieux.parquet') && demande.startsWith('PUT') ? 'altere' : undefined));
  await expect(exportDay(services(), { jour: JOUR })).rejects.toThrow('a reçu autre chose que ce qui était envoyé');
  expect(await joursServed()).toEqual([VEILLE]);
});

test.each([
  [
    'a secret that is wrong',
    { secretAccessKey: 'une-autre-cle' },
    /ne reconnaît pas la clé.*EXPORT_S3_SECRET_ACCESS_KEY/,
  ],
  ['a key that is not known', { accessKeyId: 'INCONNUE' }, /ne reconnaît pas la clé.*EXPORT_S3_ACCESS_KEY_ID/],
  ['a bucket that is not there', { bucket: 'autre-bucket' }, /n’a pas de bucket « autre-bucket ».*EXPORT_S3_BUCKET/],
  [
    'nobody who listens',
    { endpoint: 'http://127.0.0.1:9' },
    /ne peut pas être joint \(ECONNREFUSED\).*EXPORT_S3_ENDPOINT/,
  ],
])(
  '%s: a sentence that says what to do, without the secret',
  async (_name, values, sentence) => {
    const error = await exportDay(services(values), { jour: JOUR }).then(
      () => new Error('it was published'),
      (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))),
    );
    expect(error).toMatchObject({ name: 'DepotError', message: expect.stringMatching(sentence) });
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toMatch(/une-autre-cle|"S3RVER"/);
    expect(await joursServed()).toEqual([]);
  },
  30_000,
);

test.each([
  [403, 'AccessDenied', 'refuse l’accès'],
  [301, 'PermanentRedirect', 'EXPORT_S3_REGION'],
  [403, 'RequestTimeTooSkewed', 'son horloge à l’heure'],
  [503, 'SlowDown', 'est surchargé ou en panne (SlowDown)'],
  [400, 'InvalidRequest', 'a refusé la demande (InvalidRequest, 400)'],
])('an answer %i %s is said in words', async (status, code, sentence) => {
  s3.sort(() => ({ status, code }));
  const depot = createDepotS3(s3.settings, { attempts: 1 });
  await expect(depot.listJours()).rejects.toThrow(sentence);
});

test('a server that never answers is given up', async () => {
  s3.sort(() => 'muet');
  const depot = createDepotS3(s3.settings, { attempts: 1, answering: 200 });
  await expect(depot.listJours()).rejects.toThrow('n’a pas répondu à temps');
});

test('storage that is away: what one knows already is known, bytes are a 503 that says when to come back, the page stays', async () => {
  await exportDay(services(), { jour: JOUR });
  await served(async (get) => {
    const etag = (await get('/lieux.csv')).headers.get('etag') ?? '';
    await s3.stop();
    logged.length = 0;
    for (const method of ['GET', 'HEAD']) {
      const response = await get('/lieux.csv', {}, method);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('60');
      expect(response.headers.get('etag')).not.toBe(etag);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.text()).toContain(method === 'GET' ? 'Le stockage des fichiers ne répond pas' : '');
    }
    expect(logged.join()).toContain('ne peut pas être joint');
    expect(logged.join()).not.toContain('S3RVER');
    expect((await get('/lieux.csv', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('/manifeste.json')).status).toBe(200);
    expect(await (await get('/')).text()).toBe('page');
    await s3.restart();
    expect((await get('/lieux.csv')).status).toBe(200);
  });
}, 30_000);

test('a file that is cut on its way from the storage is cut for whoever asked, compressed or not, never a shorter file', async () => {
  await exportDay(services(), { jour: JOUR });
  await served(async (get) => {
    s3.sort(() => ({ rend: 100 }));
    for (const encoding of ['identity', 'gzip'])
      await expect(
        get('/lieux.csv', { 'accept-encoding': encoding }).then((answer) => answer.text()),
      ).rejects.toThrow();
    s3.sort(() => undefined);
    expect((await get('/lieux.csv')).status).toBe(200);
  });
});

test('a file that is needed here and comes cut is asked for again; cut each time, a sentence says so', async () => {
  await exportDay(services(), { jour: VEILLE });
  let cut = 0;
  s3.sort((demande) => (/^GET .*lieux\.json/.test(demande) && ++cut === 1 ? { rend: 100 } : undefined));
  const { fichiers } = await exportDay(services(), { jour: JOUR });
  expect(fichiers.map(({ nom }) => nom)).toContain('changements.csv');
  expect(cut).toBe(2);
  s3.sort((demande) => (/^GET .*lieux\.json/.test(demande) ? { rend: 100 } : undefined));
  await expect(exportDay(services(), { jour: JOUR })).rejects.toThrow('n’a pas pu être lu jusqu’au bout');
});

test('where the manifest of the bucket cannot be written, the export is served and a sentence says so', async () => {
  s3.sort((demande) =>
    demande.startsWith('PUT /lieux-exports/manifeste') ? { status: 403, code: 'AccessDenied' } : undefined,
  );
  await expect(exportDay(services(), { jour: JOUR })).rejects.toThrow('est en ligne, mais le manifeste');
  expect(await joursServed()).toEqual([JOUR]);
});

function served(action: (get: GetDonnees) => Promise<void>): Promise<void> {
  return serveDonnees(services(), action);
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

function startExport(program: string): ChildProcess {
  return spawn(process.execPath, [program, database.url, JSON.stringify(services().settings)], { stdio: 'ignore' });
}

function bundleOfExport(): Promise<string> {
  return bundleText(
    'export-s3',
    `
    import { exportDay } from '#app/jobs/export-quotidien.ts';
    import { createDb, createPool } from '#db/connection.ts';

    const [url, settings] = process.argv.slice(2);
    const db = createDb(createPool(url, { applicationName: 'export', max: 4 }));
    await exportDay({ db, settings: JSON.parse(settings), now: () => new Date('${JOUR}T08:00:00Z') }, { jour: '${JOUR}' });
    await db.destroy();`,
  );
}
