import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Settings } from '#app/http/settings.server.ts';
import type { ExportS3Settings } from '#app/http/settings-export-s3.server.ts';
import type { ExportFile } from '#db/exports.ts';
import { createDepotDisque } from './export-depot-disque.ts';
import { createDepotS3 } from './export-depot-s3.ts';

/** What says where the files of exports lie. */
export type DepotSettings = Pick<Settings, 'dataDir' | 'exportS3'>;

/** Where the files of exports lie. A run is written in a folder of this disk, then put there whole, and never changed again. */
export interface Depot {
  /** Where it is, for whoever keeps the site. */
  nom: string;
  /** False where it may be read without this site, which then does not decide who sees what. */
  seenHereOnly: boolean;
  /** True where a file of the record lies here. */
  owns(chemin: string): boolean;
  /** Puts a run there, and gives what stands before the names of its files in `chemin`. The folder is no longer the caller's. */
  publish(run: { jour: string; run: string; folder: string; noms: readonly string[] }): Promise<string>;
  /** Says to those who read there, without this site, what the newest export is. */
  announce(manifest: string): Promise<void>;
  /** Removes the runs of a day, but for the one whose files lie under `base`. */
  keepOnly(jour: string, base: string | null): Promise<void>;
  /** The days that have something here, recorded or not. */
  listJours(): Promise<string[]>;
  /** A path of this disk with the bytes of the file, brought to `scratch` where they lie elsewhere; null where they are no more, or others. */
  local(file: ExportFile, scratch: string): Promise<string | null>;
  /** Whether a file is there as it was written. */
  has(file: ExportFile): Promise<boolean>;
  /** A part of its bytes, or all; null where they are no more. */
  read(file: ExportFile, part: Part): Promise<Readable | null>;
}

/** Inclusive, in bytes. */
export interface Part {
  start: number;
  end: number;
}

/** The folder of exports: one folder a day, and in it one for the run that is served or the one being written. */
export function exportsDir({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return join(dataDir, 'exports');
}

/** Where new exports go, first, then where earlier ones may lie. */
export function depotsOf(settings: DepotSettings): readonly [Depot, ...Depot[]] {
  const disque = createDepotDisque(exportsDir(settings));
  const { exportS3 } = settings;
  if (exportS3 === null) return [disque];
  const known = buckets.get(exportS3) ?? createDepotS3(exportS3);
  buckets.set(exportS3, known);
  return [known, disque];
}

/** So that connections are kept from one request to the next. */
const buckets = new WeakMap<ExportS3Settings, Depot>();

/** Where a file of the record lies, undefined where this installation no longer knows. */
export function depotOf(settings: DepotSettings, chemin: string): Depot | undefined {
  return depotsOf(settings).find((depot) => depot.owns(chemin));
}
