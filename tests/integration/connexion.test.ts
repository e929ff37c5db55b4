import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { listCourriels } from '#db/courriels.ts';
import { type HttpApp, startHttp, Visitor } from '#tests/support/http.ts';
import { createLieu, createPerson } from './revisions.factory.ts';

const MINUTE = 60_000;
let app: HttpApp;
/** The same behind https: what its cookies and headers become. */
let https: HttpApp;

beforeAll(async () => {
  [app, https] = await Promise.all([startHttp(), startHttp({ PUBLIC_URL: 'https://lieux.exemple.fr' })]);
});

afterAll(() => Promise.all([app?.close(), https?.close()]));

afterEach(() => app.forgetLimits());

test('a known and an unknown address get the same answer, and each gets a mail', async () => {
  const { utilisateurId } = await createPerson(app.db);
  const known = await ask(await app.visitor(), `${utilisateurId}@exemple.fr`);
  const unknown = await ask(await app.visitor(), 'personne@exemple.fr');
  expect(known.status).toBe(302);
  expect(await comparable(unknown)).toEqual(await comparable(known));
  const again = await app.visitor();
  const pages = [await again.get('/connexion/envoi'), await again.get('/connexion/envoi')];
  const [first, second] = await Promise.all(pages.map(comparable));
  expect(second).toEqual(first);
  const mails = await listCourriels(app.db, { limit: 2 });
  expect(mails.map(({ a }) => a).sort()).toEqual([`${utilisateurId}@exemple.fr`, 'personne@exemple.fr'].sort());
  // No account is made before someone has read the mail.
  expect(await app.db.selectFrom('utilisateur').where('courriel', '=', 'personne@exemple.fr').execute()).toEqual([]);
});

test('only the SHA-256 of a link is kept, and of a session', async () => {
  const visitor = await app.visitor();
  const token = await linkFor(visitor, 'empreinte@exemple.fr');
  const [kept] = await app.db
    .selectFrom('lien_connexion')
    .selectAll()
    .where('courriel', '=', 'empreinte@exemple.fr')
    .execute();
  expect(kept?.empreinte).toEqual(createHash('sha256').update(token).digest());
  expect(JSON.stringify(kept)).not.toContain(token);
  await visitor.post(`/connexion/lien/${token}`);
  const session = visitor.cookies().get('session') ?? '';
  expect(session).not.toBe('');
  const sessions = await app.db.selectFrom('session').select('id').execute();
  expect(sessions.map(({ id }) => id)).toContain(createHash('sha256').update(session).digest('hex'));
  expect(sessions.map(({ id }) => id)).not.toContain(session);
});

test('opening a link shows a button and uses nothing up, as often as scanners like; the button works once', async () => {
  const visitor = await app.visitor();
  const token = await linkFor(visitor, 'bouton@exemple.fr');
  const scanner = await app.visitor();
  for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS']) {
    const looked = await scanner.request(method, `/connexion/lien/${token}`);
    expect(looked.status).toBe(method === 'OPTIONS' ? 204 : 200);
    expect(looked.headers.getSetCookie()).toEqual([]);
    if (method !== 'OPTIONS') expect(looked.headers.get('cache-control')).toBe('private, no-store');
    if (method === 'GET') expect(await looked.text()).toContain('Me connecter');
  }
  expect((await scanner.get(`/connexion/lien/${token}.data`)).status).toBe(200);
  const entered = await visitor.post(`/connexion/lien/${token}`);
  expect([entered.status, entered.headers.get('location')]).toEqual([302, '/espace']);
  expect((await visitor.get('/espace')).status).toBe(200);
  const late = await scanner.post(`/connexion/lien/${token}`);
  expect(late.status).toBe(410);
  expect(late.headers.getSetCookie()).toEqual([]);
  expect(await late.text()).toContain('Ce lien ne sert plus');
  expect((await scanner.get(`/connexion/lien/${token}`)).status).toBe(410);
});

test('of twenty presses at once exactly one opens a session', async () => {
  const token = await linkFor(await app.visitor(), 'vingt@exemple.fr');
  const visitors = await Promise.all(Array.from({ length: 20 }, () => app.visitor()));
  const answers = await Promise.all(visitors.map((visitor) => visitor.post(`/connexion/lien/${token}`)));
  expect(answers.map(({ status }) => status).sort()).toEqual([302, ...Array.from({ length: 19 }, () => 410)]);
  expect(visitors.filter((visitor) => visitor.cookies().size > 0)).toHaveLength(1);
  const sessions = await app.db
    .selectFrom('session')
    .innerJoin('utilisateur', 'utilisateur.id', 'session.user_id')
    .where('courriel', '=', 'vingt@exemple.fr')
    .select('session.id')
    .execute();
  expect(sessions).toHaveLength(1);
});

test('a link lasts fifteen minutes', async () => {
  const visitor = await app.visitor();
  const token = await linkFor(visitor, 'quinze@exemple.fr');
  app.clock.now = new Date(app.clock.now.getTime() + 15 * MINUTE - 1_000);
  expect((await visitor.get(`/connexion/lien/${token}`)).status).toBe(200);
  app.clock.now = new Date(app.clock.now.getTime() + 1_000);
  expect((await visitor.get(`/connexion/lien/${token}`)).status).toBe(410);
  expect((await visitor.post(`/connexion/lien/${token}`)).status).toBe(410);
  expect(visitor.cookies().size).toBe(0);
});

test('links are limited by recipient, whatever the case of the address, and say when to come back', async () => {
  const answers: Response[] = [];
  for (const courriel of [
    'a@exemple.fr',
    'A@exemple.fr',
    'a@Exemple.fr',
    ' a@exemple.fr',
    'a@exemple.fr ',
    'a@exemple.fr',
  ]) {
    answers.push(await ask(await app.visitor(), courriel));
  }
  expect(answers.map(({ status }) => status)).toEqual([302, 302, 302, 302, 302, 429]);
  const wait = Number(answers.at(-1)?.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(15 * 60);
  // The page again, with what was typed.
  const page = (await answers.at(-1)?.text()) ?? '';
  expect(page).toMatch(/Trop d’essais à la suite\. Réessayez dans \d+ minutes\. Ce que vous avez écrit reste/);
  expect(page).toMatch(/<input[^>]*value="a@exemple\.fr"/);
  expect((await ask(await app.visitor(), 'b@exemple.fr')).status).toBe(302);
  const keys = await app.db.selectFrom('limite').select('key').execute();
  expect(keys.filter(({ key }) => /exemple|127\.0/.test(key))).toEqual([]);
});

test('a class of thirty on one network signs in, mistakes included; beyond reason a network is limited, and so are guesses', async () => {
  const ask30 = (n: number) =>
    ask(new Visitor(app.origin, app.origin), n % 3 === 0 ? 'faute de frappe' : `n${n}@exemple.fr`);
  const statuses: number[] = [];
  for (let n = 0; n < 90; n++) statuses.push((await ask30(n)).status);
  expect(new Set(statuses)).toEqual(new Set([302, 422]));
  for (let n = 0; n < 91; n++) statuses.push((await ask(await app.visitor(), `m${n}@exemple.fr`)).status);
  expect(statuses.slice(90, 180)).toEqual(Array.from({ length: 90 }, () => 302));
  expect(statuses[180]).toBe(429);
  const guesser = await app.visitor();
  const guesses: Response[] = [];
  for (let n = 0; n < 301; n++) guesses.push(await guesser.get(`/connexion/lien/invente${n}`));
  expect(guesses.slice(0, 300).every(({ status }) => status === 410)).toBe(true);
  expect(guesses[300]?.status).toBe(429);
  expect(Number(guesses[300]?.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('an address that is none is given back as it was typed', async () => {
  const response = await ask(await app.visitor(), 'prenom.nom arobase <mairie>');
  expect(response.status).toBe(422);
  const page = await response.text();
  expect(page).toContain('prenom.nom arobase &lt;mairie&gt;');
  expect(page).toContain('ne ressemble pas à un courriel');
});

test('signing out ends this session, everywhere ends all of them; stolen cookies open nothing afterwards', async () => {
  const { utilisateurId } = await createPerson(app.db);
  const [phone, laptop, lost] = await Promise.all([1, 2, 3].map(() => app.visitor(utilisateurId)));
  if (!phone || !laptop || !lost) throw new Error('three devices');
  const stolen = phone.cookies();
  const out = await phone.post('/deconnexion');
  expect([out.status, out.headers.get('location')]).toEqual([302, '/']);
  expect(phone.cookies().size).toBe(0);
  expect((await laptop.get('/espace')).status).toBe(200);
  const thief = await app.visitor();
  thief.keep(`session=${stolen.get('session')}`);
  const refused = await thief.get('/espace');
  expect([refused.status, refused.headers.get('location')]).toEqual([302, '/connexion?vers=%2Fespace']);
  expect(thief.cookies().size).toBe(0);
  await laptop.post('/deconnexion', { partout: 'oui' });
  expect((await lost.get('/espace')).status).toBe(302);
  expect(await app.db.selectFrom('session').where('user_id', '=', utilisateurId).select('id').execute()).toEqual([]);
});

test('a form that is sent after its session has ended is given back whole, and goes through once the person is back', async () => {
  const { lieuId, auteurId } = await createLieu(app.db);
  const [former, back] = [await app.visitor(auteurId), await app.visitor(auteurId)];
  const address = `/espace/lieux/${encodeURIComponent(lieuId)}/presentation`;
  const typed = new URLSearchParams([
    ['presentation_resume', 'Bienvenue « à tous » & <à toutes>'],
    ['presentation_detail', 'un\r\ndeux'],
    ['intent', 'enregistrer'],
    ['intent', 'deux fois'],
  ]);
  await app.db
    .updateTable('session')
    .set({ expires_at: new Date(0) })
    .where('user_id', '=', auteurId)
    .execute();
  const refused = await former.post(address, typed);
  expect(refused.status).toBe(401);
  expect(refused.headers.get('cache-control')).toContain('no-store');
  const page = await refused.text();
  expect(page).toContain('Votre session est terminée');
  expect(/<form method="post" action="([^"]*)"/.exec(page)?.[1]).toBe(address);
  const inputs = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  const kept = inputs.map(([, name = '', value = '']) => [name, decodeHtml(value)]);
  expect(kept).toEqual([...typed]);
  // The person signs in again in another tab; this page sends what it kept.
  back.keep(await app.services.auth.open(auteurId));
  const form = new URLSearchParams(kept.map(([name = '', value = '']): [string, string] => [name, value]));
  expect((await back.post(address, form)).status).toBe(302);
  const saved = await app.db
    .selectFrom('lieu')
    .select('presentation_resume')
    .where('id', '=', lieuId)
    .executeTakeFirst();
  expect(saved?.presentation_resume).toBe('Bienvenue « à tous » & <à toutes>');
});

test('a form from another site is given back by nobody, and a script is told that it still has what was typed', async () => {
  const nobody = await app.visitor();
  const foreign = { origin: 'https://ailleurs.exemple' };
  expect((await nobody.post('/espace/lieux/x/presentation', { a: 'b' }, foreign)).status).toBe(403);
  expect((await nobody.post('/connexion/reprise?vers=//ailleurs.exemple', { a: 'b' }, foreign)).status).toBe(403);
  const own = await (await nobody.post('/connexion/reprise?vers=//ailleurs.exemple', { a: 'b' })).text();
  expect(own).toContain('<form method="post" action="/espace"');
  const script = await nobody.post('/espace/lieux/x/presentation.data', { a: 'b' });
  expect([script.status, script.headers.get('content-type')]).toEqual([401, 'text/x-script']);
});

test('reading /deconnexion signs nobody out', async () => {
  const { utilisateurId } = await createPerson(app.db);
  const visitor = await app.visitor(utilisateurId);
  await visitor.get('/deconnexion');
  expect((await visitor.get('/espace')).status).toBe(200);
});

test('a session that someone else chose is not taken up, and the former one ends', async () => {
  const { utilisateurId } = await createPerson(app.db);
  const visitor = await app.visitor();
  visitor.keep('session=choisie-par-un-autre');
  const token = await linkFor(visitor, 'fixation@exemple.fr');
  await visitor.post(`/connexion/lien/${token}`);
  expect(visitor.cookies().get('session')).toMatch(/^[a-z0-9]{40}$/);
  const shared = await app.visitor(utilisateurId);
  const former = shared.cookies().get('session');
  await shared.post(`/connexion/lien/${await linkFor(await app.visitor(), 'apres@exemple.fr')}`);
  expect(shared.cookies().get('session')).not.toBe(former);
  const left = await app.visitor();
  left.keep(`session=${former}`);
  expect((await left.get('/espace')).status).toBe(302);
});

test('cookies: HttpOnly, Lax and for the whole site; under https Secure with the __Host- prefix, and no Domain', async () => {
  const plain = await setCookieOf(app, 'clair@exemple.fr');
  expect(plain.split('=')[0]).toBe('session');
  const secure = await setCookieOf(https, 'sur@exemple.fr');
  expect(secure.split('=')[0]).toBe('__Host-session');
  expect(secure).toMatch(/; Secure/);
  for (const cookie of [plain, secure]) {
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/i);
    expect(cookie).toMatch(/; Path=\/(;|$)/);
    expect(cookie).not.toMatch(/Domain/i);
  }
});

test.each([
  ['/espace/lieux/a%2Fb?x=1', '/espace/lieux/a%2Fb?x=1'],
  ['https://ailleurs.exemple/', '/espace'],
  ['//ailleurs.exemple/', '/espace'],
  ['/\\ailleurs.exemple', '/espace'],
  ['\\\\ailleurs.exemple', '/espace'],
  ['/\t/ailleurs.exemple', '/espace'],
  ['/\r\nSet-Cookie: session=vole', '/espace'],
  ['javascript:alert(1)', '/espace'],
  ['espace', '/espace'],
])('after signing in, %j leads to %s', async (vers, expected) => {
  const visitor = await app.visitor();
  const page = await (await visitor.get(`/connexion?${new URLSearchParams({ vers })}`)).text();
  expect(page.includes('ailleurs.exemple') && /name="vers"/.test(page)).toBe(false);
  const courriel = `vers-${createHash('sha256').update(vers).digest('hex').slice(0, 8)}@exemple.fr`;
  const token = await linkFor(visitor, courriel, { vers });
  const entered = await visitor.post(`/connexion/lien/${token}`);
  expect(entered.headers.get('location')).toBe(expected);
  // Already signed in, the page sends on at once: by the same rule.
  const again = await visitor.get(`/connexion?${new URLSearchParams({ vers })}`);
  expect(again.headers.get('location')).toBe(expected);
});

test('a way back that is longer than any address of ours is forgotten', async () => {
  const visitor = await app.visitor();
  const token = await linkFor(visitor, 'long@exemple.fr', { vers: `/${'x'.repeat(3_000)}` });
  expect((await visitor.post(`/connexion/lien/${token}`)).headers.get('location')).toBe('/espace');
});

function decodeHtml(text: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" };
  return text.replace(/&(amp|lt|gt|quot|#x27);/g, (_, name: string) => entities[name] ?? '');
}

function ask(visitor: Visitor, courriel: string, others: Record<string, string> = {}): Promise<Response> {
  return visitor.post('/connexion', { courriel, ...others });
}

/** Asks for a link and reads it in the outbox. */
async function linkFor(visitor: Visitor, courriel: string, others: Record<string, string> = {}, site = app) {
  expect((await ask(visitor, courriel, others)).status).toBe(302);
  const mail = (await listCourriels(site.db, { limit: 20 })).find(({ a }) => a === courriel);
  const token = /\/connexion\/lien\/([\w-]{43})\s/.exec(mail?.texte ?? '')?.[1];
  if (token === undefined) throw new Error(`No link for ${courriel}`);
  return token;
}

async function setCookieOf(site: HttpApp, courriel: string): Promise<string> {
  const visitor = await site.visitor();
  const entered = await visitor.post(`/connexion/lien/${await linkFor(visitor, courriel, {}, site)}`);
  return entered.headers.getSetCookie()[0] ?? '';
}

/** An answer without what is drawn for each: nonce, request id, date. */
async function comparable(response: Response) {
  const headers = Object.fromEntries(
    [...response.headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
  );
  const strip = (text: string) => text.replace(/nonce[-=]["']?[\w+/=]+/g, 'nonce');
  return {
    status: response.status,
    headers: JSON.parse(strip(JSON.stringify(headers))),
    body: strip(await response.text()),
  };
}
