import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { ServerBuild } from '@remix-run/node';
import compression from 'compression';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import { apiV0, apiV1, writeProblem } from '#app/api/api.server.ts';
import { ApiProblem } from '#app/api/problem.ts';
import { publicFastPaths } from '#app/carte/fast-paths.server.ts';
import { isDatabaseUnavailable } from '#db/connection.ts';
import { findRoles } from '#db/utilisateurs.ts';
import { createRouteFinder, type RouteFinder } from './access.server.ts';
import { BUSY, BUSY_SECONDS } from './busy.server.ts';
import type { Services } from './context.ts';
import { donneesFiles } from './donnees.server.ts';
import { healthRoutes, type Lifecycle } from './health.server.ts';
import { ENVOI, receiveFichier } from './imports-envoi.server.ts';
import { lieuAddresses } from './lieu-addresses.server.ts';
import { type Limits, networkOf } from './limits.server.ts';
import { remixHandler } from './remix.server.ts';
import { allowMethods, checkOrigin, securityHeaders } from './security.server.ts';
import type { Identity } from './session.server.ts';
import { endSlowBodies } from './slow-body.server.ts';

/** The whole of HTTP: headers, static files, public fast paths, who asks, who may, then Remix. */
export async function createApplication(
  build: ServerBuild,
  services: Services,
  { clientDir, lifecycle }: { clientDir: URL; lifecycle: Lifecycle },
): Promise<Express> {
  const findRoute = await createRouteFinder(build);
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', services.settings.trustProxy);
  app.set('query parser', 'simple');
  app.use(...securityHeaders(services.settings));
  if (services.demonstration) app.use(notIndexed);
  app.use(healthRoutes(services, lifecycle));
  app.use(requestLog(services, findRoute));
  app.use(oneSpelling(services));
  app.use('/api/v1', apiV1(services));
  app.use('/api/v0', apiV0(services));
  app.use(lieuAddresses(services));
  app.use(endSlowBodies({ except: [ENVOI] }));
  app.use(allowMethods);
  app.use(checkOrigin(services.settings));
  app.use(compression());
  const client = fileURLToPath(clientDir);
  app.use('/assets', express.static(`${client}assets`, { immutable: true, maxAge: '1y', fallthrough: false }));
  app.use(express.static(client, { maxAge: '1h', index: false, redirect: false }));
  app.use('/donnees', donneesFiles(services));
  app.use(publicFastPaths(services));
  app.use(answerOptions);
  app.use(identify(services));
  app.use(cachePolicy(findRoute));
  app.use(receiveFichier(services));
  app.use(authorize(services, findRoute));
  app.all(
    '*',
    remixHandler(build, (request, response) => ({
      ...services,
      limits: limitsThatSay(services.limits, response),
      nonce: String(response.locals.nonce),
      identity: identityOf(response.locals.identity),
      clientAddress: networkOf(request.ip ?? ''),
      peerAddress: request.socket.remoteAddress ?? '',
      requestId: String(response.locals.requestId),
    })),
  );
  app.use(lastResort(services));
  return app;
}

/** Invented lieux are not for search engines, whoever opened the demonstration to them. */
const notIndexed: RequestHandler = (_request, response, next) => {
  response.setHeader('X-Robots-Tag', 'noindex, nofollow');
  next();
};

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
          route:
            response.locals.route ??
            (response.locals.illisible ? 'illisible' : (safeFindRoute(findRoute, request.path)?.pattern ?? 'autre')),
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

/**
 * Every address has one spelling for the guards, the routes and the log: `/connexion/../espace`, `/\\espace` and
 * `http://elsewhere/espace` become what a browser makes of them. `%E0%A4%A`, a NUL, a host that is none: 400 for everyone.
 */
function oneSpelling({ settings }: Services): RequestHandler {
  return (request, response, next) => {
    const spelled = canonicalAddress(request.url, request.headers.host ?? 'localhost');
    if (spelled === null) {
      response.locals.illisible = true;
      const problem = new ApiProblem(400, 'Cette adresse est mal écrite.');
      if (/^\/api\/v[01]\//.test(request.url)) writeProblem(response, problem, settings.publicUrl);
      else response.status(400).type('text/plain; charset=utf-8').send(problem.message);
      return;
    }
    request.url = spelled;
    request.originalUrl = spelled;
    next();
  };
}

function canonicalAddress(raw: string, host: string): string | null {
  try {
    const { pathname, search } = new URL(raw.startsWith('/') ? `http://${host}${raw}` : raw);
    decodeURIComponent(pathname);
    return /%00/.test(pathname + search) ? null : pathname + search;
  } catch {
    return null;
  }
}

const answerOptions: RequestHandler = (request, response, next) => {
  if (request.method !== 'OPTIONS') return next();
  response.setHeader('Allow', 'GET, HEAD, POST, OPTIONS');
  response.status(204).end();
};

/** Pages depend on who looks: no shared cache keeps them, and none at all those whose address is a secret or that are someone's. */
function cachePolicy(findRoute: RouteFinder): RequestHandler {
  return (request, response, next) => {
    const secret = safeFindRoute(findRoute, request.path)?.pattern.includes(':jeton') ?? false;
    const someone = identityOf(response.locals.identity) !== null || response.hasHeader('Set-Cookie');
    response.setHeader('Cache-Control', secret || someone ? 'private, no-store' : 'private, no-cache');
    next();
  };
}

/** Remix drops the headers of a refusal when it renders the page for it: Retry-After is put on the answer here. */
function limitsThatSay(limits: Limits, response: Response): Limits {
  const say = (error: unknown): never => {
    const wait = isResponse(error) ? error.headers.get('Retry-After') : null;
    if (wait !== null) response.setHeader('Retry-After', wait);
    throw error;
  };
  return {
    spend: (name, key) => limits.spend(name, key).catch(say),
    measure: limits.measure,
    refuse: (seconds, what) => limits.refuse(seconds, what).catch(say),
  };
}

function isResponse(value: unknown): value is globalThis.Response {
  return value instanceof globalThis.Response;
}

function identify(services: Services): RequestHandler {
  return (request, response, next) => {
    services.auth
      .identify(request.headers.cookie ?? null)
      .then(({ identity, setCookie }) => {
        response.locals.identity = identity;
        if (setCookie !== null) response.appendHeader('Set-Cookie', setCookie);
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
      const query = new URLSearchParams({ vers: request.originalUrl.replace(/\.data(?=\?|$)/, '') });
      if (data !== '') query.set('script', '');
      // A form is not thrown away with the session: the answer gives back what it holds.
      const place = request.method === 'POST' ? 'reprise' : 'requise';
      request.originalUrl = status === 401 ? `/connexion/${place}${data}?${query}` : `/page-introuvable${data}`;
      next();
    }
  };
}

/** What went wrong before Remix, or in it: a page of one sentence, with nothing that could go wrong in its turn. */
function lastResort(services: Services): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const busy = isDatabaseUnavailable(error);
    const status = busy ? 503 : isHttpError(error) ? error.status : 500;
    const id = String(response.locals.requestId);
    if (busy) services.log.warn({ id, err: error }, 'occupe');
    else if (status === 500) services.log.error({ id, err: error }, 'erreur');
    if (response.headersSent) return next(error);
    if (busy) response.setHeader('Retry-After', BUSY_SECONDS);
    response.setHeader('Cache-Control', 'no-store');
    response
      .status(status)
      .type('html')
      .send(plainPage(sentenceOf(status, id)));
  };
}

function sentenceOf(status: number, requestId: string): string {
  if (status === 503) return BUSY;
  if (status < 500) return 'Cette page n’existe pas.';
  return `Une erreur s’est produite. Réessayez dans un instant. Si elle revient, donnez ce numéro : ${requestId}`;
}

function plainPage(sentence: string): string {
  return `<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Lieu à jour</title></head>
<body><main><h1>Lieu à jour</h1><p>${sentence}</p><p><a href="/">Revenir à l’accueil</a></p></main></body>
</html>
`;
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
