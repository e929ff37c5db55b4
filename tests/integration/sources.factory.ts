import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { traiterDepots } from '#app/jobs/imports.ts';
import { lireSources, type SourcesServices, suivreSources } from '#app/jobs/sources.ts';
import { appliquerDepot, listPassages } from '#db/source-passages.ts';
import { insertSource } from '#db/sources.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import type { SourceDouble } from '#tests/support/source.ts';
import { csvOf } from './imports.factory.ts';
import { communes, createPerson, DAY, NOW } from './revisions.factory.ts';

interface Scene {
  database: TestDatabase;
  dataDir: string;
  /** Where the file of the sources is; each test starts its own. */
  server: SourceDouble;
  /** Who declares them: an animateur of Gironde. */
  personne: string;
  clock: Date;
}

/** What the tests of one file work with: one database, the rest anew for each test. */
export const scene = {} as Scene;

export function prepareSources(): void {
  beforeAll(async () => {
    scene.database = await createTestDatabase();
  });
  afterAll(() => scene.database.drop());
  beforeEach(async () => {
    scene.dataDir = await mkdtemp(join(tmpdir(), 'lieu-a-jour-sources-'));
    for (const table of ['source', 'import_depot', 'import_profil', 'courriel', 'lieu', 'import_lot'] as const)
      await scene.database.db.deleteFrom(table).execute();
    scene.personne = (await createPerson(scene.database.db, { territoires: ['departement:33'] })).utilisateurId;
    scene.clock = NOW;
  });
  afterEach(async () => {
    await scene.server?.close();
    await rm(scene.dataDir, { recursive: true, force: true });
  });
}

export function services(given: Partial<SourcesServices> = {}): SourcesServices {
  const { db } = scene.database;
  const publicUrl = 'https://lieux.exemple.fr';
  return {
    ...{
      db,
      dataDir: scene.dataDir,
      communes,
      publicUrl,
      now: () => scene.clock,
      silenceMs: 500,
      reseauInterne: ['127.0.0.1'],
    },
    ...given,
  };
}

/** All that the jobs do until nothing moves. */
export async function work(given: Partial<SourcesServices> = {}): Promise<void> {
  await lireSources(services(given));
  while ((await suivreSources(services(given))) + (await traiterDepots({ ...services(), communes })) > 0);
}

/** The jobs of the nth night after the source was declared. */
export async function night(n: number, given: Partial<SourcesServices> = {}): Promise<void> {
  scene.clock = new Date(NOW.getTime() + n * DAY);
  await work(given);
}

export async function declare(given: Partial<Parameters<typeof insertSource>[1]> = {}): Promise<number> {
  return insertSource(scene.database.db, {
    ...{
      utilisateurId: scene.personne,
      organisation: '',
      territoires: ['departement:33'],
      nom: 'hub',
      url: scene.server.url,
    },
    ...{ jour: null, complet: true, prevenir: 'donnees@hub.exemple.fr', colonnes: [], now: NOW },
    ...given,
  });
}

/** Its log, the oldest first. */
export async function log(id: number) {
  const rows = await listPassages(scene.database.db, id);
  return rows.reverse().map(({ resultat, message }) => (message === null ? [resultat] : [resultat, message]));
}

/** Somebody applies the last file of a source. */
export async function accept(id: number, utilisateurId = scene.personne): Promise<void> {
  const [last] = await listPassages(scene.database.db, id);
  const file = { id: last?.depot_id ?? '', utilisateurId, now: scene.clock };
  expect(await appliquerDepot(scene.database.db, file)).toBe(true);
  await work();
}

export async function names(): Promise<(string | null)[]> {
  return (await scene.database.db.selectFrom('lieu').select('nom').orderBy('nom').execute()).map(({ nom }) => nom);
}

export async function lots(): Promise<number> {
  return (await scene.database.db.selectFrom('import_lot').select('id').execute()).length;
}

/** Subjects of the mails, with how many people got each. */
export async function mails(): Promise<string[]> {
  return (await scene.database.db.selectFrom('courriel').select(['objet', 'a']).orderBy('id').execute()).map(
    ({ objet, a }) => `${a === 'donnees@hub.exemple.fr' ? 'autre' : 'déclarant'} · ${objet}`,
  );
}

export const rows = (count: number, nom = 'Lieu') =>
  csvOf(Array.from({ length: count }, (_, n) => ({ id: `h${n}`, nom: `${nom} ${n}` })));
