import { FichierIllisible } from '../fichier-illisible.ts';
import { type Archive, DAMAGED } from './archive.ts';

/** Cells that a sheet shows as one, over several rows: only the first of them holds the text. */
export interface Fusion {
  column: number;
  from: number;
  to: number;
}

const MAX_FUSIONS = 500_000;
/** A place where one is written, however it is cut, fits in this. */
const CARRY = 256;
const PLACE = /<(?:\w+:)?mergeCell\s[^<>]*?\bref=["']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})["']/g;

/**
 * The merged cells of a sheet that go over several rows, from the top. A sheet tells them after its rows, so that its bytes
 * are looked through before: that takes far less than to read them.
 * @throws {FichierIllisible} where there are more than any table has
 */
export async function readFusions(archive: Archive, part: string): Promise<Fusion[]> {
  const fusions: Fusion[] = [];
  let carry = Buffer.alloc(0);
  for await (const chunk of bytesOf(archive, part)) {
    const bytes = Buffer.concat([carry, chunk]);
    let read = 0;
    if (bytes.includes('mergeCell')) {
      for (const match of bytes.toString('latin1').matchAll(PLACE)) {
        const [place, letters = '', from, to] = match;
        read = match.index + place.length;
        if (Number(to) > Number(from)) fusions.push({ column: columnOf(letters), from: Number(from), to: Number(to) });
      }
    }
    if (fusions.length > MAX_FUSIONS)
      throw new FichierIllisible('Ce classeur a trop de cellules fusionnées : enregistrez la feuille au format CSV.');
    carry = bytes.subarray(Math.max(read, bytes.length - CARRY));
  }
  return fusions.sort((a, b) => a.from - b.from);
}

async function* bytesOf(archive: Archive, part: string): AsyncGenerator<Buffer> {
  const stream = await archive.read(part);
  if (!stream) return;
  try {
    yield* stream;
  } catch (error) {
    throw new FichierIllisible(DAMAGED, { cause: error });
  } finally {
    stream.destroy();
  }
}

/** Repeats the text of merged cells on their other rows, for rows that come in their order. */
export class Reprises {
  private next = 0;
  private readonly open = new Map<number, { to: number; text: string }>();

  constructor(private readonly fusions: readonly Fusion[]) {}

  /** Fills the empty cells of a row; gives the columns that were filled. Across columns nothing is repeated. */
  fill(ligne: number, cells: string[]): number[] {
    const filled: number[] = [];
    for (const [column, { to, text }] of this.open) {
      if (to < ligne) this.open.delete(column);
      else if ((cells[column] ?? '').trim() === '') {
        while (cells.length < column) cells.push('');
        cells[column] = text;
        filled.push(column);
      }
    }
    for (;;) {
      const fusion = this.fusions[this.next];
      if (fusion === undefined || fusion.from > ligne) return filled;
      this.next += 1;
      const text = fusion.from === ligne ? (cells[fusion.column] ?? '') : '';
      if (text !== '') this.open.set(fusion.column, { to: fusion.to, text });
    }
  }
}

/** `C` is the third column. */
export function columnOf(letters: string): number {
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
