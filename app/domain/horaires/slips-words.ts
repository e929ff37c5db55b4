import { DAY_NAMES, MONTH_NAMES } from './words.ts';

/** A way in which an unclear text can be read, to be chosen by who wrote it: OSM text and French label. */
export interface Reading {
  osm: string;
  label: string;
}

/** What is not clear, where (index in the text), and the readings that are possible, if they can be told. */
export class Unclear extends Error {
  readonly position: number;
  readonly readings: readonly Reading[];
  constructor(message: string, position: number, readings: readonly Reading[] = []) {
    super(message);
    this.name = 'Unclear';
    this.position = position;
    this.readings = readings;
  }
}

export interface CalendarDay {
  mois: number;
  jour: number;
  annee: number | null;
}

/** In which weeks or days of the year hours hold. */
export type Condition =
  | { kind: 'periodes'; periodes: readonly { du: CalendarDay; au: CalendarDay }[] }
  | { kind: 'semaines'; parite: 'paire' | 'impaire' }
  | { kind: 'vacances' }
  /** Outside school holidays. */
  | { kind: 'scolaire' };

export type Token =
  | { kind: 'jour'; day: number; plural: boolean }
  | { kind: 'heure'; minutes: number; bare: boolean; glued: boolean }
  | { kind: 'rang'; nth: number }
  | { kind: 'demi'; moment: 'matin' | 'apres-midi' | 'soir' }
  /** `closed`: within brackets, so that it is about what stands before. */
  | { kind: 'condition'; condition: Condition; closed: boolean }
  | { kind: 'rdv'; mention: string }
  | {
      kind:
        | 'mois'
        | 'ferme'
        | 'sauf'
        | 'feries'
        | 'feriesOuverts'
        | 'tous'
        | 'weekend'
        | 'toujours'
        | 'alterne'
        | 'parfois';
    }
  | { kind: 'lien'; word: '-' | '/' | 'a' | 'et' | 'ou' | ',' | ';' | '|' | 'de' };
export type Placed = Token & { position: number };

/** What tells the days of the hours beside it. */
export const SAYS_DAYS: ReadonlySet<Token['kind']> = new Set([
  'jour',
  'tous',
  'weekend',
  'condition',
  'toujours',
  'feries',
  'rang',
]);

type TokenMaker = (match: RegExpExecArray, glued: boolean) => Token | null;

const MONTH = plain(MONTH_NAMES.join('|'));
const DAY_OF_MONTH = '(\\d{1,2})(?:er)?';
const YEAR = '(?: (20\\d{2}))?';
const RDV = '(?:rendez ?-? ?vous|r\\.? ?d\\.? ?v\\b\\.?)';

/** In this order: the first pattern that fits is taken. `null` is a word without a meaning of its own. */
const PATTERNS: readonly (readonly [RegExp, TokenMaker])[] = [
  [/24\s*h?\s*\/\s*24\s*h?(?:\s*(?:et|,|-|\/)?\s*7\s*j?(?:ours)?\s*\/\s*7\s*j?)\b/y, () => ({ kind: 'toujours' })],
  [/7\s*j?\s*\/\s*7\s*j?\s*(?:et|,|-|\/)?\s*24\s*h?\s*\/\s*24\s*h?\b/y, () => ({ kind: 'toujours' })],
  [/24\/7\b/y, () => ({ kind: 'toujours' })],
  [/y compris (?:les )?jours feries\b|jours feries (?:compris|inclus)\b/y, () => ({ kind: 'feriesOuverts' })],
  [/(?:tous les |les )?jours feries\b/y, () => ({ kind: 'feries' })],
  [/(?:tous les jours|7\s*j(?:ours)?\s*(?:\/|sur)\s*7)\b/y, () => ({ kind: 'tous' })],
  [/(?:les |le )?week[- ]?ends?\b/y, () => ({ kind: 'weekend' })],
  [
    /\(?\s*(?:une|1) semaine(?:s)? ?(?:sur|\/) ?(?:deux|2)\b\s*\)?|\(?\s*to(?:us|ut) les (?:15|quinze) jours\s*\)?|\(?\s*(?:un|1) (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) sur (?:deux|2)\b\s*\)?/y,
    () => ({ kind: 'alterne' }),
  ],
  [/\(?\s*(?:une|un|deux|\d) ?(?:fois|x) par mois\b\s*\)?/y, () => ({ kind: 'parfois' })],
  [
    /\(?\s*(?:en |les |la |chaque )?semaines? (im)?paires?\b\s*\)?/y,
    (m) => condition({ kind: 'semaines', parite: m[1] ? 'impaire' : 'paire' }),
  ],
  [
    /\(?\s*(?:hors|sauf|en dehors des?)(?: (?:pendant|durant))?(?: les)? vacances? scolaires?\b\s*\)?|\(?\s*(?:en |pendant la |durant la )?periode scolaire\b\s*\)?/y,
    () => condition({ kind: 'scolaire' }),
  ],
  [
    /\(?\s*(?:pendant |durant |en periode de )?(?:les )?vacances scolaires\b\s*\)?/y,
    () => condition({ kind: 'vacances' }),
  ],
  [
    pattern(`(?:du |le )?${DAY_OF_MONTH} (${MONTH})${YEAR} ?(?:au|a|-) ?${DAY_OF_MONTH} (${MONTH})${YEAR}\\b`),
    (m) => period(m[1], m[2], m[3], m[4], m[5], m[6]),
  ],
  [
    pattern(`(?:du )?${DAY_OF_MONTH} ?(?:au|-) ?${DAY_OF_MONTH} (${MONTH})${YEAR}\\b`),
    (m) => period(m[1], m[3], m[4], m[2], m[3], m[4]),
  ],
  [pattern(`(?:le )?${DAY_OF_MONTH} (${MONTH})${YEAR}\\b`), (m) => period(m[1], m[2], m[3], m[1], m[2], m[3])],
  [
    pattern(`(?:de |du mois de )?(${MONTH}) ?(?:a|au|-) ?(${MONTH})\\b`),
    (m) => period('1', m[1], undefined, '31', m[2], undefined),
  ],
  [
    pattern(`(?:en |au mois de |pendant le mois de |le mois de )?((?:${MONTH})(?:(?: ?, ?| et |/)(?:${MONTH}))*)\\b`),
    (m) => months(m[1] ?? ''),
  ],
  [
    /(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)(s)?\b\.?/y,
    (m) => ({ kind: 'jour', day: DAY_NAMES.indexOf(m[1] ?? ''), plural: m[2] !== undefined }),
  ],
  [
    /(lun?|mar?|mer?|jeu?|vend?|ve|sam?|dim?)\b\.?/y,
    (m) => ({ kind: 'jour', day: DAY_NAMES.findIndex((name) => name.startsWith(m[1] ?? '?')), plural: false }),
  ],
  [
    /(1)(?:er|ere|ers|res)\b|([2-5])(?:nd|nde|e|es|eme|emes)\b|premiers?\b|derniers?\b|deuxiemes?\b|seconds?\b|troisiemes?\b|quatriemes?\b/y,
    (m) => ({ kind: 'rang', nth: rankOf(m) }),
  ],
  [/(?:du|de chaque|\/) ?mois\b/y, () => ({ kind: 'mois' })],
  [/(?:non ouverte?|pas d'accueil)(?: (?:au|du) public)?\b/y, () => ({ kind: 'ferme' })],
  [/ferme(?:e|es|s|ture|tures)?(?: au public)?(?: toute la journee)?\b/y, () => ({ kind: 'ferme' })],
  [/sauf\b|excepte\b|hormis\b/y, () => ({ kind: 'sauf' })],
  [pattern(`(?:avec ou )?sans ${RDV}`), () => null],
  [
    pattern(
      `\\(?\\s*(?:uniquement |seulement |exclusivement )?(?:sur |avec |prise de )?${RDV}(?: (?:uniquement|seulement|obligatoire))?\\s*\\)?(?:(?: ?: ?| (?:au|tel\\.?) ?(?:: ?)?)(0\\d(?:[ .]?\\d{2}){4})(?!\\d))?`,
    ),
    (m) => ({ kind: 'rdv', mention: m[1] ? `sur rendez-vous au ${m[1].replaceAll('.', ' ')}` : 'sur rendez-vous' }),
  ],
  [
    /\(?\s*sur (?:inscription|reservation)s?\b\s*\)?/y,
    (m) => ({ kind: 'rdv', mention: m[0].includes('ins') ? 'sur inscription' : 'sur réservation' }),
  ],
  [/\(?\s*(?:(?:en )?journee continue|sans interruption|non[- ]stop|en continu)\b\s*\)?/y, () => null],
  [/(?:le |les )?matin(?:s|ees?)?\b/y, () => ({ kind: 'demi', moment: 'matin' })],
  [/(?:l'|les )?apres[- ]?midis?\b/y, () => ({ kind: 'demi', moment: 'apres-midi' })],
  [/(?:le |les |en )?soir(?:s|ees?)?\b/y, () => ({ kind: 'demi', moment: 'soir' })],
  [/(\d{1,2})\s*h(?:eures?|rs?)?\s*(\d{2})(?!\d|\s*h|\s*:)/y, (m, glued) => timeToken(m[1], m[2], glued)],
  [/(\d{1,2}):(\d{2})(?!\d)/y, (m, glued) => timeToken(m[1], m[2], glued)],
  [/(\d{1,2})\.(\d{2})(?![\d.]|\s*h|\s*\d)/y, (m, glued) => timeToken(m[1], m[2], glued)],
  [/(\d{1,2})\s*h(?:eures?|rs?)?(?![a-z]|\s*\d{3})/y, (m, glued) => timeToken(m[1], '0', glued)],
  [/(\d{1,2})\s*h(?=a\s*\d)/y, (m, glued) => timeToken(m[1], '0', glued)],
  [/midi\b/y, (_, glued) => timeToken('12', '0', glued)],
  [/minuit\b/y, (_, glued) => timeToken('24', '0', glued)],
  [
    /(\d{1,2})(?=\s*(?:-|a\b|\/|[;,]|$))/y,
    (m) => ({ kind: 'heure', minutes: Number(m[1]) * 60, bare: true, glued: false }),
  ],
  [
    /(?:jours et heures|horaires?)(?: d'ouvertures?)?(?: au public)?\b\s*:?|ouvertures?(?: au public)?\b\s*:?|ouverte?s?(?: au public)?\b\s*:?/y,
    () => null,
  ],
  [/permanences?(?: en mairie)?\b\s*:?|(?:en )?accueil (?:libre|(?:du |tout )?public)\b\s*:?/y, () => null],
  [/jusqu'a\b|au\b|a(?=\s|\d)/y, () => ({ kind: 'lien', word: 'a' })],
  [/et\b|&amp;|&|puis\b|ainsi que\b/y, () => ({ kind: 'lien', word: 'et' })],
  [/ou\b/y, () => ({ kind: 'lien', word: 'ou' })],
  [/(?:de|du|des|le|les|tous les|chaque)\b/y, () => ({ kind: 'lien', word: 'de' })],
  [/--+|;|\n|\.(?=\s|$)/y, () => ({ kind: 'lien', word: ';' })],
  [/\|/y, () => ({ kind: 'lien', word: '|' })],
  [/[-_]/y, () => ({ kind: 'lien', word: '-' })],
  [/\/+/y, () => ({ kind: 'lien', word: '/' })],
  [/,/y, () => ({ kind: 'lien', word: ',' })],
  [/\((?=[^()]*feries\s*\))/y, () => ({ kind: 'lien', word: ',' })],
  [/(?<=feries\s*)\)/y, () => null],
  [/[:•·▪►]|=?>/y, () => null],
  [/\*(?=\s*(?:lun|mar|mer|jeu|ven|sam|dim|du|le|ferme))/y, () => null],
];

function pattern(source: string): RegExp {
  return new RegExp(source, 'y');
}

function condition(said: Condition): Token {
  return { kind: 'condition', condition: said, closed: false };
}

/** `du 24 décembre au 2 janvier 2027`: a year that only the end has is that of the beginning, or the one after. */
function period(fromDay = '', fromMonth = '', fromYear = '', toDay = '', toMonth = '', toYear = ''): Token {
  const [first, last] = [monthNumber(fromMonth), monthNumber(toMonth)];
  const end = toYear || fromYear;
  const wraps = last < first || (last === first && Number(toDay) < Number(fromDay));
  const annee = end === '' ? null : Number(end);
  const start = fromYear !== '' ? Number(fromYear) : annee !== null && wraps ? annee - 1 : annee;
  return condition({
    kind: 'periodes',
    periodes: [
      {
        du: { mois: first, jour: Number(fromDay), annee: start },
        au: {
          mois: last,
          jour: Math.min(Number(toDay), LENGTHS[last - 1] ?? 31),
          annee: annee !== null && toYear === '' && wraps ? annee + 1 : annee,
        },
      },
    ],
  });
}

const LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `juillet`, `juillet et août`: each month by itself; months in a row are one period. */
function months(list: string): Token {
  const numbers = (list.match(/[a-z]+/g) ?? []).map(monthNumber).filter((number) => number > 0);
  const periodes: { du: CalendarDay; au: CalendarDay }[] = [];
  for (const mois of numbers) {
    const last = periodes.at(-1);
    const au = { mois, jour: LENGTHS[mois - 1] ?? 31, annee: null };
    if (last && last.au.mois === mois - 1) last.au = au;
    else periodes.push({ du: { mois, jour: 1, annee: null }, au });
  }
  return condition({ kind: 'periodes', periodes });
}

function monthNumber(name: string): number {
  return MONTH_NAMES.findIndex((month) => plain(month) === name) + 1;
}

function rankOf(match: RegExpExecArray): number {
  if (match[1] ?? match[2]) return Number(match[1] ?? match[2]);
  const words = ['premier', 'deuxieme', 'troisieme', 'quatrieme'];
  if (match[0].startsWith('second')) return 2;
  const index = words.findIndex((word) => match[0].startsWith(word));
  return index < 0 ? -1 : index + 1;
}

function timeToken(hours: string | undefined, minutes: string | undefined, glued: boolean): Token {
  const said = Number(hours) * 60 + Number(minutes);
  return { kind: 'heure', minutes: Number(minutes) < 60 ? said : Number.NaN, bare: false, glued };
}

/**
 * The words of a text with their places. Each pattern is tried at most once at each place and looks only at what it takes and the
 * spaces beside, so that the work is linear in the length.
 * @throws {Unclear} at the first word that is not known
 */
export function tokenize(text: string): Placed[] {
  const letters = plain(text);
  const tokens: Placed[] = [];
  const space = / */y;
  let position = 0;
  let end = -1;
  for (;;) {
    space.lastIndex = position;
    space.exec(letters);
    position = space.lastIndex;
    if (position >= letters.length) return tokens;
    const found = firstPattern(letters, position);
    if (!found) {
      const word = /^(?:[\p{L}\d'’]+|.)/su.exec(text.slice(position, position + 40))?.[0] ?? '';
      const isNumber = /^\d/.test(word);
      throw new Unclear(
        isNumber
          ? `« ${word} » n’est pas clair : est-ce une heure ? Exemple : 9h-12h.`
          : `« ${word.trim()} » n’est pas compris ici.`,
        position,
      );
    }
    const made = found.make(found.match, position === end);
    if (made) {
      const token = made.kind === 'condition' ? { ...made, closed: found.match[0].endsWith(')') } : made;
      if (token.kind === 'heure' && !(token.minutes <= 1440)) throw new Unclear('Cette heure n’existe pas.', position);
      if (token.kind === 'condition') checkPeriod(token.condition, position);
      tokens.push({ ...token, position });
    }
    position += found.match[0].length;
    end = position;
  }
}

function checkPeriod(said: Condition, position: number): void {
  if (said.kind !== 'periodes') return;
  for (const { du, au } of said.periodes) {
    if (du.jour < 1 || du.jour > (LENGTHS[du.mois - 1] ?? 0) || au.jour < 1)
      throw new Unclear('Cette date n’existe pas.', position);
  }
}

function firstPattern(letters: string, position: number): { match: RegExpExecArray; make: TokenMaker } | null {
  for (const [sticky, make] of PATTERNS) {
    sticky.lastIndex = position;
    const match = sticky.exec(letters);
    if (match && match[0] !== '') return { match, make };
  }
  return null;
}

/** Lower case without accents, one UTF-16 unit for one, so that positions stay those of the text. */
function plain(text: string): string {
  let result = '';
  for (const character of text) {
    if (/[\u2010-\u2015\u2212]/.test(character)) result += '-';
    else if (/[\u2018\u2019]/.test(character)) result += "'";
    else if (character !== '\n' && /\s/.test(character)) result += ' ';
    else {
      const base = character.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
      result += base.length === character.length ? base : character;
    }
  }
  return result;
}
