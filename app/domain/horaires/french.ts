import { daysInMonth } from './dates.ts';
import type { DateRange, DayPoint, HolidaySelector, Rule, Span, WeekdaySelector, WeekRange } from './rules.ts';
import { isDated, isLongNight } from './rules.ts';
import type { StoredInterval, StoredLu } from './stored-form.ts';
import { normalizeWeek, type Week, weekFrom } from './week.ts';
import {
  capitalize,
  DAY_NAMES,
  fillsDay,
  formatDayList,
  formatHours,
  formatNotedHours,
  formatTime,
  joinWords,
  MONTH_NAMES,
  type NotedRange,
  ordinal,
} from './words.ts';

export interface ReadableDay {
  /** `Lundi`. */
  nom: string;
  /** `9 h – 12 h et 14 h – 18 h 30`, `fermé`, `24 h sur 24`, `9 h – 12 h (sur rendez-vous)`. */
  heures: string;
  ferme: boolean;
}

/**
 * The usual week of a lieu for people to read, from what is stored (nothing is parsed). `jours` has the seven days, Monday first, or
 * none where only `precisions` tell when it is open; these say what the week does not: holidays, odd weeks, seasons.
 */
export function readableDays(stored: StoredLu): { jours: ReadableDay[]; precisions: string[] } {
  const told = [...new Set(stored.semaine.flat().map(noteOf))].map((note) => ({ note, week: nightsOf(stored, note) }));
  const jours = DAY_NAMES.map((name, day) => {
    const whole = (stored.semaine[day] ?? []).map(notedRange);
    const nights = told.flatMap(({ note, week }) => (week[day] ?? []).map((range) => ({ ...range, note })));
    const ranges = fillsDay(whole) ? whole : nights;
    const heures = ranges.length === 0 ? CLOSED : formatNotedHours(ranges);
    return { nom: capitalize(name), heures, ferme: heures === CLOSED };
  });
  const precisions = [...stored.precisions];
  if (stored.feries === 'ferme' && !precisions.some((said) => said.startsWith(HOLIDAYS_CLOSED)))
    precisions.push('Fermé les jours fériés.');
  if (stored.feries === 'ouvert' && stored.datees === null)
    precisions.push('Ouvert les jours fériés aux mêmes heures.');
  const onlyDated = stored.precisions.length > 0 && jours.every((jour) => jour.ferme);
  return { jours: onlyDated ? [] : jours, precisions };
}

/** The same with days that have the same hours on one line: `{ jours: 'du lundi au jeudi', heures: '9 h – 12 h' }`. */
export function readableWeek(stored: StoredLu): { lignes: { jours: string; heures: string }[]; precisions: string[] } {
  const { jours, precisions } = readableDays(stored);
  const groups = new Map<string, number[]>();
  jours.forEach(({ heures }, day) => {
    groups.set(heures, [...(groups.get(heures) ?? []), day]);
  });
  return { lignes: [...groups].map(([heures, days]) => ({ jours: formatDayList(days), heures })), precisions };
}

const CLOSED = 'fermé';
/** How the sentence of `PH off "inventaire"` begins. */
const HOLIDAYS_CLOSED = 'Jours fériés\u00a0: fermé';

/** What is said beside an interval; null where it is open, without more. */
function noteOf([, , uncertain, mention]: StoredInterval): string | null {
  return mention ?? (uncertain ? 'à vérifier' : null);
}

/** What has one note in the week, each night on the day on which it begins. */
function nightsOf({ semaine }: StoredLu, note: string | null): Week {
  const having = (day: number) => (semaine[day] ?? []).filter((interval) => noteOf(interval) === note);
  return normalizeWeek(weekFrom((day) => having(day).map(([start, end]) => ({ start, end }))));
}

function notedRange(interval: StoredInterval): NotedRange {
  return { start: interval[0], end: interval[1], note: noteOf(interval) };
}

/** The rules that a plain week cannot tell, one French sentence each: "Semaines impaires, mardi : 9 h – 12 h." */
export function describeDatedRules(rules: readonly Rule[]): string[] {
  return rules.filter((rule) => isDated(rule) || onlyHolidays(rule) || givesReason(rule)).map(describeRule);
}

/** `PH off` is told by `feries`; `PH 10:00-12:00` is not. */
function onlyHolidays(rule: Rule): boolean {
  return rule.holidays.length > 0 && rule.weekdays.length === 0 && (rule.etat !== 'ferme' || rule.spans.length > 0);
}

/** The week says that a day is closed, but not why. */
function givesReason({ etat, mention }: Rule): boolean {
  return etat === 'ferme' && mention !== null;
}

/** One rule as a French sentence: "Semaines impaires, mardi : 9 h – 12 h." */
export function describeRule(rule: Rule): string {
  const when = [
    joinWords(rule.weeks.map(describeWeeks)),
    joinWords([...rule.weekdays.map(describeWeekday), ...rule.weekdaysOrHolidays.map(describeHoliday)]),
    joinWords(rule.holidays.map(describeHoliday)),
    joinWords(rule.dates.map(describeDate)),
  ].filter((part) => part !== '');
  const said = `${hoursOfRule(rule)}.`;
  return capitalize(when.length === 0 ? said : `${when.join(', ')}\u00a0: ${said}`);
}

/** The note is of all the hours of a rule (see `formatNotedHours`). */
function hoursOfRule({ etat, mention, spans }: Rule): string {
  const hours = joinWords(spans.map(describeSpan));
  const note = mention ?? (etat === 'inconnu' ? 'à vérifier' : null);
  if (etat === 'ferme') return ['fermé', hours, note ? `(${note})` : ''].filter((part) => part !== '').join(' ');
  if (note === null) return hours || 'ouvert';
  if (hours === '') return etat === 'ouvert' ? `ouvert (${note})` : note;
  return spans.length > 1 ? `${hours}, ${note}` : `${hours} (${note})`;
}

/** An end that is not said has a guessed one, which is not to be told as if it had been said. */
function describeSpan(span: Span): string {
  if (span.openEnd) return `à partir de ${formatTime(span.start)}`;
  return isLongNight(span) ? `${formatHours([span])} (à vérifier)` : formatHours([span]);
}

function describeWeeks({ from, to, step }: WeekRange): string {
  if (step === 2 && to >= 52 && from <= 2) return from % 2 === 1 ? 'semaines impaires' : 'semaines paires';
  if (from === to) return `semaine ${from}`;
  return `semaines ${from} à ${to}${step > 1 ? `, une sur ${step}` : ''}`;
}

function describeWeekday({ from, to, nth, offset }: WeekdaySelector): string {
  const days = Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, index) => (from + index) % 7);
  if (nth.length === 0) return formatDayList(days.sort((a, b) => a - b));
  return `${joinWords(nth.map(describeNth))} ${DAY_NAMES[from]} du mois${describeOffset(offset)}`;
}

function describeNth(nth: number): string {
  if (nth === -1) return 'dernier';
  if (nth < 0) return `${-nth}e avant la fin`;
  return nth === 1 ? '1er' : `${nth}e`;
}

function describeHoliday({ kind, offset }: HolidaySelector): string {
  return `${kind === 'PH' ? 'jours fériés' : 'vacances scolaires'}${describeOffset(offset)}`;
}

function describeOffset(offset: number): string {
  if (offset === 0) return '';
  const days = Math.abs(offset);
  return ` (${days} jour${days > 1 ? 's' : ''} ${offset > 0 ? 'après' : 'avant'})`;
}

function describeDate(range: DateRange): string {
  if (range.kind === 'annees') {
    const { from, to } = range.years;
    if (from === to) return `en ${from}`;
    return to === 9999 ? `à partir de ${from}` : `de ${from} à ${to}`;
  }
  if (range.kind === 'mois') {
    const months = range.from === range.to ? `en ${month(range.from)}` : `de ${month(range.from)} à ${month(range.to)}`;
    if (!range.years) return months;
    return range.years.from === range.years.to
      ? `${months} ${range.years.from}`
      : `${months}, ${range.years.from} à ${range.years.to}`;
  }
  const to = describePoint(range.to);
  if (describePoint(range.from) === to) return `le ${to}`;
  return `du ${describeBeginning(range)} au ${to}`;
}

/** `28`, of `du 28 au 30 novembre 2026`: what the end says too is not said twice. */
function describeBeginning({ from, to }: Extract<DateRange, { kind: 'jours' }>): string {
  const plain = from.kind === 'date' && to.kind === 'date' && from.offset === 0 && to.offset === 0;
  if (!plain || from.year !== to.year) return describePoint(from);
  const day = Math.min(from.day, daysInMonth(from.year ?? LEAP_YEAR, from.month));
  return from.month === to.month ? ordinal(day) : `${ordinal(day)} ${month(from.month)}`;
}

const EASTER_DAYS: Readonly<Record<number, string>> = {
  1: 'lundi de Pâques',
  39: 'jeudi de l’Ascension',
  50: 'lundi de Pentecôte',
};

function describePoint(point: DayPoint): string {
  const year = point.year === null ? '' : ` ${point.year}`;
  if (point.kind === 'paques') {
    return `${EASTER_DAYS[point.offset] ?? `dimanche de Pâques${describeOffset(point.offset)}`}${year}`;
  }
  if (point.kind === 'nieme') {
    return `${describeNth(point.nth)} ${DAY_NAMES[point.weekday]} de ${month(point.month)}${year}${describeOffset(point.offset)}`;
  }
  // A period that ends with a month is read as its 31st.
  const day = Math.min(point.day, daysInMonth(point.year ?? LEAP_YEAR, point.month));
  return `${ordinal(day)} ${month(point.month)}${year}${describeOffset(point.offset)}`;
}

const LEAP_YEAR = 2024;

function month(number: number): string {
  return MONTH_NAMES[number - 1] ?? '';
}
