import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readlink, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLog } from '#app/http/log.server.ts';
import { fichierOfDepot, rapportOfDepot } from '#app/imports/depots.ts';
import { purgerDepots, traiterDepots } from '#app/jobs/imports.ts';
import { purger } from '#app/jobs/purges.ts';
import { purgerTemporaires } from '#app/jobs/temporaires.ts';
import { createDb, createPool } from '#db/connection.ts';
import { type EtatDepot, insertDepot, listEtatsDeDepots } from '#db/import-depots.ts';
import { lockImports } from '#db/imports.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { csvOf } from './imports.factory.ts';
import { communes, createLieu, createPerson, DAY, NOW } from './revisions.factory.ts';

let database: TestDatabase;
let dataDir: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lieu-a-jour-purges-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const after = (days: number) => new Date(NOW.getTime() + days * DAY);

/** A file in a state, with what is on the disk for it. */
async function bring(id: string, etat: EtatDepot): Promise<void> {
  const { utilisateurId } = await createPerson(database.db);
  const depot = { utilisateurId, fichier: 'lieux.csv', octets: 1, source: null, complet: true, now: NOW };
  await insertDepot(database.db, { id, ...depot });
  await database.db.updateTable('import_depot').set({ etat }).where('id', '=', id).execute();
  await mkdir(join(dataDir, 'imports', id), { recursive: true });
  for (const path of [fichierOfDepot(dataDir, id), rapportOfDepot(dataDir, id)]) await writeFile(path, 'x');
  const partial = `${rapportOfDepot(dataDir, id)}.12345.partiel`;
  await writeFile(partial, 'x');
  await utimes(partial, after(-2), after(-2));
}

const onDisk = async (id: string) => (await readdir(join(dataDir, 'imports', id)).catch(() => [])).sort();

test('a file goes once it is done with, its report and its row after 400 days; what waits keeps its file', async () => {
  for (const etat of ['applique', 'refuse', 'abandonne', 'simulation'] as const) await bring(etat, etat);
  await purgerDepots(database.db, dataDir, NOW);
  expect(await onDisk('applique')).toEqual(['rapport.csv']);
  expect(await onDisk('refuse')).toEqual(['rapport.csv']);
  expect(await onDisk('abandonne')).toEqual([]);
  expect(await onDisk('simulation')).toEqual(['fichier', 'rapport.csv']);

  await purgerDepots(database.db, dataDir, after(399));
  expect(await onDisk('applique')).toEqual(['rapport.csv']);
  await purgerDepots(database.db, dataDir, after(401));
  expect(await onDisk('applique')).toEqual([]);
  const ids = ['applique', 'refuse', 'abandonne', 'simulation'];
  expect([...(await listEtatsDeDepots(database.db, ids)).keys()]).toEqual(['simulation']);
});

test('a report that is being written is left alone', async () => {
  await bring('en-cours', 'application');
  const partial = `${rapportOfDepot(dataDir, 'en-cours')}.777.partiel`;
  await writeFile(partial, 'x');
  await utimes(partial, after(-0.5), after(-0.5));
  await purgerDepots(database.db, dataDir, NOW);
  expect(await onDisk('en-cours')).toEqual(['fichier', 'rapport.csv', 'rapport.csv.777.partiel']);
});

test('as many folders as a database takes no list of are purged all the same', async () => {
  const ids = Array.from({ length: 70_000 }, (_, n) => `absent-${n}`);
  expect((await listEtatsDeDepots(database.db, ids)).size).toBe(0);
});

test('a purge that fails is logged and thrown, and the others are done', async () => {
  const { db } = database;
  const { lieuId } = await createLieu(db);
  const tache = { lieu_id: lieuId, genre: 'siret_ferme', detail: '{}', ouverte_le: after(-200) };
  const old = { fermee_le: after(-91) };
  await db
    .insertInto('tache')
    .values([
      { ...tache, ...old, objet: '1', issue: 'sans_objet' },
      { ...tache, ...old, objet: '2', issue: 'ferme' },
      { ...tache, objet: '3', issue: 'sans_objet', fermee_le: after(-89) },
    ])
    .execute();
  const alerte = { lignes: 1, motif: null, ecartes: '[]' };
  const days = [-40, -35, -31].map((day) => ({
    ...alerte,
    le: after(day),
    jour: after(day).toISOString().slice(0, 10),
  }));
  await db.insertInto('export_alerte').values(days).execute();
  await bring('vieux', 'applique');
  let logged = '';
  const log = createLog('error', {
    write(text: string) {
      logged += text;
    },
  });
  await db.schema.alterTable('lien_connexion').renameTo('ailleurs').execute();
  try {
    await expect(purger({ db, dataDir, now: () => NOW, log })).rejects.toThrow(/lien_connexion/);
  } finally {
    await db.schema.alterTable('ailleurs').renameTo('lien_connexion').execute();
  }
  expect(logged).toContain('"purge":"liens"');
  expect(existsSync(fichierOfDepot(dataDir, 'vieux'))).toBe(false);
  const kept = await db.selectFrom('tache').select('objet').orderBy('objet').execute();
  expect(kept.map(({ objet }) => objet)).toEqual(['2', '3']);
  const alertes = await db.selectFrom('export_alerte').select('jour').execute();
  expect(alertes.map(({ jour }) => jour)).toEqual([after(-31).toISOString().slice(0, 10)]);
});

test('what killed processes have left in temporary folders goes after a day; what is recent or somebody else’s stays', async () => {
  const tmp = join(dataDir, 'tmp');
  const old = after(-2);
  const leave = async (folder: string, name: string, written: Date) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), 'x');
    await utimes(join(folder, name), written, written);
    await utimes(folder, old, old);
  };
  await leave(join(tmp, 'lieu-a-jour-textes-abc'), 'textes', old);
  await leave(join(tmp, 'lieu-a-jour-import-abc'), 'fichier', old);
  await leave(join(tmp, 'lieu-a-jour-datagouv-abc'), 'lieux.csv', old);
  await leave(join(tmp, 'lieu-a-jour-textes-def'), 'textes', after(-0.5));
  await leave(join(tmp, 'lieu-a-jour-pg'), 'base', old);
  await leave(join(dataDir, 'listes'), 'france-services.12.partiel', old);
  await leave(join(dataDir, 'sources'), '7.partiel', old);
  await leave(join(dataDir, 'sources'), '8.partiel', after(-0.5));
  await purgerTemporaires({ dataDir, tmp, now: NOW });
  expect((await readdir(tmp)).sort()).toEqual(['lieu-a-jour-pg', 'lieu-a-jour-textes-def']);
  expect(await readdir(join(dataDir, 'listes'))).toEqual([]);
  expect(await readdir(join(dataDir, 'sources'))).toEqual(['8.partiel']);
});

test('a file whose import fails before its rows are read is closed', async () => {
  await database.db.deleteFrom('import_depot').execute();
  await bring('ouvert', 'simulation');
  const roles = await createPerson(database.db, { departements: null });
  const owner = { utilisateur_id: roles.utilisateurId, source: 'hub' };
  await database.db.updateTable('import_depot').set(owner).where('id', '=', 'ouvert').execute();
  const rows = Array.from({ length: 3_000 }, (_, n) => ({ id: `h${n}` }));
  await writeFile(fichierOfDepot(dataDir, 'ouvert'), csvOf(rows));
  // Somebody else's import holds the lock that this one waits for in vain.
  const impatient = createDb(createPool(database.url, { applicationName: 'purges', max: 3, lockTimeoutMs: 300 }));
  try {
    await database.db.transaction().execute(async (trx) => {
      await lockImports(trx);
      await expect(traiterDepots({ db: impatient, dataDir, communes, now: () => NOW })).rejects.toThrow(/lock timeout/);
    });
  } finally {
    await impatient.destroy();
  }
  const open = async () => {
    const fds = await readdir('/proc/self/fd');
    const links = await Promise.all(fds.map((fd) => readlink(join('/proc/self/fd', fd)).catch(() => '')));
    return links.filter((link) => link.startsWith(dataDir));
  };
  await expect.poll(open).toEqual([]);
});
