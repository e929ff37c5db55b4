import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isLoopback, readSettings, SettingsError } from '#app/http/settings.server.ts';

const SECRET = 'a'.repeat(32);
const SERVER = {
  DATABASE_URL: 'postgres://u:p@base.exemple:5432/lieux',
  SMTP_URL: 'smtps://courriel.exemple',
  APP_SECRET: SECRET,
  PUBLIC_URL: 'https://lieux.exemple.fr',
};

let dataDir: string;

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'reglages-'));
});

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

function read(env: Record<string, string | undefined>) {
  return readSettings({ NODE_ENV: 'test', DATA_DIR: dataDir, ...env });
}

test('without anything: the embedded database, on this machine, with the demonstration', () => {
  expect(read({})).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    publicUrl: 'http://localhost:3000',
    publicUrlGiven: false,
    dataDir,
    demo: true,
    databaseUrl: undefined,
    jobs: true,
    smtpUrl: undefined,
    basemap: 'ign',
    geocoderUrl: 'https://data.geopf.fr/geocodage',
    moderation: 'mixte',
    trustProxy: 0,
    logLevel: 'info',
  });
  expect(
    readSettings({ NODE_ENV: 'test', DATA_DIR: '', PORT: '', DATABASE_URL: '', DEMO: '', APP_SECRET: SECRET }),
  ).toMatchObject({
    port: 3000,
    databaseUrl: undefined,
    demo: true,
  });
});

test('with a server: every address listens, and nothing is seeded', () => {
  expect(read(SERVER)).toMatchObject({
    host: '0.0.0.0',
    demo: false,
    databaseUrl: SERVER.DATABASE_URL,
    secrets: [SECRET],
  });
});

test.each<[string, Record<string, string>]>([
  ['PORT', { PORT: 'trois mille' }],
  ['PORT', { PORT: '70000' }],
  ['PORT', { PORT: '-1' }],
  ['PORT', { PORT: '80.5' }],
  ['PORT', { PORT: ' 80' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'lieux.exemple.fr' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'ftp://lieux.exemple.fr' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://lieux.exemple.fr/carte' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://lieux.exemple.fr/?a=1' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://nom:cachette@lieux.exemple.fr' }],
  ['APP_SECRET', { APP_SECRET: 'court' }],
  ['APP_SECRET', { APP_SECRET: `${SECRET},court` }],
  ['APP_SECRET', { APP_SECRET: `${SECRET},` }],
  ['DEMO', { DEMO: 'oui' }],
  ['JOBS', { JOBS: 'ON' }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://base.exemple/lieux' }],
  ['DATABASE_URL', { DATABASE_URL: 'base.exemple' }],
  ['DATABASE_READ_URL', { DATABASE_READ_URL: 'http://base.exemple' }],
  ['DATABASE_READ_URL', { DATABASE_READ_URL: SERVER.DATABASE_URL }],
  ['SMTP_URL', { SMTP_URL: 'courriel.exemple:25' }],
  ['SMTP_URL', { SMTP_URL: 'http://courriel.exemple' }],
  ['SMTP_URL', { DATABASE_URL: SERVER.DATABASE_URL, APP_SECRET: SECRET }],
  ['SMTP_URL', { DATABASE_URL: SERVER.DATABASE_URL, APP_SECRET: SECRET, SMTP_URL: '' }],
  ['APP_SECRET', { DATABASE_URL: SERVER.DATABASE_URL, SMTP_URL: SERVER.SMTP_URL }],
  // Mails that leave this machine would lead to localhost.
  ['PUBLIC_URL', { ...SERVER, PUBLIC_URL: '' }],
  ['PUBLIC_URL', { ...SERVER, PUBLIC_URL: '', HOST: '192.168.0.1' }],
  ['MAIL_FROM', { MAIL_FROM: 'Lieu à jour' }],
  ['MAIL_FROM', { MAIL_FROM: 'a@b.fr, c@d.fr' }],
  ['MAIL_FROM', { MAIL_FROM: 'Nom <a@b.fr>\nBcc: c@d.fr' }],
  ['GEOCODER_URL', { GEOCODER_URL: 'data.geopf.fr' }],
  ['LISTE_FRANCE_SERVICES_URL', { LISTE_FRANCE_SERVICES_URL: 'liste.csv' }],
  ['LISTE_AIDANTS_CONNECT_URL', { LISTE_AIDANTS_CONNECT_URL: 'file:///liste.csv' }],
  ['RECHERCHE_ENTREPRISES_URL', { RECHERCHE_ENTREPRISES_URL: 'non' }],
  ['BASEMAP', { BASEMAP: 'osm' }],
  ['MODERATION', { MODERATION: 'libre' }],
  ['TRUST_PROXY', { TRUST_PROXY: 'true' }],
  ['TRUST_PROXY', { TRUST_PROXY: '10' }],
  ['LOG_LEVEL', { LOG_LEVEL: 'verbose' }],
])('%s is named where %j', (name, env) => {
  const sentence = sentenceOf(env);
  expect(sentence).toMatch(new RegExp(`^Réglage ${name} (incorrect|absent) : .+\\.$`));
  expect(sentence).not.toMatch(/[\n{}]|undefined|Invalid|expected/);
  // A secret is never repeated to the terminal.
  for (const value of ['court', 'cachette', ':p@']) expect(sentence).not.toContain(value);
});

test.each<[keyof ReturnType<typeof readSettings>, Record<string, string>, unknown]>([
  ['publicUrl', { PUBLIC_URL: 'https://Lieux.exemple.fr/' }, 'https://lieux.exemple.fr'],
  ['publicUrl', { PORT: '8080' }, 'http://localhost:8080'],
  ['publicUrl', { ...SERVER, PUBLIC_URL: '', HOST: '127.0.0.1' }, 'http://localhost:3000'],
  ['publicUrl', { ...SERVER, PUBLIC_URL: '', SMTP_URL: 'smtp://localhost:25' }, 'http://localhost:3000'],
  ['port', { PORT: '0' }, 0],
  ['secrets', { APP_SECRET: ` ${SECRET} , ${'b'.repeat(40)} ` }, [SECRET, 'b'.repeat(40)]],
  ['demo', { DEMO: 'off' }, false],
  ['demo', { ...SERVER, DEMO: 'on' }, false],
  ['listes', {}, []],
  [
    'listes',
    {
      LISTE_CONSEILLERS_NUMERIQUES_URL: 'https://exemple.fr/cn.csv',
      LISTE_FRANCE_SERVICES_URL: 'https://exemple.fr/fs',
    },
    [
      { code: 'france-services', url: 'https://exemple.fr/fs' },
      { code: 'conseillers-numeriques', url: 'https://exemple.fr/cn.csv' },
    ],
  ],
  ['rechercheEntreprisesUrl', {}, null],
  ['rechercheEntreprisesUrl', { DEMO: 'off' }, 'https://recherche-entreprises.api.gouv.fr'],
  ['rechercheEntreprisesUrl', SERVER, 'https://recherche-entreprises.api.gouv.fr'],
  ['rechercheEntreprisesUrl', { ...SERVER, RECHERCHE_ENTREPRISES_URL: 'off' }, null],
  ['rechercheEntreprisesUrl', { RECHERCHE_ENTREPRISES_URL: 'http://127.0.0.1:9/' }, 'http://127.0.0.1:9'],
  ['jobs', { JOBS: 'off' }, false],
  ['databaseReadUrl', { ...SERVER, DATABASE_READ_URL: 'postgres://replique/lieux' }, 'postgres://replique/lieux'],
  ['mailFrom', { MAIL_FROM: '"Lieux, à jour" <a@b.fr>' }, '"Lieux, à jour" <a@b.fr>'],
  ['mailFrom', { MAIL_FROM: 'Lieux <bonjour@lieux.exemple.fr>' }, 'Lieux <bonjour@lieux.exemple.fr>'],
  ['mailFrom', { MAIL_FROM: 'bonjour@lieux.exemple.fr' }, 'bonjour@lieux.exemple.fr'],
  ['trustProxy', { TRUST_PROXY: '2' }, 2],
])('%s from %j', (name, env, value) => {
  expect(read(env)[name]).toEqual(value);
});

test('the embedded mode draws its secret once, for this account alone', () => {
  const [secret] = read({}).secrets;
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(read({}).secrets).toEqual([secret]);
  expect(readFileSync(join(dataDir, 'secret'), 'utf8')).toBe(secret);
  expect(statSync(join(dataDir, 'secret')).mode & 0o077).toBe(0);
});

test.each([SERVER, {}])('a DATA_DIR that takes nothing is named at once, with %j', (env) => {
  writeFileSync(join(dataDir, 'fichier'), '');
  // In /proc, folders refuse new ones in a way that Node's own recursive mkdir never returns from.
  for (const refused of [join(dataDir, 'fichier'), join(dataDir, 'fichier', 'x'), '/proc/x', '/proc/x/y', '/proc']) {
    const sentence = sentenceOf({ ...env, DATA_DIR: refused });
    expect(sentence).toMatch(/^Réglage DATA_DIR incorrect : « .+ » ne peut pas recevoir de données \([^()]+\)\. .+\.$/);
    expect(sentence).toContain(refused);
  }
});

test('a DATA_DIR that is not there yet is made, so that another account can go through it', () => {
  const fresh = join(dataDir, 'a', 'b');
  expect(read({ ...SERVER, DATA_DIR: fresh }).dataDir).toBe(fresh);
  expect(readdirSync(fresh)).toEqual([]);
  expect(statSync(join(dataDir, 'a')).mode & 0o011).toBe(0o011);
});

test.each([
  ['localhost', true],
  ['LOCALHOST', true],
  ['a.localhost', true],
  ['127.0.0.1', true],
  ['127.200.1.9', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['localhost.exemple.fr', false],
  ['127.0.0.1.exemple.fr', false],
  ['192.168.0.1', false],
  ['', false],
])('%s is this machine: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

function sentenceOf(env: Record<string, string>): string {
  try {
    read(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

const DATAGOUV = { DATAGOUV_API_KEY: 'k'.repeat(20), DATAGOUV_ORGANISATION: '5bbb6d6cff66bd4dc17bfd5a' };

test('data.gouv.fr: nothing without a key; a key needs an organisation', () => {
  expect(read({ DATAGOUV_ORGANISATION: DATAGOUV.DATAGOUV_ORGANISATION }).datagouv).toBeNull();
  expect(read(DATAGOUV).datagouv).toEqual({
    url: 'https://www.data.gouv.fr',
    cle: DATAGOUV.DATAGOUV_API_KEY,
    organisation: DATAGOUV.DATAGOUV_ORGANISATION,
    jeu: null,
  });
  expect(read({ ...DATAGOUV, DATAGOUV_URL: 'https://demo.data.gouv.fr/' }).datagouv?.url).toBe(
    'https://demo.data.gouv.fr',
  );
  expect(() => read({ DATAGOUV_API_KEY: DATAGOUV.DATAGOUV_API_KEY })).toThrow('Réglage DATAGOUV_ORGANISATION absent');
});

test.each([
  ['DATAGOUV_URL', 'http://www.data.gouv.fr'],
  ['DATAGOUV_URL', 'https://www.data.gouv.fr/api/1'],
  ['DATAGOUV_API_KEY', 'trop court secret'],
  ['DATAGOUV_ORGANISATION', 'anct'],
  ['DATAGOUV_JEU', 'lieux-de-mediation-numerique'],
])('data.gouv.fr: a wrong %s is named, and what was given is not said', (name, value) => {
  const wrong = () => read({ ...DATAGOUV, [name]: value });
  expect(wrong).toThrow(`Réglage ${name} incorrect`);
  expect(wrong).not.toThrow(value);
});

const S3 = {
  EXPORT_S3_BUCKET: 'lieux-exports',
  EXPORT_S3_REGION: 'fr-par',
  EXPORT_S3_ACCESS_KEY_ID: 'SCW0123456789',
  EXPORT_S3_SECRET_ACCESS_KEY: 'cle-tres-secrete',
};

test('exports are on the disk, or in a bucket that all its settings name', () => {
  expect(read({}).exportS3).toBeNull();
  expect(read(S3).exportS3).toEqual({
    endpoint: null,
    region: 'fr-par',
    bucket: 'lieux-exports',
    prefix: '',
    accessKeyId: 'SCW0123456789',
    secretAccessKey: 'cle-tres-secrete',
  });
  const elsewhere = { EXPORT_S3_ENDPOINT: 'http://127.0.0.1:9000/', EXPORT_S3_PREFIX: 'a/b' };
  expect(read({ ...S3, ...elsewhere }).exportS3).toMatchObject({ endpoint: 'http://127.0.0.1:9000', prefix: 'a/b/' });
});

test.each([
  ['EXPORT_S3_BUCKET', undefined, 'absent'],
  ['EXPORT_S3_REGION', undefined, 'absent'],
  ['EXPORT_S3_ACCESS_KEY_ID', '', 'absent'],
  ['EXPORT_S3_SECRET_ACCESS_KEY', undefined, 'absent'],
  ['EXPORT_S3_BUCKET', 'Lieux_Exports', 'nom de bucket'],
  ['EXPORT_S3_REGION', 'Paris 1', 'région'],
  ['EXPORT_S3_PREFIX', '/a', 'barres obliques'],
  ['EXPORT_S3_PREFIX', 'a/../b', 'barres obliques'],
  ['EXPORT_S3_ENDPOINT', 'ftp://a.fr', 'adresse du stockage'],
  ['EXPORT_S3_ENDPOINT', 'https://moi:mdp@a.fr', 'adresse du stockage'],
  ['EXPORT_S3_SECRET_ACCESS_KEY', 'une clé secrète', 'sans espace'],
])('a bucket with %s = %s is refused by its name, and no key is said', (name, value, reason) => {
  const refused = () => read({ ...S3, [name]: value });
  expect(refused).toThrow(SettingsError);
  expect(refused).toThrow(`Réglage ${name} `);
  expect(refused).toThrow(reason);
  expect(refused).not.toThrow(/cle-tres-secrete|une clé secrète(?! attendue)/);
});

test.each(['EXPORT_S3_ENDPOINT', 'EXPORT_S3_PREFIX'])('%s alone asks for the bucket', (name) => {
  const value = name.endsWith('PREFIX') ? 'a' : 'https://s3.exemple.fr';
  expect(() => read({ [name]: value })).toThrow(`Réglage EXPORT_S3_BUCKET absent : avec ${name}`);
});
