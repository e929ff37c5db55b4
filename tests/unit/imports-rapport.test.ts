import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Rapport } from '#app/imports/rapport.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a spreadsheet that opens the report computes nothing of what the file says; numbers stay numbers', async () => {
  const path = join(folder, 'rapport.csv');
  const rapport = await Rapport.create(path);
  const valeurs = [
    '=HYPERLINK("http://x";"y")',
    '+1+1',
    '-1+1',
    '@SUM(1)',
    '\t=1',
    '\r=1',
    '-1.5',
    '+33556000000',
    'A=1',
  ];
  for (const valeur of valeurs)
    rapport.add({ ligne: 2, id: valeur, champ: 'nom', valeur, verdict: 'ignore', message: 'Non lu.' });
  await rapport.end();
  const [, ...rows]: string[][] = parse(await readFile(path, 'utf8'));
  const seen = [...valeurs.slice(0, 6).map((valeur) => `'${valeur}`), ...valeurs.slice(6)];
  expect(rows).toEqual(seen.map((valeur) => ['2', valeur, 'nom', valeur, 'ignore', 'Non lu.']));
});
