import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { reasonToHold } from '#app/domain/exports.ts';
import { type ExportServices, exportDay, runNightlyExportIfDue } from '#app/jobs/export-quotidien.ts';
import { findExportRetenu } from '#db/export-alertes.ts';
import { findExportJour } from '#db/exports.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { exportSettings } from '#tests/support/exports.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { createPerson } from './revisions.factory.ts';

const COUNT = 60;
let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  await createPerson(database.db, { departements: null });
  await createPerson(database.db, { departements: ['33'] });
});
afterAll(() => database.drop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-'));
  await sql`truncate lieu, export_jour, export_alerte, courriel cascade`.execute(database.db);
  for (let n = 0; n < COUNT; n++) await insertLieu(database.db, { id: `lieu-${n}` }, { today: '2026-03-01' });
  await exportDay(at('2026-03-14T06:00:00+01:00'), { jour: '2026-03-14' });
  return () => rm(folder, { recursive: true, force: true });
});

function at(instant: string): ExportServices {
  const settings = exportSettings(folder);
  return { db: database.db, settings, now: () => new Date(instant) };
}

async function mails() {
  return database.db.selectFrom('courriel').select(['objet', 'texte']).orderBy('id').execute();
}

async function newest() {
  return findExportJour(database.db, { jour: null, demo: true });
}

const hide = (condition: string) =>
  sql.raw(`update lieu set statut = 'masque' where ${condition}`).execute(database.db);

test('a fall of over 5 % is held back: the earlier export stays, one mail is sent, and nothing is tried again that day', async () => {
  await hide("id in ('lieu-1', 'lieu-2', 'lieu-3', 'lieu-4')");
  expect(await runNightlyExportIfDue(at('2026-03-15T04:31:00+01:00'))).toBeNull();
  expect(await newest()).toMatchObject({ jour: '2026-03-14', lignes: COUNT });
  expect(await findExportRetenu(database.db)).toMatchObject({ jour: '2026-03-15', lignes: 56, precedentes: 60 });
  expect(await runNightlyExportIfDue(at('2026-03-15T09:00:00+01:00'))).toBeNull();
  const [mail, ...others] = await mails();
  expect(others).toEqual([]);
  expect(mail?.objet).toBe('L’export du 2026-03-15 n’est pas publié');
  expect(mail?.texte).toContain('il aurait 56 lieux, pour 60 dans celui qui est en ligne');
  expect(mail?.texte).toContain('npm run export -- --jour 2026-03-15 --forcer');

  // The next night looks again; once the lieux are back, it is published.
  await sql`update lieu set statut = 'actif'`.execute(database.db);
  expect(await runNightlyExportIfDue(at('2026-03-16T04:31:00+01:00'))).toMatchObject({ lignes: COUNT });
  expect(await findExportRetenu(database.db)).toBeUndefined();
});

test('a person publishes it all the same', async () => {
  await hide("id <> 'lieu-1'");
  const services = at('2026-03-15T10:00:00+01:00');
  await expect(exportDay(services, { jour: '2026-03-15' })).rejects.toThrow('L’export du 2026-03-15 est retenu');
  expect((await newest())?.lignes).toBe(COUNT);
  expect(await exportDay(services, { jour: '2026-03-15', forcer: true })).toMatchObject({ lignes: 1 });
  expect(await newest()).toMatchObject({ jour: '2026-03-15', lignes: 1 });
  expect(await findExportRetenu(database.db)).toBeUndefined();
});

test('an empty set never takes the place of one that holds lieux', async () => {
  await hide('true');
  await expect(exportDay(at('2026-03-15T10:00:00+01:00'), { jour: '2026-03-15' })).rejects.toThrow('aucun lieu');
  expect((await newest())?.lignes).toBe(COUNT);
});

test('a lieu against the standard is left out and told; one in sixty is too many', async () => {
  await sql`update lieu set code_postal = 'ABC' where id = 'lieu-7'`.execute(database.db);
  const services = at('2026-03-15T10:00:00+01:00');
  await expect(exportDay(services, { jour: '2026-03-15' })).rejects.toThrow(
    '1 lieu ne respecte pas le standard, sur 60',
  );
  expect(await exportDay(services, { jour: '2026-03-15', forcer: true })).toMatchObject({ lignes: COUNT - 1 });
  const [held, published] = await mails();
  expect(held?.texte).toContain('lieu-7 : code postal');
  expect(published?.objet).toBe('Lieux écartés de l’export du 2026-03-15');
});

test('lieux left out for the same fields are told the first night, others the night they come; well again, a relapse is told', async () => {
  const night = async (day: number, wrong: readonly string[]) => {
    await sql`update lieu set code_postal = case when id = any(${[...wrong]}::text[]) then 'ABC' else '33210' end`.execute(
      database.db,
    );
    const jour = `2026-03-${day}`;
    await exportDay(at(`${jour}T10:00:00+01:00`), { jour, forcer: true });
    return (await mails()).length;
  };
  expect(await night(15, ['lieu-7'])).toBe(1);
  expect(await night(16, ['lieu-7'])).toBe(1);
  expect(await night(17, ['lieu-7', 'lieu-8'])).toBe(2);
  expect(await night(18, [])).toBe(2);
  expect(await night(19, ['lieu-7', 'lieu-8'])).toBe(3);
});

test('the first export of an installation, held back, waits for the next night too', async () => {
  await sql`truncate export_jour`.execute(database.db);
  await sql`update lieu set code_postal = 'ABC' where id = 'lieu-7'`.execute(database.db);
  expect(await runNightlyExportIfDue(at('2026-03-15T10:00:00+01:00'))).toBeNull();
  const held = await findExportRetenu(database.db);
  expect(held).toMatchObject({ jour: '2026-03-15', precedentes: null });
  expect(await runNightlyExportIfDue(at('2026-03-15T10:05:00+01:00'))).toBeNull();
  expect((await findExportRetenu(database.db))?.le).toEqual(held?.le);
  expect(await runNightlyExportIfDue(at('2026-03-16T04:31:00+01:00'))).toBeNull();
  expect((await findExportRetenu(database.db))?.jour).toBe('2026-03-16');
});

test.each([
  [{ lignes: 0, ecartes: 0, precedentes: null }, null],
  [{ lignes: 0, ecartes: 0, precedentes: 0 }, null],
  [{ lignes: 0, ecartes: 0, precedentes: 1 }, 'aucun lieu'],
  [{ lignes: 95, ecartes: 0, precedentes: 100 }, null],
  [{ lignes: 94, ecartes: 0, precedentes: 100 }, '94 lieux, pour 100'],
  [{ lignes: 999, ecartes: 1, precedentes: 1000 }, null],
  [{ lignes: 998, ecartes: 2, precedentes: 1000 }, '2 lieux ne respectent pas le standard, sur 1000'],
  [{ lignes: 5000, ecartes: 0, precedentes: 10 }, null],
])('%o: %s', (given, reason) => {
  if (reason === null) expect(reasonToHold(given)).toBeNull();
  else expect(reasonToHold(given)).toContain(reason);
});
