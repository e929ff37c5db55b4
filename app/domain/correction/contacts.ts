import { reasonAgainstCourriel, reasonAgainstUrl } from '../valeurs.ts';
import { joinDistinct } from './listes.ts';
import type { Mend } from './texte.ts';

/**
 * Mail addresses with usual slips: `mailto:`, « Nom <a@b.fr> », spaces, `(at)`, a comma for the dot before `fr`, several
 * separated by anything. What is no address stays, for validation to leave it out.
 */
export function mendCourriels(text: string): Mend {
  if (reasonAgainstCourriel(text) === null) return { text, notes: [] };
  const notes = new Set<string>();
  const values = text.split('|').flatMap((piece) => {
    const value = piece.trim();
    if (value === '') notes.add('séparateur en trop retiré');
    if (value === '' || reasonAgainstCourriel(value) === null) return value === '' ? [] : [value];
    const whole = mendCourriel(value);
    if (whole !== null) {
      notes.add('adresse électronique réparée');
      return [whole];
    }
    const parts = value.split(/\s*[;,/\n]\s*|\s+(?:-|ou|et)\s+|\s+/i).filter((part) => part !== '');
    const mended = parts.map((part) => (reasonAgainstCourriel(part) === null ? part : mendCourriel(part)));
    if (value.split(/[;,/\n]|\s(?:-|ou|et)\s/i).some(isCut) || mended.every((part) => part === null)) return [value];
    notes.add('adresses séparées');
    return mended.map((part, index) => part ?? parts[index] ?? '');
  });
  return joinDistinct(values, [...notes]);
}

/** Of « jean dupont@a.fr », the second word alone may be someone else's address; of « Accueil : a@b.fr » it is not. */
function isCut(piece: string): boolean {
  return /^[^\s@]*[^\s@:]\s+[^\s@<(:]+@/.test(piece.trim());
}

function mendCourriel(value: string): string | null {
  const between = /<([^<>\s]+@[^<>\s]+)>/.exec(value)?.[1] ?? value;
  const mended = between
    .replace(/^(?:mailto|(?:e-?)?mail|courriel)\s*:\s*/i, '')
    .replace(/\s*[([]\s*(?:at|arobase|@)\s*[)\]]\s*/gi, '@')
    .replace(/\s*[([]\s*(?:dot|point)\s*[)\]]\s*/gi, '.')
    .replace(/^["'<(]+|[>"')/.,;:]+$/g, '')
    .replace(/@{2,}/g, '@')
    .replace(/\s*@\s*/g, '@')
    .replace(/,(?=(?:fr|com|org|net|eu|re|gp|mq|gf|yt|nc|pf)$)/i, '.')
    .replace(/@www\./i, '@')
    .replace(/(@[^@]*?)\.{2,}/g, '$1.')
    .replace(/\.\s+(?=[a-z]{2,4}$)/i, '.');
  return reasonAgainstCourriel(mended) === null ? mended : null;
}

/**
 * Web addresses with usual slips: no scheme, `htpp://`, `http:/`, `https:\\`, `&amp;`, a comma or a space for a separator.
 * An address without a scheme gets https. What is no address stays, for validation to leave it out.
 */
export function mendUrls(text: string, { multiple }: { multiple: boolean }): Mend {
  if (reasonAgainstUrl(text) === null) return { text, notes: [] };
  const notes = new Set<string>();
  const values = text.split('|').flatMap((piece) => {
    const value = piece.trim();
    if (value === '') notes.add('séparateur en trop retiré');
    if (value === '' || reasonAgainstUrl(value) === null) return value === '' ? [] : [value];
    const whole = mendUrl(value);
    if (whole !== null) {
      notes.add('adresse web réparée');
      return [whole];
    }
    const parts = value.split(/\s*[;,\n]\s*|\s+(?:\/|-|ou|et)\s+|\s+(?=https?:|www\.)/i).filter((part) => part !== '');
    const mended = parts.map((part) => (reasonAgainstUrl(part) === null ? part : mendUrl(part)));
    if (parts.length < 2 || mended.every((part) => part === null)) return [value];
    notes.add('adresses séparées');
    return mended.map((part, index) => part ?? parts[index] ?? '');
  });
  if (!multiple && new Set(values).size > 1) return { text, notes: [] };
  return joinDistinct(values, [...notes]);
}

function mendUrl(value: string): string | null {
  const slashes = value
    .replace(/^["'<(]+|[>"');,]+$/g, '')
    .replace(/\\/g, '/')
    .trim();
  const withScheme = slashes
    // http//, htpp://, htps:/, hhtp:///, https;// … one scheme and two slashes.
    .replace(/^h+t+p*t*p*(s?)\s*[:;.]*\s*\/+\s*/i, (_, s: string) => (s ? 'https://' : 'http://'))
    .replace(/^(https?:\/\/)(?:https?[:;]?\/*)+/i, (match, scheme: string) =>
      /https/i.test(match) ? 'https://' : scheme,
    )
    .replace(/^(https?:\/\/)?(?:w{2}|w{4,})\.(?=[^.]+\.)/i, '$1www.')
    .replace(/^(https?:\/\/)?www,/i, '$1www.')
    .replace(/^(https?:\/\/[^/?#]*[^/?#.])\.(?=$|\/)/i, '$1');
  const full = /^https?:\/\//i.test(withScheme)
    ? withScheme
    : isBareDomain(withScheme)
      ? `https://${withScheme}`
      : withScheme;
  return reasonAgainstUrl(full) === null ? full : null;
}

/** `www.x.fr/page`, `facebook.com/page`, `limoges.fr`; not `info@x.fr`, nor a word before a point. */
function isBareDomain(value: string): boolean {
  return /^(?:[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?\.)+(?:[a-z]{2,6}|numerique|mediatheque|alsace|paris|bzh)(?:[/?#][^\s@]*)?$/iu.test(
    value,
  );
}
