import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { lieuOf } from '#app/carte/carte-data.ts';
import { NO_FILTRES } from '#app/carte/filters.ts';
import { decodeParts, mapParts } from '#app/carte/snapshot.ts';
import { buildSnapshot } from '#app/carte/snapshot-build.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import { ficheData } from '#app/http/fiche-data.server.ts';
import { createPatience, GeocodeurIndisponible, geocodeLieux } from '#app/jobs/geocodage.ts';
import { findPublicFiche } from '#db/fiches.ts';
import { findPositionGeocodee } from '#db/geocodage.ts';
import { findLieuPublie, streamLieuxForCarte } from '#db/lieux-publies.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import {
  type AdresseConnue,
  type GeocodeurDouble,
  type Panne,
  type Requete,
  startGeocodeur,
} from '#tests/support/geocodeur.ts';
import { createLieu, DAY, NOW } from './revisions.factory.ts';

let database: TestDatabase;
let geocodeur: GeocodeurDouble | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.deleteFrom('lieu').execute();
});
afterEach(() => geocodeur?.close());

const ECOLES: AdresseConnue = {
  label: '12 Rue des Écoles 33000 Bordeaux',
  latitude: 44.83,
  longitude: -0.57,
  score: 0.97,
  type: 'housenumber',
  citycode: '33063',
};

async function start(
  connue: (q: string) => AdresseConnue | 'error' | undefined = () => ECOLES,
  panne?: (n: number, requete: Requete) => Panne,
) {
  geocodeur = await startGeocodeur({ connue, ...(panne && { panne }) });
  return geocodeur;
}

function run(at: Date = NOW) {
  const { db } = database;
  return geocodeLieux({ db, url: geocodeur?.url ?? '', now: () => at, pauseMs: 0 });
}

async function createPublic(values: Partial<Lieu> = {}): Promise<string> {
  const { lieuId } = await createLieu(database.db, values);
  await database.db.updateTable('lieu').set({ manquants: [] }).where('id', '=', lieuId).execute();
  return lieuId;
}

/** A public lieu of Bordeaux without coordinates. */
async function createSansPosition(values: Partial<Lieu> = {}): Promise<string> {
  return createPublic({ latitude: null, longitude: null, ...values });
}

/** Where the map shows each lieu, by id, and whether it is an approximate place. */
async function publicPositions() {
  const seen = new Map<string, [number | null, number | null]>();
  for await (const rows of streamLieuxForCarte(database.db, { du: '2026-06-01', au: '2026-06-02' }))
    for (const { row } of rows) seen.set(row.id, [row.latitude, row.longitude]);
  return seen;
}

test('an address found with certainty is the public position of the lieu; what the lieu says of itself does not move', async () => {
  const { requetes } = await start();
  const id = await createSansPosition({ adresse: '12 Rue des Écoles,\nbâtiment B' });
  const placed = await createPublic();
  expect(await run()).toEqual({ demandees: 1, exactes: 1, approchees: 0, erreurs: 0 });
  expect(await findLieuPublie(database.db, id)).toMatchObject({ latitude: 44.83, longitude: -0.57 });
  expect(await findLieuPublie(database.db, placed)).toMatchObject({ latitude: 44.84, longitude: -0.58 });
  expect((await publicPositions()).get(id)).toEqual([44.83, -0.57]);
  const stored = await database.db
    .selectFrom('lieu')
    .select(['latitude', 'version'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  expect(stored).toEqual({ latitude: null, version: 1 });
  expect(await database.db.selectFrom('geocodage').select(['score', 'libelle']).executeTakeFirstOrThrow()).toEqual({
    score: expect.closeTo(0.97, 5),
    libelle: ECOLES.label,
  });
  expect(requetes).toHaveLength(1);
  expect(requetes[0]?.lignes).toEqual([
    {
      ligne: '0',
      adresse: '12 Rue des Écoles, bâtiment B',
      code_postal: '33000',
      commune: 'Bordeaux',
      code_insee: '33063',
      filtre_code_postal: '',
    },
  ]);
  expect(requetes[0]?.champs).toMatchObject({
    columns: ['adresse', 'code_postal', 'commune'],
    citycode: ['code_insee'],
    postcode: ['filtre_code_postal'],
    indexes: ['address'],
  });
  expect(await run()).toMatchObject({ demandees: 0 });
});

test.each<[string, Partial<AdresseConnue>, 'exacte' | 'approchee' | null]>([
  ['0.9 is the position', { score: 0.9 }, 'exacte'],
  ['just below is approximate', { score: 0.8999 }, 'approchee'],
  ['0.6 is approximate', { score: 0.6 }, 'approchee'],
  ['below it is left out', { score: 0.5999 }, null],
  ['the middle of a commune is never a door', { score: 0.98, type: 'municipality' }, 'approchee'],
  ['another département is another place', { score: 0.98, citycode: '76133' }, null],
])('score: %s', async (_, found, precision) => {
  await start(() => ({ ...ECOLES, ...found }));
  const id = await createSansPosition();
  await run();
  expect((await findPositionGeocodee(database.db, id))?.precision ?? null).toBe(precision);
  const exported = (await findLieuPublie(database.db, id))?.latitude;
  expect(exported).toBe(precision === 'exacte' ? ECOLES.latitude : null);
  const row = await database.db.selectFrom('geocodage').select(['etat', 'score']).executeTakeFirstOrThrow();
  expect(row).toEqual({ etat: 'trouve', score: expect.closeTo(found.score ?? 0, 4) });
});

test.each<[number, { approximative: boolean } | null]>([
  [0.95, { approximative: false }],
  [0.7, { approximative: true }],
  [0.5, null],
])('the fiche of a lieu found with %d leads there, and says so where it is approximate', async (score, expected) => {
  await start(() => ({ ...ECOLES, score }));
  const id = await createSansPosition();
  await run();
  expect(await positionOnFiche(id)).toEqual(expected && { latitude: 44.83, longitude: -0.57, ...expected });
  const own = await createPublic();
  expect(await positionOnFiche(own)).toEqual({ latitude: 44.84, longitude: -0.58, approximative: false });
});

test('an approximate position is on the map, marked, and in no export', async () => {
  await start(() => ({ ...ECOLES, score: 0.7 }));
  const id = await createSansPosition();
  const own = await createPublic();
  await run();
  const { parts } = await buildSnapshot(database.db, NOW);
  const index = decodeParts(mapParts(parts, ({ identity }) => identity));
  const shown = (wanted: string) =>
    lieuOf(index, index.ids.toArray().indexOf(wanted), { filtres: NO_FILTRES, instant: NOW });
  expect(shown(id)).toMatchObject({ point: { latitude: expect.closeTo(44.83, 4) }, approximatif: true });
  expect(shown(own)).toMatchObject({ approximatif: false });
  expect((await findLieuPublie(database.db, id))?.latitude).toBeNull();
});

async function positionOnFiche(id: string) {
  const found = await findPublicFiche(database.db, id);
  if (!found?.fiche) throw new Error(`no public fiche ${id}`);
  return (await ficheData(database.db, found.fiche, { now: NOW, rdv: false })).position;
}

test('an answer counts for the address that was asked: a lieu that moves is asked for again, one that is placed by hand is not', async () => {
  const { requetes } = await start();
  const id = await createSansPosition();
  await run();
  await database.db.updateTable('lieu').set({ adresse: '3 Quai Nord' }).where('id', '=', id).execute();
  expect(await findPositionGeocodee(database.db, id)).toBeUndefined();
  expect((await findLieuPublie(database.db, id))?.latitude).toBeNull();
  await run();
  expect(requetes[1]?.lignes[0]?.adresse).toBe('3 Quai Nord');
  expect((await findLieuPublie(database.db, id))?.latitude).toBe(44.83);
  await database.db.updateTable('lieu').set({ latitude: 44.5, longitude: -0.5 }).where('id', '=', id).execute();
  expect(await findLieuPublie(database.db, id)).toMatchObject({ latitude: 44.5, longitude: -0.5 });
  expect(await run()).toMatchObject({ demandees: 0 });
});

test('where the INSEE code is not known the postcode is the filter; what nobody knows is remembered as unknown', async () => {
  const { requetes } = await start(() => undefined);
  await createSansPosition({ code_insee: null });
  expect(await run()).toEqual({ demandees: 1, exactes: 0, approchees: 0, erreurs: 0 });
  expect(requetes[0]?.lignes[0]).toMatchObject({ code_insee: '', filtre_code_postal: '33000' });
  expect(await run(new Date(NOW.getTime() + 90 * DAY))).toMatchObject({ demandees: 0 });
});

test('a row that fails is asked for again a day later, then two, and given up after five times', async () => {
  const { requetes } = await start(() => 'error');
  await createSansPosition();
  expect(await run()).toMatchObject({ demandees: 1, erreurs: 1 });
  let last = NOW.getTime();
  for (const wait of [1, 2, 4, 8]) {
    expect(await run(new Date(last + wait * DAY - 60_000))).toMatchObject({ demandees: 0 });
    last += wait * DAY + 60_000;
    expect(await run(new Date(last))).toMatchObject({ demandees: 1, erreurs: 1 });
  }
  expect(await run(new Date(NOW.getTime() + 400 * DAY))).toMatchObject({ demandees: 0 });
  expect(requetes).toHaveLength(5);
});

test('one address that makes the service fail costs itself only', async () => {
  const { requetes } = await start(
    () => ECOLES,
    (_, { lignes }) => (lignes.some(({ adresse }) => adresse === 'poison') ? { status: 500 } : null),
  );
  for (let index = 0; index < 20; index++)
    await createSansPosition({ adresse: index === 13 ? 'poison' : `${index} Rue des Écoles` });
  expect(await run()).toEqual({ demandees: 20, exactes: 19, approchees: 0, erreurs: 1 });
  expect(requetes.length).toBeLessThan(12);
});

test.each<[string, Panne, number | null]>([
  ['too many requests', { status: 429, headers: { 'retry-after': '5' } }, 5],
  ['down for a while', { status: 503 }, null],
  ['a gateway without its server', { status: 502 }, null],
  ['cut in the middle', 'coupe', null],
])('%s: what was answered is kept, the rest waits, and the next call goes on from there', async (_, fault, attente) => {
  const { requetes } = await start(
    () => ECOLES,
    (numero) => (numero === 2 ? fault : null),
  );
  for (let index = 0; index < 3; index++) await createSansPosition();
  const first = geocodeLieux({ db: database.db, url: geocodeur?.url ?? '', now: () => NOW, pauseMs: 0, parRequete: 1 });
  const failure = await first.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(GeocodeurIndisponible);
  expect(failure).toMatchObject({ attente });
  expect(await database.db.selectFrom('geocodage').select('lieu_id').execute()).toHaveLength(1);
  expect(await run()).toMatchObject({ demandees: 2, exactes: 2 });
  expect(requetes).toHaveLength(3);
});

test('a service that gives every file back as it came is at fault, not the addresses', async () => {
  const { requetes } = await start(undefined, () => 'renvoye');
  for (let index = 0; index < 40; index++) await createSansPosition();
  await expect(run()).rejects.toBeInstanceOf(GeocodeurIndisponible);
  expect(requetes.length).toBeLessThan(20);
  expect(await database.db.selectFrom('geocodage').select('lieu_id').execute()).toEqual([]);
});

test('a service that is not there at all, or says nothing, is left alone for longer and longer', async () => {
  const absent = geocodeLieux({ db: database.db, url: 'http://127.0.0.1:9/geocodage', now: () => NOW, pauseMs: 0 });
  expect(await absent).toMatchObject({ demandees: 0 });
  await createSansPosition();
  const refused = geocodeLieux({ db: database.db, url: 'http://127.0.0.1:9/geocodage', now: () => NOW, pauseMs: 0 });
  await expect(refused).rejects.toBeInstanceOf(GeocodeurIndisponible);
  await start(undefined, () => 'muet');
  const ending = new AbortController();
  const waiting = geocodeLieux({ db: database.db, url: geocodeur?.url ?? '', now: () => NOW, signal: ending.signal });
  setTimeout(() => ending.abort(), 200);
  await expect(waiting).rejects.toBeInstanceOf(GeocodeurIndisponible);

  let now = NOW.getTime();
  const patience = createPatience(() => new Date(now));
  const waits: number[] = [];
  for (let failures = 0; failures < 10; failures++) {
    patience.failed(null);
    const from = now;
    while (!patience.due()) now += 60_000;
    waits.push((now - from) / 60_000);
  }
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 360, 360, 360]);
  patience.failed(30);
  now += 29_000;
  expect(patience.due()).toBe(false);
  now += 1_000;
  expect(patience.due()).toBe(true);
});
