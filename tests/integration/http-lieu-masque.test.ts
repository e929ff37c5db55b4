import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
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
