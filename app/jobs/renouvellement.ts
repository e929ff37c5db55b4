import type { Kysely } from 'kysely';
import { renewalDay } from '#app/domain/renouvellement.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { type RenewalCounts, renewOuvertures } from '#db/renouvellement.ts';
import type { DB } from '#db/types.ts';

/**
 * What the job runner calls every few minutes in every process: renews what is dated where the night's renewal is due and nobody has
 * done it. Gives what it did, null where there was nothing to do.
 */
export async function runRenewalIfDue({
  db,
  now,
  communes,
  log,
  signal,
}: {
  db: Kysely<DB>;
  now: () => Date;
  communes: CommuneIndex;
  log: { info(fields: object, message: string): void };
  /** Aborted where this process ends: another goes on. */
  signal?: AbortSignal;
}): Promise<RenewalCounts | null> {
  const started = now();
  const counts = await renewOuvertures(db, {
    jour: renewalDay(started),
    now: started,
    communes,
    ...(signal && { signal }),
  });
  if (counts !== null) log.info({ ...counts, ms: now().getTime() - started.getTime() }, 'renouvellement');
  return counts;
}
