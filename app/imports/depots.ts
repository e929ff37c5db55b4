import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cleOfColonne } from '#app/domain/tableau/colonnes.ts';

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
