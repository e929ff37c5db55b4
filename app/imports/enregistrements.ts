import { FichierIllisible } from './fichier-illisible.ts';

/** One record of a CSV: its cells and the physical lines of the file that it covers. */
export interface Enregistrement {
  cells: string[];
  /** First physical line, from 1. */
  ligne: number;
  /** A quotation mark was opened and never closed: the line was read without it. */
  unclosed: boolean;
}

interface Parsed {
  cells: string[];
  /** Where the next record begins. */
  next: number;
  lines: number;
  /** In a text of several lines, a quotation mark opens a cell: an earlier one was probably never closed. */
  suspect: boolean;
}

/** A record longer than this (in UTF-16 units) is a quotation mark that nobody closed. */
const MAX_RECORD = 200_000;
/** A line longer than this is none. */
const MAX_LINE = 2_000_000;

/**
 * Cuts a text that comes in pieces into the records of a CSV (RFC 4180), keeping in memory no more than one record: line
 * breaks between quotation marks, any line ends, physical line numbers. It forgives a quotation mark inside a quoted text,
 * and one that is never closed costs its own line only.
 * `push` throws FichierIllisible where a line has no end.
 */
export class Enregistrements {
  private text = '';
  private at = 0;
  private ligne = 1;

  constructor(
    private readonly separateur: string,
    /** Number of cells that a record should have, once the header is known. */
    public width: number | null = null,
  ) {}

  /** The records that the text so far is enough for; at the end of the file, all of them. Blank lines are no records. */
  *push(text: string, end: boolean): Generator<Enregistrement> {
    this.text = this.text.slice(this.at) + text;
    this.at = 0;
    while (this.at < this.text.length) {
      const parsed = parseRecord(this.text, this.at, this.separateur, end);
      const tooLong = parsed === null && this.text.length - this.at > MAX_RECORD;
      if (parsed === null && !end && !(tooLong && this.hasLineEnd())) return;
      const alone = this.withoutQuote(parsed);
      const chosen = alone ?? parsed;
      if (!chosen) return;
      const { ligne } = this;
      this.at = chosen.next;
      this.ligne += chosen.lines;
      if (chosen.cells.length > 1 || chosen.cells[0]?.trim()) {
        yield { cells: chosen.cells, ligne, unclosed: alone !== null };
      }
    }
  }

  private hasLineEnd(): boolean {
    if (endOfLine(this.text, this.at).at < this.text.length) return true;
    if (this.text.length - this.at <= MAX_LINE) return false;
    throw new FichierIllisible(
      `La ligne ${this.ligne.toLocaleString('fr-FR')} n’a pas de fin : ce fichier n’est pas un tableau, ou il est abîmé.`,
    );
  }

  /** The first physical line alone, read without multi-line cells, where the whole record makes no sense and the line does. */
  private withoutQuote(parsed: Parsed | null): Parsed | null {
    if (parsed && (parsed.lines <= 1 || this.width === null)) return null;
    if (parsed && parsed.cells.length === this.width && !parsed.suspect) return null;
    const lineEnd = endOfLine(this.text, this.at);
    const line = this.text.slice(this.at, lineEnd.at);
    const cells = splitLine(line, this.separateur);
    if (parsed && cells.length !== this.width) return null;
    return { cells, next: lineEnd.next, lines: 1, suspect: false };
  }
}

/** The record that begins at a position; null where the text ends before it does. */
function parseRecord(text: string, from: number, separateur: string, end: boolean): Parsed | null {
  const cells: string[] = [];
  let at = from;
  let lines = 0;
  let suspect = false;
  for (;;) {
    const open = firstNonSpace(text, at, separateur);
    let cell: string;
    if (text[open] === '"') {
      const quoted = parseQuoted(text, open + 1, separateur, end);
      if (quoted === null) return null;
      cell = quoted.cell;
      lines += quoted.lines;
      suspect ||= quoted.suspect;
      at = quoted.next;
    } else {
      const stop = endOfCell(text, at, separateur);
      cell = text.slice(at, stop);
      at = stop;
    }
    cells.push(cell);
    const character = text[at];
    if (character === separateur) {
      at += 1;
      continue;
    }
    if (character === undefined) return end ? { cells, next: at, lines: lines + 1, suspect } : null;
    // \r may be the first half of \r\n, whose other half has not come yet.
    if (character === '\r' && at + 1 === text.length && !end) return null;
    return { cells, next: at + (character === '\r' && text[at + 1] === '\n' ? 2 : 1), lines: lines + 1, suspect };
  }
}

/** A quoted cell, from after its quotation mark to the separator or line end that follows it. */
function parseQuoted(
  text: string,
  from: number,
  separateur: string,
  end: boolean,
): { cell: string; next: number; lines: number; suspect: boolean } | null {
  let cell = '';
  let at = from;
  let suspect = false;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return null;
    const after = text[quote + 1];
    if (after === undefined && !end) return null;
    if (after === '"') {
      cell += text.slice(at, quote + 1);
      at = quote + 2;
      continue;
    }
    const next = firstNonSpace(text, quote + 1, separateur);
    const follower = text[next];
    if (follower === undefined && !end) return null;
    if (follower === undefined || follower === separateur || follower === '\n' || follower === '\r') {
      cell += text.slice(at, quote);
      return { cell, next, lines: countLineBreaks(text.slice(from, quote)), suspect };
    }
    // "il a dit "bonjour" à tous": this one does not close.
    const before = text[quote - 1];
    suspect ||= (before === separateur || before === '\n') && /[\r\n]/.test(text.slice(from, quote));
    cell += text.slice(at, quote + 1);
    at = quote + 1;
  }
}

/** The cells of one physical line; a quotation mark that is not closed on it is a character like another. */
function splitLine(line: string, separateur: string): string[] {
  const parsed = parseRecord(line, 0, separateur, true);
  if (parsed && parsed.next >= line.length) return parsed.cells;
  return line.split(separateur).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/s, '$1')
      .replace(/^"(?!")|(?<!")"$/g, ''),
  );
}

function firstNonSpace(text: string, from: number, separateur: string): number {
  let at = from;
  while ((text[at] === ' ' || text[at] === '\t') && text[at] !== separateur) at += 1;
  return at;
}

function endOfCell(text: string, from: number, separateur: string): number {
  const code = separateur.charCodeAt(0);
  let at = from;
  for (; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === code || unit === 10 || unit === 13) break;
  }
  return at;
}

function endOfLine(text: string, from: number): { at: number; next: number } {
  const at = endOfCell(text, from, '\n');
  return { at, next: Math.min(text.length, at + (text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1)) };
}

function countLineBreaks(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
