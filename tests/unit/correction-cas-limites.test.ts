import { existsSync, readFileSync } from 'node:fs';
import { Schema } from 'tableschema';
import { describe, expect, test } from 'vitest';
import { correctLigne } from '#app/domain/correction/ligne.ts';
import { lieuToCsv } from '#app/domain/formats.ts';
import { type LieuTexts, readLieu } from '#app/domain/lieu.ts';
import { type FieldName, tableSchema } from '#app/domain/standard.ts';
import { readTableau } from '#app/imports/lecture.ts';
import { loadCommunes } from '#app/reference/communes.ts';

const DATA = new URL('../../../shared/data/', import.meta.url);
const absent = !existsSync(DATA);
const context = { communes: loadCommunes(), today: '2026-11-23', unreviewed: true };

interface Cases {
  base: LieuTexts;
  cases: { case: string; change: LieuTexts; table_schema: FieldName[] }[];
}

describe.skipIf(absent)('limit cases (skipped where ../shared is absent)', () => {
  const { base, cases }: Cases = absent
    ? { base: {}, cases: [] }
    : JSON.parse(readFileSync(new URL('cas-limites.json', DATA), 'utf8'));
  const nothing = correctLigne(base, context).remarques.map(({ champ }) => champ);

  test('the example of the standard is public; its point in Aix is not in Reims', () => {
    expect(correctLigne(base, context).verdict).toBe('public');
    expect(nothing).toEqual(['latitude', 'longitude']);
  });

  test.each(cases.map((one) => [one.case, one] as const))(
    '%s: what the standard refuses is never passed in silence',
    (_, one) => {
      const texts = { ...base, ...one.change };
      const strict = readLieu(texts, context).errors.map(({ field }) => field);
      expect(strict).toEqual(expect.arrayContaining(one.table_schema));
      const { remarques } = correctLigne(texts, context);
      expect(remarques.map(({ champ }) => champ)).toEqual(expect.arrayContaining(one.table_schema));
    },
  );

  const KNOWN_RIGHT = new Set([
    'ok',
    'pivot_rna',
    'insee_97',
    'tel_nc',
    'tel_pm',
    'courriel_uneLettre',
    'url_accents',
    'itin_both',
    'services_vide',
    'label_etapes_collé',
    'dispositif_relais',
    'acces_pasdepublic',
    'adresse_n',
    'insee_97',
  ]);

  test.each(cases.map((one) => [one.case, one] as const))('%s: and only what is wrong is spoken of', (name, one) => {
    const spoken = correctLigne({ ...base, ...one.change }, context).remarques.map(({ champ }) => champ);
    const of = spoken.filter((champ) => !nothing.includes(champ) || champ in one.change);
    if (name === 'insee_97') expect(of).toEqual(['code_insee']);
    else if (KNOWN_RIGHT.has(name)) expect(of).toEqual([]);
    else expect(Object.keys(one.change)).toEqual(expect.arrayContaining(of));
    if (!KNOWN_RIGHT.has(name)) expect(of).not.toEqual([]);
  });
});

async function* bytesOf(name: string): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(readFileSync(new URL(name, DATA)));
}

async function correctFile(name: string) {
  const tableau = await readTableau({ bytes: bytesOf(name), chemin: null });
  const lignes: ReturnType<typeof correctLigne>[] = [];
  for await (const { texts } of tableau.lignes) lignes.push(correctLigne(texts, context));
  return lignes;
}

describe.skipIf(absent)('real files (skipped where ../shared is absent)', () => {
  test('at least 14,400 of 17,414 real rows are public and 17,100 kept, and tableschema finds no error in any public one', async () => {
    const lignes = await correctFile('lieux-reels.csv');
    expect(lignes).toHaveLength(17_414);
    const publics = lignes.filter(({ verdict }) => verdict === 'public');
    expect(publics.length).toBeGreaterThanOrEqual(14_400);
    expect(lignes.filter(({ verdict }) => verdict !== 'refusee').length).toBeGreaterThanOrEqual(17_100);
    for (const { verdict, remarques } of lignes) {
      if (verdict !== 'public') expect(remarques.length).toBeGreaterThan(0);
      expect(remarques.some((remarque) => remarque.verdict === 'refuse')).toBe(verdict === 'refusee');
      const missing = remarques.some((remarque) => remarque.verdict === 'manquant');
      if (verdict !== 'refusee') expect(missing).toBe(verdict === 'a_completer');
    }
    const schema = await Schema.load(tableSchema());
    for (const { lieu } of publics) schema.castRow(cellsOf(lieuToCsv(lieu)));
  }, 120_000);

  test('nearly all rows that pass the standard are public', async () => {
    const lignes = await correctFile('lieux-conformes.csv');
    expect(lignes).toHaveLength(8_178);
    expect(lignes.filter(({ verdict }) => verdict === 'public').length).toBeGreaterThan(8_130);
    expect(lignes.filter(({ remarques }) => remarques.length === 0).length).toBeGreaterThan(7_000);
  }, 120_000);
});

function cellsOf(line: string): string[] {
  const cells: string[] = [];
  for (const match of line.trimEnd().matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
  }
  return cells;
}
