import type { LieuTexts } from '#app/domain/lieu.ts';
import { fieldOf } from '#app/domain/standard.ts';
import {
  type ChoixColonnes,
  type Colonnes,
  countKnownColonnes,
  recogniseColonnes,
} from '#app/domain/tableau/colonnes.ts';
import { CHOIX_SYNONYMES } from '#app/domain/tableau/synonymes.ts';
import { firstRecords, readCsv, textsOf } from './csv.ts';
import { Decodage, type Encodage } from './decodage.ts';
import { FichierIllisible } from './fichier-illisible.ts';
import { readJson } from './json.ts';
import type { Format, Rangee, TableauBrut } from './rangees.ts';
import { beginsJson, isWorkbook, refuseJsonWords, refuseOtherKinds, refuseOtherTexts } from './signatures.ts';
import { readXlsx } from './xlsx/xlsx.ts';

/** One row of the table. */
export interface Ligne {
  /** Physical line of the file on which it begins, from 1: what a text editor shows. */
  ligne: number;
  texts: LieuTexts;
  /** What is wrong with the line as a whole. */
  anomalie: { verdict: 'corrige' | 'refuse'; message: string } | null;
}

export interface Tableau {
  format: Format;
  colonnes: Colonnes;
  separateur: string | null;
  /** Physical line of the header. */
  ligneEntete: number;
  /** The rows, to be read once. */
  lignes: AsyncGenerator<Ligne>;
  /** The encoding as far as the file has been read. */
  encodage(): Encodage;
}

export interface Source {
  bytes: AsyncIterable<Uint8Array>;
  /** The file itself: a workbook is read from its end. Null where there is none, and no workbook can be read. */
  chemin: string | null;
}

const HEADER_CHARACTERS = 256 * 1024;

/**
 * Reads a table of lieux (CSV, JSON or XLSX) from the bytes of a file, as they come and in constant memory: kind, encoding,
 * separator and order of columns are recognised; `choix` says what columns with names of their own mean.
 * @throws {FichierIllisible} where the file is empty, is of another kind, or has no column id or nom
 */
export async function readTableau(source: Source, choix?: ChoixColonnes): Promise<Tableau> {
  const { brut, encodage } = await openTableau(source, choix);
  const colonnes = recogniseColonnes(brut.entete, choix);
  const absent = (['id', 'nom'] as const).filter((name) => colonnes.missing.includes(name));
  if (countKnownColonnes(brut.entete, choix) <= 1 || absent.length > 0) {
    await brut.rangees.return(undefined);
    throw new FichierIllisible(
      countKnownColonnes(brut.entete, choix) <= 1
        ? 'Aucune colonne du standard n’est reconnue dans ce fichier : sa première ligne doit porter les noms id, nom, commune…'
        : `Il manque à ce fichier la colonne ${absent.join(' et la colonne ')} : aucune ligne ne peut être lue.`,
      { absents: colonnes.missing },
    );
  }
  return {
    format: brut.format,
    colonnes,
    separateur: brut.separateur,
    ligneEntete: brut.ligneEntete,
    encodage,
    lignes: toLignes(brut, colonnes, choix),
  };
}

/** The header of a table and its first rows, to ask what its columns are. */
export interface Apercu {
  format: Format;
  entete: string[];
  rangees: string[][];
}

const APERCU_ROWS = 200;

/**
 * Reads the beginning of a table whatever its columns are called.
 * @throws {FichierIllisible} where the file is empty or is no table
 */
export async function readApercu(source: Source): Promise<Apercu> {
  const { brut } = await openTableau(source, CHOIX_SYNONYMES);
  const rangees: string[][] = [];
  for await (const { cells } of brut.rangees) {
    rangees.push(cells);
    if (rangees.length >= APERCU_ROWS) break;
  }
  return { format: brut.format, entete: brut.entete.slice(0, 300), rangees };
}

/**
 * Opens a table without asking what its columns mean; the header is the row that names most columns of the standard.
 * @throws {FichierIllisible} where the file is empty or is no table
 */
async function openTableau(
  { bytes, chemin }: Source,
  choix: ChoixColonnes | undefined,
): Promise<{ brut: TableauBrut; encodage(): Encodage }> {
  const chunks = bytes[Symbol.asyncIterator]();
  const decodage = new Decodage();
  const encodage = () => decodage.encodage;
  const find = (rangees: readonly Rangee[]) => findHeader(rangees, choix)?.rangee ?? null;
  try {
    const beginning = await readBeginning(chunks);
    refuseOtherKinds(beginning);
    if (isWorkbook(beginning)) {
      if (chemin === null) throw new FichierIllisible('Un classeur se lit depuis un fichier, pas au fil de l’eau.');
      // Whoever counts or hashes the bytes sees them all.
      while (!(await chunks.next()).done);
      return { brut: await readXlsx(chemin, find), encodage };
    }
    let start = decodage.decode(beginning);
    let ended = false;
    while (!ended && start.length < HEADER_CHARACTERS) {
      const chunk = await chunks.next();
      ended = chunk.done === true;
      start += chunk.done ? decodage.end() : decodage.decode(chunk.value);
    }
    refuseOtherTexts(start);
    if (ended) refuseJsonWords(start);
    const texts = textsOf(start, ended, chunks, decodage);
    if (beginsJson(start)) return { brut: readJson(texts), encodage };
    let best: { known: number; separateur: string; rangee: Rangee } | null = null;
    for (const { separateur, rangees } of firstRecords(start, ended)) {
      const found = findHeader(rangees, choix);
      if (found && found.known > (best?.known ?? 0)) best = { ...found, separateur };
    }
    if (!ended && !/[\r\n]/.test(start))
      throw new FichierIllisible('La première ligne de ce fichier n’a pas de fin : ce n’est pas un tableau.');
    if (!best)
      throw new FichierIllisible('Ce fichier n’a qu’une colonne : il faut un tableau, avec une ligne de titres.');
    return { brut: readCsv(texts, best.separateur, best.rangee), encodage };
  } catch (error) {
    await chunks.return?.();
    throw error;
  }
}

/** Enough bytes to tell the kind of a file, fewer where it has fewer. */
async function readBeginning(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let beginning: Uint8Array = new Uint8Array(0);
  while (beginning.length < 512) {
    const chunk = await chunks.next();
    if (chunk.done) break;
    beginning = Buffer.concat([beginning, chunk.value]);
  }
  return beginning;
}

/** The row that names most columns; where none names two, the first with most cells that hold something, worth less than any other. */
function findHeader(
  rangees: readonly Rangee[],
  choix: ChoixColonnes | undefined,
): { known: number; rangee: Rangee } | null {
  let best: { known: number; rangee: Rangee } | null = null;
  for (const rangee of rangees) {
    const known = countKnownColonnes(rangee.cells, choix);
    const filled = rangee.cells.filter((cell) => cell.trim() !== '').length;
    const worth = known > 1 ? known : filled > 1 ? Math.min(filled, 1_000) / 1_001 : 0;
    if (worth > (best?.known ?? 0)) best = { known: worth, rangee };
  }
  return best;
}

async function* toLignes(
  brut: TableauBrut,
  colonnes: Colonnes,
  choix: ChoixColonnes | undefined,
): AsyncGenerator<Ligne> {
  const width = brut.entete.length;
  for await (const { cells, ligne, unclosed, autres, illisible, reprises, listes } of brut.rangees) {
    const texts: LieuTexts = {};
    for (const [index, field] of colonnes.fields.entries()) {
      const cell = cells[index];
      if (field !== null && cell) texts[field] = cell;
    }
    for (const [name, text] of autres ?? []) {
      const [field] = recogniseColonnes([name], choix).fields;
      if (field && text !== '') texts[field] ??= text;
    }
    const anomalie =
      illisible !== undefined
        ? { verdict: 'refuse' as const, message: illisible }
        : brut.format === 'csv'
          ? anomalieOf(cells, width, unclosed === true)
          : (reprisesOf(reprises ?? [], colonnes) ?? listesOf(listes ?? [], brut.entete, colonnes));
    yield { ligne, texts, anomalie };
  }
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

/** One lieu has one row: an identifier over several rows cannot be that of each. */
function reprisesOf(reprises: readonly number[], { fields }: Colonnes): Ligne['anomalie'] {
  const champs = reprises.flatMap((column) => fields[column] ?? []);
  if (champs.includes('id')) {
    const message =
      'L’identifiant est dans une cellule fusionnée sur plusieurs lignes : un lieu tient sur une seule ligne. La première est lue ; défusionnez la cellule et donnez un identifiant à chaque lieu.';
    return { verdict: 'refuse', message };
  }
  if (champs.length === 0) return null;
  const noms = champs.map((champ) => `« ${fieldOf(champ).label} »`).join(', ');
  return { verdict: 'corrige', message: `${noms} : la valeur de la cellule fusionnée au-dessus est reprise.` };
}

/** A list of objects that gives a field gives its first object's only: who reads the report must know. */
function listesOf(listes: readonly string[], entete: readonly string[], { fields }: Colonnes): Ligne['anomalie'] {
  const read = listes.filter((liste) =>
    entete.some((name, index) => (fields[index] ?? null) !== null && name.startsWith(`${liste}.`)),
  );
  if (read.length === 0) return null;
  const noms = read.map((liste) => `« ${liste} »`).join(', ');
  return { verdict: 'corrige', message: `Dans ${noms}, seul le premier élément de la liste est lu.` };
}
