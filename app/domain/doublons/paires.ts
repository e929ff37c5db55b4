import { candidatePairs } from './candidats.ts';
import type { LieuLu } from './lecture.ts';
import { countPartages } from './partages.ts';
import { type Score, scorePaire } from './score.ts';

/** Two fiches that may be one lieu. */
export interface Paire extends Score {
  /** The first of the two ids in the order of code units. */
  a: string;
  b: string;
}

/**
 * The pairs that a person should see, from PROBABLE on, the likeliest first, then by ids. The same for the same lieux in
 * any order. Cost and memory grow about as the number of lieux; ids are unique.
 */
export function findPaires(lieux: readonly LieuLu[]): Paire[] {
  const ordered = [...lieux].sort(byId);
  const partages = countPartages(ordered);
  const paires: Paire[] = [];
  for (const [i, j] of candidatePairs(ordered)) {
    const [a, b] = [ordered[i], ordered[j]];
    if (!a || !b) continue;
    const score = scorePaire(a, b, partages);
    if (score !== null) paires.push({ a: a.id, b: b.id, ...score });
  }
  return paires.sort((x, y) => y.score - x.score || compareText(x.a, y.a) || compareText(x.b, y.b));
}

function byId(a: LieuLu, b: LieuLu): number {
  return compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
