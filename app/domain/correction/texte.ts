import { isEverydayText } from '../valeurs.ts';
import { fromLatin1, toWindows1252 } from '../windows-1252.ts';

/** A text after mending, with what was done to it, in French, in the order it was done. */
export interface Mend {
  text: string;
  notes: string[];
}

/**
 * Mends what a spreadsheet, a database or a copy-paste does to any text and that has one clear meaning: spaces around,
 * invisible characters, accents in two pieces, UTF-8 read as Windows-1252, HTML. `lines` keeps line breaks.
 */
export function cleanText(original: string, { lines }: { lines: boolean }): Mend {
  const notes: string[] = [];
  if ((isEverydayText(original) || !SUSPECT.test(original)) && original === original.trim())
    return { text: original, notes };
  let text = original;
  const apply = (next: string, note: string): void => {
    if (next === text) return;
    text = next;
    if (!notes.includes(note)) notes.push(note);
  };
  if (MOJIBAKE.test(text)) apply(repairMojibake(text), 'accents rétablis');
  apply(fromLatin1(text), 'accents rétablis');
  apply(text.normalize('NFC'), 'accents recomposés');
  apply(text.replace(/\r\n?|[\u2028\u2029]/g, '\n'), 'fins de ligne unifiées');
  apply(text.replace(INVISIBLE, ''), 'caractères invisibles retirés');
  apply(stripHtml(text), 'HTML retiré');
  apply(text.trim(), 'espaces retirés');
  if (!lines) apply(text.replace(/\s*[\n\t]\s*/g, ' '), 'sauts de ligne retirés');
  // A file that came from Windows has these line ends everywhere: they say nothing.
  return { text, notes: notes.filter((note) => note !== 'fins de ligne unifiées') };
}

/** Anything that one of the steps might act on. */
const SUSPECT = /[\p{Cc}\p{Cf}\p{Cs}\p{M}\u2028\u2029Ã<&]|â€|Â[\u00a0-\u00bf]/u;

/** Controls but line ends and tab, byte order marks, zero-width and direction marks, lone halves of a pair. */
const INVISIBLE = /(?![\n\r\t\u200d])[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]/gu;

const MOJIBAKE = /Ã[\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|â€|Â[\u00a0-\u00bf]/;

/** `MÃ©diathÃ¨que` → `Médiathèque`, where every character has its byte and the bytes are UTF-8; else as it was. */
function repairMojibake(text: string): string {
  const bytes = toWindows1252(text);
  if (!bytes) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return text;
  }
}

/** The text of an HTML fragment. `<3` or `a < b` are not tags. */
function stripHtml(text: string): string {
  if (!/[<&]/.test(text)) return text;
  return text
    .replace(/<!--[\s\S]*?-->|<(script|style)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, '')
    .replace(/<(?:\/?br|\/p|\/li|\/div|\/h[1-6]|\/tr)\b[^<>]*>/gi, '\n')
    .replace(/<\/?[a-z][a-z0-9:-]*(?:\s[^<>]*)?\/?>/gi, '')
    .replace(/&(#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});/gi, decodeEntity);
}

function decodeEntity(entity: string, name: string): string {
  const code = name.startsWith('#') ? Number(name.toLowerCase().replace('#x', '0x').replace('#', '')) : null;
  if (code !== null) return code > 31 && code < 0xd800 ? String.fromCodePoint(code) : entity;
  const simple = ENTITIES[name];
  if (simple !== undefined) return simple;
  // &eacute; &Agrave; &ccedil;: a letter and the name of its accent.
  const accent = ACCENTS[name.slice(1)];
  return accent ? `${name[0]}${accent}`.normalize('NFC') : entity;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  laquo: '«',
  raquo: '»',
  rsquo: '’',
  lsquo: '‘',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  euro: '€',
  oelig: 'œ',
  OElig: 'Œ',
  deg: '°',
};

const ACCENTS: Readonly<Record<string, string>> = {
  acute: '\u0301',
  grave: '\u0300',
  circ: '\u0302',
  uml: '\u0308',
  cedil: '\u0327',
  tilde: '\u0303',
};

const PLACEHOLDERS = new Set(
  (
    'null|nil|none|undefined|nan|nc|n c|n/c|na|n a|n/a|nr|n/r|n.c.|n.r.|n.a.|n.c|n.a|-|--|---|–|—|_|.|..|...|…|?|??|/|//|x|xx|xxx|' +
    'néant|neant|aucun|aucune|vide|inconnu|inconnue|non renseigné|non renseignée|non renseigne|non communiqué|non communiquée|' +
    'non communique|non connu|non connue|sans objet|pas de données|à compléter|a completer|à renseigner|à définir|' +
    '#n/a|#ref!|#valeur!|#value!|#nom?|#name?|#div/0!|#nul!|[object object]'
  ).split('|'),
);

/** Whether a whole value stands for "nothing is known": NC, -, null, néant, #N/A… */
export function isPlaceholder(text: string): boolean {
  return text.length <= 20 && PLACEHOLDERS.has(text.toLowerCase());
}
