import type { Kysely } from 'kysely';
import { joursToForget, parisDay } from '#app/domain/exports.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { isLocalDemonstration } from '#app/http/demonstration.server.ts';
import { hasLieuxPublies } from '#db/lieux-publies.ts';
import { withLockIfFree } from '#db/locks.ts';
import {
  computeStatistiques,
  deleteStatistiques,
  listJoursDeStatistiques,
  saveStatistiques,
} from '#db/statistiques.ts';
import type { DB } from '#db/types.ts';

/**
 * Once a day in Paris, by one process, counts the state of the commons and keeps it: thirty days, then the first of each month. Nothing
 * is kept of a day without any lieu. Gives the day that was counted, null where nothing was due.
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
  const isDone = async () => (await listJoursDeStatistiques(db, { demo }))[0] === jour;
  if ((await isDone()) || !(await hasLieuxPublies(db, { demo }))) return null;
  return withLockIfFree(db, 'statistiques', async (locked) => {
    if (await isDone()) return null;
    const territoires = await computeStatistiques(db, { jour, demo, communes });
    await saveStatistiques(locked, { jour, faite_le, territoires, demo });
    await deleteStatistiques(locked, joursToForget(await listJoursDeStatistiques(locked, { demo: true }), jour));
    return jour;
  });
}
