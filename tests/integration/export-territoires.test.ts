import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nomStandard } from '#app/domain/exports.ts';
import { lieuFrom } from '#app/domain/lieu.ts';
import { writeLieux } from '#app/jobs/export-files.ts';
import { exportDay } from '#app/jobs/export-quotidien.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { listExportTerritoires } from '#db/exports.ts';
import { lieuColumns } from '#db/lieux.ts';
import { streamLieuxPublies } from '#db/lieux-publies.ts';
import { seedDemo } from '#scripts/demo.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { exportSettings } from '#tests/support/exports.ts';

const JOUR = '2026-03-15';
const PRODUCTEUR = '13002603200016';
const NOW = new Date('2026-03-15T08:00:00Z');
const communes = loadCommunes();
let database: TestDatabase;
let folder: string;
let lignes: number;
/** id → where the database says that the lieu is. */
const places = new Map<string, { departement: string | null; region: string | null }>();

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'territoires-'));
  await seedDemo(database.db, { communes, now: NOW, log: { info: () => {} } });
  const nowhere = lieuFrom({
    id: 'nulle-part',
    nom: 'Sans territoire',
    commune: 'Bordeaux',
    code_postal: '33000',
    adresse: '1 Rue du Test',
    date_maj: '2026-01-02',
  });
  const { columns } = lieuColumns(nowhere, { communes, now: NOW, today: JOUR });
  const row = { ...columns, departement: null, region: null, origine: 'test', id_origine: 'nulle-part' };
  await database.db.insertInto('lieu').values(row).execute();
  const settings = { ...exportSettings(join(folder, 'donnees')), exportProducteur: PRODUCTEUR };
  const vers = join(folder, 'copie');
  const made = await exportDay({ db: database.db, settings, now: () => NOW }, { jour: JOUR, vers });
  lignes = made.lignes;
  const stored = await database.db.selectFrom('lieu_publie').select(['id', 'departement', 'region']).execute();
  for (const { id, departement, region } of stored) places.set(id ?? '', { departement, region });
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Where the copy has a file of a territory (null: of the whole). */
function pathOf(territoire: string | null, nom: string): string {
  if (territoire === null) return join(folder, 'copie', nom);
  const [type = ''] = territoire.split(':');
  return join(folder, 'copie', type, nomStandard({ jour: JOUR, producteur: PRODUCTEUR, territoire, nom }));
}

/** The ids of the lieux in the four files of a territory. */
async function idsOf(territoire: string | null): Promise<Record<'csv' | 'json' | 'geojson' | 'parquet', unknown[]>> {
  const text = async (nom: string) => readFile(pathOf(territoire, nom), 'utf8');
  const rows: Record<string, string>[] = parse(await text('lieux.csv'), { columns: true });
  const json: { id: string }[] = JSON.parse(await text('lieux.json'));
  const geojson: { features: { id: string }[] } = JSON.parse(await text('lieux.geojson'));
  const connection = await (await DuckDBInstance.create()).connect();
  const read = await connection.runAndReadAll(`SELECT id FROM read_parquet('${pathOf(territoire, 'lieux.parquet')}')`);
  return {
    csv: rows.map(({ id }) => id),
    json: json.map(({ id }) => id),
    geojson: geojson.features.map(({ id }) => id),
    parquet: read.getRowObjectsJson().map(({ id }) => id),
  };
}

test('each région and département has the lieux that are in it, in the order of the whole, in every format', async () => {
  const whole = await idsOf(null);
  expect(whole.csv).toHaveLength(lignes);
  const files = await listExportTerritoires(database.db, JOUR);
  const kept = new Set(
    [...places.values()].flatMap(({ departement, region }) => [`departement:${departement}`, `region:${region}`]),
  );
  kept.delete('departement:null');
  kept.delete('region:null');
  const known = new Set(files.map(({ territoire }) => territoire ?? ''));
  expect([...known].sort()).toEqual([...kept].sort());
  const seen = { region: 0, departement: 0 };
  for (const territoire of known) {
    const [type = '', code = ''] = territoire.split(':');
    const within = whole.csv.filter((id) => {
      const { departement, region } = places.get(String(id)) ?? {};
      return (type === 'region' ? region : departement) === code;
    });
    expect(await idsOf(territoire), territoire).toEqual({
      csv: within,
      json: within,
      geojson: within,
      parquet: within,
    });
    seen[type === 'region' ? 'region' : 'departement'] += within.length;
  }
  expect(seen).toEqual({ region: lignes - 1, departement: lignes - 1 });
  for (const { nom, territoire, octets, sha256, lignes: counted } of files) {
    const bytes = await readFile(pathOf(territoire, nom.split('/').at(-1) ?? ''));
    expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([octets, sha256]);
    if (nom.endsWith('.csv')) expect(parse(bytes, { columns: true })).toHaveLength(counted ?? -1);
  }
}, 300_000);

test('where the lieux are too many for memory, the Parquet of territories is made from their JSON and is the same', async () => {
  const written = async (name: string, rowsInMemory?: number) => {
    await mkdir(join(folder, name));
    const lieux = streamLieuxPublies(database.db, { demo: true });
    return writeLieux(join(folder, name), lieux, rowsInMemory === undefined ? {} : { rowsInMemory });
  };
  expect(await written('json', 5)).toEqual(await written('memoire'));
}, 120_000);

test('the manifest beside the files tells each of them, with the name that the standard rules', async () => {
  const manifest = JSON.parse(await readFile(join(folder, 'copie', 'manifeste.json'), 'utf8'));
  expect(manifest.lignes_sans_departement).toBe(1);
  expect(manifest.fichiers[0]).toMatchObject({
    nom: 'lieux.csv',
    nom_standard: '20260315_13002603200016_lieux-de-mediation-numerique_France.csv',
  });
  for (const { nom, sha256 } of [...manifest.fichiers, ...manifest.territoires]) {
    const bytes = await readFile(join(folder, 'copie', nom));
    expect(createHash('sha256').update(bytes).digest('hex'), nom).toBe(sha256);
  }
  expect(await readdir(join(folder, 'copie', 'departement'))).toContain(
    '20260315_13002603200016_lieux-de-mediation-numerique_DepartementGironde.csv',
  );
});

test.each([
  ['region:75', 'lieux.json', '20260102_x_lieux-de-mediation-numerique_RegionNouvelleAquitaine.json'],
  ['departement:2A', 'lieux.geojson', '20260102_x_lieux-de-mediation-numerique_DepartementCorseDuSud.geojson'],
  ['departement:95', 'lieux.parquet', '20260102_x_lieux-de-mediation-numerique_DepartementValDOise.parquet'],
  [null, 'changements.csv', '20260102_x_lieux-de-mediation-numerique-changements_France.csv'],
])('%s %s is named %s', (territoire, nom, named) => {
  expect(nomStandard({ jour: '2026-01-02', producteur: 'x', territoire, nom })).toBe(named);
});
