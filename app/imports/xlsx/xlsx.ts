import { FichierIllisible } from '../fichier-illisible.ts';
import { HEADER_LINES, type Rangee, type TableauBrut } from '../rangees.ts';
import { Archive } from './archive.ts';
import { type Classeur, readClasseur } from './classeur.ts';
import { columnOf, type Fusion, Reprises, readFusions } from './fusions.ts';
import { numberText } from './styles.ts';
import { MAX_TEXT, Textes } from './textes.ts';
import { readXml } from './xml.ts';

/** Columns of the widest sheet that is read; Excel has 16,384. */
const MAX_COLUMNS = 1_000;

/**
 * Reads the first sheet of a workbook whose first rows hold a header, row by row. Dates, hours and numbers written with a
 * fixed count of figures come as a person sees them; cells merged over several rows are repeated on each of them.
 * @throws {FichierIllisible} where it is no workbook, is damaged or made to fill the memory, or has no header
 */
export async function readXlsx(
  chemin: string,
  findHeader: (rangees: readonly Rangee[]) => Rangee | null,
): Promise<TableauBrut> {
  const archive = await Archive.open(chemin);
  let textes: Textes | null = null;
  try {
    const classeur = await readClasseur(archive);
    textes = await Textes.read(archive, classeur.textes);
    for (const { part } of classeur.feuilles) {
      const opened = { archive, classeur, textes, fusions: await readFusions(archive, part) };
      const header = findHeader(await firstRangees(part, opened));
      if (!header) continue;
      return {
        format: 'xlsx',
        separateur: null,
        entete: header.cells,
        ligneEntete: header.ligne,
        rangees: rangeesAfter(header, part, opened),
      };
    }
    throw new FichierIllisible(
      'Aucune feuille de ce classeur n’a de tableau : il faut une ligne de titres, puis un lieu par ligne.',
    );
  } catch (error) {
    textes?.close();
    archive.close();
    throw error;
  }
}

interface Opened {
  archive: Archive;
  classeur: Classeur;
  textes: Textes;
  fusions: readonly Fusion[];
}

async function firstRangees(part: string, opened: Opened): Promise<Rangee[]> {
  const first: Rangee[] = [];
  for await (const rangee of readFeuille(part, opened)) {
    first.push(rangee);
    if (first.length >= HEADER_LINES) break;
  }
  return first;
}

async function* rangeesAfter(header: Rangee, part: string, opened: Opened): AsyncGenerator<Rangee> {
  // Titles over several rows are no lieux.
  const fusions = opened.fusions.filter(({ from }) => from > header.ligne);
  try {
    for await (const rangee of readFeuille(part, { ...opened, fusions })) if (rangee.ligne > header.ligne) yield rangee;
  } finally {
    opened.textes.close();
    opened.archive.close();
  }
}

/** The rows of a sheet that hold something of their own. */
async function* readFeuille(part: string, { archive, classeur, textes, fusions }: Opened): AsyncGenerator<Rangee> {
  const stream = await archive.read(part);
  if (!stream) return;
  const waiting: Rangee[] = [];
  const reprises = new Reprises(fusions);
  let rangee: Rangee = { cells: [], ligne: 0 };
  let cell = { column: 0, type: '', style: 0, text: '' };
  let reading = false;
  const reader = readXml(stream, {
    open(element, attributes) {
      if (element === 'row') {
        const ligne = Number(attributes.r);
        rangee = { cells: [], ligne: Number.isInteger(ligne) && ligne > rangee.ligne ? ligne : rangee.ligne + 1 };
      } else if (element === 'c') {
        const letters = attributes.r?.match(/^[A-Z]{1,3}/)?.[0];
        const column = letters === undefined ? rangee.cells.length : columnOf(letters);
        cell = { column, type: attributes.t ?? '', style: Number(attributes.s ?? 0), text: '' };
      } else if (element === 'v' || element === 't') reading = true;
      else if (element === 'rPh') reading = false;
    },
    text(text) {
      if (reading && cell.text.length < MAX_TEXT) cell.text += text;
    },
    close(element) {
      if (element === 'v' || element === 't') reading = false;
      else if (element === 'c') {
        const text = textOf(cell, classeur, textes).slice(0, MAX_TEXT);
        if (text === '') return;
        if (cell.column >= MAX_COLUMNS) {
          throw new FichierIllisible(
            `La ligne ${rangee.ligne} a plus de ${MAX_COLUMNS} colonnes : ce n’est pas un tableau de lieux.`,
          );
        }
        while (rangee.cells.length < cell.column) rangee.cells.push('');
        rangee.cells[cell.column] = text;
      } else if (element === 'row' && rangee.cells.some((text) => text.trim() !== '')) {
        rangee.reprises = reprises.fill(rangee.ligne, rangee.cells);
        waiting.push(rangee);
      }
    },
  });
  for await (const _ of reader) yield* waiting.splice(0);
}

function textOf(
  { type, style, text }: { type: string; style: number; text: string },
  { sens, date1904 }: Classeur,
  textes: Textes,
): string {
  switch (type) {
    case 's':
      return textes.at(Number(text));
    case 'b':
      return text === '1' ? 'oui' : 'non';
    case 'e':
      return '';
    case 'd':
      return text.slice(0, 10);
    case 'str':
    case 'inlineStr':
      return text;
    default:
      return numberText(text, sens[style] ?? 'nombre', date1904);
  }
}
