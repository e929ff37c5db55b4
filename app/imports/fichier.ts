import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { FichierIllisible } from './fichier-illisible.ts';
import { SourceInjoignable, telecharger } from './telechargement.ts';

export interface OpenedFile {
  /** What people call it: the file's name, or the address without what follows the path. */
  nom: string;
  bytes: AsyncIterable<Uint8Array>;
  /** Where it is on this machine, until it is closed. */
  chemin: string;
  /** Size in bytes, to show how far one is. */
  octets: number;
  close(): Promise<void>;
}

const MAX_DOWNLOAD = 2 * 1024 ** 3;

/**
 * Opens a file by its path or its http(s) address. What is at an address is downloaded whole first, so that no transaction
 * waits for somebody else's server.
 * @throws {FichierIllisible} where nothing can be read there, with a sentence that says why
 */
export async function openFichier(place: string): Promise<OpenedFile> {
  if (/^https?:\/\//i.test(place)) return download(place);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(place)) {
    throw new FichierIllisible(`« ${place} » : seules les adresses http:// et https:// peuvent être lues.`);
  }
  const path = resolve(place);
  try {
    const stats = await stat(path);
    if (stats.isDirectory())
      throw new FichierIllisible(`« ${place} » est un dossier : donnez un fichier CSV, JSON ou XLSX.`);
    const file = await open(path);
    return {
      nom: basename(path),
      chemin: path,
      bytes: file.createReadStream({ autoClose: false }),
      octets: stats.size,
      close: () => file.close(),
    };
  } catch (error) {
    throw error instanceof FichierIllisible
      ? error
      : new FichierIllisible(`« ${place} » ne peut pas être lu : ${reasonOf(error)}.`);
  }
}

async function download(address: string): Promise<OpenedFile> {
  const folder = await mkdtemp(join(tmpdir(), 'lieu-a-jour-import-'));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'fichier');
    // Whoever types this command runs the site: a file of its own network is read too.
    const read = await telecharger({ url: address, vers: path, maxOctets: MAX_DOWNLOAD, reseauInterne: true });
    return { nom: nomDAdresse(address), bytes: createReadStream(path), chemin: path, octets: read?.octets ?? 0, close };
  } catch (error) {
    await close();
    if (!(error instanceof SourceInjoignable)) throw error;
    throw new FichierIllisible(`« ${address} » ne peut pas être lu. ${error.message}`);
  }
}

/** The last part of an address, without its query, which may hold a secret. */
export function nomDAdresse(address: string): string {
  const { hostname, pathname } = new URL(address);
  return pathname.split('/').findLast((part) => part !== '') ?? hostname;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'ce fichier n’existe pas',
  EACCES: 'ce compte n’a pas le droit de le lire',
  EPERM: 'ce compte n’a pas le droit de le lire',
  ENOTDIR: 'une partie du chemin n’est pas un dossier',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return REASONS[code] ?? error.message;
}
