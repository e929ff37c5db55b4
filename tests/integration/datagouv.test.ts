import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { MARQUE_FICHIER, MARQUE_SITE, RESSOURCES } from '#app/domain/datagouv.ts';
import { publierDatagouv } from '#app/jobs/datagouv.ts';
import { exportDay } from '#app/jobs/export-quotidien.ts';
import { findExportJour } from '#db/exports.ts';
import { countSessions, createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import {
  CLE,
  type DatagouvDouble,
  jeuTenu,
  ORGANISATION,
  type PanneDatagouv,
  startDatagouv,
} from '#tests/support/datagouv.ts';
import { exportSettings } from '#tests/support/exports.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { bundleText } from '#tests/support/programs.ts';
import { createPerson } from './revisions.factory.ts';

const SITE = 'https://lieux.exemple.fr';
const JOUR = '2026-03-15';
let database: TestDatabase;
let folder: string;
let double: DatagouvDouble;
let panne: (asked: { requete: string; numero: number }) => PanneDatagouv;
beforeAll(async () => {
  database = await createTestDatabase({ max: 8 });
  await createPerson(database.db, { departements: null });
  await createPerson(database.db, { departements: ['33'] });
});
afterAll(() => database.drop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datagouv-'));
  await sql`truncate lieu, export_jour, export_alerte, courriel, datagouv_jeu, datagouv_ressource cascade`.execute(
    database.db,
  );
  for (const n of [1, 2, 3]) await insertLieu(database.db, { id: `lieu-${n}` }, { today: '2026-03-01' });
  await makeExport('2026-03-14');
  await makeExport(JOUR);
  panne = () => null;
  double = await startDatagouv({ panne: (asked) => panne(asked) });
});
afterEach(async () => {
  await double.close();
  await rm(folder, { recursive: true, force: true });
});

function settings() {
  return exportSettings(folder);
}

async function makeExport(jour: string): Promise<void> {
  await exportDay({ db: database.db, settings: settings(), now: () => new Date(`${jour}T06:00:00+01:00`) }, { jour });
}

type Request = Parameters<typeof publierDatagouv>[0];

/** Publishes at a minute after the first export. */
function run(minute = 0, options: Partial<Omit<Request, 'datagouv'>> & { cle?: string; jeu?: string | null } = {}) {
  const { cle = CLE, jeu = null, ...others } = options;
  return publierDatagouv({
    ...{ db: database.db, settings: settings(), publicUrl: SITE, timeoutMs: 10_000 },
    datagouv: { url: double.url, cle, organisation: ORGANISATION, jeu },
    now: () => new Date(Date.parse(`${JOUR}T06:05:00+01:00`) + minute * 60_000),
    ...others,
  });
}

const DAY = 24 * 60;

async function mails() {
  return database.db.selectFrom('courriel').select(['a', 'objet', 'texte']).orderBy('id').execute();
}

async function etat() {
  return database.db.selectFrom('datagouv_jeu').selectAll().executeTakeFirstOrThrow();
}

/** One dataset, a resource for each file of the newest export, each with its very bytes and its sum. */
async function expectPublished(jeu = double.jeux[0]) {
  const made = await findExportJour(database.db, { jour: null, demo: false });
  const files = Object.fromEntries((made?.fichiers ?? []).map(({ nom, sha256 }) => [nom, sha256]));
  const marked = (jeu?.resources ?? []).map(({ extras, recu, checksum }) => ({
    cle: extras[MARQUE_FICHIER],
    recu,
    checksum,
  }));
  expect(marked.sort((a, b) => String(a.cle).localeCompare(String(b.cle)))).toEqual(
    RESSOURCES.map(({ cle }) => cle)
      .sort()
      .map((cle) => ({ cle, recu: files[cle], checksum: { type: 'sha256', value: files[cle] } })),
  );
}

test('a first publication makes one dataset with five resources, described to the end', async () => {
  const result = await run();
  expect(result).toEqual({
    ...{ jour: JOUR, jeu_id: double.jeux[0]?.id, erreur: null },
    envoyes: ['lieux.csv', 'lieux.json', 'lieux.geojson', 'lieux.parquet', 'changements.csv'],
  });
  expect(double.jeux).toHaveLength(1);
  await expectPublished();
  expect(double.jeux[0]).toMatchObject({
    ...{ license: 'lov2', frequency: 'daily', private: false, extras: { [MARQUE_SITE]: SITE } },
    spatial: { zones: ['country:fr'], granularity: 'poi' },
    temporal_coverage: { start: JOUR, end: JOUR },
  });
  const csv = double.jeux[0]?.resources.find(({ extras }) => extras[MARQUE_FICHIER] === 'lieux.csv');
  expect(csv).toMatchObject({
    ...{ title: 'Lieux de médiation numérique (CSV)', format: 'csv', mime: 'text/csv', type: 'main' },
    schema: { name: 'LaMednum/standard-mediation-num', version: '1.0.2' },
    nom_recu: '20260315_lieu-a-jour_lieux-de-mediation-numerique_France.csv',
  });
  expect(await run(10)).toBeNull();
});

test('the next day has the same dataset and resources with new files; what people changed there stays', async () => {
  await run();
  const [jeu] = double.jeux;
  if (!jeu) throw new Error('no dataset');
  const ids = jeu.resources.map(({ id }) => id).sort();
  Object.assign(jeu, { title: 'Nos lieux', description: 'Mieux dit.', tags: ['autre'] });
  Object.assign(jeu.resources[0] ?? {}, { title: 'Un titre choisi', description: 'Une phrase' });
  Object.assign(jeu.resources[0]?.extras ?? {}, { 'analysis:parsing:url': 'https://hydra' });
  const chosen = jeu.resources[0]?.id;
  await insertLieu(database.db, { id: 'lieu-4' }, { today: '2026-03-01' });
  await makeExport('2026-03-16');
  expect(await run(DAY)).toMatchObject({ erreur: null, jour: '2026-03-16' });
  await expectPublished(jeu);
  expect(jeu.resources.map(({ id }) => id).sort()).toEqual(ids);
  expect(jeu).toMatchObject({ title: 'Nos lieux', description: 'Mieux dit.', tags: ['autre'] });
  expect(jeu.temporal_coverage).toEqual({ start: JOUR, end: '2026-03-16' });
  expect(jeu.resources.find(({ id }) => id === chosen)).toMatchObject({
    ...{ title: 'Un titre choisi', description: 'Une phrase' },
    extras: { 'analysis:parsing:url': 'https://hydra' },
  });
  expect(jeu.resources.some(({ title }) => /\d{6}/.test(title))).toBe(false);
});

test('a database that no longer knows finds its dataset and resources by their marks, beyond the first page, and sends nothing again', async () => {
  await run();
  for (let n = 0; n < 150; n++) double.jeux.unshift(jeuTenu({ extras: { [MARQUE_SITE]: 'https://autre.exemple' } }));
  await sql`truncate datagouv_jeu, datagouv_ressource`.execute(database.db);
  double.requetes.length = 0;
  expect(await run(10)).toMatchObject({ erreur: null, envoyes: [] });
  expect(double.jeux).toHaveLength(151);
  expect(double.requetes.filter((requete) => !requete.startsWith('GET'))).toEqual([]);
  await expectPublished(double.jeux.at(-1));
});

test('an existing dataset is taken with DATAGOUV_JEU: its words and its other resources stay', async () => {
  const other = { id: crypto.randomUUID(), title: 'Notice', url: 'https://x/notice.pdf', filetype: 'file' };
  const jeu = jeuTenu({ resources: [{ ...other, checksum: null, extras: {} }], extras: { a: 1 } });
  double.jeux.push(jeuTenu(), jeu);
  expect(await run(0, { jeu: jeu.id })).toMatchObject({ jeu_id: jeu.id, erreur: null });
  expect(double.jeux).toHaveLength(2);
  expect(jeu).toMatchObject({ title: 'Un jeu', license: 'lov2', extras: { a: 1, [MARQUE_SITE]: SITE } });
  expect(jeu.resources.find(({ id }) => id === other.id)).toMatchObject(other);
  expect(jeu.resources).toHaveLength(6);
});

test('nothing is published of a demonstration, of an export that holds nothing, nor of one that is held back', async () => {
  await sql`update export_jour set fichiers = jsonb_set(fichiers, '{demo}', 'true')`.execute(database.db);
  expect(await run()).toBeNull();
  await sql`update export_jour set fichiers = jsonb_set(fichiers, '{demo}', 'false'), lignes = 0`.execute(database.db);
  expect(await run()).toBeNull();
  expect(double.requetes).toEqual([]);
  await sql`update export_jour set lignes = 3`.execute(database.db);
  expect(await run()).toMatchObject({ jour: JOUR, erreur: null });
  await sql`update lieu set statut = 'masque' where id <> 'lieu-1'`.execute(database.db);
  await expect(makeExport('2026-03-16')).rejects.toThrow('est retenu');
  expect(await run(DAY)).toBeNull();
});

test('several processes at once publish once', async () => {
  const results = await Promise.all([run(), run(), run()]);
  expect(results.filter((result) => result !== null)).toHaveLength(1);
  expect(double.jeux).toHaveLength(1);
  await expectPublished();
});

/** Faults that pass, at any of the requests of a first publication: the next attempt goes on from there. */
const PASSING: [string, PanneDatagouv][] = [
  ['a 500', { status: 500 }],
  ['an overload that asks for an hour', { status: 429, headers: { 'retry-after': '3600' } }],
  ['a maintenance page', { status: 503, corps: '<html>maintenance</html>' }],
  ['an answer that never comes', 'muet'],
  ['an answer that is lost', 'perdu'],
  ['an answer that is cut', 'coupe'],
  ['a page in place of data', { menti: () => '<html>Bienvenue</html>' }],
  ['an answer without an id', { menti: ({ id: _, ...others }) => ('data' in others ? {} : others) }],
];
test.each(PASSING)(
  '%s, wherever it comes, leaves one dataset and five resources in the end',
  async (_, fault) => {
    for (let at = 1; at <= 13; at++) {
      await sql`truncate datagouv_jeu, datagouv_ressource`.execute(database.db);
      double.jeux.length = 0;
      double.requetes.length = 0;
      panne = ({ numero }) => (numero === at ? fault : null);
      const first = await run(0, fault === 'muet' ? { timeoutMs: 500 } : {});
      expect(first?.erreur, `request ${at}`).toMatch(/^data\.gouv\.fr .+\.$/);
      expect(await run(1)).toBeNull();
      expect(await run(61)).toMatchObject({ erreur: null });
      expect(double.jeux).toHaveLength(1);
      await expectPublished();
      expect((await etat()).erreur).toBeNull();
    }
    expect(await mails()).toEqual([]);
  },
  60_000,
);

test('a short wait that is asked for is waited for on the spot', async () => {
  panne = ({ numero }) => (numero === 3 ? { status: 429, headers: { 'retry-after': '1' } } : null);
  const started = performance.now();
  expect(await run()).toMatchObject({ erreur: null });
  expect(performance.now() - started).toBeGreaterThan(990);
  await expectPublished();
});

test('sums that are not those of the file, and a description that is not kept, are no success', async () => {
  panne = ({ numero }) =>
    numero === 3 ? { menti: (answer) => ({ ...answer, checksum: { type: 'sha1', value: 'a'.repeat(40) } }) } : null;
  expect((await run())?.erreur).toContain('somme de contrôle différente');
  panne = ({ requete }) => (requete === 'GET /api/1/datasets/JEU/' ? { menti: withoutSums } : null);
  expect((await run(61))?.erreur).toContain('n’a pas gardé lieux.csv');
  expect((await etat()).publie_le).toBeNull();
  panne = () => null;
  expect(await run(200)).toMatchObject({ erreur: null });
  await expectPublished();
});

function withoutSums(jeu: Record<string, unknown>): unknown {
  const list: readonly unknown[] = Array.isArray(jeu.resources) ? jeu.resources : [];
  return { ...jeu, resources: list.map((one) => Object.assign({}, one, { checksum: null })) };
}

test('what a person must mend is told at once, by one mail without the key, and tried again the next day', async () => {
  expect(await run(0, { cle: 'une-cle-qui-ne-vaut-rien' })).toMatchObject({
    erreur: 'La clé de DATAGOUV_API_KEY n’est pas, ou plus, reconnue.',
  });
  expect(await run(30)).toBeNull();
  await makeExport('2026-03-16');
  expect((await run(DAY, { cle: 'une-cle-qui-ne-vaut-rien' }))?.erreur).toContain('DATAGOUV_API_KEY');
  const sent = await mails();
  expect(sent).toHaveLength(1);
  expect(sent[0]?.objet).toBe('La publication sur data.gouv.fr n’aboutit pas');
  expect(JSON.stringify([sent, await etat()])).not.toContain('une-cle');
  expect(await run(2 * DAY)).toMatchObject({ erreur: null });
  expect((await etat()).alerte).toBeNull();
});

test('a key without the right, and a dataset that does not exist, are said so', async () => {
  const autre = jeuTenu({ organization: { id: 'f'.repeat(24) } });
  double.jeux.push(autre);
  expect((await run(0, { jeu: autre.id }))?.erreur).toContain('n’a pas le droit');
  expect((await run(0, { jeu: 'a'.repeat(24) }))?.erreur).toBe(
    `Le jeu de données ${'a'.repeat(24)} n’existe pas sur ${double.url}.`,
  );
  expect((await mails()).map(({ texte }) => texte)).toEqual([
    expect.stringContaining('administrateur ou éditeur'),
    expect.stringContaining('DATAGOUV_JEU'),
  ]);
  expect(double.jeux).toHaveLength(1);
});

test('a dataset that somebody deleted is not made again without them; restored, it goes on', async () => {
  await run();
  const [jeu] = double.jeux;
  if (!jeu) throw new Error('no dataset');
  jeu.deleted = '2026-03-15T12:00:00+00:00';
  await makeExport('2026-03-16');
  expect((await run(DAY))?.erreur).toBe('Le jeu de données a été supprimé.');
  expect(double.jeux).toHaveLength(1);
  expect((await mails())[0]?.texte).toContain('Rétablissez-le sur data.gouv.fr');
  jeu.deleted = null;
  expect(await run(DAY + 1)).toBeNull();
  expect(await run(DAY + 1, { force: true })).toMatchObject({ erreur: null });
  await expectPublished(jeu);
});

test('a resource that somebody deleted is made anew, once; those beside it keep their ids', async () => {
  await run();
  const [jeu] = double.jeux;
  const kept = jeu?.resources.filter(({ extras }) => extras[MARQUE_FICHIER] !== 'lieux.csv') ?? [];
  jeu?.resources.splice(0, 5, ...kept);
  await makeExport('2026-03-16');
  expect(await run(DAY)).toMatchObject({ erreur: null });
  await expectPublished(jeu);
  for (const { id } of kept) expect(jeu?.resources.map((one) => one.id)).toContain(id);
});

test('a file that is not wanted keeps back none of the others, and is said in the words of the server', async () => {
  panne = ({ requete }) => {
    const uploads = double.requetes.filter((one) => one.endsWith('/upload/')).length;
    return requete === 'POST /api/1/datasets/JEU/upload/' && uploads === 4
      ? { status: 400, corps: { success: false, error: `Extension parquet refusée à ${CLE}` } }
      : null;
  };
  const result = await run();
  expect(result?.envoyes).toEqual(['lieux.csv', 'lieux.json', 'lieux.geojson', 'changements.csv']);
  expect(result?.erreur).toBe(
    'lieux.parquet : data.gouv.fr refuse ce qui est envoyé (HTTP 400) : Extension parquet refusée à ….',
  );
  expect(await mails()).toHaveLength(1);
  panne = () => null;
  expect(await run(DAY)).toMatchObject({ envoyes: ['lieux.parquet'], erreur: null });
  await expectPublished();
});

test('attempts are spaced out, at most eight a day, then people are told once', async () => {
  panne = () => ({ status: 500 });
  const tried: number[] = [];
  for (let minute = 0; minute < 16 * 60; minute += 5) if (await run(minute)) tried.push(minute);
  expect(tried).toEqual([0, 5, 15, 35, 75, 135, 195, 255]);
  expect(await mails()).toHaveLength(1);
  panne = () => null;
  expect(await run(DAY)).toMatchObject({ erreur: null });
});

test('a file of the export that is damaged on the disk is not sent', async () => {
  const made = await findExportJour(database.db, { jour: JOUR, demo: false });
  const chemin = made?.fichiers.find(({ nom }) => nom === 'lieux.csv')?.chemin ?? '';
  await writeFile(join(folder, 'exports', chemin), 'autre chose');
  expect((await run())?.erreur).toContain('n’est plus tel qu’il a été fait');
  expect(double.requetes.filter((one) => one.includes('upload'))).toEqual([]);
});

test('another dataset in the settings forgets the ids of the one before', async () => {
  await run();
  const jeu = jeuTenu();
  double.jeux.push(jeu);
  expect(await run(10, { jeu: jeu.id })).toMatchObject({ jeu_id: jeu.id, erreur: null });
  await expectPublished(jeu);
});

test('killed with -9 at each request, whether or not it was carried out, a publication comes to the same in the end', async () => {
  const program = await bundleOfPublication();
  let kills = 0;
  for (let at = 1; at <= 13; at++) {
    await sql`truncate datagouv_jeu, datagouv_ressource`.execute(database.db);
    double.jeux.length = 0;
    double.requetes.length = 0;
    const child = spawn(process.execPath, [program, database.url, double.url, folder], { stdio: 'inherit' });
    panne = ({ numero }) => {
      if (numero !== at) return null;
      child.kill('SIGKILL');
      return at % 2 === 0 ? 'perdu' : 'muet';
    };
    await new Promise((done) => child.once('exit', done));
    if (child.signalCode === 'SIGKILL') kills++;
    panne = () => null;
    // Its locks go with its sessions, a moment later.
    await expect.poll(() => countSessions(database, 'publication')).toBe(0);
    expect(await run(1)).toMatchObject({ erreur: null });
    expect(double.jeux).toHaveLength(1);
    await expectPublished();
    const ids = double.jeux[0]?.resources.map(({ id }) => id).sort();
    await sql`update export_jour set fait_le = fait_le + interval '1 second' where jour = ${JOUR}`.execute(database.db);
    expect(await run(2)).toMatchObject({ erreur: null, envoyes: [] });
    expect(double.jeux[0]?.resources.map(({ id }) => id).sort()).toEqual(ids);
  }
  expect(kills).toBe(13);
  await rm(program);
}, 120_000);

/** A process of its own that publishes, as the job does. */
function bundleOfPublication(): Promise<string> {
  return bundleText(
    'datagouv',
    `
    import { publierDatagouv } from '#app/jobs/datagouv.ts';
    import { createDb, createPool } from '#db/connection.ts';

    const [base, url, dataDir] = process.argv.slice(2);
    const db = createDb(createPool(base, { applicationName: 'publication', max: 2 }));
    await publierDatagouv({
      db, settings: { dataDir, exportProducteur: 'lieu-a-jour', exportS3: null }, publicUrl: '${SITE}', now: () => new Date('${JOUR}T06:05:00+01:00'),
      datagouv: { url, cle: '${CLE}', organisation: '${ORGANISATION}', jeu: null },
    });
    await db.destroy();`,
  );
}
