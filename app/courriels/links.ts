/** A piece of a mail's text; `href` where it is an address on the web. */
export interface TextPiece {
  /** Where it begins in the text. */
  start: number;
  text: string;
  href: string | null;
}

/** Cuts a plain text at its http(s) addresses; the punctuation that ends a sentence is not part of them. The pieces joined are the text. */
export function splitLinks(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"«»]*[^\s<>"«».,;:!?)\]'’]/g)) {
    if (!URL.canParse(match[0])) continue;
    if (match.index > end) pieces.push({ start: end, text: text.slice(end, match.index), href: null });
    pieces.push({ start: match.index, text: match[0], href: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ start: end, text: text.slice(end), href: null });
  return pieces;
}
