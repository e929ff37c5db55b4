import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { CSV_HEADER, lieuToCsv } from '#app/domain/formats.ts';
import { FIELDS } from '#app/domain/standard.ts';
import { importFichier } from '#app/imports/importer.ts';
import { makeDemoLieux } from '#scripts/demo/lieux.ts';
import { type Figure, timed, type World } from './types.ts';

/** Importing a file, then the same file again; beside PostgreSQL's own COPY of the same bytes into a table of texts. */
export async function benchImport({ db, pool, communes, lieux }: World): Promise<Figure[]> {
  const csv = Buffer.from(
    [CSV_HEADER, ...makeDemoLieux(communes, { count: lieux, today: '2026-01-15' }).map(lieuToCsv)].join(''),
  );
  const copy = await timed(() => copyIn(pool, csv));
  const run = () =>
    importFichier(db, {
      bytes: Readable.from([csv]),
      chemin: null,
      fichier: 'bench.csv',
      source: 'bench',
      simuler: false,
      lancePar: null,
      communes,
      now: new Date('2026-01-15T12:00:00Z'),
      onRapport: () => {},
    });
  const first = await timed(run);
  const again = await timed(run);
  if (first.result.nouvelles !== lieux || again.result.inchangees !== lieux) {
    throw new Error(`${first.result.nouvelles} new and ${again.result.inchangees} unchanged of ${lieux}`);
  }
  await db.updateTable('lieu').set({ demo: false }).execute();
  const perSecond = (ms: number) => (lieux / ms) * 1000;
  const reference = perSecond(copy.ms);
  return [
    {
      what: 'import, new file',
      ours: perSecond(first.ms),
      unit: 'rows/s',
      reference,
      referenceIs: 'COPY FROM, no check',
      target: '—',
    },
    {
      what: 'import, same file again (0 rows written)',
      ours: perSecond(again.ms),
      unit: 'rows/s',
      reference,
      referenceIs: 'COPY FROM, no check',
      target: '—',
    },
  ];
}

async function copyIn(pool: World['pool'], csv: Buffer): Promise<void> {
  const client = await pool.connect();
  try {
    const columns = FIELDS.map(({ name }) => `${name} text`).join(', ');
    await client.query(`CREATE TEMP TABLE brut (${columns})`);
    await pipeline(Readable.from([csv]), client.query(copyFrom('COPY brut FROM STDIN (FORMAT csv, HEADER)')));
    await client.query('DROP TABLE brut');
  } finally {
    client.release();
  }
}
