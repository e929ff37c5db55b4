import type { LieuTexts } from '#app/domain/lieu.ts';
import { type Colonnes, countKnownColonnes, recogniseColonnes } from '#app/domain/tableau/colonnes.ts';
import { Decodage, type Encodage } from './decodage.ts';
import { Enregistrements } from './enregistrements.ts';

/** A file that is not a table of lieux. Its message is one French sentence for whoever chose the file. */
export class FichierIllisible extends Error {
  override name = 'FichierIllisible';
}

/** One row of the table. */
export interface Ligne {
  /** Physical line of the file on which it begins, from 1: what a text editor shows. */
  ligne: number;
  texts: LieuTexts;
  /** What is wrong with the line as a whole. */
  anomalie: { verdict: 'corrige' | 'refuse'; message: string } | null;
}

export interface Tableau {
  colonnes: Colonnes;
  separateur: string;
  /** Physical line of the header. */
  ligneEntete: number;
  /** The rows, to be read once. */
  lignes: AsyncGenerator<Ligne>;
  /** The encoding as far as the file has been read. */
  encodage(): Encodage;
}

const SEPARATEURS = [',', ';', '\t', '|'];
/** The header is looked for in the first lines: some files begin with a title. */
const HEADER_LINES = 20;
const HEADER_CHARACTERS = 256 * 1024;

/**
 * Reads a table in the standard's columns from the bytes of a file, as they come and in constant memory: encoding,
 * separator and order of columns are recognised.
 * @throws {FichierIllisible} where the file is empty, is of another kind, or has no column id or nom
 */
export async function readTableau(bytes: AsyncIterable<Uint8Array>): Promise<Tableau> {
  const decodage = new Decodage();
  const chunks = bytes[Symbol.asyncIterator]();
  let start = '';
  let ended = false;
  let first = true;
  while (!ended && start.length < HEADER_CHARACTERS) {
    const chunk = await chunks.next();
    if (chunk.done) {
      ended = true;
      start += decodage.end();
    } else if (chunk.value.length > 0) {
      if (first) refuseOtherKinds(chunk.value);
      first = false;
      start += decodage.decode(chunk.value);
    }
  }
  refuseOtherTexts(start);
  const header = findHeader(start, ended);
  return {
    colonnes: header.colonnes,
    separateur: header.separateur,
    ligneEntete: header.ligne,
    encodage: () => decodage.encodage,
    lignes: readLignes({ start, ended, chunks, decodage, header }),
  };
}

interface Header {
  separateur: string;
  colonnes: Colonnes;
  ligne: number;
  width: number;
}

function findHeader(text: string, ended: boolean): Header {
  let best: { known: number; separateur: string; ligne: number; cells: string[] } | null = null;
  for (const separateur of SEPARATEURS) {
    let seen = 0;
    for (const { cells, ligne } of new Enregistrements(separateur).push(text, ended)) {
      const known = countKnownColonnes(cells);
      if (known > (best?.known ?? 1)) best = { known, separateur, ligne, cells };
      seen += 1;
      if (seen >= HEADER_LINES) break;
    }
  }
  if (!best) {
    throw new FichierIllisible(
      'Aucune colonne du standard n’est reconnue dans ce fichier : sa première ligne doit porter les noms id, nom, commune…',
    );
  }
  const colonnes = recogniseColonnes(best.cells);
  const absent = (['id', 'nom'] as const).filter((name) => colonnes.missing.includes(name));
  if (absent.length > 0) {
    throw new FichierIllisible(
      `Il manque à ce fichier la colonne ${absent.join(' et la colonne ')} : aucune ligne ne peut être lue.`,
    );
  }
  return { separateur: best.separateur, colonnes, ligne: best.ligne, width: best.cells.length };
}

interface Reading {
  start: string;
  ended: boolean;
  chunks: AsyncIterator<Uint8Array>;
  decodage: Decodage;
  header: Header;
}

async function* readLignes({ start, ended, chunks, decodage, header }: Reading): AsyncGenerator<Ligne> {
  const records = new Enregistrements(header.separateur, header.width);
  let text = start;
  let done = ended;
  try {
    for (;;) {
      for (const { cells, ligne, unclosed } of records.push(text, done)) {
        if (ligne > header.ligne && cells.some((cell) => cell.trim() !== ''))
          yield toLigne(cells, ligne, unclosed, header);
      }
      if (done) return;
      const chunk = await chunks.next();
      done = chunk.done === true;
      text = chunk.done ? decodage.end() : decodage.decode(chunk.value);
    }
  } finally {
    await chunks.return?.();
  }
}

function toLigne(cells: readonly string[], ligne: number, unclosed: boolean, { colonnes, width }: Header): Ligne {
  const texts: LieuTexts = {};
  for (const [index, field] of colonnes.fields.entries()) {
    const cell = cells[index];
    if (field !== null && cell) texts[field] = cell;
  }
  return { ligne, texts, anomalie: anomalieOf(cells, width, unclosed) };
}

function anomalieOf(cells: readonly string[], width: number, unclosed: boolean): Ligne['anomalie'] {
  const extra = cells.slice(width).some((cell) => cell.trim() !== '');
  if (extra) {
    const message = `La ligne a ${cells.length} valeurs pour ${width} colonnes : un texte contient le séparateur sans être entre guillemets.`;
    return { verdict: 'refuse', message };
  }
  if (unclosed)
    return { verdict: 'corrige', message: 'Un guillemet ouvert n’est jamais refermé : la ligne est lue sans lui.' };
  if (cells.length < width) {
    const found = cells.length === 1 ? 'une valeur' : `${cells.length} valeurs`;
    const message = `La ligne s’arrête après ${found} sur ${width} : les colonnes suivantes sont vides.`;
    return { verdict: 'corrige', message };
  }
  return null;
}

const SIGNATURES: readonly (readonly [number[], string])[] = [
  [
    [0x50, 0x4b, 0x03, 0x04],
    'C’est un classeur (Excel, LibreOffice) ou une archive : enregistrez la feuille au format CSV.',
  ],
  [[0xd0, 0xcf, 0x11, 0xe0], 'C’est un ancien classeur Excel : enregistrez la feuille au format CSV.'],
  [[0x25, 0x50, 0x44, 0x46], 'C’est un document PDF : il faut un tableau au format CSV.'],
  [[0x1f, 0x8b], 'C’est un fichier compressé : décompressez-le d’abord.'],
  [[0x89, 0x50, 0x4e, 0x47], 'C’est une image : il faut un tableau au format CSV.'],
  [[0xff, 0xd8, 0xff], 'C’est une image : il faut un tableau au format CSV.'],
  [[0x50, 0x41, 0x52, 0x31], 'C’est un fichier Parquet : il faut un tableau au format CSV.'],
];

function refuseOtherKinds(bytes: Uint8Array): void {
  for (const [signature, message] of SIGNATURES) {
    if (signature.every((byte, index) => bytes[index] === byte)) throw new FichierIllisible(message);
  }
}

function refuseOtherTexts(text: string): void {
  const beginning = text.slice(0, 4096).trimStart();
  if (beginning === '') throw new FichierIllisible('Ce fichier est vide.');
  if (/^<(?:!doctype|html|\?xml|!--|[a-z][\w:-]*[\s>])/i.test(beginning)) {
    throw new FichierIllisible('C’est une page web ou du XML : il faut un tableau au format CSV.');
  }
  if (/^(?:\{|\[\s*[{["\]])/.test(beginning))
    throw new FichierIllisible('C’est du JSON : il faut un tableau au format CSV.');
  const controls = beginning.match(/(?![\t\n\r])[\p{Cc}\ufffd]/gu)?.length ?? 0;
  if (controls > Math.max(8, beginning.length * 0.02))
    throw new FichierIllisible('Ce fichier n’est pas un texte : il faut un tableau au format CSV.');
}
