import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getIssues } from '@placemarkio/check-geojson';
import { parse } from 'csv-parse/sync';
import { Table } from 'tableschema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tableSchema } from '#app/domain/standard.ts';
import { openFichier } from '#app/imports/fichier.ts';
import { importFichier } from '#app/imports/importer.ts';
import { exportDay } from '#app/jobs/export-quotidien.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { exportSettings } from '#tests/support/exports.ts';

const REAL = fileURLToPath(new URL('../../../shared/data/lieux-reels.csv', import.meta.url));
const absent = !existsSync(REAL);
if (absent) console.warn(`${REAL} is absent: the export of the real file is not tested.`);

describe.skipIf(absent)('the export of the real file', () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'reel-'));
    const fichier = await openFichier(REAL);
    await importFichier(database.db, {
      bytes: fichier.bytes,
      chemin: null,
      fichier: basename(REAL),
      source: null,
      simuler: false,
      lancePar: null,
      communes: loadCommunes(),
      now: new Date(),
      onRapport: () => {},
      onProgress: () => {},
    }).finally(() => fichier.close());
  }, 300_000);
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await database.drop();
  });

  test('independent judges (tableschema, check-geojson) find no error in any lieu, and each row comes back', async () => {
    const settings = {
      ...exportSettings(folder),
      databaseUrl: 'postgres://x',
      host: '0.0.0.0',
      publicUrl: 'https://x.fr',
    };
    const vers = join(folder, 'copie');
    const started = performance.now();
    const made = await exportDay({ db: database.db, settings, now: () => new Date() }, { jour: '2026-03-15', vers });
    console.log(`export of ${made.lignes} real lieux: ${Math.round(performance.now() - started)} ms`);
    expect(made.lignes).toBeGreaterThanOrEqual(14_400);

    const table = await Table.load(join(vers, 'lieux.csv'), { schema: tableSchema() });
    const rows: unknown[] = await table.read({ forceCast: true });
    expect(rows.filter((row) => row instanceof Error).map((error) => JSON.stringify(error))).toEqual([]);
    expect(rows).toHaveLength(made.lignes);

    expect(getIssues(await readFile(join(vers, 'lieux.geojson'), 'utf8'))).toEqual([]);

    const stored = await database.db
      .selectFrom('lieu_publie')
      .select(['id', 'nom', 'adresse', 'horaires', 'presentation_detail', 'services', 'latitude'])
      .execute();
    const read: Record<string, string>[] = parse(await readFile(join(vers, 'lieux.csv'), 'utf8'), { columns: true });
    const byId = new Map(read.map((row) => [row.id, row]));
    for (const { id, services, latitude, ...texts } of stored) {
      const expected = { services: services?.join('|') ?? '', latitude: latitude === null ? '' : String(latitude) };
      const same = Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, value ?? '']));
      expect(byId.get(id ?? '')).toMatchObject({ ...expected, ...same });
    }
  }, 300_000);
});
