import type { ExportS3Settings } from '#app/http/settings-export-s3.server.ts';

/** Where the files of exports lie cannot be reached, read or written: a French sentence says why, and holds no secret. */
export class DepotError extends Error {
  override readonly name = 'DepotError';
}

/** What an error of S3 means to whoever keeps the site. */
export function fauteOf(error: unknown, settings: ExportS3Settings): DepotError {
  if (error instanceof DepotError) return error;
  return new DepotError(`Le stockage des exports (${placeOf(settings)}) ${sentenceOf(error, settings)}`);
}

/** True where an object is not there. */
export function isAbsent(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(readError(error).name);
}

/** True where what arrived was not what had been sent. */
export function isAltered(error: unknown): boolean {
  return ['BadDigest', 'XAmzContentSHA256Mismatch', 'XAmzContentChecksumMismatch'].includes(readError(error).name);
}

function placeOf({ endpoint, bucket }: ExportS3Settings): string {
  return `s3://${bucket}${endpoint === null ? '' : ` sur ${endpoint}`}`;
}

const KEYS = 'EXPORT_S3_ACCESS_KEY_ID et EXPORT_S3_SECRET_ACCESS_KEY';

const REFUSED = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidToken',
  'ExpiredToken',
  'Unauthorized',
]);

function sentenceOf(error: unknown, { bucket, region }: ExportS3Settings): string {
  const { name, code, status } = readError(error);
  if (name === 'NoSuchBucket') return `n’a pas de bucket « ${bucket} ». Créez-le, ou corrigez EXPORT_S3_BUCKET.`;
  if (REFUSED.has(name) || status === 401) return `ne reconnaît pas la clé. Vérifiez ${KEYS}.`;
  if (name === 'RequestTimeTooSkewed') return 'refuse l’heure de cette machine. Mettez son horloge à l’heure.';
  if (name === 'PermanentRedirect' || name === 'AuthorizationHeaderMalformed' || status === 301)
    return `n’est pas dans la région « ${region} ». Corrigez EXPORT_S3_REGION ou EXPORT_S3_ENDPOINT.`;
  if (name === 'AccessDenied' || status === 403)
    return `refuse l’accès. Donnez à la clé (${KEYS}) le droit de lire, d’écrire, de lister et de supprimer.`;
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'a coupé la connexion. Un nouvel essai suivra.';
  if (name === 'TimeoutError' || code === 'ETIMEDOUT') return 'n’a pas répondu à temps. Un nouvel essai suivra.';
  if (isAltered(error)) return 'a reçu autre chose que ce qui était envoyé. Un nouvel essai suivra.';
  if (name === 'SlowDown' || (status !== null && status >= 500))
    return `est surchargé ou en panne (${name}). Un nouvel essai suivra.`;
  if (status === null) return `ne peut pas être joint (${code ?? name}). Vérifiez EXPORT_S3_ENDPOINT et le réseau.`;
  return `a refusé la demande (${name}, ${status}).`;
}

interface ReadError {
  name: string;
  code: string | null;
  /** Of the answer; null where there was none. */
  status: number | null;
}

function readError(error: unknown): ReadError {
  if (typeof error !== 'object' || error === null) return { name: 'inconnu', code: null, status: null };
  const metadata = '$metadata' in error && typeof error.$metadata === 'object' ? error.$metadata : null;
  const status = metadata !== null && 'httpStatusCode' in metadata ? metadata.httpStatusCode : undefined;
  return {
    name: 'name' in error && typeof error.name === 'string' ? error.name : 'inconnu',
    code: 'code' in error && typeof error.code === 'string' ? error.code : null,
    status: typeof status === 'number' ? status : null,
  };
}
