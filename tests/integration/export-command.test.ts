import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parisDay } from '#app/domain/exports.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { CLE, ORGANISATION, startDatagouv } from '#tests/support/datagouv.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { startS3 } from '#tests/support/s3.ts';

let database: TestDatabase;
let folder: string;
let programs: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'commande-'));
  programs = resolve('node_modules/.cache', `commandes-${process.pid}`);
  await build({
    entryPoints: ['scripts/export.ts', 'scripts/moderateur.ts'],
    outdir: programs,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
});
afterAll(async () => {
  await rm(programs, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
  await database.drop();
});

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(program: 'export' | 'moderateur', ...args: string[]): Promise<Outcome> {
  return runWith({}, program, ...args);
}

function runWith(more: Record<string, string>, program: 'export' | 'moderateur', ...args: string[]): Promise<Outcome> {
  const env = {
    ...process.env,
    DATABASE_URL: database.url,
    DATA_DIR: join(folder, 'donnees'),
    APP_SECRET: 'x'.repeat(32),
    SMTP_URL: 'smtp://127.0.0.1:25',
    ...more,
  };
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(programs, `${program}.mjs`), ...args], { env, timeout: 50_000 });
    const outcome = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (outcome.stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (outcome.stderr += String(chunk)));
    child.once('error', fail);
    child.once('close', (code) => done({ code, ...outcome }));
  });
}

test('the last line of --json says what was made, and a copy of it is where it was asked for', async () => {
  const vers = join(folder, 'a/b c/é');
  const { code, stdout } = await run('export', '--vers', vers, '--json');
  expect(code).toBe(0);
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(Object.keys(result)).toEqual(['jour', 'lignes', 'fichiers', 'ms']);
  expect(result).toMatchObject({ jour: parisDay(new Date()), lignes: 0 });
  expect(result.fichiers).toHaveLength(4);
  for (const { nom, octets, sha256 } of result.fichiers) {
    const bytes = await readFile(join(vers, nom));
    expect(bytes.length).toBe(octets);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  }
});

test('a day is chosen with --jour', async () => {
  const { code, stdout } = await run('export', '--jour', '2026-01-02');
  expect(code).toBe(0);
  expect(stdout).toContain('Export du 2026-01-02 : 0 lieux');
  expect(
    await database.db.selectFrom('export_jour').select('jour').where('jour', '=', '2026-01-02').execute(),
  ).toHaveLength(1);
});

test.each([
  [['--jour', '2025-02-30'], 2, 'n’est pas un jour'],
  [['--jour', '2099-01-01'], 2, 'pas encore arrivé'],
  [['--jours', '2025-02-03'], 2, 'Je ne comprends pas'],
  [['quoi'], 2, 'Je ne comprends pas'],
  [['--vers='], 2, 'Donnez un dossier'],
  [['--publier', '--jour', '2026-01-02'], 2, 'il va seul'],
  [['--publier'], 1, 'DATAGOUV_API_KEY'],
  [['--vers', join(process.execPath, 'x')], 1, 'n’est pas un dossier'],
])('export %j ends with %i and one sentence', async (args, expected, sentence) => {
  const { code, stderr } = await run('export', ...args);
  expect(code).toBe(expected);
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain('    at ');
});

test('what is served is published on data.gouv.fr now with --publier; a second time nothing is left to send', async () => {
  await insertLieu(database.db, { id: 'lieu-1' }, { today: '2026-03-01' });
  expect((await run('export')).code).toBe(0);
  const double = await startDatagouv();
  try {
    const datagouv = { DATAGOUV_URL: double.url, DATAGOUV_API_KEY: CLE, DATAGOUV_ORGANISATION: ORGANISATION };
    const first = await runWith(datagouv, 'export', '--publier');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(
      `Export du ${parisDay(new Date())} sur ${double.url}/datasets/${double.jeux[0]?.id}/`,
    );
    expect(first.stdout).toContain('envoyés : lieux.csv, ');
    expect((await runWith(datagouv, 'export', '--publier')).stdout).toContain('tout y était déjà');
    const refused = await runWith({ ...datagouv, DATAGOUV_API_KEY: `${CLE}-fausse` }, 'export', '--publier');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('n’est pas publié sur data.gouv.fr. ');
    expect(refused.stderr).not.toContain(CLE);
  } finally {
    await double.close();
  }
});

test('with a bucket the export is there, and says so; without that bucket one sentence says what to mend', async () => {
  const s3 = await startS3();
  try {
    const { endpoint, region, bucket, accessKeyId, secretAccessKey } = s3.settings;
    const env = {
      EXPORT_S3_ENDPOINT: endpoint ?? '',
      EXPORT_S3_REGION: region,
      EXPORT_S3_BUCKET: bucket,
      EXPORT_S3_PREFIX: 'essai',
      EXPORT_S3_ACCESS_KEY_ID: accessKeyId,
      EXPORT_S3_SECRET_ACCESS_KEY: secretAccessKey,
    };
    const { code, stdout } = await runWith(env, 'export', '--forcer');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`, dans s3://${bucket}/essai\n`)]);
    expect(await s3.keys()).toContain('essai/manifeste.json');
    const refused = await runWith({ ...env, EXPORT_S3_BUCKET: 'absent' }, 'export', '--forcer');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('n’a pas de bucket « absent »')]);
    expect(refused.stderr).not.toContain('    at ');
  } finally {
    await s3.close();
  }
});

test('an account is made a moderator, then of some départements only', async () => {
  const rights = () =>
    database.db
      .selectFrom('moderateur')
      .innerJoin('utilisateur', 'utilisateur.id', 'moderateur.utilisateur_id')
      .select(['courriel', 'departements'])
      .execute();
  expect((await run('moderateur', 'Nadia@ANCT.gouv.fr')).code).toBe(0);
  expect(await rights()).toEqual([{ courriel: 'nadia@anct.gouv.fr', departements: null }]);
  expect((await run('moderateur', 'nadia@anct.gouv.fr', '--departements', '33, 2a,1')).code).toBe(0);
  expect(await rights()).toEqual([{ courriel: 'nadia@anct.gouv.fr', departements: ['33', '2A', '01'] }]);
});

test.each([
  [[], 'Donnez une adresse'],
  [['a@b.fr', 'c@d.fr'], 'Donnez une adresse'],
  [['pas-une-adresse'], 'n’est pas une adresse'],
  [['a@b.fr', '--departements', '33,999'], 'Aucun département n’a le code 999'],
  [['a@b.fr', '--departements', ','], 'au moins un code'],
])('moderateur %j is refused and changes nothing', async (args, sentence) => {
  const { code, stderr } = await run('moderateur', ...args);
  expect(code).toBe(2);
  expect(stderr).toContain(sentence);
  expect(await database.db.selectFrom('utilisateur').select('id').where('courriel', '=', 'a@b.fr').execute()).toEqual(
    [],
  );
});
