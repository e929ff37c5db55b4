import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '#app/http/log.server.ts';
import { listCourriels } from '#db/courriels.ts';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { createAgenda, wish } from './rendez-vous.factory.ts';
import { createLieu, NOW } from './revisions.factory.ts';

/** Values of the kinds that a log must never hold, planted wherever people write. */
const NAME = 'Zéphyrine Quatremère';
const MAIL = 'zephyrine.quatremere@plantee.exemple';
const PHONE = '0612345678';
const SEARCH = 'rue-plantee-dans-la-recherche';
const MESSAGE = 'message planté par une personne';

let app: HttpApp;

beforeAll(async () => {
  app = await startHttp({}, NOW);
});

afterAll(() => app?.close());

test('a whole walk, its refusals and its failures included, leaves no query, token, address, number or name in the log', async () => {
  const { lieuId, auteurId } = await createLieu(app.db, { date_maj: '2026-01-02' });
  const agenda = await createAgenda(app.db);
  const secrets = [NAME, MAIL, PHONE, SEARCH, MESSAGE, encodeURIComponent(NAME), encodeURIComponent(MAIL)];

  // Signing in, with a wrong address, a guess and a link.
  const visitor = await app.visitor();
  await visitor.get(`/connexion?vers=/espace?${SEARCH}=1`);
  await visitor.post('/connexion', { courriel: `${MAIL} ${PHONE}` });
  await visitor.post('/connexion', { courriel: MAIL });
  const token = /lien\/([\w-]{43})/.exec((await listCourriels(app.db, { limit: 1 }))[0]?.texte ?? '')?.[1] ?? '';
  expect(token).not.toBe('');
  await visitor.get(`/connexion/lien/${token}`);
  await visitor.post(`/connexion/lien/${token}.data`);
  await visitor.post(`/connexion/lien/${token}`);
  await visitor.post(`/connexion/lien/${token}`, {}, { origin: 'null' });
  await visitor.request('PUT', `/connexion/lien/${token}`);
  secrets.push(token, ...visitor.cookies().values());
  await visitor.get(`/espace/lieux/${SEARCH}`);
  await visitor.post('/deconnexion');

  // Searching, reporting, booking, editing.
  await visitor.get(`/carte?q=${SEARCH}&lat=48.85&lon=2.35`);
  await visitor.get(`/${SEARCH}/%E0%A4%A`);
  await visitor.get(`/lieux/${SEARCH}`);
  await visitor.post(`/lieux/${SEARCH}`, { q: MAIL });
  const report = { motif: 'autre', message: MESSAGE, courriel: MAIL, cle: randomBytes(18).toString('base64url') };
  const reported = await visitor.post(`/signaler?lieu=${encodeURIComponent(lieuId)}`, report);
  const numero = reported.headers.get('location')?.split(/[/?]/)[2] ?? '';
  expect(numero).toMatch(/^\w{10}$/);
  await visitor.get(`/signalements/${numero}`);
  secrets.push(numero);
  const { prestationId, lieuId: booked } = agenda;
  const debut = '2026-06-02T07:00:00.000Z';
  const slot = { lieu: booked, prestation: String(prestationId), debut };
  const form = { ...slot, modalite: 'sur_place', nom: NAME, courriel: MAIL, note: MESSAGE, cle: report.cle };
  const address = `/rendez-vous/prendre?${new URLSearchParams(slot)}`;
  const done = await visitor.post(address, form);
  const jeton = done.headers.get('location')?.split(/[/?]/)[2] ?? '';
  expect(jeton.length).toBeGreaterThan(20);
  secrets.push(jeton, report.cle);
  await visitor.get(`/rendez-vous/${jeton}`);
  await visitor.get(`/rendez-vous/${wish(agenda, NOW).jeton}`);
  const author = await app.visitor(auteurId);
  await author.post(`/espace/lieux/${encodeURIComponent(lieuId)}/presentation`, { presentation_resume: MESSAGE });
  await author.post(`/espace/lieux/${encodeURIComponent(lieuId)}/coordonnees`, { telephone: PHONE, courriels: MAIL });

  // What PostgreSQL refuses: its message quotes the value, its detail holds the row.
  for (const table of ['signalement', 'lien_connexion']) {
    const refusal = sql`ALTER TABLE ${sql.table(table)} ADD CONSTRAINT refus_des_essais CHECK (cree_le < '2000-01-01') NOT VALID`;
    await refusal.execute(app.db);
  }
  const failed = await visitor.post(`/signaler?lieu=${encodeURIComponent(lieuId)}`, {
    ...report,
    cle: `${report.cle}x`,
  });
  expect(failed.status).toBe(500);
  expect((await visitor.post('/connexion', { courriel: MAIL })).status).toBe(500);

  // The line of a request is written when its answer has left.
  await expect.poll(() => app.logs().split('"statut":500').length).toBe(3);
  const logs = app.logs();
  expect(logs).toContain('"route":"/connexion/lien/:jeton"');
  expect(logs).toContain('refus_des_essais');
  for (const secret of secrets) expect([secret, logs.includes(secret)]).toEqual([secret, false]);
  expect(logs).not.toMatch(/[?&][a-z]+=/);
  expect(logs).not.toContain('127.0.0.1');
});

test('an error is logged with its kind, place and code, without what it carries', async () => {
  const refused = await failure(sql`SELECT ${MAIL}::bigint`);
  const duplicate = await failure(sql`INSERT INTO utilisateur (id, courriel) VALUES ('a', ${MAIL}), ('b', ${MAIL})`);
  const { stream, lines } = collect();
  const log = createLog('info', stream);
  log.error({ err: refused }, 'erreur');
  log.error({ err: duplicate }, 'erreur');
  log.error(
    { err: new Error('haut', { cause: new TypeError(`Invalid URL: https://x.exemple/lien/${SEARCH}`) }) },
    'erreur',
  );
  log.error({ err: Object.assign(new Error('refusé'), { input: SEARCH, response: `550 ${MAIL}` }) }, 'erreur');
  log.warn(`Le message à ${MAIL} n’est pas parti, rappelez le ${PHONE} ou le +33 6 12 34 56 78.`);
  log.error({ tache: `Failed task with 'No route matches URL "/rendez-vous/${SEARCH}"'` }, 'tache');
  const [first, second, third] = lines();
  expect(first.err).toMatchObject({ code: '22P02', message: 'invalid input syntax for type bigint: "…"' });
  expect(second.err).toMatchObject({ code: '23505', constraint: 'utilisateur_courriel_key', table: 'utilisateur' });
  expect(third.err.cause.type).toBe('TypeError');
  expect(first.err.stack).toMatch(/\n\s+at .*\.(js|ts)/);
  const text = JSON.stringify(lines());
  for (const secret of [MAIL, PHONE, SEARCH, '6 12 34'])
    expect([secret, text.includes(secret)]).toEqual([secret, false]);
  expect(text).not.toContain('"detail"');
});

test('what helps to find a fault stays in the log', () => {
  const { stream, lines } = collect();
  createLog('info', stream).info(
    { id: 'd87d9731-56c8-4036-9bd6-2a609a67a1a2', route: '/lieux/:id', ms: 1234567890 },
    'connect ECONNREFUSED 127.0.0.1:5432, base placée dans /var/lib/lieu-a-jour, PostgreSQL 18.4, le 2026-06-01T08:00:00Z',
  );
  expect(lines()[0]).toMatchObject({
    id: 'd87d9731-56c8-4036-9bd6-2a609a67a1a2',
    route: '/lieux/:id',
    ms: 1234567890,
    msg: 'connect ECONNREFUSED 127.0.0.1:5432, base placée dans /var/lib/lieu-a-jour, PostgreSQL 18.4, le 2026-06-01T08:00:00Z',
  });
});

function failure(statement: RawBuilder<unknown>): Promise<unknown> {
  return statement.execute(app.db).then(
    () => {
      throw new Error('it should have been refused');
    },
    (error: unknown) => error,
  );
}

function collect() {
  let text = '';
  const stream = new PassThrough().setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const lines = () =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { stream, lines };
}
