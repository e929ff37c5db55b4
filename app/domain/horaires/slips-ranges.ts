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
  const first = ranges[0]?.start ?? 0;
  const last = ranges.at(-1)?.end ?? 0;
  if ((half === 'matin' && last > NOON + 90) || (half && half !== 'matin' && first < NOON))
    throw new Unclear('Ces heures ne sont pas celles de ce moment de la journée.', position);
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

const EVENING = 17 * 60;
const LATEST_NIGHT_END = 6 * 60;
const EARLIEST = 5 * 60;

/** A day, and the word before it. */
export interface Link {
  day: number;
  link: string | null;
}

/** The days of "lundi au vendredi", "lundi, mardi et jeudi", "mar-mer-jeu". */
export function spread(chain: readonly Link[], position: number): number[] {
  const days = new Set<number>();
  const dashes = chain.filter(({ link }) => link === '-').length;
  let ranged = false;
  chain.forEach(({ day, link }, index) => {
    const previous = chain[index - 1]?.day;
    const isRange = previous !== undefined && (link === 'a' || (link === '-' && dashes === 1));
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
