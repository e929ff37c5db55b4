/** A way in which an unclear text can be read, to be chosen by who wrote it: OSM text and French label. */
export interface Reading {
  osm: string;
  label: string;
}

/** What is not clear, where (index in the text), and the readings that are possible, if they can be told. */
export class Unclear extends Error {
  readonly position: number;
  readonly readings: readonly Reading[];
  constructor(message: string, position: number, readings: readonly Reading[] = []) {
    super(message);
    this.name = 'Unclear';
    this.position = position;
    this.readings = readings;
  }
}

/** Lower case without accents, one UTF-16 unit for one, so that positions stay those of the text. */
export function plain(text: string): string {
  let result = '';
  for (const character of text) {
    if (/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/.test(character)) result += '-';
    else if (/[\u2018\u2019]/.test(character)) result += "'";
    // The cells of a table that is copied.
    else if (character === '\t') result += '|';
    else if (character !== '\n' && /[\s\u200b\u00ad\u2060]/.test(character)) result += ' ';
    else {
      const base = character.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
      result += base.length === character.length ? base : character;
    }
  }
  return result;
}
