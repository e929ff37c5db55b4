import { expect, test } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { Reprises } from '#app/imports/xlsx/fusions.ts';
import { readClasseur } from '#tests/support/classeurs.ts';
import { workbookParts, zipOf } from '#tests/support/zip.ts';

const inline = (ref: string, text: string) => `<c r="${ref}" t="inlineStr"><is><t>${text}</t></is></c>`;
const sheetOf = (rows: string, merged: string) =>
  `<worksheet><sheetData>${rows}</sheetData><mergeCells count="1">${merged}</mergeCells></worksheet>`;
const HEADER = `<row r="1">${inline('A1', 'id')}${inline('B1', 'nom')}${inline('C1', 'commune')}</row>`;

test('a cell merged over several rows is that of each, and the report says so; a title over columns is none', async () => {
  const content = await writeXlsxFile([
    {
      sheet: 'Lieux',
      data: [
        [{ value: 'Les lieux du hub', columnSpan: 4 }, null, null, null],
        ['id', 'nom', 'commune', 'telephone'],
        ['a1', 'Mairie', { value: 'Bordeaux', rowSpan: 3 }, { value: '0556000000', rowSpan: 2 }],
        ['a2', 'Phare', null, null],
        ['a3', 'Escale', null, '0557000000'],
        ['a4', 'Cap', null, null],
      ],
    },
  ]).toBuffer();
  const { lignes } = await readClasseur(content);
  expect(lignes.map(({ texts }) => [texts.id, texts.commune, texts.telephone])).toEqual([
    ['a1', 'Bordeaux', '0556000000'],
    ['a2', 'Bordeaux', '0556000000'],
    ['a3', 'Bordeaux', '0557000000'],
    ['a4', undefined, undefined],
  ]);
  expect(lignes.map(({ anomalie }) => anomalie?.verdict)).toEqual([undefined, 'corrige', 'corrige', undefined]);
  expect(lignes[1]?.anomalie?.message).toMatch(/^« Commune », « Téléphone » : la valeur de la cellule fusionnée/);
});

test('an identifier merged over several rows is that of the first; rows that have nothing of their own are none', async () => {
  const rows = `<row r="2">${inline('A2', 'a1')}${inline('B2', 'Mairie')}</row><row r="3">${inline('C3', 'Reims')}</row><row r="4"><c r="A4"/></row>`;
  const merged = '<mergeCell ref="A2:A4"/><mergeCell ref="B2:B4"/>';
  const { lignes } = await readClasseur(zipOf(workbookParts(sheetOf(HEADER + rows, merged))));
  expect(lignes.map(({ ligne, anomalie }) => [ligne, anomalie?.verdict])).toEqual([
    [2, undefined],
    [3, 'refuse'],
  ]);
  expect(lignes[1]?.anomalie?.message).toContain('fusionnée');
});

test('titles over two rows are no lieu', async () => {
  const row = `<row r="2"><c r="A2"/></row><row r="3">${inline('A3', 'a1')}${inline('B3', 'Mairie')}</row>`;
  const merged = '<mergeCell ref="A1:A2"/><mergeCell ref="B1:B2"/><mergeCell ref="C1:C2"/>';
  const { lignes } = await readClasseur(zipOf(workbookParts(sheetOf(HEADER + row, merged))));
  expect(lignes).toEqual([{ ligne: 3, texts: { id: 'a1', nom: 'Mairie' }, anomalie: null }]);
});

test('a range as large as a sheet adds one cell to the rows that there are, and none else', async () => {
  const rows = Array.from({ length: 1_000 }, (_, index) => {
    const ligne = index + 2;
    return `<row r="${ligne}">${inline(`A${ligne}`, `a${index}`)}${inline(`B${ligne}`, 'M')}${index === 0 ? inline('C2', 'Reims') : ''}</row>`;
  });
  const merged = '<mergeCell ref="C2:XFD1048576"/>';
  const { lignes } = await readClasseur(zipOf(workbookParts(sheetOf(HEADER + rows.join(''), merged))));
  expect(lignes).toHaveLength(1_000);
  expect(new Set(lignes.map(({ texts }) => texts.commune))).toEqual(new Set(['Reims']));
  const cells = ['', '', ''];
  const reprises = new Reprises([{ column: 2, from: 2, to: 1_048_576 }]);
  reprises.fill(2, ['a', 'b', 'c']);
  expect(reprises.fill(9, cells)).toEqual([2]);
  expect(cells).toEqual(['', '', 'c']);
});

test('a text in many pieces is kept up to what a cell can hold', async () => {
  const pieces = '<t>abcdefghij</t>'.repeat(50_000);
  const row = `<row r="2">${inline('A2', 'a1')}<c r="B2" t="inlineStr"><is>${pieces}</is></c><c r="C2" t="s"><v>0</v></c></row>`;
  const others = { 'xl/sharedStrings.xml': `<sst><si>${pieces}</si></sst>` };
  const {
    lignes: [ligne],
  } = await readClasseur(zipOf(workbookParts(sheetOf(HEADER + row, ''), others)));
  expect(ligne?.texts.nom).toHaveLength(32_767);
  expect(ligne?.texts.commune).toHaveLength(32_767);
});
