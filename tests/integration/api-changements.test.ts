import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { writeCursor } from '#app/api/cursor.server.ts';
import { deleteOldChangements, renumberChangements } from '#db/changements.ts';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { insertLieu } from '#tests/support/lieux.ts';

const NOW = new Date();
const TODAY = NOW.toISOString().slice(0, 10);

let app: HttpApp;

beforeAll(async () => {
  app = await startHttp({}, NOW);
});
afterAll(() => app?.close());

interface Feed {
  lieux: { id: string; nom?: string }[];
  retires: { id: string }[];
  total: number;
  suivant: string | null;
  reprise: string;
}

const add = (id: string) => insertLieu(app.db, { id }, { today: TODAY });
const rename = (id: string, nom: string) => app.db.updateTable('lieu').set({ nom }).where('id', '=', id).execute();

async function read(url: string): Promise<Feed> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return response.json();
}

/** What has been told once nothing is left, and where to go on. Other databases of the server hold transactions back: it may take a moment. */
async function drain(from: string): Promise<{ lieux: Feed['lieux']; retires: Feed['retires']; reprise: string }> {
  const all: Pick<Feed, 'lieux' | 'retires'> = { lieux: [], retires: [] };
  for (let url = from; ; ) {
    const { lieux, retires, suivant, reprise } = await read(url);
    all.lieux.push(...lieux);
    all.retires.push(...retires);
    if (suivant === null) return { ...all, reprise };
    url = suivant;
  }
}

/** Where to go on once everything written so far is behind. */
async function start(): Promise<string> {
  await settled();
  return (await drain(`${app.origin}/api/v1/lieux?depuis=${TODAY}`)).reprise;
}

/** Waits until no transaction of the server is as old as what was written. */
async function settled(): Promise<void> {
  const { rows } = await sql<{ at: string }>`select pg_current_xact_id()::text as at`.execute(app.db);
  const at = rows[0]?.at ?? '0';
  await vi.waitFor(
    async () => {
      const { rows } = await sql<{ past: boolean }>`
        select pg_snapshot_xmin(pg_current_snapshot()) > ${at}::xid8 as past`.execute(app.db);
      expect(rows[0]?.past).toBe(true);
    },
    { timeout: 30_000 },
  );
}

test('what is new, changed, hidden, closed, merged or deleted since is told as it is now', async () => {
  for (const id of ['un', 'deux', 'cache', 'ferme', 'double', 'efface']) await add(id);
  const from = await start();
  await rename('un', 'Autre nom');
  await add('trois');
  const set = (id: string, values: { statut: string; ferme_le?: string; fusionne_dans?: string }) =>
    app.db.updateTable('lieu').set(values).where('id', '=', id).execute();
  await set('cache', { statut: 'masque' });
  await set('ferme', { statut: 'ferme', ferme_le: TODAY });
  await set('double', { statut: 'fusionne', fusionne_dans: 'un' });
  await app.db.deleteFrom('lieu').where('id', '=', 'efface').execute();
  await settled();
  const { lieux, retires } = await drain(from);
  expect(lieux.map(({ id, nom }) => `${id} ${nom}`).sort()).toEqual(['trois Mairie de Langon', 'un Autre nom']);
  expect(retires.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
    { id: 'cache' },
    { id: 'double', fusionne_dans: 'un' },
    { id: 'efface' },
    { id: 'ferme', ferme_le: TODAY },
  ]);
});

test('a change that begins first and commits last is told to whoever went on meanwhile', async () => {
  await add('lent');
  await add('rapide');
  const from = await start();
  const slow = await app.db.startTransaction().execute();
  await slow.updateTable('lieu').set({ nom: 'Nom lent' }).where('id', '=', 'lent').execute();
  await rename('rapide', 'Nom rapide');
  const meanwhile = await drain(from);
  expect(meanwhile.lieux.map(({ id }) => id)).not.toContain('lent');
  await slow.commit().execute();
  await settled();
  const after = await drain(meanwhile.reprise);
  const names = [...meanwhile.lieux, ...after.lieux].map(({ nom }) => nom);
  expect(names.filter((nom) => nom === 'Nom lent')).toHaveLength(1);
  expect(names).toContain('Nom rapide');
  await settled();
  expect((await drain(after.reprise)).lieux).toEqual([]);
});

test('a page after the other, nothing is lost', async () => {
  const from = await start();
  for (let i = 0; i < 7; i++) await add(`page-${i}`);
  await settled();
  const url = new URL(from);
  url.searchParams.set('limite', '3');
  const first = await read(url.href);
  expect(first).toMatchObject({ total: 7, lieux: [{}, {}, {}], suivant: first.reprise });
  const second = await read(first.reprise);
  expect(second).toMatchObject({ total: 4, lieux: [{}, {}, {}], suivant: second.reprise });
  expect(await read(second.reprise)).toMatchObject({ total: 1, lieux: [{}], suivant: null });
  expect((await drain(url.href)).lieux).toHaveLength(7);
});

test('nothing is told of lieux that nobody may see, nor of what the public cannot see of one', async () => {
  await add('public');
  const from = await start();
  await insertLieu(app.db, { id: 'incomplet', adresse: null }, { today: TODAY });
  await rename('incomplet', 'Encore incomplet');
  await app.db.updateTable('lieu').set({ confirme_le: NOW, horaires_bits: null }).where('id', '=', 'public').execute();
  await app.db.deleteFrom('lieu').where('id', '=', 'incomplet').execute();
  await settled();
  expect(await drain(from)).toMatchObject({ lieux: [], retires: [] });
});

test('a position that the geocoder finds is a change, one that is not sure is none', async () => {
  for (const id of ['trouve', 'approche']) {
    await insertLieu(app.db, { id, latitude: null, longitude: null }, { today: TODAY });
  }
  const from = await start();
  for (const [lieu_id, precision] of [
    ['trouve', 'exacte'],
    ['approche', 'approchee'],
  ] as const) {
    await app.db
      .insertInto('geocodage')
      .values({
        ...{ lieu_id, precision, etat: 'trouve', latitude: 44.55, longitude: -0.25, demande_le: NOW },
        adresse: '14 Allée Jean Jaurès 33210 Langon',
      })
      .execute();
  }
  await settled();
  expect((await drain(from)).lieux).toMatchObject([{ id: 'trouve', latitude: 44.55, longitude: -0.25 }]);
});

test('from a day or an hour, at least what has changed since is told', async () => {
  const before = new Date();
  await add('depuis-instant');
  await settled();
  for (const depuis of [TODAY, before.toISOString(), '2026-01-01T00:00:00+02:00'.replace('2026-01-01', TODAY)]) {
    const { lieux } = await drain(`${app.origin}/api/v1/lieux?depuis=${depuis}`);
    expect(lieux.map(({ id }) => id)).toContain('depuis-instant');
  }
});

test.each([
  ['depuis=2026-02-30', 400],
  ['depuis=2026-02-28T25:00:00Z', 400],
  ['depuis=hier', 400],
  ['depuis=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 400],
  ['depuis=2020-01-01', 410],
  ['depuis=2099-01-01', 400],
  [`depuis=${TODAY}&territoire=departement:33`, 400],
  [`depuis=${TODAY}&curseur=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`, 400],
])('?%s is refused', async (query, status) => {
  const response = await fetch(`${app.origin}/api/v1/lieux?${query}`);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ status });
});

test('after 90 days a change is no longer told, and whoever comes from before is told to take everything again', async () => {
  const from = await start();
  app.clock.now = new Date(NOW.getTime() + 92 * 86_400_000);
  const gone = await fetch(from);
  expect(gone.status).toBe(410);
  expect((await gone.json()).detail).toContain('90 jours');
  expect(await deleteOldChangements(app.db, app.clock.now)).toBeGreaterThan(0);
  app.clock.now = NOW;
});

test('after a copy was restored elsewhere, places of before are refused and changes of before are told', async () => {
  await add('copie');
  const from = await start();
  await app.db
    .insertInto('lieu_changement')
    .values({ lieu_id: 'copie', transaction: '900000000000', le: NOW })
    .execute();
  expect(await drain(from)).toMatchObject({ lieux: [] });
  expect(await renumberChangements(app.db)).toBe(1);
  await settled();
  expect((await drain(from)).lieux).toMatchObject([{ id: 'copie' }]);
  expect(await renumberChangements(app.db)).toBe(0);
  const day = Math.floor(NOW.getTime() / 86_400_000);
  const options = { secrets: app.services.settings.secrets, query: 'depuis' };
  const ahead = writeCursor(['900000000000', '', day], options);
  const refused = await fetch(`${app.origin}/api/v1/lieux?depuis=${ahead}`);
  expect(refused.status).toBe(410);
  expect((await refused.json()).detail).toContain('remplacée par une copie');
});

test('changes are JSON alone', async () => {
  const response = await fetch(`${app.origin}/api/v1/lieux?depuis=${TODAY}`, { headers: { accept: 'text/csv' } });
  expect(response.status).toBe(406);
  expect((await response.json()).detail).toBe(
    'Avec « depuis », cette adresse répond en application/json seulement. Demandez-le dans « Accept ».',
  );
});
