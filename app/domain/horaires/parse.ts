import type { Opening } from './evaluate.ts';
import { usualDay } from './evaluate.ts';
import { readRules } from './read.ts';
import { type Alerte, HorairesSyntaxError } from './reader.ts';
import type { Rule } from './rules.ts';
import { isDated, namesFeries } from './rules.ts';
import type { Week } from './week.ts';
import { DAY_MINUTES, normalizeWeek, weekFrom, weekToBits } from './week.ts';

/** What holds on public holidays: closed, as on other days, or the text says nothing of it. */
export type Feries = 'ferme' | 'ouvert' | 'inconnu';

export interface ParsedHoraires {
  rules: readonly Rule[];
  /** What is open for sure in a usual week (canonical form); dated rules, comments and open ends are not in it. */
  week: Week;
  /** The week and `feries` say everything: the editor can write it back with `formatWeek`. */
  expressible: boolean;
  feries: Feries;
  /** Some of it depends on the date (odd weeks, seasons, nth weekday, school holidays, other hours on public holidays). */
  datee: boolean;
  /** Comments, in the order of the text, each once ("sur rdv"). */
  mentions: readonly string[];
  /** 84 bytes: the week as 7 × 96 quarter-hours. */
  bits: Uint8Array;
  /** Read, but surely not meant (`14:00-14:00`). */
  alertes: readonly Alerte[];
  /** The rules without what the alertes are about, which nobody is to be told for sure; null where there is none. */
  sures: readonly Rule[] | null;
}

export type HorairesResult = { ok: true; horaires: ParsedHoraires } | { ok: false; message: string; position?: number };

/** Characters: longer than any real text (the longest of 5,558 has some 400) and short enough to be read in no time. */
export const MAX_LENGTH = 2000;
const MAX_RULES = 200;

/**
 * Reads an OSM opening_hours text. Never throws; the work is linear in the length of the text. A text that is not understood gives the
 * place (index in the text) and a reason in French, and is to be kept as it is.
 */
export function parseHoraires(text: string): HorairesResult {
  if (text.length > MAX_LENGTH) {
    return { ok: false, message: `Le texte est trop long (${MAX_LENGTH} caractères au plus).`, position: MAX_LENGTH };
  }
  try {
    const { rules, alertes, sures } = readRules(text);
    if (rules.length > MAX_RULES) return { ok: false, message: `Il y a trop de règles (${MAX_RULES} au plus).` };
    return { ok: true, horaires: { ...describe(rules), alertes, sures } };
  } catch (error) {
    if (error instanceof HorairesSyntaxError) return { ok: false, message: error.message, position: error.position };
    throw error;
  }
}

function describe(rules: readonly Rule[]): Omit<ParsedHoraires, 'alertes' | 'sures'> {
  const usual = DAYS.map((day) => usualDay(rules, day));
  const week = normalizeWeek(weekFrom((day) => (usual[day] ?? []).filter((opening) => opening.etat === 'ouvert')));
  const { feries, special } = readFeries(rules, usual);
  const dated = special || rules.some(isDated);
  // The night that begins on a public holiday, or would, ends on a day that may be an ordinary one, where other hours may hold.
  const nights = feries !== 'inconnu' && rules.some(({ spans }) => spans.some(({ end }) => end > DAY_MINUTES));
  const uncertain = usual.some((openings) =>
    openings.some((opening) => opening.etat === 'inconnu' || opening.mention !== null),
  );
  const mentions = [...new Set(rules.flatMap((rule) => (rule.mention === null ? [] : [rule.mention])))];
  return {
    rules,
    week,
    expressible: !dated && !uncertain && mentions.length === 0,
    feries,
    datee: dated || nights,
    mentions,
    bits: weekToBits(week),
  };
}

const DAYS = [0, 1, 2, 3, 4, 5, 6];

/** `special`: on public holidays the hours are neither none nor the usual ones. */
function readFeries(rules: readonly Rule[], usual: readonly Opening[][]): { feries: Feries; special: boolean } {
  if (!rules.some(namesFeries)) return { feries: 'inconnu', special: false };
  const onFeries = DAYS.map((day) => usualDay(rules, day, true));
  if (onFeries.every((openings) => openings.length === 0)) return { feries: 'ferme', special: false };
  return { feries: 'ouvert', special: JSON.stringify(onFeries) !== JSON.stringify(usual) };
}
