import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Lieu } from '#app/domain/lieu.ts';
import type { Permanence } from '#app/domain/permanences.ts';
import { emptyPermanence } from '#app/domain/permanences.ts';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { insertLieu } from '#tests/support/lieux.ts';

const NOW = new Date('2026-06-01T08:00:00Z');
const TODAY = '2026-06-01';

let app: HttpApp;

/** Twelve lieux of the Gironde from west to east, and some that are special. */
const ROW = Array.from({ length: 12 }, (_, i) => ({
  id: `lieu-${String(i).padStart(2, '0')}`,
  longitude: -0.6 + i / 100,
}));

beforeAll(async () => {
  app = await startHttp({}, NOW);
  for (const { id, longitude } of ROW) await add({ id, longitude, services: longitude < -0.55 ? [INTERNET] : [] });
  const stop = (id: string, longitude: number): Permanence => ({
    ...{ ...emptyPermanence(id), horaires: 'Mo 09:00-18:00' },
    etape: {
      ...{ nom: `Arrêt ${id}`, adresse: null, code_postal: '33210', commune: 'Langon', code_insee: '33227' },
      ...{ latitude: 44.55, longitude },
    },
  });
  await add({ id: 'bus' }, [stop('00000001', -0.3), stop('00000002', -0.31)]);
  await add({ id: 'sans-position', latitude: null, longitude: null });
  await add({ id: 'é/ ?#%\\.data', telephone: '+33556000000', horaires: 'Mo-Fr 09:00-12:00' });
  await refreshed();
});

afterAll(() => app?.close());

const INTERNET = 'Accès internet et matériel informatique';

async function add(values: Partial<Lieu> & { id: string }, permanences: Permanence[] = []): Promise<void> {
  await insertLieu(app.db, values, { permanences, today: TODAY });
}

/** Waits until the map knows as many lieux as the database. */
async function refreshed(): Promise<void> {
  app.services.snapshots.refresh();
  const wanted = await publics();
  await vi.waitFor(async () => expect((await app.services.snapshots.current()).index.size).toBe(wanted), {
    timeout: 20_000,
  });
}

async function publics(): Promise<number> {
  const { n } = await app.db
    .selectFrom('lieu_publie')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(`${app.origin}/api/v1${path}`, { method, headers, redirect: 'manual' });
}

async function read(
  path: string,
): Promise<{ lieux: Record<string, unknown>[]; total: number; suivant: string | null }> {
  const response = await get(path);
  const body = await response.json();
  expect(response.status, JSON.stringify(body)).toBe(200);
  return body;
}

/** All the ids of a list, page after page. */
async function follow(path: string): Promise<string[]> {
  const ids: string[] = [];
  let next: string | null = `${app.origin}/api/v1${path}`;
  while (next !== null) {
    const page: { lieux: { id: string }[]; suivant: string | null } = await (await fetch(next)).json();
    ids.push(...page.lieux.map(({ id }) => id));
    next = page.suivant;
  }
  return ids;
}

test('every public lieu is in the list once, page after page, by id, with its total', async () => {
  const { total, lieux } = await read('/lieux');
  expect(total).toBe(ROW.length + 3);
  const ids = await follow('/lieux?limite=4');
  expect(ids).toEqual(lieux.map(({ id }) => id));
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(total);
});

test('with a point, the nearest come first and those without position last', async () => {
  const ids = await follow('/lieux?lat=44.5536&lon=-0.6&limite=5');
  expect(ids.slice(0, 12)).toEqual(ROW.map(({ id }) => id));
  expect(ids.at(-1)).toBe('sans-position');
  expect(await follow('/lieux?lat=44.5536&lon=-0.6&rayon=2')).toEqual(['lieu-00', 'lieu-01', 'lieu-02']);
});

test('a lieu with several stops is one lieu, as far as the nearest of them', async () => {
  const { lieux } = await read('/lieux?lat=44.55&lon=-0.31&rayon=1');
  expect(lieux).toHaveLength(1);
  expect(lieux[0]).toMatchObject({ id: 'bus', permanences: [{ id: '00000001' }, { id: '00000002', etape: {} }] });
});

test('a lieu that comes between two pages moves nothing', async () => {
  const first = await read('/lieux?limite=3');
  await add({ id: 'lieu-00b' });
  await refreshed();
  const rest = await follow(String(first.suivant).slice(`${app.services.settings.publicUrl}/api/v1`.length));
  await app.db.deleteFrom('lieu').where('id', '=', 'lieu-00b').execute();
  await refreshed();
  expect([...first.lieux.map(({ id }) => id), ...rest].filter((id) => id !== 'lieu-00b')).toEqual(
    await follow('/lieux'),
  );
});

test('names and lists are the standard’s, and what is empty is left out', async () => {
  const { lieux } = await read(`/lieux?services=${encodeURIComponent(INTERNET)}&limite=1`);
  expect(lieux).toEqual([
    {
      ...{ id: 'lieu-00', pivot: '00000000000000', nom: 'Mairie de Langon', commune: 'Langon', code_postal: '33210' },
      ...{ code_insee: '33227', adresse: '14 Allée Jean Jaurès', latitude: 44.5536, longitude: -0.6 },
      ...{ date_maj: '2025-01-02', services: [INTERNET] },
    },
  ]);
});

test.each([
  ['inconnu=1', 'inconnu', '1'],
  ['page=2', 'page', '2'],
  ['utm_source=x', 'utm_source', 'x'],
  ['services=Rien', 'services', 'Rien'],
  ['services=', 'services', ''],
  ['q=', 'q', ''],
  ['lat=44', 'lat', '44'],
  ['lat=91&lon=0', 'lat', '91'],
  ['lat=1e1&lon=0', 'lat', '1e1'],
  ['rayon=5', 'rayon', '5'],
  ['bbox=1,2,3', 'bbox', '1,2,3'],
  ['bbox=1,5,2,4', 'bbox', '1,5,2,4'],
  ['territoire=departement:100', 'territoire', 'departement:100'],
  ['territoire=epci:111111111', 'territoire', 'epci:111111111'],
  ['territoire=commune:33999', 'territoire', 'commune:33999'],
  ['ouvert=demain', 'ouvert', 'demain'],
  ['ouvert=2026-02-30T10:00', 'ouvert', '2026-02-30T10:00'],
  ['rdv=0', 'rdv', '0'],
  ['limite=0', 'limite', '0'],
  ['limite=501', 'limite', '501'],
  ['limite=1.5', 'limite', '1.5'],
  ['q=a&q=b', 'q', 'a, b'],
  ['fields=nom,couleur', 'fields', 'couleur'],
  ['curseur=abc', 'curseur', 'abc'],
])('?%s is refused by its name', async (query, nom, valeur) => {
  const response = await get(`/lieux?${query}`);
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const problem = await response.json();
  expect(problem).toMatchObject({ status: 400, title: 'Demande incorrecte', erreurs: [{ nom, valeur }] });
  expect(problem.detail).toContain(nom);
});

test('an hour that cannot be read is told how to be written', async () => {
  const { detail } = await (await get('/lieux?ouvert=demain')).json();
  expect(detail).toContain('attendu maintenant, soir, samedi, dimanche ou AAAA-MM-JJThh:mm');
});

test('a cursor that was changed, or is of another list, is refused', async () => {
  const { suivant } = await read('/lieux?limite=2');
  const curseur = new URL(String(suivant)).searchParams.get('curseur') ?? '';
  expect((await get(`/lieux?curseur=${curseur}&limite=5&fields=id`)).status).toBe(200);
  expect((await get(`/lieux?curseur=${curseur}&rdv=1`)).status).toBe(400);
  for (const at of [0, 20, 30]) {
    const other = curseur[at] === 'A' ? 'B' : 'A';
    expect((await get(`/lieux?curseur=${curseur.slice(0, at)}${other}${curseur.slice(at + 1)}`)).status).toBe(400);
  }
});

describe('one lieu', () => {
  test('is found by its id, whatever it holds', async () => {
    const response = await get(`/lieux/${encodeURIComponent('é/ ?#%\\.data')}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ id: 'é/ ?#%\\.data', telephone: '+33556000000' });
  });

  test('that closed says when, then no longer exists', async () => {
    await add({ id: 'ferme' });
    const close = (jour: string) =>
      app.db.updateTable('lieu').set({ statut: 'ferme', ferme_le: jour }).where('id', '=', 'ferme').execute();
    await close('2026-05-01');
    expect(await (await get('/lieux/ferme')).json()).toMatchObject({ id: 'ferme', ferme_le: '2026-05-01' });
    expect((await get('/lieux/ferme', { accept: 'text/csv' })).status).toBe(406);
    await close('2026-01-01');
    const gone = await get('/lieux/ferme');
    expect(gone.status).toBe(410);
    expect(await gone.json()).toMatchObject({ status: 410, detail: 'Ce lieu a fermé le 2026-01-01.' });
  });

  test('that was merged leads to the other', async () => {
    await add({ id: 'double' });
    await app.db
      .updateTable('lieu')
      .set({ statut: 'fusionne', fusionne_dans: 'lieu-01' })
      .where('id', '=', 'double')
      .execute();
    const response = await get('/lieux/double');
    expect(response.status).toBe(308);
    expect(response.headers.get('location')).toBe(`${app.services.settings.publicUrl}/api/v1/lieux/lieu-01`);
  });

  test('that is hidden, incomplete or unknown is not found, in the same words', async () => {
    await add({ id: 'masque' });
    await app.db.updateTable('lieu').set({ statut: 'masque' }).where('id', '=', 'masque').execute();
    await add({ id: 'incomplet', adresse: null });
    const nul = `~${Buffer.from('\0%').toString('base64url')}`;
    const answers = await Promise.all(['masque', 'incomplet', 'rien', nul].map((id) => get(`/lieux/${id}`)));
    for (const answer of answers) {
      expect(answer.status).toBe(404);
      expect((await answer.json()).detail).toBe('Aucun lieu public n’a cet identifiant.');
    }
  });
});

test('an answer that has not changed is not sent again, and one that has is', async () => {
  for (const encoding of ['identity', 'gzip']) {
    const first = await get('/lieux', { 'accept-encoding': encoding });
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    expect(first.headers.get('content-encoding')).toBe(encoding === 'gzip' ? 'gzip' : null);
    const again = await get('/lieux', { 'accept-encoding': encoding, 'if-none-match': `"autre", W/${etag}` });
    expect(again.status).toBe(304);
    // What the map does not know changes the answer too.
    const tel = encoding === 'gzip' ? '+33556000001' : '+33556000002';
    await app.db.updateTable('lieu').set({ telephone: tel }).where('id', '=', 'lieu-00').execute();
    expect((await get('/lieux', { 'accept-encoding': encoding, 'if-none-match': etag })).status).toBe(200);
    await app.db.updateTable('lieu').set({ telephone: null }).where('id', '=', 'lieu-00').execute();
  }
});

test('any site may read, and only read', async () => {
  const preflight = await get(
    '/lieux',
    { origin: 'https://ailleurs.exemple', 'access-control-request-method': 'GET' },
    'OPTIONS',
  );
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-headers')).toContain('If-None-Match');
  const listed = await get('/lieux');
  expect(listed.headers.get('access-control-allow-origin')).toBe('*');
  expect(listed.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  const head = await get('/lieux', {}, 'HEAD');
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect(head.headers.get('etag')).toBe(listed.headers.get('etag'));
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const refused = await get('/lieux', {}, method);
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect(await refused.json()).toMatchObject({ status: 405 });
  }
});

describe('the format is what Accept prefers', () => {
  test('CSV with the standard’s columns, GeoJSON with points, some fields alone', async () => {
    const csv = await get('/lieux?fields=id,nom,services&limite=2', { accept: 'text/csv' });
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('x-total-count')).toBe(String(ROW.length + 3));
    expect(csv.headers.get('link')).toMatch(/^<http.*curseur=.*>; rel="next"$/);
    expect(await csv.text()).toBe(
      `id,nom,services\r\nbus,Mairie de Langon,\r\nlieu-00,Mairie de Langon,${INTERNET}\r\n`,
    );
    const geo = await get('/lieux?fields=nom&limite=2', { accept: 'application/geo+json' });
    expect(geo.headers.get('content-type')).toBe('application/geo+json; charset=utf-8');
    expect((await geo.json()).features[1]).toEqual({
      ...{ type: 'Feature', id: 'lieu-00', geometry: { type: 'Point', coordinates: [-0.6, 44.5536] } },
      properties: { nom: 'Mairie de Langon' },
    });
    const one = await get('/lieux/lieu-00?fields=nom', { accept: 'application/geo+json' });
    expect(await one.json()).toMatchObject({ type: 'Feature', id: 'lieu-00', properties: { nom: 'Mairie de Langon' } });
    const line = await get('/lieux/lieu-00?fields=nom,id', { accept: 'text/csv' });
    expect(await line.text()).toBe('nom,id\r\nMairie de Langon,lieu-00\r\n');
    expect((await read('/lieux?fields=id&fields=permanences&limite=1')).lieux).toMatchObject([
      { id: 'bus', permanences: [{}, {}] },
    ]);
  });

  test('one that is not there is refused', async () => {
    const response = await get('/lieux', { accept: 'application/xml' });
    expect(response.status).toBe(406);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect((await get('/lieux?fields=permanences', { accept: 'text/csv' })).status).toBe(400);
    expect((await get('/lieux', { accept: 'text/html,*/*;q=0.8' })).headers.get('content-type')).toContain('/json');
  });
});

test('every refusal has one form, before the API too', async () => {
  for (const path of ['/', '/rien', '/lieux/', '/lieux/a/b/c', '/lieux/%E0%A4%A', '/lieux/%00']) {
    const response = await get(path);
    expect([400, 404]).toContain(response.status);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await response.json()).toMatchObject({
      type: expect.stringContaining(`/api#erreur-${response.status}`),
      status: response.status,
      title: expect.any(String),
      detail: expect.any(String),
      instance: expect.stringMatching(/^urn:uuid:/),
    });
  }
});

test('the log has the pattern of the address, not what is asked', async () => {
  await get('/lieux/identifiant-secret?fields=nom');
  await expect.poll(() => app.logs()).toContain('"/api/v1/lieux/:id"');
  expect(app.logs()).not.toContain('identifiant-secret');
});

describe('the reading of the national map’s API', () => {
  const national = async (query = '') => {
    const response = await fetch(`${app.origin}/api/v0/lieux-inclusion-numerique${query}`);
    return { status: response.status, body: await response.json() };
  };

  test('is one array of all lieux, flat, with the standard’s names', async () => {
    const { body } = await national();
    expect(body.map(({ id }: { id: string }) => id)).toEqual(await follow('/lieux'));
    expect(body.find(({ id }: { id: string }) => id === 'lieu-00')).toMatchObject({
      longitude: -0.6,
      services: INTERNET,
    });
    expect(body.find(({ id }: { id: string }) => id === 'bus')).not.toHaveProperty('permanences');
  });

  test('keeps communes and sources, and refuses what it would not understand', async () => {
    expect((await national('?adresse[eq][code_insee]=33063,33227')).body).toHaveLength(ROW.length + 3);
    expect((await national('?adresse[beginsWith][code_insee]=40')).body).toEqual([]);
    expect((await national('?source[eq]=Hubik')).body).toEqual([]);
    for (const name of ['constructor', 'toString', '__proto__'])
      expect(await national(`?${name}=x`)).toMatchObject({ status: 400, body: { erreurs: [{ nom: name }] } });
    const refused = await national('?page[size]=10');
    expect(refused).toMatchObject({ status: 400, body: { erreurs: [{ nom: 'page[size]', valeur: '10' }] } });
  });
});
