import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pairePath } from '#app/http/doublons.server.ts';
import { fichePath, isCarried, lieuSegment } from '#app/http/fiche-path.ts';
import { reviewPath } from '#app/http/review.server.ts';
import { type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { csvOf, importText } from './imports.factory.ts';
import { createAgenda, NOW, type TestAgenda } from './rendez-vous.factory.ts';
import { createLieu, createPerson } from './revisions.factory.ts';

/** What real ids hold, and what addresses, routers and proxies make something else of. */
const IDS = [
  ...[
    'a/b c',
    '//',
    '/début',
    'fin/',
    '?',
    'a?b=c',
    'a#b',
    'a&b=c;d+',
    "l'été 日本 🐙",
    '"guillemets"',
    '1 < 2 > 0',
    '$&',
  ],
  ...['.', '..', 'point.', '../espace', 'a\\b', '~', '~Li4', '*', ':id', 'http://ailleurs.exemple/x', 'x'.repeat(200)],
  ...['x.data', '.data', '_root.data', 'a/b.data', 'x.data/y', 'x.json', '__manifest'],
  ...['a%2Fb', 'a%2fb', '%', '100 %', '%2e%2e', '%E0%A4%A', '%00'],
];

/** What people write where they have nothing to write. Their pages would work all the same. */
const NOTHING = ['//', '?', '.', '..'];

let app: HttpApp;

beforeAll(async () => {
  app = await startHttp({}, NOW);
});

beforeEach(() => app.forgetLimits());

afterAll(() => app?.close());

test('the import keeps these ids as they are, but for those that say nothing', async () => {
  const { refusees, rapport } = await importText(app.db, csvOf(IDS.map((id) => ({ id }))));
  const said = rapport.filter(({ champ }) => champ === 'id').map(({ valeur, verdict }) => [valeur, verdict]);
  expect(said).toEqual(NOTHING.map((id) => [id, 'refuse']));
  expect(refusees).toBe(NOTHING.length);
  const kept = await app.db.selectFrom('lieu').select('id').execute();
  expect(kept.map(({ id }) => id).sort()).toEqual(IDS.filter((id) => !NOTHING.includes(id)).sort());
  await app.db.deleteFrom('lieu').execute();
});

describe.each(IDS)('%j', (id) => {
  let agenda: TestAgenda;
  let visitor: Visitor;

  beforeAll(async () => {
    agenda = await createAgenda(app.db, { lieuId: id });
    await app.db
      .updateTable('lieu')
      .set({ nom: `Lieu ${id}` })
      .where('id', '=', id)
      .execute();
    visitor = await app.visitor();
  });

  test('its percent-encoded address leads by 301 to its fiche, which leads to reporting and booking', async () => {
    // Of these, two are a step in the path to every client, and one is our own way of writing another.
    const asked = ['.', '..', '~Li4'].includes(id) ? fichePath({ id }) : `/lieux/${encodeURIComponent(id)}`;
    const canonical = await follow(visitor, asked);
    expect(canonical.hops).toBeLessThanOrEqual(2);
    expect(canonical.page).toContain('<h1');
    expect(textOf(canonical.page)).toContain(`Lieu ${id}`);
    const slots = links(canonical.page).filter((href) => href.startsWith('/rendez-vous/prendre?'));
    expect(slots.length).toBeGreaterThan(0);
    for (const href of [...slots, ...links(canonical.page).filter((link) => link.startsWith('/signaler?'))]) {
      expect(new URL(href, app.origin).searchParams.get('lieu')).toBe(id);
      expect((await visitor.get(href)).status).toBe(200);
    }
    // What a script asks for as it follows a link to the same page.
    const data = await visitor.get(`${canonical.path}.data`);
    expect([data.status, data.headers.get('content-type')]).toEqual([200, 'text/x-script']);
    const head = await visitor.request('HEAD', canonical.path);
    expect(head.status).toBe(200);
  });

  test('it is reported and booked', async () => {
    const report = await visitor.post(`/signaler?${new URLSearchParams({ lieu: id })}`, { motif: 'ferme', cle: key() });
    expect(report.status).toBe(302);
    const debut = '2026-06-02T07:00:00.000Z';
    const slot = { lieu: id, prestation: String(agenda.prestationId), debut };
    const person = { nom: 'Camille', courriel: 'camille@exemple.fr', modalite: 'sur_place', cle: key() };
    const booked = await visitor.post(`/rendez-vous/prendre?${new URLSearchParams(slot)}`, { ...slot, ...person });
    expect(booked.status).toBe(302);
    const page = await (await visitor.get(booked.headers.get('location') ?? '')).text();
    const back = links(page).find((href) => href.startsWith('/lieux/')) ?? '';
    expect(textOf((await follow(visitor, back)).page)).toContain(`Lieu ${id}`);
  });

  test('its member reaches every page of it from /espace and saves a section', async () => {
    const member = await app.visitor(agenda.utilisateurId);
    const home = await pathInEspace();
    const pages = links(await (await member.get(home)).text()).filter((href) => href.startsWith(`${home}/`));
    expect(pages.length).toBeGreaterThanOrEqual(7);
    // One page shows the way of the others where the router carries the id.
    for (const page of isCarried(id) ? pages.slice(-1) : pages)
      expect([page, (await member.get(page)).status]).toEqual([page, 200]);
    const saved = await member.post(`${home}/presentation`, { presentation_resume: 'Bienvenue à tous.' });
    expect([saved.status, saved.headers.get('location')?.split('?')[0]]).toEqual([302, home]);
    const row = await app.db.selectFrom('lieu').select('presentation_resume').where('id', '=', id).executeTakeFirst();
    expect(row?.presentation_resume).toBe('Bienvenue à tous.');
  });

  test('a moderator reads its changes and its history', async () => {
    const { utilisateurId } = await createPerson(app.db, { departements: null });
    const moderator = await app.visitor(utilisateurId);
    const { id: revisionId } = await app.db
      .selectFrom('revision')
      .select('id')
      .where('lieu_id', '=', id)
      .executeTakeFirstOrThrow();
    const page = await (await moderator.get(reviewPath({ lieu_id: id, id: revisionId }))).text();
    expect(textOf(page)).toContain(`Lieu ${id}`);
    const history = links(page).find((href) => href.startsWith('/moderation/lieux/')) ?? '';
    expect((await moderator.get(history)).status).toBe(200);
  });

  test('a moderator opens the page of a pair that it is of, and from the list its fiche', async () => {
    const other = await createLieu(app.db);
    const [lieu_id = '', autre_id = ''] = [id, other.lieuId].sort();
    await app.db.insertInto('doublon').values({ lieu_id, autre_id, score: 60, raisons: [], trouve_le: NOW }).execute();
    const moderator = await app.visitor((await createPerson(app.db, { departements: null })).utilisateurId);
    expect((await moderator.get(pairePath({ lieu_id, autre_id }))).status).toBe(200);
    const list = links(await (await moderator.get('/moderation/doublons')).text());
    const fiche = list.find((href) => href.endsWith(`/${lieuSegment(id)}`)) ?? '/nulle-part';
    // Its public page, or its history where it has none.
    expect([200, 301]).toContain((await moderator.get(fiche)).status);
    await app.db.deleteFrom('doublon').execute();
  });

  async function pathInEspace(): Promise<string> {
    const member = await app.visitor(agenda.utilisateurId);
    const found = links(await (await member.get('/espace')).text()).filter((href) => href.startsWith('/espace/lieux/'));
    expect(found).toHaveLength(1);
    return found[0] ?? '';
  }
});

test('an address that ends in .data is a lieu where there is one, else the data of a page', async () => {
  await createAgenda(app.db, { lieuId: 'seul.data' });
  await createAgenda(app.db, { lieuId: 'deux' });
  await createAgenda(app.db, { lieuId: 'deux.data' });
  const visitor = await app.visitor();
  const of = async (path: string, accept: string) => {
    const answer = await visitor.get(path, { accept });
    return [answer.status, answer.headers.get('location')];
  };
  expect(await of('/lieux/seul.data', '*/*')).toEqual([301, '/lieux/~c2V1bC5kYXRh']);
  expect(await of('/lieux/deux.data', 'text/html')).toEqual([301, '/lieux/~ZGV1eC5kYXRh']);
  // Remix’s redirect to the address with its slug, as data.
  expect(await of('/lieux/deux.data', '*/*')).toEqual([202, '/lieux/deux/mediatheque']);
  expect((await of('/lieux/personne.data', '*/*'))[0]).toBe(404);
});

function key(): string {
  return randomBytes(18).toString('base64url');
}

/** Where redirections end, with the page that is there. */
async function follow(visitor: Visitor, from: string): Promise<{ path: string; page: string; hops: number }> {
  let path = from;
  for (let hops = 0; hops < 5; hops++) {
    const answer = await visitor.get(path, { accept: 'text/html' });
    if (answer.status === 200) return { path, page: await answer.text(), hops };
    expect([path, answer.status]).toEqual([path, 301]);
    path = answer.headers.get('location') ?? '';
  }
  throw new Error(`too many redirections from ${from}`);
}

function links(page: string): string[] {
  return [...page.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href = '']) => textOf(href));
}

function textOf(html: string): string {
  return html.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity] ?? entity);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
};
