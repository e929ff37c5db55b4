import OpeningHours from 'opening_hours';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { civilOf, parseLocalDate } from '#app/domain/horaires/dates.ts';
import { openingsOfDay, PLAIN_CALENDAR } from '#app/domain/horaires/evaluate.ts';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
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
const COMPLETE = process.env.TEST_COMPLET === '1';

/** Instants (day number, minute) of two years, the same at every run. */
function instants(count: number): { day: number; minute: number }[] {
  const first = parseLocalDate('2026-01-01') ?? 0;
  let seed = 20260101;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  return Array.from({ length: count }, () => ({ day: first + next(730), minute: next(1440) }));
}

function libraryState(library: OpeningHours, day: number, minute: number): string {
  const { year, month, day: dayOfMonth } = civilOf(day);
  const date = new Date(year, month - 1, dayOfMonth, Math.floor(minute / 60), minute % 60);
  if (library.getState(date)) return 'ouvert';
  return library.getUnknown(date) ? 'inconnu' : 'ferme';
}

function disagreements(text: string, count: number): string[] {
  const parsed = parseHoraires(text);
  if (!parsed.ok) return [`${text}: ${parsed.message} (${parsed.position})`];
  const library = new OpeningHours(text, PLACE);
  const found: string[] = [];
  for (const { day, minute } of instants(count)) {
    const openings = openingsOfDay(parsed.horaires.rules, day, PLAIN_CALENDAR);
    const ours = openings.find((o) => o.start <= minute && minute < o.end)?.etat ?? 'ferme';
    const theirs = libraryState(library, day, minute);
    if (ours !== theirs)
      found.push(`${text} @ ${JSON.stringify(civilOf(day))} ${minute}: ours ${ours}, library ${theirs}`);
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
  'Mo-Fr 9:00-12:00',
  'Mo-Fr 09-12',
  'Mar Su[-1]-Oct Su[-1] Mo-Fr 09:00-18:00; Oct Su[-1]-Mar Su[-1] Mo-Fr 10:00-16:00',
  'off',
  'Mo-Fr 09:00-12:00; Dec 24,26 off',
];

describe('reading against npm opening_hours', () => {
  test.each(CASES)('agrees at 1,000 instants of two years: %s', (text) => {
    expect(disagreements(text, 1000)).toEqual([]);
  });

  test('the library is wrong after `09:00-12:00+`: the specification says "open until 12:00, maybe longer", it says closed', () => {
    const wrong = disagreements('Mo-Fr 09:00-12:00+', 1000);
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.every((line) => line.endsWith('ours inconnu, library ferme'))).toBe(true);
  });

  test.skipIf(!HAS_REAL_TEXTS)(
    'agrees on the real texts that both read, and reads what the library reads in the grammar of the standard',
    () => {
      const texts = realTexts().map(({ text }) => text);
      const read = texts.filter((text) => parseHoraires(text).ok);
      const sample = COMPLETE ? read : read.filter((_, index) => index % 25 === 0);
      expect(sample.flatMap((text) => disagreements(text, COMPLETE ? 1000 : 100))).toEqual([]);
      console.info(`${read.length} of ${texts.length} real texts are in the grammar; ${sample.length} compared`);
    },
    COMPLETE ? 600_000 : 20_000,
  );

  test.skipIf(!HAS_REAL_TEXTS)('refuses no real text in English tokens that the library reads', () => {
    const english = realTexts().filter(
      ({ text }) => /^(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|\d\d:)[-,: ]/.test(text) && !/[a-z]{4}/.test(text),
    );
    const refused = english.filter(({ text }) => !parseHoraires(text).ok).filter(({ text }) => libraryReads(text));
    expect(refused.map(({ text }) => text)).toEqual([]);
  });
});

function libraryReads(text: string): boolean {
  try {
    new OpeningHours(text, PLACE);
    return true;
  } catch {
    return false;
  }
}
