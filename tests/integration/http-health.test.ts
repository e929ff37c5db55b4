import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lifecycle } from '#app/http/health.server.ts';
import { networkOf } from '#app/http/limits.server.ts';
import { MIGRATIONS } from '#db/migrations/index.ts';
import { type HttpApp, startHttp } from '#tests/support/http.ts';

let app: HttpApp;

beforeAll(async () => {
  app = await startHttp();
});

afterAll(() => app?.close());

test('alive as long as the process answers, and out of the log', async () => {
  app.lifecycle.phase = 'demarrage';
  const answer = await (await app.visitor()).get('/sante');
  expect([answer.status, await answer.json(), answer.headers.get('cache-control')]).toEqual([
    200,
    { vivant: true },
    'no-store',
  ]);
  expect(app.logs()).not.toContain('requete');
});

test('ready says what of, and for how long the map has been as it is', async () => {
  app.lifecycle.phase = 'pret';
  app.clock.now = new Date(Date.now() + 60_000);
  const [status, said] = await ready();
  expect(status).toBe(200);
  expect(said).toMatchObject({
    pret: true,
    phase: 'pret',
    base: 'ok',
    migrations: 0,
    taches: 'sans',
    carte: { lieux: 0 },
  });
  expect(said.carte.age_s).toBeGreaterThanOrEqual(59);
});

test.each<Partial<Lifecycle>>([{ phase: 'demarrage' }, { phase: 'arret' }, { taches: 'arret' }])(
  '503 while %j',
  async (state) => {
    const before = { ...app.lifecycle };
    Object.assign(app.lifecycle, state);
    expect(await ready()).toMatchObject([503, { pret: false, ...state }]);
    Object.assign(app.lifecycle, before);
    expect((await ready())[0]).toBe(200);
  },
);

test('503 where a migration is missing, and where the database is gone', async () => {
  const site = await startHttp();
  await sql`DELETE FROM kysely_migration`.execute(site.db);
  expect(await ready(site)).toMatchObject([503, { migrations: Object.keys(MIGRATIONS).length, base: 'ok' }]);
  await site.services.db.destroy();
  expect(await ready(site)).toMatchObject([503, { migrations: null, base: 'injoignable' }]);
  await site.close().catch(() => undefined);
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('%s counts as %s in limits', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

async function ready(site = app): Promise<[number, { carte: { age_s: number } }]> {
  const answer = await (await site.visitor()).get('/sante/pret');
  return [answer.status, await answer.json()];
}
