import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { createAgenda } from './rendez-vous.factory.ts';
import { createLieu, createPerson, NOW } from './revisions.factory.ts';

let app: HttpApp;
let https: HttpApp;
/** A public lieu, percent-encoded, and the pages that anyone sees. */
let pages: string[];

beforeAll(async () => {
  [app, https] = await Promise.all([
    startHttp(
      {},
      NOW,
      (build) => {
        const map = build.routes['routes/carte'];
        if (!map) throw new Error('the map has a route');
        const added = { ...map, id: 'routes/nouvelle', path: 'nouvelle' };
        return { ...build, routes: { ...build.routes, 'routes/nouvelle': added } };
      },
      { requestTimeout: 3_000 },
    ),
    startHttp({ PUBLIC_URL: 'https://lieux.exemple.fr', BASEMAP: 'ign' }, NOW),
  ]);
  const { lieuId } = await createLieu(app.db, { date_maj: '2026-01-02' });
  const agenda = await createAgenda(app.db);
  const lieu = encodeURIComponent(lieuId);
  const fiche = (await (await app.visitor()).get(`/lieux/${lieu}`)).headers.get('location') ?? '';
  const legal = ['accessibilite', 'api', 'conditions', 'donnees', 'donnees-personnelles', 'mentions-legales'];
  const help = ['aide', 'aide/citoyen', 'aide/responsable', 'aide/moderation', 'aide/territoire'];
  const main = ['', 'carte', 'connexion', 'connexion/envoi', `signaler?lieu=${lieu}`, 'courriels'];
  const paths = [...legal, ...help, ...main, `rendez-vous/prendre?lieu=${encodeURIComponent(agenda.lieuId)}`];
  pages = [fiche, ...paths.map((path) => `/${path}`)];
});

afterAll(() => Promise.all([app?.close(), https?.close()]));

test('a route without a line in the access table is reached by nobody', async () => {
  const { utilisateurId } = await createPerson(app.db, { departements: null });
  for (const visitor of [await app.visitor(), await app.visitor(utilisateurId)]) {
    for (const path of ['/nouvelle', '/nouvelle.data']) expect((await visitor.get(path)).status).toBe(404);
    expect((await visitor.post('/nouvelle')).status).toBe(404);
  }
});

describe('what changes something says where it comes from', () => {
  const site = () => app.origin;
  test.each<[string, () => Record<string, string>, number]>([
    ['our own Origin', () => ({ origin: site() }), 422],
    ['our own Referer alone', () => ({ referer: `${site()}/connexion?x=1` }), 422],
    ['another Origin', () => ({ origin: 'https://ailleurs.exemple' }), 403],
    ['another port of this machine', () => ({ origin: 'http://127.0.0.1:1' }), 403],
    ['our name under another scheme', () => ({ origin: site().replace('http:', 'https:') }), 403],
    ['our name as the beginning of another', () => ({ origin: `${site()}.ailleurs.exemple` }), 403],
    ['our name as a user name', () => ({ origin: `http://${site().slice(7)}@ailleurs.exemple` }), 403],
    ['null', () => ({ origin: 'null' }), 403],
    ['null, with our Referer', () => ({ origin: 'null', referer: `${site()}/` }), 403],
    ['another Origin, with our Referer', () => ({ origin: 'https://ailleurs.exemple', referer: `${site()}/` }), 403],
    ['another Referer', () => ({ referer: 'https://ailleurs.exemple/' }), 403],
    ['what is no address', () => ({ origin: 'n’importe quoi'.replace('’', "'") }), 403],
    ['nothing', () => ({}), 403],
  ])('%s', async (_name, headers, status) => {
    const visitor = await app.visitor();
    for (const path of ['/connexion', '/connexion.data']) {
      const answer = await visitor.request('POST', path, headers(), new URLSearchParams());
      expect(answer.status).toBe(status);
      if (status === 403) expect(await answer.text()).toContain('ne vient pas de ce site');
    }
  });

  test('with PUBLIC_URL it alone counts, whatever Host or a proxy say', async () => {
    const visitor = await https.visitor();
    const form = () => new URLSearchParams({ courriel: 'x' });
    const post = (headers: Record<string, string>) => visitor.request('POST', '/connexion', headers, form());
    expect((await post({ origin: 'https://lieux.exemple.fr' })).status).toBe(422);
    expect((await post({ origin: 'https://lieux.exemple.fr', 'x-forwarded-host': 'interne:8080' })).status).toBe(422);
    expect((await post({ origin: https.origin })).status).toBe(403);
    const fooled = { origin: 'https://mal.exemple', 'x-forwarded-host': 'mal.exemple', 'x-forwarded-proto': 'https' };
    expect((await post(fooled)).status).toBe(403);
  });
});

describe('headers', () => {
  test('every public page has a strict policy with a nonce of its own, and nothing inline without it', async () => {
    const visitor = await app.visitor();
    const nonces = new Set<string>();
    for (const path of pages) {
      const response = await visitor.get(path);
      expect([path, response.status]).toEqual([path, 200]);
      const policy = response.headers.get('content-security-policy') ?? '';
      const nonce = /'nonce-([\w+/=]{22,})'/.exec(policy)?.[1] ?? '';
      nonces.add(nonce);
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe-|\*|strict-dynamic| http:/);
      const html = await response.text();
      expect([path, html.match(/<[a-z][^>]*\sstyle=/gi)]).toEqual([path, null]);
      expect([path, html.match(/<style|<[a-z][^>]*\son[a-z]+=|javascript:/gi)]).toEqual([path, null]);
      const scripts = html.match(/<script[^>]*>/g) ?? [];
      expect(scripts.length).toBeGreaterThan(0);
      for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
      expectSafeHeaders(response);
    }
    expect(nonces.size).toBe(pages.length);
  });

  test('what is not a page has them too', async () => {
    const visitor = await app.visitor();
    const paths = [
      '/nulle-part',
      '/espace',
      '/sante',
      '/favicon.svg',
      '/assets/rien.js',
      '/carte/snapshot',
      '/%E0%A4%A',
    ];
    for (const path of [...paths, '/donnees/schema.json', '/courriels.json', '/connexion.data', '/nulle-part.data']) {
      expectSafeHeaders(await visitor.get(path));
    }
    expectSafeHeaders(await visitor.post('/connexion', {}, { origin: 'null' }));
    expectSafeHeaders(await visitor.request('DELETE', '/connexion'));
  });

  test('an error of ours gives a page with a number to quote and the same headers, and no detail', async () => {
    const broken = await startHttp({}, NOW);
    await broken.db.schema.alterTable('export_jour').renameTo('ailleurs').execute();
    for (const path of ['/donnees', '/donnees.data']) {
      const response = await (await broken.visitor()).get(path);
      expect(response.status).toBe(500);
      expectSafeHeaders(response);
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(await response.text()).not.toMatch(/export_jour|relation|at .*\.js/);
    }
    await broken.close();
  });

  test('https adds HSTS and upgrades, plain http does not', async () => {
    const secure = await (await https.visitor()).get('/connexion');
    expect(secure.headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
    expect(secure.headers.get('content-security-policy')).toContain('upgrade-insecure-requests');
    const plain = await (await app.visitor()).get('/connexion');
    expect(plain.headers.get('strict-transport-security')).toBeNull();
    expect(plain.headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
  });

  test('no shared cache keeps a page, and none at all a page of someone signed in', async () => {
    const { utilisateurId } = await createPerson(app.db);
    const [nobody, someone] = await Promise.all([app.visitor(), app.visitor(utilisateurId)]);
    for (const path of [...pages, '/nulle-part', '/_root.data', '/connexion.data']) {
      expect((await nobody.get(path)).headers.get('cache-control')).toMatch(/^private, no-(cache|store)$/);
      expect((await someone.get(path)).headers.get('cache-control')).toBe('private, no-store');
    }
    expect((await someone.get('/espace')).headers.get('cache-control')).toBe('private, no-store');
    expect((await nobody.get('/connexion/lien/x')).headers.get('cache-control')).toBe('private, no-store');
    expect((await nobody.get('/rendez-vous/x')).headers.get('cache-control')).toBe('private, no-store');
  });
});

describe('addresses', () => {
  test.each([
    ['GET /%E0%A4%A', 400],
    ['GET /lieux/%00', 400],
    ['GET /connexion?vers=%00', 400],
    ['GET /lieux/%', 400],
    ['GET //ailleurs.exemple', 404],
    ['GET //ailleurs.exemple/%2e%2e', 200],
    ['GET /\\ailleurs.exemple', 404],
    ['GET /connexion/../espace', 302],
    ['GET /connexion/%2e%2e/espace', 302],
    ['GET /connexion\\..\\espace', 302],
    ['GET http://ailleurs.exemple/espace', 302],
    ['GET /assets/../../package.json', 404],
    ['GET /assets/..%2f..%2fpackage.json', 403],
    ['GET /..%2f..%2fpackage.json', 404],
    ['GET /.env', 404],
    ['OPTIONS *', 400],
    ['HEAD /connexion', 200],
    ['HEAD /nulle-part', 404],
    ['OPTIONS /connexion', 204],
    ['PUT /connexion', 405],
    ['DELETE /espace', 405],
    ['PATCH /connexion', 405],
    ['TRACE /connexion', 405],
    ['PROPFIND /', 405],
    ['NAWAK /', 400],
  ])('%s: %i', async (line, status) => {
    const answer = await app.raw(`${line} HTTP/1.1\r\nHost: ${app.origin.slice(7)}\r\nConnection: close\r\n\r\n`);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/^location: (https?:)?\/\//im);
    if (line.startsWith('HEAD')) expect(answer.text.split('\r\n\r\n')[1]).toBe('');
    if (status === 405 || line === 'OPTIONS /connexion') expect(answer.text).toMatch(/^allow: GET, HEAD, POST/im);
  });

  test('guards look at the address that is answered: no spelling goes around them', async () => {
    for (const spelling of [
      '/aide/../espace',
      '/aide/%2e%2e/espace',
      '/aide\\..\\espace',
      'http://x/espace',
      '/ESPACE',
    ]) {
      const answer = await app.raw(
        `GET ${spelling} HTTP/1.1\r\nHost: ${app.origin.slice(7)}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer.text).toMatch(/^location: \/connexion\?vers=%2Fespace/im);
    }
  });

  test('a Host that is none, or none at all, is refused', async () => {
    for (const host of ['Host: a b\r\n', 'Host: <x>\r\n', '']) {
      expect((await app.raw(`GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)).status).toBe(400);
    }
  });

  test('huge addresses and headers are refused, and the server goes on', async () => {
    const visitor = await app.visitor();
    expect((await visitor.get(`/carte?q=${'a'.repeat(20_000)}`)).status).toBe(431);
    expect((await visitor.get('/', { cookie: 'x'.repeat(20_000) })).status).toBe(431);
    expect((await visitor.get(`/lieux/${'a'.repeat(8_000)}`)).status).toBe(404);
    expect((await visitor.get('/connexion')).status).toBe(200);
  });

  test('search texts of every kind are only searched for', async () => {
    const visitor = await app.visitor();
    for (const q of [
      "'; DROP TABLE lieu; --",
      '%',
      '_',
      '\\',
      '<script>alert(1)</script>',
      '\u{1F600}',
      '\uFFFF',
      'é'.repeat(500),
    ]) {
      const response = await visitor.get(`/carte?${new URLSearchParams({ q })}`);
      expect([q, response.status]).toEqual([q, 200]);
      expect(await response.text()).not.toContain('<script>alert(1)');
    }
  });
});

describe('bodies', () => {
  const own = () => ({ origin: app.origin });

  test('a form that is too large gets a sentence, with or without its length announced', async () => {
    const visitor = await app.visitor();
    const form = `courriel=${'a'.repeat(2_000_000)}`;
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const announced = await visitor.request('POST', '/connexion', { ...own(), ...type }, form);
    expect(announced.status).toBe(413);
    expect(await announced.text()).toContain('trop gros : 512 Ko au plus');
    const chunks = new ReadableStream({
      start(controller) {
        for (let n = 0; n < 20; n++) controller.enqueue(new Uint8Array(100_000).fill(97));
        controller.close();
      },
    });
    const streamed = await fetch(`${app.origin}/connexion`, {
      ...{ method: 'POST', body: chunks, headers: { ...own(), ...type } },
      ...{ duplex: 'half' },
    });
    expect(streamed.status).toBe(413);
  });

  test.each<[string, string | undefined, string | Uint8Array, number]>([
    ['no body at all', undefined, '', 422],
    ['JSON', 'application/json', '{"courriel":"a@exemple.fr"}', 415],
    ['plain text, as a form of another site could send', 'text/plain', 'courriel=a@exemple.fr', 415],
    ['a multipart form without its boundary', 'multipart/form-data', 'courriel', 400],
    ['a multipart form that ends too soon', 'multipart/form-data; boundary=x', '--x\r\nContent-Disp', 400],
    ['a NUL', 'application/x-www-form-urlencoded', 'courriel=a%00b@exemple.fr', 400],
    ['bytes of no encoding', 'application/x-www-form-urlencoded', new Uint8Array([0x63, 0x3d, 0xff, 0xfe, 0xc3]), 422],
    ['a field a thousand times', 'application/x-www-form-urlencoded', 'courriel=a&'.repeat(1000), 422],
    ['names that objects are born with', 'application/x-www-form-urlencoded', '__proto__[x]=1&constructor=2', 422],
    ['noise', 'application/x-www-form-urlencoded', Uint8Array.from(randomBytes(5_000)).map((byte) => byte || 1), 422],
  ])('%s', async (_name, type, body, status) => {
    await app.forgetLimits();
    const headers = { ...own(), ...(type === undefined ? {} : { 'content-type': type }) };
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : Uint8Array.from(body);
    const response = await (await app.visitor()).request('POST', '/connexion', headers, bytes);
    expect(response.status).toBe(status);
    if (status !== 422) expect((await response.text()).length).toBeGreaterThan(20);
  });

  test('a multipart form is read', async () => {
    const form = new FormData();
    form.set('courriel', 'multiple@exemple.fr');
    expect((await (await app.visitor()).request('POST', '/connexion', own(), form)).status).toBe(302);
  });

  test('a body that never comes is given up, and others are served meanwhile', async () => {
    const host = app.origin.slice(7);
    const head = `POST /connexion HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${app.origin}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ncourriel=`;
    const started = Date.now();
    const slow = app.raw(head, 20_000);
    expect((await (await app.visitor()).get('/connexion')).status).toBe(200);
    expect((await slow).status).toBe(408);
    expect(Date.now() - started).toBeLessThan(15_000);
  });
});

function expectSafeHeaders({ headers }: Response): void {
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
  expect(headers.get('referrer-policy')).toBe('same-origin');
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('permissions-policy')).toContain('camera=()');
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('server')).toBeNull();
}
