import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import express from 'express';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { publicFastPaths } from '#app/carte/fast-paths.server.ts';
import { parseFiltres } from '#app/carte/filters.ts';
import { selectRows } from '#app/carte/search.ts';
import { decodeParts, mapParts } from '#app/carte/snapshot.ts';
import { buildSnapshot, createSnapshotMemory } from '#app/carte/snapshot-build.ts';
import { type Snapshot, SnapshotStore, type SnapshotStoreOptions } from '#app/carte/snapshot-store.ts';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { findLieuPublie, streamLieuxPublies } from '#db/lieux-publies.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const WORKER = new URL(`../../../node_modules/.cache/lieu-a-jour/snapshot.worker.${process.pid}.mjs`, import.meta.url);
const log = { info: () => {}, warn: console.warn };

let database: TestDatabase;
let stores: SnapshotStore[] = [];

beforeAll(async () => {
  mkdirSync(new URL('.', WORKER), { recursive: true });
  const entry = new URL('../../../app/carte/snapshot.worker.ts', import.meta.url).pathname;
  await build({
    entryPoints: [entry],
    outfile: WORKER.pathname,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  stores = [];
  await sql`truncate lieu cascade`.execute(database.db);
});
afterAll(() => database.drop());

async function openStore(options: Partial<SnapshotStoreOptions> = {}): Promise<SnapshotStore> {
  const store = new SnapshotStore({ url: database.url, log, workerUrl: WORKER, ...options });
  stores.push(store);
  await store.start();
  return store;
}

async function insertLieux(count: number, { prefix = 'l', manquants = [] as string[] } = {}): Promise<void> {
  const hours = storeHoraires(
    'Mo-Fr 09:00-12:00',
    { code_insee: '33063', code_postal: '33000', latitude: null, longitude: null },
    '2025-03-24',
  );
  await sql`insert into lieu (id, origine, id_origine, nom, commune, code_postal, code_insee, adresse, date_maj, latitude, longitude,
      services, frais_a_charge, departement, region, horaires_intervalles, manquants)
    select ${prefix} || n, 'test', ${prefix} || n, 'Médiathèque n° ' || n, 'Bordeaux', '33000', '33063', n || ' rue Haute', '2025-01-31',
      44 + (n % 997) / 400.0, -1 + (n % 809) / 300.0, array['Aide aux démarches administratives'],
      case when n % 2 = 0 then array['Gratuit'] else '{}' end, '33', '75',
      case when n % 3 = 0 then ${JSON.stringify(hours.horaires_intervalles)}::jsonb end, ${manquants}
    from generate_series(1, ${count}::int) n`.execute(database.db);
}

const namesOf = ({ index }: Snapshot) => index.noms.toArray().sort();

test('a snapshot holds the public lieux and no other', async () => {
  await insertLieux(3);
  await insertLieux(2, { prefix: 'incomplet', manquants: ['adresse'] });
  await sql`update lieu set statut = 'masque' where id = 'l3'`.execute(database.db);
  const store = await openStore();
  expect((await store.current()).index.ids.toArray().sort()).toEqual(['l1', 'l2']);
});

test('an accepted change comes into the snapshot by itself, and the former one can still be had', async () => {
  await insertLieux(5);
  const store = await openStore();
  const before = await store.current();
  await sql`update lieu set nom = 'Tiers-lieu du Port' where id = 'l1'`.execute(database.db);
  await expect
    .poll(async () => namesOf(await store.current()).includes('Tiers-lieu du Port'), { interval: 20, timeout: 30_000 })
    .toBe(true);
  expect(store.find(before.hash)).toBe(before);
  expect(namesOf(before)).not.toContain('Tiers-lieu du Port');
});

test('a change that the public cannot see gives the same address', async () => {
  await insertLieux(5);
  const store = await openStore();
  const before = await store.current();
  const read = before.luLe;
  await sql`update lieu set structure_parente = 'X' where id = 'l1'`.execute(database.db);
  await expect.poll(() => before.luLe > read, { timeout: 5_000 }).toBe(true);
  expect((await store.current()).hash).toBe(before.hash);
});

test('a snapshot that stays is compressed as small as can be, also where a change that nobody sees came first', async () => {
  await insertLieux(200);
  const store = await openStore({ lasting: 1_500 });
  const before = await store.current();
  const read = before.luLe;
  await sql`update lieu set structure_parente = 'X' where id = 'l1'`.execute(database.db);
  await expect.poll(() => before.luLe > read, { timeout: 5_000 }).toBe(true);
  expect(before.compact).toBe(false);
  await expect.poll(() => before.compact, { timeout: 10_000 }).toBe(true);
  expect(brotliDecompressSync(before.parts.carte.br)).toEqual(Buffer.from(before.parts.carte.identity));
});

test('what a snapshot leaves to the next changes nothing of its bytes, whatever has changed', async () => {
  await insertLieux(30);
  const memory = createSnapshotMemory();
  const change = (text: string) => sql.raw(text).execute(database.db);
  const changes: [what: string, day: string, change: () => Promise<unknown>][] = [
    ['nothing yet', '2025-03-24', async () => {}],
    ['a name', '2025-03-24', () => change(`update lieu set nom = 'Tiers-lieu' where id = 'l4'`)],
    [
      'lists',
      '2025-03-24',
      () => change(`update lieu set services = '{Aide,Autre}', frais_a_charge = '{}' where id = 'l6'`),
    ],
    ['hours', '2025-03-24', () => change(`update lieu set horaires_intervalles = null where id = 'l3'`)],
    ['a lieu that goes', '2025-03-24', () => change(`delete from lieu where id = 'l9'`)],
    ['hours with dated days', '2025-03-24', datedHours],
    ['another day', '2025-04-14', async () => {}],
  ];
  const hashes = new Set<string>();
  for (const [what, day, apply] of changes) {
    await apply();
    const instant = new Date(`${day}T08:00:00Z`);
    const [after, fresh] = [
      await buildSnapshot(database.db, instant, memory),
      await buildSnapshot(database.db, instant),
    ];
    expect({ what, parts: after.parts }).toEqual({ what, parts: fresh.parts });
    hashes.add(after.hash);
  }
  expect(hashes.size).toBe(changes.length);
});

/** Gives one lieu hours of every other week. */
async function datedHours(): Promise<void> {
  const place = { code_insee: '33063', code_postal: '33000', latitude: null, longitude: null };
  const { horaires_intervalles, ouvertures_datees } = storeHoraires('week 1-53/2 Mo 09:00-12:00', place, '2025-03-24');
  await database.db
    .updateTable('lieu')
    .set({ horaires_intervalles: JSON.stringify(horaires_intervalles) })
    .where('id', '=', 'l1')
    .execute();
  const rows = ouvertures_datees.map(({ jour, intervalles }) => ({
    ...{ lieu_id: 'l1', jour, intervalles: JSON.stringify(intervalles) },
  }));
  await database.db.insertInto('ouverture_datee').values(rows).execute();
}

test('dated openings of the days to come are in the snapshot', async () => {
  await insertLieux(2);
  const place = { code_insee: '33063', code_postal: '33000', latitude: null, longitude: null };
  const written = storeHoraires('Fr[2] 09:00-12:00', place, '2025-05-01');
  await sql`update lieu set horaires_intervalles = ${JSON.stringify(written.horaires_intervalles)}::jsonb where id = 'l1'`.execute(
    database.db,
  );
  for (const { jour, intervalles } of written.ouvertures_datees) {
    await sql`insert into ouverture_datee values ('l1', ${jour}, ${JSON.stringify(intervalles)}::jsonb)`.execute(
      database.db,
    );
  }
  const store = new SnapshotStore({
    url: database.url,
    log,
    workerUrl: WORKER,
    now: () => new Date('2025-05-01T08:00:00Z'),
  });
  stores.push(store);
  await store.start();
  const { index } = await store.current();
  const openOn = (query: string) => {
    const { filtres } = parseFiltres(new URLSearchParams(query));
    return [...selectRows(index, { filtres, place: null, instant: new Date('2025-05-01T08:00:00Z') })].map((row) =>
      index.ids.at(row),
    );
  };
  expect(openOn('ouvert=2025-05-09T10:00')).toEqual(['l1']);
  expect(openOn('ouvert=2025-05-02T10:00')).toEqual([]);
});

test('two processes give the same content the same address', async () => {
  await insertLieux(50);
  const [one, two] = await Promise.all([openStore(), openStore()]);
  expect((await one.current()).hash).toBe((await two.current()).hash);
});

/** Opens a store, says whether it began with what the file kept, and closes it. */
async function begin(keptIn: string, options: Partial<SnapshotStoreOptions> = {}): Promise<boolean> {
  const said: string[] = [];
  const store = await openStore({ keptIn, log: { ...log, info: (message) => said.push(message) }, ...options });
  const snapshot = await store.current();
  // A kept one is renewed at once, as every other.
  const seen = snapshot.luLe;
  if (said[0]?.startsWith('Carte reprise'))
    await expect.poll(() => snapshot.luLe > seen, { timeout: 5_000 }).toBe(true);
  await store.close();
  return said[0]?.startsWith('Carte reprise') === true;
}

test('a start begins with the snapshot that the last process left, as long as nothing has changed since', async () => {
  const keptIn = join(mkdtempSync(join(tmpdir(), 'carte-')), 'dossier', 'derniere.bin');
  await insertLieux(5);
  expect(await begin(keptIn)).toBe(false);
  expect(await begin(keptIn)).toBe(true);
  expect(await begin(keptIn)).toBe(true);
  for (const change of [
    sql`update lieu set nom = 'Autre' where id = 'l1'`,
    sql`delete from lieu where id = 'l2'`,
    sql`insert into ouverture_datee values ('l1', '2026-06-01', '[]')`,
  ]) {
    await change.execute(database.db);
    expect(await begin(keptIn)).toBe(false);
    expect(await begin(keptIn)).toBe(true);
  }
  const tomorrow = new Date(Date.now() + 25 * 3_600_000);
  expect(await begin(keptIn, { now: () => tomorrow })).toBe(false);
  // What it serves is what it would make: the same address, the same bytes in each form.
  const made = await (await openStore()).current();
  const store = await openStore({ keptIn, now: () => tomorrow });
  const kept = await store.current();
  expect(kept.hash).toBe(made.hash);
  expect(kept.parts).toEqual(made.parts);
});

test('the snapshot of another database, of another program, or cut short is not served', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'carte-'));
  const keptIn = join(folder, 'derniere.bin');
  await insertLieux(5);
  await begin(keptIn);
  const other = await createTestDatabase();
  expect(await begin(keptIn, { url: other.url })).toBe(false);
  await other.drop();
  expect(await begin(keptIn)).toBe(false);
  const program = join(dirname(WORKER.pathname), `autre.${process.pid}.mjs`);
  writeFileSync(program, `${readFileSync(WORKER, 'utf8')}\n// another build`);
  expect(await begin(keptIn, { workerUrl: pathToFileURL(program) })).toBe(false);
  rmSync(program);
  await begin(keptIn);
  const whole = readFileSync(keptIn);
  for (const damaged of [
    whole.subarray(0, -1),
    Buffer.from('x'),
    Buffer.alloc(0),
    Buffer.concat([whole.subarray(0, -4), Buffer.from('zero')]),
  ]) {
    writeFileSync(keptIn, damaged);
    expect(await begin(keptIn)).toBe(false);
  }
  expect(await begin(keptIn)).toBe(true);
  expect(readdirSync(folder)).toEqual(['derniere.bin']);
});

test('changes made while the listener was cut off are found when it is back', async () => {
  await insertLieux(2);
  const store = await openStore();
  await store.current();
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lieu-a-jour écoute' and datname = current_database()`.execute(
    database.db,
  );
  await sql`update lieu set nom = 'Pendant la coupure' where id = 'l1'`.execute(database.db);
  await expect
    .poll(async () => namesOf(await store.current()).includes('Pendant la coupure'), { timeout: 10_000 })
    .toBe(true);
});

test('a burst of changes is read a few times, not once each, and ends with the last', async () => {
  await insertLieux(200);
  let built = 0;
  const store = new SnapshotStore({
    url: database.url,
    log: { info: () => void built++, warn: () => {} },
    workerUrl: WORKER,
  });
  stores.push(store);
  await store.start();
  for (let i = 1; i <= 60; i++) await sql`update lieu set nom = ${`Nom ${i}`} where id = 'l1'`.execute(database.db);
  await expect.poll(async () => namesOf(await store.current()).includes('Nom 60'), { timeout: 10_000 }).toBe(true);
  expect(built).toBeLessThan(20);
});

test('the lieux are streamed whole, in pages, as they are at one instant', async () => {
  await insertLieux(4_100);
  const ids: string[] = [];
  for await (const lieu of streamLieuxPublies(database.db)) {
    if (ids.length === 0) {
      expect(Object.keys(lieu)).toHaveLength(34);
      expect(lieu).toMatchObject({ pivot: '00000000000000', date_maj: '2025-01-31', courriels: [] });
      await sql`delete from lieu where id = 'l999'`.execute(database.db);
    }
    ids.push(lieu.id);
  }
  expect(new Set(ids).size).toBe(4_100);
  expect(await findLieuPublie(database.db, 'l1')).toMatchObject({ id: 'l1', nom: 'Médiathèque n° 1', horaires: null });
  expect(await findLieuPublie(database.db, 'l999')).toBeUndefined();
});

test('browsers get each part compressed as they ask, for ever, and are told what is newest', async () => {
  await insertLieux(30);
  const store = await openStore();
  const { hash, index, parts } = await store.current();
  const { server, origin } = await serve(store);
  try {
    const newest = await fetch(`${origin}/carte/snapshot`);
    expect(await newest.json()).toEqual({ hash, lieux: 30 });
    expect(newest.headers.get('cache-control')).toBe('no-cache');
    const again = await fetch(`${origin}/carte/snapshot`, {
      headers: { 'If-None-Match': newest.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);

    const bodies = await Promise.all(
      (['br', 'gzip', 'identity'] as const).map(async (encoding) => {
        const answer = await rawGet(`${origin}/carte/snapshot/${hash}/carte.bin`, encoding);
        expect(answer.headers['cache-control']).toContain('immutable');
        expect(answer.headers['content-encoding']).toBe(encoding === 'identity' ? undefined : encoding);
        return encoding === 'br'
          ? brotliDecompressSync(answer.body)
          : encoding === 'gzip'
            ? gunzipSync(answer.body)
            : answer.body;
      }),
    );
    for (const body of bodies) expect(new Uint8Array(body)).toEqual(parts.carte.identity);
    expect(decodeParts(mapParts(parts, ({ identity }) => identity)).placed).toBe(index.placed);

    for (const path of [`${hash}/autre.bin`, `${'0'.repeat(32)}/carte.bin`]) {
      const missing = await fetch(`${origin}/carte/snapshot/${path}`);
      expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-store']);
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('base maps ask nobody for letters, and the one without network has the names of communes', async () => {
  const store = await openStore();
  const { server, origin } = await serve(store);
  try {
    const style: unknown = await (await fetch(`${origin}/carte/fond/ign.json`)).json();
    expect(style).toMatchObject({ version: 8, sources: { plan_ign: { type: 'vector' } } });
    const hosts = new Set(JSON.stringify(style).match(/https:\/\/[^/"]+/g));
    expect([...hosts]).toEqual(['https://data.geopf.fr']);
    const names = await (await fetch(`${origin}/carte/fond/communes.json`)).text();
    expect(names).toContain('"Saint-Denis"');
    expect(names.length).toBeLessThan(600_000);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(snapshots: SnapshotStore): Promise<{ server: Server; origin: string }> {
  const server = createServer(express().use(publicFastPaths({ snapshots, communes: loadCommunes() })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` };
}

async function rawGet(url: string, encoding: string): Promise<{ headers: Record<string, unknown>; body: Buffer }> {
  const { get } = await import('node:http');
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'Accept-Encoding': encoding } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
    }).on('error', reject);
  });
}
