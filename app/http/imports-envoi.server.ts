import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { Request, RequestHandler } from 'express';
import { isReviewer } from '#app/domain/permissions.ts';
import { fichierOfDepot, removeFolder } from '#app/imports/depots.ts';
import { insertDepot, sumDepots } from '#db/import-depots.ts';
import { findRoles } from '#db/utilisateurs.ts';
import type { Services } from './context.ts';
import type { Refus } from './imports-refus.ts';
import type { Identity } from './session.server.ts';

export const ENVOI = '/territoire/imports/envoi';
const MAX_OCTETS = 200 * 1024 * 1024;
/** What is too large is still received up to here, so that the sender reads our answer instead of a broken connection. */
const MAX_DISCARDED = 1024 ** 3;
/** Files that wait on the disk, together and of one person. */
const MAX_GARDES = 10 * 1024 ** 3;
const MAX_EN_COURS = 20;
const SILENCE_MS = 60_000;

/**
 * The one address that takes a long file: it goes to the disk as it comes, then its page says how it goes on. Whatever is wrong
 * with what is sent, the form comes back with a sentence.
 */
export function receiveFichier(services: Services): RequestHandler {
  return (request, response, next) => {
    if (request.method !== 'POST' || request.path !== ENVOI) return next();
    const identity: Identity | null = response.locals.identity ?? null;
    response.locals.route = ENVOI;
    const { socket } = request;
    const silent = () => socket.destroy();
    socket.setTimeout(SILENCE_MS).once('timeout', silent);
    receive(request, identity, services)
      .then(async (place) => {
        await discard(request);
        socket.setTimeout(0).off('timeout', silent);
        response.redirect(303, place);
      })
      .catch(next);
  };
}

/** Where the browser goes next. */
async function receive(request: Request, identity: Identity | null, services: Services): Promise<string> {
  const back = (refus: Refus, champs: Champs = {}) =>
    `/territoire/imports?${new URLSearchParams({ refus, ...(champs.source && { source: champs.source }), ...(champs.partiel && { partiel: 'oui' }) })}`;
  if (identity === null) return `/connexion?${new URLSearchParams({ vers: '/territoire/imports' })}`;
  const { utilisateurId } = identity;
  const { db, limits, now, settings } = services;
  if (!isReviewer(await findRoles(db, utilisateurId))) return '/territoire/imports';
  if ((await limits.measure('importFichier', utilisateurId)).exceeded) return back('trop');
  const kept = await sumDepots(db, utilisateurId);
  if (kept.siens >= MAX_EN_COURS) return back('en-cours');
  if (kept.tous > MAX_GARDES) return back('place');
  const id = randomBytes(15).toString('base64url');
  const chemin = fichierOfDepot(settings.dataDir, id);
  await mkdir(dirname(chemin), { recursive: true });
  const received = await readMultipart(request, chemin).catch((error: unknown) => {
    services.log.warn({ err: error }, 'envoi');
    return { refus: isFull(error) ? ('place' as const) : ('coupe' as const), champs: {} };
  });
  if ('refus' in received) {
    await removeFolder(settings.dataDir, id);
    return back(received.refus, received.champs);
  }
  const { fichier, octets, champs } = received;
  const source = champs.source?.trim() || null;
  await insertDepot(db, { id, utilisateurId, fichier, octets, source, complet: !champs.partiel, now: now() });
  return `/territoire/imports/${id}`;
}

interface Champs {
  source?: string;
  partiel?: string;
}

type Received = { fichier: string; octets: number; champs: Champs } | { refus: Refus; champs: Champs };

function readMultipart(request: Request, chemin: string): Promise<Received> {
  const { 'content-type': type } = request.headers;
  if (!/^multipart\/form-data\b/i.test(type ?? '')) return Promise.resolve({ refus: 'aucun', champs: {} });
  const headers: BusboyHeaders = { ...request.headers, 'content-type': type ?? '' };
  return new Promise((resolve, reject) => {
    const limits = { fileSize: MAX_OCTETS, files: 1, fields: 10, fieldSize: 2_000, fieldNameSize: 100, parts: 12 };
    const parser = new Busboy({ headers, limits });
    const champs: Champs = {};
    let file: Readable | null = null;
    let writing: Promise<{ fichier: string; octets: number; trop: boolean } | null> = Promise.resolve(null);
    parser.on('field', (name, value) => {
      if (name === 'source' || name === 'partiel') champs[name] = value.replaceAll('\0', '').slice(0, 200);
    });
    parser.on('file', (_name, stream, filename) => {
      file = stream;
      writing = write(stream, filename, chemin);
      writing.catch(fail);
    });
    parser.on('finish', () => {
      writing.then((written) => {
        if (written === null || (written.fichier === '' && written.octets === 0)) resolve({ refus: 'aucun', champs });
        else if (written.trop) resolve({ refus: 'gros', champs });
        else if (written.octets === 0) resolve({ refus: 'vide', champs });
        else resolve({ ...written, champs });
      }, reject);
    });
    parser.on('error', fail);
    request.once('error', fail);
    request.once('close', () => {
      if (!request.complete) fail(new Error('the connection was cut'));
    });
    request.pipe(parser);

    function fail(error: unknown): void {
      request.unpipe(parser);
      // Nothing more comes for it: what it holds open is closed.
      file?.destroy();
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

async function write(stream: Readable, filename: string | undefined, chemin: string) {
  let octets = 0;
  let trop = false;
  stream.on('limit', () => {
    trop = true;
  });
  stream.on('data', (chunk: Buffer) => {
    octets += chunk.length;
  });
  await pipeline(stream, createWriteStream(chemin, { mode: 0o600 }));
  return { fichier: nameOf(filename), octets, trop };
}

/** The last part of a name, whatever the machine that it comes from, without what no name holds. */
function nameOf(filename: string | undefined): string {
  const last = (filename ?? '').split(/[\\/]/).at(-1) ?? '';
  return last
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 200);
}

/** The rest of what is sent is read and forgotten: a browser that is still sending reads no answer. */
function discard(request: Request): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_DISCARDED) resolve();
    });
    request.once('end', resolve);
    request.once('close', resolve);
    request.resume();
  });
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}
