import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { createLieu, createPerson, NOW, type TestLieu } from './revisions.factory.ts';

let app: HttpApp;
let lieu: TestLieu;

beforeAll(async () => {
  app = await startHttp({}, NOW);
  lieu = await createLieu(app.db, {
    dispositif_programmes_nationaux: ['France Services', 'Aidants Connect', 'La Croix Rouge'],
  });
  await app.db.updateTable('lieu').set({ manquants: [] }).execute();
  for (const code of ['france-services', 'conseillers-numeriques']) {
    const url = `https://exemple.fr/${code}`;
    await app.db.insertInto('liste_officielle').values({ code, url, regardee_le: NOW }).execute();
    const found = { ligne_id: '1', ligne_nom: 'Médiathèque Garonne', score: 90, date: '2026-05-12' };
    await app.db
      .insertInto('label_verifie')
      .values({ lieu_id: lieu.lieuId, liste: code, ...found })
      .execute();
  }
});
afterAll(() => app?.close());

/** A page as it is read, without its tags. */
async function read(path: string, utilisateurId?: string): Promise<string> {
  const response = await (await app.visitor(utilisateurId)).get(path);
  expect(response.status).toBe(200);
  const html = await response.text();
  return html.replace(/<script[\s\S]*?<\/script>|<!--.*?-->|<[^>]+>/g, '').replace(/[\u00a0\u202f]/g, ' ');
}

test('the public fiche says which list proves a label, which label the structure alone declares, and nothing of the others', async () => {
  const { headers } = await (await app.visitor()).get(`/lieux/${encodeURIComponent(lieu.lieuId)}`);
  const text = await read(headers.get('location') ?? '');
  expect(text).toContain('France services vérifié : liste France services du 12 mai 2026');
  expect(text).toContain('Habilitée Aidants Connect déclaré par la structure');
  expect(text).toMatch(/Croix-Rouge française(?! (?:vérifié|déclaré))/);
  expect(text).not.toContain('liste des conseillers numériques');
});

test('the structure sees the same, and that a list has it without its fiche saying so', async () => {
  const text = await read(`/espace/lieux/${encodeURIComponent(lieu.lieuId)}`, lieu.auteurId);
  expect(text).toContain('vérifié : liste France services du 12 mai 2026');
  expect(text).toContain('Ce lieu est dans la liste des conseillers numériques du 12 mai 2026');
  expect(text).toContain('Ajouter le label');
});

test('who reviews the lieu sees the state of each label', async () => {
  const moderator = await createPerson(app.db, { departements: ['33'] });
  const text = await read(`/moderation/lieux/${encodeURIComponent(lieu.lieuId)}`, moderator.utilisateurId);
  expect(text).toContain('France services : vérifié : liste France services du 12 mai 2026');
  expect(text).toContain('Habilitée Aidants Connect : déclaré par la structure');
  expect(text).toContain('dans la liste des conseillers numériques du 12 mai 2026, pas sur la fiche');
});
