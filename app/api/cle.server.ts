import { createHash, randomBytes } from 'node:crypto';

/** What is kept of an API key. Nobody guesses 256 bits: a plain hash is enough. */
export function empreinteOfCle(cle: string): Buffer {
  return createHash('sha256').update(cle).digest();
}

/** A new API key: 256 bits that say whose they are, so that one which leaked is recognised. */
export function newCle(): string {
  return `laj_${randomBytes(32).toString('base64url')}`;
}
