import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { empreinteOfCle } from '#app/api/cle.server.ts';
import { bookSlot } from '#db/rendez-vous/reservations.ts';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { createAgenda, NOW, wish } from './rendez-vous.factory.ts';

let app: HttpApp;

beforeAll(async () => {
  app = await startHttp({}, NOW);
  await app.db
    .insertInto('cle_api')
    .values([
      { empreinte: empreinteOfCle('cle-valable'), nom: 'Essai', courriel: 'a@exemple.fr', cree_le: NOW },
      {
        empreinte: empreinteOfCle('cle-rendue'),
        nom: 'Essai',
        courriel: 'a@exemple.fr',
        cree_le: NOW,
        revoquee_le: NOW,
      },
    ])
    .execute();
});
afterAll(() => app?.close());
beforeEach(() => app.forgetLimits());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${app.origin}/api/v1${path}`, { headers });
const withKey = (cle: string) => ({ authorization: `Bearer ${cle}` });

test('each answer says how much is left, and the one too many when to come back', async () => {
  const first = await get('/openapi.json');
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'x-ratelimit-limit': '600',
    'x-ratelimit-remaining': '599',
    'ratelimit-policy': '"adresse";q=600;w=60',
    ratelimit: expect.stringMatching(/^"adresse";r=599;t=\d+$/),
  });
  await app.db.updateTable('limite').set({ points: 600 }).execute();
  const refused = await get('/openapi.json');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ status: 429, title: 'Trop de demandes' });
  expect((await fetch(`${app.origin}/api/v1/lieux`, { method: 'OPTIONS' })).status).toBe(204);
  // A key counts by itself.
  const keyed = await get('/openapi.json', withKey('cle-valable'));
  expect([keyed.status, keyed.headers.get('x-ratelimit-remaining')]).toEqual([200, '5999']);
});

test('a key that is none, or was withdrawn, is refused and counted by address', async () => {
  for (const [left, cle] of ['', 'inconnue', 'cle-rendue'].entries()) {
    const refused = await get('/openapi.json', withKey(cle));
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    expect(refused.headers.get('x-ratelimit-remaining')).toBe(String(599 - left));
    expect(await refused.json()).toMatchObject({ status: 401, title: 'Clé d’API refusée' });
  }
  expect((await get('/openapi.json', { authorization: 'Basic eDp5' })).status).toBe(200);
});

test('free slots are given on the clock of the lieu, and a booked one is not', async () => {
  const agenda = await createAgenda(app.db, { fuseau: 'America/Cayenne', duree: 60 });
  const path = `/lieux/${encodeURIComponent(agenda.lieuId)}/creneaux`;
  const before = await (await get(`${path}?jours=2`)).json();
  expect(before.fuseau).toBe('America/Cayenne');
  expect(before.creneaux[0]).toEqual({
    ...{ debut: '2026-06-01T09:00:00-03:00', fin: '2026-06-01T10:00:00-03:00' },
    ...{ prestation: 'Aide aux démarches', places: 1 },
  });
  expect(before.creneaux).toHaveLength(6);
  await bookSlot(app.db, wish(agenda, new Date('2026-06-01T12:00:00Z')));
  const after = await (await get(`${path}?jours=2`)).json();
  expect(after.creneaux).toEqual(before.creneaux.slice(1));
  expect((await get(`${path}?jours=0`)).status).toBe(400);
});

test('a lieu without appointments has no free slot, one that is not public has no answer', async () => {
  const agenda = await createAgenda(app.db);
  const path = `/lieux/${encodeURIComponent(agenda.lieuId)}/creneaux`;
  await app.db.updateTable('agenda').set({ actif: false }).where('lieu_id', '=', agenda.lieuId).execute();
  expect(await (await get(path)).json()).toEqual({ fuseau: 'Europe/Paris', creneaux: [] });
  const change = (values: { statut: string; ferme_le?: string }) =>
    app.db.updateTable('lieu').set(values).where('id', '=', agenda.lieuId).execute();
  await change({ statut: 'masque' });
  expect((await get(path)).status).toBe(404);
  await change({ statut: 'ferme', ferme_le: '2026-05-30' });
  expect((await get(path)).status).toBe(410);
});
