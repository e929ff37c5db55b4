import type { RequestHandler } from 'express';
import { findPublicFiche } from '#db/fiches.ts';
import type { Services } from './context.ts';
import { isCarried, lieuIdOf, lieuSegment } from './fiche-path.ts';

/**
 * Whoever percent-encodes an id reaches its lieu, also where the router cannot carry that id (see `lieuSegment`): such an
 * address leads to the one that we use. Before anything reads the address.
 */
export function lieuAddresses({ dbRead }: Pick<Services, 'dbRead'>): RequestHandler {
  return (request, response, next) => {
    const found = LIEU.exec(request.path);
    if (!found) return next();
    const [, before = '', segment = '', after = ''] = found;
    const id = decodeURIComponent(segment);
    if (isCarried(id) || lieuIdOf(segment) !== segment) return next();
    const query = request.url.slice(request.path.length);
    const lead = () =>
      response.redirect(
        request.method === 'GET' || request.method === 'HEAD' ? 301 : 308,
        `${before}/${lieuSegment(id)}${after}${query}`,
      );
    if (after !== '' || !id.endsWith('.data')) return lead();
    // Remix asks for the data of a page so, and everyone for a lieu whose id ends so.
    if (before !== '/lieux') return next();
    const exists = async (lieuId: string) => (await findPublicFiche(dbRead, lieuId)) !== undefined;
    const isId = async () =>
      (await exists(id)) &&
      (/html/.test(request.headers.accept ?? '') || !(await exists(id.slice(0, -'.data'.length))));
    isId()
      .then((yes) => (yes ? lead() : next()))
      .catch(next);
  };
}

const LIEU = /^(\/lieux|\/espace\/lieux|\/moderation\/lieux|\/moderation\/revisions)\/([^/]+)(.*)$/i;
