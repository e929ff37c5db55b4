import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { traiterDepots } from '#app/jobs/imports.ts';
import { lireSources, type SourcesServices, suivreSources } from '#app/jobs/sources.ts';
import { type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { type SourceDouble, startSource } from '#tests/support/source.ts';
import { csvOf } from './imports.factory.ts';
import { communes, createPerson, DAY, NOW } from './revisions.factory.ts';

let app: HttpApp;
let server: SourceDouble;
let animateur: Visitor;
let animateurId: string;

beforeAll(async () => {
  app = await startHttp({}, NOW);
});
afterAll(() => app?.close());
beforeEach(async () => {
  for (const table of ['source', 'import_depot', 'import_profil', 'courriel', 'lieu', 'import_lot'] as const)
    await app.db.deleteFrom(table).execute();
  await app.forgetLimits();
  app.clock.now = NOW;
  ({ id: animateurId, visitor: animateur } = await person(['departement:33']));
});
afterEach(() => server?.close());

async function person(territoires: string[], organisation = 'Hub de Gironde') {
  const { utilisateurId: id } = await createPerson(app.db, { territoires });
  await app.db.updateTable('animateur').set({ organisation }).where('utilisateur_id', '=', id).execute();
  return { id, visitor: await app.visitor(id) };
}

const FORM = {
  url: 'https://hub.exemple.fr/lieux.csv?cle=secrete',
  nom: 'Hub de Gironde',
  rythme: 'nuit',
  contenu: 'complet',
  prevenir: 'donnees@hub.exemple.fr',
};

/** Declares a source as a person does, then gives it the address of the double, which no form takes. */
async function declare(form: Partial<typeof FORM> = {}): Promise<string> {
  const response = await animateur.post('/territoire/sources/nouvelle', { ...FORM, ...form });
  const place = response.headers.get('location') ?? '';
  expect([response.status, place]).toEqual([302, expect.stringMatching(/^\/territoire\/sources\/\d+$/)]);
  await app.db.updateTable('source').set({ url: server.url }).execute();
  return place;
}

async function work(): Promise<void> {
  const { dataDir, publicUrl } = app.services.settings;
  const now = () => app.clock.now;
  const services: SourcesServices = {
    db: app.db,
    dataDir,
    communes,
    publicUrl,
    now,
    reseauInterne: ['127.0.0.1'],
    silenceMs: 500,
  };
  await lireSources(services);
  while ((await suivreSources(services)) + (await traiterDepots({ db: app.db, dataDir, communes, now })) > 0);
}

async function night(n: number): Promise<void> {
  app.clock.now = new Date(NOW.getTime() + n * DAY);
  await work();
}

/** The page's text without tags. */
async function page(visitor: Visitor, path: string): Promise<string> {
  const html = await (await visitor.get(path)).text();
  return html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<!-- -->/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

function depotOf(html: string): string {
  return /name="depot" value="([\w-]{20})"/.exec(html)?.[1] ?? '';
}

async function names(): Promise<(string | null)[]> {
  return (await app.db.selectFrom('lieu').select('nom').orderBy('nom').execute()).map(({ nom }) => nom);
}

const rows = (count: number) => csvOf(Array.from({ length: count }, (_, n) => ({ id: `h${n}`, nom: `Lieu ${n}` })));

test('a source is declared, tried at once, accepted, read by itself and its batch taken back, without JavaScript', async () => {
  server = await startSource({ texte: rows(5), etag: '"a"' });
  expect(await page(animateur, '/territoire/sources')).toContain('Aucun fichier n’est relu');
  const place = await declare();
  expect(await page(animateur, place)).toMatch(/n’a pas encore été lu.*Essayer maintenant.*Gironde \(33\)/);
  await animateur.post(place, { intent: 'lire' });
  const waiting = await (await animateur.get(place)).text();
  expect(waiting).toMatch(/<noscript><meta http-equiv="refresh" content="3"/i);
  await work();
  // Who asked is looking at the page: no mail says what it says.
  expect(await app.db.selectFrom('courriel').select('id').execute()).toEqual([]);
  const tried = await (await animateur.get(place)).text();
  expect(await page(animateur, place)).toMatch(/L’essai est prêt.*5\s?lignes : 5\s?nouveaux/);
  const depot = depotOf(tried);
  expect(await page(animateur, `/territoire/imports/${depot}`)).toMatch(/Fichiers relus.*rien n’est encore écrit/);
  // Its files have their own log: they are not among those that people bring.
  expect(await page(animateur, '/territoire/imports')).not.toContain('lieux.csv');
  await animateur.post(place, { intent: 'appliquer', depot: 'un-autre-fichier-0000' });
  await work();
  expect(await names()).toEqual([]);
  await animateur.post(place, { intent: 'appliquer', depot });
  await work();
  expect(await names()).toHaveLength(5);
  expect(await page(animateur, place)).toContain('Tout va bien');

  server.set({ texte: rows(6), etag: '"b"' });
  await night(1);
  expect(await names()).toHaveLength(6);
  const log = await (await animateur.get(place)).text();
  const passage = /name="passage" value="(\d+)"/.exec(log)?.[1] ?? '';
  const undone = await animateur.post(place, { intent: 'annuler', passage });
  expect(await page(animateur, undone.headers.get('location') ?? '')).toMatch(
    /L’import est annulé.*Appliqué, puis annulé/,
  );
  expect(await names()).toHaveLength(5);
});

test('a form that is refused keeps what was typed and says why beside each field; no address with a password or without https is taken', async () => {
  server = await startSource({ texte: rows(1) });
  for (const [url, sentence] of [
    ['', /Écrivez l’adresse du fichier/],
    ['hub', /mal écrite/],
    ['http://hub.exemple.fr/lieux.csv', /commencer par https/],
    ['https://moi:secret@hub.exemple.fr/lieux.csv', /mot de passe/],
  ] as const) {
    const response = await animateur.post('/territoire/sources/nouvelle', {
      ...FORM,
      url,
      prevenir: 'pas-un-courriel',
    });
    const html = await response.text();
    expect(response.status).toBe(422);
    expect(html).toMatch(sentence);
    expect(html).toContain('ne ressemble pas à un courriel');
    expect(html).toContain('value="Hub de Gironde"');
    expect(html).toContain('value="pas-un-courriel"');
  }
  expect(await app.db.selectFrom('source').select('id').execute()).toEqual([]);
});

test('what follows the path of an address may be a secret: pages do not show it, but where it is changed', async () => {
  server = await startSource({ texte: rows(1) });
  const place = await declare();
  await app.db.updateTable('source').set({ url: FORM.url }).execute();
  for (const path of ['/territoire/sources', place]) {
    const html = await (await animateur.get(path)).text();
    expect(html).toContain('https://hub.exemple.fr/lieux.csv?…');
    expect(html).not.toContain('secrete');
  }
  expect(await (await animateur.get(`${place}/reglages`)).text()).toContain('secrete');
});

test('columns of other names are asked for once, and a saved answer serves a source declared later', async () => {
  const other = (id: string, nom: string) => `${id};${nom};Bordeaux;33000;1 rue A;44.84;-0.58;0556000000;2026-01-15`;
  const texte = `Réf;Structure;Ville;CP;Rue;Lat;Lon;Tél;Mise à jour\n${other('a1', 'Un')}\n${other('a2', 'Deux')}`;
  server = await startSource({ texte, etag: '"a"' });
  const place = await declare();
  await animateur.post(place, { intent: 'lire' });
  await work();
  expect(await page(animateur, place)).toContain('Dites ce que donnent les colonnes');
  const depot = depotOf(await (await animateur.get(place)).text());
  const champs = ['id', 'nom', 'commune', 'code_postal', 'adresse', 'latitude', 'longitude', 'telephone', 'date_maj'];
  const said = Object.fromEntries(champs.map((champ, index) => [`colonne.${index}`, champ]));
  await animateur.post(`/territoire/imports/${depot}`, { intent: 'valider', source: FORM.nom, ...said });
  await work();
  await animateur.post(place, { intent: 'appliquer', depot });
  await work();
  expect(await names()).toEqual(['Deux', 'Un']);
  server.set({ texte: texte.replace('Deux', 'Trois'), etag: '"b"' });
  await night(1);
  expect(await names()).toEqual(['Trois', 'Un']);

  const form = await (await animateur.get('/territoire/sources/nouvelle')).text();
  const profil = /<option value="([0-9a-f]{64})"/.exec(form)?.[1] ?? '';
  await animateur.post(place, { intent: 'supprimer' });
  const again = await animateur.post('/territoire/sources/nouvelle', { ...FORM, profil });
  await app.db.updateTable('source').set({ url: server.url }).execute();
  const second = again.headers.get('location') ?? '';
  await animateur.post(second, { intent: 'lire' });
  await work();
  expect(await page(animateur, second)).toMatch(/L’essai est prêt.*2\s?inchangés/);
});

test('another address or name waits for a person again; a paused source says so', async () => {
  server = await startSource({ texte: rows(2), etag: '"a"' });
  const place = await declare();
  await animateur.post(place, { intent: 'lire' });
  await work();
  await animateur.post(place, { intent: 'appliquer', depot: depotOf(await (await animateur.get(place)).text()) });
  await work();
  const state = () => app.db.selectFrom('source').select(['validee_le', 'jour', 'sha256']).executeTakeFirstOrThrow();
  expect((await animateur.post(`${place}/reglages`, { ...FORM, url: 'http://x' })).status).toBe(422);
  await app.db.updateTable('source').set({ url: FORM.url }).execute();
  await animateur.post(`${place}/reglages`, { ...FORM, rythme: '3' });
  expect(await state()).toMatchObject({ validee_le: expect.any(Date), jour: 3 });
  expect(await page(animateur, place)).toContain('dans la nuit de mardi à mercredi');
  await animateur.post(`${place}/reglages`, { ...FORM, url: 'https://hub.exemple.fr/autre.csv' });
  expect(await state()).toMatchObject({ validee_le: null, jour: null, sha256: null });
  await animateur.post(place, { intent: 'pause' });
  expect(await page(animateur, place)).toMatch(/En pause.*n’est plus lu depuis.*Reprendre la lecture/);
  await animateur.post(place, { intent: 'reprise' });
  expect(await page(animateur, place)).toContain('Aucun fichier n’a encore été appliqué');
});

test('a source is seen by those of the same organisation and territory and by national moderators; its imports too; nobody else', async () => {
  server = await startSource({ texte: rows(2), etag: '"a"' });
  const place = await declare();
  await animateur.post(place, { intent: 'lire' });
  await work();
  const depot = depotOf(await (await animateur.get(place)).text());
  const colleague = (await person(['departement:33', 'departement:40'], ' hub de gironde ')).visitor;
  const national = await app.visitor((await createPerson(app.db, { departements: null })).utilisateurId);
  const others = [
    (await person(['departement:40'])).visitor,
    (await person(['departement:33'], 'Autre hub')).visitor,
    (await person(['departement:33'], '')).visitor,
    await app.visitor((await createPerson(app.db, { departements: ['33'] })).utilisateurId),
  ];
  for (const visitor of [colleague, national]) {
    expect(await page(visitor, '/territoire/sources')).toContain('Hub de Gironde');
    for (const path of [place, `${place}/reglages`, `/territoire/imports/${depot}`])
      expect((await visitor.get(path)).status).toBe(200);
  }
  for (const visitor of others) {
    expect(await page(visitor, '/territoire/sources')).toContain('Aucun fichier n’est relu');
    for (const path of [place, `${place}/reglages`, `/territoire/imports/${depot}`])
      expect((await visitor.get(path)).status).toBe(404);
    expect((await visitor.post(place, { intent: 'supprimer' })).status).toBe(404);
    expect((await visitor.post(`/territoire/imports/${depot}`, { intent: 'appliquer' })).status).toBe(404);
  }

  // Whoever declared it leaves: a colleague takes it over, for the territory of that colleague.
  await app.db.deleteFrom('animateur').where('utilisateur_id', '=', animateurId).execute();
  await work();
  expect((await animateur.get(place)).status).toBe(404);
  expect(await page(colleague, place)).toMatch(
    /Cette lecture est arrêtée.*Gironde \(33\), Landes \(40\).*Reprendre à mon nom/,
  );
  // What no role allows is not begun again by the other button.
  await colleague.post(place, { intent: 'reprise' });
  expect(await page(colleague, place)).toContain('Cette lecture est arrêtée');
  await colleague.post(place, { intent: 'reprendre' });
  await colleague.post(place, { intent: 'lire' });
  await work();
  expect(await page(colleague, place)).toContain('L’essai est prêt');
});

test('a failing and a retained source are said in words on their page', async () => {
  server = await startSource({ texte: rows(10), etag: '"a"' });
  const place = await declare();
  await animateur.post(place, { intent: 'lire' });
  await work();
  await animateur.post(place, { intent: 'appliquer', depot: depotOf(await (await animateur.get(place)).text()) });
  await work();
  server.set((response) => void response.writeHead(404).end());
  await night(1);
  expect(await page(animateur, place)).toMatch(/n’a pas pu être lu.*répond 404.*Nous réessayons/);
  expect(await page(animateur, '/territoire/sources')).toContain('En échec');
  server.set({ texte: rows(4), etag: '"b"' });
  await night(2);
  const held = await (await animateur.get(place)).text();
  expect(await page(animateur, place)).toMatch(/plus que 4 lignes au lieu de 10.*L’appliquer quand même/);
  await animateur.post(place, { intent: 'appliquer', depot: depotOf(held) });
  await work();
  expect(await page(animateur, place)).toMatch(/Tout va bien.*6\s?absents/);
});
