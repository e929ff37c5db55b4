import { DAY_CODES } from './dates.ts';
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
import { hasDaySelector } from './rules.ts';
import { clock, DAY_MINUTES } from './week.ts';

/** The days and months of the grammar, Monday and January first. */
const MONTH_CODES: readonly string[] = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/**
 * The OSM text of rules that `readRules` gave: reading it again gives the same rules, in the same order. Selectors come in the order
 * of the specification: dates, weeks, holidays, weekdays, times, state, comment. No rules give an empty text.
 */
export function writeRules(rules: readonly Rule[]): string {
  return rules
    .map((rule, index) => {
      const text = writeRule(rule, rules[index + 1]);
      if (index === 0) return text;
      return `${SEPARATORS[rule.mode]}${text}`;
    })
    .join('');
}

/** What stands before a rule, by its mode. */
export const SEPARATORS: Readonly<Record<Rule['mode'], string>> = { normale: '; ', ajout: ', ', repli: ' || ' };

function writeRule(rule: Rule, next: Rule | undefined): string {
  const [first] = rule.spans;
  if (!hasDaySelector(rule) && rule.spans.length === 1 && first && isAlways(first) && isPlain(rule)) return '24/7';
  const parts = [
    rule.dates.map(writeDate).join(','),
    rule.weeks.length === 0 ? '' : `week ${rule.weeks.map(writeWeeks).join(',')}`,
    rule.holidays.map(writeHoliday).join(','),
    [...rule.weekdays.map(writeWeekday), ...rule.weekdaysOrHolidays.map(writeHoliday)].join(','),
    writeSpans(rule.spans),
    writeState(rule, next),
    rule.mention === null ? '' : `"${rule.mention}"`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function isAlways(span: Span): boolean {
  return span.start === 0 && span.end === DAY_MINUTES && !span.openEnd;
}

function isPlain(rule: Rule): boolean {
  return rule.etat === 'ouvert' && rule.mention === null;
}

/** "Open" is left out after times, but where the times that follow the comma would be taken for more of the same list. */
function writeState(rule: Rule, next: Rule | undefined): string {
  if (rule.etat === 'ferme') return 'off';
  if (rule.etat === 'inconnu') return rule.mention === null ? 'unknown' : '';
  if (rule.spans.length === 0 || rule.mention !== null) return 'open';
  const runsOn = next?.mode === 'ajout' && !hasDaySelector(next) && next.spans.length > 0;
  return runsOn ? 'open' : '';
}

function writeDate(range: DateRange): string {
  if (range.kind === 'annees') return writeYears(range.years);
  if (range.kind === 'mois') {
    const months = range.from === range.to ? month(range.from) : `${month(range.from)}-${month(range.to)}`;
    return range.years ? `${writeYears(range.years)} ${months}` : months;
  }
  const { from, to } = range;
  if (from.kind === 'date' && to.kind === 'date' && from.year === to.year && from.month === to.month) {
    if (from.offset === 0 && to.offset === 0 && from.day < to.day) return `${writePoint(from)}-${to.day}`;
  }
  // The nth weekday of a month is a date only as one end of a range; alone it would be a weekday.
  if (from.kind !== 'nieme' && samePoint(from, to)) return writePoint(from);
  return `${writePoint(from)}-${writePoint(to)}`;
}

function samePoint(a: DayPoint, b: DayPoint): boolean {
  return writePoint(a) === writePoint(b);
}

function writePoint(point: DayPoint): string {
  const year = point.year === null ? '' : `${point.year} `;
  const offset = writeOffset(point.offset);
  if (point.kind === 'paques') return `${year}easter${offset}`;
  if (point.kind === 'date') return `${year}${month(point.month)} ${point.day}${offset}`;
  return `${year}${month(point.month)} ${DAY_CODES[point.weekday]}[${point.nth}]${offset}`;
}

function writeYears({ from, to, step }: YearRange): string {
  if (to === 9999) return `${from}+`;
  if (from === to && step === 1) return String(from);
  return `${from}-${to}${step === 1 ? '' : `/${step}`}`;
}

function writeWeeks({ from, to, step }: WeekRange): string {
  if (from === to && step === 1) return String(from);
  return `${from}-${to}${step === 1 ? '' : `/${step}`}`;
}

function writeWeekday({ from, to, nth, offset }: WeekdaySelector): string {
  const days = from === to ? DAY_CODES[from] : `${DAY_CODES[from]}-${DAY_CODES[to]}`;
  return `${days}${nth.length === 0 ? '' : `[${nth.join(',')}]`}${writeOffset(offset)}`;
}

function writeHoliday({ kind, offset }: HolidaySelector): string {
  return `${kind}${writeOffset(offset)}`;
}

function writeOffset(offset: number): string {
  if (offset === 0) return '';
  const days = Math.abs(offset);
  return ` ${offset > 0 ? '+' : '-'}${days} day${days === 1 ? '' : 's'}`;
}

function writeSpans(spans: readonly Span[]): string {
  return spans
    .map((span, index) => {
      // An open end that begins past midnight can only follow its range: `22:00-02:00+`.
      if (span.openEnd && span.start >= DAY_MINUTES) return '+';
      return `${index === 0 ? '' : ','}${span.openEnd ? `${clock(span.start)}+` : writeSpan(span)}`;
    })
    .join('');
}

/** An end is told on the next day's clock (`02:00`), but where that would be the same day: then in hours past 24. */
function writeSpan({ start, end }: Span): string {
  const late = end > DAY_MINUTES && end - DAY_MINUTES > start;
  const text = late ? `${Math.floor(end / 60)}:${String(end % 60).padStart(2, '0')}` : clock(end);
  return `${clock(start)}-${text}`;
}

function month(number: number): string {
  return MONTH_CODES[number - 1] ?? '';
}
