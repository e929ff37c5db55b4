import fc from 'fast-check';
import { dayOf, formatLocalDate } from '#app/domain/horaires/dates.ts';
import type { ExceptionDatee, Grille, Plage, Quand, Semaine, Variante } from '#app/domain/horaires/grille.ts';
import type {
  DateRange,
  DayPoint,
  HolidaySelector,
  Rule,
  Span,
  WeekdaySelector,
  WeekRange,
  YearRange,
} from '#app/domain/horaires/rules.ts';

const offset = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: -40, max: 40 }));
const month = fc.integer({ min: 1, max: 12 });
const weekday = fc.integer({ min: 0, max: 6 });
const nth = fc.constantFrom(1, 2, 3, 4, 5, -1, -2, -3, -4, -5);
const year = fc.integer({ min: 2025, max: 2029 });

/** What an open end is taken for, as the reader says. */
function openSpan(start: number): Span {
  const end = start >= 1320 ? start + 480 : start >= 1020 ? start + 600 : 1440;
  return { start, end: Math.min(end, 2880), openEnd: true };
}

const spans: fc.Arbitrary<Span[]> = fc
  .array(
    fc
      .record({
        start: fc.integer({ min: 0, max: 1439 }),
        length: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 2880 })),
        open: fc.constantFrom('no', 'no', 'no', 'alone', 'after'),
      })
      .map(({ start, length, open }): Span[] => {
        if (open === 'alone') return [openSpan(start)];
        const end = Math.min(2880, start + length);
        return [{ start, end, openEnd: false }, ...(open === 'after' ? [openSpan(end)] : [])];
      }),
    { maxLength: 4 },
  )
  .map((lists) => lists.flat());

const years: fc.Arbitrary<YearRange> = fc.oneof(
  year.map((from) => ({ from, to: from, step: 1 })),
  fc
    .record({ from: year, more: fc.integer({ min: 0, max: 4 }), step: fc.integer({ min: 1, max: 3 }) })
    .map(({ from, more, step }) => ({ from, to: from + more, step })),
  year.map((from) => ({ from, to: 9999, step: 1 })),
);

function point(of: fc.Arbitrary<number | null>): fc.Arbitrary<DayPoint> {
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('date' as const),
        year: of,
        month,
        day: fc.integer({ min: 1, max: 31 }),
        offset,
      }),
    },
    fc.record({ kind: fc.constant('paques' as const), year: of, offset }),
    fc.record({ kind: fc.constant('nieme' as const), year: of, month, weekday, nth, offset }),
  );
}

/** A date range as the reader gives it: an end has a year only where the beginning has one. */
const dateRange: fc.Arbitrary<DateRange> = fc.oneof(
  fc.record({ kind: fc.constant('mois' as const), years: fc.option(years), from: month, to: month }),
  fc
    .tuple(point(fc.constant(null)), point(fc.constant(null)))
    .map(([from, to]): DateRange => ({ kind: 'jours', from, to })),
  fc.tuple(point(year), point(fc.option(year))).map(([from, to]): DateRange => ({ kind: 'jours', from, to })),
  point(fc.option(year)).map((single): DateRange => ({ kind: 'jours', from: single, to: single })),
);

const dates: fc.Arbitrary<DateRange[]> = fc
  .tuple(fc.array(dateRange, { maxLength: 3 }), fc.array(years, { maxLength: 2 }))
  // A list of years and then a month of a year is refused: whose years are they?
  .map(([ranges, only]) => [...ranges, ...only.map((range): DateRange => ({ kind: 'annees', years: range }))]);

const weeks: fc.Arbitrary<WeekRange[]> = fc.array(
  fc
    .record({ from: fc.integer({ min: 1, max: 53 }), more: fc.nat({ max: 52 }), step: fc.integer({ min: 1, max: 4 }) })
    .map(({ from, more, step }) => ({ from, to: Math.min(53, from + more), step })),
  { maxLength: 2 },
);

const weekdays: fc.Arbitrary<WeekdaySelector[]> = fc.array(
  fc.oneof(
    fc.record({ from: weekday, to: weekday, nth: fc.constant([]), offset: fc.constant(0) }),
    fc
      .record({ from: weekday, nth: fc.array(nth, { minLength: 1, maxLength: 3 }), offset })
      .map((selector) => ({ ...selector, to: selector.from })),
  ),
  { maxLength: 3 },
);

const holidays: fc.Arbitrary<HolidaySelector[]> = fc.array(
  fc.record({ kind: fc.constantFrom('PH' as const, 'SH' as const), offset }),
  { maxLength: 2 },
);

const mention = fc.oneof(
  fc.constantFrom(null, 'sur rendez-vous', 'accueil; porte B, 2e || étage'),
  fc.string({ maxLength: 12, unit: 'grapheme' }).map((text) => text.replaceAll('"', '').trim() || null),
);

const SOMETIMES = { freq: 3 };

/** Every part of a rule by itself, then only what `readRules` can give together. */
const rule: fc.Arbitrary<Rule> = fc
  .record({
    dates: fc.option(dates, { ...SOMETIMES, nil: [] }),
    weeks: fc.option(weeks, { ...SOMETIMES, nil: [] }),
    weekdays,
    weekdaysOrHolidays: fc.option(holidays, { ...SOMETIMES, nil: [] }),
    holidays: fc.option(holidays, { ...SOMETIMES, nil: [] }),
    spans,
    etat: fc.constantFrom('ouvert' as const, 'ouvert' as const, 'ferme' as const, 'inconnu' as const),
    mention,
    mode: fc.constantFrom('normale' as const, 'normale' as const, 'ajout' as const, 'repli' as const),
  })
  .map((drawn) => (drawn.weekdays.length === 0 ? { ...drawn, weekdaysOrHolidays: [] } : drawn));

/** Any list of rules that a text can say. */
export const arbitraryRules: fc.Arbitrary<Rule[]> = fc
  .array(rule, { minLength: 1, maxLength: 5 })
  .map((rules) => rules.map((drawn, index): Rule => (index === 0 ? { ...drawn, mode: 'normale' } : drawn)));

/** Ranges of one day, in order and apart, on the quarter-hour or not. */
function plages(latest: number): fc.Arbitrary<Plage[]> {
  return fc.uniqueArray(fc.integer({ min: 0, max: latest }), { maxLength: 6 }).chain((minutes) =>
    fc
      .array(
        fc.record({
          rendezVous: fc.boolean(),
          mention: fc.constantFrom(null, null, null, 'porte B', 'sur rdv au 01 02 03 04 05'),
        }),
        { minLength: 3, maxLength: 3 },
      )
      .map((notes) => {
        const sorted = [...minutes].sort((a, b) => a - b);
        return notes.flatMap((note, index): Plage[] => {
          const [start, end] = [sorted[2 * index], sorted[2 * index + 1]];
          return start === undefined || end === undefined || start >= 1440 ? [] : [{ start, end, ...note }];
        });
      }),
  );
}

function week(latest: number): fc.Arbitrary<Semaine> {
  const day = fc.oneof({ weight: 2, arbitrary: fc.constant<Plage[]>([]) }, { weight: 3, arbitrary: plages(latest) });
  return fc.array(day, { minLength: 7, maxLength: 7 });
}

const dayOfYear = fc
  .record({ mois: month, jour: fc.integer({ min: 1, max: 31 }) })
  .map(({ mois, jour }) => ({ mois, jour: Math.min(jour, new Date(2024, mois, 0).getDate()) }));

const rang = fc.record({
  kind: fc.constant('rang' as const),
  rangs: fc.uniqueArray(fc.constantFrom(1, 2, 3, 4, 5, -1), { minLength: 1, maxLength: 3 }),
});

const quand: fc.Arbitrary<Quand> = fc.oneof(
  fc.record({ kind: fc.constant('semaines' as const), parite: fc.constantFrom('paire' as const, 'impaire' as const) }),
  rang,
  fc.record({ kind: fc.constant('saison' as const), du: dayOfYear, au: dayOfYear }),
  fc.record({ kind: fc.constant('vacances' as const) }),
);

const FIRST = dayOf(2026, 1, 1);

/** Exceptions that do not overlap: one day in two of those drawn begins one, the next ends it. */
const exceptions: fc.Arbitrary<ExceptionDatee[]> = fc
  .uniqueArray(fc.integer({ min: FIRST, max: FIRST + 729 }), { maxLength: 6 })
  .chain((days) =>
    fc
      .array(fc.record({ plages: plages(1440), mention: fc.constantFrom(null, 'inventaire') }), {
        minLength: 3,
        maxLength: 3,
      })
      .map((notes) => {
        const sorted = [...days].sort((a, b) => a - b);
        return notes.flatMap((note, index): ExceptionDatee[] => {
          const [from, to] = [sorted[2 * index], sorted[2 * index + 1]];
          return from === undefined || to === undefined
            ? []
            : [{ du: formatLocalDate(from), au: formatLocalDate(Math.min(to, from + 20)), ...note }];
        });
      }),
  );

/** Any grille that keeps no rule; with nights only where they are asked. */
export function arbitraryGrille({ nights }: { nights: boolean }): fc.Arbitrary<Grille> {
  const latest = nights ? 1800 : 1440;
  const heures: fc.Arbitrary<Variante> = fc.record({
    quand,
    effet: fc.constantFrom('remplace' as const, 'ajoute' as const),
    semaine: week(latest),
  });
  const fermeture: fc.Arbitrary<Variante> = fc.record({
    quand: rang,
    effet: fc.constant('ferme' as const),
    jours: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 }).map((days) => days.sort()),
    semaine: fc.constant(Array.from({ length: 7 }, (): Plage[] => [])),
  });
  const variante = fc.oneof({ weight: 4, arbitrary: heures }, { weight: 1, arbitrary: fermeture });
  return fc.record({
    semaine: week(latest),
    variantes: fc.array(variante, { maxLength: 2 }),
    exceptions,
    feries: fc.constantFrom('inconnu' as const, 'ferme' as const, 'ouvert' as const),
    gardees: fc.constant([]),
  });
}
