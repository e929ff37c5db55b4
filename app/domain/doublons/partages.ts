import type { LieuLu } from './lecture.ts';

/** How many names share a value: what a whole network or the middle of a commune shares tells less. */
export interface Partages {
  telephone: ReadonlyMap<string, number>;
  courriel: ReadonlyMap<string, number>;
  domaine: ReadonlyMap<string, number>;
  pivot: ReadonlyMap<string, number>;
  position: ReadonlyMap<string, number>;
}

/** Counts them over all lieux. Copies of one lieu, which have one name, count once. */
export function countPartages(lieux: readonly LieuLu[]): Partages {
  const names = new Map<string, number>();
  const counters = {
    telephone: new Counter(),
    courriel: new Counter(),
    domaine: new Counter(),
    pivot: new Counter(),
    position: new Counter(),
  };
  for (const lieu of lieux) {
    const key = `${lieu.nom.mots.join(' ')} ${lieu.commune ?? lieu.code_postal ?? ''}`;
    const name = names.get(key) ?? names.size;
    names.set(key, name);
    counters.telephone.add(lieu.telephone, name);
    counters.pivot.add(lieu.pivot, name);
    for (const courriel of lieu.courriels) counters.courriel.add(courriel, name);
    for (const domaine of lieu.domaines) counters.domaine.add(domaine, name);
    counters.position.add(lieu.position && positionKey(lieu.position), name);
  }
  return {
    telephone: counters.telephone.counts(),
    courriel: counters.courriel.counts(),
    domaine: counters.domaine.counts(),
    pivot: counters.pivot.counts(),
    position: counters.position.counts(),
  };
}

/** A position to about 10 m. */
export function positionKey({ latitude, longitude }: { latitude: number; longitude: number }): string {
  return `${Math.round(latitude * 1e4)} ${Math.round(longitude * 1e4)}`;
}

/** Distinct names by value. Most values have one name: a set is made only for the second. */
class Counter {
  private readonly seen = new Map<string, number | Set<number>>();

  add(value: string | null, name: number): void {
    if (value === null) return;
    const before = this.seen.get(value);
    if (before === undefined) this.seen.set(value, name);
    else if (before instanceof Set) before.add(name);
    else if (before !== name) this.seen.set(value, new Set([before, name]));
  }

  /** Only the values that several names share. */
  counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const [value, names] of this.seen) if (names instanceof Set) counts.set(value, names.size);
    return counts;
  }
}
