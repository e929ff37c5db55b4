import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { createPerson, NOW } from './revisions.factory.ts';

const PAGE = '/moderation/cles';

let app: HttpApp;
let national: Visitor;

beforeAll(async () => {
  app = await startHttp({}, NOW);
  national = await app.visitor((await createPerson(app.db, { departements: null })).utilisateurId);
});
afterAll(() => app?.close());

const ask = (cle: string) =>
  fetch(`${app.origin}/api/v1/openapi.json`, { headers: { authorization: `Bearer ${cle}` } });

test('a national moderator gives a key, which is shown once, kept nowhere, and ends when it is withdrawn', async () => {
  expect(await (await national.get(PAGE)).text()).toContain('Aucune clé n’a encore été donnée');
  const given = await national.post(PAGE, {
    intent: 'creer',
    nom: 'Ville de Langon',
    courriel: 'Camille@ville.exemple.fr',
  });
  expect(given.status).toBe(200);
  expect(given.headers.get('cache-control')).toContain('no-store');
  const cle = /laj_[\w-]{43}/.exec(await given.text())?.[0] ?? '';
  expect(cle).not.toBe('');
  const answer = await ask(cle);
  expect([answer.status, answer.headers.get('x-ratelimit-limit')]).toEqual([200, '6000']);

  const list = await (await national.get(PAGE)).text();
  expect(list).toContain('Ville de Langon');
  expect(list).toContain('camille@ville.exemple.fr');
  expect(list).not.toContain('laj_');
  const [row] = await app.db.selectFrom('cle_api').selectAll().execute();
  expect(JSON.stringify(row)).not.toContain(cle);
  expect(row?.empreinte).toHaveLength(32);
  expect(app.logs()).not.toContain(cle);

  const withdraw = () => national.post(PAGE, { intent: 'retirer', cle: String(row?.id) });
  expect((await withdraw()).headers.get('location')).toBe(`${PAGE}?fait=retire`);
  expect((await withdraw()).headers.get('location')).toBe(`${PAGE}?fait=deja`);
  expect((await ask(cle)).status).toBe(401);
  expect(await (await national.get(`${PAGE}?fait=retire`)).text()).toContain('retirée le');
});

test('a form that lacks something comes back with what was typed, and gives no key', async () => {
  const response = await national.post(PAGE, { intent: 'creer', nom: 'Un usage', courriel: 'pas une adresse' });
  const page = await response.text();
  expect(response.status).toBe(422);
  expect(page).toContain('Un usage');
  expect(page).toContain('pas une adresse');
  expect(page).toContain('camille@ville.exemple.fr');
  expect(page).not.toContain('laj_');
  expect((await national.post(PAGE, { intent: 'retirer', cle: '1; drop table' })).status).toBe(302);
});

test('who moderates a département, or nothing, neither sees nor gives keys', async () => {
  const some = await app.visitor((await createPerson(app.db, { departements: ['33'] })).utilisateurId);
  const nothing = await app.visitor((await createPerson(app.db)).utilisateurId);
  const form = { intent: 'creer', nom: 'Essai', courriel: 'a@exemple.fr' };
  for (const visitor of [some, nothing]) {
    expect((await visitor.get(PAGE)).status).toBe(404);
    expect((await visitor.post(PAGE, form)).status).toBe(404);
  }
  expect((await (await app.visitor()).get(PAGE)).status).toBe(302);
});
