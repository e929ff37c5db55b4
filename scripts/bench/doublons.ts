import { createReadStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { correctLigne } from '#app/domain/correction/ligne.ts';
import { candidatePairs } from '#app/domain/doublons/candidats.ts';
import { type LieuACompare, readLieu } from '#app/domain/doublons/lecture.ts';
import { findPaires } from '#app/domain/doublons/paires.ts';
import { countPartages } from '#app/domain/doublons/partages.ts';
import { scorePaire } from '#app/domain/doublons/score.ts';
import { readTableau } from '#app/imports/lecture.ts';
import { makeDemoLieux } from '#scripts/demo/lieux.ts';
import type { Figure, World } from './types.ts';

const REAL = resolve('../shared/data/lieux-reels.csv');
const BASE = 17_414;
const SIZES = [50_000, 200_000];
/** All pairs of so many lieux are compared, to tell what all pairs of the whole would take. */
const NAIVE = 1_000;

/**
 * Finding duplicates at three sizes, from rows in memory to sorted pairs, in milliseconds of one processor; beside the JSON
 * parsing of the same rows, and what comparing all pairs would take. The base is the real file where it is beside the project, else
 * invented lieux with displaced copies.
 */
export async function benchDoublons({ communes }: World): Promise<Figure[]> {
  const base = existsSync(REAL) ? await realLieux(communes) : inventedLieux(communes);
  const figures: Figure[] = [];
  const perLieu: number[] = [];
  for (const size of [base.length, ...SIZES]) {
    const lieux = multiply(base, size);
    const text = JSON.stringify(lieux);
    const parsing = processorMs(() => JSON.parse(text));
    const search = processorMs(() => findPaires(lieux.map(readLieu)));
    perLieu.push(search.ms / size);
    figures.push({
      what: `duplicates among ${size.toLocaleString('en-GB')} lieux (${search.result.length.toLocaleString('en-GB')} pairs)`,
      ours: search.ms,
      unit: 'ms',
      reference: parsing.ms,
      referenceIs: 'JSON.parse of the rows',
      target: size === base.length ? '≤ 3,000' : size === 200_000 ? '≤ 40,000' : '—',
    });
  }
  figures.push({
    what: 'the same, for one lieu: the largest size beside the smallest',
    ours: (perLieu.at(-1) ?? 0) * 1_000,
    unit: 'µs',
    reference: (perLieu[0] ?? 0) * 1_000,
    referenceIs: 'at the smallest size',
    target: '≤ 1.5 ×',
  });
  figures.push(naiveFigure(base));
  return figures;
}

function naiveFigure(base: readonly LieuACompare[]): Figure {
  const lus = base.map(readLieu);
  const partages = countPartages(lus);
  const sample = lus.slice(0, NAIVE);
  const naive = processorMs(() => {
    for (const [index, a] of sample.entries()) for (const b of sample.slice(index + 1)) scorePaire(a, b, partages);
  });
  let candidates = 0;
  for (const _ of candidatePairs(lus)) candidates += 1;
  const pairs = (n: number) => (n * (n - 1)) / 2;
  return {
    what: `pairs compared among ${base.length.toLocaleString('en-GB')} lieux`,
    ours: candidates,
    unit: 'pairs',
    reference: pairs(base.length),
    referenceIs: `all pairs: ${Math.round((naive.ms / pairs(NAIVE)) * pairs(base.length)).toLocaleString('en-GB')} ms`,
    target: '—',
  };
}

/** Milliseconds of processor that something takes, whatever else the machine does. */
function processorMs<T>(action: () => T): { ms: number; result: T } {
  const before = process.cpuUsage();
  const result = action();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1_000, result };
}

async function realLieux(communes: World['communes']): Promise<LieuACompare[]> {
  const lieux: LieuACompare[] = [];
  const tableau = await readTableau({ bytes: createReadStream(REAL), chemin: null });
  for await (const { texts } of tableau.lignes) {
    const { lieu } = correctLigne(texts, { communes, today: '2026-01-15' });
    lieux.push({ ...lieu, id: `${lieux.length}`, origine: lieu.source ?? '', id_origine: lieu.id });
  }
  return lieux;
}

function inventedLieux(communes: World['communes']): LieuACompare[] {
  const made = makeDemoLieux(communes, { count: Math.ceil(BASE * 0.75), today: '2026-01-15' });
  const lieux = made.map((lieu) => ({ ...lieu, origine: 'demo', id_origine: lieu.id }));
  const copies = lieux.slice(0, BASE - lieux.length).map((lieu) => ({
    ...lieu,
    id: `copie ${lieu.id}`,
    origine: 'copie',
    nom: lieu.nom?.toUpperCase() ?? null,
    latitude: lieu.latitude === null ? null : lieu.latitude + 0.0005,
  }));
  return [...lieux, ...copies];
}

/**
 * As many lieux as wanted: the base again and again, each time in other communes of the same départements and
 * elsewhere, so that a copy stands to its neighbours as its original does, and has no more duplicates than it.
 */
function multiply(base: readonly LieuACompare[], size: number): LieuACompare[] {
  return Array.from({ length: size }, (_, index): LieuACompare => {
    const lieu = base[index % base.length];
    if (!lieu) throw new Error('no base');
    const round = Math.floor(index / base.length);
    if (round === 0) return lieu;
    const { id, id_origine, commune, code_postal, code_insee, latitude, telephone, courriels, pivot, nom } = lieu;
    const other = (text: string | null) => (text === null ? null : `${text}${round}`);
    // Another commune of the same département.
    const beside = (code: string | null) =>
      code && `${code.slice(0, 2)}${String((Number(code.slice(2)) + 37 * round) % 1_000).padStart(3, '0')}`;
    return {
      ...lieu,
      id: `${id} ${round}`,
      id_origine: `${id_origine} ${round}`,
      nom: nom === null ? null : `${nom} ${WORDS[round % WORDS.length]}`,
      commune: commune === null ? null : `${commune} ${WORDS[round % WORDS.length]}`,
      code_postal: beside(code_postal),
      code_insee: beside(code_insee),
      latitude: latitude === null ? null : latitude + round * 12,
      telephone: other(telephone),
      courriels: courriels.map((courriel) => `${round}${courriel}`),
      pivot: other(pivot),
    };
  });
}

const WORDS = 'aulne bouleau charme douglas erable frene genet houx if jasmin lierre merisier noyer orme'.split(' ');
