/**
 * Whether two different words are likely one: one letter apart in words of five letters, two in words of nine, or one the
 * beginning of the other. Words with digits are one or the other.
 */
export function isNearWord(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length < 4 || DIGIT.test(short) || DIGIT.test(long)) return false;
  if (long.startsWith(short)) return true;
  if (short.length < 5) return false;
  const allowed = short.length >= 9 ? 2 : 1;
  return long.length - short.length <= allowed && withinEdits(short, long, allowed);
}

const DIGIT = /\d/;

/** Whether Levenshtein's distance is at most `limit`. */
function withinEdits(a: string, b: string, limit: number): boolean {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    let best = i;
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1;
      const value = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      current.push(value);
      if (value < best) best = value;
    }
    if (best > limit) return false;
    previous = current;
  }
  return (previous[b.length] ?? limit + 1) <= limit;
}
