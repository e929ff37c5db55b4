/** One row of a table as it is in the file, before its columns are given a meaning. */
export interface Rangee {
  cells: string[];
  /** First physical line, from 1: what a text editor or a spreadsheet shows. */
  ligne: number;
  /** A quotation mark was opened and never closed: the line was read without it. */
  unclosed?: boolean;
  /** Columns whose text is that of a cell merged over several rows. */
  reprises?: number[];
  /** Values under names that the first rows did not have (JSON). */
  autres?: [string, string][];
  /** Names of the lists of several objects of which the first alone is read (JSON). */
  listes?: string[];
  /** Why the row cannot be read at all. */
  illisible?: string;
}

export type Format = 'csv' | 'json' | 'xlsx';

/** A table whose header is known and whose rows are still to be read, once. */
export interface TableauBrut {
  format: Format;
  /** Of a CSV; null elsewhere. */
  separateur: string | null;
  entete: string[];
  /** Physical line of the header. */
  ligneEntete: number;
  rangees: AsyncGenerator<Rangee>;
}

/** Looks for the header in the first rows: some files begin with a title. */
export const HEADER_LINES = 20;
