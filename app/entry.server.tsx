import { type AppLoadContext, createReadableStreamFromReadable, type EntryContext } from '@remix-run/node';
import { isRouteErrorResponse, RemixServer } from '@remix-run/react';
import { isbot } from 'isbot';
import { renderToPipeableStream } from 'react-dom/server';
import { speakFrench } from './domain/francais.ts';
import { htmlStream } from './http/html-stream.server.ts';
import { NonceContext } from './http/nonce.ts';

speakFrench();

export const streamTimeout = 8_000;

/** Streams the page once its shell is ready; robots get it whole. */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
  context: AppLoadContext,
): Promise<Response> {
  const whole = isbot(request.headers.get('user-agent'));
  return new Promise((resolve, reject) => {
    let failed = false;
    let shellSent = false;
    const respond = () => {
      shellSent = true;
      const body = htmlStream();
      headers.set('Content-Type', 'text/html; charset=utf-8');
      resolve(new Response(createReadableStreamFromReadable(body), { headers, status: failed ? 500 : status }));
      pipe(body);
    };
    const { pipe, abort } = renderToPipeableStream(
      <NonceContext.Provider value={context.nonce}>
        <RemixServer context={remixContext} url={request.url} abortDelay={streamTimeout} nonce={context.nonce} />
      </NonceContext.Provider>,
      {
        nonce: context.nonce,
        onAllReady: () => whole && respond(),
        onShellReady: () => !whole && respond(),
        onShellError: reject,
        onError(error: unknown) {
          failed = true;
          if (shellSent) context.log.error({ id: context.requestId, err: error }, 'rendu');
        },
      },
    );
    setTimeout(abort, streamTimeout + 1_000).unref();
  });
}

/** Errors of loaders and actions: logged once, with the request's id and without its address. */
export function handleError(error: unknown, { request, context }: { request: Request; context: AppLoadContext }): void {
  if (request.signal.aborted) return;
  // A form sent where none is taken, and the like: the request's line says it all.
  if (isRouteErrorResponse(error) && error.status < 500) return;
  context.log.error({ id: context.requestId, err: error }, 'erreur');
}
