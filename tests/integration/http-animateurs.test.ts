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

  const epci = "Bordeaux Métropole\nCommunauté d'Agglomération Pau Béarn Pyrénées\n247400666";
  const given = await national.post(PAGE, grantForm({ epci }, ['departement:40']));
  expect([given.status, given.headers.get('location')]).toEqual([302, `${PAGE}?fait=accorde`]);
  const role = await roleOf(COURRIEL);
  expect(role).toMatchObject({
    organisation: 'Hub des Landes',
    territoires: ['departement:40', 'epci:243300316', 'epci:200067254', 'epci:247400666'],
  });
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
  [
    'an EPCI whose name two have',
    { epci: 'Communauté de communes des Quatre Rivières' },
    ['region:75'],
    'des Quatre Rivières » : 247000623, 247400666.',
  ],
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

test('a sensitive change of an animateur is decided by another organisation, not by a colleague, who is told why', async () => {
  const lieu = await createLieu(app.db);
  await app.db.updateTable('lieu').set({ structure_id: null }).where('id', '=', lieu.lieuId).execute();
  const animateur = async (organisation: string) => {
    const { utilisateurId } = await createPerson(app.db, { territoires: ['departement:33'] });
    await app.db.updateTable('animateur').set({ organisation }).where('utilisateur_id', '=', utilisateurId).execute();
    return { utilisateurId, visitor: await app.visitor(utilisateurId) };
  };
  const [author, colleague, other] = [
    await animateur('Hub 33'),
    await animateur('hub 33'),
    await animateur('Métropole'),
  ];
  const { revisionId } = await submit(app.db, { ...lieu, auteurId: author.utilisateurId }, { nom: 'Le Port' });
  const review = `/moderation/revisions/${encodeURIComponent(lieu.lieuId)}/${revisionId}`;
  // The form as it is shown to who may decide.
  const page = await (await other.visitor.get(review)).text();
  expect(page).not.toContain('vient de votre organisation');
  const decision = new URLSearchParams({ intent: 'tout', decision: 'acceptee', 'decision.nom': 'acceptee' });
  for (const [, name = '', value = ''] of page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g))
    decision.append(name, value.replaceAll('&quot;', '"'));
  const revision = app.db.selectFrom('revision').select('etat').where('id', '=', revisionId);

  const shown = await (await colleague.visitor.get(review)).text();
  expect(shown.replace(/<!-- -->/g, '')).toContain('Cette modification vient de votre organisation, Hub 33');
  expect(shown).toContain('décidée par une autre organisation du territoire, ou par un modérateur');
  expect(await (await colleague.visitor.get('/moderation')).text()).not.toContain(review);
  expect((await colleague.visitor.post(review, decision)).status).toBe(404);

  // Neither does the author's departure open it to the colleague.
  await app.db
    .insertInto('journal_role')
    .values([
      {
        le: NOW,
        utilisateur_id: author.utilisateurId,
        action: 'accorde',
        detail: JSON.stringify({ organisation: 'Hub 33' }),
      },
      { le: new Date(NOW.getTime() + 1000), utilisateur_id: author.utilisateurId, action: 'retire' },
    ])
    .execute();
  await app.db.deleteFrom('animateur').where('utilisateur_id', '=', author.utilisateurId).execute();
  expect((await colleague.visitor.post(review, decision)).status).toBe(404);
  expect(await revision.executeTakeFirst()).toEqual({ etat: 'ouverte' });

  const { revisionId: second } = await submit(
    app.db,
    { ...lieu, auteurId: colleague.utilisateurId },
    { horaires: 'Mo 09:00-12:00' },
  );
  const live = `/moderation/revisions/${encodeURIComponent(lieu.lieuId)}/${second}`;
  expect(await (await colleague.visitor.get('/moderation')).text()).not.toContain(live);
  const third = await animateur('Hub 33');
  expect(await (await third.visitor.get('/moderation')).text()).toContain(live);
  expect(await (await third.visitor.get(live)).text()).not.toContain('vient de votre organisation');

  expect(await (await other.visitor.get('/moderation')).text()).toContain(review);
  expect((await other.visitor.post(review, decision)).status).toBe(302);
  expect(await revision.executeTakeFirst()).toEqual({ etat: 'traitee' });
});
