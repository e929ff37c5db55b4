import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lieuFrom } from '#app/domain/lieu.ts';
import { writeLieux } from '#app/jobs/export-files.ts';
import { BUILD } from '#tests/support/http.ts';

/** The thread as the server runs it, out of its bundle. */
const THREAD = new URL('bin/parquets.worker.mjs', BUILD);
const DEPARTEMENTS = ['01', '2A', '33', '974', '976', null];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parquets-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function* lieux(count: number) {
  for (let index = 0; index < count; index++) {
    const lieu = lieuFrom({
      id: `${index}`,
      adresse: '1 Rue de la Gare',
      code_postal: '33000',
      commune: 'Bordeaux',
      nom: `Espace « L’Étoile » ${index % 700}`,
      latitude: index % 3 === 0 ? null : 40 + (index % 1000) / 100,
      longitude: index % 3 === 0 ? null : -1 - (index % 777) / 100,
      courriels: index % 2 === 0 ? [`a${index}@exemple.fr`] : [],
      services: ['Aide aux démarches administratives', 'Insertion professionnelle via le numérique'].slice(index % 2),
      presentation_detail: 'Deux\nlignes ; « 😀 » '.repeat(index % 9),
      date_maj: `2026-0${1 + (index % 9)}-15`,
    });
    yield { ...lieu, permanences: [], departement: DEPARTEMENTS[index % DEPARTEMENTS.length] ?? null };
  }
}

async function written(name: string, count: number, options: Parameters<typeof writeLieux>[2] = {}) {
  await mkdir(join(folder, name));
  return writeLieux(join(folder, name), lieux(count), options);
}

test('the threads write what this process would, also where more lots wait than they are let', async () => {
  const here = await written('ici', 6_000);
  expect(here.lignes).toBe(6_000);
  expect(here.territoires.map(({ nom }) => nom)).toContain('departement/2A/lieux.parquet');
  expect(await written('fils', 6_000, { parquetsUrl: THREAD })).toEqual(here);
  expect(await written('du-json', 6_000, { parquetsUrl: THREAD, rowsInMemory: 700 })).toEqual(here);
  const nom = 'region/84/lieux.parquet';
  expect(await readFile(join(folder, 'fils', nom))).toEqual(await readFile(join(folder, 'ici', nom)));
}, 60_000);

test('without any lieu, each format has its empty file', async () => {
  const { fichiers, territoires } = await written('rien', 0, { parquetsUrl: THREAD });
  expect(fichiers.map(({ nom, lignes }) => [nom, lignes])).toEqual([
    ['lieux.csv', 0],
    ['lieux.json', 0],
    ['lieux.geojson', 0],
    ['lieux.parquet', 0],
  ]);
  expect(territoires).toEqual([]);
});

test('a thread that cannot write, or read what is to be written, fails the export', async () => {
  await mkdir(join(folder, 'occupe/lieux.parquet'), { recursive: true });
  await expect(writeLieux(join(folder, 'occupe'), lieux(5_000), { parquetsUrl: THREAD })).rejects.toThrow(/EISDIR/);
  const broken = pathToFileURL(join(folder, 'coupe.mjs'));
  await writeFile(broken, 'throw new Error("cut")');
  await mkdir(join(folder, 'coupe'));
  await expect(writeLieux(join(folder, 'coupe'), lieux(9_000), { parquetsUrl: broken })).rejects.toThrow(/cut/);
}, 60_000);
