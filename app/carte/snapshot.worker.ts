import { parentPort, workerData } from 'node:worker_threads';
import { findEmpreinte, openLieuxPublies } from '#db/lieux-publies.ts';
import { buildSnapshot, compressWell, type WorkerAnswer, type WorkerRequest } from './snapshot-build.ts';

/** The thread that makes snapshots, so that requests never wait for it. One question at a time. */
const url: unknown = workerData?.url;
if (!parentPort || typeof url !== 'string')
  throw new Error('started by snapshot-store.ts, with the address of the database');

const port = parentPort;
const db = openLieuxPublies(url);
port.on('message', (request: WorkerRequest) => {
  answer(request).then(
    (result) => port.postMessage(result),
    (error: unknown) => port.postMessage({ kind: 'failed', message: String(error) } satisfies WorkerAnswer),
  );
});

async function answer(request: WorkerRequest): Promise<WorkerAnswer> {
  if (request.kind === 'build') {
    // Before the lieux: what changes meanwhile makes the snapshot newer than it says, never older.
    const empreinte = await findEmpreinte(db);
    return { kind: 'built', snapshot: await buildSnapshot(db, request.instant), empreinte };
  }
  return { kind: 'compressed', br: await compressWell(request.parts) };
}
