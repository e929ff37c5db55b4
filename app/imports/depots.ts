import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
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

/** Reports that a killed process has left half written go, once nobody can be at them: not written since `before`. */
export async function removeRapportsPartiels(dataDir: string, id: string, before: Date): Promise<void> {
  const folder = join(folderOfDepots(dataDir), id);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith('.partiel')) continue;
    const path = join(folder, name);
    const written = await stat(path).then(
      ({ mtime }) => mtime,
      () => null,
    );
    if (written !== null && written < before) await rm(path, { force: true });
  }
}

/** Everything of a file: itself and its report. */
export async function removeFolder(dataDir: string, id: string): Promise<void> {
  await rm(join(folderOfDepots(dataDir), id), { recursive: true, force: true });
}

/** When something of a file was last written; null where nothing is left of it. A file that is still being received is as recent as its last bytes. */
export async function lastWritten(dataDir: string, id: string): Promise<Date | null> {
  const folder = join(folderOfDepots(dataDir), id);
  const names = await readdir(folder).catch(() => []);
  const paths = [folder, ...names.map((name) => join(folder, name))];
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  const last = Math.max(...times);
  return last === 0 ? null : new Date(last);
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
