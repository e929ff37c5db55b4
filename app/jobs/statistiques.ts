import type { Kysely } from 'kysely';
import { joursToForget, parisDay } from '#app/domain/exports.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { isLocalDemonstration } from '#app/http/demonstration.server.ts';
import { countLieuxPublies } from '#db/lieux-publies.ts';
import { withLockIfFree } from '#db/locks.ts';
import {
  computeStatistiques,
  deleteStatistiques,
  findStatistiques,
  listJoursDeStatistiques,
  saveStatistiques,
} from '#db/statistiques.ts';
import type { DB } from '#db/types.ts';

const RECOUNT_AFTER_MS = 10 * 60_000;

/**
 * Once a day in Paris, and again where lieux have come or gone for ten minutes, one process counts the state of the commons and keeps
 * it: thirty days, then the first of each month. Nothing is kept of a day that has had no lieu. Gives the day that was counted, null where
 * nothing was due.
 */
export async function runStatistiquesIfDue({
  db,
  settings,
  communes,
  now,
}: {
  db: Kysely<DB>;
  settings: Parameters<typeof isLocalDemonstration>[0];
  communes: CommuneIndex;
  now: () => Date;
}): Promise<string | null> {
  const demo = isLocalDemonstration(settings);
  const faite_le = now();
  const jour = parisDay(faite_le);
  if (!(await isDue())) return null;
  return withLockIfFree(db, 'statistiques', async (locked) => {
    if (!(await isDue())) return null;
    const territoires = await computeStatistiques(db, { jour, demo, communes });
    await saveStatistiques(locked, { jour, faite_le, territoires, demo });
    await deleteStatistiques(locked, joursToForget(await listJoursDeStatistiques(locked, { demo: true }), jour));
    return jour;
  });

  async function isDue(): Promise<boolean> {
    const counted = await findStatistiques(db, { jour, demo });
    if (counted && faite_le.getTime() - counted.faite_le.getTime() < RECOUNT_AFTER_MS) return false;
    return (await countLieuxPublies(db, { demo })) !== (counted?.territoires[0]?.chiffres.lieux ?? 0);
  }
}
