import { Transform } from 'node:stream';

/**
 * Takes the zero bytes out of a page as it is streamed. React 18 hands on its whole 2 KB view when a letter of several bytes does not
 * fit at its end, zeros included (facebook/react#24985): a page then has a NUL in a sentence, and the browser's text differs from
 * React's. No page has one by right: HTML forbids it and PostgreSQL keeps none.
 */
export function htmlStream(): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, chunk.includes(0) ? chunk.filter((byte) => byte !== 0) : chunk);
    },
  });
}
