import { candidatePairs } from './doublons/candidats.ts';
import { type LieuLu, readLieu } from './doublons/lecture.ts';
import { countPartages } from './doublons/partages.ts';
import { CERTAIN, scorePaire } from './doublons/score.ts';
import type { LigneOfficielle } from './listes-officielles.ts';

/** A lieu that is in a list, and the row that says so best. */
export interface LieuDeListe {
  lieu_id: string;
  ligne_id: string;
  ligne_nom: string;
  /** CERTAIN to 100. */
  score: number;
}

/**
 * The lieux that are in a list: those that make a certain pair with one of its rows, as two fiches of one lieu do. Several lieux may
 * be one row (they are duplicates of each other), and a lieu is given its likeliest row. The same in any order; cost grows about as
 * the number of lieux.
 */
export function rapprocher(lignes: readonly LigneOfficielle[], lieux: readonly LieuLu[]): LieuDeListe[] {
  const rows = lignes.map((ligne) =>
    // An identifier of the list is nobody else's: « 12 » of another source is another lieu.
    readLieu({
      ...ligne,
      id: `liste\0${ligne.id}`,
      origine: 'liste',
      id_origine: `liste\0${ligne.id}`,
      itinerance: [],
    }),
  );
  const all = [...rows.sort(byId), ...[...lieux].sort(byId)];
  const partages = countPartages(all);
  const lignesById = new Map(lignes.map((ligne) => [`liste\0${ligne.id}`, ligne]));
  const found = new Map<string, LieuDeListe>();
  for (const [i, j] of candidatePairs(all, { across: rows.length })) {
    const [row, lieu] = [all[i], all[j]];
    const ligne = row && lignesById.get(row.id);
    if (!ligne || !lieu) continue;
    const score = scorePaire(row, lieu, partages)?.score ?? 0;
    if (score < CERTAIN || score <= (found.get(lieu.id)?.score ?? 0)) continue;
    found.set(lieu.id, { lieu_id: lieu.id, ligne_id: ligne.id, ligne_nom: ligne.nom ?? '', score });
  }
  return [...found.values()];
}

function byId(a: LieuLu, b: LieuLu): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
