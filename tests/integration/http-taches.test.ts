import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { createLieu, createPerson, NOW } from './revisions.factory.ts';

let app: HttpApp;
let moderator: Visitor;
let national: Visitor;
let animateur: Visitor;
let left: string;
let shut: string;
let elsewhere: string;

beforeAll(async () => {
  app = await startHttp({}, NOW);
  left = (await createLieu(app.db, { nom: 'Médiathèque Quittée' })).lieuId;
  shut = (await createLieu(app.db, { nom: 'Médiathèque Fermée' })).lieuId;
  elsewhere = (
    await createLieu(app.db, {
      nom: 'Maison de Dax',
      ...{ commune: 'Dax', code_postal: '40100', code_insee: '40088', latitude: 43.71, longitude: -1.05 },
    })
  ).lieuId;
  await app.db.updateTable('lieu').set({ manquants: [] }).execute();
  const detail = { ligne: 'France services <Quittée>', date: '2026-05-12', cause: 'liste' };
  await open('liste_quittee', left, 'france-services', detail, 0);
  await open('siret_ferme', shut, '26421024600015', { date: '2025-03-03' }, 1);
  await open('siret_ferme', elsewhere, '26421024600015', { date: null }, 2);
  moderator = await app.visitor((await createPerson(app.db, { departements: ['33'] })).utilisateurId);
  national = await app.visitor((await createPerson(app.db, { departements: null })).utilisateurId);
  animateur = await app.visitor((await createPerson(app.db, { territoires: ['commune:40088'] })).utilisateurId);
});
afterAll(() => app?.close());

async function open(genre: string, lieu_id: string, objet: string, detail: object, minute: number): Promise<void> {
  const ouverte_le = new Date(NOW.getTime() - 3 * 24 * 3_600_000 + minute * 60_000);
  await app.db
    .insertInto('tache')
    .values({ genre, lieu_id, objet, detail: JSON.stringify(detail), ouverte_le })
    .execute();
}

async function read(visitor: Visitor, search = ''): Promise<string> {
  const response = await visitor.get(`/moderation/taches${search}`);
  expect(response.status).toBe(200);
  const html = await response.text();
  return html
    .replace(/<!--.*?-->/g, '')
    .replace(/<script[\s\S]*?<\/script>|<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
}

function tache(lieuId: string) {
  return app.db
    .selectFrom('tache')
    .select(['id', 'issue', 'fermee_par'])
    .where('lieu_id', '=', lieuId)
    .executeTakeFirstOrThrow();
}

test('who reviews a territory sees its tasks, with what was seen in words; filters are by subject and département', async () => {
  const text = await read(moderator);
  expect(text).toContain('2 lieux à vérifier');
  expect(text).toContain(
    'La liste France services du 12 mai 2026 avait ce lieu, sous le nom « France services <Quittée> »',
  );
  expect(text).toContain('le SIRET 264 210 246 00015 est fermé depuis le 3 mars 2025');
  expect(text).toContain('depuis 2 jours');
  expect(text).not.toContain('Maison de Dax');
  expect(await read(moderator, '?genre=siret_ferme')).not.toContain('Médiathèque Quittée');
  expect(await read(moderator, '?genre=autre')).toContain('Il a été ignoré : genre');
  const all = await read(national);
  expect(all).toContain('3 lieux à vérifier');
  expect(all).toContain('40 Landes (1)');
  expect(await read(national, '?departement=40')).toMatch(/1 lieu à vérifier.*Maison de Dax/s);
  const own = await read(animateur);
  expect(own).toContain('Maison de Dax');
  expect(own).not.toContain('Médiathèque');
});

test('a task is closed in one click by who reviews the lieu, told in its journal, and may be opened again', async () => {
  const { id } = await tache(left);
  const form = { intent: 'fermer', id: String(id), genre: 'liste_quittee', issue: 'maintenu' };
  expect((await animateur.post('/moderation/taches', form)).status).toBe(409);
  expect((await moderator.post('/moderation/taches', { ...form, issue: 'ouvert' })).status).toBe(409);
  expect((await moderator.post('/moderation/taches', { ...form, issue: '' })).status).toBe(409);
  expect((await tache(left)).issue).toBeNull();
  const closed = await moderator.post('/moderation/taches?genre=liste_quittee', form);
  expect([closed.status, closed.headers.get('location')]).toEqual([
    302,
    '/moderation/taches?genre=liste_quittee&fait=fermer',
  ]);
  expect((await tache(left)).issue).toBe('maintenu');
  const again = await moderator.post('/moderation/taches', form);
  expect(again.status).toBe(409);
  expect(await again.text()).toContain('quelqu’un d’autre vient peut-être de la traiter');
  const text = await read(moderator);
  expect(text).toMatch(/1 lieu à vérifier/);
  expect(text).toMatch(/« Médiathèque Quittée » :\s+Le lieu a bien ce label/);
  const journal = await (await moderator.get(`/moderation/lieux/${encodeURIComponent(left)}`)).text();
  expect(journal).toContain('a fermé une tâche, « Label qui n’est plus dans sa liste »');
  expect((await animateur.post('/moderation/taches', { intent: 'rouvrir', id: String(id) })).status).toBe(409);
  expect((await moderator.post('/moderation/taches', { intent: 'rouvrir', id: String(id) })).status).toBe(302);
  expect(await tache(left)).toMatchObject({ issue: null, fermee_par: null });
});

test('a task that closed by itself is not opened by hand, nor one beside another that is open', async () => {
  const { id } = await tache(shut);
  await app.db.updateTable('tache').set({ issue: 'sans_objet', fermee_le: NOW }).where('id', '=', id).execute();
  expect((await moderator.post('/moderation/taches', { intent: 'rouvrir', id: String(id) })).status).toBe(409);
  await app.db.updateTable('tache').set({ issue: 'ouvert' }).where('id', '=', id).execute();
  await open('siret_ferme', shut, '26421024600015', {}, 5);
  expect((await moderator.post('/moderation/taches', { intent: 'rouvrir', id: String(id) })).status).toBe(409);
});

test('« le lieu a fermé » closes it at the hand of a moderator; from an animateur it is a report', async () => {
  const pending = async (lieuId: string) => {
    await app.db.deleteFrom('tache').where('lieu_id', '=', lieuId).execute();
    await open('siret_ferme', lieuId, '26421024600015', {}, 6);
    const { id } = await tache(lieuId);
    return { intent: 'fermer', id: String(id), genre: 'siret_ferme', issue: 'ferme' };
  };
  const statutOf = async (id: string) =>
    (await app.db.selectFrom('lieu').select('statut').where('id', '=', id).executeTakeFirstOrThrow()).statut;
  expect((await animateur.post('/moderation/taches', await pending(elsewhere))).status).toBe(302);
  expect(await statutOf(elsewhere)).toBe('actif');
  const reports = app.db.selectFrom('signalement').select(['motif', 'etat']).where('lieu_id', '=', elsewhere);
  expect(await reports.execute()).toEqual([{ motif: 'ferme', etat: 'ouvert' }]);
  expect((await moderator.post('/moderation/taches', await pending(shut))).status).toBe(302);
  expect(await statutOf(shut)).toBe('ferme');
});

test('the state of the lists is there for all; a list that is a fifth smaller is taken by national moderators only', async () => {
  const refus = 'elle n’a plus que 7 lignes au lieu de 10 (− 30 %)';
  await app.db
    .insertInto('liste_officielle')
    .values({
      ...{ code: 'france-services', url: 'https://exemple.fr/fs', date: '2026-05-12', lignes: 10, regardee_le: NOW },
      ...{ refus, refus_sha256: 'abc' },
    })
    .execute();
  const text = await read(moderator);
  expect(text).toMatch(/Liste France services\s+du 12 mai 2026, 10 lignes/);
  expect(text).toContain(refus);
  expect(text).not.toContain('La prendre quand même');
  const form = { intent: 'prendre', liste: 'france-services', sha256: 'abc' };
  expect((await moderator.post('/moderation/taches', form)).status).toBe(409);
  expect(await read(national)).toContain('La prendre quand même');
  expect((await national.post('/moderation/taches', { ...form, sha256: 'abd' })).status).toBe(409);
  expect((await national.post('/moderation/taches', form)).status).toBe(302);
  expect(await read(national)).toContain('Elle va être prise dans les minutes qui viennent');
  await app.db.updateTable('liste_officielle').set({ refus: 'c’est une page web', accepte_sha256: null }).execute();
  expect(await read(national)).not.toContain('La prendre quand même');
});
