import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withdrawAnimateur } from '#db/animateurs.ts';
import { deleteOldInvitations } from '#db/invitations.ts';
import { type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { createPerson, DAY, NOW } from './revisions.factory.ts';

const TODAY = NOW.toISOString().slice(0, 10);
const DAX = { commune: 'Dax', code_postal: '40100', code_insee: '40088' };
const MAIRIE = 'accueil@mairie-dax.exemple.fr';

let app: HttpApp;
let hub: Visitor;
let hubId: string;
let elsewhere: Visitor;
let lieux = 0;

beforeAll(async () => {
  app = await startHttp({}, NOW);
  hubId = (await createPerson(app.db, { territoires: ['departement:40'] })).utilisateurId;
  await app.db.updateTable('animateur').set({ organisation: 'Hub des Landes' }).execute();
  hub = await app.visitor(hubId);
  elsewhere = await app.visitor((await createPerson(app.db, { territoires: ['departement:33'] })).utilisateurId);
});
beforeEach(async () => {
  app.clock.now = NOW;
  await app.forgetLimits();
});
afterAll(() => app?.close());

async function addLieu(): Promise<string> {
  const id = `lieu-${++lieux}`;
  await insertLieu(app.db, { ...DAX, id, nom: `Salle ${id}`, courriels: [MAIRIE] }, { today: TODAY });
  return id;
}

const invite = (lieu: string, { courriel = MAIRIE, structure = 'Mairie de Dax', message = '' } = {}, visitor = hub) =>
  visitor.post(`/territoire/inviter?${new URLSearchParams({ lieu })}`, { courriel, structure, message });

/** The path of the newest invitation link sent to an address. */
async function linkOf(courriel = MAIRIE): Promise<string> {
  const { texte } = await app.db
    .selectFrom('courriel')
    .select('texte')
    .where('a', '=', courriel)
    .where('objet', 'like', 'Tenez à jour%')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  return /\/invitation\/[\w-]+/.exec(texte)?.[0] ?? '';
}

async function someone(courriel: string): Promise<{ id: string; visitor: Visitor }> {
  const { utilisateurId } = await createPerson(app.db);
  const old = await app.db.selectFrom('utilisateur').select('id').where('courriel', '=', courriel).executeTakeFirst();
  const id = old?.id ?? utilisateurId;
  await app.db.updateTable('utilisateur').set({ courriel }).where('id', '=', id).execute();
  return { id, visitor: await app.visitor(id) };
}

const ownerOf = (id: string) =>
  app.db
    .selectFrom('lieu')
    .leftJoin('structure', 'structure.id', 'lieu.structure_id')
    .select(['lieu.structure_id', 'structure.nom'])
    .where('lieu.id', '=', id)
    .executeTakeFirstOrThrow();

test('a structure is invited by mail, signs in with that address, accepts, and keeps its lieu from then on', async () => {
  const lieu = await addLieu();
  const form = await (await hub.get(`/territoire/inviter?lieu=${lieu}`)).text();
  expect(form).toContain(`value="${MAIRIE}"`);
  const sent = await invite(lieu, { message: 'Nous nous sommes parlé mardi.' });
  expect([sent.status, sent.headers.get('location')]).toEqual([302, '/territoire/invitations?fait=envoyee']);
  const path = await linkOf();
  const jeton = path.split('/').at(-1) ?? '';
  const kept = await app.db.selectFrom('invitation').selectAll().where('lieu_id', '=', lieu).executeTakeFirstOrThrow();
  expect(JSON.stringify(kept)).not.toContain(jeton);

  const stranger = await app.visitor();
  const page = await (await stranger.get(path)).text();
  for (const words of ['Hub des Landes', `Salle ${lieu}`, 'Mairie de Dax', 'Nous nous sommes parlé mardi', MAIRIE])
    expect(page).toContain(words);
  expect((await stranger.post(path)).headers.get('location')).toBe('/connexion/envoi');
  const lien = app.db.selectFrom('lien_connexion').select(['courriel', 'vers']).orderBy('cree_le', 'desc');
  expect(await lien.executeTakeFirst()).toEqual({ courriel: MAIRIE, vers: '/espace' });
  expect((await ownerOf(lieu)).structure_id).toBeNull();

  const { id, visitor } = await someone(MAIRIE);
  expect(await (await visitor.get('/espace')).text()).toContain('On vous propose de tenir une fiche');
  const accepted = await visitor.post(path);
  expect([accepted.status, accepted.headers.get('location')]).toEqual([302, `/espace/lieux/${lieu}`]);
  expect((await visitor.get(`/espace/lieux/${lieu}`)).status).toBe(200);
  const owner = await ownerOf(lieu);
  expect(owner.nom).toBe('Mairie de Dax');
  const membre = app.db.selectFrom('membre').selectAll().where('utilisateur_id', '=', id);
  expect(await membre.execute()).toEqual([
    {
      ...{ structure_id: owner.structure_id, utilisateur_id: id, role: 'gestionnaire' },
      ...{ cree_le: NOW, accepte_le: NOW, accepte_par: hubId },
    },
  ]);
  expect((await hub.get(`/espace/lieux/${lieu}`)).status).toBe(404);
  expect((await visitor.get(path)).status).toBe(410);
  expect((await visitor.post(path)).status).toBe(410);
  expect(await (await hub.get('/territoire/invitations')).text()).toContain('Acceptée');
  expect(await (await hub.get(`/territoire/inviter?lieu=${lieu}`)).text()).toContain('a déjà un responsable');
  expect((await invite(lieu)).status).toBe(409);

  const second = await addLieu();
  await invite(second, { structure: 'mairie de dax' });
  const [, waiting = ''] = /name="invitation" value="(\d+)"/.exec(await (await visitor.get('/espace')).text()) ?? [];
  expect((await visitor.post('/espace', { invitation: waiting })).headers.get('location')).toBe(
    `/espace/lieux/${second}`,
  );
  expect((await ownerOf(second)).structure_id).toBe(owner.structure_id);
});

test('an invitation is accepted with its own address only', async () => {
  const lieu = await addLieu();
  await invite(lieu, { courriel: 'Autre@exemple.fr' });
  const path = await linkOf('autre@exemple.fr');
  const { visitor } = await someone('intrus@exemple.fr');
  expect(await (await visitor.get(path)).text()).toContain('connecté avec une autre adresse');
  expect((await visitor.post(path)).headers.get('location')).toBe('/connexion/envoi');
  const { id } = await app.db
    .selectFrom('invitation')
    .select('id')
    .where('lieu_id', '=', lieu)
    .executeTakeFirstOrThrow();
  expect((await visitor.post('/espace', { invitation: String(id) })).headers.get('location')).toBe(
    '/espace?invitation=finie',
  );
  expect((await ownerOf(lieu)).structure_id).toBeNull();
});

test('sent again it has a new link, and the old one is dead; withdrawn it has none; after 14 days it has expired', async () => {
  const lieu = await addLieu();
  await invite(lieu);
  const first = await linkOf();
  const row = app.db.selectFrom('invitation').select(['id', 'envois', 'retiree_le']).where('lieu_id', '=', lieu);
  const { id } = await row.executeTakeFirstOrThrow();
  const manage = (intent: string, visitor = hub) => visitor.post('/territoire/invitations', { intent, id: String(id) });
  expect((await manage('renvoyer', elsewhere)).status).toBe(404);
  expect((await manage('renvoyer')).headers.get('location')).toContain('fait=envoyee');
  const second = await linkOf();
  const { visitor } = await someone(MAIRIE);
  expect([(await visitor.get(first)).status, (await visitor.get(second)).status]).toEqual([410, 200]);
  app.clock.now = new Date(NOW.getTime() + 14 * DAY - 1000);
  expect((await visitor.get(second)).status).toBe(200);
  app.clock.now = new Date(NOW.getTime() + 14 * DAY);
  expect([(await visitor.get(second)).status, (await visitor.post(second)).status]).toEqual([410, 410]);
  expect(await (await hub.get('/territoire/invitations')).text()).toContain('Lien expiré');
  app.clock.now = NOW;
  expect((await manage('retirer', elsewhere)).status).toBe(404);
  expect((await manage('retirer')).headers.get('location')).toContain('fait=retiree');
  expect([(await visitor.get(second)).status, (await visitor.post(second)).status]).toEqual([410, 410]);
  expect((await manage('renvoyer')).headers.get('location')).toContain('fait=finie');
  expect(await row.execute()).toEqual([{ id, envois: 2, retiree_le: NOW }]);
  expect(await (await elsewhere.get('/territoire/invitations')).text()).not.toContain(MAIRIE);
});

test('of two who accept the same lieu at once one gets it, the other is told', async () => {
  const lieu = await addLieu();
  const people = await Promise.all(['a@exemple.fr', 'b@exemple.fr'].map(someone));
  const paths: string[] = [];
  for (const courriel of ['a@exemple.fr', 'b@exemple.fr']) {
    await invite(lieu, { courriel, structure: courriel });
    paths.push(await linkOf(courriel));
  }
  const answers = await Promise.all(people.map(({ visitor }, index) => visitor.post(paths[index] ?? '')));
  const locations = answers.map(({ status, headers }) => headers.get('location') ?? String(status)).sort();
  expect(locations[0]).toBe(`/espace/lieux/${lieu}`);
  expect(['/espace?invitation=finie', '/espace?invitation=prise', '410']).toContain(
    locations.find((location) => location !== `/espace/lieux/${lieu}`),
  );
});

test('the invitation of somebody who has lost the role gives nothing', async () => {
  const lieu = await addLieu();
  const { utilisateurId } = await createPerson(app.db, { territoires: ['departement:40'] });
  await invite(lieu, {}, await app.visitor(utilisateurId));
  await app.db.deleteFrom('animateur').where('utilisateur_id', '=', utilisateurId).execute();
  const { visitor } = await someone(MAIRIE);
  expect((await visitor.post(await linkOf())).headers.get('location')).toBe('/espace?invitation=finie');
  expect((await ownerOf(lieu)).structure_id).toBeNull();
});

test('nobody invites elsewhere, and one mailbox hears of it five times a day; what was typed comes back', async () => {
  const lieu = await addLieu();
  expect((await invite(lieu, {}, elsewhere)).status).toBe(404);
  const wrong = await invite(lieu, { courriel: 'pas une adresse', structure: 'Mairie d’ici' });
  expect(wrong.status).toBe(422);
  const text = await wrong.text();
  for (const words of ['ne ressemble pas à un courriel', 'pas une adresse', 'Mairie d’ici'])
    expect(text).toContain(words);
  for (let sent = 0; sent < 5; sent++) expect((await invite(lieu)).status).toBe(302);
  const refused = await invite(lieu, { message: 'Encore moi' });
  expect(refused.status).toBe(429);
  expect(await refused.text()).toContain('Encore moi');
});

test('what nobody accepted is forgotten ninety days after its link ended, what was accepted stays', async () => {
  const ids = () => app.db.selectFrom('invitation').select(['id', 'acceptee_le']).orderBy('id').execute();
  const before = await ids();
  const accepted = before.filter(({ acceptee_le }) => acceptee_le !== null);
  expect([accepted.length > 0, before.length > accepted.length]).toEqual([true, true]);
  await deleteOldInvitations(app.db, new Date(NOW.getTime() + 104 * DAY));
  expect(await ids()).toEqual(before);
  await deleteOldInvitations(app.db, new Date(NOW.getTime() + 104 * DAY + 1000));
  expect(await ids()).toEqual(accepted);
});

test('whoever loses the role loses the invitations that wait with it: the guest is told at once, and offered nothing', async () => {
  const { utilisateurId } = await createPerson(app.db, { territoires: ['departement:40'] });
  const lieu = await addLieu();
  const courriel = 'guichet@exemple.fr';
  expect((await invite(lieu, { courriel }, await app.visitor(utilisateurId))).status).toBe(302);
  const { visitor } = await someone(courriel);
  const link = await linkOf(courriel);
  expect(await (await visitor.get(link)).text()).toContain('Tenir cette fiche');
  const national = await createPerson(app.db, { departements: null });
  const withdrawn = await app.db
    .transaction()
    .execute((trx) => withdrawAnimateur(trx, { utilisateurId, par: national.utilisateurId, now: NOW }));
  expect(withdrawn).toBeDefined();
  expect(await (await visitor.get(link)).text()).not.toContain('Tenir cette fiche');
  expect(await (await visitor.get('/espace')).text()).not.toContain(`Salle ${lieu}`);
  expect(await ownerOf(lieu)).toMatchObject({ structure_id: null });
});
