import { DAY_CODES } from './dates.ts';
import { type Alerte, Reader } from './reader.ts';
import type {
  DateRange,
  DayPoint,
  HolidaySelector,
  Rule,
  Span,
  WeekdaySelector,
  WeekRange,
  YearRange,
} from './rules.ts';
import { isLongNight } from './rules.ts';
import { clock } from './week.ts';

/** Where a rule stands in its text: `[begin, end)`, spaces at its end included. */
export interface Place {
  begin: number;
  end: number;
}

interface ReadRules {
  rules: Rule[];
  places: Place[];
  alertes: Alerte[];
  /** See `ParsedHoraires`. */
  sures: Rule[] | null;
}

/**
 * Reads a text of the opening_hours grammar into rules, in one pass from left to right. Tokens are those of the specification, with
 * their case; what is outside (sun times, points in time) is refused with its place.
 * @throws {HorairesSyntaxError}
 */
export function readRules(text: string): ReadRules {
  const reader = new Reader(text);
  const rules: Rule[] = [];
  const places: Place[] = [];
  let mode: Rule['mode'] = 'normale';
  reader.space();
  while (!reader.atEnd()) {
    if (mode === 'normale' && reader.take(/;\s*/y)) continue;
    const begin = reader.position;
    const { rule, closed } = readRule(reader, mode);
    rules.push(rule);
    places.push({ begin, end: reader.position });
    if (reader.atEnd()) break;
    if (reader.take(/\|\|\s*/y)) mode = 'repli';
    else if (reader.take(/;\s*/y)) mode = 'normale';
    else if (closed && reader.take(/,\s*/y)) mode = 'ajout';
    else throw reader.unexpected();
    if (mode !== 'normale' && reader.atEnd())
      throw reader.error('Le texte s’arrête après un séparateur : il manque une règle.');
  }
  if (rules.length === 0) throw reader.error('Les horaires sont vides.');
  return { rules, places, alertes: reader.alertes, sures: surelyMeant(rules, reader.doutes) };
}

/** The rules without what the alertes are about: each still holds on its days. Null where there is no alerte. */
function surelyMeant(rules: readonly Rule[], doutes: ReadonlySet<object>): Rule[] | null {
  if (doutes.size === 0) return null;
  const never = (start: number): Span => ({ start, end: start, openEnd: false });
  return rules.map((rule) => {
    if (doutes.has(rule.spans)) return { ...rule, spans: [never(0)] };
    return { ...rule, spans: rule.spans.map((span) => (doutes.has(span) ? never(span.start) : span)) };
  });
}

/** `closed`: after times, a state or a comment, a comma begins one more rule; elsewhere it would be an unfinished list. */
function readRule(reader: Reader, mode: Rule['mode']): { rule: Rule; closed: boolean } {
  const begin = reader.position;
  const dates: DateRange[] = [];
  const weeks: WeekRange[] = [];
  const weekdays: WeekdaySelector[] = [];
  const weekdaysOrHolidays: HolidaySelector[] = [];
  const holidays: HolidaySelector[] = [];
  const spans: Span[] = [];
  let etat: Rule['etat'] | null = null;
  let mention: string | null = null;
  let open = true;
  while (!reader.atEnd() && !reader.sees(/[;,]|\|\|/y)) {
    const at = reader.position;
    const isDay = reader.sees(DAY_SELECTOR);
    const isTime = reader.sees(TIME);
    if ((isDay || isTime || reader.sees(/24\/7/y)) && (!open || etat !== null || mention !== null)) {
      throw reader.error('Il manque un « ; » ou une « , » entre deux règles.');
    }
    if (reader.take(/24\/7/y)) {
      spans.push({ start: 0, end: 1440, openEnd: false });
      open = false;
    } else if (isTime) {
      readSpans(reader, spans);
      open = false;
    } else if (isDay && reader.sees(DATE)) {
      if (dates.length > 0) throw reader.error('Deux listes de dates dans la même règle : il manque un séparateur.');
      readDates(reader, dates);
    } else if (isDay && reader.take(/week\s*(?=\d)/y)) {
      if (weeks.length > 0) throw reader.error('Deux listes de semaines dans la même règle : il manque un séparateur.');
      readWeeks(reader, weeks);
    } else if (isDay) {
      const list = readDays(reader);
      if (list.weekdays.length > 0) {
        if (weekdays.length > 0) throw reader.error('Il manque un séparateur avant ce jour.', at);
        weekdays.push(...list.weekdays);
        weekdaysOrHolidays.push(...list.holidays);
      } else {
        holidays.push(...list.holidays);
      }
    } else if (etat === null && mention === null && reader.sees(STATE)) {
      const word = reader.take(STATE)?.[0];
      etat = word === 'open' ? 'ouvert' : word === 'unknown' ? 'inconnu' : 'ferme';
    } else if (mention === null && reader.sees(/"/y)) {
      const quoted = reader.take(/"([^"]*)"/y);
      if (!quoted) throw reader.error('Il manque le guillemet " qui ferme le commentaire.');
      mention = quoted[1]?.trim() || null;
      etat ??= 'inconnu';
    } else if (at > begin && open && reader.take(/:/y)) {
      // "separator for readability" of the specification: `Mo-Fr: 09:00-12:00`
    } else {
      throw reader.unexpected();
    }
    reader.space();
  }
  if (reader.position === begin) throw reader.unexpected();
  if (spans.length === 0 && etat === null) {
    reader.alerte(
      `« ${reader.text.slice(begin, reader.position).trim()} » sans heures veut dire ouvert jour et nuit.`,
      { position: begin, about: spans },
    );
  }
  return {
    rule: { dates, weeks, weekdays, weekdaysOrHolidays, holidays, spans, etat: etat ?? 'ouvert', mention, mode },
    closed: spans.length > 0 || etat !== null || mention !== null,
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?![A-Za-z])';
const DAY = '(?:Mo|Tu|We|Th|Fr|Sa|Su)(?![A-Za-z])';
const YEAR = '[12]\\d{3}(?!\\d|:\\d)';
const DATE = new RegExp(`${MONTH}|${YEAR}|easter(?![A-Za-z])`, 'y');
const DAY_SELECTOR = new RegExp(`${MONTH}|${YEAR}|easter(?![A-Za-z])|week\\s*\\d|${DAY}|[PS]H(?![A-Za-z])`, 'y');
const DAY_OR_HOLIDAY = new RegExp(`${DAY}|[PS]H(?![A-Za-z])`, 'y');
const TIME = /\d{1,2}:\d|\d{1,2}\s*-\s*\d{1,2}(?![\d/])/y;
const STATE = /(?:open|off|closed|unknown)(?![A-Za-z])/y;

function readSpans(reader: Reader, spans: Span[]): void {
  do {
    const at = reader.position;
    const bare = reader.take(/(\d{1,2})\s*-\s*(\d{1,2})(?![\d:])/y);
    const start = bare ? Number(bare[1]) * 60 : readTime(reader);
    if (start >= 1440) throw reader.error('Une plage commence avant 24:00.', at);
    reader.space();
    let end: number;
    let openEnd = false;
    if (bare) end = Number(bare[2]) * 60;
    else if (reader.take(/\+/y)) {
      openEnd = true;
      end = openEndOf(start);
    } else {
      if (!reader.take(/-\s*/y)) throw reader.error(`Après ${clock(start)}, il manque l’heure de fin.`);
      end = readTime(reader);
      reader.space();
    }
    if (end > 2880) throw reader.error('Une plage finit au plus tard le lendemain à minuit.', at);
    const said = `${clock(start)}-${clock(end)}`;
    const wholeDay = !openEnd && end === start;
    if (end <= start) end += 1440;
    if (end > 2880) throw reader.error('Une plage dure au plus 24 heures après minuit.', at);
    const span = { start, end, openEnd };
    spans.push(span);
    const place = { position: at, about: span };
    if (wholeDay) reader.alerte(`${said} veut dire ouvert pendant 24 heures.`, place);
    else if (isLongNight(span)) reader.alerte(`${said} veut dire ouvert jusqu’au lendemain.`, place);
    reader.space();
    if (!openEnd && reader.take(/\+/y)) spans.push({ start: end, end: Math.min(openEndOf(end), 2880), openEnd: true });
    reader.space();
    if (reader.sees(/-/y)) throw reader.error('Une plage a un début et une fin : il y a ici une heure de trop.');
  } while (reader.takeCommaBefore(TIME));
}

/** The guess of npm `opening_hours` for an end that is not said; nothing in it is open for sure. */
function openEndOf(start: number): number {
  if (start >= 22 * 60) return start + 8 * 60;
  return start >= 17 * 60 ? start + 10 * 60 : 1440;
}

function readTime(reader: Reader): number {
  const at = reader.position;
  const match = reader.take(/(\d{1,2}):(\d{2})(?!\d)/y);
  if (!match) {
    if (reader.sees(/\(?(?:sunrise|sunset|dawn|dusk)/y)) throw reader.error('Les heures du soleil ne sont pas lues.');
    throw reader.error('Une heure est attendue ici, comme 09:00.');
  }
  const [hours, minutes] = [Number(match[1]), Number(match[2])];
  if (minutes > 59 || hours > 48) throw reader.error(`${match[0]} n’est pas une heure.`, at);
  return hours * 60 + minutes;
}

function readDays(reader: Reader): { weekdays: WeekdaySelector[]; holidays: HolidaySelector[] } {
  const weekdays: WeekdaySelector[] = [];
  const holidays: HolidaySelector[] = [];
  do {
    const holiday = reader.take(/[PS]H(?![A-Za-z])/y);
    if (holiday) {
      holidays.push({ kind: holiday[0] === 'SH' ? 'SH' : 'PH', offset: readOffset(reader) });
      continue;
    }
    const from = readWeekday(reader);
    let to = from;
    let nth: number[] = [];
    let offset = 0;
    if (reader.take(/\s*-\s*(?=[A-Z])/y)) to = readWeekday(reader);
    else if (reader.take(/\s*\[\s*/y)) {
      nth = readNth(reader);
      offset = readOffset(reader);
    }
    weekdays.push({ from, to, nth, offset });
  } while (reader.takeCommaBefore(DAY_OR_HOLIDAY));
  return { weekdays, holidays };
}

function readWeekday(reader: Reader): number {
  const match = reader.take(WEEKDAY);
  if (!match) throw reader.error('Un jour est attendu ici : Mo, Tu, We, Th, Fr, Sa ou Su.');
  return DAY_CODES.indexOf(match[0]);
}

const WEEKDAY = new RegExp(DAY, 'y');

function readNth(reader: Reader): number[] {
  const nth: number[] = [];
  do {
    const match = reader.take(/(-?[1-5])(?:\s*-\s*([1-5]))?\s*/y);
    if (!match) throw reader.error('Un rang de 1 à 5 (ou -1 pour le dernier) est attendu ici.');
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    if (to < from || (to !== from && from < 0)) throw reader.error('Ces rangs sont à l’envers.');
    for (let value = from; value <= to; value++) nth.push(value);
  } while (reader.take(/,\s*/y));
  if (!reader.take(/\]/y)) throw reader.error('Il manque le crochet ] après le rang.');
  return nth;
}

/** `+1 day`, `-2 days`; 0 where there is none. */
function readOffset(reader: Reader): number {
  const match = reader.take(/\s*([+-])\s*(\d{1,3})\s*days?(?![A-Za-z])/y);
  return match ? Number(match[2]) * (match[1] === '-' ? -1 : 1) : 0;
}

function readWeeks(reader: Reader, weeks: WeekRange[]): void {
  do {
    const at = reader.position;
    const match = reader.take(/(\d{1,2})(?:\s*-\s*(\d{1,2})(?:\/(\d{1,2}))?)?(?!\d|:\d)/y);
    if (!match) throw reader.error('Un numéro de semaine de 1 à 53 est attendu ici.');
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    const step = match[3] === undefined ? 1 : Number(match[3]);
    if (from < 1 || from > 53 || to < from || to > 53 || step < 1) {
      throw reader.error('Les semaines vont de 1 à 53, de la plus petite à la plus grande.', at);
    }
    weeks.push({ from, to, step });
  } while (reader.takeCommaBefore(/\d{1,2}(?![\d:])/y));
}

function readDates(reader: Reader, dates: DateRange[]): void {
  do {
    const at = reader.position;
    const years = readYears(reader);
    if (years) reader.space();
    if (years && !reader.sees(MONTH_OR_EASTER)) {
      dates.push({ kind: 'annees', years });
      continue;
    }
    if (years && dates.some((range) => range.kind === 'annees')) {
      throw reader.error(
        'Une liste d’années suivie d’un mois n’est pas claire : répétez le mois après chaque année.',
        at,
      );
    }
    readMonthOrDays(reader, years, dates);
  } while (reader.takeCommaBefore(DATE));
}

const MONTH_OR_EASTER = new RegExp(`${MONTH}|easter(?![A-Za-z])`, 'y');

function readYears(reader: Reader): YearRange | null {
  const match = reader.take(/([12]\d{3})(?:(\+)|-([12]\d{3})(?:\/(\d{1,2}))?)?(?!\d|:\d)/y);
  if (!match) return null;
  const from = Number(match[1]);
  const to = match[2] ? 9999 : match[3] === undefined ? from : Number(match[3]);
  if (to < from) throw reader.error('Ces années sont à l’envers.');
  return { from, to, step: Math.max(1, Number(match[4] ?? 1)) };
}

/** One entry: months (`Jan-Mar`), days (`Dec 24-26`, `Dec 24-Jan 1`), Easter, or several days of a month (`Dec 24,26`). */
function readMonthOrDays(reader: Reader, years: YearRange | null, dates: DateRange[]): void {
  const year = years && years.from === years.to ? years.from : null;
  const at = reader.position;
  const first = readPoint(reader, year);
  if (first.point) {
    if (years && year === null) throw reader.error('Une date précise veut une seule année.', at);
    let from = first.point;
    for (;;) {
      let to = from;
      if (reader.take(/\s*-\s*(?=[A-Z12e])(?!\d{1,2}(?!\d))/y)) {
        const endYear = reader.take(/([12]\d{3})\s+/y);
        if (endYear && year === null) throw reader.error('La date de fin a une année, celle du début non.', at);
        const end = readPoint(reader, endYear ? Number(endYear[1]) : null, true);
        if (!end.point) throw reader.error('Un jour du mois est attendu ici, comme Jan 5.');
        to = end.point;
      } else if (from.kind === 'date') {
        const end = reader.take(/\s*-\s*(\d{1,2})(?!\d|:\d)/y);
        if (end) {
          const day = Number(end[1]);
          if (day < from.day || day > 31) throw reader.error('Ces jours du mois sont à l’envers.');
          to = { ...from, day };
        }
      }
      dates.push({ kind: 'jours', from, to });
      const next = from.kind === 'date' && reader.take(/\s*,\s*(\d{1,2})(?!\d|:\d|\s*-\s*\d{1,2}:)/y);
      if (!next || from.kind !== 'date') return;
      from = { ...from, day: checkedDay(reader, Number(next[1])) };
    }
  }
  const range = reader.take(MONTH_END);
  if (!range) {
    dates.push({ kind: 'mois', years, from: first.month, to: first.month });
    return;
  }
  const to = MONTHS.indexOf(range[2] ?? '') + 1;
  if (range[1] === undefined) {
    dates.push({ kind: 'mois', years, from: first.month, to });
  } else {
    if (year === null) throw reader.error('La date de fin a une année, celle du début non.', at);
    dates.push({
      kind: 'jours',
      from: { kind: 'date', year, month: first.month, day: 1, offset: 0 },
      to: { kind: 'date', year: Number(range[1]), month: to, day: 31, offset: 0 },
    });
  }
  if (reader.sees(/\s+\d{1,2}(?![\d:]|\s*-\s*\d{1,2}:)/y))
    throw reader.error('Un jour à la fin seulement : donnez aussi le jour du début.');
}

const MONTH_END = new RegExp(`\\s*-\\s*(?:([12]\\d{3})\\s+)?(${MONTH})`, 'y');
const MONTH_NAME = new RegExp(MONTH, 'y');
const NTH_POINT = new RegExp(
  `\\s*(${DAY})\\[(-?[1-5])\\](?=(?:\\s*[+-]\\s*\\d+\\s*days?)?\\s*-\\s*(?:[12]\\d{3}\\s+)?(?:${MONTH}|easter))`,
  'y',
);
const NTH_END = new RegExp(`\\s*(${DAY})\\[(-?[1-5])\\]`, 'y');

function readPoint(reader: Reader, year: number | null, asEnd = false): { point: DayPoint | null; month: number } {
  if (reader.take(/easter(?![A-Za-z])/y))
    return { point: { kind: 'paques', year, offset: readOffset(reader) }, month: 0 };
  const name = reader.take(MONTH_NAME);
  if (!name) throw reader.error('Un mois est attendu ici : Jan, Feb, Mar…');
  const month = MONTHS.indexOf(name[0]) + 1;
  const nth = reader.take(asEnd ? NTH_END : NTH_POINT);
  if (nth) {
    const point: DayPoint = {
      kind: 'nieme',
      year,
      month,
      weekday: DAY_CODES.indexOf(nth[1] ?? ''),
      nth: Number(nth[2]),
      offset: readOffset(reader),
    };
    return { point, month };
  }
  const day = reader.take(/\s*(\d{1,2})(?!\d|:\d)/y);
  if (!day) return { point: null, month };
  return {
    point: { kind: 'date', year, month, day: checkedDay(reader, Number(day[1])), offset: readOffset(reader) },
    month,
  };
}

function checkedDay(reader: Reader, day: number): number {
  if (day < 1 || day > 31) throw reader.error('Un jour du mois va de 1 à 31.');
  return day;
}
