import type { Snapshot, SnapshotStore } from '#app/carte/snapshot-store.ts';
import { ApiProblem } from './problem.ts';

/** How long an answer waits for the first snapshot of a process that has just started (ms). */
const PATIENCE = 3_000;

/** The newest snapshot. @throws {ApiProblem} 503 while there is none */
export async function currentSnapshot(snapshots: SnapshotStore): Promise<Snapshot> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE);
  });
  const snapshot = await Promise.race([snapshots.current().catch(() => null), late]).finally(() => clearTimeout(timer));
  if (snapshot === null) {
    throw new ApiProblem(503, 'La liste des lieux se prépare. Recommencez dans quelques secondes.', {
      headers: { 'Retry-After': '5' },
    });
  }
  return snapshot;
}
