import { endOfCell, Fermetures, LectureDEnregistrement, textOfCellule } from './cellules.ts';
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
  unclosed: boolean;
}

/** A record longer than this (in UTF-16 units) is a quotation mark that nobody closed. */
const MAX_RECORD = 200_000;
/** A line longer than this is none. */
const MAX_LINE = 2_000_000;
/** How often each character may be looked at, besides a first allowance: twice or three times is usual. */
const MAX_LOOKS = 16;
const ALLOWANCE = 16_000_000;

/**
 * Cuts a text that comes in pieces into the records of a CSV (RFC 4180), keeping in memory no more than one record: line
 * breaks between quotation marks, any line ends, physical line numbers. It forgives a quotation mark inside a quoted text,
 * and one that is never closed costs its own line only. Its work grows with the text, whatever that holds.
 * `push` throws FichierIllisible where a line has no end, and where records are given up again and again.
 */
export class Enregistrements {
  private text = '';
  private at = 0;
  private ligne = 1;
  private readonly fermetures = new Fermetures();
  /** The record that begins at `at`, as far as it has come. */
  private lecture: LectureDEnregistrement | null = null;
  /** The line that begins at `at` does not end before this place. */
  private lineSeen = 0;
  private alone: string[] | null = null;
  private received = 0;
  /** Characters looked at, each as often as it was. */
  examined = 0;

  constructor(
    private readonly separateur: string,
    /** Number of cells that a record should have, once the header is known. */
    public width: number | null = null,
  ) {}

  /** The records that the text so far is enough for; at the end of the file, all of them. Blank lines are no records. */
  *push(text: string, end: boolean): Generator<Enregistrement> {
    this.lecture?.shift(this.at);
    this.fermetures.shift(this.at);
    this.lineSeen -= this.at;
    this.text = this.text.slice(this.at) + text;
    this.at = 0;
    this.received += text.length;
    while (this.at < this.text.length) {
      const record = this.readRecord(end);
      if (!record) return;
      const { ligne } = this;
      this.at = record.next;
      this.ligne += record.lines;
      this.lecture = null;
      this.lineSeen = this.at;
      this.alone = null;
      if (record.cells.length > 1 || record.cells[0]?.trim()) {
        yield { cells: record.cells, ligne, unclosed: record.unclosed };
      }
    }
  }

  private readRecord(end: boolean): Parsed | null {
    this.lecture ??= new LectureDEnregistrement(this.at, this.separateur, this.fermetures);
    const { lecture } = this;
    const before = lecture.examined;
    const fin = lecture.read(this.text, end, () => this.makesNoSense(lecture));
    this.examined += lecture.examined - before;
    if (this.examined > MAX_LOOKS * this.received + ALLOWANCE) {
      throw new FichierIllisible(
        `Des guillemets ne se referment pas, ligne après ligne (ligne ${this.ligne.toLocaleString('fr-FR')}) : ouvrez ce fichier dans un tableur, puis enregistrez-le de nouveau.`,
      );
    }
    if (fin === 'assez') return this.firstLine();
    if (fin === null) {
      const tooLong = this.text.length - this.at > MAX_RECORD;
      return end || (tooLong && this.hasLineEnd()) ? this.firstLine() : null;
    }
    const right = this.width === null || (lecture.cellules.length === this.width && !lecture.suspect);
    if (!right && this.lineEnd() < fin.at && this.aloneFits()) return this.firstLine();
    const breaks = lecture.cellules
      .filter(({ quoted }) => quoted)
      .map(({ from, to }) => this.countLineBreaks(from, to));
    return {
      cells: lecture.cellules.map((cellule) => textOfCellule(this.text, cellule)),
      next: fin.next,
      lines: breaks.reduce((total, count) => total + count, 1),
      unclosed: false,
    };
  }

  /** Whether a record of several lines, unfinished as it is, will be given up for its first line. */
  private makesNoSense({ cellules, suspect }: LectureDEnregistrement): boolean {
    if (this.width === null) return false;
    const tooWide = cellules.length > this.width && this.lineEnd() < (cellules.at(-1)?.to ?? 0);
    return (suspect || tooWide) && this.aloneFits();
  }

  private aloneFits(): boolean {
    return this.readAlone().length === this.width;
  }

  /** The first physical line alone, read without multi-line cells. */
  private firstLine(): Parsed {
    const cells = this.readAlone();
    const at = this.lineEnd();
    const next = at + (this.text[at] === '\r' && this.text[at + 1] === '\n' ? 2 : 1);
    return { cells, next: Math.min(this.text.length, next), lines: 1, unclosed: true };
  }

  private readAlone(): string[] {
    if (this.alone === null) {
      const line = this.text.slice(this.at, this.lineEnd());
      this.examined += 2 * line.length;
      this.alone = splitLine(line, this.separateur);
    }
    return this.alone;
  }

  private lineEnd(): number {
    const end = endOfCell(this.text, this.lineSeen, '\n');
    this.examined += end - this.lineSeen;
    this.lineSeen = end;
    return end;
  }

  private hasLineEnd(): boolean {
    if (this.lineEnd() < this.text.length) return true;
    if (this.text.length - this.at <= MAX_LINE) return false;
    throw new FichierIllisible(
      `La ligne ${this.ligne.toLocaleString('fr-FR')} n’a pas de fin : ce fichier n’est pas un tableau, ou il est abîmé.`,
    );
  }

  private countLineBreaks(from: number, to: number): number {
    return this.text.slice(from, to).match(/\r\n|\r|\n/g)?.length ?? 0;
  }
}

/** The cells of one physical line; a quotation mark that is not closed on it is a character like another. */
function splitLine(line: string, separateur: string): string[] {
  const lecture = new LectureDEnregistrement(0, separateur, new Fermetures());
  const fin = lecture.read(line, true, () => false);
  if (fin !== null && fin !== 'assez' && fin.next >= line.length)
    return lecture.cellules.map((cellule) => textOfCellule(line, cellule));
  return line.split(separateur).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/s, '$1')
      .replace(/^"(?!")|(?<!")"$/g, ''),
  );
}
