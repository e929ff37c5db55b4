import { DAY_NAMES } from './words.ts';

/** The day (Monday 0) whose name a word is one slip away from: `ludni`, `mecredi`, `vendrdi`, `jeufis`; -1 where it is none. */
export function misspelledDay(word: string): number {
  const singular = word.replace(/s$/, '');
  return singular.length < 5 ? -1 : DAY_NAMES.findIndex((name) => isOneSlip(singular, name));
}

/** Whether two words differ by one letter more, less or other, or by two neighbours that changed places. */
function isOneSlip(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (x.length <= 1 && y.length <= 1) return true;
  return x.length === 2 && y.length === 2 && x[0] === y[1] && x[1] === y[0];
}
