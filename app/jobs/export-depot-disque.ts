import { existsSync } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isJour } from '#app/domain/exports.ts';
import type { Depot } from './export-depot.ts';

/** Exports on this disk, under `root`: a run is whole or absent, for it is renamed into place. Its `chemin` is `jour/run/nom`. */
export function createDepotDisque(root: string): Depot {
  return {
    nom: root,
    seenHereOnly: true,
    owns: (chemin) => !chemin.includes(':'),
    async publish({ jour, run, folder }) {
      const day = join(root, jour);
      await rename(folder, join(day, run));
      await syncFolder(day);
      return `${jour}/${run}`;
    },
    // Nobody reads there but this site.
    async announce() {},
    async keepOnly(jour, base) {
      const [day, run] = base?.split('/') ?? [];
      if (day !== jour || run === undefined) return rm(join(root, jour), { recursive: true, force: true });
      for (const name of await namesIn(join(root, jour))) {
        if (name !== run) await rm(join(root, jour, name), { recursive: true, force: true });
      }
    },
    async listJours() {
      return (await namesIn(root)).filter(isJour);
    },
    async local({ chemin }) {
      const path = join(root, chemin);
      return existsSync(path) ? path : null;
    },
    async has({ chemin, octets }) {
      const found = await stat(join(root, chemin)).catch(orAbsent);
      return found?.size === octets;
    },
    async read({ chemin, octets }, part) {
      const handle = await open(join(root, chemin), 'r').catch(orAbsent);
      if (handle === null) return null;
      const { size } = await handle.stat();
      if (size === octets) return handle.createReadStream(part);
      await handle.close();
      return null;
    },
  };
}

function orAbsent(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
  throw error;
}

async function namesIn(folder: string): Promise<string[]> {
  return existsSync(folder) ? readdir(folder) : [];
}

/** So that a power cut after the rename does not undo it. Windows knows no such thing. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}
