import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import { BUSY, BUSY_SECONDS } from '#app/http/busy.server.ts';
import type { Services } from '#app/http/context.ts';
import type { LimitName } from '#app/http/limits.server.ts';
import { isDatabaseUnavailable } from '#db/connection.ts';
import { answerCreneaux } from './creneaux.server.ts';
import { answerLieu } from './lieu.server.ts';
import { answerListe } from './lieux.server.ts';
import { answerNational } from './national.server.ts';
import { answerOpenApi } from './openapi.server.ts';
import { ApiProblem } from './problem.ts';
import { countRequests, LIMIT_HEADERS } from './quota.server.ts';

type ApiServices = Pick<Services, 'db' | 'dbRead' | 'settings' | 'snapshots' | 'communes' | 'now' | 'log' | 'limits'>;
type Endpoint = (services: ApiServices, request: Request, response: Response) => Promise<void>;

type Endpoints = Readonly<Record<string, Endpoint>>;

/** Every address of the API and who answers it. */
const V1: Endpoints = {
  '/lieux': answerListe,
  '/lieux/:id': answerLieu,
  '/lieux/:id/creneaux': answerCreneaux,
  '/openapi.json': answerOpenApi,
};

/** What programs made for the national map's API read. */
const V0: Endpoints = {
  '/lieux-inclusion-numerique': answerNational,
};

/**
 * The public API, for any site and any program: reads only, and refuses in one form (RFC 9457). To be mounted at `/api/v1` before whatever
 * refuses in another form, compresses, or looks at who asks.
 */
export function apiV1(services: ApiServices): Router {
  return createApi(services, { base: '/api/v1', endpoints: V1, limit: 'apiAdresse' });
}

/** The same for the reading of the national map's API, at `/api/v0`. */
export function apiV0(services: ApiServices): Router {
  return createApi(services, { base: '/api/v0', endpoints: V0, limit: 'apiNationale' });
}

function createApi(
  services: ApiServices,
  { base, endpoints, limit }: { base: string; endpoints: Endpoints; limit: LimitName },
): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.use(openToAll);
  router.use(countRequests(services, limit));
  for (const [path, endpoint] of Object.entries(endpoints)) {
    router
      .route(path)
      .get((request, response, next) => {
        response.locals.route = `${base}${path}`;
        endpoint(services, request, response).catch(next);
      })
      .options(answerPreflight)
      .all(() => {
        throw new ApiProblem(405, 'L’API se lit : GET, HEAD ou OPTIONS.', { headers: { Allow: METHODS } });
      });
  }
  router.use(() => {
    throw new ApiProblem(404, 'Il n’y a rien à cette adresse. La documentation est à /api.');
  });
  router.use(sendProblem(services));
  return router;
}

const METHODS = 'GET, HEAD, OPTIONS';

const openToAll: RequestHandler = (_request, response, next) => {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader(
    'Access-Control-Expose-Headers',
    `ETag, Link, Retry-After, X-Total-Count, X-Request-Id, ${LIMIT_HEADERS.join(', ')}`,
  );
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  next();
};

const answerPreflight: RequestHandler = (_request, response) => {
  response.setHeader('Allow', METHODS);
  response.setHeader('Access-Control-Allow-Methods', METHODS);
  response.setHeader('Access-Control-Allow-Headers', 'Accept, Authorization, If-None-Match');
  response.setHeader('Access-Control-Max-Age', '86400');
  response.status(204).end();
};

function sendProblem({ settings, log }: ApiServices): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const requestId = String(response.locals.requestId);
    const problem = problemOf(error);
    if (problem.status === 500) log.error({ id: requestId, err: error }, 'erreur');
    else if (problem.status === 503) log.warn({ id: requestId, err: error }, 'occupe');
    if (response.headersSent) return next(error);
    writeProblem(response, problem, settings.publicUrl, request.method === 'HEAD');
  };
}

/** Sends a refusal in the API's form. */
export function writeProblem(response: Response, problem: ApiProblem, site: string, head = false): void {
  for (const name of ['ETag', 'Link', 'X-Total-Count', 'Content-Encoding', 'Content-Length'])
    response.removeHeader(name);
  for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.vary('Accept');
  response.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  const body = JSON.stringify(problem.toJson({ site, requestId: String(response.locals.requestId) }));
  response.status(problem.status).end(head ? undefined : body);
}

function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (isDatabaseUnavailable(error))
    return new ApiProblem(503, BUSY, { headers: { 'Retry-After': String(BUSY_SECONDS) } });
  return new ApiProblem(
    500,
    'Une erreur s’est produite. Recommencez dans un instant ; si elle revient, écrivez-nous en donnant « instance ».',
  );
}
