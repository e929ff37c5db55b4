import express, { type RequestHandler, type Router } from 'express';
import { isJour, parisDay, typeOfExport } from '#app/domain/exports.ts';
import { tableSchema } from '#app/domain/standard.ts';
import { nomOfRegionOuDepartement, parseTerritoire } from '#app/domain/territoire.ts';
import { describeExport } from '#app/jobs/export-quotidien.ts';
import { type ExportFile, type ExportJour, findExportJour, listExportTerritoires } from '#db/exports.ts';
import type { Services } from './context.ts';
import { isLocalDemonstration } from './demonstration.server.ts';
import { refuse, sendExport, weakEtagOf } from './donnees-envoi.server.ts';
import { serveStatistiques } from './statistiques.server.ts';

type DonneesServices = Pick<Services, 'dbRead' | 'settings' | 'now' | 'log' | 'communes'>;

/**
 * What is under `/donnees`, for any site and any program: the newest files, each day's, what they weigh and are worth
 * (`manifeste.json`), the Table Schema. The page `/donnees` itself is Remix's. To be mounted at `/donnees`, after compression
 * and before anything that looks at who asks.
 */
export function donneesFiles(services: DonneesServices): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.use(openToAll);
  router.get('/', (_request, _response, next) => next('router'));
  router.get('/schema.json', serveJson(tableSchema()));
  router.get(
    ['/statistiques.:format(csv|json)', '/:jour(\\d{4}-\\d{2}-\\d{2})/statistiques.:format(csv|json)'],
    serveStatistiques(services),
  );
  router.get(['/:nom', '/:jour(\\d{4}-\\d{2}-\\d{2})/:nom'], serveExport(services));
  router.get(
    [
      '/:type(region|departement)/:code/:fichier',
      '/:jour(\\d{4}-\\d{2}-\\d{2})/:type(region|departement)/:code/:fichier',
    ],
    serveExport(services),
  );
  router.get('/:jour(\\d{4}-\\d{2}-\\d{2})/', (_request, response) => response.redirect(302, '/donnees'));
  router.all('*', (_request, response) =>
    refuse(response, 404, 'Il n’y a rien à cette adresse. Toutes les données : /donnees'),
  );
  return router;
}

const openToAll: RequestHandler = (request, response, next) => {
  // The page and what it posts are not data.
  if (request.path === '/') return next();
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader(
    'Access-Control-Expose-Headers',
    'ETag, Last-Modified, Content-Length, Content-Range, Content-Disposition',
  );
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  response.setHeader('Allow', 'GET, HEAD, OPTIONS');
  if (request.method !== 'OPTIONS')
    return refuse(response, 405, 'Ces données se lisent (GET), elles ne se modifient pas ici.');
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, OPTIONS');
  response.setHeader('Access-Control-Allow-Headers', 'If-None-Match, If-Modified-Since, If-Range, Range');
  response.setHeader('Access-Control-Max-Age', '86400');
  response.status(204).end();
};

function serveExport(services: DonneesServices): RequestHandler {
  return (request, response, next) => {
    const { jour = null, type: kind, code = '', fichier = '' } = request.params;
    const territoire = kind === undefined ? null : `${kind}:${code}`;
    const nom = kind === undefined ? (request.params.nom ?? '') : `${kind}/${code}/${fichier}`;
    // A date without its final slash.
    if (jour === null && /^\d{4}-\d{2}-\d{2}$/.test(nom)) return response.redirect(302, '/donnees');
    find().catch(next);

    async function find(again = false): Promise<void> {
      const demo = isLocalDemonstration(services.settings);
      const made = jour === null || isJour(jour) ? await findExportJour(services.dbRead, { jour, demo }) : undefined;
      if (made === undefined)
        return refuse(
          response,
          404,
          jour === null ? NOTHING_YET : `Il n’y a pas d’export du ${jour}. Les jours disponibles : /donnees`,
        );
      response.setHeader(
        'Cache-Control',
        jour === null || jour >= parisDay(services.now()) ? 'public, no-cache' : 'public, max-age=3600',
      );
      const wanted = nom === 'manifeste.json' || territoire !== null;
      const territoires = wanted ? await listExportTerritoires(services.dbRead, made.jour) : [];
      if (nom === 'manifeste.json')
        return serveJson(publicManifest({ ...made, territoires }, services.settings))(request, response, next);
      const there =
        territoire === null
          ? [...made.fichiers, ...(made.schema ? [made.schema] : [])]
          : territoires.filter((one) => one.territoire === territoire);
      if (territoire !== null && there.length === 0)
        return refuse(response, 404, noTerritoire(territoire, { jour: made.jour, any: territoires.length > 0 }));
      const file = there.find((candidate) => candidate.nom === nom);
      if (file === undefined) {
        return refuse(
          response,
          404,
          `${nom === 'changements.csv' ? NO_CHANGES : 'Il n’y a pas de fichier de ce nom.'} Il y a : ${there.map((f) => f.nom).join(', ')}, manifeste.json`,
        );
      }
      await sendExport(request, response, { services, made, file, onMissing });

      function onMissing(): void {
        // It has been replaced between the two looks: the record now names the new one.
        if (!again) find(true).catch(next);
        else refuse(response, 404, 'Ce fichier n’est plus sur ce serveur. Les jours disponibles : /donnees');
      }
    }
  };
}

function noTerritoire(territoire: string, { jour, any }: { jour: string; any: boolean }): string {
  const known = parseTerritoire(territoire);
  if (known === null) {
    const [type, code] = territoire.split(':');
    const example = type === 'region' ? '75 pour la Nouvelle-Aquitaine' : '33 pour la Gironde';
    return `Il n’y a pas de ${type === 'region' ? 'région' : 'département'} qui a le code ${code} (exemple : ${example}). Tous les codes : /donnees`;
  }
  if (!any)
    return `Il n’y a pas de fichiers par territoire dans l’export du ${jour}. Le tout : /donnees/${jour}/lieux.csv`;
  return `Il n’y a pas de lieu dans ce territoire (${nomOfRegionOuDepartement(territoire)}) dans l’export du ${jour}. Les autres : /donnees`;
}

const NO_CHANGES =
  'Cet export n’a pas de fichier des changements : il n’y avait pas d’export avant lui avec quoi le comparer.';

const NOTHING_YET =
  'Aucun export n’a encore été fait : le premier le sera dans les minutes qui suivent le premier lieu public. Voir /donnees';

/** What one may want to check before or after downloading. */
function publicManifest(
  made: ExportJour & { territoires: readonly ExportFile[] },
  settings: Pick<Services['settings'], 'exportProducteur'>,
) {
  const placeOf = ({ nom }: ExportFile) => ({ nom, url: `/donnees/${made.jour}/${nom}` });
  const { schema, ...about } = describeExport(made, { settings, placeOf });
  return { ...about, schema: schema ?? { nom: 'schema.json', url: '/donnees/schema.json' } };
}

function serveJson(value: object): RequestHandler {
  const body = `${JSON.stringify(value, null, 2)}\n`;
  const etag = weakEtagOf(body);
  return (_request, response) => {
    response.setHeader('ETag', etag);
    if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'public, max-age=3600');
    response.type(typeOfExport('.json')).send(body);
  };
}
