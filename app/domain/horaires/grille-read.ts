import { dayOf, daysInMonth, formatLocalDate } from './dates.ts';
import type { Opening } from './evaluate.ts';
import { usualDay } from './evaluate.ts';
import { describeRule } from './french.ts';
import type { ExceptionDatee, Grille, Plage, Quand, Semaine, Variante } from './grille.ts';
import { sameOpenings } from './grille-compare.ts';
import { APPOINTMENT, LAST_DAYS, textOfGrille } from './grille-write.ts';
import { parseHoraires } from './parse.ts';
import type { Place } from './read.ts';
import { readRules } from './read.ts';
import type { DateRange, DayPoint, Rule } from './rules.ts';
import { isDated, namesFeries } from './rules.ts';
import { DAY_MINUTES } from './week.ts';
import { isAppointment } from './words.ts';

export type GrilleResult = { ok: true; grille: Grille } | { ok: false; message: string; position?: number };

/** A grille that says nothing. */
export const EMPTY_GRILLE: Grille = {
  semaine: [[], [], [], [], [], [], []],
  variantes: [],
  exceptions: [],
  feries: 'inconnu',
  gardees: [],
};

/**
 * The grille of an OSM text, which has the same openings on every day (that is checked, see `sameOpenings`): a rule that a part of
 * the grille expresses goes there, any other one is kept to the letter. No text: an empty grille. Never throws.
 */
export function grilleOfText(text: string | null): GrilleResult {
  if (text === null || text.trim() === '') return { ok: true, grille: EMPTY_GRILLE };
  const parsed = parseHoraires(text);
  if (!parsed.ok) return parsed;
  return { ok: true, grille: dissect(text).grille };
}

/** To which part of the grille each rule of the text went: `variante:0`, `exception:2`, `gardee:1`. */
export type Part = 'semaine' | 'feries' | `variante:${number}` | `exception:${number}` | `gardee:${number}`;

export interface Dissection {
  grille: Grille;
  rules: readonly Rule[];
  places: readonly Place[];
  /** By rule: more than one where it says two things at once (`PH,Su off`). */
  parts: readonly (readonly Part[])[];
}

/**
 * A text that reads, taken apart. Several ways are tried, from the one that expresses most; the last keeps every rule.
 * @throws {HorairesSyntaxError}
 */
export function dissect(text: string): Dissection {
  const { rules, places } = readRules(text);
  const tried = new Set<string>();
  for (const keeps of WAYS) {
    const taken = takeApart(text, rules, places, keeps);
    const written = taken ? textOfGrille(taken.grille) : null;
    if (!taken || written === null || tried.has(written)) continue;
    tried.add(written);
    const again = written === '' ? { ok: true as const, horaires: { rules: [] } } : parseHoraires(written);
    if (again.ok && sameOpenings(rules, again.horaires.rules)) return taken;
  }
  const all = takeApart(text, rules, places, () => true);
  if (!all) throw new Error('A text whose rules are all kept is always taken apart');
  return all;
}

/** Which rules are kept to the letter though a part of the grille could hold them: their order among the others matters. */
const WAYS: readonly ((rule: Rule, index: number, rules: readonly Rule[]) => boolean)[] = [
  () => false,
  (rule, index, rules) => isException(rule) && rules.slice(index + 1).some((later) => !isExpressible(later)),
  (rule, index, rules) => isDated(rule) && rules.slice(0, index).some((earlier) => !isExpressible(earlier)),
  (rule) => rule.holidays.some((holiday) => holiday.kind === 'PH'),
  (rule, index, rules) => isDated(rule) && rules.slice(0, index).some(namesFeries),
  (rule) => isDated(rule) && !isException(rule),
  (rule) => isDated(rule),
  (rule) => isDated(rule) || namesFeries(rule),
];

/** Whether some part of a grille says what a rule says, its order among the others aside. */
function isExpressible(rule: Rule): boolean {
  return (
    isSimple(rule) &&
    splitRule(rule).every((single) => {
      const [range] = single.dates;
      return !isDated(single) || quandOf(single) !== null || (range !== undefined && exceptionDates(range) !== null);
    })
  );
}

function isException(rule: Rule): boolean {
  return rule.dates.length > 0 && rule.dates.every((range) => range.kind === 'jours' && range.from.year !== null);
}

function takeApart(
  text: string,
  rules: readonly Rule[],
  places: readonly Place[],
  keeps: (typeof WAYS)[number],
): Dissection | null {
  const parts: Part[][] = rules.map(() => []);
  const say = (index: number, part: Part) => {
    if (!parts[index]?.includes(part)) parts[index]?.push(part);
  };
  const gardees: Grille['gardees'][number][] = [];
  const keep = (index: number) => {
    const [rule, place] = [rules[index], places[index]];
    if (!rule || !place || parts[index]?.some((part) => part.startsWith('gardee'))) return;
    say(index, `gardee:${gardees.length}`);
    const separator = rule.mode === 'normale' ? '' : rule.mode === 'ajout' ? ', ' : '|| ';
    gardees.push({ texte: separator + text.slice(place.begin, place.end).trim(), description: describeRule(rule) });
  };

  const undated: Rule[] = [];
  const dated: { rule: Rule; index: number }[] = [];
  rules.forEach((rule, index) => {
    if (keeps(rule, index, rules) || !isSimple(rule)) {
      keep(index);
      return;
    }
    for (const single of splitRule(rule)) {
      if (isDated(single)) dated.push({ rule: single, index });
      else {
        undated.push(single);
        say(index, single.holidays.length > 0 ? 'feries' : 'semaine');
      }
    }
  });

  const semaine = weekOf(undated, false);
  let feries: Grille['feries'] = 'inconnu';
  if (undated.some(namesFeries)) {
    const onFeries = weekOf(undated, true);
    if (onFeries.every((plages) => plages.length === 0)) feries = 'ferme';
    else if (JSON.stringify(onFeries) === JSON.stringify(semaine)) feries = 'ouvert';
    else return null;
  }

  const variantes: Draft[] = [];
  const exceptions: ExceptionDatee[] = [];
  for (const { rule, index } of dated) {
    const exception = addException(exceptions, rule);
    if (exception !== null) {
      say(index, `exception:${exception}`);
      continue;
    }
    const mirrored = dated.some(
      (other) => other.index < index && namesPH(rule) && sayTheSame(other.rule, { ...rule, holidays: [] }),
    );
    if (mirrored) {
      feries = 'ouvert';
      say(index, 'feries');
      continue;
    }
    const variante = addVariante(variantes, rule, semaine);
    if (variante === null) keep(index);
    else say(index, `variante:${variante}`);
  }
  const grille: Grille = {
    semaine,
    variantes: variantes.map((draft) => finishVariante(draft, semaine)),
    exceptions,
    feries,
    gardees,
  };
  return { grille, rules, places, parts };
}

function namesPH(rule: Rule): boolean {
  return rule.holidays.length === 1 && rule.holidays[0]?.kind === 'PH' && rule.holidays[0].offset === 0;
}

function sayTheSame(a: Rule, b: Rule): boolean {
  return JSON.stringify({ ...a, mode: 0 }) === JSON.stringify({ ...b, mode: 0 });
}

/** Whether ranges of the grille can say what a rule says: times with an end, open, closed or by appointment. */
function isSimple(rule: Rule): boolean {
  if (rule.mode === 'repli' || rule.spans.some((span) => span.openEnd)) return false;
  if (rule.etat === 'inconnu') return isAppointment(rule.mention);
  // A closure that gives a reason, or only some hours, has no place but among the exceptions.
  if (rule.etat === 'ferme') return rule.spans.length === 0 && (rule.mention === null || isException(rule));
  return true;
}

/** `PH,SH off`, `Jul,Dec off`, `PH,Su off`: one rule for each thing said. */
function splitRule(rule: Rule): Rule[] {
  if (rule.weekdaysOrHolidays.length > 0) {
    const alone = { ...rule, weekdaysOrHolidays: [] };
    return [
      ...splitRule(alone),
      ...(rule.holidays.length === 0 ? splitRule({ ...alone, weekdays: [], holidays: rule.weekdaysOrHolidays }) : []),
    ];
  }
  if (rule.holidays.length > 1) return rule.holidays.map((holiday) => ({ ...rule, holidays: [holiday] }));
  if (rule.dates.length > 1) return rule.dates.map((range) => ({ ...rule, dates: [range] }));
  return [rule];
}

/** The ranges of a usual week as the rules give them, nights put together again. */
function weekOf(undated: readonly Rule[], ferie: boolean): Semaine {
  const days: Plage[][] = [0, 1, 2, 3, 4, 5, 6].map((day) => usualDay(undated, day, ferie).map(plageOfOpening));
  for (let day = 0; day < 7; day++) {
    const [today, tomorrow] = [days[day], days[(day + 1) % 7]];
    const [evening, morning] = [today?.at(-1), tomorrow?.[0]];
    if (!today || !tomorrow || !evening || !morning) continue;
    const same = evening.rendezVous === morning.rendezVous && evening.mention === morning.mention;
    if (!same || evening.end !== DAY_MINUTES || morning.start !== 0 || evening.start === 0) continue;
    if (morning.end >= DAY_MINUTES || morning.end >= evening.start) continue;
    today[today.length - 1] = { ...evening, end: DAY_MINUTES + morning.end };
    tomorrow.shift();
  }
  return days;
}

function plageOfOpening({ start, end, etat, mention }: Opening): Plage {
  return plageOf(start, end, etat === 'inconnu', mention);
}

/** `sur rendez-vous, au 2e étage` is by appointment with the comment `au 2e étage`. */
function plageOf(start: number, end: number, rendezVous: boolean, mention: string | null): Plage {
  if (!rendezVous || mention === null) return { start, end, rendezVous, mention };
  if (mention === APPOINTMENT) return { start, end, rendezVous, mention: null };
  const rest = mention.startsWith(`${APPOINTMENT}, `) ? mention.slice(APPOINTMENT.length + 2) : mention;
  return { start, end, rendezVous, mention: isAppointment(rest) ? mention : rest };
}

function plagesOf(rule: Rule): Plage[] {
  if (rule.etat === 'ferme') return [];
  const spans = rule.spans.length === 0 ? [{ start: 0, end: DAY_MINUTES }] : rule.spans;
  return [...spans]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end }) => plageOf(start, end, rule.etat === 'inconnu', rule.mention));
}

/** The place of the exception that a rule adds or completes; null where it is none. */
function addException(exceptions: ExceptionDatee[], rule: Rule): number | null {
  const [range] = rule.dates;
  if (!range || rule.weeks.length + rule.weekdays.length + rule.holidays.length > 0) return null;
  const dates = exceptionDates(range);
  if (!dates) return null;
  if (rule.mode === 'ajout' && rule.etat !== 'ferme') {
    const last = exceptions.at(-1);
    if (last?.du !== dates.du || last.au !== dates.au) return null;
    const plages = [...last.plages, ...plagesOf(rule)].sort((a, b) => a.start - b.start);
    exceptions[exceptions.length - 1] = { ...last, plages };
    return exceptions.length - 1;
  }
  exceptions.push({ ...dates, plages: plagesOf(rule), mention: rule.etat === 'ferme' ? rule.mention : null });
  return exceptions.length - 1;
}

function exceptionDates(range: DateRange): { du: string; au: string } | null {
  if (range.kind === 'annees') return null;
  if (range.kind === 'mois') {
    const { years, from, to } = range;
    if (!years || years.from !== years.to || from > to) return null;
    return {
      du: formatLocalDate(dayOf(years.from, from, 1)),
      au: formatLocalDate(dayOf(years.from, to, daysInMonth(years.from, to))),
    };
  }
  const { year } = range.from;
  if (year === null) return null;
  const first = realDay(range.from, year);
  let last = realDay(range.to, range.to.year ?? year);
  if (first !== null && last !== null && last < first && range.to.year === null) last = realDay(range.to, year + 1);
  if (first === null || last === null || last < first) return null;
  return { du: formatLocalDate(first), au: formatLocalDate(last) };
}

function realDay(point: DayPoint, year: number): number | null {
  if (point.kind !== 'date' || point.day > daysInMonth(year, point.month)) return null;
  return dayOf(year, point.month, point.day) + point.offset;
}

/** A variant being read: in one that replaces, the days that no rule named are as usual. */
interface Draft {
  quand: Quand;
  effet: Variante['effet'];
  semaine: Plage[][];
  named: Set<number>;
}

/** The place of the variant that a rule makes or completes; null where no variant can say it. */
function addVariante(variantes: Draft[], rule: Rule, usual: Semaine): number | null {
  const quand = quandOf(rule);
  if (!quand) return null;
  const days = daysOf(rule);
  const plages = plagesOf(rule);
  const last = variantes.at(-1);
  const same = last && JSON.stringify(last.quand) === JSON.stringify(quand) ? last : null;
  if (rule.mode === 'ajout' && rule.etat !== 'ferme') {
    const goesOn = same?.effet === 'ajoute' || (same?.effet === 'remplace' && days.every((day) => same.named.has(day)));
    const draft = goesOn ? same : newDraft(variantes, quand, 'ajoute');
    for (const day of days) {
      draft.semaine[day] = [...(draft.semaine[day] ?? []), ...plages].sort((a, b) => a.start - b.start);
      draft.named.add(day);
    }
    return variantes.indexOf(draft);
  }
  // Where it is never open as a rule, replacing and adding are the same, and adding leaves the other days alone.
  const usuallyClosed = (which: Iterable<number>) => [...which].every((day) => (usual[day] ?? []).length === 0);
  if (rule.etat === 'ferme' && quand.kind === 'rang') {
    const draft = same?.effet === 'ferme' ? same : newDraft(variantes, quand, 'ferme');
    for (const day of days) draft.named.add(day);
    return variantes.indexOf(draft);
  }
  const replaces = rule.etat === 'ferme' || !usuallyClosed(days);
  let draft = same?.effet === 'ferme' ? null : same;
  if (draft?.effet === 'ajoute' && replaces) {
    if (usuallyClosed(draft.named)) draft.effet = 'remplace';
    else draft = null;
  }
  draft ??= newDraft(variantes, quand, replaces ? 'remplace' : 'ajoute');
  for (const day of days) {
    draft.semaine[day] = plages;
    draft.named.add(day);
  }
  return variantes.indexOf(draft);
}

function newDraft(variantes: Draft[], quand: Quand, effet: Variante['effet']): Draft {
  const draft: Draft = { quand, effet, semaine: [[], [], [], [], [], [], []], named: new Set() };
  variantes.push(draft);
  return draft;
}

function finishVariante({ quand, effet, semaine, named }: Draft, usual: Semaine): Variante {
  if (quand.kind === 'rang' && effet === 'ferme') {
    return { quand, effet, jours: [...named].sort((a, b) => a - b), semaine };
  }
  if (effet === 'ferme') throw new Error('Only ranks of the month close some days alone');
  if (effet === 'ajoute' || quand.kind === 'rang') return { quand, effet, semaine };
  return { quand, effet, semaine: semaine.map((plages, day) => (named.has(day) ? plages : (usual[day] ?? []))) };
}

/** The only condition of a rule, where it has exactly one besides plain weekdays. */
function quandOf(rule: Rule): Quand | null {
  const [range, week, holiday] = [rule.dates[0], rule.weeks[0], rule.holidays[0]];
  const nths = rule.weekdays.some((selector) => selector.nth.length > 0 || selector.offset !== 0);
  if (rule.weekdaysOrHolidays.length > 0) return null;
  if ((range ? 1 : 0) + rule.weeks.length + (holiday ? 1 : 0) + (nths ? 1 : 0) !== 1) return null;
  if (nths) return rangOf(rule);
  if (holiday) return holiday.kind === 'SH' && holiday.offset === 0 ? { kind: 'vacances' } : null;
  if (week) {
    if (week.step !== 2 || week.to < 52 || week.from > 2) return null;
    if (week.from === 1 && week.to === 53) return { kind: 'semaines', parite: 'impaire' };
    return week.from === 2 ? { kind: 'semaines', parite: 'paire' } : null;
  }
  return range ? saisonOf(range) : null;
}

function rangOf(rule: Rule): Quand | null {
  const [first] = rule.weekdays;
  if (!first) return null;
  const alike = rule.weekdays.every(
    ({ from, to, nth, offset }) => from === to && offset === 0 && String(nth) === String(first.nth),
  );
  return alike ? { kind: 'rang', rangs: first.nth } : null;
}

function saisonOf(range: DateRange): Quand | null {
  if (range.kind === 'annees') return null;
  if (range.kind === 'mois') {
    if (range.years) return null;
    const jour = LAST_DAYS[range.to - 1] ?? 31;
    return { kind: 'saison', du: { mois: range.from, jour: 1 }, au: { mois: range.to, jour } };
  }
  const { from, to } = range;
  if (from.kind !== 'date' || to.kind !== 'date' || from.year !== null || to.year !== null) return null;
  if (from.offset !== 0 || to.offset !== 0) return null;
  return { kind: 'saison', du: { mois: from.month, jour: from.day }, au: { mois: to.month, jour: to.day } };
}

/** The days of the week (0 = Monday) that a rule names, all where it names none; ranks and moves aside. */
export function daysOf(rule: Rule): number[] {
  if (rule.weekdays.length === 0) return [0, 1, 2, 3, 4, 5, 6];
  const days = rule.weekdays.flatMap(({ from, to }) =>
    Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, index) => (from + index) % 7),
  );
  return [...new Set(days)].sort((a, b) => a - b);
}
