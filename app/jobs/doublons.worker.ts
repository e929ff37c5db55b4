import { parentPort, workerData } from 'node:worker_threads';
import { createDb, createPool } from '#db/connection.ts';
import { searchDoublonsIfDue } from './doublons.ts';

/** The thread that looks for duplicates once, so that requests never wait for it; then it ends. */
const url: unknown = workerData?.url;
const now: unknown = workerData?.now;
if (!parentPort || typeof url !== 'string' || !(now instanceof Date))
  throw new Error('started by threads.ts, with the address of the database and the instant');

const db = createDb(createPool(url, { applicationName: 'lieu-a-jour doublons', max: 2 }));
try {
  parentPort.postMessage(await searchDoublonsIfDue(db, now));
} finally {
  await db.destroy();
}
