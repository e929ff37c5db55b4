import express, { type RequestHandler, type Router } from 'express';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { communeNames, readIgnStyle } from './basemap.server.ts';
import { PARTS, type PartName } from './snapshot.ts';
import type { SnapshotStore } from './snapshot-store.ts';

/**
 * What the map asks for without Remix: its base maps (`/carte/fond/…`), `/carte/snapshot` (which is the newest, asked often, a few bytes) and its parts at
 * `/carte/snapshot/HASH/PART.bin`, which never change and may be kept for ever by browsers and a CDN.
 */
export function publicFastPaths({ snapshots, communes }: { snapshots: SnapshotStore; communes: CommuneIndex }): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.get('/carte/snapshot', newest(snapshots));
  router.get('/carte/snapshot/:hash/:part.bin', part(snapshots));
  router.get('/carte/fond/ign.json', fixedJson(readIgnStyle));
  router.get(
    '/carte/fond/communes.json',
    fixedJson(() => communeNames(communes)),
  );
  return router;
}

/** The address under which browsers find the parts of a snapshot. */
export interface NewestSnapshot {
  hash: string;
  lieux: number;
}

function newest(snapshots: SnapshotStore): RequestHandler {
  return (request, response, next) => {
    snapshots
      .current()
      .then(({ hash, index }) => {
        response.setHeader('Cache-Control', 'no-cache');
        response.setHeader('ETag', `"${hash}"`);
        if (request.headers['if-none-match'] === `"${hash}"`) return response.status(304).end();
        return response.json({ hash, lieux: index.size } satisfies NewestSnapshot);
      })
      .catch(next);
  };
}

function part(snapshots: SnapshotStore): RequestHandler {
  return (request, response) => {
    const { hash = '', part: name = '' } = request.params;
    const snapshot = snapshots.find(hash);
    if (!snapshot || !isPart(name)) {
      response
        .status(404)
        .setHeader('Cache-Control', 'no-store')
        .type('text/plain; charset=utf-8')
        .send('Ces données de la carte ont été remplacées.');
      return;
    }
    const encoding = request.acceptsEncodings(['br', 'gzip', 'identity']) || 'identity';
    const file = snapshot.parts[name];
    response.setHeader('Cache-Control', 'public, max-age=31536000, immutable, no-transform');
    response.setHeader('Vary', 'Accept-Encoding');
    response.type('application/octet-stream');
    if (encoding === 'br' || encoding === 'gzip') response.setHeader('Content-Encoding', encoding);
    const bytes = encoding === 'br' ? file.br : encoding === 'gzip' ? file.gzip : file.identity;
    response.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  };
}

/** JSON that changes with the version of the application alone; made when it is first asked for. */
function fixedJson(make: () => string | Promise<string>): RequestHandler {
  let body: Promise<string> | undefined;
  return (_request, response, next) => {
    body ??= Promise.resolve().then(make);
    body
      .then((json) => {
        response.setHeader('Cache-Control', 'public, max-age=86400');
        response.type('application/json').send(json);
      })
      .catch((error: unknown) => {
        body = undefined;
        next(error);
      });
  };
}

function isPart(name: string): name is PartName {
  return PARTS.some((part) => part === name);
}
