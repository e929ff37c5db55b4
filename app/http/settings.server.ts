import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { ListeCode, SourceDeListe } from '#app/domain/labels-verifies.ts';
import { makeFolder, reasonOfDisk, tryFolder } from '#db/embedded/folder.ts';
import { type DatagouvSettings, datagouvEnvironment, datagouvOf } from './settings-datagouv.server.ts';
import {
  type ExportS3Settings,
  exportS3Environment,
  exportS3Of,
  missingExportS3,
} from './settings-export-s3.server.ts';
import { originOf } from './settings-origin.ts';

export interface Settings {
  host: string;
  port: number;
  /** Origin of the site as people type it, without a final slash; follows the port when it was not set. */
  publicUrl: string;
  publicUrlGiven: boolean;
  dataDir: string;
  /** Newest first. Keys signed links and hashes of contacts. */
  secrets: readonly [string, ...string[]];
  demo: boolean;
  databaseUrl: string | undefined;
  databaseReadUrl: string | undefined;
  jobs: boolean;
  smtpUrl: string | undefined;
  mailFrom: string;
  geocoderUrl: string;
  /** The official lists that are read, and where. */
  listes: readonly SourceDeListe[];
  /** Where the SIRETs of lieux are looked for; null: nowhere. */
  rechercheEntreprisesUrl: string | null;
  /** Who makes the open data, in the names of its files. */
  exportProducteur: string;
  /** The bucket that exports are put in; null: on the disk. */
  exportS3: ExportS3Settings | null;
  /** Where the exports are published besides this site; null: nowhere. */
  datagouv: DatagouvSettings | null;
  basemap: 'ign' | 'locale';
  moderation: 'mixte' | 'stricte';
  /** How many proxies stand in front: how far X-Forwarded-For is believed. */
  trustProxy: number;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
}

export class SettingsError extends Error {}

/**
 * Reads the environment once. Throws SettingsError with one French sentence that names the first setting that is wrong.
 * A variable that is set to an empty text counts as absent.
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0] ?? 'environnement');
    throw new SettingsError(`Réglage ${name} incorrect : ${issue?.message ?? 'valeur refusée'}.`);
  }
  const e = parsed.data;
  const embedded = e.DATABASE_URL === undefined;
  if (!embedded && e.SMTP_URL === undefined) {
    throw new SettingsError(
      'Réglage SMTP_URL absent : avec DATABASE_URL, les courriels doivent pouvoir partir (exemple : smtp://localhost:25).',
    );
  }
  if (!embedded && e.APP_SECRET === undefined) {
    throw new SettingsError(
      'Réglage APP_SECRET absent : avec DATABASE_URL, donnez au moins 32 caractères tirés au hasard (exemple : openssl rand -hex 32).',
    );
  }
  if (embedded && e.DATABASE_READ_URL !== undefined) {
    throw new SettingsError('Réglage DATABASE_READ_URL incorrect : il ne sert qu’avec DATABASE_URL, qui est absent.');
  }
  if (e.DATAGOUV_API_KEY !== undefined && e.DATAGOUV_ORGANISATION === undefined) {
    throw new SettingsError(
      'Réglage DATAGOUV_ORGANISATION absent : avec DATAGOUV_API_KEY, donnez l’identifiant de l’organisation qui publie (exemple : 5bbb6d6cff66bd4dc17bfd5a).',
    );
  }
  const s3 = missingExportS3(e);
  if (s3 !== null)
    throw new SettingsError(
      `Réglage ${s3.missing} absent : avec ${s3.given}, donnez-le aussi (exemple : ${s3.example}).`,
    );
  const host = e.HOST ?? (embedded ? '127.0.0.1' : '0.0.0.0');
  if (e.DATABASE_URL !== undefined && e.PUBLIC_URL === undefined && !isSeenHereOnly(host, e.SMTP_URL)) {
    throw new SettingsError(
      'Réglage PUBLIC_URL absent : avec DATABASE_URL, les liens des courriels doivent mener au site (exemple : https://lieux.exemple.fr).',
    );
  }
  const dataDir = prepareDataDir(e.DATA_DIR);
  const demo = embedded && (e.DEMO ?? true);
  return {
    host,
    port: e.PORT,
    publicUrl: e.PUBLIC_URL ?? `http://localhost:${e.PORT}`,
    publicUrlGiven: e.PUBLIC_URL !== undefined,
    dataDir,
    secrets: e.APP_SECRET ?? [localSecret(dataDir)],
    demo,
    databaseUrl: e.DATABASE_URL,
    databaseReadUrl: e.DATABASE_READ_URL,
    jobs: e.JOBS ?? true,
    smtpUrl: e.SMTP_URL,
    mailFrom: e.MAIL_FROM,
    geocoderUrl: e.GEOCODER_URL,
    listes: listesOf(e),
    rechercheEntreprisesUrl: rechercheOf(e.RECHERCHE_ENTREPRISES_URL, { demo }),
    exportProducteur: e.EXPORT_PRODUCTEUR,
    exportS3: exportS3Of(e),
    datagouv: datagouvOf(e),
    basemap: e.BASEMAP,
    moderation: e.MODERATION,
    trustProxy: e.TRUST_PROXY,
    logLevel: e.LOG_LEVEL,
  };
}

/** A demonstration asks nobody of invented lieux, unless it is told whom. */
function rechercheOf(given: string | undefined, { demo }: { demo: boolean }): string | null {
  if (given === 'off') return null;
  const url = given ?? (demo ? null : 'https://recherche-entreprises.api.gouv.fr');
  return url === null ? null : url.replace(/\/+$/, '');
}

function listesOf(e: z.output<typeof environment>): SourceDeListe[] {
  const addresses: [ListeCode, string | undefined][] = [
    ['france-services', e.LISTE_FRANCE_SERVICES_URL],
    ['aidants-connect', e.LISTE_AIDANTS_CONNECT_URL],
    ['conseillers-numeriques', e.LISTE_CONSEILLERS_NUMERIQUES_URL],
  ];
  return addresses.flatMap(([code, address]) => (address === undefined ? [] : [{ code, url: address }]));
}

/** True where the host name designates this machine only. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

const onOff = z.enum(['on', 'off'], { error: 'attendu « on » ou « off »' }).transform((value) => value === 'on');

function url(protocols: readonly string[], example: string) {
  return z.string().refine(
    (value) => {
      try {
        return protocols.includes(new URL(value).protocol);
      } catch {
        return false;
      }
    },
    { error: `adresse attendue, par exemple ${example}` },
  );
}

const postgres = url(['postgres:', 'postgresql:'], 'postgres://utilisateur:mot-de-passe@hote:5432/base');

const liste = url(['http:', 'https:'], 'https://www.data.gouv.fr/api/1/datasets/r/…');

/** « Nom <adresse> » or an address alone: one sender, and nothing that could begin another header. */
const ONE_SENDER = /^(?:(?:"[^"\r\n]*"[ \t]*|[^<>"@,;\r\n]*)<[^\s<>@,;]+@[^\s<>@,;]+>|[^\s<>@,;]+@[^\s<>@,;]+)$/;

const environment = z.object({
  HOST: z.string().optional(),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'nombre entre 0 et 65535 attendu')
    .transform(Number)
    .refine((port) => port <= 65_535, 'nombre entre 0 et 65535 attendu')
    .default(3000),
  PUBLIC_URL: z
    .string()
    .refine(
      (value) => originOf(value) !== null,
      'adresse du site, sans rien derrière, attendue (exemple : https://lieux.exemple.fr)',
    )
    .transform((value) => originOf(value) ?? value)
    .optional(),
  DATA_DIR: z.string().default('.data'),
  APP_SECRET: z
    .string()
    .transform((value, context) => {
      const [first, ...others] = value.split(',').map((secret) => secret.trim());
      if (first === undefined || [first, ...others].some((secret) => secret.length < 32)) {
        context.addIssue({ code: 'custom', message: 'chaque secret doit avoir au moins 32 caractères' });
        return z.NEVER;
      }
      return [first, ...others] satisfies [string, ...string[]];
    })
    .optional(),
  DEMO: onOff.optional(),
  DATABASE_URL: postgres.optional(),
  DATABASE_READ_URL: postgres.optional(),
  JOBS: onOff.optional(),
  SMTP_URL: url(['smtp:', 'smtps:'], 'smtp://localhost:25').optional(),
  MAIL_FROM: z
    .string()
    .regex(ONE_SENDER, 'une adresse de courriel attendue (exemple : Lieu à jour <bonjour@lieux.exemple.fr>)')
    .default('Lieu à jour <ne-pas-repondre@lieu-a-jour.invalid>'),
  GEOCODER_URL: url(['http:', 'https:'], 'https://data.geopf.fr/geocodage').default('https://data.geopf.fr/geocodage'),
  LISTE_FRANCE_SERVICES_URL: liste.optional(),
  LISTE_AIDANTS_CONNECT_URL: liste.optional(),
  LISTE_CONSEILLERS_NUMERIQUES_URL: liste.optional(),
  RECHERCHE_ENTREPRISES_URL: url(['http:', 'https:'], 'https://recherche-entreprises.api.gouv.fr')
    .or(z.literal('off'))
    .optional(),
  EXPORT_PRODUCTEUR: z
    .string()
    .regex(
      /^[A-Za-z0-9-]{1,60}$/,
      'lettres sans accent, chiffres et tirets attendus (exemple : un SIRET, ou lieu-a-jour)',
    )
    .default('lieu-a-jour'),
  ...exportS3Environment,
  ...datagouvEnvironment,
  BASEMAP: z.enum(['ign', 'locale'], { error: 'attendu « ign » ou « locale »' }).default('ign'),
  MODERATION: z.enum(['mixte', 'stricte'], { error: 'attendu « mixte » ou « stricte »' }).default('mixte'),
  TRUST_PROXY: z.string().regex(/^\d$/, 'nombre de mandataires attendu, de 0 à 9').transform(Number).default(0),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'attendu « trace », « debug », « info », « warn », « error », « fatal » ou « silent »',
    })
    .default('info'),
});

/** Without PUBLIC_URL links lead to localhost: right where only this machine has the site, or where its mails stay here. */
function isSeenHereOnly(host: string, smtpUrl: string | undefined): boolean {
  return isLoopback(host) || (smtpUrl !== undefined && isLoopback(new URL(smtpUrl).hostname));
}

/** Makes the folder of data where there is none, and sees that something can be written there before anything counts on it. */
function prepareDataDir(given: string): string {
  const dataDir = resolve(given);
  try {
    makeFolder(dataDir, 0o711);
    tryFolder(dataDir);
    return dataDir;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new SettingsError(
      `Réglage DATA_DIR incorrect : « ${given} » ne peut pas recevoir de données (${reasonOfDisk(error) ?? code}). Donnez un dossier où ce compte peut écrire (exemple : DATA_DIR=/srv/lieu-a-jour).`,
    );
  }
}

/** The embedded mode needs no setting: its secret is drawn once and kept beside its database. */
function localSecret(dataDir: string): string {
  const path = join(dataDir, 'secret');
  if (!existsSync(path)) {
    try {
      writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if (!existsSync(path)) throw error;
    }
  }
  return readFileSync(path, 'utf8').trim();
}
