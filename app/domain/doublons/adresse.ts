import { expandSaints, normalizeText } from '../territoire.ts';
import { sortedSet } from './mots.ts';
import { isNearWord } from './proximite.ts';

/** An address in its parts. */
export interface Adresse {
  /** House numbers, without the letter behind: `2 et 4` has two. */
  numeros: readonly number[];
  /** Words of the street, without its kind, each once, sorted. */
  rue: readonly string[];
}

/** How two addresses of one commune stand to each other. */
export type AdresseLikeness = 'meme' | 'meme rue' | 'numero voisin' | 'autre numero' | 'autre rue' | 'inconnue';

/**
 * The parts of an address, whatever the way its kind of street is written (`av`, `avenue`). A building named before the
 * street is left out, and so are a number of the post office and what repeats the commune.
 */
export function readAdresse(adresse: string): Adresse {
  // "PlaceJean Léa" is two words run together.
  const spaced = adresse.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
  const text = expandSaints(normalizeText(spaced))
    .replace(/\b(?:cs|bp) ?\d+\b/g, ' ')
    .replace(/\b\d{5}\b.*$|\bcedex\b.*$/, '');
  const words = fromStreet(text.split(' ').filter((word) => word !== ''));
  const named = words.filter((word) => !isNumero(word) && word.length > 1 && !LINKS.has(word));
  const proper = named.filter((word) => !STREET.has(word));
  // "Place de l'Esplanade" is named after a kind of street.
  const rue = proper.length > 0 ? proper : named.map((word) => FULL_KINDS.get(word) ?? word);
  // A number behind the street's name is a date or a unit.
  const first = words.findIndex((word) => !isNumero(word) && !LINKS.has(word));
  const numeros = words.slice(0, first === -1 ? undefined : first).filter(isNumero);
  return {
    numeros: numeros.map((word) => Number.parseInt(word, 10)).filter((numero) => numero > 0),
    rue: sortedSet(rue.map((word) => TITLES.get(word) ?? word)),
  };
}

/** Compares two addresses; what their communes are is not its matter. */
export function compareAdresses(a: Adresse | null, b: Adresse | null): AdresseLikeness {
  if (a === null || b === null || a.rue.length === 0 || b.rue.length === 0) return 'inconnue';
  const [small, large] = a.rue.length <= b.rue.length ? [a.rue, b.rue] : [b.rue, a.rue];
  let found = 0;
  for (const mot of small) if (large.includes(mot) || large.some((other) => isNearWord(mot, other))) found += 1;
  const street = found / small.length >= 0.6 && (found >= 2 || found / large.length >= 0.5);
  if (!street) return 'autre rue';
  if (a.numeros.length === 0 || b.numeros.length === 0) {
    return a.numeros.length === b.numeros.length ? 'meme' : 'meme rue';
  }
  let gap = Number.POSITIVE_INFINITY;
  for (const x of a.numeros) for (const y of b.numeros) gap = Math.min(gap, Math.abs(x - y));
  return gap === 0 ? 'meme' : gap <= NEXT_DOOR ? 'numero voisin' : 'autre numero';
}

/** House numbers that far apart are often the two ends of one building. */
const NEXT_DOOR = 4;

/** The words from the first house number or kind of street on, where a name of street follows it. */
function fromStreet(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word, index) => {
    const next = words[index + 1] ?? '';
    if (isNumero(word)) return KINDS.has(next) || LINKS.has(next) || isNumero(next) || /^grande?$/.test(next);
    return KINDS.has(word);
  });
  if (start <= 0) return words;
  const rest = words.slice(start);
  return rest.some((word) => word.length > 1 && !isNumero(word) && !LINKS.has(word) && !STREET.has(word))
    ? rest
    : words;
}

function isNumero(word: string): boolean {
  return /^\d{1,4}[a-z]?$/.test(word);
}

const LINKS = new Set(
  (
    'de du des la le les l d a au aux et en bis ter quater b t dit un deux trois quatre cinq six sept huit neuf dix onze ' +
    'douze treize quatorze quinze seize vingt trente'
  ).split(' '),
);

const KINDS = new Set(
  (
    'rue r av ave avenue bd bld boulevard pl place plc allee allees all chemin che chem ch route rte impasse imp quai cours ' +
    'crs square sq esplanade esp passage pas sentier montee mte mail promenade faubourg fbg'
  ).split(' '),
);

/** Kinds of street that are written short, in full. */
const FULL_KINDS = new Map(
  'av:avenue ave:avenue bd:boulevard bld:boulevard pl:place all:allees allee:allees che:chemin chem:chemin rte:route imp:impasse crs:cours sq:square esp:esplanade mte:montee'
    .split(' ')
    .map((pair): [string, string] => [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)]),
);

const STREET = new Set([
  ...KINDS,
  ...'voie lieu lieudit ld cedex bp cs batiment bat immeuble imm etage rdc zac za zi zone'.split(' '),
]);

/** Titles in the names of streets. */
const TITLES = new Map<string, string>([
  ['gal', 'general'],
  ['gen', 'general'],
  ['mal', 'marechal'],
  ['mar', 'marechal'],
  ['dr', 'docteur'],
  ['doc', 'docteur'],
  ['pdt', 'president'],
  ['pres', 'president'],
  ['cdt', 'commandant'],
  ['col', 'colonel'],
  ['cne', 'capitaine'],
  ['lt', 'lieutenant'],
  ['pr', 'professeur'],
  ['prof', 'professeur'],
  ['gde', 'grande'],
  ['gd', 'grand'],
]);
