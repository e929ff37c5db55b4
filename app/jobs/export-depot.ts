import { join } from 'node:path';
import type { Settings } from '#app/http/settings.server.ts';
import type { ExportFile } from '#db/exports.ts';
import { createDepotDisque } from './export-depot-disque.ts';

/** What says where the files of exports lie. */
export type DepotSettings = Pick<Settings, 'dataDir'>;

/** Where the files of exports lie. A run is written in a folder of this disk, then put there whole, and never changed again. */
export interface Depot {
  /** True where a file of the record lies here. */
  owns(chemin: string): boolean;
  /** Puts a run there, and gives what stands before the names of its files in `chemin`. The folder is no longer the caller's. */
  publish(run: { jour: string; run: string; folder: string; noms: readonly string[] }): Promise<string>;
  /** Removes the runs of a day, but for the one whose files lie under `base`. */
  keepOnly(jour: string, base: string | null): Promise<void>;
  /** The days that have something here, recorded or not. */
  listJours(): Promise<string[]>;
  /** A path of this disk with the bytes of the file, brought to `scratch` where they lie elsewhere; null where they are no more. */
  local(file: ExportFile, scratch: string): Promise<string | null>;
}

/** The folder of exports: one folder a day, and in it one for the run that is served or the one being written. */
export function exportsDir({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return join(dataDir, 'exports');
}

/** Where new exports go, first, then where earlier ones may lie. */
export function depotsOf(settings: DepotSettings): readonly [Depot, ...Depot[]] {
  return [createDepotDisque(exportsDir(settings))];
}

/** Where a file of the record lies, undefined where this installation no longer knows. */
export function depotOf(settings: DepotSettings, chemin: string): Depot | undefined {
  return depotsOf(settings).find((depot) => depot.owns(chemin));
}
