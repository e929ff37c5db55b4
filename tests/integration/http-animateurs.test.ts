import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { createLieu, createPerson, NOW, submit } from './revisions.factory.ts';

const PAGE = '/moderation/animateurs';
const COURRIEL = 'camille@hub.exemple.fr';

let app: HttpApp;
let national: Visitor;
let ofSome: Visitor;

beforeAll(async () => {
  app = await startHttp({}, NOW);
  national = await app.visitor((await createPerson(app.db, { departements: null })).utilisateurId);
  ofSome = await app.visitor((await createPerson(app.db, { departements: ['33'] })).utilisateurId);
});
afterAll(() => app?.close());

function grantForm(
  values: { courriel?: string; organisation?: string; epci?: string } = {},
  territoires: readonly string[] = [],
): URLSearchParams {
  const form = new URLSearchParams({
    intent: 'accorder',
    courriel: COURRIEL,
    organisation: 'Hub des Landes',
    ...values,
  });
  for (const territoire of territoires) form.append('territoires', territoire);
  return form;
}

async function roleOf(courriel: string) {
  return app.db
    .selectFrom('animateur')
    .innerJoin('utilisateur', 'utilisateur.id', 'animateur.utilisateur_id')
    .select(['animateur.utilisateur_id', 'animateur.organisation', 'animateur.territoires'])
    .where('utilisateur.courriel', '=', courriel)
    .executeTakeFirst();
}

test('who moderates the whole country gives the role by name; the person is told, reviews there, and loses it at once', async () => {
  expect((await ofSome.get(PAGE)).status).toBe(404);
  expect((await ofSome.post(PAGE, grantForm({}, ['region:75']))).status).toBe(404);
  expect(await (await national.get(PAGE)).text()).toContain('Personne n’a encore ce rôle');

  const given = await national.post(PAGE, grantForm({ epci: 'Bordeaux Métropole' }, ['departement:40']));
  expect([given.status, given.headers.get('location')]).toEqual([302, `${PAGE}?fait=accorde`]);
  const role = await roleOf(COURRIEL);
  expect(role).toMatchObject({ organisation: 'Hub des Landes', territoires: ['departement:40', 'epci:243300316'] });
  const mails = app.db.selectFrom('courriel').select(['objet', 'texte']).where('a', '=', COURRIEL).orderBy('id');
  expect(await mails.execute()).toEqual([
    {
      objet: 'Vous animez un territoire dans Lieu à jour',
      texte: expect.stringContaining('Landes (40), Bordeaux Métropole'),
    },
  ]);
  const list = await (await national.get(PAGE)).text();
  expect(list).toContain('Landes (40), Bordeaux Métropole');

  const lieu = await createLieu(app.db);
  const { revisionId } = await submit(app.db, lieu, { nom: 'Médiathèque du Port' });
  const animateur = await app.visitor(role?.utilisateur_id);
  const review = `/moderation/revisions/${encodeURIComponent(lieu.lieuId)}/${revisionId}`;
  expect((await animateur.get(PAGE)).status).toBe(404);
  expect((await animateur.get('/territoire')).status).toBe(200);
  expect((await animateur.get(review)).status).toBe(200);

  const taken = await national.post(PAGE, { intent: 'retirer', utilisateur: role?.utilisateur_id ?? '' });
  expect(taken.headers.get('location')).toBe(`${PAGE}?fait=retire`);
  expect(await roleOf(COURRIEL)).toBeUndefined();
  expect((await animateur.get(review)).status).toBe(404);
  expect((await mails.execute()).at(-1)?.objet).toBe('Vous n’animez plus de territoire dans Lieu à jour');
  const again = await national.post(PAGE, { intent: 'retirer', utilisateur: role?.utilisateur_id ?? '' });
  expect(again.headers.get('location')).toBe(`${PAGE}?fait=deja`);
  const journal = await app.db.selectFrom('journal_role').select('action').orderBy('id').execute();
  expect(journal.map(({ action }) => action)).toEqual(['accorde', 'retire']);
});

test.each<[string, { courriel?: string; organisation?: string; epci?: string }, string[], string]>([
  ['no address', { courriel: 'camille' }, ['region:75'], 'Écrivez l’adresse de courriel'],
  ['no organisation', { organisation: ' ' }, ['region:75'], 'Écrivez le nom de la structure'],
  ['no territory', {}, [], 'Choisissez au moins un territoire'],
  ['a territory that is none', {}, ['region:999'], 'Choisissez au moins un territoire'],
  ['an EPCI that nobody knows', { epci: 'Métropole de la Lune' }, ['region:75'], '« Métropole de la Lune »'],
])('%s: said at its field, what was typed comes back, nobody gets a role', async (_, values, territoires, sentence) => {
  const refused = await national.post(PAGE, grantForm(values, territoires));
  expect(refused.status).toBe(422);
  const text = await refused.text();
  expect(text).toContain(sentence);
  expect(text).toContain(values.epci ?? values.organisation?.trim() ?? values.courriel ?? 'Hub des Landes');
  expect(await roleOf(COURRIEL)).toBeUndefined();
});

test('an animateur never decides their own change: another person does', async () => {
  const lieu = await createLieu(app.db);
  const person = await createPerson(app.db, { territoires: ['departement:33'] });
  await app.db.updateTable('lieu').set({ structure_id: null }).where('id', '=', lieu.lieuId).execute();
  const { revisionId } = await submit(app.db, { ...lieu, auteurId: person.utilisateurId }, { nom: 'Le Port' });
  const review = `/moderation/revisions/${encodeURIComponent(lieu.lieuId)}/${revisionId}`;
  const animateur = await app.visitor(person.utilisateurId);
  expect(await (await animateur.get(review)).text()).toContain('C’est votre propre modification');
  const decided = await animateur.post(review, { intent: 'tout', decision: 'acceptee', 'decision.nom': 'acceptee' });
  expect(decided.status).toBeGreaterThanOrEqual(400);
  const revision = app.db.selectFrom('revision').select('etat').where('id', '=', revisionId);
  expect(await revision.executeTakeFirst()).toEqual({ etat: 'ouverte' });
  expect(await (await ofSome.get(review)).text()).not.toContain('C’est votre propre modification');
});
