import { createHash } from 'node:crypto';

/** What is kept of an API key. Nobody guesses 256 bits: a plain hash is enough. */
export function empreinteOfCle(cle: string): Buffer {
  return createHash('sha256').update(cle).digest();
}
