import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, listenOnLoopback } from './loopback.ts';

export interface SourceDouble {
  /** Address of what it serves. */
  url: string;
  /** The requests that came, headers in small letters. */
  requetes: { path: string; headers: IncomingMessage['headers'] }[];
  /** From now on it answers with this. */
  set(reponse: Reponse): void;
  close(): Promise<void>;
}

/** A file with its ETag, or whatever a server may do instead. */
export type Reponse =
  | { texte: string; etag?: string; modifie?: string }
  | ((response: ServerResponse, request: IncomingMessage) => void);

/** Somebody's web server on loopback, which serves one file as servers do: validators, 304, faults. */
export async function startSource(first: Reponse): Promise<SourceDouble> {
  let reponse = first;
  const requetes: SourceDouble['requetes'] = [];
  const server = createServer((request, response) => {
    requetes.push({ path: request.url ?? '', headers: request.headers });
    if (typeof reponse === 'function') return reponse(response, request);
    const { texte, etag, modifie } = reponse;
    if (etag !== undefined && request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    response.writeHead(200, {
      'content-type': 'text/csv',
      ...(etag && { etag }),
      ...(modifie && { 'last-modified': modifie }),
    });
    response.end(texte);
  });
  const origin = await listenOnLoopback(server);
  return {
    url: `${origin}/lieux.csv`,
    requetes,
    set(next) {
      reponse = next;
    },
    close: () => closeServer(server),
  };
}
