import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import type { ChoixColonnes } from '#app/domain/tableau/colonnes.ts';
import { FichierIllisible } from '#app/imports/fichier-illisible.ts';
import { readTableau } from '#app/imports/lecture.ts';
import { readClasseur } from '#tests/support/classeurs.ts';
import { workbookParts, zipOf } from '#tests/support/zip.ts';

const sheetOf = (rows: string) => `<worksheet><sheetData>${rows}</sheetData></worksheet>`;
const inline = (ref: string, text: string) => `<c r="${ref}" t="inlineStr"><is><t>${text}</t></is></c>`;
const HEADER = `<row r="1">${inline('A1', 'id')}${inline('B1', 'nom')}${inline('C1', 'code_postal')}</row>`;

test('a workbook that another program wrote is read as a person sees it: dates, SIRET, postcodes, accents, line breaks', async () => {
  const content = await writeXlsxFile([
    {
      sheet: 'Lisez-moi',
      data: [['Les lieux sont sur l’autre feuille']],
    },
    {
      sheet: 'Lieux',
      data: [
        ['Liste des lieux du hub'],
        [],
        ['id', 'Nom', 'pivot', 'code_postal', 'date_maj', 'latitude', 'présentation_détail'],
        [
          'a1',
          'Médiathèque « Le cœur » & Cie <été>',
          { value: 43493312300029, type: Number },
          { value: 1000, type: Number, format: '00000' },
          { value: new Date('2026-01-31T00:00:00Z'), type: Date, format: 'dd/mm/yyyy' },
          { value: 44.837789, type: Number },
          'Première ligne\nseconde',
        ],
        ['a2', 'Mairie', null, '33000'],
      ],
    },
  ]).toBuffer();
  const { lignes, format, colonnes } = await readClasseur(content);
  expect(format).toBe('xlsx');
  expect(colonnes.unknown).toEqual([]);
  expect(lignes).toEqual([
    {
      ligne: 4,
      texts: {
        id: 'a1',
        nom: 'Médiathèque « Le cœur » & Cie <été>',
        pivot: '43493312300029',
        code_postal: '01000',
        date_maj: '2026-01-31',
        latitude: '44.837789',
        presentation_detail: 'Première ligne\nseconde',
      },
      anomalie: null,
    },
    { ligne: 5, texts: { id: 'a2', nom: 'Mairie', code_postal: '33000' }, anomalie: null },
  ]);
});

test('rich text, phonetic guides, booleans, errors, formulas and powers of ten', async () => {
  const rows = `<row r="1">${['id', 'nom', 'pivot', 'telephone', 'prise_rdv', 'adresse'].map((name, index) => inline(`${'ABCDEF'[index]}1`, name)).join('')}</row>
    <row r="7"><c r="A7" t="s"><v>0</v></c><c r="B7" t="s"><v>1</v></c><c r="C7"><v>4.3493312300029E13</v></c>
    <c r="D7" t="e"><v>#N/A</v></c><c r="E7" t="b"><v>1</v></c><c r="F7" t="str"><f>A1</f><v>12 rue Haute</v></c></row>`;
  const { lignes } = await readClasseur(
    zipOf(
      workbookParts(sheetOf(rows), {
        'xl/sharedStrings.xml':
          '<sst><si><t>a1</t></si><si><r><t>Le </t></r><r><t>Phare</t></r><rPh><t>fuaru</t></rPh></si></sst>',
      }),
    ),
  );
  expect(lignes).toEqual([
    {
      ligne: 7,
      texts: { id: 'a1', nom: 'Le Phare', pivot: '43493312300029', prise_rdv: 'oui', adresse: '12 rue Haute' },
      anomalie: null,
    },
  ]);
});

test('more texts than memory keeps wait on the disk, and are found there', async () => {
  const count = 40_000;
  const text = (index: number) => `${index} ${'é'.repeat(600)}`;
  const rows = Array.from(
    { length: count },
    (_, index) =>
      `<row r="${index + 2}"><c r="A${index + 2}"><v>${index}</v></c><c r="B${index + 2}" t="s"><v>${index}</v></c></row>`,
  );
  const sst = Array.from({ length: count }, (_, index) => `<si><t>${text(index)}</t></si>`);
  // Real texts do not shrink two hundred times.
  const noise = Buffer.concat(
    Array.from({ length: 20_000 }, (_, index) => createHash('sha256').update(`${index}`).digest()),
  );
  const { lignes } = await readClasseur(
    zipOf(
      workbookParts(sheetOf(HEADER + rows.join('')), {
        'xl/sharedStrings.xml': `<sst><!-- ${noise.toString('base64')} -->${sst.join('')}</sst>`,
      }),
    ),
  );
  expect(lignes).toHaveLength(count);
  for (const index of [0, 1, 26_000, 29_999, count - 1]) expect(lignes[index]?.texts.nom).toBe(text(index));
});

const ROW = `<row r="2">${inline('A2', 'a1')}${inline('B2', 'Mairie')}</row>`;
test.each([
  ['an empty archive', zipOf({}), /archive vide/],
  ['an archive of something else', zipOf({ 'photo.txt': 'x' }), /C’est une archive/],
  ['a LibreOffice sheet', zipOf({ mimetype: 'x', 'content.xml': '<x/>' }), /LibreOffice/],
  [
    'a text document',
    zipOf({
      '_rels/.rels':
        '<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="word/document.xml"/></Relationships>',
    }),
    /C’est un document/,
  ],
  ['a workbook cut in half', zipOf(workbookParts(sheetOf(HEADER + ROW))).subarray(0, 400), /abîmé/],
  ['XML that is not well formed', zipOf(workbookParts(sheetOf(`${HEADER}<row><c>`))), /abîmé/],
  ['a workbook without a table', zipOf(workbookParts(sheetOf(''))), /Aucune feuille/],
  ['a sheet of unknown columns', zipOf(workbookParts(sheetOf(ROW + ROW))), /Aucune colonne/],
  [
    'a bomb that says its size',
    zipOf(workbookParts(sheetOf(HEADER + ROW), { 'xl/sharedStrings.xml': Buffer.alloc(64 * 1024 * 1024, ' ') })),
    /démesuré/,
  ],
  [
    'a bomb that lies about its size',
    zipOf(workbookParts(sheetOf(HEADER + ROW), { 'xl/sharedStrings.xml': Buffer.alloc(64 * 1024 * 1024, ' ') }), {
      'xl/sharedStrings.xml': 1_000,
    }),
    /abîmé/,
  ],
  [
    'an archive that says it holds more than a disk',
    zipOf(workbookParts(sheetOf(HEADER + ROW)), { 'xl/worksheets/sheet1.xml': 4_000_000_000 }),
    /démesuré/,
  ],
  [
    'a billion laughs',
    zipOf(
      workbookParts(
        `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${sheetOf(`<row r="1">${inline('A1', '&b;')}</row>`)}`,
      ),
    ),
    /abîmé/,
  ],
  [
    'a text without end',
    zipOf(
      workbookParts(
        sheetOf(`${HEADER}<row r="2">${inline('A2', Buffer.alloc(9_000_000, 'abcdefg').toString('base64'))}</row>`),
      ),
    ),
    /abîmé|démesuré/,
  ],
])('%s is refused in one sentence', async (_, content, message) => {
  const reading = readClasseur(content);
  await expect(reading).rejects.toThrow(FichierIllisible);
  await expect(reading).rejects.toThrow(message);
});

async function readText(text: string, size = 7, choix?: ChoixColonnes) {
  const bytes = new TextEncoder().encode(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const tableau = await readTableau({ bytes: pieces(), chemin: null }, choix);
  const lignes = [];
  for await (const ligne of tableau.lignes) lignes.push(ligne);
  return { ...tableau, lignes };
}

test.each([1, 7, 100_000])('JSON is read object by object with its lines, in pieces of %i bytes', async (size) => {
  const { lignes, format } = await readText(
    `[\n  {"id": "a1", "nom": "L’\\"Escale\\" ]}", "services": ["A", "B"], "prise_rdv": null},\n  {"id": 12, "nom": "Été"}]`,
    size,
  );
  expect(format).toBe('json');
  expect(lignes).toEqual([
    { ligne: 2, texts: { id: 'a1', nom: 'L’"Escale" ]}', services: 'A|B' }, anomalie: null },
    { ligne: 3, texts: { id: '12', nom: 'Été' }, anomalie: null },
  ]);
});

test('a list within an object, GeoJSON, a name that comes late, an object that is not JSON', async () => {
  const within = await readText('{"total": 2, "tags": ["x"], "lieux": [{"id": "a1", "nom": "Mairie"}], "suite": []}');
  expect(within.lignes.map(({ texts }) => texts)).toEqual([{ id: 'a1', nom: 'Mairie' }]);
  const geo = await readText(
    '{"type":"FeatureCollection","features":[{"type":"Feature","id":"a1","geometry":{"type":"Point","coordinates":[-0.58,44.84]},"properties":{"nom":"Mairie"}}]}',
  );
  expect(geo.lignes[0]?.texts).toEqual({ id: 'a1', nom: 'Mairie', latitude: '44.84', longitude: '-0.58' });
  const many = Array.from({ length: 20_000 }, (_, index) => ({ id: `a${index}`, nom: 'Mairie' }));
  const late = await readText(JSON.stringify([...many, { id: 'z', nom: 'Phare', commune: 'Reims' }]), 65_536);
  expect(late.lignes).toHaveLength(20_001);
  expect(late.lignes.at(-1)?.texts).toEqual({ id: 'z', nom: 'Phare', commune: 'Reims' });
  const broken = await readText('[{"id":"a1","nom":"M"},\n{"id":"a2" "nom":"M"},{"id":"a3","nom":"M"}]');
  expect(broken.lignes.map(({ texts, anomalie }) => [texts.id, anomalie?.verdict])).toEqual([
    ['a1', undefined],
    [undefined, 'refuse'],
    ['a3', undefined],
  ]);
});

test('of a list of objects the first is read, and others that are not are told where one of its names is read', async () => {
  const one = { id: 'a1', nom: 'Mairie', contacts: [{ telephone: '0556000000' }] };
  const two = { id: 'a2', nom: 'Phare', contacts: [{ telephone: '0557000000' }, { telephone: '0558000000' }] };
  const none = { id: 'a3', nom: 'Cap', contacts: [], services: ['A', { nom: 'B' }] };
  const choix = new Map([['contactstelephone', 'telephone' as const]]);
  const text = JSON.stringify([one, two, none]);
  const { lignes } = await readText(text, 7, choix);
  expect(lignes.map(({ texts }) => texts)).toEqual([
    { id: 'a1', nom: 'Mairie', telephone: '0556000000' },
    { id: 'a2', nom: 'Phare', telephone: '0557000000' },
    { id: 'a3', nom: 'Cap', services: 'A' },
  ]);
  expect(lignes.map(({ anomalie }) => anomalie?.verdict)).toEqual([undefined, 'corrige', undefined]);
  expect(lignes[1]?.anomalie?.message).toMatch(/^Dans « contacts », seul le premier élément/);
  const unread = await readText(text);
  expect(unread.lignes.map(({ anomalie }) => anomalie)).toEqual([null, null, null]);
  expect(unread.colonnes.unknown).toContain('contacts.telephone');
});

test.each([
  ['nothing', ' null\n', /Ce JSON ne contient aucun lieu : il dit seulement « null »/],
  ['an empty list', '[]', /Ce JSON ne contient aucun lieu : sa liste est vide/],
  ['an object', '{"id": "a1", "nom": "Mairie"}', /pas de liste/],
  ['a list of texts', '["a1", "a2"]', /il faudrait un objet/],
  ['a list that stops', '[{"id": "a1", "nom": "Mairie"}, {"id": "a2"', /incomplet/],
  ['an object without end', `[{"id": "a1", "nom": "${'x'.repeat(1_200_000)}`, /pas de fin/],
  ['a list without id', '[{"nom": "Mairie", "commune": "Reims"}]', /la colonne id/],
])('%s is no list of lieux', async (_, text, message) => {
  const reading = readText(text, 65_536);
  await expect(reading).rejects.toThrow(FichierIllisible);
  await expect(reading).rejects.toThrow(message);
});

test.each([
  ['the first line', 'x'.repeat(3_000_000), /n’a pas de fin/],
  ['a later line', `id,nom,commune\na1,Mairie,Reims\na2,${'x'.repeat(3_000_000)}`, /La ligne 3 n’a pas de fin/],
])('a CSV whose %s never ends is refused', async (_, text, message) => {
  await expect(readText(text, 65_536)).rejects.toThrow(message);
});
