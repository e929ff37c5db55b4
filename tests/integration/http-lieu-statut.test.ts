import { afterAll, beforeAll, expect, test } from 'vitest';
import { bookSlot } from '#db/rendez-vous/reservations.ts';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { createAgenda, wish } from './rendez-vous.factory.ts';
import { createLieu, createPerson, NOW } from './revisions.factory.ts';

let app: HttpApp;
beforeAll(async () => {
  app = await startHttp({}, NOW);
});
afterAll(() => app?.close());

test('a moderator of the territory brings a hidden lieu back, once, and the journal says who; nobody else does', async () => {
  const { lieuId } = await createLieu(app.db, {});
  await app.db.updateTable('lieu').set({ statut: 'masque' }).where('id', '=', lieuId).execute();
  const path = `/moderation/lieux/${encodeURIComponent(lieuId)}`;
  const state = () =>
    app.db.selectFrom('lieu').select(['statut', 'version']).where('id', '=', lieuId).executeTakeFirstOrThrow();
  const { version } = await state();

  const animateur = await app.visitor((await createPerson(app.db, { territoires: ['departement:33'] })).utilisateurId);
  const shown = await (await animateur.get(path)).text();
  expect(shown).toContain('Ce lieu est masqué');
  expect(shown).not.toContain('Remettre en ligne');
  const elsewhere = await app.visitor((await createPerson(app.db, { departements: ['40'] })).utilisateurId);
  for (const visitor of [animateur, elsewhere]) expect((await visitor.post(path, {})).status).toBe(404);
  expect(await state()).toEqual({ statut: 'masque', version });

  const moderator = await app.visitor((await createPerson(app.db, { departements: ['33'] })).utilisateurId);
  expect(await (await moderator.get(path)).text()).toContain('Remettre en ligne');
  expect((await moderator.post(path, {})).status).toBe(302);
  expect(await state()).toEqual({ statut: 'actif', version: version + 1 });
  const after = await (await moderator.get(path)).text();
  expect(after).toContain('a remis ce lieu en ligne');
  expect(after).not.toContain('Ce lieu est masqué');
  expect((await moderator.post(path, {})).status).toBe(302);
  expect(await state()).toEqual({ statut: 'actif', version: version + 1 });
});

test('a moderator of the territory closes a lieu and opens it again: its fiche, the journal and the feed say so; animateurs do not', async () => {
  const { lieuId } = await createLieu(app.db, {});
  const path = `/moderation/lieux/${encodeURIComponent(lieuId)}`;
  const state = () =>
    app.db.selectFrom('lieu').select(['statut', 'ferme_le']).where('id', '=', lieuId).executeTakeFirstOrThrow();
  const animateur = await app.visitor((await createPerson(app.db, { territoires: ['departement:33'] })).utilisateurId);
  expect(await (await animateur.get(path)).text()).not.toContain('Fermer définitivement');
  expect((await animateur.post(path, { intent: 'fermer' })).status).toBe(404);
  const moderator = await app.visitor((await createPerson(app.db, { departements: ['33'] })).utilisateurId);
  expect(await (await moderator.get(path)).text()).toContain('Fermer définitivement ce lieu');
  expect((await moderator.post(path, { intent: 'fermer' })).status).toBe(302);
  expect(await state()).toEqual({ statut: 'ferme', ferme_le: '2026-06-01' });
  const publique = async () => (await (await app.visitor()).get(`/lieux/${encodeURIComponent(lieuId)}`)).headers;
  const fiche = (await publique()).get('location') ?? '';
  expect(await (await (await app.visitor()).get(fiche)).text()).toContain('Ce lieu a fermé');
  const history = await (await moderator.get(path)).text();
  for (const words of ['a fermé définitivement ce lieu', 'Remettre en ligne']) expect(history).toContain(words);
  expect((await moderator.post(path, { intent: 'fermer' })).status).toBe(302);
  expect((await moderator.post(path, { intent: 'remettre' })).status).toBe(302);
  expect(await state()).toEqual({ statut: 'actif', ferme_le: null });
});

test('a lieu where people have appointments is not closed unknowingly', async () => {
  const agenda = await createAgenda(app.db);
  const { lieuId } = agenda;
  await bookSlot(app.db, wish(agenda, new Date('2026-06-02T07:00:00Z')));
  const moderator = await app.visitor((await createPerson(app.db, { departements: null })).utilisateurId);
  const refused = await moderator.post(`/moderation/lieux/${encodeURIComponent(lieuId)}`, { intent: 'fermer' });
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain('Des rendez-vous sont pris ici');
});
