import { formatLocalDate, parseLocalDate, weekdayOf } from './dates.ts';
import type { Opening } from './evaluate.ts';
import { describeDatedRules } from './french.ts';
import { applyHoliday } from './opening.ts';
import type { ParsedHoraires } from './parse.ts';
import { parseHoraires } from './parse.ts';
import { closureOn, shownOpenings, shownUsualDay } from './preview.ts';
import { isLongNight, type Rule } from './rules.ts';
import { understandHoraires, whyUnread } from './slips.ts';
import {
  type Fermeture,
  type StoredHoraires,
  type StoredIllisible,
  type StoredInterval,
  type StoredLu,
  withFermetures,
} from './stored-form.ts';
import { weekFrom, weekToBits } from './week.ts';
import type { LieuPlace } from './zones.ts';
import { territoryOfLieu } from './zones.ts';

/** How far ahead dated openings are computed; the nightly job moves it on. */
const DATED_DAYS = 400;

/** What goes into the columns of `lieu` and the table `ouverture_datee`. */
export interface HorairesColumns {
  horaires_etat: 'vide' | 'lu' | 'illisible';
  /** Without bits and without dated days. */
  horaires_intervalles: StoredHoraires | null;
  horaires_bits: Uint8Array | null;
  /** The days (AAAA-MM-JJ) on which the openings are not those of the week; an empty list is a closed day. */
  ouvertures_datees: { jour: string; intervalles: readonly StoredInterval[] }[];
}

/**
 * What is stored beside a text of `horaires`, in the lieu's local time. The text itself is kept as it came by the caller, whatever the
 * state. A text outside the grammar that has one clear meaning is understood (see `slips.ts`) and says so in `compris`.
 * @param today local date AAAA-MM-JJ from which dated openings are computed, 400 days on
 * @throws {RangeError} where `today` is not a date
 */
export function storeHoraires(text: string | null, lieu: LieuPlace, today: string): HorairesColumns {
  const first = parseLocalDate(today);
  if (first === null) throw new RangeError(`Not a date: ${today}`);
  const read = interpret(text);
  if (read === null) {
    return { horaires_etat: 'vide', horaires_intervalles: null, horaires_bits: null, ouvertures_datees: [] };
  }
  if ('etat' in read) {
    return { horaires_etat: 'illisible', horaires_intervalles: read, horaires_bits: null, ouvertures_datees: [] };
  }
  const territory = territoryOfLieu(lieu);
  const usual = usualWeek(read);
  const dated = read.parsed.datee ? datedOpenings(read.parsed, usual, territory, first) : [];
  return {
    horaires_etat: 'lu',
    horaires_intervalles: storedOf(read, { usual, territory, first, reasons: true }),
    horaires_bits: sieveOf(usual, dated),
    ouvertures_datees: dated.map(({ day, openings }) => ({
      jour: formatLocalDate(day),
      intervalles: openings.map(toInterval),
    })),
  };
}

/**
 * A text of hours as it is stored, for French sentences alone: they tell the usual week and the rules beside it, neither of which
 * depends on the place or on the day, so that nothing dated is computed. Null where there is no text.
 */
export function storedForWords(text: string | null): StoredHoraires | null {
  const read = interpret(text);
  if (read === null || 'etat' in read) return read;
  return storedOf(read, { usual: usualWeek(read), territory: '', first: 0, reasons: false });
}

interface Interpreted {
  parsed: ParsedHoraires;
  /** The OSM text of what is not in the grammar, as it was understood. */
  compris: string | null;
}

function interpret(text: string | null): Interpreted | StoredIllisible | null {
  if (text === null || text.trim() === '') return null;
  const strict = parseHoraires(text);
  if (strict.ok) return { parsed: strict.horaires, compris: null };
  const understood = understandHoraires(text);
  if (understood.ok) {
    const parsed = parseHoraires(understood.osm);
    if (parsed.ok) return { parsed: parsed.horaires, compris: understood.osm };
  }
  return { etat: 'illisible', ...whyUnread(text) };
}

function usualWeek({ parsed }: Interpreted): Opening[][] {
  return [0, 1, 2, 3, 4, 5, 6].map((day) => shownUsualDay(parsed, day));
}

function storedOf(
  { parsed, compris }: Interpreted,
  {
    usual,
    territory,
    first,
    reasons,
  }: { usual: readonly Opening[][]; territory: string; first: number; reasons: boolean },
): StoredLu {
  return {
    etat: 'lu',
    semaine: usual.map((openings) => openings.map(toInterval)),
    feries: parsed.feries,
    territoire: territory,
    exprimable: parsed.expressible && compris === null,
    mentions: parsed.mentions,
    precisions: describeDatedRules(toldRules(parsed)),
    compris,
    datees: parsed.datee
      ? {
          du: first,
          au: first + DATED_DAYS - 1,
          ...withFermetures(reasons ? fermeturesOf(parsed, territory, first) : []),
        }
      : null,
  };
}

/** The rules as they are told: what is surely not meant is to be checked; of a long night its sentence says so already. */
function toldRules({ rules, sures }: ParsedHoraires): readonly Rule[] {
  if (sures === null) return rules;
  const isDoubted = (rule: Rule, index: number) =>
    rule.etat !== 'ferme' && JSON.stringify(rule) !== JSON.stringify(sures[index]) && !rule.spans.some(isLongNight);
  return rules.map((rule, index) => (isDoubted(rule, index) ? { ...rule, etat: 'inconnu' } : rule));
}

/** The days to come that are closed for a reason that the text gives, by runs of the same reason. */
function fermeturesOf(parsed: ParsedHoraires, territory: string, first: number): Fermeture[] {
  if (!parsed.rules.some(({ etat, mention }) => etat === 'ferme' && mention !== null)) return [];
  const found: Fermeture[] = [];
  for (let day = first; day < first + DATED_DAYS; day++) {
    const reason = closureOn(parsed, day, territory);
    if (reason === null) continue;
    const [du, au, last] = found.at(-1) ?? [];
    if (du !== undefined && au === day - 1 && last === reason) found.splice(-1, 1, [du, day, reason]);
    else found.push([day, day, reason]);
  }
  return found;
}

function datedOpenings(
  parsed: ParsedHoraires,
  usual: Opening[][],
  territory: string,
  first: number,
): { day: number; openings: Opening[] }[] {
  const found: { day: number; openings: Opening[] }[] = [];
  for (let day = first; day < first + DATED_DAYS; day++) {
    const openings = shownOpenings(parsed, day, territory);
    const expected = applyHoliday(usual[weekdayOf(day)] ?? [], day, parsed.feries, territory);
    if (JSON.stringify(openings) !== JSON.stringify(expected)) found.push({ day, openings });
  }
  return found;
}

/** Every quarter-hour of a weekday in which it is open in the week or on some dated day. */
function sieveOf(
  usual: readonly (readonly Opening[])[],
  dated: readonly { day: number; openings: readonly Opening[] }[],
): Uint8Array {
  const byDay = usual.map((openings) => [...openings]);
  for (const { day, openings } of dated) byDay[weekdayOf(day)]?.push(...openings);
  return weekToBits(weekFrom((day) => (byDay[day] ?? []).filter((opening) => opening.etat === 'ouvert')));
}

function toInterval({ start, end, etat, mention }: Opening): StoredInterval {
  if (mention !== null) return [start, end, etat === 'ouvert' ? 0 : 1, mention];
  return etat === 'ouvert' ? [start, end] : [start, end, 1];
}
