import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { nomStandard, typeOfExport } from '#app/domain/exports.ts';
import { type Depot, depotOf, type Part } from '#app/jobs/export-depot.ts';
import { DepotError } from '#app/jobs/export-s3-faute.ts';
import type { ExportFile, ExportJour } from '#db/exports.ts';
import type { Services } from './context.ts';

interface Sending {
  services: Pick<Services, 'settings' | 'log'>;
  made: ExportJour;
  file: ExportFile;
  /** What to do where the file that the record names is not there. */
  onMissing: () => void;
}

/** Seconds after which storage that failed may be asked again. */
const RETRY_AFTER = 60;

/** Sends a file of an export, a part of it or nothing where it is known already, wherever it lies: what is asked is judged by the record. */
export async function sendExport(
  request: Request,
  response: Response,
  { services, made, file, onMissing }: Sending,
): Promise<void> {
  const filename = nomStandard({ ...file, jour: made.jour, producteur: services.settings.exportProducteur });
  // What is compressed on the way has other bytes: only what is sent as it is may be asked for in parts.
  const asItIs =
    request.headers.range !== undefined || !/\b(?:gzip|br|deflate)\b/.test(request.headers['accept-encoding'] ?? '');
  if (asItIs) response.setHeader('Cache-Control', `${String(response.getHeader('Cache-Control'))}, no-transform`);
  response.setHeader('ETag', asItIs ? `"${file.sha256}"` : `W/"${file.sha256}"`);
  response.setHeader('Last-Modified', made.fait_le.toUTCString());
  response.setHeader('Vary', 'Accept-Encoding');
  // Programs that revalidate often say no-cache too, which Express takes for "send it all again".
  delete request.headers['cache-control'];
  if (isPreconditionFailed(request, made, file)) {
    forget(response);
    return refuse(response, 412, 'Le fichier a changé depuis.');
  }
  if (request.fresh) return void response.status(304).end();
  const part = partOf(request, made, file);
  if (part === null) {
    forget(response);
    response.setHeader('Content-Range', `bytes */${file.octets}`);
    return refuse(response, 416, `Le fichier a ${file.octets} octets : il n’a pas cette partie.`);
  }
  const depot = depotOf(services.settings, file.chemin);
  const bytes = await bytesOf(depot, file, { part, headOnly: request.method === 'HEAD' }).catch((error: unknown) => {
    forget(response);
    const away = error instanceof DepotError;
    services.log.warn({ cause: error instanceof Error ? error.message : String(error) }, 'donnees');
    if (away) response.setHeader('Retry-After', String(RETRY_AFTER));
    refuse(response, away ? 503 : 500, away ? AWAY : 'Le fichier n’a pas pu être lu. Réessayez dans un instant.');
    return undefined;
  });
  if (bytes === undefined) return;
  if (bytes === false) {
    forget(response);
    return onMissing();
  }
  const partial = part.end - part.start + 1 < file.octets;
  response.type(typeOfExport(file.nom));
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('Content-Disposition', `attachment; filename="${filename}"`);
  response.setHeader('Content-Length', String(part.end - part.start + 1));
  if (partial) response.status(206).setHeader('Content-Range', `bytes ${part.start}-${part.end}/${file.octets}`);
  if (bytes === true) return void response.end();
  // A file that is cut on the way is cut for whoever asked too: its length says so.
  await pipeline(bytes, response).catch(() => response.destroy());
}

const AWAY =
  'Le stockage des fichiers ne répond pas en ce moment. Réessayez dans une minute. Ce qui est publié reste décrit sur /donnees';

/** False where the file is not there; true where it is, and nothing of it is wanted. */
async function bytesOf(
  depot: Depot | undefined,
  file: ExportFile,
  { part, headOnly }: { part: Part; headOnly: boolean },
): Promise<NodeJS.ReadableStream | boolean> {
  if (depot === undefined) return false;
  return headOnly ? depot.has(file) : ((await depot.read(file, part)) ?? false);
}

/** RFC 9110, 13.1.1 and 13.1.4. */
function isPreconditionFailed({ headers }: Request, { fait_le }: ExportJour, { sha256 }: ExportFile): boolean {
  const match = headers['if-match'];
  if (match !== undefined) return match.trim() !== '*' && !match.includes(`"${sha256}"`);
  const since = Date.parse(headers['if-unmodified-since'] ?? '');
  return !Number.isNaN(since) && secondsOf(fait_le) > since;
}

/** The part that is asked for, all of it where none is or where it has changed since; null where there is no such part. */
function partOf(request: Request, { fait_le }: ExportJour, { sha256, octets }: ExportFile): Part | null {
  const whole = { start: 0, end: octets - 1 };
  const condition = request.headers['if-range'];
  if (typeof condition === 'string') {
    const holds = condition.includes('"')
      ? condition.includes(`"${sha256}"`)
      : secondsOf(fait_le) <= Date.parse(condition);
    if (!holds) return whole;
  }
  const ranges = request.range(octets, { combine: true });
  if (ranges === -1) return null;
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return whole;
  const { start = 0, end = octets - 1 } = ranges[0] ?? {};
  return { start, end };
}

/** Milliseconds, as precise as a date of HTTP. */
function secondsOf(instant: Date): number {
  return Date.parse(instant.toUTCString());
}

/** What was said of a file is not true of a refusal. */
function forget(response: Response): void {
  for (const name of ['ETag', 'Last-Modified']) response.removeHeader(name);
}

/** Of what is made on the spot, and may be compressed on the way. */
export function weakEtagOf(body: string): string {
  return `W/"${createHash('sha256').update(body).digest('hex')}"`;
}

export function refuse(response: Response, status: number, sentence: string): void {
  response.setHeader('Cache-Control', 'no-store');
  response.status(status).type('text/plain; charset=utf-8').send(sentence);
}
