import { gzipSync } from 'node:zlib';
import Supercluster from 'supercluster';
import { decodeParts, mapParts, PARTS } from '#app/carte/snapshot.ts';
import { buildSnapshot } from '#app/carte/snapshot-build.ts';
import { SnapshotStore } from '#app/carte/snapshot-store.ts';
import { openLieuxPublies } from '#db/lieux-publies.ts';
import { giveHours } from './heures.ts';
import { type Figure, median, timed, type World } from './types.ts';

/** Building, weighing and decoding the map's snapshot; beside a GeoJSON of the same lieux and supercluster's own index. */
export async function benchSnapshot(world: World): Promise<Figure[]> {
  const { db, url, lieux } = world;
  await giveHours(world);
  const rows = await db
    .selectFrom('lieu_publie')
    .select(['id', 'nom', 'commune', 'code_postal', 'latitude', 'longitude', 'services', 'frais_a_charge'])
    .where('latitude', 'is not', null)
    .execute();
  const features = rows.map(({ latitude, longitude, ...properties }) => ({
    type: 'Feature' as const,
    geometry: { type: 'Point' as const, coordinates: [longitude ?? 0, latitude ?? 0] },
    properties,
  }));
  const geojson = gzipSync(JSON.stringify({ type: 'FeatureCollection', features }));
  const clusters = await median(5, () => new Supercluster({ radius: 60, maxZoom: 16 }).load(features));

  const own = openLieuxPublies(url);
  try {
    await buildSnapshot(own, new Date());
    const built = await timed(() => buildSnapshot(own, new Date()));
    const { parts } = built.result;
    const decode = await median(5, () => {
      decodeParts(mapParts(parts, ({ identity }) => identity));
    });
    const reading = await median(3, () => db.selectFrom('lieu_publie').selectAll().execute());
    const weight = (form: 'gzip' | 'br') => PARTS.reduce((sum, name) => sum + parts[name][form].length, 0) / 1024;
    const served = await changeServed(db, url);
    return [
      {
        what: `snapshot of ${lieux.toLocaleString('en-GB')} lieux, from a change to its being served`,
        ours: served,
        unit: 'ms',
        reference: reading,
        referenceIs: 'reading the public lieux whole',
        target: '≤ 10 and ≤ 2,000 ms',
      },
      {
        what: `snapshot of ${lieux.toLocaleString('en-GB')} lieux, read, encoded and compressed`,
        ours: built.ms,
        unit: 'ms',
        reference: reading,
        referenceIs: 'reading the public lieux whole',
        target: '≤ 8',
      },
      {
        what: 'snapshot, all parts, gzip',
        ours: weight('gzip'),
        unit: 'KB',
        reference: geojson.length / 1024,
        referenceIs: 'GeoJSON of 8 fields, gzip',
        target: '≤ 0.5',
      },
      {
        what: 'snapshot, first part (positions and filters), brotli',
        ours: parts.carte.br.length / 1024,
        unit: 'KB',
        reference: geojson.length / 1024,
        referenceIs: 'GeoJSON of 8 fields, gzip',
        target: '≤ 0.3',
      },
      {
        what: 'snapshot, decoded',
        ours: decode,
        unit: 'ms',
        reference: clusters,
        referenceIs: 'supercluster, build of the same points',
        target: '≤ 1',
      },
    ];
  } finally {
    await own.destroy();
  }
}

/** Milliseconds from the change of one name until the snapshot that is served has it, in the middle of three. */
async function changeServed(db: World['db'], url: string): Promise<number> {
  const quiet = { info: () => {}, warn: (text: string) => process.stderr.write(`${text}\n`) };
  const store = new SnapshotStore({ url, log: quiet });
  await store.start();
  try {
    const { id } = await db
      .selectFrom('lieu_publie')
      .select('id')
      .limit(1)
      .$narrowType<{ id: string }>()
      .executeTakeFirstOrThrow();
    let turn = 0;
    return await median(3, async () => {
      const nom = `Lieu renommé ${++turn}`;
      await db.updateTable('lieu').set({ nom }).where('id', '=', id).execute();
      for (;;) {
        const { index } = await store.current();
        if (index.noms.toArray().includes(nom)) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
  } finally {
    await store.close();
  }
}
