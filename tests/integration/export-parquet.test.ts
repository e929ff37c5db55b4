import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeEach, expect, test } from 'vitest';
import { fieldsAgainstStandard } from '#app/domain/formats.ts';
import { type Lieu, lieuFrom } from '#app/domain/lieu.ts';
import { FIELDS, UNKNOWN_PIVOT } from '#app/domain/standard.ts';
import { writeLieux } from '#app/jobs/export-files.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { makeDemoLieux } from '#scripts/demo/lieux.ts';

const ORDINARY = {
  nom: 'Médiathèque',
  commune: 'Bordeaux',
  code_postal: '33000',
  adresse: '1 Rue du Test',
  date_maj: '2026-01-02',
};
const AWKWARD: Lieu[] = [
  lieuFrom({ ...ORDINARY, id: 'a/b c%20"d",é', nom: 'Le "Clic" 🐙', latitude: 44.84, longitude: -0.58 }),
  lieuFrom({
    ...ORDINARY,
    id: 'lignes',
    presentation_detail: 'un\r\ndeux\t|',
    services: ['Aide aux démarches administratives', 'Loisirs et créations numériques'],
  }),
  lieuFrom({ ...ORDINARY, id: 'outremer', latitude: -21.3393, longitude: 55.4781, date_maj: '2026-02-28' }),
];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parquet-'));
  return () => rm(folder, { recursive: true, force: true });
});

async function* each(lieux: readonly Lieu[]) {
  for (const lieu of lieux) yield { ...lieu, permanences: [] };
}

/** Writes lieux, and gives their Parquet file to DuckDB, which shares no code with what wrote it. */
async function write(lieux: readonly Lieu[]) {
  const { fichiers } = await writeLieux(folder, each(lieux));
  const path = join(folder, 'lieux.parquet');
  const file = fichiers.find(({ nom }) => nom === 'lieux.parquet');
  const connection = await (await DuckDBInstance.create()).connect();
  const ask = async (sql: string) =>
    (await connection.runAndReadAll(sql.replace('FILE', `'${path}'`))).getRowObjectsJson();
  return { path, file, ask };
}

test('DuckDB reads every lieu as it is: lists, dates, numbers, and null for what is empty', async () => {
  const demo = makeDemoLieux(loadCommunes(), { count: 300, today: '2026-03-15' });
  const lieux = [...AWKWARD, ...demo.filter((lieu) => fieldsAgainstStandard(lieu).length === 0)];
  const { path, file, ask } = await write(lieux);
  const bytes = await readFile(path);
  expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([file?.octets, file?.sha256]);
  const columns = FIELDS.map(({ name }) => `"${name}"`).join(', ');
  const rows = await ask(`SELECT ${columns} FROM read_parquet(FILE)`);
  expect(rows).toEqual(
    lieux.map((lieu) =>
      Object.fromEntries(
        FIELDS.map(({ name }) => {
          const value = name === 'pivot' ? (lieu.pivot ?? UNKNOWN_PIVOT) : lieu[name];
          return [name, Array.isArray(value) && value.length === 0 ? null : value];
        }),
      ),
    ),
  );
});

test('its columns have the types that programs expect, and its geometry the metadata of GeoParquet', async () => {
  const { path, ask } = await write(AWKWARD);
  const types = await ask('SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(FILE))');
  const typeOf = new Map(types.map(({ column_name, column_type }) => [column_name, column_type]));
  expect(typeOf.size).toBe(33);
  expect(['nom', 'latitude', 'date_maj', 'services'].map((name) => typeOf.get(name))).toEqual([
    'VARCHAR',
    'DOUBLE',
    'DATE',
    'VARCHAR[]',
  ]);
  // Read as a place, which DuckDB does where the metadata and the bytes are right.
  expect(String(typeOf.get('geometry'))).toMatch(/^GEOMETRY/);
  const [meta] = await ask("SELECT decode(value) AS geo FROM parquet_kv_metadata(FILE) WHERE decode(key) = 'geo'");
  expect(JSON.parse(String(meta?.geo))).toEqual({
    version: '1.1.0',
    primary_column: 'geometry',
    columns: { geometry: { encoding: 'WKB', geometry_types: ['Point'], bbox: [-0.58, -21.3393, 55.4781, 44.84] } },
  });
  expect(await ask('SELECT CAST(geometry AS VARCHAR) AS point FROM read_parquet(FILE)')).toEqual([
    { point: 'POINT (-0.58 44.84)' },
    { point: null },
    { point: 'POINT (55.4781 -21.3393)' },
  ]);
  expect((await readFile(path)).subarray(0, 4).toString()).toBe('PAR1');
});

test('many lieux make several row groups; the same ones give the same bytes; none at all make a file that reads', async () => {
  const many = Array.from({ length: 25_001 }, (_, n) =>
    lieuFrom({ ...ORDINARY, id: `lieu-${n}`, latitude: 44, longitude: n / 1000 }),
  );
  const first = await write(many);
  expect(await first.ask('SELECT count(*)::INT AS n, count(DISTINCT id)::INT AS ids FROM read_parquet(FILE)')).toEqual([
    { n: 25_001, ids: 25_001 },
  ]);
  expect(await first.ask('SELECT num_row_groups::INT AS groups FROM parquet_file_metadata(FILE)')).toEqual([
    { groups: 7 },
  ]);
  await rm(folder, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), 'parquet-'));
  expect((await write(many)).file).toEqual(first.file);
  await rm(folder, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), 'parquet-'));
  const empty = await write([]);
  expect(await empty.ask('SELECT count(*)::INT AS n FROM read_parquet(FILE)')).toEqual([{ n: 0 }]);
});
