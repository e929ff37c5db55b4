import type { Grille, Semaine } from './grille.ts';
import { sameOpenings } from './grille-compare.ts';
import { type Dissection, daysOf, dissect, type Part } from './grille-read.ts';
import {
  type GrilleRules,
  partsOfGrille,
  rulesOfWeek,
  selectorsOf,
  sortExceptions,
  textOfGrille,
} from './grille-write.ts';
import { parseHoraires } from './parse.ts';
import type { Rule } from './rules.ts';
import { SEPARATORS, writeRules } from './write.ts';

/**
 * The text after an edit of its grille. Nothing edited: the text byte for byte. Else what the edit does not touch keeps its letters
 * and its place, and the openings of every day are those that the new grille says: where patching the text would give others, the
 * whole is written again.
 * @param before the grille of `text`, as `grilleOfText` gave it
 */
export function editedText({ text, before, after }: { text: string | null; before: Grille; after: Grille }): string {
  if (same(before, after)) return text ?? '';
  const written = textOfGrille(after);
  if (text === null || written === '' || !parseHoraires(text).ok) return written;
  const source = dissect(text);
  if (!same(source.grille, before)) return written;
  const patched = patch(text, source, after);
  if (patched === null) return written;
  const [asPatched, asWritten] = [parseHoraires(patched), parseHoraires(written)];
  const alike = asPatched.ok && asWritten.ok && sameOpenings(asPatched.horaires.rules, asWritten.horaires.rules);
  return alike ? patched : written;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A rule of the text to come: one of the source to the letter, or one written anew. */
interface Piece {
  texte: string;
  mode: Rule['mode'];
  rank: number;
  /** Its index in the source, where it stands to the letter. */
  source: number | null;
}

/** The order of `textOfGrille`. */
const RANKS = { semaine: 0, feriesOuverts: 1, variante: 2, feriesFermes: 3, gardee: 4, exception: 5 };

/** The text with the touched rules replaced; null where a rule says two things of which one only is touched. */
function patch(text: string, source: Dissection, after: Grille): string | null {
  const before = source.grille;
  const [old, now] = [partsOfGrille(before), partsOfGrille(after)];
  const changed = DAYS.filter((day) => !same(before.semaine[day], after.semaine[day]));
  const kept = keptParts(before, after, old, now);
  if (!kept) return null;
  const pieces: Piece[] = [];
  // The new hours stand where the first rule of their days stood, else after the week.
  let placeOfDays: number | null = null;
  let endOfWeek = 0;
  for (const [index, rule] of source.rules.entries()) {
    const [place, parts] = [source.places[index], source.parts[index]];
    if (!place || !parts) return null;
    const rank = rankOf(parts, rule);
    const letters: Piece = { texte: text.slice(place.begin, place.end), mode: rule.mode, rank, source: index };
    const touched = parts.filter((part) => !kept.has(part));
    const narrowed = parts.includes('semaine') && daysOf(rule).some((day) => changed.includes(day));
    if (touched.length > 0 && touched.length < parts.length) return null;
    if (touched.length === 0 && narrowed) {
      const rest = withoutDays(rule, changed);
      if (rest) pieces.push({ ...letters, texte: writeRules([rest]), source: null });
      placeOfDays ??= pieces.length;
    } else if (touched.length === 0) {
      const [part] = parts;
      const adds = part?.startsWith('variante:') && before.variantes[Number(part.slice(9))]?.effet === 'ajoute';
      // A rule that replaced nothing must not replace the hours that its day has got.
      const mode = adds && daysOf(rule).some((day) => changed.includes(day)) ? 'ajout' : rule.mode;
      pieces.push({ ...letters, mode });
    }
    if (parts.includes('semaine')) endOfWeek = pieces.length;
  }
  const week = after.semaine.map((plages, day) => (changed.includes(day) ? plages : []));
  pieces.splice(placeOfDays ?? endOfWeek, 0, ...written(rulesOfNewDays(week, after.semaine), RANKS.semaine));
  insertAfter(pieces, kept.has('feries') ? [] : written(now.feriesOuverts, RANKS.feriesOuverts));
  now.variantes.forEach((rules, index) => {
    if (!kept.variantes.has(index)) insertAfter(pieces, written(rules, RANKS.variante));
  });
  insertAfter(pieces, kept.has('feries') ? [] : written(now.feriesFermes, RANKS.feriesFermes));
  now.exceptions.forEach((rules, index) => {
    if (!kept.exceptions.has(index)) insertAfter(pieces, written(rules, RANKS.exception));
  });
  return join(text, source, pieces);
}

const DAYS = [0, 1, 2, 3, 4, 5, 6];

/** The parts of the old grille that the new one has too, and which ones of the new they are. */
class Kept {
  readonly parts = new Set<Part>();
  readonly variantes = new Set<number>();
  readonly exceptions = new Set<number>();
  has(part: Part): boolean {
    return this.parts.has(part);
  }
}

function keptParts(before: Grille, after: Grille, old: GrilleRules, now: GrilleRules): Kept | null {
  const kept = new Kept();
  kept.parts.add('semaine');
  if (before.feries === after.feries && same(old.feriesOuverts, now.feriesOuverts)) kept.parts.add('feries');
  // Variants win in their order: one that moves is written anew with those that come after it.
  let next = 0;
  now.variantes.forEach((rules, index) => {
    const found = old.variantes.findIndex((other, place) => place >= next && same(other, rules));
    if (found < 0) return;
    const between = now.variantes.slice(0, index).some((_, earlier) => !kept.variantes.has(earlier));
    if (between) return;
    kept.parts.add(`variante:${found}`);
    kept.variantes.add(index);
    next = found + 1;
  });
  before.exceptions.forEach((exception, place) => {
    const index = sortExceptions(after.exceptions).findIndex(
      (other, at) => same(other, exception) && !kept.exceptions.has(at),
    );
    if (index < 0) return;
    kept.parts.add(`exception:${place}`);
    kept.exceptions.add(index);
  });
  before.gardees.forEach((gardee, place) => {
    if (after.gardees.some((other) => same(other, gardee))) kept.parts.add(`gardee:${place}`);
  });
  return after.gardees.every((gardee) => before.gardees.some((other) => same(other, gardee))) ? kept : null;
}

function rankOf(parts: readonly Part[], rule: Rule): number {
  return Math.max(
    ...parts.map((part) => {
      if (part === 'semaine') return RANKS.semaine;
      if (part === 'feries') return rule.etat === 'ferme' ? RANKS.feriesFermes : RANKS.feriesOuverts;
      if (part.startsWith('variante')) return RANKS.variante;
      return part.startsWith('exception') ? RANKS.exception : RANKS.gardee;
    }),
  );
}

/** A rule of the week without certain days; null where none is left. */
function withoutDays(rule: Rule, days: readonly number[]): Rule | null {
  const rest = daysOf(rule).filter((day) => !days.includes(day));
  if (rest.length > 0) return { ...rule, weekdays: selectorsOf(rest) };
  if (rule.weekdaysOrHolidays.length === 0) return null;
  return { ...rule, weekdays: [], weekdaysOrHolidays: [], holidays: rule.weekdaysOrHolidays };
}

/** The rules of the days that changed, which add up where some night of the week goes on into the next day. */
function rulesOfNewDays(changed: Semaine, semaine: Semaine): Rule[] {
  const nights = semaine.some((plages) => plages.some((plage) => plage.end > 1440));
  return rulesOfWeek(changed).map((rule) => (nights ? { ...rule, mode: 'ajout' } : rule));
}

function written(rules: readonly Rule[], rank: number): Piece[] {
  return rules.map((rule) => ({ texte: writeRules([rule]), mode: rule.mode, rank, source: null }));
}

/** Puts pieces after all those of their rank or of an earlier one. */
function insertAfter(pieces: Piece[], added: readonly Piece[]): void {
  const [first] = added;
  if (!first) return;
  const last = pieces.findLastIndex((piece) => piece.rank <= first.rank);
  pieces.splice(last + 1, 0, ...added);
}

/** Neighbours of the source keep what stood between them; the beginning and the end of the text stay too. */
function join(text: string, source: Dissection, pieces: readonly Piece[]): string {
  const joined = pieces.reduce((result, piece, index) => {
    const previous = pieces[index - 1];
    const place = piece.source === null ? undefined : source.places[piece.source];
    const neighbour = previous?.source === null ? undefined : source.places[previous?.source ?? -1];
    const mode = piece.source === null ? undefined : source.rules[piece.source]?.mode;
    if (!previous) return (piece.source === 0 ? text.slice(0, place?.begin) : '') + piece.texte;
    const adjacent = piece.source !== null && previous.source === piece.source - 1 && mode === piece.mode;
    const between = adjacent && neighbour && place ? text.slice(neighbour.end, place.begin) : SEPARATORS[piece.mode];
    const tail = adjacent ? result : result.trimEnd();
    return `${tail}${between}${piece.texte}`;
  }, '');
  const last = source.places.length - 1;
  return pieces.at(-1)?.source === last ? joined + text.slice(source.places[last]?.end) : joined;
}
