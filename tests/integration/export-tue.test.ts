import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportsDir } from '#app/jobs/export-depot.ts';
import { exportDay } from '#app/jobs/export-quotidien.ts';
import { findExportJour, listExportTerritoires } from '#db/exports.ts';
import { countSessions, createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { exportSettings } from '#tests/support/exports.ts';
import { COMPLETE, randomFrom } from '#tests/support/hasard.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { bundleText } from '#tests/support/programs.ts';

/** What an export leaves when its process is killed, at chosen moments and at random. */

const JOUR = '2026-03-15';
const LIEUX = 3_000;
let database: TestDatabase;
let folder: string;
let program: string;
const settings = () => exportSettings(folder);
const services = () => ({ db: database.db, settings: settings(), now: () => new Date(`${JOUR}T08:00:00Z`) });
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'export-tue-'));
  program = await bundleOfExport();
  await insertLieu(database.db, { id: 'lieu-0', nom: 'Lieu version 0' }, { today: JOUR });
  await multiply();
});
afterAll(async () => {
  await rm(program, { force: true });
  await rm(folder, { recursive: true, force: true });
  await database.drop();
});

/** The same lieu many times over, under other ids. */
async function multiply(): Promise<void> {
  const columns = await sql<{ nom: string }>`
    select attname as nom from pg_attribute
    where attrelid = 'lieu'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
      and attname not in ('id', 'id_origine')`.execute(database.db);
  const names = sql.join(columns.rows.map(({ nom }) => sql.ref(nom)));
  await sql`insert into lieu (id, id_origine, ${names})
    select 'lieu-' || n, 'lieu-' || n, ${names} from lieu, generate_series(1, ${LIEUX - 1}) n`.execute(database.db);
}

test('killed while it writes, before it renames or before it records, an export leaves the earlier one served and whole', async () => {
  const before = await exportDay(services(), { jour: JOUR });
  // Twelve files of lieux (the whole, a région, a département), the schema, the manifest, then the folder in which they were renamed.
  for (const passed of [0, 1, 4, 9, 13, 14]) {
    const child = start(String(passed));
    await new Promise<void>((done) => child.stdout?.once('data', () => done()));
    child.kill('SIGKILL');
    await new Promise((done) => child.once('exit', done));
    const left = (await readdir(join(exportsDir(settings()), JOUR))).map((name) => name.startsWith('.'));
    expect(left.sort()).toEqual([false, passed < 14]);
    const served = await findExportJour(database.db, { jour: JOUR, demo: true });
    expect(served?.fichiers.map(({ sha256 }) => sha256)).toEqual(before.fichiers.map(({ sha256 }) => sha256));
    expect(await versionServed()).toBe(0);
  }
  await exportDay(services(), { jour: JOUR });
  expect(await readdir(join(exportsDir(settings()), JOUR))).toHaveLength(1);
}, 120_000);

const KILLS = COMPLETE ? 100 : 5;

test(`killed with -9 at ${KILLS} random moments, an export has published all or nothing, each file true to its checksum, and a rerun converges`, async () => {
  await exportDay(services(), { jour: JOUR });
  const began = performance.now();
  expect(await ended(start())).toBe(0);
  const whole = performance.now() - began;
  const seed = Math.floor(Math.random() * 2 ** 31);
  const moment = randomFrom(seed);
  let [kills, published, before] = [0, 0, 0];
  for (let version = 1; kills < KILLS; version++) {
    const said = `seed ${seed}, version ${version}`;
    expect(version, said).toBeLessThan(10 * KILLS);
    await database.db
      .updateTable('lieu')
      .set({ nom: `Lieu version ${version}` })
      .execute();
    const child = start();
    // Before it has begun there is nothing to break.
    const timer = setTimeout(() => child.kill('SIGKILL'), whole * (0.2 + 0.9 * moment()));
    await ended(child);
    clearTimeout(timer);
    // What it had asked of the server may still be done there.
    await expect.poll(() => countSessions(database, 'export')).toBe(0);
    const served = await versionServed(said);
    if (child.signalCode === 'SIGKILL') {
      kills++;
      if (served === version) published++;
      else expect(served, said).toBe(before);
    } else expect(served, said).toBe(version);
    before = served;
  }
  console.log(`${kills} kills within ${Math.round(whole)} ms (seed ${seed}): ${published} after publication`);
  expect(await ended(start())).toBe(0);
  expect(await readdir(join(exportsDir(settings()), JOUR))).toHaveLength(1);
}, 1_200_000);

/** Reads every file that is served: each is there with its checksum, and all are of one version of the lieux, which is returned. */
async function versionServed(said = ''): Promise<number> {
  const made = await findExportJour(database.db, { jour: JOUR, demo: true });
  const files = [...(made?.fichiers ?? []), ...(await listExportTerritoires(database.db, JOUR))];
  expect(files.map(({ nom }) => nom).sort(), said).toEqual(
    ['', 'departement/33/', 'region/75/'].flatMap((of) => FILES.map((nom) => `${of}${nom}`)).sort(),
  );
  const versions = new Set<number>();
  for (const { nom, chemin, octets, sha256 } of files) {
    const bytes = await readFile(join(exportsDir(settings()), chemin));
    expect([bytes.length, createHash('sha256').update(bytes).digest('hex')], `${nom}, ${said}`).toEqual([
      octets,
      sha256,
    ]);
    if (!nom.endsWith('.csv')) continue;
    const rows: Record<string, string>[] = parse(bytes, { columns: true });
    expect(rows, `${nom}, ${said}`).toHaveLength(LIEUX);
    for (const row of rows) versions.add(Number(row.nom?.split(' ').at(-1)));
  }
  expect([...versions], said).toHaveLength(1);
  return [...versions][0] ?? Number.NaN;
}

const FILES = ['lieux.csv', 'lieux.geojson', 'lieux.json', 'lieux.parquet'];

/** The export in a process of its own; with `passed`, on a disk where one sync, after so many others, never ends. */
function start(passed = ''): ChildProcess {
  const args = [program, database.url, JSON.stringify(settings()), JOUR, passed];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

function ended(child: ChildProcess): Promise<unknown> {
  return new Promise((done) => child.once('exit', done));
}

function bundleOfExport(): Promise<string> {
  return bundleText(
    'export-tue',
    `
    import { open } from 'node:fs/promises';
    import { exportDay } from '#app/jobs/export-quotidien.ts';
    import { createDb, createPool } from '#db/connection.ts';

    const [url, settings, jour, passed] = process.argv.slice(2);
    if (passed !== '') {
      const probe = await open(process.execPath, 'r');
      const prototype = Object.getPrototypeOf(probe);
      await probe.close();
      const { sync } = prototype;
      let left = Number(passed);
      prototype.sync = function () {
        if (left-- > 0) return sync.call(this);
        process.stdout.write('bloque');
        return new Promise(() => setInterval(() => {}, 1_000));
      };
    }
    const db = createDb(createPool(url, { applicationName: 'export', max: 4 }));
    await exportDay({ db, settings: JSON.parse(settings), now: () => new Date() }, { jour });
    await db.destroy();`,
  );
}
