import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createRequestHandler } from '@remix-run/express';
import type { ServerBuild } from '@remix-run/node';
import compression from 'compression';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { publicFastPaths } from '#app/carte/fast-paths.server.ts';
import { findRoles } from '#db/utilisateurs.ts';
import { createRouteFinder, type RouteFinder } from './access.server.ts';
import type { Services } from './context.ts';
import { donneesFiles } from './donnees.server.ts';
import { checkOrigin, securityHeaders } from './security.server.ts';
import type { Identity } from './session.server.ts';

/** The whole of HTTP: headers, static files, public fast paths, who asks, who may, then Remix. */
export function createApplication(build: ServerBuild, services: Services, clientDir: URL): Express {
  const findRoute = createRouteFinder(build);
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', services.settings.trustProxy);
  app.set('query parser', 'simple');
  app.use(requestLog(services, findRoute));
  app.use(rejectMalformedPath);
  app.use(...securityHeaders(services.settings));
  app.use(checkOrigin(services.settings));
  app.use(compression());
  const client = fileURLToPath(clientDir);
  app.use('/assets', express.static(`${client}assets`, { immutable: true, maxAge: '1y', fallthrough: false }));
  app.use(express.static(client, { maxAge: '1h', index: false }));
  app.use('/donnees', donneesFiles(services));
  app.use(publicFastPaths(services));
  app.use(identify(services));
  app.use(authorize(services, findRoute));
  app.all(
    '*',
    createRequestHandler({
      build,
      getLoadContext: (request, response) => ({
        ...services,
        nonce: String(response.locals.nonce),
        identity: identityOf(response.locals.identity),
        clientAddress: request.ip ?? '',
        peerAddress: request.socket.remoteAddress ?? '',
        requestId: String(response.locals.requestId),
      }),
    }),
  );
  app.use(lastResort(services));
  return app;
}

/** One line per request: the route's pattern, never the address itself, which may hold a token, a search or a name. */
function requestLog(services: Services, findRoute: RouteFinder): RequestHandler {
  return (request, response, next) => {
    const started = process.hrtime.bigint();
    response.locals.requestId = randomUUID();
    response.setHeader('X-Request-Id', String(response.locals.requestId));
    response.on('close', () => {
      services.log.info(
        {
          id: response.locals.requestId,
          methode: request.method,
          route: safeFindRoute(findRoute, request.path)?.pattern ?? 'autre',
          statut: response.statusCode,
          interrompu: !response.writableFinished || undefined,
          ms: Number((process.hrtime.bigint() - started) / 1_000_000n),
        },
        'requete',
      );
    });
    next();
  };
}

/** `%E0%A4%A` and the like are a 400 for everyone, before anything tries to decode them. */
const rejectMalformedPath: RequestHandler = (request, response, next) => {
  try {
    decodeURIComponent(request.path);
    next();
  } catch {
    response.status(400).type('text/plain; charset=utf-8').send('Cette adresse est mal écrite.');
  }
};

function identify(services: Services): RequestHandler {
  return (request, response, next) => {
    services.auth
      .identify(request.headers.cookie ?? null)
      .then(({ identity, setCookie }) => {
        response.locals.identity = identity;
        if (setCookie !== null) response.appendHeader('Set-Cookie', setCookie);
        if (identity !== null) response.setHeader('Cache-Control', 'private, no-store');
        next();
      })
      .catch(next);
  };
}

/** Deny by default: a route without a line in the table answers 404. */
function authorize(services: Services, findRoute: RouteFinder): RequestHandler {
  return (request, response, next) => {
    const route = safeFindRoute(findRoute, request.path);
    // Unknown addresses go on to Remix, whose root answers with the 404 page; so does the manifest of lazy routes.
    if (route === null || route.access === 'public') return next();
    const identity = identityOf(response.locals.identity);
    if (route.access === null) return refuse(404);
    if (identity === null) return refuse(401);
    if (route.access === 'connecte') return next();
    findRoles(services.db, identity.utilisateurId)
      .then((roles) => (roles.moderation !== null || roles.animation !== null ? next() : refuse(404)))
      .catch(next);

    function refuse(status: 401 | 404): void {
      // Remix answers in the form that the asker understands, a page or data: the address is changed, not the answer made here.
      const data = request.path.endsWith('.data') ? '.data' : '';
      const vers = request.originalUrl.replace(/\.data(?=\?|$)/, '');
      request.originalUrl =
        status === 401 ? `/connexion/requise${data}?${new URLSearchParams({ vers })}` : '/page-introuvable';
      next();
    }
  };
}

function lastResort(services: Services): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    services.log.error({ id: response.locals.requestId, err: error }, 'erreur');
    if (response.headersSent) return next(error);
    const status = isHttpError(error) ? error.status : 500;
    response
      .status(status)
      .type('text/plain; charset=utf-8')
      .send(
        status === 404
          ? 'Cette page n’existe pas.'
          : `Une erreur s’est produite. Réessayez dans un instant. Si elle revient, donnez ce numéro : ${String(response.locals.requestId)}`,
      );
  };
}

function isHttpError(error: unknown): error is { status: number } {
  return (
    typeof error === 'object' &&
    error !== null &&
    'status' in error &&
    typeof error.status === 'number' &&
    error.status >= 400 &&
    error.status < 500
  );
}

function safeFindRoute(findRoute: RouteFinder, path: string): ReturnType<RouteFinder> {
  try {
    return findRoute(path);
  } catch {
    return null;
  }
}

function identityOf(value: unknown): Identity | null {
  const isIdentity = (v: unknown): v is Identity => typeof v === 'object' && v !== null && 'utilisateurId' in v;
  return isIdentity(value) ? value : null;
}
