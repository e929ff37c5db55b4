import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cleOfColonne } from '#app/domain/tableau/colonnes.ts';
import { lastWritten } from './derniere-ecriture.ts';

/** Where the files brought in the browser wait, each in a folder named by its id. */
function folderOfDepots(dataDir: string): string {
  return join(dataDir, 'imports');
}

export function fichierOfDepot(dataDir: string, id: string): string {
  return join(folderOfDepots(dataDir), id, 'fichier');
}

export function rapportOfDepot(dataDir: string, id: string): string {
  return join(folderOfDepots(dataDir), id, 'rapport.csv');
}

/** The file itself goes, the report stays. */
export async function removeFichier(dataDir: string, id: string): Promise<void> {
  await rm(fichierOfDepot(dataDir, id), { force: true });
}

/** Reports that a killed process has left half written go, once nobody can be at them: not written since `before`. */
export async function removeRapportsPartiels(dataDir: string, id: string, before: Date): Promise<void> {
  const folder = join(folderOfDepots(dataDir), id);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith('.partiel')) continue;
    const path = join(folder, name);
    const written = await lastWritten(path);
    if (written !== null && written < before) await rm(path, { force: true });
  }
}

/** Everything of a file: itself and its report. */
export async function removeFolder(dataDir: string, id: string): Promise<void> {
  await rm(join(folderOfDepots(dataDir), id), { recursive: true, force: true });
}

/** When something of a file was last written; null where nothing is left of it. A file that is still being received is as recent as its last bytes. */
export async function lastWrittenOfDepot(dataDir: string, id: string): Promise<Date | null> {
  return lastWritten(join(folderOfDepots(dataDir), id));
}

/** Ids of the folders there are. */
export async function listFolders(dataDir: string): Promise<string[]> {
  const entries = await readdir(folderOfDepots(dataDir), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** What files with the same columns in the same order share. */
export function cleOfEntete(entete: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify(entete.map(cleOfColonne)))
    .digest('hex');
}
