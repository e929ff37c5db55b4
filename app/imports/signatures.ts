import { FichierIllisible } from './fichier-illisible.ts';

const WANTED = 'il faut un tableau au format CSV, JSON ou XLSX';

const SIGNATURES: readonly (readonly [number[], string])[] = [
  [[0xd0, 0xcf, 0x11, 0xe0], 'C’est un ancien classeur Excel (.xls) : enregistrez-le au format .xlsx ou CSV.'],
  [[0x25, 0x50, 0x44, 0x46], `C’est un document PDF : ${WANTED}.`],
  [[0x1f, 0x8b], 'C’est un fichier compressé : décompressez-le d’abord.'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'C’est un fichier compressé : décompressez-le d’abord.'],
  [[0x52, 0x61, 0x72, 0x21], 'C’est un fichier compressé : décompressez-le d’abord.'],
  [[0x89, 0x50, 0x4e, 0x47], `C’est une image : ${WANTED}.`],
  [[0xff, 0xd8, 0xff], `C’est une image : ${WANTED}.`],
  [[0x47, 0x49, 0x46, 0x38], `C’est une image : ${WANTED}.`],
  [[0x52, 0x49, 0x46, 0x46], `C’est une image, un son ou un film : ${WANTED}.`],
  [[0x50, 0x41, 0x52, 0x31], `C’est un fichier Parquet : ${WANTED}.`],
  [[0x50, 0x4b, 0x05, 0x06], 'C’est une archive vide : elle ne contient aucun tableau.'],
];

/** @throws {FichierIllisible} where a file begins like one of another kind */
export function refuseOtherKinds(beginning: Uint8Array): void {
  if (beginning.length === 0) throw new FichierIllisible('Ce fichier est vide.');
  for (const [signature, message] of SIGNATURES) {
    if (signature.every((byte, index) => beginning[index] === byte)) throw new FichierIllisible(message);
  }
}

/** A zip archive: a workbook, or what will be said to be none. */
export function isWorkbook(beginning: Uint8Array): boolean {
  return [0x50, 0x4b, 0x03, 0x04].every((byte, index) => beginning[index] === byte);
}

export function beginsJson(text: string): boolean {
  return /^\s*(?:\{|\[\s*(?:[{["\]]|$))/.test(text.slice(0, 4096));
}

/** @throws {FichierIllisible} where a text is a web page, or no text at all */
export function refuseOtherTexts(text: string): void {
  const beginning = text.slice(0, 4096).trimStart();
  if (beginning === '') throw new FichierIllisible('Ce fichier est vide.');
  if (/^<(?:!doctype|html|\?xml|!--|[a-z][\w:-]*[\s>])/i.test(beginning))
    throw new FichierIllisible(`C’est une page web ou du XML : ${WANTED}.`);
  const controls = beginning.match(/(?![\t\n\r])[\p{Cc}\ufffd]/gu)?.length ?? 0;
  if (controls > Math.max(8, beginning.length * 0.02))
    throw new FichierIllisible(`Ce fichier n’est pas un texte : ${WANTED}.`);
}

/** @throws {FichierIllisible} where a whole text is a JSON that says nothing */
export function refuseJsonWords(text: string): void {
  const word = text.slice(0, 100).trim();
  if (['null', 'true', 'false'].includes(word))
    throw new FichierIllisible(
      `Ce JSON ne contient aucun lieu : il dit seulement « ${word} ». Il faut [ { "id": …, "nom": … }, … ].`,
    );
}
