import { posix } from 'node:path';
import { FichierIllisible } from '../fichier-illisible.ts';
import type { Archive } from './archive.ts';
import { type Sens, sensOf } from './styles.ts';
import { readXml } from './xml.ts';

export interface Classeur {
  /** Visible sheets in their order: their names, and the parts that hold them. */
  feuilles: { nom: string; part: string }[];
  /** What a number means, by the style of its cell. */
  sens: Sens[];
  date1904: boolean;
  textes: string;
}

/** @throws {FichierIllisible} where the archive is no workbook of Excel */
export async function readClasseur(archive: Archive): Promise<Classeur> {
  const main = await findMain(archive);
  const relations = await readRelations(archive, main);
  const sheets: { nom: string; relation: string; visible: boolean }[] = [];
  let date1904 = false;
  await readPart(archive, main, (element, attributes) => {
    if (element === 'workbookPr') date1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
    if (element !== 'sheet') return;
    const relation = Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';
    sheets.push({ nom: attributes.name ?? '', relation, visible: (attributes.state ?? 'visible') === 'visible' });
  });
  const partOf = (type: string) => [...relations.values()].find((relation) => relation.type.endsWith(`/${type}`))?.part;
  return {
    feuilles: sheets.flatMap(({ nom, relation, visible }) => {
      const target = relations.get(relation);
      return visible && target?.type.endsWith('/worksheet') ? [{ nom, part: target.part }] : [];
    }),
    sens: await readSens(archive, partOf('styles') ?? ''),
    date1904,
    textes: partOf('sharedStrings') ?? '',
  };
}

async function findMain(archive: Archive): Promise<string> {
  const relations = await readRelations(archive, '');
  const main = [...relations.values()].find(({ type }) => type.endsWith('/officeDocument'))?.part;
  if (main !== undefined && /(^|\/)xl\//.test(main)) {
    if (main.endsWith('.bin'))
      throw new FichierIllisible('C’est un classeur Excel binaire (.xlsb) : enregistrez-le au format .xlsx ou CSV.');
    return main;
  }
  if (main !== undefined)
    throw new FichierIllisible('C’est un document (texte ou présentation) : il faut un tableau CSV, JSON ou XLSX.');
  if (archive.has('content.xml'))
    throw new FichierIllisible('C’est un document LibreOffice : enregistrez la feuille au format .xlsx ou CSV.');
  throw new FichierIllisible('C’est une archive : décompressez-la d’abord, puis donnez le tableau CSV, JSON ou XLSX.');
}

async function readRelations(archive: Archive, part: string): Promise<Map<string, { type: string; part: string }>> {
  const folder = posix.dirname(part);
  const relations = new Map<string, { type: string; part: string }>();
  await readPart(
    archive,
    posix.join(folder, '_rels', `${posix.basename(part)}.rels`),
    (element, { Id, Type, Target }) => {
      if (element !== 'Relationship' || !Id || !Target) return;
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target);
      relations.set(Id, { type: Type ?? '', part: target });
    },
  );
  return relations;
}

async function readSens(archive: Archive, part: string): Promise<Sens[]> {
  const codes = new Map<number, string>();
  const sens: Sens[] = [];
  let inCells = false;
  await readPart(archive, part, (element, attributes) => {
    if (element === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
    if (element === 'cellXfs') inCells = true;
    else if (element === 'cellStyles' || element === 'dxfs') inCells = false;
    const id = Number(attributes.numFmtId ?? 0);
    if (element === 'xf' && inCells && sens.length < 100_000) sens.push(sensOf(id, codes.get(id)));
  });
  return sens;
}

async function readPart(
  archive: Archive,
  part: string,
  open: (element: string, attributes: Readonly<Record<string, string>>) => void,
): Promise<void> {
  const stream = await archive.read(part);
  if (!stream) return;
  for await (const _ of readXml(stream, { open }));
}
