import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDb, createPagesPool, createTasksPool, isDatabaseUnavailable } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import { type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { createLieu, NOW } from './revisions.factory.ts';

let app: HttpApp;
let lieuId: string;
let member: Visitor;
let address: string;

beforeAll(async () => {
  app = await startHttp({}, NOW);
  const lieu = await createLieu(app.db, { date_maj: '2026-01-02' });
  lieuId = lieu.lieuId;
  member = await app.visitor(lieu.auteurId);
  address = `/espace/lieux/${encodeURIComponent(lieuId)}/presentation`;
});

beforeEach(() => app.forgetLimits());

afterAll(() => app?.close());

const TYPED = 'Bienvenue à tous, même sans rendez-vous.';

/** Does something while another transaction, such as an import, holds what `lock` takes. */
async function whileHeld<T>(lock: (trx: Kysely<DB>) => Promise<unknown>, action: () => Promise<T>): Promise<T> {
  const trx = await app.db.startTransaction().execute();
  try {
    await lock(trx);
    return await action();
  } finally {
    await trx.rollback().execute();
  }
}

const holdLieu = (trx: Kysely<DB>) =>
  trx.selectFrom('lieu').select('id').where('id', '=', lieuId).forUpdate().execute();

const holdTable = (table: 'lieu' | 'session') => (trx: Kysely<DB>) =>
  sql`LOCK TABLE ${sql.table(table)} IN ACCESS EXCLUSIVE MODE`.execute(trx);

test('a save that waits on a long import is told so with what was typed, and goes well afterwards', async () => {
  const answer = await whileHeld(holdLieu, async () => {
    const started = performance.now();
    const refused = await member.post(address, { presentation_resume: TYPED });
    expect(performance.now() - started).toBeLessThan(8_000);
    return refused;
  });
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  const page = await answer.text();
  expect(page).toContain('Le service est très occupé en ce moment.');
  expect(page).toContain(TYPED);
  expect((await member.post(address, { presentation_resume: TYPED })).status).toBe(302);
});

test('thirty saves that wait hold nobody else up for long, and each gets a clear answer', async () => {
  const visitor = await app.visitor();
  const seen = await whileHeld(holdLieu, async () => {
    const saves = Array.from({ length: 30 }, () => member.post(address, { presentation_detail: TYPED }));
    const pages = ['/', '/carte', `/lieux/${encodeURIComponent(lieuId)}`, '/donnees'].map((path) => visitor.get(path));
    return { saves: await Promise.all(saves), pages: await Promise.all(pages) };
  });
  expect([...new Set(seen.saves.map(({ status }) => status))]).toEqual([503]);
  expect(seen.pages.map(({ status }) => status)).toEqual([200, 200, 301, 200]);
}, 60_000);

test('a page that cannot be read for now says so in words, for those who are signed in too', async () => {
  const visitor = await app.visitor();
  const fiche = await whileHeld(holdTable('lieu'), () => visitor.get(`/lieux/${encodeURIComponent(lieuId)}/x`));
  expect([fiche.status, fiche.headers.get('retry-after')]).toEqual([503, '30']);
  const page = await fiche.text();
  expect(page).toContain('Encore un instant');
  expect(page).toContain('Attendez une minute, puis recommencez.');
  const home = await whileHeld(holdTable('session'), () => member.get('/espace'));
  expect([home.status, home.headers.get('retry-after')]).toEqual([503, '30']);
  expect(home.headers.get('content-type')).toContain('text/html');
  expect(await home.text()).toContain('Attendez une minute, puis recommencez.');
  expect((await member.get('/espace')).status).toBe(200);
  // Told in the log as what it is, not as an error of ours.
  expect(app.logs()).not.toContain('"msg":"erreur"');
});

test('what takes too long for a page is cut; jobs, imports and exports take their time', async () => {
  const limitsOf = async (pool: ReturnType<typeof createPagesPool>) => {
    const db = createDb(pool);
    const { rows } = await sql<Record<string, string>>`
      SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock`.execute(db);
    await db.destroy();
    return rows[0];
  };
  const application = { applicationName: 'essai' };
  expect(await limitsOf(createPagesPool(app.url, application))).toEqual({ statement: '10s', lock: '4s' });
  expect(await limitsOf(createTasksPool(app.url, application))).toEqual({ statement: '0', lock: '0' });
});

test('whoever waits too long for a connection, or finds no server, is told apart from errors of ours', async () => {
  const failure = (attempt: Promise<unknown>) => attempt.then(() => null).catch((error: unknown) => error);
  const pool = createPagesPool('postgres://x@127.0.0.1:1/x', { applicationName: 'essai' });
  expect(isDatabaseUnavailable(await failure(pool.query('SELECT 1')))).toBe(true);
  await pool.end();
  expect(isDatabaseUnavailable(await failure(app.pool.query('SELECT 1 / 0')))).toBe(false);
  expect(isDatabaseUnavailable(await failure(app.pool.query('SELECT nowhere')))).toBe(false);
});
