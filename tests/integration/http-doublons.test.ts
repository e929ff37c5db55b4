import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDoublonsThread } from '#app/jobs/threads.ts';
import { findRecherche } from '#db/doublons.ts';
import { BUILD, type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { createLieu, createPerson, NOW, readLieu, type TestLieu } from './revisions.factory.ts';

const WORKER = new URL('bin/doublons.worker.mjs', BUILD);

let app: HttpApp;
let moderator: Visitor;
let a: TestLieu;
let b: TestLieu;
let path: string;

beforeAll(async () => {
  app = await startHttp({}, NOW);
  const made = [await createLieu(app.db), await createLieu(app.db, { telephone: '+33556999999', site_web: [] })];
  await app.db.updateTable('lieu').set({ structure_id: null }).execute();
  const [first, second] = made.sort((x, y) => (x.lieuId < y.lieuId ? -1 : 1));
  if (!first || !second) throw new Error('no pair');
  [a, b] = [first, second];
  path = `/moderation/doublons/${encodeURIComponent(a.lieuId)}/${encodeURIComponent(b.lieuId)}`;
  moderator = await app.visitor((await createPerson(app.db, { departements: ['33'] })).utilisateurId);
});
afterAll(() => app?.close());

test('the thread of the search finds the pair, a second one has nothing to do, and one that is cut leaves nothing', async () => {
  const cut = createDoublonsThread({ url: app.url, workerUrl: WORKER });
  const [outcome] = await Promise.allSettled([cut.search(NOW), cut.stop()]);
  expect(outcome.status).toBe('rejected');
  expect(await findRecherche(app.db)).toBeUndefined();
  const thread = createDoublonsThread({ url: app.url, workerUrl: WORKER });
  await thread.search(NOW);
  await thread.search(NOW);
  expect(await app.db.selectFrom('doublon').select(['lieu_id', 'autre_id', 'etat']).execute()).toEqual([
    { lieu_id: a.lieuId, autre_id: b.lieuId, etat: 'ouvert' },
  ]);
});

test('the list says why and what differs; a merge without JavaScript keeps what was chosen, and is undone from the list', async () => {
  const list = await (await moderator.get('/moderation/doublons')).text();
  expect(list).toContain('Presque certain');
  expect(list).toContain('même nom');
  expect(list).toMatch(/05\s56\s99\s99\s99/);
  const page = await (await moderator.get(path)).text();
  const turned = path.split('/').toSpliced(3, 2, encodeURIComponent(b.lieuId), encodeURIComponent(a.lieuId)).join('/');
  expect((await moderator.get(turned)).status).toBe(404);
  expect(page).toContain('Quelle fiche reste');
  const own = (await readLieu(app.db, b.lieuId)).telephone;
  const form = { intent: 'fusionner', garde: 'a', 'version.a': '1', 'version.b': '1', 'champ.telephone': 'b' };
  const merged = await moderator.post(path, form);
  expect([merged.status, merged.headers.get('location')]).toEqual([302, '/moderation/doublons?fait=fusionner']);
  expect((await readLieu(app.db, a.lieuId)).telephone).toBe(own);
  expect((await moderator.get(path)).status).toBe(404);
  const redirected = await moderator.get(`/lieux/${encodeURIComponent(b.lieuId)}`);
  expect([redirected.status, redirected.headers.get('location')]).toEqual([
    308,
    `/lieux/${encodeURIComponent(a.lieuId)}`,
  ]);
  expect(await (await moderator.get('/moderation/doublons')).text()).toContain('Défaire la fusion');
  await moderator.post(path, { intent: 'defaire' });
  expect((await moderator.get(path)).status).toBe(200);
});

test('a refused merge gives back the page with its reason and the choices', async () => {
  const form = { intent: 'fusionner', garde: 'b', 'version.a': '0', 'version.b': '0', 'champ.telephone': 'a' };
  const refused = await moderator.post(path, form);
  expect(refused.status).toBe(409);
  const text = await refused.text();
  expect(text).toContain('Une des deux fiches a changé');
  expect(text).toMatch(
    /<input[^>]*name="champ\.telephone"[^>]*checked=""[^>]*value="a"|<input[^>]*name="champ\.telephone"[^>]*value="a"[^>]*checked=""/,
  );
});

test('two lieux that were told apart leave the list, and can be looked at again', async () => {
  const told = await moderator.post(`${path}?departement=33&page=3`, { intent: 'distinct' });
  expect(told.headers.get('location')).toBe('/moderation/doublons?departement=33&page=3&fait=distinct');
  expect((await moderator.get(path)).status).toBe(404);
  const again = await moderator.post(path, { intent: 'distinct' });
  expect(again.headers.get('location')).toBe('/moderation/doublons?refus=');
  await moderator.post(path, { intent: 'rouvrir' });
  expect((await moderator.get(path)).status).toBe(200);
});
