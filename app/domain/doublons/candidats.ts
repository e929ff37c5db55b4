import type { LieuLu } from './lecture.ts';
import { weightOf } from './mots.ts';

/**
 * Pairs worth comparing, as indices `a < b` into `lieux`, each once, in an order that follows that of `lieux`: near each
 * other, or with a word of the name, of the street, a telephone, a mail or a pivot in common. A lieu is in a bounded number
 * of blocks, and a block gives pairs in proportion to its size: the number of pairs grows as that of the lieux.
 * With `across`, only pairs of one of the first `across` lieux with one of the others: those of two sets.
 */
export function* candidatePairs(
  lieux: readonly LieuLu[],
  { across = null }: { across?: number | null } = {},
): Generator<readonly [number, number]> {
  const blocks = new Map<string, number[]>();
  for (const [index, lieu] of lieux.entries()) {
    for (const key of keysOf(lieu)) {
      const block = blocks.get(key);
      if (!block) blocks.set(key, [index]);
      else if (block.at(-1) !== index) block.push(index);
    }
  }
  const shared = lieux.map((): number[][] => []);
  for (const [key, block] of blocks) {
    const rare = key.startsWith(RARE);
    if (block.length < 2 || (rare && block.length > RARE_SIZE)) continue;
    for (const run of runsOf(block, lieux)) for (const index of run) shared[index]?.push(run);
  }
  const others = new Set<number>();
  for (const [index, runs] of shared.entries()) {
    if (across !== null && index >= across) return;
    const first = across ?? index + 1;
    others.clear();
    for (const run of runs) for (const other of run) if (other >= first) others.add(other);
    for (const other of others) yield [index, other];
  }
}

/** A large block is cut, in the order of names, into runs that overlap by half: alike names stay together. */
function runsOf(block: number[], lieux: readonly LieuLu[]): number[][] {
  if (block.length <= LARGE) return [block];
  const keyed = block.map((index) => ({ index, key: lieux[index]?.nom.mots.join(' ') ?? '' }));
  keyed.sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : x.index - y.index));
  const runs: number[][] = [];
  for (let start = 0; start < keyed.length; start += RUN / 2) {
    runs.push(keyed.slice(start, start + RUN).map(({ index }) => index));
  }
  return runs;
}

const LARGE = 60;
const RUN = 30;
/** Words of names in a whole département count only where few have them. */
const RARE = 'w';
const RARE_SIZE = 12;
/** Degrees of latitude: 250 m. */
const CELL = 0.00225;

function* keysOf(lieu: LieuLu): Generator<string> {
  const { position, nom, adresse, code_postal, commune, departement } = lieu;
  if (position) yield* cellsAround(position);
  const areas = code_postal === null ? [] : [code_postal];
  if (commune !== null) areas.push(`${departement ?? ''}${commune}`);
  for (const area of areas) {
    for (const mot of nom.mots) if (nom.mots.length === 1 || !lieu.communeMots.includes(mot)) yield `n${area} ${mot}`;
    for (const mot of adresse?.rue ?? []) yield `r${area} ${mot}`;
  }
  if (departement !== null) {
    for (const mot of nom.mots) if (weightOf(mot) === 1) yield `${RARE}${departement} ${mot}`;
    yield `d${departement} ${nom.complet.join(' ')}`;
  }
  if (lieu.telephone !== null) yield `t${lieu.telephone}`;
  for (const courriel of lieu.courriels) yield `c${courriel}`;
  if (lieu.pivot !== null) yield `p${lieu.pivot}`;
  yield `i${lieu.id_origine}`;
}

/** Four cells of a grid with its corners: two lieux less than half a cell apart have one in common. */
function* cellsAround({ latitude, longitude }: { latitude: number; longitude: number }): Generator<string> {
  const y = Math.floor(latitude / CELL);
  const x = Math.floor((longitude * Math.cos((Math.round(latitude) * Math.PI) / 180)) / CELL);
  yield `g${x} ${y}`;
  yield `g${x + 1} ${y}`;
  yield `g${x} ${y + 1}`;
  yield `g${x + 1} ${y + 1}`;
}
