import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PARTS, type PartName } from './snapshot.ts';
import type { PartFile } from './snapshot-build.ts';

/** A snapshot on the disk, so that the next start serves at once what the last process served. */
export interface KeptSnapshot {
  hash: string;
  parts: Record<PartName, PartFile>;
  /** When its lieux were read. */
  luLe: Date;
  /** What `findEmpreinte` said of the database as it was read. */
  empreinte: string;
  /** Of the program that made it: another writes and reads other bytes. */
  programme: string;
  /** Whether its brotli is as small as can be. */
  compact: boolean;
}

interface Header extends Omit<KeptSnapshot, 'parts' | 'luLe'> {
  luLe: string;
  /** Of all that follows the header, hexadecimal: a disk that lost a part of it is found out. */
  sha256: string;
  octets: Record<PartName, Record<keyof PartFile, number>>;
}

const FORMS = ['identity', 'gzip', 'br'] as const;

/**
 * Puts a snapshot into a file, whole or not at all. Some megabytes at once, while nothing else is served: so that a process that ends
 * has written them. It is called then, and each time that the brotli of a snapshot that stays has been made smaller.
 * @throws the system's error
 */
export function writeKeptSnapshot(path: string, { parts, luLe, ...kept }: KeptSnapshot): void {
  const pieces = PARTS.flatMap((name) => FORMS.map((form) => parts[name][form]));
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  const octetsOf = (name: PartName) => {
    const { identity, gzip, br } = parts[name];
    return { identity: identity.length, gzip: gzip.length, br: br.length };
  };
  const octets = {
    carte: octetsOf('carte'),
    noms: octetsOf('noms'),
    ids: octetsOf('ids'),
    horaires: octetsOf('horaires'),
  };
  const header = { ...kept, luLe: luLe.toISOString(), sha256: hash.digest('hex'), octets } satisfies Header;
  const aside = `${path}.${process.pid}.partiel`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(aside, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...pieces]));
    renameSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
}

/** The snapshot of a file; null where there is none, or where it is not whole. */
export async function readKeptSnapshot(path: string): Promise<KeptSnapshot | null> {
  try {
    const bytes = await readFile(path);
    const end = bytes.indexOf(10);
    const { octets, sha256, luLe, ...kept }: Header = JSON.parse(bytes.toString('utf8', 0, end));
    const payload = bytes.subarray(end + 1);
    if (createHash('sha256').update(payload).digest('hex') !== sha256) return null;
    let at = 0;
    const next = (length: number) => {
      at += length;
      return new Uint8Array(payload.subarray(at - length, at));
    };
    const part = (name: PartName): PartFile => {
      const { identity, gzip, br } = octets[name];
      return { identity: next(identity), gzip: next(gzip), br: next(br) };
    };
    // In the order of PARTS, which is that of the file.
    const parts = { carte: part('carte'), noms: part('noms'), ids: part('ids'), horaires: part('horaires') };
    return { ...kept, luLe: new Date(luLe), parts };
  } catch {
    return null;
  }
}
