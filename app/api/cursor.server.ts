import { createHmac, timingSafeEqual } from 'node:crypto';
import { ApiProblem } from './problem.ts';

/** Bytes of the signature. */
const SIGNED = 16;

/**
 * A place in a list as a text to give back later: JSON and its signature, which also holds what the list was asked with, so that
 * a cursor goes on with its own list alone. `secrets` newest first.
 */
export function writeCursor(value: unknown, { secrets, query }: CursorOptions): string {
  const content = Buffer.from(JSON.stringify(value));
  return Buffer.concat([sign(content, { secret: secrets[0], query }), content]).toString('base64url');
}

/** What `writeCursor` was given, for one of the secrets. @throws {ApiProblem} 400 where it was changed or belongs to another list */
export function readCursor(text: string, { secrets, query }: CursorOptions): unknown {
  const bytes = Buffer.from(text, 'base64url');
  const content = bytes.subarray(SIGNED);
  const ours =
    bytes.length > SIGNED &&
    bytes.toString('base64url') === text &&
    secrets.some((secret) => timingSafeEqual(bytes.subarray(0, SIGNED), sign(content, { secret, query })));
  if (!ours) throw foreignCursor(text);
  return JSON.parse(content.toString());
}

export interface CursorOptions {
  secrets: readonly [string, ...string[]];
  /** What tells this list from any other. */
  query: string;
}

/** The refusal of a cursor that is not of this list. */
export function foreignCursor(text: string): ApiProblem {
  const message = 'Ce curseur n’est pas de cette liste : suivez « suivant » tel quel, ou recommencez sans « curseur ».';
  return new ApiProblem(400, message, { erreurs: [{ nom: 'curseur', valeur: text.slice(0, 200), message }] });
}

function sign(content: Buffer, { secret, query }: { secret: string; query: string }): Buffer {
  return createHmac('sha256', secret).update(`curseur ${query}\n`).update(content).digest().subarray(0, SIGNED);
}
