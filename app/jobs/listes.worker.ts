import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { loadCommunes } from '#app/reference/communes.ts';
import { createDb, createPool } from '#db/connection.ts';
import { runListesIfDue } from './listes.ts';

/** The thread that reads the official lists and compares them with the lieux once; then it ends. */
const request = z
  .object({
    url: z.string(),
    sources: z.array(
      z.object({ code: z.enum(['france-services', 'aidants-connect', 'conseillers-numeriques']), url: z.string() }),
    ),
    dossier: z.string(),
    publicUrl: z.string(),
    now: z.date(),
  })
  .parse(workerData);

const db = createDb(createPool(request.url, { applicationName: 'lieu-a-jour listes', max: 2 }));
try {
  const done = await runListesIfDue(db, { ...request, communes: loadCommunes() });
  parentPort?.postMessage(done);
} finally {
  await db.destroy();
}
