import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import { FIELDS } from '#app/domain/standard.ts';
import { exportDay } from '#app/jobs/export-quotidien.ts';
import { type Figure, timed, type World } from './types.ts';

/** Writing the day's three files (CSV, JSON, GeoJSON); beside `COPY … TO STDOUT` of the same rows as CSV. */
export async function benchExport({ db, pool, dataDir, lieux }: World): Promise<Figure[]> {
  const settings = {
    dataDir,
    databaseUrl: undefined,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:3000',
    trustProxy: 0,
  };
  await copyOut(pool);
  const copy = await timed(() => copyOut(pool));
  const ours = await timed(() => exportDay({ db, settings, now: () => new Date() }, { jour: '2026-01-15' }));
  if (ours.result.lignes < lieux * 0.9) throw new Error(`${ours.result.lignes} rows of ${lieux}`);
  const perSecond = (ms: number) => (ours.result.lignes / ms) * 1000;
  return [
    {
      what: 'export, CSV + JSON + GeoJSON with SHA-256',
      ours: perSecond(ours.ms),
      unit: 'rows/s',
      reference: perSecond(copy.ms),
      referenceIs: 'COPY TO STDOUT, one CSV',
      target: '—',
    },
  ];
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
