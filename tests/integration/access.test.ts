import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCESS } from '#app/http/access.server.ts';
import { rapportOfDepot } from '#app/imports/depots.ts';
import { bookSlot } from '#db/rendez-vous/reservations.ts';
import { insertSignalement } from '#db/signalements.ts';
import { insertSource } from '#db/sources.ts';
import { type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { createAgenda, wish } from './rendez-vous.factory.ts';
import { createLieu, createPerson, NOW, submit } from './revisions.factory.ts';

/** Who asks, in the order of the table's columns. */
const WHO = [
  'nobody',
  'other structure',
  'gestionnaire',
  'moderator elsewhere',
  'moderator',
  'animateur elsewhere',
  'animateur',
  'national moderator',
] as const;

type Eight = readonly [number, number, number, number, number, number, number, number];

interface Row {
  path: (places: Places) => string;
  /** The page's status. Its `.data` answers the same, but for redirects, which Remix sends as 202. */
  get: Eight;
  /** The status of an empty form sent from our own pages; without it the route takes none: 405 for who may read it. */
  post?: Eight;
  /** What the form holds, where an empty one would be refused for another reason. */
  form?: Record<string, string>;
}

const all = (status: number): Eight => [status, status, status, status, status, status, status, status];
/** Anyone signed in; the others are led to the sign-in page. */
const signedIn = (status: number): Eight => [302, status, status, status, status, status, status, status];
/** Who may change the lieu of the table, which a structure has claimed: its gestionnaire, and the moderators of its territory. */
const editors = (status: number): Eight => [302, 404, status, 404, status, 404, 404, status];
/** Its gestionnaire alone: bookings hold personal data. */
const members = (status: number): Eight => [302, 404, status, 404, 404, 404, 404, 404];
/** Whoever reviews somewhere. */
const moderators = (status: number): Eight => [302, 404, 404, status, status, status, status, status];
/** Who reviews in its territory. */
const moderator = (status: number): Eight => [302, 404, 404, 404, status, 404, status, status];
/** Who gives roles: not the moderator of a département. */
const national = (status: number): Eight => [302, 404, 404, 404, 404, 404, 404, status];

/**
 * Every route of the application for every kind of visitor. A route that is not here fails the test: add its row, and think
 * of who may see it before running.
 */
const TABLE: Readonly<Record<string, Row>> = {
  'routes/$': { path: () => '/nulle-part', get: all(404), post: all(404) },
  'routes/_index': { path: () => '/', get: all(200) },
  'routes/accessibilite': { path: () => '/accessibilite', get: all(200) },
  'routes/aide._index': { path: () => '/aide', get: all(200) },
  'routes/aide.citoyen': { path: () => '/aide/citoyen', get: all(200) },
  'routes/aide.moderation': { path: () => '/aide/moderation', get: all(200) },
  'routes/aide.responsable': { path: () => '/aide/responsable', get: all(200) },
  'routes/aide.territoire': { path: () => '/aide/territoire', get: all(200) },
  'routes/api': { path: () => '/api', get: all(200) },
  'routes/carte': { path: () => '/carte', get: all(200) },
  'routes/conditions': { path: () => '/conditions', get: all(200) },
  // Who is signed in has nothing to do on the sign-in page.
  'routes/connexion._index': {
    path: () => '/connexion',
    get: [200, 302, 302, 302, 302, 302, 302, 302],
    post: [422, 302, 302, 302, 302, 302, 302, 302],
  },
  'routes/connexion.envoi': { path: () => '/connexion/envoi', get: all(200) },
  'routes/connexion.lien.$jeton': { path: () => '/connexion/lien/inconnu', get: all(410), post: all(410) },
  'routes/connexion.reprise': { path: () => '/connexion/reprise', get: all(200), post: all(401) },
  'routes/connexion.requise': { path: () => '/connexion/requise', get: all(302), post: all(302) },
  'routes/courriels': { path: () => '/courriels', get: all(200) },
  'routes/courriels[.json]': { path: () => '/courriels.json', get: all(200) },
  // Tried last: it ends sessions.
  'routes/deconnexion': { path: () => '/deconnexion', get: all(302), post: all(302) },
  'routes/donnees': { path: () => '/donnees', get: all(200), post: all(404) },
  'routes/statistiques': { path: () => '/statistiques', get: all(200) },
  'routes/donnees-personnelles': { path: () => '/donnees-personnelles', get: all(200) },
  'routes/espace._index': { path: () => '/espace', get: signedIn(200), post: signedIn(302) },
  'routes/invitation.$jeton': { path: () => '/invitation/inconnue', get: all(410), post: all(410) },
  // Whatever the lieu, it takes no form: that says nothing of it.
  'routes/espace.lieux.$id._index': {
    path: ({ lieu }) => `/espace/lieux/${lieu}`,
    get: editors(200),
    post: signedIn(405),
  },
  'routes/espace.lieux.$id.$section': {
    path: ({ lieu }) => `/espace/lieux/${lieu}/presentation`,
    get: editors(200),
    post: editors(302),
  },
  'routes/espace.lieux.$id.permanences._index': {
    path: ({ lieu }) => `/espace/lieux/${lieu}/permanences`,
    get: editors(200),
    post: signedIn(405),
  },
  'routes/espace.lieux.$id.permanences.$permanence': {
    path: ({ lieu }) => `/espace/lieux/${lieu}/permanences/nouvelle`,
    get: editors(200),
    post: editors(422),
    form: { intent: 'enregistrer', id: '0a1b2c3d' },
  },
  'routes/espace.lieux.$id.rendez-vous._index': {
    path: ({ lieu }) => `/espace/lieux/${lieu}/rendez-vous`,
    get: members(200),
    post: members(302),
    form: { intent: 'retirer' },
  },
  'routes/espace.lieux.$id.rendez-vous.reglages': {
    path: ({ lieu }) => `/espace/lieux/${lieu}/rendez-vous/reglages`,
    get: members(200),
    post: members(422),
    form: { intent: 'ressource' },
  },
  'routes/lieux.$id.($slug)': { path: ({ fiche }) => fiche, get: all(200) },
  'routes/mentions-legales': { path: () => '/mentions-legales', get: all(200) },
  'routes/moderation._index': { path: () => '/moderation', get: moderators(200) },
  'routes/territoire._index': { path: () => '/territoire', get: moderators(200), post: moderators(405) },
  // A form that names no lieu is told that there is none.
  'routes/territoire.a-appeler': {
    path: () => '/territoire/a-appeler',
    get: moderators(200),
    post: moderators(404),
    form: { issue: 'juste', lieu: 'inconnu', version: '1' },
  },
  'routes/territoire.appels': { path: () => '/territoire/appels', get: moderators(200), post: moderators(405) },
  'routes/territoire.invitations': {
    path: () => '/territoire/invitations',
    get: moderators(200),
    post: moderators(302),
    form: { intent: 'retirer', id: '1' },
  },
  // The lieu of the table has a responsable: who may see it is told so.
  'routes/territoire.inviter': {
    path: ({ lieu }) => `/territoire/inviter?lieu=${lieu}`,
    get: moderator(200),
    post: moderator(409),
  },
  'routes/territoire.lieux': { path: () => '/territoire/lieux', get: moderators(200), post: moderators(405) },
  'routes/territoire_.imports._index': {
    path: () => '/territoire/imports',
    get: moderators(200),
    post: moderators(405),
  },
  'routes/territoire_.imports.absents': {
    path: () => '/territoire/imports/absents',
    get: moderators(200),
    post: moderators(405),
  },
  'routes/territoire_.imports.$id': {
    path: () => '/territoire/imports/essai',
    get: national(200),
    post: national(302),
  },
  'routes/territoire_.imports.$id_.rapport[.]csv': {
    path: () => '/territoire/imports/essai/rapport.csv',
    get: national(200),
    post: moderators(405),
  },
  'routes/territoire_.sources._index': {
    path: () => '/territoire/sources',
    get: moderators(200),
    post: moderators(405),
  },
  'routes/territoire_.sources.nouvelle': {
    path: () => '/territoire/sources/nouvelle',
    get: moderators(200),
    post: moderators(422),
  },
  // The animateur of the table has declared it.
  'routes/territoire_.sources.$id': {
    path: ({ source }) => `/territoire/sources/${source}`,
    get: [302, 404, 404, 404, 404, 404, 200, 200],
    post: [302, 404, 404, 404, 404, 404, 302, 302],
    form: { intent: 'rien' },
  },
  'routes/territoire_.sources.$id_.reglages': {
    path: ({ source }) => `/territoire/sources/${source}/reglages`,
    get: [302, 404, 404, 404, 404, 404, 200, 200],
    post: [302, 404, 404, 404, 404, 404, 422, 422],
  },
  'routes/moderation.animateurs': { path: () => '/moderation/animateurs', get: national(200), post: national(422) },
  'routes/moderation.cles': { path: () => '/moderation/cles', get: national(200), post: national(422) },
  'routes/moderation.vendredi-saint': {
    path: () => '/moderation/vendredi-saint',
    get: national(200),
    post: national(422),
    form: { commune: '67482' },
  },
  'routes/moderation.doublons._index': {
    path: () => '/moderation/doublons',
    get: moderators(200),
    post: moderators(405),
  },
  'routes/moderation.doublons.$lieuId.$autreId': {
    path: ({ paire }) => `/moderation/doublons/${paire}`,
    get: moderator(200),
    post: moderator(422),
  },
  'routes/moderation.lieux.$id': {
    path: ({ lieu }) => `/moderation/lieux/${lieu}`,
    get: moderator(200),
    // Brings a hidden lieu back, which an animateur does not.
    post: [302, 404, 404, 404, 302, 404, 404, 302],
  },
  'routes/moderation.revisions.$lieuId.$revisionId': {
    path: ({ lieu, revision }) => `/moderation/revisions/${lieu}/${revision}`,
    get: moderator(200),
    post: moderator(422),
  },
  'routes/moderation.signalements': {
    path: () => '/moderation/signalements',
    get: moderators(200),
    post: moderators(422),
  },
  'routes/moderation.taches': { path: () => '/moderation/taches', get: moderators(200), post: moderators(422) },
  // The link is the right: its form is one button, which cancels.
  'routes/rendez-vous.$jeton': { path: ({ jeton }) => `/rendez-vous/${jeton}`, get: all(200), post: all(302) },
  'routes/rendez-vous.prendre': {
    path: ({ agenda }) => `/rendez-vous/prendre?lieu=${agenda}`,
    get: all(200),
    post: all(422),
  },
  'routes/signaler': { path: ({ lieu }) => `/signaler?lieu=${lieu}`, get: all(200), post: all(422) },
  'routes/signalements.$numero': { path: ({ numero }) => `/signalements/${numero}`, get: all(200) },
};

/** Frames around other routes: they have no address of their own. */
const FRAMES = [
  'root',
  'routes/aide',
  'routes/moderation',
  'routes/territoire',
  'routes/territoire_.imports',
  'routes/territoire_.sources',
];

/** What Express answers before Remix is asked, to anyone alike. */
const EXPRESS: readonly (readonly [path: string, status: number])[] = [
  ['/sante', 200],
  ['/sante/pret', 200],
  ['/favicon.svg', 200],
  ['/assets/rien.js', 404],
  ['/donnees/schema.json', 200],
  ['/donnees/lieux.csv', 404],
  ['/donnees/2026-01-01/lieux.csv', 404],
  ['/donnees/2026-01-01/', 302],
  ['/donnees/..%2f..%2fsecret', 404],
  ['/carte/snapshot', 200],
  ['/carte/snapshot/inconnu/noms.bin', 404],
];

/** What addresses are made of: a lieu of Bordeaux and what hangs on it. Percent-encoded. */
interface Places {
  lieu: string;
  fiche: string;
  revision: string;
  paire: string;
  agenda: string;
  jeton: string;
  numero: string;
  source: string;
}

let app: HttpApp;
let places: Places;
let visitors: Visitor[];

beforeAll(async () => {
  app = await startHttp({}, NOW);
  const { db } = app;
  await db
    .insertInto('import_depot')
    .values({
      id: 'essai',
      fichier: 'lieux.csv',
      octets: 1,
      complet: true,
      etat: 'refuse',
      cree_le: NOW,
      modifie_le: NOW,
    })
    .execute();
  const rapport = rapportOfDepot(app.services.settings.dataDir, 'essai');
  await mkdir(dirname(rapport), { recursive: true });
  await writeFile(rapport, 'ligne,id,champ,valeur,verdict,message\r\n');
  const lieu = await createLieu(db, { date_maj: '2026-01-02' });
  const other = await createLieu(db, { nom: 'Espace voisin' });
  const { revisionId } = await submit(db, lieu, { nom: 'Médiathèque Garonne et numérique' });
  const paire = [lieu.lieuId, other.lieuId].sort();
  const [lieu_id = '', autre_id = ''] = paire;
  await db
    .insertInto('doublon')
    .values({ lieu_id, autre_id, score: 60, raisons: ['noms proches'], trouve_le: NOW })
    .execute();
  const agenda = await createAgenda(db);
  const booking = wish(agenda, new Date('2026-06-02T07:00:00Z'));
  await bookSlot(db, booking);
  const report = { motif: 'horaires', message: null, courriel: null, now: NOW } as const;
  await insertSignalement(db, { ...report, lieuId: lieu.lieuId, numero: 'ABCDEFGHJK' });
  const elsewhere = await createPerson(db, { departements: ['59'] });
  const here = await createPerson(db, { departements: ['33'] });
  const far = await createPerson(db, { territoires: ['departement:40', 'epci:200054781'] });
  const hub = await createPerson(db, { territoires: ['departement:40', 'epci:243300316'] });
  const country = await createPerson(db, { departements: null });
  const people = [elsewhere, here, far, hub, country].map(({ utilisateurId }) => utilisateurId);
  visitors = await Promise.all([undefined, other.auteurId, lieu.auteurId, ...people].map((id) => app.visitor(id)));
  const source = await insertSource(db, {
    ...{
      utilisateurId: hub.utilisateurId,
      organisation: '',
      territoires: ['departement:40'],
      nom: 'Hub',
      colonnes: [],
    },
    ...{ url: 'https://hub.exemple.fr/lieux.csv', jour: null, complet: true, prevenir: null, now: NOW },
  });
  const bare = await fetch(`${app.origin}/lieux/${encodeURIComponent(lieu.lieuId)}`, { redirect: 'manual' });
  places = {
    lieu: encodeURIComponent(lieu.lieuId),
    fiche: bare.headers.get('location') ?? '',
    revision: String(revisionId),
    paire: paire.map(encodeURIComponent).join('/'),
    agenda: encodeURIComponent(agenda.lieuId),
    jeton: booking.jeton,
    numero: 'ABCDEFGHJK',
    source: String(source),
  };
});

afterAll(() => app?.close());

test('every route of the build has its row here and its line in the access table', () => {
  const routes = Object.keys(app.build.routes).filter((id) => !FRAMES.includes(id));
  expect(Object.keys(TABLE).sort()).toEqual(routes.sort());
  expect(routes.filter((id) => ACCESS[id] === undefined)).toEqual([]);
});

test.each(EXPRESS)('%s answers %i to anyone', async (path, status) => {
  for (const visitor of visitors) expect((await visitor.get(path)).status).toBe(status);
});

const last = (id: string) => (id === 'routes/deconnexion' ? 1 : 0);
const ROWS = Object.entries(TABLE).sort(([a], [b]) => last(a) - last(b));

describe.each(ROWS)('%s', (id, { path, get, post, form = {} }) => {
  test('page and data', async () => {
    const address = path(places);
    expect(await statuses((visitor) => visitor.get(address))).toEqual(byWho(get));
    if (app.build.routes[id]?.module.default === undefined) return;
    const data = get.map((status) => (status === 302 ? 202 : status));
    expect(await statuses((visitor) => visitor.get(dataAddress(address)))).toEqual(byWho(data));
  });

  test('a form from our own pages, and from elsewhere', async () => {
    const address = path(places);
    const [nobody = 0, ...others] = post ?? get.map((status) => (status === 200 ? 405 : status));
    // Nobody's form to a page for someone is given back: the session has ended meanwhile.
    const expected = [ACCESS[id] === 'public' ? nobody : 401, ...others];
    const foreign = { origin: 'https://ailleurs.exemple' };
    expect(await statuses((visitor) => visitor.post(address, form, foreign))).toEqual(byWho(all(403)));
    expect(await statuses((visitor) => visitor.post(dataAddress(address), form, foreign))).toEqual(byWho(all(403)));
    expect(await statuses((visitor) => visitor.post(address, form))).toEqual(byWho(expected));
  });
});

async function statuses(ask: (visitor: Visitor) => Promise<Response>): Promise<Record<string, number>> {
  await app.forgetLimits();
  const found: number[] = [];
  for (const visitor of visitors) {
    const response = await ask(visitor);
    await response.arrayBuffer();
    found.push(response.status);
  }
  return byWho(found);
}

function byWho(each: readonly number[]): Record<string, number> {
  return Object.fromEntries(WHO.map((who, index) => [who, each[index] ?? 0]));
}

/** Where Remix asks for a page's data. */
function dataAddress(address: string): string {
  const [path = '', query] = address.split('?');
  return `${path === '/' ? '/_root' : path}.data${query === undefined ? '' : `?${query}`}`;
}
