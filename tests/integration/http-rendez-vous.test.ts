import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { createAgenda, NOW, type TestAgenda } from './rendez-vous.factory.ts';

let app: HttpApp;

beforeAll(async () => {
  app = await startHttp({}, NOW);
});

beforeEach(() => app.forgetLimits());

afterAll(() => app?.close());

const TUESDAY = Date.parse('2026-06-02T07:00:00Z');

/** The form of a start, so many half hours after Tuesday at nine. */
function formOf({ lieuId, prestationId }: TestAgenda, halfHours: number, courriel: string) {
  const slot = {
    lieu: lieuId,
    prestation: String(prestationId),
    debut: new Date(TUESDAY + halfHours * 1_800_000).toISOString(),
  };
  const cle = randomBytes(18).toString('base64url');
  const form = { ...slot, modalite: 'sur_place', nom: 'Camille Martin', courriel, note: 'Avec ma tablette', cle };
  return { address: `/rendez-vous/prendre?${new URLSearchParams(slot)}`, form };
}

async function send(agenda: TestAgenda, halfHours: number, courriel: string) {
  const visitor = await app.visitor();
  const { address, form } = formOf(agenda, halfHours, courriel);
  const answer = await visitor.post(address, form);
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), page: await answer.text() };
}

test.each([
  ['fifty people', (n: number) => `personne-${n}@exemple.fr`],
  ['one mail address fifty times', () => 'conseiller@exemple.fr'],
])('%s at once for one start: one booking, 49 pages that name the nearest free ones', async (_, courrielOf) => {
  const agenda = await createAgenda(app.db);
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => send(agenda, 0, courrielOf(n))));
  expect(answers.filter(({ status }) => status === 302)).toHaveLength(1);
  const refused = answers.filter(({ status }) => status === 409);
  expect(refused).toHaveLength(49);
  for (const { page } of refused) {
    expect(page).toContain('Quelqu’un vient de prendre ce moment');
    expect(page).toContain('2026-06-02T07:30:00.000Z');
    expect(page).toContain('value="Camille Martin"');
  }
});

test('a form sent twice books once; sent again for someone else, it is told that the moment is taken', async () => {
  const { address, form } = formOf(await createAgenda(app.db), 0, 'camille@exemple.fr');
  const post = async (change: Record<string, string>) => {
    const answer = await (await app.visitor()).post(address, { ...form, ...change });
    return { status: answer.status, to: answer.headers.get('location') };
  };
  const first = await post({});
  expect(first.status).toBe(302);
  expect(await post({})).toEqual(first);
  expect(await post({ courriel: 'dominique@exemple.fr' })).toEqual({ status: 409, to: null });
  expect(await post({ nom: 'Dominique Petit' })).toEqual({ status: 409, to: null });
});

test('who books too often is told until when to wait, with what was typed; mistakes and refusals count for nothing', async () => {
  const agendas = await Promise.all([1, 2, 3].map(() => createAgenda(app.db)));
  const [first] = agendas;
  if (!first) throw new Error('no agenda');
  const courriel = 'tres-actif@exemple.fr';
  for (let n = 0; n < 10; n++) expect((await send(first, 200, courriel)).status).toBe(409);
  for (const agenda of agendas) {
    for (const halfHours of [0, 1]) expect((await send(agenda, halfHours, courriel)).status).toBe(302);
  }
  const { status, retryAfter, page } = await send(first, 4, courriel);
  expect(status).toBe(429);
  expect(Number(retryAfter)).toBeGreaterThan(3_000);
  expect(page).toContain('Cette adresse vient de prendre 6 rendez-vous');
  expect(page).toContain('Réessayez dans 60 minutes. Ce que vous avez écrit reste sur cette page.');
  for (const typed of ['value="Camille Martin"', `value="${courriel}"`, 'Avec ma tablette', '2026-06-02T09:00']) {
    expect(page).toContain(typed);
  }
  expect((await send(first, 4, 'autre@exemple.fr')).status).toBe(302);
  app.clock.now = new Date(NOW.getTime() + 3_601_000);
  expect((await send(agendas[1] ?? first, 4, courriel)).status).toBe(302);
  app.clock.now = NOW;
});

test('a network that books very often gets the page back with what was typed', async () => {
  const agenda = await createAgenda(app.db);
  const seen = await Promise.all(Array.from({ length: 121 }, (_, n) => send(agenda, 300, `n${n}@exemple.fr`)));
  const refused = seen.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(1);
  expect(Number(refused[0]?.retryAfter)).toBeGreaterThan(0);
  expect(refused[0]?.page).toContain('Ce que vous avez écrit reste sur cette page.');
  expect(refused[0]?.page).toContain('value="Camille Martin"');
});
