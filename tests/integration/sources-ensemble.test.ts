import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { lireSources, suivreSources } from '#app/jobs/sources.ts';
import { demanderLecture, findSource } from '#db/sources.ts';
import { startSource } from '#tests/support/source.ts';
import { NOW } from './revisions.factory.ts';
import { declare, log, prepareSources, rows, scene, services, work } from './sources.factory.ts';

prepareSources();

/** Sources that somebody wants read now, one for each path of the server. */
async function declareMany(paths: readonly string[]): Promise<number[]> {
  const ids: number[] = [];
  for (const path of paths) {
    const id = await declare({ url: new URL(path, scene.server.url).href, nom: path });
    await demanderLecture(scene.database.db, { id, now: NOW });
    ids.push(id);
  }
  return ids;
}

test('a server that is slow does not keep the other sources waiting, and no more than four are read at once', async () => {
  let under = 0;
  let most = 0;
  scene.server = await startSource((response, { url }) => {
    under += 1;
    most = Math.max(most, under);
    response.once('close', () => {
      under -= 1;
    });
    if (url !== '/lente') setTimeout(() => response.end(rows(1)), 30);
  });
  const ids = await declareMany(['/lente', ...Array.from({ length: 8 }, (_, n) => `/${n}`)]);
  const reading = lireSources(services({ silenceMs: 2_000 }));
  const read = async () => (await Promise.all(ids.slice(1).map(log))).filter((lines) => lines.length > 0).length;
  await expect.poll(read, { timeout: 1_800 }).toBe(8);
  expect(await log(ids[0] ?? 0)).toEqual([]);
  expect(await reading).toBe(9);
  expect(most).toBe(4);
});

test('what goes wrong here with one source stops no other one, and is thrown once they are done', async () => {
  scene.server = await startSource({ texte: rows(1) });
  const [broken = 0, ...others] = await declareMany(['/a', '/b', '/c']);
  const { db } = scene.database;
  await db.schema
    .alterTable('source_passage')
    .addCheckConstraint('essai_refuse', sql<boolean>`source_id <> ${sql.lit(broken)}`)
    .execute();
  try {
    await expect(lireSources(services())).rejects.toThrow(/essai_refuse/);
    for (const id of others) expect(await log(id)).toHaveLength(1);
    expect(await findSource(db, broken)).toMatchObject({ regardee_le: null });
  } finally {
    await db.schema.alterTable('source_passage').dropConstraint('essai_refuse').execute();
  }
  await work();
  expect(await log(broken)).toHaveLength(1);
  expect(await suivreSources(services())).toBe(0);
});
