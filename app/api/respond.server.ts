import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';
import { ApiProblem } from './problem.ts';

const compress = promisify(gzip);

/** Below this size compression gains nothing. */
const COMPRESSED_FROM = 1_000;

export const FORMATS = {
  json: 'application/json',
  geojson: 'application/geo+json',
  csv: 'text/csv',
} as const;

export type Format = keyof typeof FORMATS;

/**
 * Which of these formats `Accept` prefers; the first where it does not say.
 * @param where what answers in them, as the beginning of a French sentence
 * @throws {ApiProblem} 406
 */
export function formatOf(request: Request, offered: readonly Format[], where = 'Cette adresse'): Format {
  const types = offered.map((format) => FORMATS[format]);
  const chosen = request.accepts(types);
  const format = offered.find((name) => FORMATS[name] === chosen);
  if (format === undefined) {
    const ask = types.length === 1 ? ' seulement. Demandez-le' : '. Demandez l’un d’eux';
    throw new ApiProblem(406, `${where} répond en ${types.join(', ')}${ask} dans « Accept ».`);
  }
  return format;
}

/**
 * Sends an answer with a strong ETag of its very bytes, or 304 where the asker has it. What is compressed has another ETag;
 * either is recognised.
 */
export async function send(request: Request, response: Response, { type, body }: { type: string; body: string }) {
  const bytes = Buffer.from(body);
  const digest = createHash('sha256').update(type).update(bytes).digest('base64url').slice(0, 32);
  const zipped = bytes.length >= COMPRESSED_FROM && request.acceptsEncodings(['gzip', 'identity']) === 'gzip';
  response.vary('Accept');
  response.vary('Accept-Encoding');
  response.setHeader('Cache-Control', 'public, no-cache');
  response.setHeader('ETag', zipped ? `"${digest}-gzip"` : `"${digest}"`);
  if (isKnown(request.headers['if-none-match'], digest)) {
    response.status(304).end();
    return;
  }
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  if (zipped) response.setHeader('Content-Encoding', 'gzip');
  const sent = zipped ? await compress(bytes) : bytes;
  response.setHeader('Content-Length', sent.length);
  response.end(request.method === 'HEAD' ? undefined : sent);
}

function isKnown(header: string | undefined, digest: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.some((tag) => tag === '*' || tag === `"${digest}"` || tag === `"${digest}-gzip"`);
}
