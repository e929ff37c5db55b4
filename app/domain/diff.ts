import { diffWordsWithSpace } from 'diff';

/** A piece of a text, and whether the other text has it too. The pieces of one side, joined, are that text to the letter. */
export interface Piece {
  text: string;
  changed: boolean;
}

export interface TextDiff {
  before: Piece[];
  after: Piece[];
}

/** Beyond so many edits, looking for the best reading costs more than it tells: both texts are shown whole. */
const MAX_EDITS = 600;
/** Of the longer text's letters, the share that must have stayed for marks on words to say more than the two texts whole. */
const WORTH_MARKING = 0.3;

/**
 * What changed between two texts, word by word. Texts with little in common are one changed piece on each side: marks
 * on every other word are harder to read than the two texts.
 */
export function diffTexts(before: string, after: string): TextDiff {
  if (before === after) return { before: whole(before, false), after: whole(after, false) };
  const changes = diffWordsWithSpace(before, after, { maxEditLength: MAX_EDITS });
  if (changes === undefined) return { before: whole(before, true), after: whole(after, true) };
  const kept = changes.reduce((sum, c) => (c.added || c.removed ? sum : sum + c.value.trim().length), 0);
  if (kept < WORTH_MARKING * Math.max(before.length, after.length)) {
    return { before: whole(before, true), after: whole(after, true) };
  }
  return {
    before: merge(changes.filter((c) => !c.added).map((c) => ({ text: c.value, changed: c.removed }))),
    after: merge(changes.filter((c) => !c.removed).map((c) => ({ text: c.value, changed: c.added }))),
  };
}

/** What a list keeps, loses and gains, each in the order in which it is written. */
export function diffLists(
  before: readonly string[],
  after: readonly string[],
): { kept: string[]; removed: string[]; added: string[] } {
  const [old, next] = [new Set(before), new Set(after)];
  return {
    kept: [...next].filter((value) => old.has(value)),
    removed: [...old].filter((value) => !next.has(value)),
    added: [...next].filter((value) => !old.has(value)),
  };
}

function whole(text: string, changed: boolean): Piece[] {
  return text === '' ? [] : [{ text, changed }];
}

/** Pieces of the same kind together; a mere space between two changed words is changed with them. */
function merge(pieces: readonly Piece[]): Piece[] {
  const merged: Piece[] = [];
  pieces.forEach(({ text, changed }, index) => {
    const bridge = !changed && text.trim() === '' && pieces[index - 1]?.changed && pieces[index + 1]?.changed;
    const last = merged.at(-1);
    if (last && last.changed === (changed || bridge === true)) last.text += text;
    else merged.push({ text, changed: changed || bridge === true });
  });
  return merged;
}
