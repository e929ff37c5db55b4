import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Lieu } from '#app/domain/lieu.ts';
import { verifySirets } from '#app/jobs/entreprises.ts';
import { createDb, createPool } from '#db/connection.ts';
import { findRechercheEntreprises } from '#db/entreprises.ts';
import { closeTache } from '#db/taches.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { bodyOf, type EntreprisesDouble, type Panne, startEntreprises } from '#tests/support/entreprises.ts';
import { createLieu, createPerson, DAY, NOW, readLieu } from './revisions.factory.ts';

const OPEN = siretOf(0);
const CLOSED = siretOf(1);
const UNKNOWN = siretOf(2);
const CONNUS = { [OPEN]: { etat: 'A' }, [CLOSED]: { etat: 'F', date_fermeture: '2025-03-03' } } as const;

let database: TestDatabase;
let double: EntreprisesDouble;
beforeAll(async () => {
  database = await createTestDatabase({ max: 8 });
});
afterAll(() => database.drop());
beforeEach(async () => {
  for (const table of ['siret_recherche', 'siret_verifie', 'lieu'] as const)
    await database.db.deleteFrom(table).execute();
});
afterEach(() => double?.close());

/** A SIRET whose key is right. */
function siretOf(n: number): string {
  const start = `264210246${String(n).padStart(4, '0')}`;
  let sum = 0;
  for (const [index, digit] of [...start].entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return `${start}${(10 - (sum % 10)) % 10}`;
}

async function lieuOf(pivot: string | null, values: Partial<Lieu> = {}): Promise<string> {
  return (await createLieu(database.db, { pivot, ...values })).lieuId;
}

async function start(
  panne?: (numero: number, siret: string) => Panne,
  connus: Parameters<typeof startEntreprises>[0]['connus'] = CONNUS,
) {
  double = await startEntreprises({ connus, ...(panne && { panne }) });
  return double;
}

function run(at: Date = NOW, options: Partial<Parameters<typeof verifySirets>[0]> = {}) {
  return verifySirets({ db: database.db, url: double.url, now: () => at, timeoutMs: 500, ...options });
}

function later(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

async function taches() {
  return database.db.selectFrom('tache').select(['id', 'lieu_id', 'objet', 'detail', 'issue']).orderBy('id').execute();
}

function asked(): string[] {
  return double.requetes.map(({ siret }) => siret);
}

test('each lieu of a closed SIRET is a task, others are not, and no fiche changes', async () => {
  await start();
  const shut = [await lieuOf(CLOSED), await lieuOf(CLOSED)];
  await lieuOf(OPEN);
  await lieuOf(UNKNOWN);
  const before = await Promise.all(shut.map((id) => readLieu(database.db, id)));
  expect(await run()).toEqual({ demandes: 3, taches: 2, sansReponse: 0, arret: null });
  const found = await taches();
  expect(found.map(({ lieu_id }) => lieu_id).sort()).toEqual([...shut].sort());
  for (const tache of found)
    expect(tache).toMatchObject({ objet: CLOSED, detail: { date: '2025-03-03' }, issue: null });
  expect(await Promise.all(shut.map((id) => readLieu(database.db, id)))).toEqual(before);
  expect(
    await database.db
      .selectFrom('siret_verifie')
      .select(['siret', 'etat', 'date_fermeture'])
      .orderBy('siret')
      .execute(),
  ).toEqual([
    { siret: OPEN, etat: 'actif', date_fermeture: null },
    { siret: CLOSED, etat: 'ferme', date_fermeture: '2025-03-03' },
    { siret: UNKNOWN, etat: 'absent', date_fermeture: null },
  ]);
  expect(double.requetes[0]?.agent).toBe('lieu-a-jour');
});

test('placeholders, other identifiers, invented lieux and lieux that are no more are not asked for', async () => {
  await start();
  await lieuOf(null);
  await lieuOf('00000000000000');
  await lieuOf('W331000000');
  await database.db
    .updateTable('lieu')
    .set({ demo: true })
    .where('id', '=', await lieuOf(OPEN))
    .execute();
  const gone = await lieuOf(CLOSED);
  await database.db
    .updateTable('lieu')
    .set({ statut: 'ferme', ferme_le: '2026-01-01' })
    .where('id', '=', gone)
    .execute();
  expect(await run()).toMatchObject({ demandes: 0, arret: null });
  expect(asked()).toEqual([]);
});

test('it is asked once a night; what a person answered is not asked again, what is open again closes by itself', async () => {
  const connus: Record<string, { etat: 'A' | 'F' }> = { [CLOSED]: { etat: 'F' } };
  await start(undefined, connus);
  const lieuId = await lieuOf(CLOSED);
  expect(await run()).toMatchObject({ demandes: 1, taches: 1 });
  expect(await run(later(12 * 3_600_000))).toBeNull();
  expect(await run(later(DAY))).toMatchObject({ demandes: 1, taches: 0 });
  connus[CLOSED] = { etat: 'A' };
  await run(later(2 * DAY));
  expect(await taches()).toMatchObject([{ issue: 'sans_objet' }]);
  connus[CLOSED] = { etat: 'F' };
  expect(await run(later(3 * DAY))).toMatchObject({ taches: 1 });
  const [, second] = await taches();
  const roles = await createPerson(database.db, { departements: null });
  const answer = { roles, id: second?.id ?? 0, genre: 'siret_ferme', issue: 'ouvert', now: NOW };
  expect(await database.db.transaction().execute((trx) => closeTache(trx, answer))).toBe(second?.lieu_id);
  expect(await run(later(4 * DAY))).toMatchObject({ demandes: 1, taches: 0 });
  expect(await lieuOf(CLOSED)).not.toBe(lieuId);
  expect(await run(later(5 * DAY))).toMatchObject({ taches: 1 });
});

test('a lieu that has another SIRET now has no task any more', async () => {
  await start();
  const lieuId = await lieuOf(CLOSED);
  await run();
  await database.db.updateTable('lieu').set({ pivot: OPEN }).where('id', '=', lieuId).execute();
  await run(later(DAY));
  expect(await taches()).toMatchObject([{ issue: 'sans_objet' }]);
});

test('several processes ask each SIRET once, and never more than seven times in a second', async () => {
  const sirets = Array.from({ length: 24 }, (_, n) => siretOf(n));
  await start(undefined, Object.fromEntries(sirets.map((siret) => [siret, { etat: 'F' as const }])));
  for (const siret of sirets) await lieuOf(siret);
  const others = [0, 1].map(() => createDb(createPool(database.url, { applicationName: 'autre', max: 3 })));
  const first = new AbortController();
  const runs = [run(NOW, { signal: first.signal }), ...others.map((db) => run(NOW, { db }))];
  // The first process ends after some answers, and another takes its place.
  setTimeout(() => first.abort(), 1_500);
  const done = await Promise.all(runs);
  for (let tries = 0; tries < 20 && (await run()) !== null; tries++);
  await Promise.all(others.map((db) => db.destroy()));
  expect(done.filter((counts) => counts !== null)).toHaveLength(1);
  expect(asked().length - new Set(asked()).size).toBeLessThanOrEqual(1);
  expect(new Set(asked())).toEqual(new Set(sirets));
  expect(double.trop).toBe(0);
  const busiest = Math.max(
    ...double.requetes.map(
      ({ le }) => double.requetes.filter((other) => other.le >= le && other.le < le + 1_000).length,
    ),
  );
  expect(busiest).toBeLessThanOrEqual(7);
  expect(await taches()).toHaveLength(24);
});

test.each([
  ['seconds', () => '1'],
  ['a date', () => new Date(Date.now() + 2_000).toUTCString()],
])('a short wait that it asks for, as %s, is waited for, and the answer then counts', async (_, header) => {
  await start((numero) => (numero === 1 ? { status: 429, headers: { 'retry-after': header() } } : null));
  await lieuOf(CLOSED);
  expect(await run()).toMatchObject({ demandes: 1, taches: 1, sansReponse: 0, arret: null });
  const [first, second] = double.requetes;
  expect((second?.le ?? 0) - (first?.le ?? 0)).toBeGreaterThanOrEqual(980);
});

test('a long wait that it asks for holds for every process, then the night goes on', async () => {
  await start((numero) => (numero === 2 ? { status: 429, headers: { 'retry-after': '900' } } : null));
  await lieuOf(OPEN);
  await lieuOf(CLOSED);
  expect(await run()).toMatchObject({ demandes: 2, arret: 'HTTP 429' });
  const other = createDb(createPool(database.url, { applicationName: 'autre', max: 2 }));
  expect(await run(later(899_000), { db: other })).toBeNull();
  expect(await run(later(900_000), { db: other })).toMatchObject({ demandes: 1, taches: 1, arret: null });
  await other.destroy();
  expect(asked()).toEqual([OPEN, CLOSED, CLOSED]);
});

test.each<[string, Panne]>([
  ['is broken', { status: 500 }],
  ['has no such page', { status: 404 }],
  ['cuts its answer', 'coupe'],
  ['never answers', 'muet'],
  ['sends a page', { corps: '<html>Maintenance</html>' }],
  ['sends another shape', { corps: () => ({ results: 'aucun' }) }],
  ['sends nothing', { corps: () => null }],
  [
    'sends an establishment without its state',
    { corps: (siret) => ({ results: [{ matching_etablissements: [{ siret }] }] }) },
  ],
  [
    'sends a state that does not exist',
    { corps: (siret) => ({ results: [{ siege: { siret, etat_administratif: 'X' } }] }) },
  ],
  [
    'says that it is open and closed',
    {
      corps: (siret) => ({
        results: [
          { siege: { siret, etat_administratif: 'F' }, matching_etablissements: [{ siret, etat_administratif: 'A' }] },
        ],
      }),
    },
  ],
])(
  'where the service %s for one SIRET, it is no task, the others are asked, and it is asked again the next night',
  async (_, fault) => {
    let broken = true;
    await start((_, siret) => (broken && siret === CLOSED ? fault : null));
    await lieuOf(CLOSED);
    await lieuOf(OPEN);
    expect(await run()).toEqual({ demandes: 2, taches: 0, sansReponse: 1, arret: null });
    expect(await taches()).toEqual([]);
    broken = false;
    expect(await run(later(DAY))).toMatchObject({ demandes: 2, taches: 1, sansReponse: 0 });
  },
);

test('another establishment of the same company that has closed says nothing of this one', async () => {
  await start((_, siret) => ({ corps: () => bodyOf(siret.replace(/.$/, 'x'), { etat: 'F' }) }));
  await lieuOf(OPEN);
  expect(await run()).toMatchObject({ taches: 0, sansReponse: 0 });
});

test('a service that fails for all is left alone after five requests, for longer each time, and what was known stays', async () => {
  await start();
  await lieuOf(CLOSED);
  await run();
  await double.close();
  await start(() => ({ status: 502 }));
  for (let n = 0; n < 12; n++) await lieuOf(siretOf(10 + n));
  const second = DAY + 300_000;
  expect(await run(later(DAY))).toMatchObject({ demandes: 5, sansReponse: 5, arret: 'HTTP 502' });
  expect(await run(later(second - 1_000))).toBeNull();
  expect(await run(later(second))).toMatchObject({ demandes: 5 });
  expect(await run(later(second + 599_000))).toBeNull();
  expect(await findRechercheEntreprises(database.db)).toMatchObject({ echecs: 2 });
  expect(await taches()).toMatchObject([{ objet: CLOSED, issue: null }]);
  expect(double.requetes).toHaveLength(10);
});
