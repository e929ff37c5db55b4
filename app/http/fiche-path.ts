import { normalizeText } from '#app/domain/territoire.ts';

/** The readable end of a fiche's address: name and commune, at most 80 characters; never empty. */
export function slugOf({ nom, commune }: { nom: string | null; commune: string | null }): string {
  return (
    normalizeText(`${nom ?? ''} ${commune ?? ''}`)
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 80)
      .replace(/^-|-$/g, '') || 'lieu'
  );
}

/** The address of a fiche. Without a name it is the bare one, which leads to the one with its slug. */
export function fichePath(lieu: { id: string; nom?: string | null; commune?: string | null }): string {
  const bare = `/lieux/${lieuSegment(lieu.id)}`;
  if (lieu.nom === undefined || lieu.commune === undefined) return bare;
  return `${bare}/${slugOf({ nom: lieu.nom, commune: lieu.commune })}`;
}

/** The address of a lieu in the space of those who keep it, or of a page below it. */
export function espacePath(id: string, page?: string): string {
  return `/espace/lieux/${lieuSegment(id)}${page === undefined ? '' : `/${page}`}`;
}

/**
 * The part of an address that stands for a lieu: its id percent-encoded, or `~` and its base64url where the way to us would
 * not bring that whole (the router takes a literal `%2F` for `/` and a final `.data` for its own, browsers take `..` for a
 * step up, proxies decode `%25` twice and turn `\` round).
 */
export function lieuSegment(id: string): string {
  return isCarried(id) ? encodeURIComponent(id) : ownForm(id);
}

/** The id of a lieu from the parameter of a route that holds `lieuSegment`; what is none is nobody's id. */
export function lieuIdOf(param: string | undefined): string {
  return idOfOwnForm(param ?? '') ?? param ?? '';
}

/** Whether the percent-encoded id arrives as it left. */
export function isCarried(id: string): boolean {
  return !/[%\\]|^\.\.?$|\.data$/.test(id) && idOfOwnForm(id) === null;
}

function ownForm(id: string): string {
  const binary = Array.from(new TextEncoder().encode(id), (byte) => String.fromCharCode(byte)).join('');
  return `~${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/** Null for a text that is not the own form of an id that needs one. */
function idOfOwnForm(text: string): string | null {
  if (!/^~[\w-]+$/.test(text)) return null;
  try {
    const binary = atob(text.slice(1).replaceAll('-', '+').replaceAll('_', '/'));
    const id = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(binary, (character) => character.charCodeAt(0)),
    );
    // No id of the database holds a NUL, and no query may.
    return ownForm(id) === text && !isCarried(id) && !id.includes('\0') ? id : null;
  } catch {
    return null;
  }
}
