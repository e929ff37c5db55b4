import { createServer } from 'node:http';
import express from 'express';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { apiV1 } from '#app/api/api.server.ts';
import { SnapshotStore } from '#app/carte/snapshot-store.ts';
import type { DB } from '#db/types.ts';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { closeServer, listenOnLoopback } from '#tests/support/loopback.ts';

const NOW = new Date('2026-06-01T08:00:00Z');
const PATHS = ['/lieux?depuis=2026-05-30', '/lieux/fiche', '/lieux/fiche/creneaux'];

let app: HttpApp;

beforeAll(async () => {
  app = await startHttp({}, NOW);
  await insertLieu(app.db, { id: 'fiche' }, { today: '2026-06-01' });
  // Told once no transaction that began before it is open, in any database of the server.
  const feed = async () => (await fetch(`${app.origin}/api/v1${PATHS[0]}`)).json();
  await vi.waitFor(async () => expect((await feed()).total).toBe(1), { timeout: 30_000 });
});
afterAll(() => app?.close());

async function holding<T>(table: 'lieu' | 'limite', action: () => Promise<T>): Promise<T> {
  const trx: Kysely<DB> & { rollback(): { execute(): Promise<void> } } = await app.db.startTransaction().execute();
  try {
    await sql`LOCK TABLE ${sql.table(table)} IN ACCESS EXCLUSIVE MODE`.execute(trx);
    return await action();
  } finally {
    await trx.rollback().execute();
  }
}

async function expectBusy(response: Response): Promise<void> {
  expect(response.status).toBe(503);
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await response.json()).toMatchObject({ status: 503, title: 'Service indisponible' });
}

test('while the database is held, each address says when to come back', async () => {
  await holding('lieu', async () => {
    for (const answer of await Promise.all(PATHS.map((path) => fetch(`${app.origin}/api/v1${path}`))))
      await expectBusy(answer);
  });
  await holding('limite', async () => expectBusy(await fetch(`${app.origin}/api/v1/openapi.json`)));
  expect((await fetch(`${app.origin}/api/v1/lieux/fiche`)).status).toBe(200);
});

test('a fault of ours says nothing of how it happened, but under which number it was noted', async () => {
  await sql`ALTER VIEW lieu_publie RENAME TO lieu_publie_ailleurs`.execute(app.db);
  const response = await fetch(`${app.origin}/api/v1/lieux/fiche`);
  await sql`ALTER VIEW lieu_publie_ailleurs RENAME TO lieu_publie`.execute(app.db);
  expect(response.status).toBe(500);
  const problem = await response.json();
  expect(problem).toMatchObject({ status: 500, title: 'Erreur du service' });
  expect(JSON.stringify(problem)).not.toContain('lieu_publie');
  expect(app.logs()).toContain(problem.instance.replace('urn:uuid:', ''));
});

test('a list that is asked for before the first snapshot is there says to come back', async () => {
  const snapshots = new SnapshotStore({ url: app.url, log: app.services.log });
  const server = createServer(express().use(apiV1({ ...app.services, snapshots })));
  const origin = await listenOnLoopback(server);
  await expectBusy(await fetch(`${origin}/lieux`));
  await closeServer(server);
});
