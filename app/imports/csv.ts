import type { Decodage } from './decodage.ts';
import { Enregistrements } from './enregistrements.ts';
import { HEADER_LINES, type Rangee, type TableauBrut } from './rangees.ts';

const SEPARATEURS = [',', ';', '\t', '|'];

interface Texts {
  start: string;
  ended: boolean;
  next(): Promise<{ text: string; done: boolean }>;
  close(): Promise<void>;
}

/** The first records of a CSV, read with each separator that it may have. */
export function firstRecords(start: string, ended: boolean): { separateur: string; rangees: Rangee[] }[] {
  return SEPARATEURS.map((separateur) => {
    const rangees: Rangee[] = [];
    for (const record of new Enregistrements(separateur).push(start, ended)) {
      rangees.push(record);
      if (rangees.length >= HEADER_LINES) break;
    }
    return { separateur, rangees };
  });
}

/** The table below a header that has been found. */
export function readCsv(texts: Texts, separateur: string, header: Rangee): TableauBrut {
  return {
    format: 'csv',
    separateur,
    entete: header.cells,
    ligneEntete: header.ligne,
    rangees: readRangees(texts, separateur, header),
  };
}

async function* readRangees(
  { start, ended, next, close }: Texts,
  separateur: string,
  header: Rangee,
): AsyncGenerator<Rangee> {
  const records = new Enregistrements(separateur, header.cells.length);
  let text = start;
  let done = ended;
  try {
    for (;;) {
      for (const record of records.push(text, done)) {
        if (record.ligne > header.ligne && record.cells.some((cell) => cell.trim() !== '')) yield record;
      }
      if (done) return;
      const more = await next();
      text = more.text;
      done = more.done;
    }
  } finally {
    await close();
  }
}

/** The texts of a file, as they come. */
export function textsOf(start: string, ended: boolean, chunks: AsyncIterator<Uint8Array>, decodage: Decodage): Texts {
  return {
    start,
    ended,
    async next() {
      const chunk = await chunks.next();
      return chunk.done ? { text: decodage.end(), done: true } : { text: decodage.decode(chunk.value), done: false };
    },
    async close() {
      await chunks.return?.();
    },
  };
}
