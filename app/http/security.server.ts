import { randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { isLoopback, type Settings } from './settings.server.ts';

/** Security headers, with a nonce of their own for every answer in `res.locals.nonce`. */
export function securityHeaders(settings: Settings): RequestHandler[] {
  const https = settings.publicUrl.startsWith('https:');
  const map = settings.basemap === 'ign' ? ['https://data.geopf.fr'] : [];
  return [
    (_request, response, next) => {
      response.locals.nonce = randomBytes(16).toString('base64');
      next();
    },
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'", (_request, response) => `'nonce-${nonceOf(response)}'`],
          styleSrc: ["'self'"],
          fontSrc: ["'self'"],
          imgSrc: ["'self'", 'data:', 'blob:', ...map],
          connectSrc: ["'self'", ...map],
          workerSrc: ["'self'", 'blob:'],
          manifestSrc: ["'self'"],
          formAction: ["'self'"],
          baseUri: ["'none'"],
          objectSrc: ["'none'"],
          frameSrc: ["'self'"],
          frameAncestors: ["'self'"],
          ...(https ? { upgradeInsecureRequests: [] } : {}),
        },
      },
      strictTransportSecurity: https ? { maxAge: 63_072_000, includeSubDomains: true } : false,
      // Not no-referrer: it would make browsers send `Origin: null` with our own forms.
      referrerPolicy: { policy: 'same-origin' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
      xFrameOptions: { action: 'sameorigin' },
    }),
    (_request, response, next) => {
      response.setHeader('Permissions-Policy', 'geolocation=(self), camera=(), microphone=(), payment=(), usb=()');
      next();
    },
  ];
}

function nonceOf(response: unknown): string {
  if (typeof response === 'object' && response !== null && 'locals' in response) {
    const { locals } = response;
    if (typeof locals === 'object' && locals !== null && 'nonce' in locals) return String(locals.nonce);
  }
  throw new Error('the nonce is drawn before the headers');
}

/** Only what a browser's links and forms send. */
export const allowMethods: RequestHandler = (request, response, next) => {
  if (['GET', 'HEAD', 'POST', 'OPTIONS'].includes(request.method)) return next();
  response
    .status(405)
    .setHeader('Allow', 'GET, HEAD, POST, OPTIONS')
    .type('text/plain; charset=utf-8')
    .send('Cette adresse se lit (GET) ou reçoit un formulaire (POST), rien d’autre.');
};

/**
 * Refuses a request that changes something unless it says that it comes from this site: browsers always send Origin
 * (or at least Referer) with a form. No other site can make a visitor act in their name. An Origin that is there decides
 * alone, `null` included: that is what a sandboxed frame sends.
 */
export function checkOrigin(settings: Settings): RequestHandler {
  return (request, response, next) => {
    if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return next();
    const claimed = originOf(request.headers.origin ?? request.headers.referer);
    if (claimed !== null && isOwnOrigin(settings, claimed, request.headers.host)) return next();
    response
      .status(403)
      .type('text/plain; charset=utf-8')
      .send('Cette demande ne vient pas de ce site. Rechargez la page, puis recommencez.');
  };
}

/** Without PUBLIC_URL the site has any loopback name under which it was asked, without encryption. */
function isOwnOrigin(settings: Settings, claimed: string, hostHeader: string | undefined): boolean {
  if (claimed === settings.publicUrl) return true;
  if (settings.publicUrlGiven || hostHeader === undefined) return false;
  const url = new URL(claimed);
  return url.protocol === 'http:' && isLoopback(url.hostname) && url.host === hostHeader;
}

function originOf(header: string | undefined): string | null {
  if (header === undefined) return null;
  try {
    const { origin } = new URL(header);
    return origin === 'null' ? null : origin;
  } catch {
    return null;
  }
}
