import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { getIssues } from '@placemarkio/check-geojson';
import { parse } from 'csv-parse/sync';
import { Table } from 'tableschema';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Lieu, lieuFrom } from '#app/domain/lieu.ts';
import { emptyPermanence } from '#app/domain/permanences.ts';
import { FIELDS, tableSchema } from '#app/domain/standard.ts';
import { exportsDir } from '#app/jobs/export-depot.ts';
import { type ExportServices, exportDay, runNightlyExportIfDue } from '#app/jobs/export-quotidien.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { findExportJour, listExportJours, upsertExportJour } from '#db/exports.ts';
import { lieuColumns } from '#db/lieux.ts';
import { seedDemo } from '#scripts/demo.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { exportSettings } from '#tests/support/exports.ts';

const communes = loadCommunes();
const JOUR = '2026-03-15';
const NOW = new Date('2026-03-15T08:00:00Z');
let database: TestDatabase;
let demonstration: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  demonstration = await createTestDatabase();
  await seedDemo(demonstration.db, { communes, now: NOW, log: { info: () => {} } });
  await insertLieux([...AWKWARD, ...Array.from({ length: 40 }, (_, index) => ordinary(`ordinaire-${index}`))]);
});
afterAll(async () => {
  await database.drop();
  await demonstration.drop();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-'));
  await database.db.deleteFrom('export_jour').execute();
  return () => rm(folder, { recursive: true, force: true });
});

function services(values: Partial<ExportServices & { now: () => Date }> = {}): ExportServices {
  const settings = exportSettings(join(folder, 'donnees'));
  return { db: database.db, settings, now: () => NOW, ...values };
}

function ordinary(id: string): Lieu {
  return lieuFrom({
    id,
    nom: 'Médiathèque',
    commune: 'Bordeaux',
    code_postal: '33000',
    code_insee: '33063',
    adresse: '1 Rue du Test',
    date_maj: '2026-01-02',
    services: ['Aide aux démarches administratives', 'Loisirs et créations numériques'],
  });
}

const AWKWARD: Lieu[] = [
  { ...ordinary('a/b c%20"d",é'), nom: 'Le "Clic", l’été ; = 1 + 1', latitude: 44.84, longitude: -0.58 },
  { ...ordinary('lignes'), presentation_detail: 'un\r\ndeux\ntrois\n\n"quatre", cinq\t|\tsix' },
  { ...ordinary('émoji 🐙'), presentation_resume: '🧑🏽‍🦽 bienvenue — ŒŸ e\u0301 \u00a0|', pivot: null },
  { ...ordinary('=formule'), nom: '=cmd|calc', adresse: '+1', complement_adresse: '-2 | @3' },
  { ...ordinary('listes'), typologie: ['ASSO', 'Autre'], courriels: ['a@exemple.fr', 'b@exemple.fr'] },
];

/** What RFC 7946 does not allow in a collection of points, and what other programs stumble over: no crs, no third dimension. */
function faultsOfGeojson(collection: Record<string, unknown>): string[] {
  const features = Array.isArray(collection.features) ? collection.features : [];
  const faults = features.flatMap((feature: Record<string, unknown>) => {
    const { type, id, geometry, properties, ...others } = feature;
    const shape = type === 'Feature' && typeof id === 'string' && 'geometry' in feature && isRecord(properties);
    const right = shape && Object.keys(others).length === 0 && (geometry === null || isPoint(geometry));
    return right ? [] : [JSON.stringify(feature)];
  });
  const keys = Object.keys(collection).join();
  return keys === 'type,features' && collection.type === 'FeatureCollection' ? faults : [keys, ...faults];
}

/** Longitude first, in the world. */
function isPoint(geometry: unknown): boolean {
  if (!isRecord(geometry) || Object.keys(geometry).join() !== 'type,coordinates' || geometry.type !== 'Point')
    return false;
  const [longitude, latitude, ...others] = Array.isArray(geometry.coordinates) ? geometry.coordinates : [];
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 && others.length === 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function insertLieux(lieux: readonly Lieu[], db = database.db): Promise<void> {
  const rows = lieux.map((lieu) => ({
    ...lieuColumns(lieu, { communes, now: new Date(JOUR), today: JOUR }).columns,
    origine: 'test',
    id_origine: lieu.id,
  }));
  await db.insertInto('lieu').values(rows).execute();
}

async function readServed(jour: string, nom: string, from = services()): Promise<string> {
  const made = await findExportJour(from.db, { jour, demo: true });
  const file = made?.fichiers.find((f) => f.nom === nom);
  if (!file) throw new Error(`${nom} of ${jour} is not served`);
  const text = await readFile(join(exportsDir(from.settings), file.chemin), 'utf8');
  expect(createHash('sha256').update(text).digest('hex')).toBe(file.sha256);
  expect(Buffer.byteLength(text)).toBe(file.octets);
  return text;
}

test('what was stored comes back from the CSV, character for character', async () => {
  const result = await exportDay(services(), { jour: JOUR });
  expect(result).toMatchObject({ jour: JOUR, lignes: 45 });
  expect(result.fichiers.map(({ nom }) => nom)).toEqual(['lieux.csv', 'lieux.json', 'lieux.geojson', 'lieux.parquet']);
  // On this machine alone, yet nothing in it is invented: no page may say that it is.
  expect((await findExportJour(database.db, { jour: JOUR, demo: true }))?.demo).toBe(false);
  const csv = await readServed(JOUR, 'lieux.csv');
  expect(csv.startsWith('id,pivot,nom,commune,')).toBe(true);
  const rows: Record<string, string>[] = parse(csv, { columns: true, record_delimiter: '\r\n' });
  expect(rows).toHaveLength(45);
  for (const lieu of AWKWARD) {
    const row = rows.find(({ id }) => id === lieu.id);
    for (const { name } of FIELDS) {
      const value = lieu[name];
      const expected = Array.isArray(value) ? value.join('|') : value === null ? '' : String(value);
      expect(row?.[name], `${lieu.id} ${name}`).toBe(name === 'pivot' ? '00000000000000' : expected);
    }
  }
});

test('the JSON is an array of the same lieux, the GeoJSON has null geometries, all three in the order of ids', async () => {
  await exportDay(services(), { jour: JOUR });
  const rows: Record<string, string>[] = parse(await readServed(JOUR, 'lieux.csv'), { columns: true });
  const json: Record<string, unknown>[] = JSON.parse(await readServed(JOUR, 'lieux.json'));
  const geojson: { type: string; features: { id: string; geometry: unknown }[] } = JSON.parse(
    await readServed(JOUR, 'lieux.geojson'),
  );
  const ids = rows.map(({ id }) => id ?? '');
  expect(json.map(({ id }) => id)).toEqual(ids);
  expect(geojson.features.map(({ id }) => id)).toEqual(ids);
  expect(ids).toEqual([...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  const [slashed] = AWKWARD;
  expect(json.find(({ id }) => id === slashed?.id)).toEqual({
    id: slashed?.id,
    pivot: '00000000000000',
    nom: slashed?.nom,
    commune: 'Bordeaux',
    code_postal: '33000',
    code_insee: '33063',
    adresse: '1 Rue du Test',
    latitude: 44.84,
    longitude: -0.58,
    date_maj: '2026-01-02',
    services: ['Aide aux démarches administratives', 'Loisirs et créations numériques'],
  });
  expect(geojson.features.find(({ id }) => id === slashed?.id)?.geometry).toEqual({
    type: 'Point',
    coordinates: [-0.58, 44.84],
  });
  expect(geojson.features.find(({ id }) => id === 'listes')?.geometry).toBeNull();
});

test('the same data give the same bytes; an empty database gives valid files', async () => {
  const first = await exportDay(services(), { jour: JOUR });
  const again = await exportDay(services(), { jour: '2026-03-16' });
  expect(again.fichiers.filter(({ nom }) => nom !== 'changements.csv')).toEqual(first.fichiers);
  const empty = await createTestDatabase();
  await exportDay(services({ db: empty.db }), { jour: JOUR });
  const from = services({ db: empty.db });
  expect(parse(await readServed(JOUR, 'lieux.csv', from))).toHaveLength(1);
  expect(JSON.parse(await readServed(JOUR, 'lieux.json', from))).toEqual([]);
  expect(JSON.parse(await readServed(JOUR, 'lieux.geojson', from))).toEqual({
    type: 'FeatureCollection',
    features: [],
  });
  await empty.drop();
});

test('the day after says what changed: lieux that came, went, and the fields of those that are not the same', async () => {
  const db = await createTestDatabase();
  const from = services({ db: db.db });
  const ids = ['a', 'b', 'é', 'z', '\u{1F419}'];
  await insertLieux(ids.map(ordinary), db.db);
  await exportDay(from, { jour: JOUR });
  await expect(readServed(JOUR, 'changements.csv', from)).rejects.toThrow('not served');
  await db.db.deleteFrom('lieu').where('id', '=', 'z').execute();
  await insertLieux([ordinary('avant')], db.db);
  await db.db
    .updateTable('lieu')
    .set({ nom: 'Autre "nom"', typologie: ['ASSO'], date_maj: '2026-03-15' })
    .where('id', '=', 'é')
    .execute();
  const permanences = JSON.stringify([{ ...emptyPermanence('0000000a'), horaires: 'Tu 09:00-12:00' }]);
  await db.db.updateTable('lieu').set({ permanences }).where('id', '=', 'b').execute();
  await exportDay(from, { jour: '2026-03-16', forcer: true });
  const rows: Record<string, string>[] = parse(await readServed('2026-03-16', 'changements.csv', from), {
    columns: true,
  });
  expect(rows.map(({ changement, champs, id, nom }) => [changement, champs, id, nom])).toEqual([
    ['ajout', '', 'avant', 'Médiathèque'],
    ['modification', 'permanences', 'b', 'Médiathèque'],
    ['suppression', '', 'z', 'Médiathèque'],
    ['modification', 'nom|typologie|date_maj', 'é', 'Autre "nom"'],
  ]);
  await exportDay(from, { jour: '2026-03-17' });
  const days = (await listExportJours(db.db, { demo: true })).map((made) => [made.jour, made.changements_depuis]);
  expect(days).toEqual([
    ['2026-03-17', '2026-03-16'],
    ['2026-03-16', JOUR],
    [JOUR, null],
  ]);
  expect(parse(await readServed('2026-03-17', 'changements.csv', from), { columns: true })).toEqual([]);
  await db.drop();
});

test('the demonstration set is exported on this machine alone; tableschema finds no error in any of its rows', async () => {
  const local = services({ db: demonstration.db });
  const made = await exportDay(local, { jour: JOUR, vers: join(folder, 'ici') });
  expect(made.lignes).toBeGreaterThan(2_900);
  expect((await findExportJour(demonstration.db, { jour: JOUR, demo: true }))?.demo).toBe(true);
  const geojson = await readFile(join(folder, 'ici/lieux.geojson'), 'utf8');
  expect(faultsOfGeojson(JSON.parse(geojson))).toEqual([]);
  expect(getIssues(geojson)).toEqual([]);
  expect(getIssues(geojson.replace('"Point"', '"Pointe"'))).toHaveLength(1);
  const csv = join(folder, 'ici/lieux.csv');
  const { rows, errors } = await judge(csv);
  expect(errors).toEqual([]);
  expect(rows).toBe(made.lignes);
  await writeFile(csv, (await readFile(csv, 'utf8')).replace('Aide aux démarches administratives', 'nimporte'));
  expect((await judge(csv)).errors).toHaveLength(1);

  const open = services({
    db: demonstration.db,
    settings: { ...local.settings, publicUrl: 'https://lieux.exemple.fr' },
  });
  expect(await findExportJour(demonstration.db, { jour: JOUR, demo: false })).toBeUndefined();
  expect((await exportDay(open, { jour: JOUR })).lignes).toBe(0);
  expect(await findExportJour(demonstration.db, { jour: JOUR, demo: false })).toMatchObject({ lignes: 0 });
});

test('two processes at once make the nightly export once, and only from 04:30', async () => {
  const early = services({ now: () => new Date('2026-03-15T03:29:00Z') });
  // A new installation has its first export at once, under the day before until 04:30.
  expect(await runNightlyExportIfDue(early)).toMatchObject({ jour: '2026-03-14' });
  expect(await runNightlyExportIfDue(early)).toBeNull();
  const at = services({ now: () => new Date('2026-03-15T03:31:00Z') });
  const made = await Promise.all([1, 2, 3, 4].map(() => runNightlyExportIfDue(at)));
  expect(made.filter((result) => result !== null)).toHaveLength(1);
  expect(await runNightlyExportIfDue(at)).toBeNull();
  expect(await readdir(join(exportsDir(at.settings), JOUR))).toHaveLength(1);
});

test('while there is nothing to publish no export is made; the first lieux make it at once, in place of an empty one', async () => {
  const young = await createTestDatabase();
  const from = services({ db: young.db });
  const night = services({ db: young.db, now: () => new Date('2026-03-16T03:31:00Z') });
  expect(await runNightlyExportIfDue(from)).toBeNull();
  expect(await runNightlyExportIfDue(night)).toBeNull();
  expect(await listExportJours(young.db, { demo: true })).toEqual([]);
  await exportDay(from, { jour: JOUR });
  expect(await runNightlyExportIfDue(from)).toBeNull();
  await insertLieux([ordinary('premier')], young.db);
  expect(await runNightlyExportIfDue(from)).toMatchObject({ jour: JOUR, lignes: 1 });
  expect(await runNightlyExportIfDue(from)).toBeNull();
  expect(await runNightlyExportIfDue(night)).toMatchObject({ jour: '2026-03-16', lignes: 1 });
  // What others may not see counts for nothing where they look.
  await young.db.updateTable('lieu').set({ demo: true }).execute();
  await young.db.deleteFrom('export_jour').execute();
  const open = { ...from.settings, host: '0.0.0.0' };
  expect(await runNightlyExportIfDue({ ...from, settings: open })).toBeNull();
  expect(await runNightlyExportIfDue(from)).toMatchObject({ lignes: 1 });
  await young.drop();
});

test('exports by hand at the same time follow one another; the last is served and nothing else is left', async () => {
  await Promise.all([1, 2, 3].map(() => exportDay(services(), { jour: JOUR })));
  await readServed(JOUR, 'lieux.geojson');
  expect(await readdir(join(exportsDir(services().settings), JOUR))).toHaveLength(1);
});

test('a copy goes where it was asked for, with a manifest, in place of an older one', async () => {
  const vers = join(folder, 'copie');
  await mkdir(vers);
  await writeFile(join(vers, 'lieux.csv'), 'ancien');
  const { fichiers } = await exportDay(services(), { jour: JOUR, vers });
  expect((await readdir(vers)).sort()).toEqual([
    'departement',
    'lieux.csv',
    'lieux.geojson',
    'lieux.json',
    'lieux.parquet',
    'manifeste.json',
    'region',
    'schema.json',
  ]);
  const manifest = JSON.parse(await readFile(join(vers, 'manifeste.json'), 'utf8'));
  const schema = await readFile(join(vers, manifest.schema.nom));
  expect(createHash('sha256').update(schema).digest('hex')).toBe(manifest.schema.sha256);
  expect(JSON.parse(schema.toString())).toEqual(tableSchema());
  for (const { nom, sha256 } of fichiers) {
    expect(
      createHash('sha256')
        .update(await readFile(join(vers, nom)))
        .digest('hex'),
    ).toBe(sha256);
  }
  expect(manifest).toMatchObject({ jour: JOUR, fichiers });
});

test('after a nightly export old days are gone, but for the first of each month', async () => {
  const at = services({ now: () => new Date('2026-03-15T03:31:00Z') });
  const { dataDir } = at.settings;
  for (const jour of ['2025-12-03', '2025-12-04', '2026-02-12', '2026-02-14', '2026-03-01']) {
    const fait_le = new Date(`${jour}T04:00:00Z`);
    await upsertExportJour(database.db, { jour, lignes: 0, fichiers: [], demo: false, fait_le });
    await mkdir(join(exportsDir({ dataDir }), jour), { recursive: true });
  }
  // What a killed run left on a day that no record names.
  await mkdir(join(exportsDir({ dataDir }), '2026-03-10', '.coupe'), { recursive: true });
  await runNightlyExportIfDue(at);
  const kept = ['2025-12-03', '2026-02-12', '2026-02-14', '2026-03-01', JOUR];
  expect((await listExportJours(database.db, { demo: true })).map(({ jour }) => jour)).toEqual([...kept].reverse());
  expect((await readdir(exportsDir({ dataDir }))).sort()).toEqual(kept);
});

test('memory does not grow with the number of lieux', async () => {
  const { writeLieux } = await import('#app/jobs/export-files.ts');
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  /** Bytes still held once all that nothing refers to has been freed: after a third of the lieux, and after all. */
  const held: number[] = [];
  const many = async function* (count: number) {
    const [lieu] = AWKWARD;
    for (let index = 0; lieu && index < count; index++) {
      if (index === Math.floor(count / 3) || index === count - 1) {
        collect();
        const { heapUsed, external } = process.memoryUsage();
        held.push(heapUsed + external);
      }
      yield { ...lieu, id: `${index}`, permanences: [] };
    }
  };
  await mkdir(join(folder, 'beaucoup'));
  const { fichiers } = await writeLieux(join(folder, 'beaucoup'), many(150_000));
  const written = fichiers.reduce((sum, { octets }) => sum + octets, 0);
  expect(written).toBeGreaterThan(90_000_000);
  const [third = 0, end = 0] = held;
  expect(third).toBeGreaterThan(0);
  // What waits to be written is bounded, and is not the same at every moment.
  expect(end - third).toBeLessThan(20_000_000);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(join(folder, 'beaucoup/lieux.json'))) hash.update(chunk);
  expect(hash.digest('hex')).toBe(fichiers[1]?.sha256);
}, 120_000);

/** Reads a CSV with npm's tableschema and our Table Schema: how many rows, and what is wrong with them. */
async function judge(path: string): Promise<{ rows: number; errors: string[] }> {
  const table = await Table.load(path, { schema: tableSchema() });
  const read: unknown[] = await table.read({ forceCast: true });
  const errors = read.filter((row) => row instanceof Error).map((error) => JSON.stringify(error));
  return { rows: read.length, errors };
}
