import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import { lieuToCsv } from '#app/domain/formats.ts';
import { FIELDS } from '#app/domain/standard.ts';
import { writeLieux } from '#app/jobs/export-files.ts';
import { exportDay } from '#app/jobs/export-quotidien.ts';
import { streamLieuxPublies } from '#db/lieux-publies.ts';
import { type Figure, timed, type World } from './types.ts';

/** Writing the day's files (CSV, JSON, GeoJSON, Parquet), and the lines of the CSV alone; beside `COPY … TO STDOUT` of the same rows as CSV. */
export async function benchExport(world: World): Promise<Figure[]> {
  const { db, pool, dataDir, lieux } = world;
  const settings = {
    dataDir,
    databaseUrl: undefined,
    exportProducteur: 'lieu-a-jour',
    exportS3: null,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:3000',
    trustProxy: 0,
  };
  await copyOut(pool);
  const copy = await timed(() => copyOut(pool));
  const ours = await timed(() => exportDay({ db, settings, now: () => new Date() }, { jour: '2026-01-15' }));
  if (ours.result.lignes < lieux * 0.9) throw new Error(`${ours.result.lignes} rows of ${lieux}`);
  const whole = await timed(() => wholeAlone(world));
  const csv = await timed(() => csvLines(db));
  const perSecond = (ms: number) => (ours.result.lignes / ms) * 1000;
  return [
    {
      what: 'export of the whole: CSV, JSON, GeoJSON and Parquet with SHA-256',
      ours: whole.ms,
      unit: 'ms',
      reference: copy.ms,
      referenceIs: 'COPY TO STDOUT, one CSV',
      target: '≤ 3,000 ms',
    },
    {
      what: 'export of a day: the whole, and the same of each région and département',
      ours: ours.ms,
      unit: 'ms',
      reference: whole.ms,
      referenceIs: 'the whole alone',
      target: '≤ 3',
    },
    {
      what: 'export, the CSV alone',
      ours: perSecond(csv.ms),
      unit: 'rows/s',
      reference: perSecond(copy.ms),
      referenceIs: 'COPY TO STDOUT, one CSV',
      target: '≥ 0.3',
    },
  ];
}

/** The four files of the whole: lieux whose département nobody knows are in no other. */
async function wholeAlone({ db, dataDir }: World): Promise<void> {
  const folder = join(dataDir, 'entier');
  await mkdir(folder);
  const nowhere = async function* () {
    for await (const lieu of streamLieuxPublies(db, { demo: true })) yield { ...lieu, departement: null };
  };
  await writeLieux(folder, nowhere());
}

/** Every line of the CSV, as the export reads and writes them, without the disk. */
async function csvLines(db: World['db']): Promise<number> {
  let octets = 0;
  for await (const lieu of streamLieuxPublies(db)) octets += Buffer.byteLength(lieuToCsv(lieu));
  return octets;
}

async function copyOut(pool: World['pool']): Promise<void> {
  const client = await pool.connect();
  try {
    const columns = FIELDS.map(({ name }) => name).join(', ');
    const stream = client.query(
      copyTo(`COPY (SELECT ${columns} FROM lieu_publie ORDER BY id) TO STDOUT (FORMAT csv, HEADER)`),
    );
    await pipeline(stream, new Writable({ write: (_chunk, _encoding, done) => done() }));
  } finally {
    client.release();
  }
}
