import { formatWeek } from './format.ts';
import { parseHoraires } from './parse.ts';
import type { TimeRange } from './week.ts';
import { clock, weekFrom } from './week.ts';

/** What a text written as people write was understood as, to be shown for confirmation; or where it is not clear. */
export type Understanding = { ok: true; osm: string } | { ok: false; message: string; position: number };

/**
 * Understands what people write instead of the OSM grammar (`lundi au vendredi 8h30 à 12h / 14h-17h`, `Fermé le mercredi`,
 * `1er samedi du mois 10h-12h`, `24h/24 7j/7`). Every word must be known and there must be one way to read it: a text with any other
 * word, hours without a day, an odd number of hours, or a day told twice is not understood, never guessed.
 */
export function understandHoraires(text: string): Understanding {
  if (text.length > MAX_LENGTH) return { ok: false, message: 'Le texte est trop long.', position: MAX_LENGTH };
  const mixed = readMixed(text);
  if (mixed) return { ok: true, osm: mixed };
  try {
    return { ok: true, osm: new SlipReader(tokenize(text), text.length).read() };
  } catch (error) {
    if (error instanceof Unclear) return { ok: false, message: error.message, position: error.position };
    throw error;
  }
}

const MAX_LENGTH = 2000;

class Unclear extends Error {
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.name = 'Unclear';
    this.position = position;
  }
}

/** OSM days with French hours: `Mo-Th 10h00-12h30; We off`. */
function readMixed(text: string): string | null {
  if (!/^\s*(?:Mo|Tu|We|Th|Fr|Sa|Su)\b/.test(text) || !/\d\s*[hH]/.test(text)) return null;
  const osm = text
    .trim()
    .replace(
      /(\d{1,2})\s*[hH](\d{2})?(?!\d|\s*[hH])/g,
      (_, hours: string, minutes = '00') => `${hours.padStart(2, '0')}:${minutes}`,
    );
  return parseHoraires(osm).ok ? osm : null;
}

type Token =
  | { kind: 'jour'; day: number }
  | { kind: 'heure'; minutes: number; bare: boolean; glued: boolean }
  | { kind: 'rang'; nth: number }
  | { kind: 'mois' | 'ferme' | 'rdv' | 'feries' | 'tous' | 'weekend' | 'sans' | 'toujours' }
  | { kind: 'lien'; word: '-' | '/' | 'a' | 'et' | ',' | ';' | 'de' };
type Placed = Token & { position: number };

const DAYS_FR = ['lun', 'mar', 'mer', 'jeu', 'ven', 'sam', 'dim'];

type TokenMaker = (match: RegExpExecArray, glued: boolean) => Token | null;

/** In this order: the first pattern that fits is taken. `null` is a word without a meaning of its own. */
const PATTERNS: readonly (readonly [RegExp, TokenMaker])[] = [
  [/24\s*h?\s*\/\s*24\s*h?(?:\s*(?:et|,|-|\/)?\s*7\s*j?(?:ours)?\s*\/\s*7\s*j?)\b/y, () => ({ kind: 'toujours' })],
  [/7\s*j?\s*\/\s*7\s*j?\s*(?:et|,|-|\/)?\s*24\s*h?\s*\/\s*24\s*h?\b/y, () => ({ kind: 'toujours' })],
  [/24\/7\b/y, () => ({ kind: 'toujours' })],
  [/(?:tous les jours feries|les jours feries|jours feries)\b/y, () => ({ kind: 'feries' })],
  [/(?:tous les jours|7\s*j(?:ours)?\s*(?:\/|sur)\s*7)\b/y, () => ({ kind: 'tous' })],
  [/(?:les |le )?week[- ]?ends?\b/y, () => ({ kind: 'weekend' })],
  [
    /(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?\b\.?/y,
    (m) => ({ kind: 'jour', day: DAYS_FR.indexOf(m[0].slice(0, 3)) }),
  ],
  [/(?:lun|mar|mer|jeu|vend?|sam|dim)\b\.?/y, (m) => ({ kind: 'jour', day: DAYS_FR.indexOf(m[0].slice(0, 3)) })],
  [
    /(1)(?:er|ere|ers)\b|([2-5])(?:nd|nde|e|eme|emes)\b|premiers?\b|derniers?\b|deuxiemes?\b|troisiemes?\b|quatriemes?\b/y,
    (m) => ({ kind: 'rang', nth: rankOf(m) }),
  ],
  [/(?:du|de chaque) mois\b/y, () => ({ kind: 'mois' })],
  [/(?:ferme(?:e|es|s|ture)?(?: au public)?)\b/y, () => ({ kind: 'ferme' })],
  [/\(?(?:uniquement )?sur (?:rendez[- ]?vous|rdv|r\.d\.v\.?)(?: uniquement)?\)?/y, () => ({ kind: 'rdv' })],
  [/sans (?:rendez[- ]?vous|rdv)\b/y, () => null],
  [/(\d{1,2})\s*h(?:eures?)?\s*(\d{2})(?!\d|\s*h|\s*:)/y, (m, glued) => timeToken(m[1], m[2], glued)],
  [/(\d{1,2}):(\d{2})(?!\d)/y, (m, glued) => timeToken(m[1], m[2], glued)],
  [/(\d{1,2})\s*h(?:eures?)?(?![a-z]|\s*\d{3})/y, (m, glued) => timeToken(m[1], '0', glued)],
  [/midi\b/y, (_, glued) => timeToken('12', '0', glued)],
  [/minuit\b/y, (_, glued) => timeToken('24', '0', glued)],
  [
    /(\d{1,2})(?=\s*(?:-|a\b|\/|[;,]|$))/y,
    (m) => ({ kind: 'heure', minutes: Number(m[1]) * 60, bare: true, glued: false }),
  ],
  [/(?:horaires?(?: d'ouvertures?)?|ouvertures?|ouverte?s?)\b\s*:?/y, () => null],
  [/jusqu'a\b|au\b|a(?=\s|\d)/y, () => ({ kind: 'lien', word: 'a' })],
  [/et\b|&|puis\b|ainsi que\b/y, () => ({ kind: 'lien', word: 'et' })],
  [/(?:de|du|des|le|les|tous les|chaque)\b/y, () => ({ kind: 'lien', word: 'de' })],
  [/--+|\||;|\n|\.(?=\s|$)/y, () => ({ kind: 'lien', word: ';' })],
  [/-/y, () => ({ kind: 'lien', word: '-' })],
  [/\/+/y, () => ({ kind: 'lien', word: '/' })],
  [/,/y, () => ({ kind: 'lien', word: ',' })],
  [/:/y, () => null],
];

function rankOf(match: RegExpExecArray): number {
  if (match[1] ?? match[2]) return Number(match[1] ?? match[2]);
  const words = ['premier', 'deuxieme', 'troisieme', 'quatrieme'];
  const index = words.findIndex((word) => match[0].startsWith(word));
  return index < 0 ? -1 : index + 1;
}

function timeToken(hours: string | undefined, minutes: string | undefined, glued: boolean): Token {
  return { kind: 'heure', minutes: Number(hours) * 60 + Number(minutes), bare: false, glued };
}

function tokenize(text: string): Placed[] {
  const plain = plainText(text);
  const tokens: Placed[] = [];
  let position = 0;
  let end = -1;
  while (position < plain.length) {
    const space = /[ \t\r]*/y;
    space.lastIndex = position;
    space.exec(plain);
    position = space.lastIndex;
    if (position >= plain.length) break;
    const found = firstPattern(plain, position);
    if (!found) {
      const word = /^(?:[\p{L}\d'’]+|.)/u.exec(text.slice(position, position + 40))?.[0] ?? '';
      throw new Unclear(`« ${word} » n’est pas compris ici.`, position);
    }
    const token = found.make(found.match, position === end);
    if (token) {
      if (token.kind === 'heure' && (token.minutes > 1440 || token.minutes % 60 >= 60))
        throw new Unclear('Cette heure n’existe pas.', position);
      tokens.push({ ...token, position });
    }
    position += found.match[0].length;
    end = position;
  }
  return tokens;
}

function firstPattern(plain: string, position: number): { match: RegExpExecArray; make: TokenMaker } | null {
  for (const [pattern, make] of PATTERNS) {
    pattern.lastIndex = position;
    const match = pattern.exec(plain);
    if (match) return { match, make };
  }
  return null;
}

/** Lower case without accents, one character for one, so that positions stay those of the text. */
function plainText(text: string): string {
  return [...text.normalize('NFC')]
    .map((character) => {
      if (/[\u2010-\u2015\u2212]/.test(character)) return '-';
      if (/[\u2018\u2019]/.test(character)) return "'";
      if (character !== '\n' && /\s/.test(character)) return ' ';
      const base = character.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
      return base.length === character.length ? base : character;
    })
    .join('');
}

interface Section {
  days: number[];
  nth: number[];
  feries: boolean;
  ranges: TimeRange[];
  ferme: boolean;
  rdv: boolean;
  position: number;
}

class SlipReader {
  private index = 0;
  private readonly tokens: readonly Placed[];
  private readonly length: number;

  constructor(tokens: readonly Placed[], length: number) {
    this.tokens = tokens;
    this.length = length;
  }

  read(): string {
    if (this.tokens.length === 1 && this.tokens[0]?.kind === 'toujours') return '24/7';
    const sections: Section[] = [];
    this.skipLinks();
    while (this.peek()) {
      sections.push(this.section());
      this.skipLinks();
    }
    const last = this.tokens.at(-1);
    if (last?.kind === 'lien' && last.word !== ';') throw new Unclear('Le texte semble coupé.', last.position);
    return write(sections, this.length);
  }

  private peek(offset = 0): Placed | undefined {
    return this.tokens[this.index + offset];
  }

  private skipLinks(): void {
    while (this.peek()?.kind === 'lien') this.index++;
  }

  private here(): number {
    return this.peek()?.position ?? this.length;
  }

  private section(): Section {
    const section: Section = {
      days: [],
      nth: [],
      feries: false,
      ranges: [],
      ferme: false,
      rdv: false,
      position: this.here(),
    };
    const closedFirst = this.takeKind('ferme');
    if (closedFirst) this.skipLinks();
    this.days(section);
    if (section.days.length === 0 && !section.feries) throw new Unclear('Pour quels jours ?', section.position);
    section.ferme = closedFirst;
    this.skipPlainLinks();
    if (closedFirst) {
      if (this.peek()?.kind === 'heure') throw new Unclear('Est-ce ouvert ou fermé à ces heures ?', this.here());
      return section;
    }
    if (this.takeKind('ferme')) section.ferme = true;
    else if (this.takeKind('rdv')) {
      section.rdv = true;
      this.skipPlainLinks();
      if (this.peek()?.kind === 'heure') section.ranges = this.hours();
    } else {
      section.ranges = this.hours();
      if (this.takeKind('rdv')) {
        if (section.ranges.length > 1)
          throw new Unclear('Sur rendez-vous toute la journée, ou la dernière plage seulement ?', this.here());
        section.rdv = true;
      }
    }
    return section;
  }

  private takeKind(kind: Token['kind']): boolean {
    if (this.peek()?.kind !== kind) return false;
    this.index++;
    return true;
  }

  /** `de`, `le`, `,` between days and hours, as in "lundi, de 9h à 12h". */
  private skipPlainLinks(): void {
    for (
      let token = this.peek();
      token?.kind === 'lien' && (token.word === 'de' || token.word === ',' || token.word === '-');
      token = this.peek()
    )
      this.index++;
  }

  private days(section: Section): void {
    const chain: { day: number; link: string | null }[] = [];
    let link: string | null = null;
    let pending = 0;
    for (let token = this.peek(); token; token = this.peek()) {
      if (token.kind === 'rang') section.nth.push(token.nth);
      else if (token.kind === 'jour') {
        chain.push({ day: token.day, link });
        link = null;
        pending = 0;
      } else if (token.kind === 'mois' && section.nth.length > 0) pending = 0;
      else if (token.kind === 'tous' || token.kind === 'weekend') {
        for (const day of token.kind === 'tous' ? [0, 1, 2, 3, 4, 5, 6] : [5, 6]) chain.push({ day, link: 'et' });
        link = null;
        pending = 0;
      } else if (token.kind === 'feries') {
        section.feries = true;
        pending = 0;
      } else if (token.kind === 'lien' && token.word !== ';') {
        if (token.word !== 'de' || link === null) link = token.word === 'de' ? link : token.word;
        pending++;
      } else break;
      this.index++;
    }
    this.index -= pending;
    const nthSaid = this.tokens.slice(0, this.index).some((token) => token.kind === 'mois');
    if (section.nth.length > 0 && (!nthSaid || new Set(chain.map(({ day }) => day)).size !== 1))
      throw new Unclear('Quel jour de quel mois ?', section.position);
    section.days = spread(chain, section.position);
  }

  private hours(): TimeRange[] {
    const ranges: TimeRange[] = [];
    for (;;) {
      const start = this.peek();
      if (start?.kind !== 'heure') {
        if (ranges.length > 0) return ranges;
        throw new Unclear('Il manque les heures.', this.here());
      }
      this.index++;
      const link = this.peek();
      if (link?.kind === 'lien' && ['-', 'a', '/'].includes(link.word)) this.index++;
      else if (!(link?.kind === 'heure' && link.glued && !start.bare))
        throw new Unclear('De quelle heure à quelle heure ?', start.position);
      const end = this.peek();
      if (end?.kind !== 'heure') throw new Unclear('Il manque l’heure de fin.', this.here());
      this.index++;
      const previous = ranges.at(-1)?.end ?? 0;
      if (start.minutes < Math.max(previous, 300) || end.minutes <= start.minutes)
        throw new Unclear('Ces heures ne se suivent pas.', start.position);
      ranges.push({ start: start.minutes, end: end.minutes });
      const mark = this.index;
      while (this.peek()?.kind === 'lien') this.index++;
      if (this.peek()?.kind !== 'heure') {
        this.index = mark;
        return ranges;
      }
    }
  }
}

/** The days of "lundi au vendredi", "lundi, mardi et jeudi", "mar-mer-jeu". */
function spread(chain: readonly { day: number; link: string | null }[], position: number): number[] {
  const days = new Set<number>();
  const dashes = chain.filter(({ link }) => link === '-').length;
  let ranged = false;
  chain.forEach(({ day, link }, index) => {
    const previous = chain[index - 1]?.day;
    const isRange = previous !== undefined && (link === 'a' || (link === '-' && dashes === 1));
    if (isRange) {
      if (ranged || day < previous) throw new Unclear('Quels jours exactement ?', position);
      for (let between = previous + 1; between < day; between++) days.add(between);
    }
    ranged = isRange;
    if (days.has(day)) throw new Unclear('Ce jour est nommé deux fois.', position);
    days.add(day);
  });
  return [...days].sort((a, b) => a - b);
}

const CODES = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];

function write(sections: readonly Section[], length: number): string {
  const week: TimeRange[][] = [[], [], [], [], [], [], []];
  const told = new Set<number>();
  const closed = new Set<number>();
  const extra: string[] = [];
  let feries: 'ferme' | 'inconnu' = 'inconnu';
  for (const section of sections) {
    if (section.feries) {
      if (!section.ferme) throw new Unclear('Quelles heures les jours fériés ?', section.position);
      feries = 'ferme';
    }
    for (const day of section.days) {
      // "Du lundi au vendredi… Fermé le mercredi": the closure is about a day already told.
      if (told.has(day) && !section.ferme) throw new Unclear('Ce jour a deux fois des heures.', section.position);
      if (closed.has(day)) throw new Unclear('Ce jour est dit fermé, puis de nouveau.', section.position);
      if (section.ferme && section.nth.length === 0) closed.add(day);
      told.add(day);
      if (!section.ferme && !section.rdv && section.nth.length === 0) week[day] = [...section.ranges];
    }
    if (section.nth.length > 0 || section.rdv) extra.push(extraRule(section));
  }
  for (const day of closed) week[day] = [];
  const everyDayClosed = closed.size === 7 && extra.length === 0;
  const empty = week.every((ranges) => ranges.length === 0);
  if (empty && extra.length === 0 && !everyDayClosed) throw new Unclear('Il manque les jours d’ouverture.', length);
  const closures = extra.filter((rule) => rule.endsWith(' off'));
  const additions = extra.filter((rule) => !rule.endsWith(' off'));
  const first = [
    ...(empty && !everyDayClosed ? [] : [formatWeek(weekFrom((day) => week[day] ?? []))]),
    ...additions,
  ].join(', ');
  return [first, ...closures, ...(feries === 'ferme' ? ['PH off'] : [])].filter((rule) => rule !== '').join('; ');
}

function extraRule(section: Section): string {
  const nth = section.nth.length > 0 ? `[${section.nth.join(',')}]` : '';
  const days = section.days.map((day) => `${CODES[day]}${nth}`).join(',');
  if (section.ferme) return `${days} off`;
  const hours = section.ranges.map(({ start, end }) => `${clock(start)}-${clock(end)}`).join(',');
  return [days, hours, section.rdv ? '"sur rendez-vous"' : ''].filter((part) => part !== '').join(' ');
}
