/** A cell as it is in the text, between its quotation marks where it has some. */
export interface Cellule {
  from: number;
  to: number;
  quoted: boolean;
}

/** Where a record ends, and where the next one begins. */
export interface FinDEnregistrement {
  at: number;
  next: number;
}

/**
 * The reading of one record of a CSV: it goes on where it stopped when more text has come, so that each character is
 * looked at once however the file is cut.
 */
export class LectureDEnregistrement {
  readonly cellules: Cellule[] = [];
  /** In a text of several lines, a quotation mark opens a cell: an earlier one was probably never closed. */
  suspect = false;
  /** How many characters were looked at. */
  examined = 0;
  /** How far the cell that begins at `at` has been looked through. */
  private seen: number;
  /** That cell is known to have no quotation marks. */
  private plain = false;

  constructor(
    private at: number,
    private readonly separateur: string,
    private readonly fermetures: Fermetures,
  ) {
    this.seen = at;
  }

  /**
   * Reads on. Null where the text ends before the record does; `assez` where `enough`, asked at each doubt and each cell,
   * wants no more of it.
   */
  read(text: string, end: boolean, enough: () => boolean): FinDEnregistrement | 'assez' | null {
    for (;;) {
      const cell = this.readCell(text, end);
      if (cell === null) return null;
      if (cell === 'doute') {
        this.suspect = true;
        if (enough()) return 'assez';
        continue;
      }
      const { stop, ...cellule } = cell;
      const character = text[stop];
      // \r may be the first half of \r\n, whose other half has not come yet.
      if (!end && (character === undefined || (character === '\r' && stop + 1 === text.length))) return null;
      this.cellules.push(cellule);
      if (character !== this.separateur) {
        const width = character === undefined ? 0 : character === '\r' && text[stop + 1] === '\n' ? 2 : 1;
        return { at: stop, next: stop + width };
      }
      this.at = stop + 1;
      this.seen = this.at;
      this.plain = false;
      if (enough()) return 'assez';
    }
  }

  /** The text before `by` is forgotten. */
  shift(by: number): void {
    this.at -= by;
    this.seen -= by;
    for (const cellule of this.cellules) {
      cellule.from -= by;
      cellule.to -= by;
    }
  }

  private readCell(text: string, end: boolean): (Cellule & { stop: number }) | 'doute' | null {
    if (!this.plain) {
      const open = firstNonSpace(text, this.seen, this.separateur);
      this.look(open);
      if (text[open] === '"') {
        const before = this.fermetures.examined;
        const closed = this.fermetures.find(text, open, { separateur: this.separateur, end, doubted: this.suspect });
        this.examined += this.fermetures.examined - before;
        if (closed === null || closed === 'doute') return closed;
        return { from: open + 1, to: closed.quote, stop: closed.next, quoted: true };
      }
      if (open === text.length && !end) return null;
      this.plain = true;
    }
    const stop = endOfCell(text, this.seen, this.separateur);
    this.look(stop);
    return { from: this.at, to: stop, stop, quoted: false };
  }

  private look(to: number): void {
    this.examined += to - this.seen + 1;
    this.seen = to;
  }
}

/**
 * Looks for the quotation marks that close cells. Where a reading is given up, those that follow look through the same text
 * from other places: what was found out of it is kept, for a mark that closes one cell closes any that begins before it.
 */
export class Fermetures {
  examined = 0;
  /** The mark that opens the cell. */
  private open = -1;
  /** No mark before this place closes the cell. */
  private at = -1;
  /** The last mark on the way, if it comes after `open`, that seemed to open a cell. */
  private doute = -1;
  /** What an earlier search found out, if it comes after `at`. */
  private known = { at: -1, doute: -1 };
  /** There is no line break between the opening mark and this place, unless `broken`. */
  private unbroken = -1;
  private broken = false;

  /**
   * The mark that closes the cell opened at `open`, and the separator or line end that follows it. `doute` where another
   * mark seems to open a cell on a later line, unless one has `doubted` already; null where the text ends first.
   */
  find(
    text: string,
    open: number,
    { separateur, end, doubted }: { separateur: string; end: boolean; doubted: boolean },
  ): { quote: number; next: number } | 'doute' | null {
    if (open !== this.open) this.begin(open);
    for (;;) {
      // Marks that touch the opening one pair otherwise than for another cell; after them all cells agree.
      if (this.at < this.known.at && text[this.at] !== '"') {
        this.at = this.known.at;
        this.doute = this.known.doute;
      }
      if (!doubted && this.doute > open && this.isBroken(text)) return 'doute';
      const quote = text.indexOf('"', this.at);
      this.moveTo(quote === -1 ? text.length : quote);
      if (quote === -1) return null;
      const after = text[quote + 1];
      if (after === undefined && !end) return null;
      if (after === '"') {
        this.moveTo(quote + 2);
        continue;
      }
      const next = firstNonSpace(text, quote + 1, separateur);
      this.examined += next - quote;
      const follower = text[next];
      if (follower === undefined && !end) return null;
      if (follower === undefined || follower === separateur || follower === '\n' || follower === '\r')
        return { quote, next };
      // "il a dit "bonjour" à tous": this one does not close.
      const before = text[quote - 1];
      if (before === separateur || before === '\n') this.doute = quote;
      this.moveTo(quote + 1);
    }
  }

  /** The text before `by` is forgotten. */
  shift(by: number): void {
    this.open -= by;
    this.at -= by;
    this.doute -= by;
    this.unbroken -= by;
    this.known = { at: this.known.at - by, doute: this.known.doute - by };
  }

  private begin(open: number): void {
    const within = open > this.open && open < this.at;
    this.known = within ? { at: this.at, doute: this.doute } : { at: open, doute: open };
    this.open = open;
    this.at = open + 1;
    this.doute = open;
    this.unbroken = open + 1;
    this.broken = false;
  }

  private isBroken(text: string): boolean {
    for (; !this.broken && this.unbroken < this.doute; this.unbroken += 1, this.examined += 1) {
      const unit = text.charCodeAt(this.unbroken);
      this.broken = unit === 10 || unit === 13;
    }
    return this.broken;
  }

  private moveTo(at: number): void {
    this.examined += at - this.at;
    this.at = at;
  }
}

/** What a cell says: two quotation marks stand for one. */
export function textOfCellule(text: string, { from, to, quoted }: Cellule): string {
  const cell = text.slice(from, to);
  return quoted ? cell.replaceAll('""', '"') : cell;
}

function firstNonSpace(text: string, from: number, separateur: string): number {
  let at = from;
  while ((text[at] === ' ' || text[at] === '\t') && text[at] !== separateur) at += 1;
  return at;
}

export function endOfCell(text: string, from: number, separateur: string): number {
  const code = separateur.charCodeAt(0);
  let at = from;
  for (; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === code || unit === 10 || unit === 13) break;
  }
  return at;
}
