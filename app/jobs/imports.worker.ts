import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { loadCommunes } from '#app/reference/communes.ts';
import { createDb, createPool } from '#db/connection.ts';
import { traiterDepots } from './imports.ts';

/** The thread that reads, tries and applies the files brought in the browser, so that pages never wait for it; then it ends. */
const { url, dataDir, now } = z.object({ url: z.string(), dataDir: z.string(), now: z.date() }).parse(workerData);
const offset = now.getTime() - Date.now();

const db = createDb(createPool(url, { applicationName: 'lieu-a-jour imports', max: 4 }));
try {
  const communes = loadCommunes();
  parentPort?.postMessage(await traiterDepots({ db, dataDir, communes, now: () => new Date(Date.now() + offset) }));
} finally {
  await db.destroy();
}
