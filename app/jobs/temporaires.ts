import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastWritten } from '#app/imports/derniere-ecriture.ts';

/** How the names of the folders begin that readers of workbooks, the command and data.gouv.fr make in the system's temporary one. */
const PREFIXES = ['lieu-a-jour-textes-', 'lieu-a-jour-import-', 'lieu-a-jour-datagouv-'];
/** Where files are downloaded to, in DATA_DIR. */
const DOSSIERS = ['sources', 'listes'];
const JOUR_MS = 86_400_000;

/** What killed processes have left, and nobody has written in for a day, goes: none of ours works on one for so long. */
export async function purgerTemporaires({
  dataDir,
  now,
  tmp = tmpdir(),
}: {
  dataDir: string;
  now: Date;
  tmp?: string;
}): Promise<void> {
  const before = now.getTime() - JOUR_MS;
  const entries = await readdir(tmp, { withFileTypes: true });
  for (const entry of entries.filter(({ name }) => PREFIXES.some((prefix) => name.startsWith(prefix))))
    if (entry.isDirectory()) await removeOld(join(tmp, entry.name), before);
  for (const dossier of DOSSIERS)
    for (const name of await readdir(join(dataDir, dossier)).catch(() => []))
      if (name.endsWith('.partiel')) await removeOld(join(dataDir, dossier, name), before);
}

/** A folder is as recent as what was last written in it. What is somebody else's stays. */
async function removeOld(path: string, before: number): Promise<void> {
  const written = await lastWritten(path);
  if (written !== null && written.getTime() < before)
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
