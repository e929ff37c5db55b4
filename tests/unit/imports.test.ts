import { expect, test } from 'vitest';
import { FIELDS } from '#app/domain/standard.ts';
import { recogniseColonnes } from '#app/domain/tableau/colonnes.ts';
import { Enregistrements } from '#app/imports/enregistrements.ts';
import { FichierIllisible } from '#app/imports/fichier-illisible.ts';
import { readTableau } from '#app/imports/lecture.ts';

/** A file in pieces of a few bytes, so that characters, quotes and line ends are cut anywhere. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(content: string | Uint8Array, size = 7) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const tableau = await readTableau({ bytes: pieces(bytes, size), chemin: null });
  const lignes = [];
  for await (const ligne of tableau.lignes) lignes.push(ligne);
  return { ...tableau, lignes };
}

function windows1252(text: string): Uint8Array {
  return Uint8Array.from(
    text,
    (character) => ({ '’': 0x92, œ: 0x9c, '€': 0x80 })[character] ?? character.charCodeAt(0),
  );
}

const TEXT =
  'id,nom,commune,adresse\r\na1,"Médiathèque «\u00a0Le\u00a0cœur\u00a0»",Orléans,"1, rue de l’Été\r\nBât. A"\r\na2,Été,Reims,2 rue Haute\r\n';
const READ = [
  {
    ligne: 2,
    texts: {
      id: 'a1',
      nom: 'Médiathèque «\u00a0Le\u00a0cœur\u00a0»',
      commune: 'Orléans',
      adresse: '1, rue de l’Été\r\nBât. A',
    },
    anomalie: null,
  },
  { ligne: 4, texts: { id: 'a2', nom: 'Été', commune: 'Reims', adresse: '2 rue Haute' }, anomalie: null },
];

const utf16 = (text: string, bigEndian: boolean, mark: boolean): Uint8Array => {
  const bytes = Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');
  return new Uint8Array(bigEndian ? bytes.swap16() : bytes);
};

test.each([
  ['UTF-8', TEXT, 'utf-8'],
  ['UTF-8 with its mark', `\ufeff${TEXT}`, 'utf-8'],
  ['Windows-1252', windows1252(TEXT), 'windows-1252'],
  ['UTF-16 little-endian with its mark', utf16(TEXT, false, true), 'utf-16le'],
  ['UTF-16 big-endian with its mark', utf16(TEXT, true, true), 'utf-16be'],
  ['UTF-16 without its mark', utf16(TEXT, false, false), 'utf-16le'],
])('%s is recognised, however the file is cut', async (_, content, encodage) => {
  for (const size of [1, 2, 3, 5, 64, 100_000]) {
    const tableau = await read(content, encodage.startsWith('utf-16') ? Math.max(size, 600) : size);
    expect(tableau.lignes, `pieces of ${size}`).toEqual(READ);
    expect(tableau.encodage()).toBe(encodage);
  }
});

test('Windows-1252 is recognised even when its first accent comes after a megabyte', async () => {
  const plain = 'a1,Mairie,Reims\n'.repeat(70_000);
  const { lignes, encodage } = await read(windows1252(`id,nom,commune\n${plain}a2,Médiathèque,Orléans\n`), 65_536);
  expect(lignes.at(-1)).toMatchObject({ ligne: 70_002, texts: { nom: 'Médiathèque', commune: 'Orléans' } });
  expect(encodage()).toBe('windows-1252');
});

test('a file in two encodings gives every character back', async () => {
  const utf8 = new TextEncoder().encode('id,nom,commune\na1,Médiathèque,Reims\n');
  const both = new Uint8Array([...utf8, ...windows1252('a2,Été,Orléans\n')]);
  const { lignes, encodage } = await read(both, 11);
  expect(lignes.map(({ texts }) => texts.nom)).toEqual(['Médiathèque', 'Été']);
  expect(encodage()).toBe('mixte');
});

test.each([',', ';', '\t', '|'])('the separator « %s » is recognised', async (separateur) => {
  const { lignes } = await read(
    `id,nom,commune\na1,"A${separateur}B",Reims\n`
      .replaceAll(',', separateur)
      .replace(`"A${separateur}B"`, `"A${separateur}B"`),
  );
  expect(lignes).toEqual([{ ligne: 2, texts: { id: 'a1', nom: `A${separateur}B`, commune: 'Reims' }, anomalie: null }]);
});

test("Excel's « sep=; », a title and blank lines before the header are passed over; lines keep their physical numbers", async () => {
  const { lignes, ligneEntete } = await read('sep=;\nExport du 2 avril;;\n\nid;nom;commune\n\n;;\na1;Mairie;Reims\n');
  expect(ligneEntete).toBe(4);
  expect(lignes).toEqual([{ ligne: 7, texts: { id: 'a1', nom: 'Mairie', commune: 'Reims' }, anomalie: null }]);
});

test.each(['\n', '\r\n', '\r'])('line ends %j are line ends', async (end) => {
  const { lignes } = await read(['id,nom,commune', 'a1,"A\nB",Reims', 'a2,C,Reims'].join(end), 3);
  expect(lignes.map(({ ligne, texts }) => [ligne, texts.nom])).toEqual([
    [2, 'A\nB'],
    [4, 'C'],
  ]);
});

test('columns come in any order, under names or titles, and the unknown, repeated and missing ones are told', () => {
  const colonnes = recogniseColonnes([
    'Code Postal',
    'ID',
    'Nom',
    'couleur',
    'nom',
    'Publics spécifiquement adressés',
    '',
  ]);
  expect(colonnes.fields).toEqual(['code_postal', 'id', 'nom', null, null, 'publics_specifiquement_adresses', null]);
  expect(colonnes.unknown).toEqual(['couleur']);
  expect(colonnes.repeated).toEqual(['nom']);
  expect(colonnes.missing).toHaveLength(28);
  expect(colonnes.missing).toContain('date_maj');
});

test('the names and titles of the standard lead each to its own field', () => {
  expect(recogniseColonnes(FIELDS.map(({ name }) => name)).fields).toEqual(FIELDS.map(({ name }) => name));
  expect(recogniseColonnes(FIELDS.map(({ title }) => title)).fields).toEqual(FIELDS.map(({ name }) => name));
});

test('a row that is too long is refused as a whole, one that is too short is read, both are said', async () => {
  const { lignes } = await read('id,nom,commune\na1,Mairie, annexe,Reims\na2,Mairie\na3,Mairie,Reims,,\n');
  expect(lignes.map(({ anomalie }) => anomalie?.verdict ?? null)).toEqual(['refuse', 'corrige', null]);
  const [, , alone] = (await read('id,nom,commune\na1,Un,Reims\na2,Deux,Reims\na3')).lignes;
  expect(alone?.anomalie?.message).toContain('après une valeur sur 3');
  expect(lignes[1]?.texts).toEqual({ id: 'a2', nom: 'Mairie' });
});

test('a quotation mark that nobody closes costs its own line only', async () => {
  const rows = Array.from({ length: 50 }, (_, index) => `b${index},"Mairie ""annexe"" ${index}",Reims`);
  const { lignes } = await read(`id,nom,commune\na1,"Le point,Reims\n${rows.join('\n')}\nz9,"Fin,Reims`);
  expect(lignes).toHaveLength(52);
  expect(lignes[0]).toMatchObject({
    ligne: 2,
    texts: { id: 'a1', commune: 'Reims' },
    anomalie: { verdict: 'corrige' },
  });
  expect(lignes[1]).toMatchObject({ ligne: 3, texts: { nom: 'Mairie "annexe" 0' }, anomalie: null });
  expect(lignes[51]).toMatchObject({
    ligne: 53,
    texts: { id: 'z9', commune: 'Reims' },
    anomalie: { verdict: 'corrige' },
  });
});

test('a quotation mark inside a quoted text is part of it', async () => {
  const { lignes } = await read('id,nom,commune\na1,"Dit "le point" à tous",Reims\na2,L"Escale,Reims\n');
  expect(lignes.map(({ texts }) => texts.nom)).toEqual(['Dit "le point" à tous', 'L"Escale']);
});

test('a NUL byte is kept for mending, and breaks nothing', async () => {
  const { lignes } = await read('id,nom,commune\na1,Mai\u0000rie,Reims\n');
  expect(lignes[0]?.texts.nom).toBe('Mai\u0000rie');
});

test.each([
  ['nothing', '', /vide/],
  ['blank lines', ' \n\n', /vide/],
  ['a workbook', new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 6, 0]), /classeur/],
  ['an old workbook', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), /classeur/],
  ['a PDF', '%PDF-1.7\n', /PDF/],
  ['a compressed file', new Uint8Array([0x1f, 0x8b, 8, 0]), /compressé/],
  ['an image', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10]), /image/],
  [
    'random bytes',
    Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256),
    /pas un texte|Aucune colonne|qu’une colonne/,
  ],
  ['a web page', '<!DOCTYPE html><html><body>404</body></html>', /page web/],
  ['another table', 'name,city\nTown hall,Reims\n', /Aucune colonne/],
  ['prose', 'Bonjour, voici le fichier demandé.\nBien à vous\n', /Aucune colonne/],
  ['a table without id', 'nom,commune,adresse\nMairie,Reims,1 rue Haute\n', /la colonne id/],
  ['a table without header', 'a1,Mairie,Reims\na2,Mairie,Reims\n', /Aucune colonne/],
])('%s is not a table of lieux: one sentence says so', async (_, content, message) => {
  const reading = read(content, 4096);
  await expect(reading).rejects.toThrow(FichierIllisible);
  await expect(reading).rejects.toThrow(message);
});

test('memory holds one record, not the file', () => {
  const records = new Enregistrements(',');
  let count = 0;
  for (let chunk = 0; chunk < 2000; chunk += 1) {
    for (const { cells } of records.push('a1,"Mairie, annexe",Reims\n'.repeat(100), false)) count += cells.length;
  }
  expect(count).toBe(600_000);
  expect(JSON.stringify(records).length).toBeLessThan(10_000);
});

/** Cuts a text in two columns, given in pieces: the records, and how often each character was looked at. */
function cut(text: string, width = 2) {
  const records = new Enregistrements(',', width);
  const found = [];
  for (let at = 0; at < text.length; at += 4_096)
    found.push(...records.push(text.slice(at, at + 4_096), at + 4_096 >= text.length));
  return { found, looks: records.examined / text.length };
}

test.each([
  ['lines that open a quotation mark', '"a\n', true],
  ['lines whose first of two cells opens one', '"a,b\n', true],
  ['lines whose last cell opens one, after a space', 'a, "b\n', true],
  ['lines that begin with two of them', '""a,b\n', true],
  ['cells closed on the next line', '"a\n",b\n', false],
])('%s cost the same work whether there are few or many', (_, line, unclosed) => {
  for (const count of [1_000, 400_000]) {
    const { found, looks } = cut(line.repeat(count));
    expect(found).toHaveLength(count);
    expect(found.every((record) => record.unclosed === unclosed)).toBe(true);
    expect(looks, `${count} lines`).toBeLessThan(8);
  }
});

test('a long line of quotation marks that do not close is looked through once, however it is cut', () => {
  const { found, looks } = cut(`x,y\n${'"a,"ba,"b'.repeat(100_000)}\nx,y\n`);
  expect(found.map(({ ligne }) => ligne)).toEqual([1, 2, 3]);
  expect(looks).toBeLessThan(8);
});

test('a file whose records are given up again and again is refused in one sentence', () => {
  expect(() => cut('"a\n",'.repeat(200_000), 3)).toThrow(FichierIllisible);
  expect(() => cut('"a\n",'.repeat(200_000), 3)).toThrow(/Des guillemets ne se referment pas/);
});
