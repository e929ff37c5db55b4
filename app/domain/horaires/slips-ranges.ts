import { Unclear } from './slips-unclear.ts';
import type { Token } from './slips-words.ts';
import type { TimeRange } from './week.ts';
import { DAY_NAMES } from './words.ts';

/** Hours and days as people say them: which follow each other, and which do not. */

/** A part of the day: le matin, l’après-midi, le soir. */
export type Half = Extract<Token, { kind: 'demi' }>['moment'];

/** Minutes since midnight. */
export const NOON = 720;

/** "Matin" and "après-midi" beside hours must say the same as they do. */
export function checkHalf({
  half,
  ranges,
  position,
}: {
  half: Half | null;
  ranges: readonly TimeRange[];
  position: number;
}): void {
  if (half !== null && !ranges.every((range) => isWithin(half, range)))
    throw new Unclear('Ces heures ne sont pas celles de ce moment de la journée.', position);
}

/** Whether a range may be of that part of the day. */
export function isWithin(half: Half, { start, end }: TimeRange): boolean {
  return half === 'matin' ? end <= NOON + 90 : start >= NOON;
}

/** A night may end the next morning; other hours follow each other, and nobody opens before 5 but who never closes. */
export function rangeOf(start: number, end: number, previous: number, position: number): TimeRange {
  if (start >= EVENING && start < 1440 && end <= LATEST_NIGHT_END && previous <= start)
    return { start, end: end + 1440 };
  if (start === 0 && end === 1440 && previous === 0) return { start, end };
  if (start < Math.max(previous, EARLIEST) || end <= start || start >= 1440)
    throw new Unclear('Ces heures ne se suivent pas.', position);
  return { start, end };
}

/** Minutes: a night that nobody is asked about begins from the one on, and ends by the other. */
export const EVENING = 17 * 60;
export const LATEST_NIGHT_END = 6 * 60;
const EARLIEST = 5 * 60;

/** A day, and the word before it. */
export interface Link {
  day: number;
  link: string | null;
}

/**
 * The days of "lundi au vendredi", "lundi, mardi et jeudi", "lun-mer, ven-dim", "mar-mer-jeu": a dash between two days is a range,
 * between more it lists them.
 * @param paire what two days that a slash or nothing joins are, "lundi/vendredi": asked where nobody has said
 */
export function spread(chain: readonly Link[], position: number, paire?: 'liste' | 'suite'): number[] {
  const days = new Set<number>();
  const isDash = (index: number) => chain[index]?.link === '-';
  const [first, second] = chain;
  const unsaid = chain.length === 2 && first && second && (second.link === '/' || second.link === null);
  if (unsaid && second.day > first.day + 1 && paire === undefined)
    throw new Unclear(
      `Le ${DAY_NAMES[first.day]} et le ${DAY_NAMES[second.day]}, ou du ${DAY_NAMES[first.day]} au ${DAY_NAMES[second.day]} ?`,
      position,
    );
  let ranged = false;
  chain.forEach(({ day, link }, index) => {
    const previous = chain[index - 1]?.day;
    const isPair = isDash(index) && !isDash(index - 1) && !isDash(index + 1);
    const isRange = previous !== undefined && (link === 'a' || isPair || (unsaid === true && paire === 'suite'));
    if (isRange) {
      if (ranged || day < previous) throw new Unclear('Quels jours exactement ?', position);
      for (let between = previous + 1; between < day; between++) days.add(between);
    }
    ranged = isRange;
    if (days.has(day)) throw new Unclear(`Le ${DAY_NAMES[day]} est nommé deux fois.`, position);
    days.add(day);
  });
  return [...days].sort((a, b) => a - b);
}
