import { afterAll, beforeAll, expect, test } from 'vitest';
import { enqueueCourriel } from '#db/courriels.ts';
import { type HttpApp, startHttp } from '#tests/support/http.ts';

let app: HttpApp;
const open: HttpApp[] = [];

beforeAll(async () => {
  app = await start();
});

afterAll(() => Promise.all(open.map((site) => site.close())));

test('on this machine alone, every mail is there, newest first, as a page and as data', async () => {
  const visitor = await app.visitor();
  for (const [n, objet] of ['Premier', 'Second <b>'].entries()) {
    const now = new Date(Date.UTC(2026, 5, 1, 8, n));
    await enqueueCourriel(app.db, { a: 'a@exemple.fr', objet, texte: 'Texte', html: '<p>Texte</p>', now });
  }
  const data = await visitor.get('/courriels.json');
  expect([data.status, data.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const mail = { a: 'a@exemple.fr', texte: 'Texte', html: '<p>Texte</p>' };
  expect(await data.json()).toEqual([
    { ...mail, objet: 'Second <b>', le: '2026-06-01T08:01:00.000Z' },
    { ...mail, objet: 'Premier', le: '2026-06-01T08:00:00.000Z' },
  ]);
  const page = await (await visitor.get('/courriels')).text();
  expect(page.indexOf('Second &lt;b&gt;')).toBeGreaterThan(0);
  expect(page.indexOf('Second &lt;b&gt;')).toBeLessThan(page.indexOf('Premier'));
  expect(await (await visitor.get('/')).text()).toContain('href="/courriels"');
});

test.each<Record<string, string>>([
  { 'x-forwarded-for': '127.0.0.1' },
  { 'x-forwarded-host': 'localhost' },
  { 'x-forwarded-proto': 'http' },
  { 'x-forwarded-port': '80' },
  { 'x-forwarded-server': 'a' },
  { 'x-real-ip': '127.0.0.1' },
  { 'x-client-ip': '127.0.0.1' },
  { 'true-client-ip': '127.0.0.1' },
  { 'cf-connecting-ip': '127.0.0.1' },
  { forwarded: 'for=127.0.0.1' },
  { via: '1.1 mandataire' },
])('behind a proxy it is not there, whatever that says: %j', async (headers) => {
  await expectClosed(app, headers);
});

test('under another name of this machine it is not there: no page of another site reads it by moving its name', async () => {
  for (const host of ['mal.exemple', '192.168.1.2', '0.0.0.0', 'localhost.mal.exemple', '127.0.0.1.mal.exemple']) {
    for (const path of ['/courriels', '/courriels.data', '/courriels.json']) {
      const answer = await app.raw(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect([host, path, answer.status]).toEqual([host, path, 404]);
    }
  }
  for (const host of ['localhost', '127.0.0.1:80', '[::1]', 'demo.localhost']) {
    const answer = await app.raw(`GET /courriels.json HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect([host, answer.status]).toEqual([host, 200]);
  }
});

test('with SMTP_URL it is not there', async () => {
  await expectClosed(await start({ SMTP_URL: 'smtp://127.0.0.1:1' }));
});

test('with a PUBLIC_URL that is not this machine it is not there', async () => {
  await expectClosed(await start({ PUBLIC_URL: 'https://lieux.exemple.fr' }));
});

test('with a database of its own it is not there', async () => {
  const APP_SECRET = 'x'.repeat(32);
  await expectClosed(await start({ DATABASE_URL: 'postgres://a@b/c', SMTP_URL: 'smtp://127.0.0.1:1', APP_SECRET }));
});

test('behind proxies that are to be believed (TRUST_PROXY) it is not there', async () => {
  await expectClosed(await start({ TRUST_PROXY: '1' }));
});

test('when the client is another machine it is not there', async () => {
  const { mailboxIsOpen } = await import('#app/http/mailbox.server.ts');
  const request = new Request('http://localhost:3000/courriels');
  const { settings } = app.services;
  const asked = (peerAddress: string) => mailboxIsOpen({ settings, peerAddress }, request);
  expect(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'].map(asked)).toEqual([true, true, true, true]);
  expect(['192.168.1.2', '10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', ''].map(asked)).toEqual(Array(5).fill(false));
});

async function start(env: Record<string, string> = {}): Promise<HttpApp> {
  const site = await startHttp(env);
  open.push(site);
  return site;
}

async function expectClosed(site: HttpApp, headers: Record<string, string> = {}): Promise<void> {
  const visitor = await site.visitor();
  for (const path of ['/courriels', '/courriels.data', '/courriels.json']) {
    const answer = await visitor.get(path, headers);
    expect([path, answer.status]).toEqual([path, 404]);
  }
  expect(await (await visitor.get('/', headers)).text()).not.toContain('href="/courriels"');
  expect(await (await visitor.get('/connexion/envoi', headers)).text()).not.toContain('href="/courriels"');
}
