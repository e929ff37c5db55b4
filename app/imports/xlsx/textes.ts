import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FichierIllisible } from '../fichier-illisible.ts';
import type { Archive } from './archive.ts';
import { readXml } from './xml.ts';

/** Texts kept in memory, in UTF-16 units; those that follow wait on the disk. */
const IN_MEMORY = 16 * 1024 * 1024;
const MAX_TEXTS = 8_000_000;
/** What a cell of a workbook can hold, in UTF-16 units: what goes on is not kept. */
export const MAX_TEXT = 32_767;
const FLUSH_AT = 1024 * 1024;

/** The texts that the cells of a workbook name by number; memory does not grow with them. */
export class Textes {
  private readonly kept: string[] = [];
  private keptLength = 0;
  private disk: { folder: string; file: number; waiting: Buffer[]; waitingLength: number; written: number } | null =
    null;
  /** Where each text on the disk ends. */
  private ends = new Float64Array(0);
  private onDisk = 0;

  static async read(archive: Archive, name: string): Promise<Textes> {
    const textes = new Textes();
    const stream = await archive.read(name);
    if (!stream) return textes;
    let text = '';
    let inText = false;
    let phonetic = 0;
    const reading = readXml(stream, {
      open(element) {
        if (element === 'si') text = '';
        else if (element === 'rPh') phonetic += 1;
        else if (element === 't') inText = phonetic === 0;
      },
      text(part) {
        if (inText && text.length < MAX_TEXT) text += part;
      },
      close(element) {
        if (element === 't') inText = false;
        else if (element === 'rPh') phonetic -= 1;
        else if (element === 'si') textes.add(text.slice(0, MAX_TEXT));
      },
    });
    try {
      for await (const _ of reading);
      textes.flush();
      return textes;
    } catch (error) {
      textes.close();
      throw error;
    }
  }

  at(index: number): string {
    if (index < this.kept.length) return this.kept[index] ?? '';
    const place = index - this.kept.length;
    if (this.disk === null || !(place < this.onDisk)) return '';
    const start = place === 0 ? 0 : (this.ends[place - 1] ?? 0);
    const bytes = Buffer.alloc((this.ends[place] ?? start) - start);
    readSync(this.disk.file, bytes, 0, bytes.length, start);
    return bytes.toString('utf8');
  }

  close(): void {
    if (this.disk === null) return;
    closeSync(this.disk.file);
    rmSync(this.disk.folder, { recursive: true, force: true });
    this.disk = null;
  }

  private add(text: string): void {
    if (this.kept.length + this.onDisk >= MAX_TEXTS) {
      throw new FichierIllisible('Ce classeur a trop de textes différents : enregistrez la feuille au format CSV.');
    }
    if (this.disk === null && this.keptLength + text.length <= IN_MEMORY) {
      this.kept.push(text);
      this.keptLength += text.length;
      return;
    }
    this.disk ??= this.openDisk();
    const bytes = Buffer.from(text, 'utf8');
    this.disk.waiting.push(bytes);
    this.disk.waitingLength += bytes.length;
    if (this.onDisk === this.ends.length) {
      const longer = new Float64Array(Math.max(65_536, this.ends.length * 2));
      longer.set(this.ends);
      this.ends = longer;
    }
    this.ends[this.onDisk] = this.disk.written + this.disk.waitingLength;
    this.onDisk += 1;
    if (this.disk.waitingLength > FLUSH_AT) this.flush();
  }

  private openDisk() {
    const folder = mkdtempSync(join(tmpdir(), 'lieu-a-jour-textes-'));
    return { folder, file: openSync(join(folder, 'textes'), 'w+'), waiting: [], waitingLength: 0, written: 0 };
  }

  private flush(): void {
    if (this.disk === null) return;
    writeSync(this.disk.file, Buffer.concat(this.disk.waiting));
    this.disk.written += this.disk.waitingLength;
    this.disk.waiting = [];
    this.disk.waitingLength = 0;
  }
}
