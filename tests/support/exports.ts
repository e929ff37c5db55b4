import { createServer } from 'node:http';
import compression from 'compression';
import express from 'express';
import { donneesFiles } from '#app/http/donnees.server.ts';
import { closeServer, listenOnLoopback } from './loopback.ts';

/** What an export needs of the settings, on this disk and seen from this machine alone. */
export function exportSettings(dataDir: string) {
  return {
    dataDir,
    databaseUrl: undefined,
    exportProducteur: 'lieu-a-jour',
    exportS3: null,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:3000',
    trustProxy: 0,
  };
}

/** Asks the site's `/donnees` for what lies under it, without compression unless it is asked for. */
export type GetDonnees = (path: string, headers?: Record<string, string>, method?: string) => Promise<Response>;

/** The site's `/donnees`, for as long as `action` lasts; its page is another's. */
export async function serveDonnees(
  services: Parameters<typeof donneesFiles>[0],
  action: (get: GetDonnees) => Promise<void>,
): Promise<void> {
  const app = express();
  app.use(compression());
  app.use('/donnees', donneesFiles(services));
  app.use((_request, response) => response.status(200).send('page'));
  const server = createServer(app);
  const origin = await listenOnLoopback(server);
  try {
    await action((path, headers = {}, method = 'GET') =>
      fetch(`${origin}/donnees${path}`, { method, headers: { 'accept-encoding': 'identity', ...headers } }),
    );
  } finally {
    await closeServer(server);
  }
}
