import {
  type Condition,
  checkPeriods,
  DATE_BETWEEN,
  DAY,
  DAY_OF_MONTH,
  days,
  END,
  MONTH,
  months,
  monthsBetween,
  period,
  SHORT_DATE,
  WHOLE_DATE,
  YEAR,
} from './slips-dates.ts';
import { misspelledDay } from './slips-spelling.ts';
import { plain, Unclear } from './slips-unclear.ts';
import { DAY_NAMES } from './words.ts';

export type Token =
  | { kind: 'jour'; day: number; plural: boolean }
  /** `libre`: said to be without appointment; `collees`: minutes after an h, `9h12`. */
  | { kind: 'heure'; minutes: number; bare: boolean; glued: boolean; libre?: true; collees?: boolean }
  | { kind: 'rang'; nth: number }
  /** Several days in one word: `le week-end`, `LMMJV`. */
  | { kind: 'jours'; days: readonly number[] }
  | { kind: 'demi'; moment: 'matin' | 'apres-midi' | 'soir' }
  /** `closed`: within brackets, so that it is about what stands before. */
  | { kind: 'condition'; condition: Condition; closed: boolean }
  /** `heading`: a colon follows. */
  | { kind: 'rdv'; mention: string; heading: boolean }
  /** `exceptionnel`: on dates that are told. */
  | { kind: 'ferme'; exceptionnel: boolean }
  /** Where: not a word of hours, but with two places one must ask. */
  | { kind: 'endroit'; nom: string }
  /** As the day before it in the text, or as the one that it names. */
  | { kind: 'idem'; day: number | null }
  /** `jour`: the day that it names, `un lundi sur deux`; -1 where it names none. */
  | { kind: 'alterne'; jour: number }
  | {
      kind:
        | 'mois'
        /** `ouverture exceptionnelle` */
        | 'exceptionnel'
        | 'sauf'
        | 'feries'
        | 'feriesOuverts'
        | 'toujours'
        | 'parfois'
        /** `à partir de`: an end must follow. */
        | 'depuis'
        /** `24h/24`, of days that are told beside. */
        | 'jourEtNuit'
        /** `les vacances de Noël`: their dates are not said. */
        | 'vacancesNommees'
        /** `horaires d’été`: the same. */
        | 'saisonNommee';
    }
  /** `newLine`: a `;` that is only the end of a line; `stop`: that is a full stop within one. */
  | { kind: 'lien'; word: '-' | '/' | 'a' | 'et' | 'ou' | ',' | ';' | '|' | 'de'; newLine?: true; stop?: true };
export type Placed = Token & { position: number };

/** What tells the days of the hours beside it. */
export const SAYS_DAYS: ReadonlySet<Token['kind']> = new Set([
  'jour',
  'jours',
  'condition',
  'toujours',
  'feries',
  'rang',
]);

type TokenMaker = (match: RegExpExecArray, glued: boolean) => Token | null;

/** What the place of the hours is called: told once, it is the lieu itself. */
const ENDROIT =
  '(?:mairie|mediatheque|bibliotheque|accueil(?! (?:libre|(?:du |tout )?public))|secretariat|bureaux?|espace france services|france services|maison france services|centre social|espace numerique|mission locale|ccas)';

const RDV = '(?:rendez ?-? ?vous|r\\.? ?d\\.? ?v\\b\\.?)';

/** In this order: the first pattern that fits is taken. `null` is a word without a meaning of its own. */
const PATTERNS: readonly (readonly [RegExp, TokenMaker])[] = [
  [
    /24\s*h?(?:eures)?\s*(?:\/|sur)\s*24\s*h?(?:eures)?(?:\s*(?:et|,|-|\/)?\s*7\s*j?(?:ours)?\s*(?:\/|sur)\s*7\s*j?)\b/y,
    () => ({ kind: 'toujours' }),
  ],
  [/7\s*j?\s*\/\s*7\s*j?\s*(?:et|,|-|\/)?\s*24\s*h?\s*\/\s*24\s*h?\b/y, () => ({ kind: 'toujours' })],
  [/24\/7\b/y, () => ({ kind: 'toujours' })],
  [/24\s*h?(?:eures)?\s*(?:\/|sur)\s*24\s*(?:h(?:eures)?)?(?![\d:])/y, () => ({ kind: 'jourEtNuit' })],
  [
    pattern(
      `(?:\\(? *)(?:idem|pareil|(?:aux |les )?memes (?:horaires|heures))(?:(?: que)?(?: (?:le|pour le))? (${DAY}))?\\b`,
    ),
    (m) => ({ kind: 'idem', day: m[1] === undefined ? null : DAY_NAMES.indexOf(m[1]) }),
  ],
  [/(?:a partir|a compter) d(?:e|u)\b|des(?: le)?(?=\s*\d+\s*h)|depuis(?: le)?\b/y, () => ({ kind: 'depuis' })],
  [/y compris (?:les )?jours feries\b|jours feries (?:compris|inclus)\b/y, () => ({ kind: 'feriesOuverts' })],
  [/(?:tous les |les )?jours feries\b/y, () => ({ kind: 'feries' })],
  [
    /(?:tous les jours|7\s*j(?:ours)?\s*(?:\/|sur)\s*7|7\s*\/\s*7)(?: de la semaine)?\b(?!\s*\/)/y,
    () => ({ kind: 'jours', days: [0, 1, 2, 3, 4, 5, 6] }),
  ],
  [/(?:les |le )?week[- ]?ends?\b/y, () => ({ kind: 'jours', days: [5, 6] })],
  [/l ?(?:-|a|au) ?(?:(v)|s)\b/y, (m) => ({ kind: 'jours', days: m[1] ? [0, 1, 2, 3, 4] : [0, 1, 2, 3, 4, 5] })],
  [
    /l ?m ?m ?j ?v( ?s)?( ?d)?\b/y,
    (m) => ({ kind: 'jours', days: [0, 1, 2, 3, 4, ...(m[1] ? [5] : []), ...(m[2] ? [6] : [])] }),
  ],
  [new RegExp(`(?<=(?:^|[\\n;.]) *)(?:un|1) (?=(?:${DAY}) sur (?:deux|2)\\b)`, 'y'), () => null],
  [
    /\(? *(?:une|1) semaine(?:s)? ?(?:sur|\/) ?(?:deux|2)\b(?: *\))?|\(? *to(?:us|ut) les (?:15|quinze) jours(?: *\))?|\(? *(?:(?:un|1) (?:(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) )?)?sur (?:deux|2)\b(?: *\))?/y,
    (m) => ({ kind: 'alterne', jour: DAY_NAMES.indexOf(m[1] ?? '') }),
  ],
  [/\(? *(?:une|un|deux|\d) ?(?:fois|x) par mois\b(?: *\))?/y, () => ({ kind: 'parfois' })],
  [
    /\(? *(?:en |les |la |chaque )?sem(?:aines?|\.)? (im)?paires?\b(?: *\))?/y,
    (m) => condition({ kind: 'semaines', parite: m[1] ? 'impaire' : 'paire' }),
  ],
  [
    /\(? *(?:hors|sauf|en dehors des?)(?: (?:pendant|durant))?(?: les)? vacances? scolaires?\b(?: *\))?|\(? *(?:en |pendant la |durant la )?periode scolaire\b(?: *\))?/y,
    () => condition({ kind: 'scolaire' }),
  ],
  [
    /(?:(?:pendant|durant) )?(?:les |aux )?vacances (?:de |d'|des? la )(?:noel|hiver|fevrier|paques|printemps|ete|toussaint)\b/y,
    () => ({ kind: 'vacancesNommees' }),
  ],
  [/(?:horaires |heures )?(?:d'|en |l')(?:ete|hiver)\b/y, () => ({ kind: 'saisonNommee' })],
  [
    /\(? *(?:pendant |durant |en periode de )?(?:les )?vacances scolaires\b(?: *\))?/y,
    () => condition({ kind: 'vacances' }),
  ],
  [pattern(`(?:du |le )?(${WHOLE_DATE}) ?(?:jusqu'au|au|a|-) ?(${WHOLE_DATE})${END}`), (m) => periodOf(m[1], m[2])],
  [pattern(`du (${DATE_BETWEEN}) ?(?:jusqu'au|au|-) ?(${DATE_BETWEEN})${END}`), (m) => periodOf(m[1], m[2])],
  [
    pattern(`(?:du )?(${DAY_OF_MONTH}) ?(?:au|-) ?(${DAY_OF_MONTH} (?:${MONTH})${YEAR})\\b`),
    (m) => periodOf(`${m[1]} ${m[2]?.replace(/^\S+ /, '')}`, m[2]),
  ],
  [
    pattern(`les? (${DAY_OF_MONTH}(?:(?: ?, ?| et )${DAY_OF_MONTH})+) (${MONTH})(${YEAR})\\b`),
    (m) => condition(days(m[1] ?? '', `${m[2]}${m[3] ?? ''}`)),
  ],
  [pattern(`(?:le )?(${WHOLE_DATE})${END}`), (m) => periodOf(m[1], m[1])],
  [pattern(`le (${SHORT_DATE})${END}`), (m) => periodOf(m[1], m[1])],
  [
    pattern(`(?:de |du mois de )?(${MONTH}) ?(?:a|au|-) ?(${MONTH})\\b`),
    (m) => condition(monthsBetween(m[1] ?? '', m[2] ?? '')),
  ],
  [
    pattern(`(?:en |au mois de |pendant le mois de |le mois de )?((?:${MONTH})(?:(?: ?, ?| et |/)(?:${MONTH}))*)\\b`),
    (m) => condition(months(m[1] ?? '')),
  ],
  [
    /(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)(s)?\b(?:\.(?=\s*[:\d]))?/y,
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
  [/(?:non ouverte?|pas d'accueil)(?: (?:au|du) public)?\b/y, () => ({ kind: 'ferme', exceptionnel: false })],
  [
    /ferme(?:e|es|s|tures?(?: (?:annuelle|(exceptionnelle)|estivale)s?)?)?(?: au public)?(?: toute la journee)?\b/y,
    (m) => ({ kind: 'ferme', exceptionnel: m[1] !== undefined }),
  ],
  [/conges(?: annuels)?\b/y, () => ({ kind: 'ferme', exceptionnel: false })],
  [/ouvertures? exceptionnelles?\b\s*:?/y, () => ({ kind: 'exceptionnel' })],
  [/sauf\b|excepte\b|hormis\b/y, () => ({ kind: 'sauf' })],
  [pattern(`(?:avec ou )?sans ${RDV}`), () => null],
  [
    pattern(
      `\\(? *(?:uniquement |seulement |exclusivement )?(?:sur |avec |prise de )?${RDV}(?: (?:uniquement|seulement|obligatoire))?(?: *\\))?(?:(?: ?: ?| (?:au|tel\\.?) ?(?:: ?)?)(0\\d(?:[ .]?\\d{2}){4})(?!\\d))?`,
    ),
    (m) => rdvToken(m[1] ? `sur rendez-vous au ${m[1].replaceAll('.', ' ')}` : 'sur rendez-vous'),
  ],
  [
    /\(? *sur (?:inscription|reservation)s?\b(?: *\))?/y,
    (m) => rdvToken(m[0].includes('ins') ? 'sur inscription' : 'sur réservation'),
  ],
  [
    /\(? *(?:toute la journee|(?:en )?journee continue|sans interruption|non[- ]stop|en continu)\b(?: *\))?/y,
    () => null,
  ],
  [/(?:le |les )?matin(?:s|ees?)?\b/y, () => ({ kind: 'demi', moment: 'matin' })],
  [/(?:l'|les )?apres[- ]?midis?\b/y, () => ({ kind: 'demi', moment: 'apres-midi' })],
  [/(?:le |les |en )?soir(?:s|ees?)?\b/y, () => ({ kind: 'demi', moment: 'soir' })],
  [
    /(\d{1,2})\s*h(?:eures?|rs?)?\s*(\d{2})(?:\s*(?:mn|min|minutes)\b)?(?!\d|\s*h|\s*:)/y,
    (m, glued) => ({ ...timeToken(m[1], m[2], glued), collees: true }),
  ],
  [
    /(\d{1,2})(?:[:.](\d{2}))? ?(a|p)\.?m\b\.?/y,
    (m, glued) => timeToken(String(hourOfTwelve(Number(m[1]), m[3] === 'p')), m[2] ?? '0', glued),
  ],
  [/([01]\d)([0-5]\d)(?=\s?(?:-|a)\s?[0-2]\d[0-5]\d(?!\d))/y, (m, glued) => timeToken(m[1], m[2], glued)],
  [/(?<=(?<!\d)[01]\d[0-5]\d\s?(?:-|a)\s?)([0-2]\d)([0-5]\d)(?!\d|\s*h)/y, (m, glued) => timeToken(m[1], m[2], glued)],
  [/(\d{1,2}):(\d{2})(?!\d)/y, (m, glued) => timeToken(m[1], m[2], glued)],
  [/(\d{1,2})\.([0-5]\d)\s*h(?![a-z\d]|\s*\d)/y, (m, glued) => timeToken(m[1], m[2], glued)],
  [/(\d{1,2})\.(\d{2})(?![\d.]|\s*h|\s*\d)/y, (m, glued) => timeToken(m[1], m[2], glued)],
  [/(\d{1,2})\s*h(?:eures?|rs?)?(?![a-z]|\s*\d{3})/y, (m, glued) => timeToken(m[1], '0', glued)],
  [/(\d{1,2})\s*h(?=a\s*\d)/y, (m, glued) => timeToken(m[1], '0', glued)],
  [/midi\b/y, (_, glued) => timeToken('12', '0', glued)],
  [/minuit\b/y, (_, glued) => timeToken('24', '0', glued)],
  [
    /(\d{1,2})(?=\s*(?:-|a\b|\/|[;,]|$))/y,
    (m) => ({ kind: 'heure', minutes: Number(m[1]) * 60, bare: true, glued: false }),
  ],
  // "Fermé le lundi, ouvert du mardi au samedi…": what follows is told anew.
  [
    new RegExp(
      `(?<=[,.;-] |et )ouverte?s?(?: au public)? (?=(?:du |le |les |tous les )?(?:${DAY}|lun|mar|mer|jeu|ven|sam|dim))`,
      'y',
    ),
    () => ({ kind: 'lien', word: ';' }),
  ],
  [
    /(?:jours et heures|horaires?)(?: d'ouvertures?)?(?: au public)?\b\s*:?|ouvertures?(?: au public)?\b\s*:?|ouverte?s?(?: au public)?\b\s*:?/y,
    () => null,
  ],
  [
    pattern(
      `(?:(?:de|a) (?:la |l')|du |au |en |la |l'|le )?(${ENDROIT}(?: (?:de la|de l'|du|des) ?${ENDROIT})?)\\b\\s*:?`,
    ),
    (m) => ({ kind: 'endroit', nom: m[1] ?? '' }),
  ],
  [/permanences?(?: en mairie)?\b\s*:?|(?:en )?accueil (?:libre|(?:du |tout )?public)\b\s*:?/y, () => null],
  [/(?:le |les )?(?:seulement|uniquement|exclusivement)\b/y, () => null],
  [/entre(?= \d| midi)/y, () => ({ kind: 'lien', word: 'de' })],
  [/(?<=entre (?:\d{1,2} ?(?:h|:) ?(?:\d{2})? ?|midi ))et\b/y, () => ({ kind: 'lien', word: 'a' })],
  [/jusqu'a\b|au\b|a(?=\s|\d)/y, () => ({ kind: 'lien', word: 'a' })],
  [/et\b|&amp;|&|\+|puis\b|ainsi que\b/y, () => ({ kind: 'lien', word: 'et' })],
  [/ou\b/y, () => ({ kind: 'lien', word: 'ou' })],
  [/(?:de|du|des|le|les|tous les|chaque)\b/y, () => ({ kind: 'lien', word: 'de' })],
  [/\n|<br ?\/?>/y, () => ({ kind: 'lien', word: ';', newLine: true })],
  [/\.(?= +\S)/y, () => ({ kind: 'lien', word: ';', stop: true })],
  [/--+(?![->])|;|\.(?=\s|$)/y, () => ({ kind: 'lien', word: ';' })],
  [/\|/y, () => ({ kind: 'lien', word: '|' })],
  [/[-=]*>|→|[-_]/y, () => ({ kind: 'lien', word: '-' })],
  [/\/+/y, () => ({ kind: 'lien', word: '/' })],
  [/,/y, () => ({ kind: 'lien', word: ',' })],
  [/\((?=\s*(?:ferme|sauf|excepte|hormis|conges)|[^()]*feries\s*\))/y, () => ({ kind: 'lien', word: ',' })],
  [/\)/y, () => null],
  [/[:•·▪►]/y, () => null],
  [/\*(?=\s*(?:lun|mar|mer|jeu|ven|sam|dim|du|le|ferme))/y, () => null],
];

/** `12 pm` is noon; `12 am` begins the day, or ends it. */
function hourOfTwelve(hour: number, afternoon: boolean): number {
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (afternoon ? 12 : 0);
}

function rdvToken(mention: string): Token {
  return { kind: 'rdv', mention, heading: false };
}

function periodOf(first = '', last = ''): Token {
  return condition(period(first, last));
}

function pattern(source: string): RegExp {
  return new RegExp(source, 'y');
}

function condition(said: Condition): Token {
  return { kind: 'condition', condition: said, closed: false };
}

function rankOf(match: RegExpExecArray): number {
  if (match[1] ?? match[2]) return Number(match[1] ?? match[2]);
  const words = ['premier', 'deuxieme', 'troisieme', 'quatrieme'];
  if (match[0].startsWith('second')) return 2;
  const index = words.findIndex((word) => match[0].startsWith(word));
  return index < 0 ? -1 : index + 1;
}

function timeToken(
  hours: string | undefined,
  minutes: string | undefined,
  glued: boolean,
): Extract<Token, { kind: 'heure' }> {
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
  let endroit: string | null = null;
  const space = / */y;
  let position = 0;
  let end = -1;
  for (;;) {
    space.lastIndex = position;
    space.exec(letters);
    position = space.lastIndex;
    if (position >= letters.length) return tokens;
    const found = firstPattern(letters, position) ?? nearlyDay(letters, position);
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
    const last = tokens.at(-1);
    if (made === null && last?.kind === 'heure' && found.match[0].startsWith('sans r')) last.libre = true;
    if (made) {
      const after = position + found.match[0].length;
      const token = beside(made, { said: found.match[0], follows: letters.slice(after, after + 2) });
      if (token.kind === 'heure' && !(token.minutes <= 1440)) throw new Unclear('Cette heure n’existe pas.', position);
      if (token.kind === 'condition') checkPeriods(token.condition, position);
      if (token.kind === 'endroit') {
        if (endroit !== null && endroit !== token.nom)
          throw new Unclear('Ce sont les horaires de deux endroits : duquel s’agit-il ?', position);
        endroit = token.nom;
      } else tokens.push({ ...token, position });
    }
    position += found.match[0].length;
    end = position;
  }
}

/** A token with what stands around it. */
function beside(token: Token, { said, follows }: { said: string; follows: string }): Token {
  if (token.kind === 'condition') return { ...token, closed: said.endsWith(')') };
  if (token.kind === 'rdv') return { ...token, heading: /^ ?:/.test(follows) };
  return token;
}

function firstPattern(letters: string, position: number): { match: RegExpExecArray; make: TokenMaker } | null {
  for (const [sticky, make] of PATTERNS) {
    sticky.lastIndex = position;
    const match = sticky.exec(letters);
    if (match && match[0] !== '') return { match, make };
  }
  return null;
}

/** The letters of a word that is nearly the name of a day. */
function nearlyDay(letters: string, position: number): { match: RegExpExecArray; make: TokenMaker } | null {
  if (position > 0 && /[a-z]/.test(letters[position - 1] ?? '')) return null;
  WORD.lastIndex = position;
  const match = WORD.exec(letters);
  const day = match ? misspelledDay(match[0]) : -1;
  if (!match || day < 0) return null;
  return { match, make: () => ({ kind: 'jour', day, plural: match[0].endsWith('s') }) };
}

const WORD = /[a-z]{5,10}(?![a-z])/y;
