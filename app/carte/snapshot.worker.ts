import { parentPort, workerData } from 'node:worker_threads';
import { findEmpreinte, openLieuxPublies } from '#db/lieux-publies.ts';
import type { PartName } from './snapshot.ts';
import {
  buildSnapshot,
  compressWell,
  createSnapshotMemory,
  type PartFile,
  type WorkerAnswer,
  type WorkerRequest,
} from './snapshot-build.ts';

/** The thread that makes snapshots, so that requests never wait for it. One question at a time. */
const url: unknown = workerData?.url;
if (!parentPort || typeof url !== 'string')
  throw new Error('started by snapshot-store.ts, with the address of the database');

const port = parentPort;
const memory = createSnapshotMemory();
/** Those whose brotli is as small as can be. */
const small = new WeakSet<PartFile>();
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
    return { kind: 'built', snapshot: await buildSnapshot(db, request.instant, memory), empreinte };
  }
  // One after the other: nobody waits for them, and pages need the other processors.
  const { carte, noms, ids, horaires } = request.parts;
  return {
    kind: 'compressed',
    br: {
      carte: await compressOnce('carte', carte),
      noms: await compressOnce('noms', noms),
      ids: await compressOnce('ids', ids),
      horaires: await compressOnce('horaires', horaires),
    },
  };
}

/** As small as can be, and kept: the next snapshots in which this part is the same begin with it. */
async function compressOnce(name: PartName, bytes: Uint8Array): Promise<Uint8Array> {
  const file = memory.parts?.[name];
  const kept = file && Buffer.compare(file.identity, bytes) === 0 ? file : undefined;
  if (kept && small.has(kept)) return kept.br;
  const br = await compressWell(bytes);
  if (kept) {
    kept.br = br;
    small.add(kept);
  }
  return br;
}
