import type { Mend } from './texte.ts';

/** `75 001`, `F-75001`, `75001.0`, `75001 CEDEX 08`, `1000` (a spreadsheet has eaten its 0) → five digits. */
export function mendCodePostal(text: string): Mend {
  if (/^\d{5}$/.test(text)) return { text, notes: [] };
  const bare = text
    .replace(/^'/, '')
    .replace(/^(?:F|FR)[\s-]+/i, '')
    .replace(/\s+cedex(?:\s+\d{1,2})?$/i, '')
    .replace(/[.,]0+$/, '')
    .replace(/\s+/g, '');
  if (/^\d{5}$/.test(bare)) return { text: bare, notes: ['code postal nettoyé'] };
  if (/^[1-9]\d{3}$/.test(bare)) return { text: `0${bare}`, notes: ['zéro du début rétabli'] };
  return { text, notes: [] };
}

/** `2a004`, `75 056`, `1004` (a spreadsheet has eaten its 0) → five characters. */
export function mendCodeInsee(text: string): Mend {
  if (/^(?:\d{5}|2[AB]\d{3})$/.test(text)) return { text, notes: [] };
  const bare = text
    .replace(/^'/, '')
    .replace(/[.,]0+$/, '')
    .replace(/\s+/g, '')
    .toUpperCase();
  if (/^(?:\d{5}|2[AB]\d{3})$/.test(bare)) return { text: bare, notes: ['code INSEE nettoyé'] };
  if (/^[1-9]\d{3}$/.test(bare)) return { text: `0${bare}`, notes: ['zéro du début rétabli'] };
  return { text, notes: [] };
}

/**
 * A SIRET, RNA or RIDET without its spaces and points. A SIRET whose first 0 a spreadsheet has eaten is known by its key.
 * Zeros alone, or a lone 0 or 1, are how files say that they do not know.
 */
export function mendPivot(text: string, isSiret: (digits: string) => boolean): Mend {
  if (/^[0-9]{14}$/.test(text)) return { text, notes: [] };
  const bare = text
    .replace(/^'/, '')
    .replace(/^(?:siret|rna|ridet)\s*(?:n°)?\s*:?\s*/i, '')
    .replace(/[.,]0$/, '')
    .replace(/[\s.\-_\u00a0\u202f]/g, '')
    .toUpperCase();
  if (/^\d{13}$/.test(bare) && isSiret(`0${bare}`)) return { text: `0${bare}`, notes: ['zéro du début rétabli'] };
  if (bare !== text && /^[A-Z0-9]{9,14}$/.test(bare)) return { text: bare, notes: ['espaces et points retirés'] };
  return { text, notes: [] };
}
