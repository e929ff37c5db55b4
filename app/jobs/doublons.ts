import type { Kysely } from 'kysely';
import { rechercheDue } from '#app/domain/doublons/echeance.ts';
import { type LieuLu, readLieu } from '#app/domain/doublons/lecture.ts';
import { findPaires } from '#app/domain/doublons/paires.ts';
import {
  findImportsMark,
  findRecherche,
  lockRecherche,
  type RechercheCounts,
  replaceDoublons,
  streamLieuxACompare,
  upsertRecherche,
} from '#db/doublons.ts';
import type { DB } from '#db/types.ts';

/** Whether duplicates are to be looked for now: two short queries, where a search takes a thread of its own. */
export async function isSearchDue(db: Kysely<DB>, now: Date): Promise<boolean> {
  return rechercheDue(await findRecherche(db), await findImportsMark(db), now);
}

/**
 * Looks for duplicates where it is due: once a day, and after each import. Null where it is not. Of each lieu only what is compared is
 * kept while it looks. Takes about 2 s of a processor for 20,000 lieux: `doublons.worker.ts` runs it off the main thread.
 */
export async function searchDoublonsIfDue(db: Kysely<DB>, now: Date): Promise<RechercheCounts | null> {
  const imports = await findImportsMark(db);
  if (!rechercheDue(await findRecherche(db), imports, now)) return null;
  const lieux: LieuLu[] = [];
  for await (const page of streamLieuxACompare(db)) for (const lieu of page) lieux.push(readLieu(lieu));
  const paires = findPaires(lieux);
  return db.transaction().execute(async (trx) => {
    await lockRecherche(trx);
    // Another process may have been quicker.
    if (!rechercheDue(await findRecherche(trx), imports, now)) return null;
    const counts = await replaceDoublons(trx, { paires, now });
    await upsertRecherche(trx, { faite_le: now, imports });
    return counts;
  });
}
