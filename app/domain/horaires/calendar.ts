import type { Booked } from './booked.ts';
import { civilOf, dayOf, isoWeekOf, parseLocalDate, weekdayOf } from './dates.ts';
import type { Opening } from './evaluate.ts';
import { osmOfText } from './form-source.ts';
import { localDay } from './opening.ts';
import { parseHoraires } from './parse.ts';
import { type PreviewDay, previewDays } from './preview.ts';
import type { DateRange, Rule } from './rules.ts';
import { DAY_NAMES, formatHours, isAppointment, MONTH_NAMES, ordinal } from './words.ts';

/** Six weeks, whatever day they begin on. */
const CALENDAR_DAYS = 42;

export interface CalendarWeek {
  /** ISO number. */
  numero: number;
  /** Seven, Monday first; null before the first day and after the last. */
  jours: (CalendarDay | null)[];
}

/** A day as a citizen will see it, in words and as bars. */
export interface CalendarDay {
  /** AAAA-MM-JJ. */
  jour: string;
  nom: string;
  numero: string;
  mois: string;
  /** The first that is shown of its month: the month is worth saying. */
  debutDeMois: boolean;
  etat: 'ouvert' | 'rendez-vous' | 'verifier' | 'ferme';
  /** `9 h – 12 h`, `sur rendez-vous`, `fermé`. */
  lignes: string[];
  /** The name of a holiday, `exception`, `2 rendez-vous pris`. */
  notes: string[];
  /** Along a day from six in the morning to ten in the evening, in hundredths. */
  barres: { x: number; largeur: number; certain: boolean }[];
}

/** Where the calendar stands: its first local day (AAAA-MM-JJ), the holidays that hold, and the appointments that people have there. */
export interface CalendarPlace {
  from: string;
  territory: string;
  /** IANA. */
  zone: string;
  booked: readonly Booked[];
}

/**
 * The six weeks from a day on as the public will see them with this text. Null where the text is empty or does not read.
 * @throws {RangeError} where `from` is not a date
 */
export function calendarWeeks(text: string, { from, territory, zone, booked }: CalendarPlace): CalendarWeek[] | null {
  const first = parseLocalDate(from);
  if (first === null) throw new RangeError(`Not a date: ${from}`);
  const osm = osmOfText(text);
  const parsed = osm === null ? null : parseHoraires(osm);
  if (osm === null || !parsed?.ok) return null;
  const { rules } = parsed.horaires;
  const days = previewDays(osm, { from, days: CALENDAR_DAYS, territory });
  const taken = booked.map(({ debut }) => localDay(debut, zone));
  const shown = days.map((day, index) => {
    const { jour, ferie, vacances } = day;
    const exception = rules.findLast((rule) => rule.dates.some((range) => namesDay(range, jour)));
    const rendezVous = taken.filter((one) => one === jour).length;
    return calendarDay(day, index === 0, [
      ferie?.nom ?? '',
      exception ? ['exception', exception.mention].filter(Boolean).join(' : ') : '',
      rules.some(speaksOfVacances) && vacances === 'oui' ? 'vacances' : '',
      rendezVous > 0 ? `${rendezVous} rendez-vous pris` : '',
    ]);
  });
  const before = weekdayOf(first);
  const cells: (CalendarDay | null)[] = [...Array.from({ length: before }, () => null), ...shown];
  return Array.from({ length: Math.ceil(cells.length / 7) }, (_, index) => ({
    numero: isoWeekOf(first - before + index * 7),
    jours: DAY_NAMES.map((_, day) => cells[index * 7 + day] ?? null),
  }));
}

/** Where the hours change with them, school holidays are worth naming. */
function speaksOfVacances(rule: Rule): boolean {
  return [...rule.holidays, ...rule.weekdaysOrHolidays].some(({ kind }) => kind === 'SH');
}

/** Whether dates of one year name a day: what a person calls an exception. */
function namesDay(range: DateRange, jour: string): boolean {
  if (range.kind === 'mois') {
    const [year, month] = jour.split('-').map(Number);
    const { years, from, to } = range;
    return years?.from === year && years?.to === year && month !== undefined && from <= month && month <= to;
  }
  if (range.kind === 'annees' || range.from.kind !== 'date' || range.to.kind !== 'date') return false;
  const { from, to } = range;
  if (from.year === null) return false;
  const [first, last] = [dayOf(from.year, from.month, from.day), dayOf(to.year ?? from.year, to.month, to.day)];
  const day = parseLocalDate(jour) ?? 0;
  return first <= day && day <= (last < first ? dayOf(from.year + 1, to.month, to.day) : last);
}

/** The whole in a sentence: how many days are open, by appointment, closed. */
export function summaryOf(weeks: readonly CalendarWeek[]): string {
  const days = weeks.flatMap(({ jours }) => jours.filter((jour) => jour !== null));
  const count = (etat: CalendarDay['etat']) => days.filter((day) => day.etat === etat).length;
  const [first, last] = [days[0], days.at(-1)];
  const parts = [
    [count('ouvert'), 'ouvert'],
    [count('rendez-vous'), 'sur rendez-vous'],
    [count('verifier'), 'à vérifier'],
    [count('ferme'), 'fermé'],
  ] as const;
  const said = parts.flatMap(([n, words]) => (n === 0 ? [] : [`${words} ${n} jour${n > 1 ? 's' : ''}`]));
  return `Du ${dayName(first)} au ${dayName(last)} : ${said.join(', ')}.`;
}

function calendarDay({ jour, openings }: PreviewDay, first: boolean, notes: readonly string[]): CalendarDay {
  const day = parseLocalDate(jour) ?? 0;
  const { month, day: dayOfMonth } = civilOf(day);
  const etat = stateOf(openings);
  return {
    jour,
    nom: DAY_NAMES[weekdayOf(day)] ?? '',
    numero: ordinal(dayOfMonth),
    mois: MONTH_NAMES[month - 1] ?? '',
    debutDeMois: first || dayOfMonth === 1,
    etat,
    lignes: openings.length === 0 ? ['fermé'] : openings.map(lineOf),
    notes: notes.filter((note) => note !== ''),
    barres: openings.map(barOf),
  };
}

function stateOf(openings: readonly Opening[]): CalendarDay['etat'] {
  if (openings.length === 0) return 'ferme';
  if (openings.some((opening) => opening.etat === 'ouvert')) return 'ouvert';
  return openings.some((opening) => isAppointment(opening.mention)) ? 'rendez-vous' : 'verifier';
}

function lineOf({ start, end, etat, mention }: Opening): string {
  const hours = start === 0 && end === 1440 ? (etat === 'ouvert' ? '24 h sur 24' : '') : breakable({ start, end });
  const note = mention ?? (etat === 'ouvert' ? '' : 'à vérifier');
  return hours === '' ? note : note === '' ? hours : `${hours} (${note})`;
}

/** In a narrow cell the end may go to the next line. */
function breakable(range: { start: number; end: number }): string {
  return formatHours([range]).replace('–\u00a0', '– ');
}

const [DAWN, NIGHT] = [6 * 60, 22 * 60];

function barOf({ start, end, etat }: Opening): CalendarDay['barres'][number] {
  const at = (minute: number) => ((Math.max(DAWN, Math.min(NIGHT, minute)) - DAWN) / (NIGHT - DAWN)) * 100;
  // What lies outside still shows, as a sliver at the edge.
  const x = Math.min(at(start), 98);
  return { x, largeur: Math.max(at(end) - x, 2), certain: etat === 'ouvert' };
}

function dayName(day: CalendarDay | undefined): string {
  return day ? `${day.numero} ${day.mois}` : '';
}
