import { DAY_CODES } from './dates.ts';
import { describeRule } from './french.ts';
import type { Semaine } from './grille.ts';
import { MAX_LENGTH, parseHoraires } from './parse.ts';
import { readRules } from './read.ts';
import { SlipReader } from './slips-read.ts';
import { type Reading, Unclear } from './slips-unclear.ts';
import { type Placed, SAYS_DAYS, type Token, tokenize } from './slips-words.ts';
import type { Choices } from './slips-write.ts';
import type { TimeRange } from './week.ts';
import { DAY_NAMES } from './words.ts';

/**
 * What a text written as people write was understood as, to be shown for confirmation; or where it is not clear, why, and the
 * readings among which the person may choose.
 */
export type Understanding =
  | { ok: true; osm: string }
  | { ok: false; message: string; position: number; readings?: readonly Reading[] };

/**
 * Understands what people write instead of the OSM grammar (`lundi au vendredi 8h30 à 12h / 14h-17h`, `Fermé le mercredi`,
 * `1er samedi du mois 10h-12h`, `24h/24 7j/7`, `en juillet et août…`). Every word must be known and there must be one way to read it:
 * a text with any other word, hours without a day, an odd number of hours, or a day told twice is asked about, never guessed. Never
 * throws; the work is linear in the length of the text.
 * @param usual the week that a text of closures alone (`Fermé le mercredi`) is about, where there is one
 */
export function understandHoraires(text: string, usual?: Semaine): Understanding {
  if (text.length > MAX_LENGTH) return { ok: false, message: 'Le texte est trop long.', position: MAX_LENGTH };
  if (/^\s*(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)\b/.test(text)) return readMixed(text);
  return attempt(() => ({ ok: true, osm: understand(text.normalize('NFC'), { usual }) }), text);
}

/**
 * Why a text that nobody understands is not: of its two readings, as OSM text and as people write, the one that goes further tells,
 * with its place (index in the text).
 */
export function whyUnread(text: string): { message: string; position: number } {
  const reasons = [understandHoraires(text), parseHoraires(text)].flatMap((result) =>
    result.ok ? [] : [{ message: result.message, position: result.position ?? 0 }],
  );
  return reasons.sort((a, b) => b.position - a.position)[0] ?? { message: 'Ce texte n’est pas clair.', position: 0 };
}

/** The ranges of one day, typed or pasted in the field of that day: `9h-12h / 14h-17h`, `de 9 à 17 h`, `fermé` (no range). */
export function understandRanges(
  text: string,
):
  | { ok: true; ranges: TimeRange[]; rendezVous: boolean }
  | { ok: false; message: string; position: number; readings?: readonly Reading[] } {
  if (text.length > MAX_LENGTH) return { ok: false, message: 'Le texte est trop long.', position: MAX_LENGTH };
  return attempt(() => {
    const reader = new SlipReader(tokenize(text.normalize('NFC')), text.length);
    const section = reader.readHoursOnly();
    return { ok: true, ranges: [...section.ranges], rendezVous: section.rdv !== null };
  }, text);
}

function attempt<T>(
  read: () => T,
  text: string,
): T | { ok: false; message: string; position: number; readings?: readonly Reading[] } {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    const position = Math.min(placeIn(text, error.position), text.length);
    const { message } = error;
    return error.readings.length > 0
      ? { ok: false, message, position, readings: error.readings }
      : { ok: false, message, position };
  }
}

/** The place in a text of a place in its composed form (NFC), which is what was read: a decomposed accent is a letter more. */
function placeIn(text: string, composed: number): number {
  let read = 0;
  for (const { 0: letter, index } of text.matchAll(/\P{M}\p{M}*|\p{M}+/gu)) {
    if (read >= composed) return index;
    read += letter.normalize('NFC').length;
  }
  return text.length;
}

/** OSM days with French hours: `Mo-Th 10h00-12h30; We off`, `Sa et Su 10h-12h et 14h-17h`. */
function readMixed(text: string): Understanding {
  const osm = text
    .trim()
    .replace(/\s*[\u2010-\u2015\u2212]\s*/g, '-')
    .replace(
      /(\d{1,2})\s*[hH](\d{2})?(?!\d|\s*[hH])/g,
      (_, hours: string, minutes = '00') => `${hours.padStart(2, '0')}:${minutes}`,
    );
  if (parseHoraires(osm).ok) return { ok: true, osm };
  const strict = parseHoraires(text);
  if (strict.ok) return { ok: true, osm: text };
  const french = text.replace(/\b(?:Mo|Tu|We|Th|Fr|Sa|Su)\b/g, (day) => DAY_NAMES[DAY_CODES.indexOf(day)] ?? day);
  const understood = attempt(() => ({ ok: true as const, osm: understand(french.normalize('NFC'), {}) }), french);
  if (understood.ok) return understood;
  return { ok: false, message: strict.message, position: strict.position ?? 0 };
}

/** The only reading of a text. @throws {Unclear} with the readings that are possible where there are some */
function understand(text: string, choices: Choices): string {
  const tokens = tokenizeOrAsk(text);
  try {
    return readTokens(tokens, text.length, choices);
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    throw new Unclear(error.message, error.position, readingsOf(text, tokens, error.position));
  }
}

function tokenizeOrAsk(text: string): Placed[] {
  try {
    return tokenize(text);
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    throw new Unclear(error.message, error.position, readingsOf(text, null, error.position));
  }
}

function readTokens(tokens: readonly Placed[], length: number, choices: Choices = {}): string {
  const osm = new SlipReader(tokens, length, choices).read();
  const parsed = parseHoraires(osm);
  if (!parsed.ok) throw new Unclear('Ce texte n’est pas clair.', 0);
  return osm;
}

/** The few ways in which an unclear text can be meant; each is read like a text of its own. */
function readingsOf(text: string, tokens: readonly Placed[] | null, position: number): Reading[] {
  const candidates: (() => string)[] = [];
  const retold = (other: string) => candidates.push(() => readTokens(tokenize(other), other.length));
  if (tokens?.some(({ kind }) => kind === 'alterne')) {
    if (!alternatesSaidDay(tokens)) return [];
    for (const parite of ['paire', 'impaire'] as const) {
      const said: Token = { kind: 'condition', condition: { kind: 'semaines', parite }, closed: true };
      const told = tokens.map(
        (token): Placed => (token.kind === 'alterne' ? { ...said, position: token.position } : token),
      );
      candidates.push(() => readTokens(told, text.length));
    }
  } else if (tokens?.every((token) => !SAYS_DAYS.has(token.kind))) {
    for (const days of ['du lundi au vendredi ', 'du lundi au samedi ', 'tous les jours ']) retold(days + text);
  } else if (tokens) {
    const or = tokens.filter((token) => token.kind === 'lien' && token.word === 'ou');
    if (or.length === 1) {
      const told = tokens.map(
        (token): Placed => (token === or[0] ? { kind: 'lien', word: 'et', position: token.position } : token),
      );
      candidates.push(() => readTokens(told, text.length));
    } else {
      candidates.push(...EITHER_WAY.map((choices) => () => readTokens(tokens, text.length, choices)));
    }
  }
  // Two hours run together (`14 18 h`, `12h3019h`): a dash between two of their figures.
  const window = /^\d[\d\s:.h]{0,12}/i.exec(text.slice(position, position + 13))?.[0] ?? '';
  for (let index = 1; index < window.length; index++) {
    const [before, here] = [window[index - 1] ?? '', window[index] ?? ''];
    if (!/\d$|h$/i.test(before) || !/[\s\d]/.test(here) || !/^\s?\d/.test(window.slice(index))) continue;
    retold(`${text.slice(0, position + index)}-${text.slice(position + index)}`);
  }
  const readings = new Map<string, Reading>();
  for (const candidate of candidates) {
    try {
      const osm = candidate();
      const label = readRules(osm).rules.map(describeRule).join(' ');
      readings.set(osm, { osm, label });
    } catch (error) {
      if (!(error instanceof Unclear)) throw error;
    }
  }
  return [...readings.values()].slice(0, MOST_READINGS);
}

/** "Mardi 9h-12h, un lundi sur deux": the hours of that Monday are not told. */
function alternatesSaidDay(tokens: readonly Placed[]): boolean {
  return tokens.every((token, index) => {
    if (token.kind !== 'alterne' || token.jour < 0) return true;
    const before = tokens.slice(0, index).findLast(({ kind }) => kind === 'jour');
    return before?.kind === 'jour' && before.day === token.jour;
  });
}

const MOST_READINGS = 4;

/** The two answers to each question that a text may leave open. */
const EITHER_WAY: readonly Choices[] = [
  ...[{ twice: 'ajoute' }, { twice: 'remplace' }, { rdv: 'tout' }, { rdv: 'derniere' }],
  ...[{ rdvAussi: true }, { rdvAussi: false }, { periodeAussi: true }, { periodeAussi: false }],
  ...[{ paire: 'liste' }, { paire: 'suite' }, { idem: 'tout' }, { idem: 'heures' }],
  ...[{ colle: 'plages' }, { colle: 'minutes' }],
] as const;
