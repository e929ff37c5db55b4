import {
  type AppLoadContext,
  createRequestHandler,
  type ServerBuild,
  writeReadableStreamToWritable,
} from '@remix-run/node';
import type { Request as HttpRequest, Response as HttpResponse, RequestHandler } from 'express';
import { BUSY_SECONDS, withBusyAnswers } from './busy.server.ts';
import { readForm, UnreadableForm } from './form-body.server.ts';

/**
 * Hands requests to Remix and its answers back. Unlike `@remix-run/express` it reads a form whole, within its limit,
 * before anything acts on it, and never lets a route loosen the Cache-Control of a signed-in person.
 */
export function remixHandler(
  build: ServerBuild,
  getLoadContext: (request: HttpRequest, response: HttpResponse) => AppLoadContext,
): RequestHandler {
  const handle = createRequestHandler(withBusyAnswers(build), 'production');
  return (request, response, next) => {
    readRequest(request, response)
      .then((asked) => handle(asked, getLoadContext(request, response)))
      .then((answer) => send(response, answer))
      .catch((error: unknown) => {
        if (!(error instanceof UnreadableForm)) return next(error);
        response.status(error.status).type('text/plain; charset=utf-8').send(error.message);
      });
  };
}

async function readRequest(request: HttpRequest, response: HttpResponse): Promise<Request> {
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const text of Array.isArray(value) ? value : [value]) if (text !== undefined) headers.append(name, text);
  }
  // `checkOrigin` has judged it by PUBLIC_URL; Remix would compare it with Host, which a proxy may rewrite.
  headers.delete('origin');
  const url = new URL(`${request.protocol}://${request.headers.host ?? 'localhost'}${request.originalUrl}`);
  const { method } = request;
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal: gone.signal });
  const body = await readForm(request, headers);
  return new Request(url, { method, headers, body, signal: gone.signal });
}

async function send(response: HttpResponse, answer: Response): Promise<void> {
  response.status(answer.status);
  const isPrivate = response.locals.identity !== undefined && response.locals.identity !== null;
  for (const [name, value] of answer.headers) {
    if (name === 'set-cookie' || name === 'vary') response.append(name, value);
    else if (name !== 'cache-control' || !isPrivate) response.setHeader(name, value);
  }
  // Remix drops the headers of what a loader throws.
  if (answer.status === 503) response.setHeader('Retry-After', BUSY_SECONDS);
  if (answer.body) await writeReadableStreamToWritable(answer.body, response);
  else response.end();
}
