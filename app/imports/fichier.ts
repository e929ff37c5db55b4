import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { FichierIllisible } from './lecture.ts';

export interface OpenedFile {
  /** What people call it: the file's name, or the address without what follows the path. */
  nom: string;
  bytes: AsyncIterable<Uint8Array>;
  /** Size in bytes, to show how far one is. */
  octets: number;
  close(): Promise<void>;
}

/** A server that says nothing for so long, in ms, will not say more. */
const STALL_MS = 30_000;
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
    if (stats.isDirectory()) throw new FichierIllisible(`« ${place} » est un dossier : donnez un fichier CSV.`);
    const file = await open(path);
    return {
      nom: basename(path),
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
    await save(new URL(address), path);
    const { size: octets } = await stat(path);
    return { nom: nameOf(address), bytes: createReadStream(path), octets, close };
  } catch (error) {
    await close();
    if (error instanceof FichierIllisible) throw error;
    throw new FichierIllisible(`« ${address} » ne peut pas être lu : ${reasonOf(error)}.`);
  }
}

async function save(url: URL, path: string): Promise<void> {
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), STALL_MS);
  const file = await open(path, 'wx');
  try {
    const response = await fetch(url, { signal: stalled.signal, headers: { accept: 'text/csv, text/plain, */*' } });
    if (!response.ok || !response.body) {
      throw new FichierIllisible(`« ${url.href} » ne peut pas être lu : le serveur répond ${response.status}.`);
    }
    const reader = response.body.getReader();
    let size = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(), STALL_MS);
      size += part.value.length;
      if (size > MAX_DOWNLOAD) throw new FichierIllisible(`« ${url.href} » est trop gros : 2 Go au plus.`);
      await file.write(part.value);
    }
  } finally {
    clearTimeout(timer);
    await file.close();
  }
}

/** The last part of an address, without its query, which may hold a secret. */
function nameOf(address: string): string {
  const { hostname, pathname } = new URL(address);
  return pathname.split('/').findLast((part) => part !== '') ?? hostname;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'ce fichier n’existe pas',
  EACCES: 'ce compte n’a pas le droit de le lire',
  EPERM: 'ce compte n’a pas le droit de le lire',
  ENOTDIR: 'une partie du chemin n’est pas un dossier',
  ENOTFOUND: 'ce serveur n’existe pas',
  ECONNREFUSED: 'le serveur refuse la connexion',
  ECONNRESET: 'le serveur a coupé la connexion',
  EAI_AGAIN: 'ce serveur ne se trouve pas en ce moment',
  ERR_INVALID_URL: 'cette adresse est mal écrite',
  UND_ERR_SOCKET: 'le serveur a coupé la connexion',
  UND_ERR_CONNECT_TIMEOUT: 'le serveur ne répond pas',
  ETIMEDOUT: 'le serveur ne répond pas',
  ENOSPC: 'le disque est plein',
  ABORT_ERR: 'le serveur ne répond plus',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : error;
  if (error.name === 'AbortError') return REASONS.ABORT_ERR ?? error.message;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (REASONS[code] !== undefined) return REASONS[code];
  return error.message === 'fetch failed' ? `la connexion a échoué (${code || cause.message})` : cause.message;
}
