import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { csvLine } from '#app/domain/formats.ts';

/** One thing to say about a row, or about the file as a whole (`ligne` 0). */
export interface LigneRapport {
  ligne: number;
  id: string;
  champ: string;
  valeur: string;
  verdict: 'corrige' | 'ignore' | 'manquant' | 'refuse';
  message: string;
}

const COLONNES = ['ligne', 'id', 'champ', 'valeur', 'verdict', 'message'];
const FLUSH_AT = 64 * 1024;

/**
 * The report of an import: a CSV (UTF-8, `,`, CRLF) written beside its place and put there when it is whole. It is opened in
 * a spreadsheet, which must compute nothing of what a file says: such a text comes after an apostrophe.
 */
export class Rapport {
  private waiting = csvLine(COLONNES);
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  static async create(path: string): Promise<Rapport> {
    return new Rapport(path, await open(`${path}.${process.pid}.partiel`, 'w'));
  }

  add({ ligne, id, champ, valeur, verdict, message }: LigneRapport): void {
    this.waiting += csvLine([String(ligne), inert(id), champ, inert(valeur), verdict, inert(message)]);
    if (this.waiting.length > FLUSH_AT) this.flush();
  }

  /** Puts the whole report at its place. */
  async end(): Promise<void> {
    this.flush();
    await this.writing;
    await this.file.close();
    await rename(`${this.path}.${process.pid}.partiel`, this.path);
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.writing.catch(() => {});
    await this.file.close().catch(() => {});
    await rm(`${this.path}.${process.pid}.partiel`, { force: true });
  }

  private flush(): void {
    const text = this.waiting;
    this.waiting = '';
    this.writing = this.writing.then(async () => {
      await this.file.write(text);
    });
    // Reported by `end`, which waits for it.
    this.writing.catch(() => {});
  }
}

/** What a spreadsheet would take for a formula, after an apostrophe; a number is none. */
function inert(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(?:[.,]\d+)?$/.test(text) ? `'${text}` : text;
}
