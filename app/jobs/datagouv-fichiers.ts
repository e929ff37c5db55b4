import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportFile } from '#db/exports.ts';
import { FauteDatagouv } from './datagouv-client.ts';
import { type DepotSettings, depotOf } from './export-depot.ts';
import { DepotError } from './export-s3-faute.ts';

/** A file on this disk that is sure to be the one that was exported. */
export interface FichierLocal {
  path: string;
  /** Hexadecimal: what data.gouv.fr says of a file that it has received. */
  sha1: string;
}

/**
 * Brings a file of an export to this disk for as long as `action` lasts.
 * @throws FauteDatagouv where it is no more, or no longer what was written: an export made anew meanwhile takes the earlier one away
 */
export async function withLocalFile<T>(
  settings: DepotSettings,
  file: ExportFile,
  action: (local: FichierLocal) => Promise<T>,
): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'lieu-a-jour-datagouv-'));
  try {
    const path = await depotOf(settings, file.chemin)
      ?.local(file, join(scratch, file.nom))
      .catch((error: unknown) => {
        throw error instanceof DepotError ? new FauteDatagouv('indisponible', error.message) : error;
      });
    if (!path) throw new FauteDatagouv('indisponible', `le fichier ${file.nom} de l’export n’est plus là`);
    return await action({ path, sha1: await sha1Of(path, file) });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function sha1Of(path: string, { nom, sha256, octets }: ExportFile): Promise<string> {
  const one = createHash('sha1');
  const two = createHash('sha256');
  let length = 0;
  for await (const chunk of createReadStream(path)) {
    one.update(chunk);
    two.update(chunk);
    length += chunk.length;
  }
  if (length !== octets || two.digest('hex') !== sha256)
    throw new FauteDatagouv('indisponible', `le fichier ${nom} de l’export n’est plus tel qu’il a été fait`);
  return one.digest('hex');
}
