import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCommunes } from '#app/reference/communes.ts';
import { createDb, createPool } from '#db/connection.ts';
import { openDatabase } from '#db/embedded.ts';
import { migrateToLatest } from '#db/migrate.ts';
import { benchDoublons } from './doublons.ts';
import { benchExport } from './export.ts';
import { benchHoraires } from './horaires.ts';
import { benchImport } from './import.ts';
import { benchPages } from './pages.ts';
import { benchSnapshot } from './snapshot.ts';
import type { Bench, Figure } from './types.ts';

/** In this order: the later ones read what the first has imported. */
const BENCHES: Readonly<Record<string, Bench>> = {
  import: benchImport,
  export: benchExport,
  carte: benchSnapshot,
  pages: benchPages,
  horaires: benchHoraires,
  doublons: benchDoublons,
};

/**
 * `npm run bench [-- NAME]`: each figure beside a reference measured in the same run, on an embedded database of its own with
 * 20,000 invented lieux. Ratios travel from machine to machine; times do not.
 */
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(`No bench is called ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.\n`);
  process.exit(2);
}

const dataDir = await mkdtemp(join(tmpdir(), 'lieu-a-jour-bench-'));
const log = { info: () => {}, warn: (text: string) => process.stderr.write(`${text}\n`) };
const database = await openDatabase({ dataDir, log, endOnSignals: true });
const pool = createPool(database.url, { applicationName: 'bench', max: 10 });
const db = createDb(pool);
try {
  await migrateToLatest(db);
  const world = { db, pool, url: database.url, dataDir, communes: loadCommunes(), lieux: 20_000 };
  process.stdout.write(`${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, Node ${process.version}\n\n`);
  const figures: Figure[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    const needed = wanted.length === 0 || wanted.includes(name) || name === 'import';
    if (!needed) continue;
    process.stderr.write(`${name}…\n`);
    const measured = await bench(world);
    if (wanted.length === 0 || wanted.includes(name)) figures.push(...measured);
  }
  process.stdout.write(table(figures));
} finally {
  await db.destroy();
  await database.release();
  await rm(dataDir, { recursive: true, force: true });
}

function table(figures: readonly Figure[]): string {
  const lines = figures.map(({ what, ours, reference, referenceIs, unit, target }) => {
    const ratio = reference === null ? '' : (ours / reference).toFixed(2);
    const beside = reference === null ? referenceIs : `${show(reference)} (${referenceIs})`;
    return `| ${what} | ${show(ours)} ${unit} | ${beside} | ${ratio} | ${target} |`;
  });
  return [
    '| what | ours | reference, same run | ratio | target |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

function show(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-GB') : value.toFixed(1);
}
