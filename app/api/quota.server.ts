import type { Request, RequestHandler } from 'express';
import type { Services } from '#app/http/context.ts';
import { type LimitName, type Measure, networkOf } from '#app/http/limits.server.ts';
import { findCleApi } from '#db/cles-api.ts';
import { empreinteOfCle } from './cle.server.ts';
import { ApiProblem } from './problem.ts';

export const LIMIT_HEADERS = [
  'RateLimit',
  'RateLimit-Policy',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
];

/** Counts what each key and, without a key, each address asks for; every answer says how much is left. Preflights are free. */
export function countRequests(
  { dbRead, limits }: Pick<Services, 'dbRead' | 'limits'>,
  byAddress: LimitName,
): RequestHandler {
  return (request, response, next) => {
    if (request.method === 'OPTIONS') return next();
    measure(request)
      .then(({ count, name, unknown }) => {
        for (const [header, value] of Object.entries(headersOf(count, name))) response.setHeader(header, value);
        if (count.exceeded) throw tooMany(count);
        if (unknown) throw unknownKey();
        next();
      })
      .catch(next);
  };

  async function measure(request: Request): Promise<{ count: Measure; name: string; unknown: boolean }> {
    // Another scheme is meant for a proxy in front of us.
    const key = /^Bearer *(\S*)/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
    const id = key === null ? undefined : await findCleApi(dbRead, empreinteOfCle(key));
    if (id !== undefined) return { count: await limits.measure('apiCle', String(id)), name: 'cle', unknown: false };
    // Keys that are none are counted as well: nobody tries them one after the other.
    const count = await limits.measure(byAddress, networkOf(request.ip ?? ''));
    return { count, name: 'adresse', unknown: key !== null };
  }
}

function headersOf({ limit, window, remaining, reset }: Measure, name: string): Record<string, string> {
  return {
    'RateLimit-Policy': `"${name}";q=${limit};w=${window}`,
    RateLimit: `"${name}";r=${remaining};t=${reset}`,
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Reset': String(reset),
  };
}

function tooMany({ limit, reset }: Measure): ApiProblem {
  return new ApiProblem(429, `${limit} demandes par minute au plus. Recommencez dans ${reset} s.`, {
    headers: { 'Retry-After': String(reset) },
  });
}

function unknownKey(): ApiProblem {
  return new ApiProblem(401, 'Cette clé n’existe pas ou n’est plus valable. L’API se lit aussi sans clé.', {
    headers: { 'WWW-Authenticate': 'Bearer realm="api"' },
  });
}
