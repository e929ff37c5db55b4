import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { COMPLETE, randomFrom } from '#tests/support/hasard.ts';
import { csvOf, snapshotOf } from './imports.factory.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const REAL = new URL('../../../shared/data/lieux-reels.csv', import.meta.url);
let database: TestDatabase;
let folder: string;
let program: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'lieu-a-jour-commande-'));
  // Under the project, so that the packages it imports are found.
  program = join(ROOT, `node_modules/.cache/lieu-a-jour/import.${process.pid}.mjs`);
  await build({
    entryPoints: [join(ROOT, 'scripts/import.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
  });
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
  await rm(program, { force: true });
});
beforeEach(async () => {
  await database.db.deleteFrom('lieu').execute();
  await database.db.deleteFrom('import_lot').execute();
});

function start(...args: string[]): ChildProcess {
  const env = {
    ...process.env,
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    SMTP_URL: 'smtp://127.0.0.1:1',
    APP_SECRET: 'x'.repeat(40),
  };
  return spawn(process.execPath, [program, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = start(...args);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

test('imports a file, writes its report, ends with the counts as JSON, and exits 0 even with refused lines', async () => {
  const path = await file(
    'hub.csv',
    csvOf([
      { id: 'a1', telephone: '0556000000' },
      { id: 'a2', nom: '' },
      { id: 'a3', commune: '', code_insee: '', code_postal: '33610' },
    ]),
  );
  const rapport = join(folder, 'rapport.csv');
  const { code, stdout } = await run(path, '--source', 'hub', '--rapport', rapport, '--json');
  expect(code).toBe(0);
  const bilan = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  expect(Object.keys(bilan)).toEqual([
    'lignes',
    'publiques',
    'a_completer',
    'refusees',
    'doublons',
    'nouvelles',
    'modifiees',
    'inchangees',
    'ms',
  ]);
  expect(bilan).toMatchObject({ lignes: 3, publiques: 1, a_completer: 1, refusees: 1, doublons: 0, nouvelles: 2 });
  const text = await readFile(rapport, 'utf8');
  expect(text.startsWith('ligne,id,champ,valeur,verdict,message\r\n')).toBe(true);
  const lines: Record<string, string>[] = parse(text, { columns: true });
  expect(lines).toContainEqual(
    expect.objectContaining({ ligne: '2', id: 'a1', champ: 'telephone', valeur: '0556000000', verdict: 'corrige' }),
  );
  expect(lines).toContainEqual(expect.objectContaining({ ligne: '3', id: 'a2', champ: 'nom', verdict: 'refuse' }));
  expect(lines).toContainEqual(
    expect.objectContaining({ ligne: '4', id: 'a3', champ: 'commune', verdict: 'manquant' }),
  );
});

test('columns with names of their own are read as --colonne says', async () => {
  const path = await file('autre.csv', 'Réf;Structure;Ville;CP;Rue\nx1;Mairie;Reims;51100;2 rue Haute');
  const { code, stderr } = await run(path);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/Aucune colonne du standard/)]);
  const colonnes = ['réf=id', 'Structure=nom', 'VILLE=commune', 'cp=code_postal', 'rue=adresse'];
  const { stdout } = await run(path, '--json', ...colonnes.flatMap((colonne) => ['--colonne', colonne]));
  expect(JSON.parse(stdout)).toMatchObject({ lignes: 1, a_completer: 1, nouvelles: 1 });
  expect((await run(path, '--colonne', 'Structure=inconnu')).code).toBe(2);
});

test('the same lieux as CSV, JSON and XLSX are the same import', async () => {
  const rows = [
    ['id', 'nom', 'commune', 'code_postal', 'adresse', 'telephone', 'date_maj'],
    ['a1', 'Médiathèque Garonne', 'Bordeaux', '33000', '12 rue des Écoles', '0556000000', '2026-01-15'],
    ['a2', 'Mairie', 'Reims', '51100', '2 rue Haute', '', '2026-01-15'],
  ];
  const [header = [], ...lieux] = rows;
  const json = JSON.stringify(lieux.map((cells) => Object.fromEntries(cells.map((cell, i) => [header[i], cell]))));
  const csv = await file('hub.csv', rows.map((cells) => cells.join(';')).join('\n'));
  const xlsx = join(folder, 'hub.xlsx');
  await writeFile(xlsx, await writeXlsxFile(rows).toBuffer());
  const bilans = [];
  for (const path of [csv, await file('hub.json', json), xlsx])
    bilans.push(JSON.parse((await run(path, '--source', 'hub', '--json')).stdout));
  expect(bilans).toMatchObject([
    { lignes: 2, publiques: 2, nouvelles: 2 },
    { lignes: 2, publiques: 2, nouvelles: 0, inchangees: 2 },
    { lignes: 2, publiques: 2, nouvelles: 0, inchangees: 2 },
  ]);
});

test.each([
  ['a file that is not there', ['absent.csv'], 1, /n’existe pas/],
  ['a folder', ['.'], 1, /est un dossier/],
  ['another scheme', ['ftp://exemple.fr/a.csv'], 1, /http/],
  ['an address that is none', ['http://'], 1, /adresse est mal écrite/],
  ['an address where nobody may ask', ['http://127.0.0.1:1/a.csv'], 1, /refuse la connexion/],
  ['no file', [], 2, /Donnez le fichier/],
  ['two files', ['a.csv', 'b.csv'], 2, /Un seul fichier/],
  ['an unknown option', ['a.csv', '--vite'], 2, /Je ne comprends pas/],
])('%s gets one clear sentence', async (_, args, expected, message) => {
  const { code, stderr, stdout } = await run(...args);
  expect(code).toBe(expected);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain('    at ');
  expect(stdout).toBe('');
});

test('a file that is no table gets one clear sentence, exit 1, and leaves no report', async () => {
  const rapport = join(folder, 'jamais.csv');
  const { code, stderr } = await run(
    await file('page.csv', '<!doctype html><title>404</title>'),
    '--rapport',
    rapport,
    '--json',
  );
  expect(code).toBe(1);
  expect(stderr.trim()).toBe('C’est une page web ou du XML : il faut un tableau au format CSV, JSON ou XLSX.');
  expect(existsSync(rapport)).toBe(false);
});

test('a simulation writes no row', async () => {
  const before = await snapshotOf(database.db);
  const { stdout } = await run(await file('simuler.csv', csvOf([{ id: 'a1' }])), '--simuler', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ nouvelles: 1 });
  expect(await snapshotOf(database.db)).toBe(before);
});

test('an address is downloaded and read; its errors are told', async () => {
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/lieux.csv')) response.end(csvOf([{ id: 'u1', source: '' }]));
    else response.writeHead(404).end('absent');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  try {
    const { code } = await run(`http://127.0.0.1:${port}/lieux.csv?cle=secret`);
    expect(code).toBe(0);
    const lots = await database.db.selectFrom('import_lot').select('fichier').execute();
    expect(lots).toEqual([{ fichier: 'lieux.csv' }]);
    const failed = await run(`http://127.0.0.1:${port}/absent.csv`);
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('404')]);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test('an import killed at any moment leaves nothing half done, and run again comes to the same', async () => {
  const path = await file(
    'gros.csv',
    csvOf(Array.from({ length: 6000 }, (_, index) => ({ id: `t${index}`, nom: `Lieu ${index}` }))),
  );
  const { db } = database;
  for (const [phase, reached] of [
    ['while it reads', async () => (await activity()).some((query) => query.includes('INSERT INTO import_ligne'))],
    ['while it writes', async () => (await activity()).some((query) => query.startsWith('INSERT INTO lieu'))],
  ] as const) {
    const child = start(path);
    const closed = new Promise((resolve) => child.once('close', resolve));
    let ended = false;
    void closed.then(() => {
      ended = true;
    });
    while (!ended && !(await reached())) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(ended, phase).toBe(false);
    child.kill('SIGKILL');
    await closed;
    await expect.poll(() => sessions(), { timeout: 10_000 }).toBe(0);
    expect(await db.selectFrom('lieu').select('id').execute(), phase).toEqual([]);
    expect(await db.selectFrom('import_lot').select('id').execute(), phase).toEqual([]);
  }
  const { stdout } = await run(path, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ lignes: 6000, nouvelles: 6000 });
  const before = await snapshotOf(db);
  const again = await run(path, '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ nouvelles: 0, modifiees: 0, inchangees: 6000 });
  expect(await snapshotOf(db)).toBe(before);
});

test(`killed with -9 at ${COMPLETE ? 100 : 3} random moments, an import has done all or nothing, and run again comes to the same`, async () => {
  const { db } = database;
  const lieuxOf = (version: number) =>
    csvOf(Array.from({ length: 1_500 }, (_, index) => ({ id: `h${index}`, nom: `Lieu ${index} version ${version}` })));
  const versions = async () => {
    const rows = await db.selectFrom('lieu').select('nom').execute();
    const seen = new Set(rows.map(({ nom }) => Number(nom?.split(' ').at(-1))));
    const lots = await db.selectFrom('import_lot').select('id').execute();
    return { lieux: rows.length, versions: [...seen], lots: lots.length };
  };
  const began = performance.now();
  await run(await file('hasard.csv', lieuxOf(0)), '--json');
  const whole = performance.now() - began;
  const seed = Math.floor(Math.random() * 2 ** 31);
  const moment = randomFrom(seed);
  let [done, lots, kills] = [0, 1, 0];
  for (let round = 1; kills < (COMPLETE ? 100 : 3); round++) {
    expect(round, `seed ${seed}`).toBeLessThan(400);
    const child = start(await file('hasard.csv', lieuxOf(round)));
    const closed = new Promise((resolve) => child.once('close', resolve));
    // Before it has begun there is nothing to break.
    const timer = setTimeout(() => child.kill('SIGKILL'), whole * (0.25 + 0.75 * moment()));
    await closed;
    clearTimeout(timer);
    if (child.signalCode === 'SIGKILL') kills++;
    await expect.poll(sessions).toBe(0);
    const now = await versions();
    const said = `seed ${seed}, round ${round}`;
    expect(
      [done, round].map((version) => [version]),
      said,
    ).toContainEqual(now.versions);
    const changed = now.versions[0] === round;
    expect([now.lieux, now.lots], said).toEqual([1_500, lots + (changed ? 1 : 0)]);
    if (changed) [done, lots] = [round, lots + 1];
  }
  const { stdout } = await run(await file('hasard.csv', lieuxOf(1_000)), '--json');
  expect(JSON.parse(stdout)).toMatchObject({ modifiees: 1_500, inchangees: 0 });
  expect(await versions()).toMatchObject({ lieux: 1_500, versions: [1_000], lots: lots + 1 });
}, 1_200_000);

test.skipIf(!existsSync(REAL))(
  'the real file (skipped where ../shared is absent): 139 ids from two sources are two lieux each',
  async () => {
    const rapport = join(folder, 'reel.csv');
    const { stdout } = await run(fileURLToPath(REAL), '--json', '--rapport', rapport);
    const bilan = JSON.parse(stdout);
    expect(bilan.lignes).toBe(17_414);
    expect(bilan.publiques).toBeGreaterThanOrEqual(14_400);
    expect(bilan.publiques + bilan.a_completer).toBeGreaterThanOrEqual(17_100);
    expect(bilan.publiques + bilan.a_completer + bilan.refusees + bilan.doublons).toBe(17_414);
    const { shared } = await database.db
      .selectFrom('lieu')
      .select((eb) => eb.fn.countAll<number>().as('shared'))
      .whereRef('id', '<>', 'id_origine')
      .executeTakeFirstOrThrow();
    const lines: { champ: string; verdict: string }[] = parse(await readFile(rapport, 'utf8'), { columns: true });
    expect(lines.filter(({ champ, verdict }) => champ === 'id' && verdict === 'corrige')).toHaveLength(shared);
    expect(shared).toBeGreaterThanOrEqual(139);
    const publies = await database.db
      .selectFrom('lieu_publie')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    expect(publies.n).toBe(bilan.publiques);
    const before = await snapshotOf(database.db);
    const again = await run(fileURLToPath(REAL), '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ nouvelles: 0, modifiees: 0, inchangees: bilan.nouvelles });
    expect(await snapshotOf(database.db)).toBe(before);
  },
  300_000,
);

async function activity(): Promise<string[]> {
  const { rows } = await database.pool.query<{ query: string }>(
    "SELECT query FROM pg_stat_activity WHERE application_name = 'lieu-a-jour import' AND datname = current_database()",
  );
  return rows.map(({ query }) => query.replace(/\s+/g, ' ').replaceAll('"', '').trim());
}

async function sessions(): Promise<number> {
  return (await activity()).length;
}
