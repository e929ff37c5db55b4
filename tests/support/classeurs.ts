import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTableau } from '#app/imports/lecture.ts';

/** Reads a workbook as an import does, from a file of its own, with all its rows. */
export async function readClasseur(content: Buffer) {
  const folder = await mkdtemp(join(tmpdir(), 'classeur-'));
  try {
    const chemin = join(folder, 'classeur.xlsx');
    await writeFile(chemin, content);
    const tableau = await readTableau({ bytes: createReadStream(chemin), chemin });
    const lignes = [];
    for await (const ligne of tableau.lignes) lignes.push(ligne);
    return { ...tableau, lignes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
