import type { RequestHandler } from 'express';

/** A form is here in less; a file of 200 MB may take half an hour. */
const FORM_MS = 30_000;

/** Ends requests whose body does not come, but for the addresses that take long files. */
export function endSlowBodies({ except, ms = FORM_MS }: { except: readonly string[]; ms?: number }): RequestHandler {
  return (request, response, next) => {
    const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
    if ((chunked === undefined && !Number(length)) || except.includes(request.path)) return next();
    const timer = setTimeout(() => {
      if (request.complete) return;
      if (response.headersSent) request.socket.destroy();
      else
        response
          .status(408)
          .set('Connection', 'close')
          .end(() => request.socket.destroy());
    }, ms).unref();
    request.once('end', () => clearTimeout(timer));
    request.once('close', () => clearTimeout(timer));
    next();
  };
}
