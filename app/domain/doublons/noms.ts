import type { LieuLu } from './lecture.ts';
import { type Nom, weightOf } from './mots.ts';
import { isNearWord } from './proximite.ts';

type Mots = Pick<Nom, 'mots' | 'complet'>;

/**
 * What part of the names of two lieux agrees, 0 to 1: words counted by what they tell, abbreviations and slips forgiven. A name
 * that holds the whole of the other nearly agrees. The same whichever comes first.
 */
export function nomLikeness(x: LieuLu, y: LieuLu): number {
  const bare = likenessOf(...withoutCommunes(x, y));
  if (x.commune !== null && x.commune === y.commune) return bare;
  // Where one does not say its commune, the commune in the other's name may be what tells them apart.
  const full = likenessOf(x.nom, y.nom);
  // "Mairie" and "CCAS" are the same name everywhere.
  const vague = totalOf(x.nom.mots) < 0.9 || totalOf(y.nom.mots) < 0.9;
  return Math.min(bare, vague && x.code_postal !== y.code_postal ? 0.6 * full : full);
}

/** The words of both names but those of either commune, which say nothing among neighbours, where something remains of both. */
function withoutCommunes(x: LieuLu, y: LieuLu): [Mots, Mots] {
  const keep = (mot: string): boolean => !x.communeMots.includes(mot) && !y.communeMots.includes(mot);
  const [a, b] = [x.nom.mots.filter(keep), y.nom.mots.filter(keep)];
  if (a.length === 0 || b.length === 0) return [x.nom, y.nom];
  return [
    { mots: a, complet: x.nom.complet },
    { mots: b, complet: y.nom.complet },
  ];
}

function likenessOf(a: Mots, b: Mots): number {
  const onlyA: string[] = [];
  const onlyB = new Set(b.mots);
  let matched = 0;
  for (const mot of a.mots) {
    if (onlyB.delete(mot)) matched += weightOf(mot);
    else onlyA.push(mot);
  }
  const left: string[] = [];
  for (const mot of onlyA) {
    let near: string | undefined;
    for (const other of onlyB) {
      if (isNearWord(mot, other)) {
        near = other;
        break;
      }
    }
    if (near === undefined) left.push(mot);
    else {
      onlyB.delete(near);
      matched += NEAR * Math.max(weightOf(mot), weightOf(near));
    }
  }
  let [totalA, totalB] = [totalOf(a.mots), totalOf(b.mots)];
  for (const mot of left) {
    const spelled = spelledBy(mot, b.complet);
    if (spelled === null) continue;
    matched += ACRONYM;
    totalA += ACRONYM - weightOf(mot);
    totalB += ACRONYM - totalOf(spelled.filter((word) => onlyB.has(word)));
  }
  for (const mot of onlyB) {
    const spelled = spelledBy(mot, a.complet);
    if (spelled === null) continue;
    matched += ACRONYM;
    totalB += ACRONYM - weightOf(mot);
    totalA += ACRONYM - totalOf(spelled.filter((word) => left.includes(word)));
  }
  // France services is a label that town halls and associations bear: against another kind it is no difference.
  if (left.includes(LABEL)) totalA -= weightOf(LABEL);
  if (onlyB.has(LABEL)) totalB -= weightOf(LABEL);
  const [small, large] = totalA <= totalB ? [totalA, totalB] : [totalB, totalA];
  if (small <= 0) return 0;
  const union = Math.max(matched, small + large - matched);
  const contained = matched / small >= 0.9;
  return Math.min(1, Math.max(matched / union, contained ? (matched >= 0.9 ? 0.8 : 0.6) : 0));
}

const LABEL = 'franceservices';
const NEAR = 0.9;
const ACRONYM = 0.8;

function totalOf(mots: readonly string[]): number {
  let total = 0;
  for (const mot of mots) total += weightOf(mot);
  return total;
}

/** The words in a row of a name whose first letters make a short word (UDAF, ADAPEI); null where none do. */
function spelledBy(mot: string, words: readonly string[]): readonly string[] | null {
  if (mot.length < 3 || mot.length > 8 || words.length < mot.length) return null;
  let initials = '';
  for (const word of words) initials += word[0] ?? '';
  const start = initials.indexOf(mot);
  return start === -1 ? null : words.slice(start, start + mot.length);
}
