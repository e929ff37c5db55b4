import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { composeCourriel } from '#app/courriels/compose.ts';
import { createLog } from '#app/http/log.server.ts';
import { createMailer, sendDueCourriels } from '#app/jobs/courriels.server.ts';
import { type CourrielAEnvoyer, cleDeConnexion, enqueueCourriel } from '#db/courriels.ts';
import { insertLienConnexion } from '#db/utilisateurs.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { type SmtpBehaviour, type SmtpDouble, startSmtp } from '#tests/support/smtp.ts';

const FROM = 'Lieu à jour <ne-pas-repondre@lieux.exemple.fr>';
const MINUTE = 60_000;
const START = new Date('2026-06-01T08:00:00Z');

let database: TestDatabase;
let now: Date;
const servers: SmtpDouble[] = [];

beforeAll(async () => {
  database = await createTestDatabase({ max: 20 });
});

beforeEach(async () => {
  now = START;
  await database.db.deleteFrom('courriel').execute();
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

afterAll(() => database.drop());

test('forty mails and four runners: each mail leaves once', async () => {
  const smtp = await listen({ delayMs: 5 });
  for (let n = 0; n < 40; n++) await enqueue({ a: `p${n}@exemple.fr` });
  const counts = await Promise.all([1, 2, 3, 4].map(() => run(smtp.url)));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40);
  expect(new Set(smtp.mails.map(({ to }) => to.join())).size).toBe(40);
  expect(smtp.mails).toHaveLength(40);
  expect(await run(smtp.url)).toBe(0);
});

test('one runner sends them in the order in which they were written', async () => {
  const smtp = await listen();
  for (let n = 0; n < 10; n++) await enqueue({ a: `p${n}@exemple.fr` });
  await run(smtp.url);
  expect(smtp.mails.map(({ to }) => to[0])).toEqual(Array.from({ length: 10 }, (_, n) => `p${n}@exemple.fr`));
});

test('the same key twice is one mail; what is rolled back never leaves', async () => {
  const smtp = await listen();
  await enqueue({ cle: 'rappel-1' });
  await enqueue({ cle: 'rappel-1' });
  await database.db
    .transaction()
    .execute(async (trx) => {
      await enqueueCourriel(trx, { ...mail({ a: 'jamais@exemple.fr' }), now });
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  await run(smtp.url);
  expect(smtp.mails.map(({ to }) => to)).toEqual([['personne@exemple.fr']]);
});

test('a runner that dies with a mail in hand gives it back', async () => {
  const smtp = await listen();
  await enqueue();
  const gone = database.db.transaction().execute(async (trx) => {
    await trx.selectFrom('courriel').select('id').forUpdate().execute();
    expect(await run(smtp.url)).toBe(0);
    throw new Error('died');
  });
  await expect(gone).rejects.toThrow('died');
  expect(await run(smtp.url)).toBe(1);
  expect(smtp.mails).toHaveLength(1);
});

test('refused for now (4xx), or with nobody at the other end: tried again later and later, then it leaves', async () => {
  let busy = true;
  const smtp = await listen({ onRecipient: () => (busy ? 451 : null) });
  await enqueue();
  await run(smtp.url);
  expect(await state()).toMatchObject({ essais: 1, envoye_le: null, abandonne_le: null });
  expect(await run(smtp.url)).toBe(0);
  now = new Date(START.getTime() + MINUTE);
  await run('smtp://127.0.0.1:1');
  expect(await state()).toMatchObject({ essais: 2, prochain_essai_le: new Date(START.getTime() + 6 * MINUTE) });
  busy = false;
  now = new Date(START.getTime() + 6 * MINUTE);
  await run(smtp.url);
  expect(await state()).toMatchObject({ envoye_le: now, erreur: null });
  expect(smtp.mails).toHaveLength(1);
});

test('refused for good (5xx): given up at once, with the reason, without the address', async () => {
  const smtp = await listen({ onRecipient: () => 550 });
  await enqueue();
  await run(smtp.url);
  const row = await state();
  expect(row).toMatchObject({ essais: 1, envoye_le: null, abandonne_le: START });
  expect(row.erreur).toContain('550');
  expect(row.erreur).not.toContain('@');
  now = new Date(START.getTime() + 10 * 24 * 60 * MINUTE);
  expect(await run(smtp.url)).toBe(0);
});

test('a content that is refused for good is given up too', async () => {
  const smtp = await listen({ onContent: () => 554 });
  await enqueue();
  await run(smtp.url);
  expect(await state()).toMatchObject({ abandonne_le: START });
});

test('a wrong password is a setting to mend: no mail is lost for it', async () => {
  let right = false;
  const smtp = await listen({ onLogin: () => right });
  await enqueue();
  await run(smtp.url);
  const row = await state();
  expect(row).toMatchObject({ essais: 1, abandonne_le: null });
  expect(row.erreur).not.toContain('secret');
  right = true;
  now = new Date(START.getTime() + MINUTE);
  await run(smtp.url);
  expect(smtp.mails).toHaveLength(1);
});

test('eight refusals in nearly two days, then it is given up', async () => {
  const smtp = await listen({ onRecipient: () => 451 });
  await enqueue();
  let tries = 0;
  for (; (await state()).abandonne_le === null && tries < 20; tries++) {
    now = (await state()).prochain_essai_le;
    await run(smtp.url);
  }
  expect(tries).toBe(8);
  expect((now.getTime() - START.getTime()) / (60 * MINUTE)).toBeCloseTo(41.35, 1);
});

test('one mail that is refused does not hold up the next', async () => {
  const smtp = await listen({ onRecipient: (address) => (address.startsWith('plein') ? 452 : null) });
  await enqueue({ a: 'plein@exemple.fr' });
  await enqueue({ a: 'libre@exemple.fr' });
  await run(smtp.url);
  expect(smtp.mails.map(({ to }) => to)).toEqual([['libre@exemple.fr']]);
});

test.each([
  'a@exemple.fr, b@exemple.fr',
  'a@exemple.fr; b@exemple.fr',
  'a@exemple.fr\r\nBcc: b@exemple.fr',
  'a@exemple.fr\nRCPT TO:<b@exemple.fr>',
  '"a" <a@exemple.fr>',
  'groupe: a@exemple.fr;',
  'a@exemple.fr b@exemple.fr',
  'a@b@exemple.fr',
  '',
])('%j is not one address: nothing leaves', async (a) => {
  const smtp = await listen();
  await enqueue({ a });
  await run(smtp.url);
  expect(smtp.mails).toEqual([]);
  expect(await state()).toMatchObject({ abandonne_le: START });
});

test('line breaks in a subject or a file name make no header', async () => {
  const smtp = await listen();
  const objet = 'Votre lieu\r\nBcc: b@exemple.fr\r\n\r\nCorps';
  const pieces = [{ nom: 'a.ics"\r\nX-Nom: oui', type: 'text/calendar\r\nX-Type: oui', contenu: 'BEGIN:VCALENDAR' }];
  await enqueue({ objet, pieces });
  await enqueue({ ...composeCourriel({ objet, paragraphs: [] }) });
  await run(smtp.url);
  expect(smtp.mails.map(({ to }) => to)).toEqual([['personne@exemple.fr'], ['personne@exemple.fr']]);
  for (const { source } of smtp.mails) {
    const headers = source.replace(/\r\n[ \t]+/g, ' ').split(/\r\n/);
    expect(headers.filter((line) => /^(bcc|x-nom|x-type):/i.test(line))).toEqual([]);
  }
});

test('a mail has a text and an HTML part, its files, and says that a machine wrote it', async () => {
  const smtp = await listen();
  const composed = composeCourriel({
    objet: 'Confirmé : mardi 9 h 30, médiathèque « L’Été »',
    paragraphs: ['Bonjour <b>vous</b> & les autres'],
    action: { label: 'Voir', url: 'https://lieux.exemple.fr/rendez-vous/x?a=1&b=2' },
  });
  await enqueue({
    ...composed,
    pieces: [{ nom: 'rendez-vous.ics', type: 'text/calendar', contenu: 'BEGIN:VCALENDAR' }],
  });
  await run(smtp.url);
  const [taken] = smtp.mails;
  const source = taken?.source ?? '';
  expect(taken?.from).toBe('ne-pas-repondre@lieux.exemple.fr');
  expect(source).toMatch(/^Auto-Submitted: auto-generated/im);
  expect(source).toMatch(/^Message-ID: <courriel-\d+@lieux\.exemple\.fr>/im);
  expect(source).toMatch(/^Content-Type: multipart\/alternative/im);
  expect(source).toMatch(/^Content-Type: text\/plain; charset=utf-8/im);
  expect(source).toMatch(/^Content-Type: text\/html; charset=utf-8/im);
  expect(source).toMatch(/filename=rendez-vous\.ics/);
  expect(source).toContain(Buffer.from('BEGIN:VCALENDAR').toString('base64'));
  expect(composed.html).toContain('&#60;b&#62;vous&#60;/b&#62; &#38; les autres');
  expect(composed.html).not.toContain('<b>');
});

test('what has left is forgotten but for the fact; without SMTP it stays in the development mailbox', async () => {
  const smtp = await listen();
  await enqueue({ texte: 'https://lieux.exemple.fr/connexion/lien/jeton' });
  await run(smtp.url);
  expect(await state()).toMatchObject({ texte: '', html: '', a: 'personne@exemple.fr', envoye_le: START });
  await database.db.deleteFrom('courriel').execute();
  await enqueue({ texte: 'à lire ici' });
  await run(undefined);
  expect(await state()).toMatchObject({ texte: 'à lire ici', envoye_le: START });
});

test('what is given up is forgotten too: it may hold a private link', async () => {
  const smtp = await listen({ onRecipient: () => 550 });
  await enqueue({
    texte: 'https://lieux.exemple.fr/rendez-vous/jeton',
    pieces: [{ nom: 'a', type: 'b', contenu: 'c' }],
  });
  await run(smtp.url);
  expect(await state()).toMatchObject({
    texte: '',
    html: '',
    pieces: [],
    abandonne_le: START,
    a: 'personne@exemple.fr',
  });
});

const EMPREINTE = Buffer.alloc(32, 7);

async function enqueueSignIn(): Promise<void> {
  const lien = { empreinte: EMPREINTE, courriel: 'personne@exemple.fr', vers: null };
  await database.db.deleteFrom('lien_connexion').execute();
  await insertLienConnexion(database.db, { ...lien, cree_le: now, expire_le: new Date(now.getTime() + 15 * MINUTE) });
  const action = { label: 'Me connecter', url: 'http://localhost:3000/connexion/lien/je-ton_1' };
  const composed = composeCourriel({ objet: 'Votre lien', paragraphs: ['Voici.'], action });
  await enqueue({ ...composed, cle: cleDeConnexion(EMPREINTE) });
}

test('a sign-in link whose mail cannot leave in time is never sent, and the table forgets it', async () => {
  await enqueueSignIn();
  const slow = await listen({ onRecipient: () => 451 });
  await run(slow.url);
  expect((await state()).texte).toContain('je-ton_1');
  now = new Date(START.getTime() + 16 * MINUTE);
  const smtp = await listen();
  await run(smtp.url);
  expect(smtp.mails).toEqual([]);
  expect(await state()).toMatchObject({ envoye_le: null, abandonne_le: now });
  expect(JSON.stringify(await state())).not.toContain('je-ton');
});

test.each([
  ['expired', () => (now = new Date(START.getTime() + 16 * MINUTE))],
  ['used', () => database.db.updateTable('lien_connexion').set({ consomme_le: now }).execute()],
])('in the development mailbox a link that is %s leads to the sign-in page; one that opens stays', async (_, end) => {
  await enqueueSignIn();
  await run(undefined);
  expect((await state()).html).toContain('/connexion/lien/je-ton_1');
  expect((await state()).texte).toContain('/connexion/lien/je-ton_1');
  await end();
  await run(undefined);
  const { texte, html, abandonne_le, envoye_le } = await state();
  expect({ abandonne_le, envoye_le }).toEqual({ abandonne_le: null, envoye_le: START });
  for (const text of [texte, html]) expect(text).toContain('http://localhost:3000/connexion');
  expect(texte + html).not.toContain('je-ton');
});

async function listen(behaviour: SmtpBehaviour = {}): Promise<SmtpDouble> {
  const server = await startSmtp(behaviour);
  servers.push(server);
  return server;
}

function mail(values: Partial<CourrielAEnvoyer> = {}): CourrielAEnvoyer {
  return { a: 'personne@exemple.fr', objet: 'Bonjour', texte: 'Bonjour', html: '<p>Bonjour</p>', ...values };
}

function enqueue(values: Partial<CourrielAEnvoyer> = {}): Promise<void> {
  return enqueueCourriel(database.db, { ...mail(values), now });
}

async function run(smtpUrl: string | undefined): Promise<number> {
  const mailer = createMailer({ smtpUrl, from: FROM });
  const sent = await sendDueCourriels(database.db, { mailer, now: () => now, log: createLog('silent') });
  mailer.close();
  return sent;
}

function state() {
  return database.db.selectFrom('courriel').selectAll().executeTakeFirstOrThrow();
}
