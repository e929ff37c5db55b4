import { z } from 'zod';
import { originOf } from './settings-origin.ts';

/** The bucket of S3-compatible storage in which exports are put. */
export interface ExportS3Settings {
  /** Origin, without a final slash; null: Amazon's own for the region. */
  endpoint: string | null;
  region: string;
  bucket: string;
  /** What every key begins with: empty, or with a final slash. */
  prefix: string;
  accessKeyId: string;
  /** Secret: never in a log, a page or an error. */
  secretAccessKey: string;
}

/** The settings of the bucket, as they stand in the environment. A key is never said in what is wrong with it. */
export const exportS3Environment = {
  EXPORT_S3_ENDPOINT: z
    .string()
    // Requests are signed and no key travels: without encryption only what everybody may read would be seen.
    .refine(
      (value) => originOf(value) !== null,
      'adresse du stockage, sans rien derrière, attendue (exemple : https://s3.exemple.fr)',
    )
    .optional(),
  EXPORT_S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'nom de région attendu, en minuscules (exemple : fr-par)')
    .optional(),
  EXPORT_S3_BUCKET: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      'nom de bucket attendu, de 3 à 63 minuscules, chiffres, points et tirets (exemple : lieux-exports)',
    )
    .optional(),
  EXPORT_S3_PREFIX: z
    .string()
    .regex(
      /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*\/?$/,
      'lettres sans accent, chiffres, tirets, points et barres obliques attendus (exemple : donnees/lieux)',
    )
    .optional(),
  EXPORT_S3_ACCESS_KEY_ID: z
    .string()
    .regex(/^[\x21-\x7e]{3,200}$/, 'identifiant de clé attendu, sans espace')
    .optional(),
  EXPORT_S3_SECRET_ACCESS_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{6,200}$/, 'clé secrète attendue, d’au moins 6 caractères, sans espace')
    .optional(),
};

type Environment = z.output<z.ZodObject<typeof exportS3Environment>>;

const REQUIRED = {
  EXPORT_S3_BUCKET: 'lieux-exports',
  EXPORT_S3_REGION: 'fr-par',
  EXPORT_S3_ACCESS_KEY_ID: 'l’identifiant de la clé du stockage',
  EXPORT_S3_SECRET_ACCESS_KEY: 'la clé secrète du stockage',
} as const;

/** The setting that is missing beside one that is given, and one that is given; null where all or none are. */
export function missingExportS3(e: Environment): { missing: string; given: string; example: string } | null {
  const names = Object.keys(exportS3Environment) as (keyof typeof exportS3Environment)[];
  const given = names.find((name) => e[name] !== undefined);
  if (given === undefined) return null;
  for (const [name, example] of Object.entries(REQUIRED) as [keyof typeof REQUIRED, string][])
    if (e[name] === undefined) return { missing: name, given, example };
  return null;
}

/** Null without a bucket: then exports are on the disk. */
export function exportS3Of(e: Environment): ExportS3Settings | null {
  const { EXPORT_S3_REGION: region, EXPORT_S3_BUCKET: bucket } = e;
  const { EXPORT_S3_ACCESS_KEY_ID: accessKeyId, EXPORT_S3_SECRET_ACCESS_KEY: secretAccessKey } = e;
  if (!region || !bucket || !accessKeyId || !secretAccessKey) return null;
  const prefix = e.EXPORT_S3_PREFIX?.replace(/\/$/, '');
  return {
    endpoint: e.EXPORT_S3_ENDPOINT?.replace(/\/+$/, '') ?? null,
    region,
    bucket,
    prefix: prefix ? `${prefix}/` : '',
    accessKeyId,
    secretAccessKey,
  };
}
