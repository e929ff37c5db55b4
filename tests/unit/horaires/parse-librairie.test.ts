import OpeningHours from 'opening_hours';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { civilOf, formatLocalDate, parseLocalDate } from '#app/domain/horaires/dates.ts';
import { type Calendar, openingsOfDay } from '#app/domain/horaires/evaluate.ts';
import { isFerie } from '#app/domain/horaires/holidays.ts';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
import { understandHoraires } from '#app/domain/horaires/slips.ts';
import { isVacances } from '#app/domain/horaires/vacances.ts';
import { COMPLETE } from '#tests/support/hasard.ts';
import { HAS_REAL_TEXTS, realTexts } from './textes-reels.ts';

/** The library reads the clock of the process: give it the zone in which the days are asked. */
const zoneBefore = process.env.TZ;
beforeAll(() => {
  process.env.TZ = 'Europe/Paris';
});
afterAll(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

const PLACE = { lat: 48.85, lon: 2.35, address: { country_code: 'fr', state: 'Île-de-France' } };

interface Instant {
  day: number;
  minute: number;
  date: Date;
}

/** Instants of two years, the same at every run, in order; each with the `Date` of the process's clock that the library wants. */
function makeInstants(count: number): Instant[] {
  const first = parseLocalDate('2026-01-01') ?? 0;
  let seed = 20260101;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  return Array.from({ length: count }, () => {
    const [day, minute] = [first + next(730), next(1440)];
    const { year, month, day: dayOfMonth } = civilOf(day);
    return { day, minute, date: new Date(year, month - 1, dayOfMonth, 0, minute) };
  }).sort((a, b) => a.date.getTime() - b.date.getTime());
}

/** The calendar of a lieu in Paris, as it is stored. */
const CALENDAR: Calendar = { isFerie: (day) => isFerie(day, '75'), isVacances: (day) => isVacances(day, '75') };

/** What the library says of a text, or undefined where it refuses it. Its warnings are those of a text out of the specification. */
function readByLibrary(text: string): { library: OpeningHours; warnings: number } | undefined {
  try {
    const library = new OpeningHours(text, PLACE);
    return { library, warnings: library.getWarnings().length };
  } catch {
    return undefined;
  }
}

/**
 * Where the library, asked `library`'s text, and we, asked `osm`, differ. A text that names public (school) holidays is not asked on
 * those days: the library's list is not the law (see `feries.test.ts` and `vacances.test.ts`).
 */
function disagreements(library: OpeningHours, osm: string, instants: readonly Instant[]): string[] {
  const parsed = parseHoraires(osm);
  if (!parsed.ok) return [`${osm}: ${parsed.message} (${parsed.position})`];
  const { rules } = parsed.horaires;
  const [ph, sh] = [/\bPH\b/.test(osm), /\bSH\b/.test(osm)];
  const found: string[] = [];
  for (const { day, minute, date } of instants) {
    if ((ph && CALENDAR.isFerie(day) !== 'non') || (sh && CALENDAR.isVacances(day) !== 'non')) continue;
    const opening = openingsOfDay(rules, day, CALENDAR).find((o) => o.start <= minute && minute < o.end);
    const ours = opening?.etat ?? 'ferme';
    const theirs = library.getState(date) ? 'ouvert' : library.getUnknown(date) ? 'inconnu' : 'ferme';
    if (ours !== theirs) found.push(`${osm} @ ${formatLocalDate(day)} ${minute}: ours ${ours}, library ${theirs}`);
  }
  return found;
}

const CASES = [
  '24/7',
  'Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00',
  'Mo-Fr 09:00-12:00; Tu 14:00-17:00',
  'Mo-Fr 09:00-12:00, Tu 14:00-17:00',
  'Fr 22:00-02:00',
  'Mo-Su 22:00-02:00',
  'Mo 22:00-02:00; Tu 09:00-12:00',
  'Mo 22:00-02:00, Tu 09:00-12:00',
  'Tu 18:00-18:00; We 10:00-18:00',
  'Mo-Fr 00:00-24:00',
  'Mo-Fr 08:00-26:00',
  'week 1-53/2 Mo-Fr 09:00-12:00',
  'week 2-52/2 We 14:00-17:00; Fr 10:00-12:00',
  'week 02,04,10-20 Mo 09:00-12:00',
  'Mo[1] 09:00-12:00',
  'Th[1,3] 14:00-17:00',
  'Sa[-1] 10:00-12:00',
  'Mo[1-2] 09:00-12:00',
  'We[1] +1 day 09:00-12:00',
  'Mo-Fr 09:00-17:00; Dec 24-Jan 1 off',
  'Mo-Fr 09:00-17:00; Aug off',
  'Mo-Fr 09:00-17:00; Jul-Aug Mo-Fr 09:00-12:00',
  'Oct-Mar Mo-Fr 10:00-16:00; Apr-Sep Mo-Fr 09:00-18:00',
  'Mo-Fr 09:00-17:00; easter +1 day off',
  'Mo-Su 09:00-17:00; easter -2 days off',
  'Mo-Fr 09:00-17:00; 2026 Dec 24-2027 Jan 3 off',
  '2026 Mo-Fr 09:00-17:00',
  '2026-2027 Jul Mo 09:00-17:00',
  'Mo-Fr 09:00-17:00; 2027 Mar 15 off',
  'Mo-Fr 09:00-17:00; Feb 29 off',
  'Mo-Fr 09:00-12:00 "sur rdv"',
  'Mo-Fr 09:00-12:00; We 14:00-17:00 "sur rdv"',
  'Mo-Fr 09:00-12:00 || "sur rendez-vous"',
  '"sur rendez-vous"',
  'Mo-Fr 09:00-12:00 open "sonnez"',
  'Mo-Fr unknown',
  'Mo-Fr 08:00-17:00; Mo-Fr 12:00-13:00 off',
  'Mo-Fr 08:00-17:00; We off',
  'Mo-Fr 09:00+',
  'Fr 18:00+',
  'Fr 22:30+',
  'Fr 20:00-02:00+',
  'Mo-Fr',
  'Sa-Mo 10:00-12:00',
  '09:00-12:00; 14:00-16:00',
  'Mo-Fr 09:00-12:00; 14:00-16:00',
  'Mo-Fr: 09:00-12:00',
  'Jun 15-Sep 15: Mo-Su 10:00-19:00; Sep 16-Jun 14: We 10:00-12:00',
  'Mo-Fr 09:00-12:00; Dec 24,31: 09:00-10:00; 2027: Mo off',
  'week 1-26: Mo 09:00-12:00',
  'Mo 09:00-12:00; Sep 15:00-17:00',
  'Mo-Fr 9:00-12:00',
  'Mo-Fr 09-12',
  'Mar Su[-1]-Oct Su[-1] Mo-Fr 09:00-18:00; Oct Su[-1]-Mar Su[-1] Mo-Fr 10:00-16:00',
  'off',
  'Mo-Fr 09:00-12:00; Dec 24,26 off',
  'Mo-Fr 09:00-12:00; PH off',
  'Mo-Fr 09:00-12:00; PH 10:00-11:00',
  'Mo-Sa,PH 09:00-12:00',
  'Mo-Fr 09:00-12:00; SH off',
  'Mo-Fr 09:00-12:00; SH Mo-Fr 10:00-16:00; PH off',
];

describe('reading against npm opening_hours', () => {
  let instants: Instant[] = [];
  beforeAll(() => {
    instants = makeInstants(1000);
  });

  test.each(CASES)('agrees at 1,000 instants of two years: %s', (text) => {
    expect(disagreements(new OpeningHours(text, PLACE), text, instants)).toEqual([]);
  });

  test('the library is wrong after `09:00-12:00+`: the specification says "open until 12:00, maybe longer", it says closed', () => {
    const text = 'Mo-Fr 09:00-12:00+';
    const wrong = disagreements(new OpeningHours(text, PLACE), text, instants);
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.every((line) => line.endsWith('ours inconnu, library ferme'))).toBe(true);
  });
});

/**
 * Texts out of the specification that the library makes something of (each with a warning), and of which we ask the person who wrote
 * them, or say that they are to be read in full: what the library makes of them is not what is written. The specification:
 * https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
 */
const ASKED: readonly { reason: string; text: RegExp }[] = [
  {
    reason:
      'Hours or « sur RDV » without a day: a rule without a selector holds every day, Sunday included. Nobody wrote that.',
    text: /^(?:\d+h\b|sur rdv$)/i,
  },
  {
    reason: 'Only closed days: the library has them closed all year on the other days too, since nothing opens them.',
    text: /^(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) fermé(?: ; )?)+$/i,
  },
  {
    reason: 'A day without hours (also told twice): a rule without times is open day and night.',
    text: /^(?:(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)(?: \1)?(?: ; )?)+$/i,
  },
  {
    reason: '« 9h à 12h et Sur Rendez-Vous »: the library begins a rule for every day at the comment.',
    text: /\dh et sur rendez-vous/i,
  },
];

/** Texts out of the specification that both make something of, differently; the specification says who is right. */
const LIBRARY_WRONG: readonly { reason: string; text: RegExp }[] = [
  {
    reason:
      'No separator between the days: « rule_sequence: selector_sequence, rule_modifier », one selector of weekdays and one list of ' +
      'times each. The library puts all days and all hours of the text into one rule (every hour holds on every day).',
    text: /\dh\s+(?:lundi|mardi|mercredi|jeudi|vendredi)|\d\s+(?:lundi|mardi|mercredi|jeudi|vendredi)\s*:/i,
  },
];

describe.skipIf(!HAS_REAL_TEXTS)('the real texts against npm opening_hours', () => {
  test(
    'each text is read alike, or the difference is explained',
    () => {
      const all = realTexts().map(({ text }) => text);
      const texts = COMPLETE ? all : all.filter((_, index) => index % 10 === 0);
      const instants = makeInstants(COMPLETE ? 1000 : 100);
      const classes = { both: 0, libraryOnly: 0, oursOnly: 0, neither: 0, understood: 0, asked: 0, libraryWrong: 0 };
      const refused: string[] = [];
      const asked: string[] = [];
      const wrong: string[] = [];
      for (const text of texts) {
        const strict = parseHoraires(text).ok;
        const theirs = readByLibrary(text);
        classes[strict ? (theirs ? 'both' : 'oursOnly') : theirs ? 'libraryOnly' : 'neither'] += 1;
        if (!strict && theirs?.warnings === 0) refused.push(text);
        const osm = strict ? text : osmOf(text);
        if (osm === null) {
          if (!theirs) continue;
          if (ASKED.some((known) => known.text.test(text))) classes.asked += 1;
          else asked.push(text);
          continue;
        }
        if (!strict) classes.understood += 1;
        // A text that the library does not read is asked in the form in which we understood it.
        const differences = disagreements(theirs?.library ?? new OpeningHours(osm, PLACE), osm, instants);
        if (differences.length === 0) continue;
        if (!strict && LIBRARY_WRONG.some((known) => known.text.test(text))) classes.libraryWrong += 1;
        else wrong.push(...differences.slice(0, 3));
      }
      console.info(
        `${texts.length} of ${all.length} real texts, ${instants.length} instants each: ${JSON.stringify(classes)}`,
      );
      expect({ refused, asked, wrong }).toEqual({ refused: [], asked: [], wrong: [] });
      if (COMPLETE && all.length === 5558) {
        expect(classes).toMatchObject({ both: 2719, libraryOnly: 314, oursOnly: 0, neither: 2525, libraryWrong: 2 });
        expect(classes.understood).toBeGreaterThanOrEqual(2473);
        expect(classes.asked).toBeLessThanOrEqual(9);
      }
    },
    COMPLETE ? 600_000 : 30_000,
  );

  test('where the library is wrong, it is because it took a text without separators for one rule', () => {
    const text = 'Lundi 9h-12h Mardi 14h-17h';
    const theirs = readByLibrary(text);
    const monday14 = new Date(2026, 10, 23, 14, 30);
    expect(theirs?.warnings).toBeGreaterThan(0);
    expect(theirs?.library.getState(monday14)).toBe(true);
    expect(osmOf(text)).toBe('Mo 09:00-12:00; Tu 14:00-17:00');
  });
});

/** The form in which a text out of the grammar is understood, or null where it is not. */
function osmOf(text: string): string | null {
  const understood = understandHoraires(text);
  return understood.ok ? understood.osm : null;
}
