import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf } from '#app/domain/horaires/dates.ts';
import type { Calendar } from '#app/domain/horaires/evaluate.ts';
import { openingsBetween, openingsOfDay } from '#app/domain/horaires/evaluate.ts';
import { isFerie } from '#app/domain/horaires/holidays.ts';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
import { understandHoraires } from '#app/domain/horaires/slips.ts';

const PARIS: Calendar = { isFerie: (day) => isFerie(day, '75'), isVacances: () => 'inconnu' };

function read(text: string) {
  const result = parseHoraires(text);
  if (!result.ok) throw new Error(`${text}: ${result.message}`);
  return result.horaires;
}

/** `09:00-12:00` of a day, `?` before what is uncertain. */
function on(text: string, year: number, month: number, day: number, calendar = PARIS): string {
  const clock = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return openingsOfDay(read(text).rules, dayOf(year, month, day), calendar)
    .map((o) => `${o.etat === 'inconnu' ? '?' : ''}${clock(o.start)}-${clock(o.end)}`)
    .join(' ');
}

describe('reading opening_hours', () => {
  test('a later rule replaces the whole day, an additional one adds to it', () => {
    expect(on('Mo-Fr 09:00-12:00; Tu 14:00-17:00', 2026, 11, 24)).toBe('14:00-17:00');
    expect(on('Mo-Fr 09:00-12:00, Tu 14:00-17:00', 2026, 11, 24)).toBe('09:00-12:00 14:00-17:00');
  });

  test.each([
    ['PH off closes 14 July', 'Mo-Fr 09:00-12:00; PH off', [2026, 7, 14], ''],
    ['PH hours are their own', 'Mo-Fr 09:00-12:00; PH 10:00-11:00', [2026, 7, 14], '10:00-11:00'],
    ['PH in a list of days', 'Sa,PH 10:00-11:00', [2026, 7, 14], '10:00-11:00'],
    ['PH and weekdays together', 'PH Mo-Fr 10:00-11:00', [2026, 8, 15], ''],
    ['the eve of a holiday', 'PH -1 day 09:00-12:00', [2026, 7, 13], '09:00-12:00'],
    ['school holidays are not known', 'Mo-Fr 09:00-12:00; SH off', [2026, 11, 24], '?09:00-12:00'],
    [
      'what does not depend on them is',
      'Mo-Fr 09:00-12:00; SH Mo-Fr 09:00-11:00',
      [2026, 11, 24],
      '09:00-11:00 ?11:00-12:00',
    ],
    ['odd weeks: week 48 is even', 'week 1-53/2 Tu 09:00-12:00', [2026, 11, 24], ''],
    ['odd weeks: week 49 is odd', 'week 1-53/2 Tu 09:00-12:00', [2026, 12, 1], '09:00-12:00'],
    ['week 53 of 2026', 'week 53 Th 09:00-12:00', [2026, 12, 31], '09:00-12:00'],
    ['first Monday', 'Mo[1] 09:00-12:00', [2026, 12, 7], '09:00-12:00'],
    ['second Monday is not the first', 'Mo[1] 09:00-12:00', [2026, 12, 14], ''],
    ['last Saturday', 'Sa[-1] 09:00-12:00', [2026, 11, 28], '09:00-12:00'],
    ['over the new year', 'Mo-Su 09:00-12:00; Dec 24-Jan 1 off', [2027, 1, 1], ''],
    ['after the new year', 'Mo-Su 09:00-12:00; Dec 24-Jan 1 off', [2027, 1, 2], '09:00-12:00'],
    ['Easter Monday', 'Mo-Su 09:00-12:00; easter +1 day off', [2026, 4, 6], ''],
    ['29 February of a common year', 'Mo-Su 09:00-12:00; Feb 29 off', [2026, 3, 1], '09:00-12:00'],
    ['past midnight', 'Fr 22:00-02:00', [2026, 11, 28], '00:00-02:00'],
    ['up to 24:00', 'Fr 22:00-24:00', [2026, 11, 28], ''],
    ['an open end is a guess', 'Tu 09:00+', [2026, 11, 24], '?09:00-24:00'],
    [
      'an open end stops where the next range begins',
      'Tu 09:00+,14:00-16:00',
      [2026, 11, 24],
      '?09:00-14:00 14:00-16:00',
    ],
    ['a comment alone is a third state', 'Tu 09:00-12:00 "sur rdv"', [2026, 11, 24], '?09:00-12:00'],
    [
      'a fallback fills what is closed',
      'Tu 09:00-12:00 || "sur rdv"',
      [2026, 11, 24],
      '?00:00-09:00 09:00-12:00 ?12:00-24:00',
    ],
  ] as const)('%s', (_name, text, [year, month, day], expected) => {
    expect(on(text, year, month, day)).toBe(expected);
  });

  test('a holiday of some communes only leaves the day unknown', () => {
    const alsace: Calendar = { ...PARIS, isFerie: (day) => isFerie(day, '67') };
    expect(on('Mo-Fr 09:00-12:00; PH off', 2026, 4, 3, alsace)).toBe('?09:00-12:00');
    expect(on('Mo-Sa 09:00-12:00; PH off', 2026, 12, 26, alsace)).toBe('');
  });

  test.each([
    ['Mo-Fr 09:00-12:00', true, 'inconnu', false],
    ['Mo-Fr 09:00-12:00; PH off', true, 'ferme', false],
    ['Mo-Fr 09:00-12:00; PH Mo-Fr 09:00-12:00', true, 'ouvert', false],
    ['Mo-Fr 09:00-12:00; PH 10:00-11:00', false, 'ouvert', true],
    ['week 1-53/2 Mo 09:00-12:00', false, 'inconnu', true],
    ['Mo 09:00-12:00 "sur rdv"', false, 'inconnu', false],
    ['Mo 09:00-12:00 open "sonnez"', false, 'inconnu', false],
    ['Mo 09:00+', false, 'inconnu', false],
    ['Mo-Fr 09:00-12:00; Aug off', false, 'inconnu', true],
  ])('%s: the week says it all is %s, holidays %s, dated %s', (text, expressible, feries, datee) => {
    const parsed = read(text);
    expect([parsed.expressible, parsed.feries, parsed.datee]).toEqual([expressible, feries, datee]);
  });

  test.each([
    ['Mo-Fr 09:00-12:00-14:00', 17, 'heure de trop'],
    ['Mo 08:30', 8, 'heure de fin'],
    ['Mo-Fr 09:00-12:00 Tu 14:00-17:00', 18, 'Il manque'],
    ['du lundi au vendredi 9h-12h', 0, '« du »'],
    ['Mo, 09:00-12:00', 2, '« , »'],
    ['Mo 09:75-12:00', 3, '09:75'],
    ['Mo sunrise-12:00', 3, 'soleil'],
    ['Mo 09:00-12:00 "sur rdv', 15, 'guillemet'],
    ['', 0, 'vides'],
  ])('%s is refused at %d: %s', (text, position, reason) => {
    const result = parseHoraires(text);
    expect(result.ok).toBe(false);
    if (!result.ok) {
      expect(result.message).toContain(reason);
      expect(result.position).toBe(position);
    }
  });

  test('what is read but surely not meant is said', () => {
    expect(read('Mo 14:00-14:00').alertes).toEqual([
      { message: '14:00-14:00 veut dire ouvert pendant 24 heures.', position: 3 },
    ]);
    expect(read('Mo-Fr').alertes[0]?.message).toContain('jour et nuit');
    expect(read('Fr 19:00-11:00').alertes[0]?.message).toBe('19:00-11:00 veut dire ouvert jusqu’au lendemain.');
    expect(read('Fr 20:00-08:00').alertes).toEqual([]);
    expect(read('Mo-Fr 09:00-12:00').alertes).toEqual([]);
  });

  test('openings between two dates are told day by day', () => {
    expect(openingsBetween(read('Mo[1] 09:00-12:00'), '2026-12-06', 2, PARIS)).toEqual([
      { jour: '2026-12-06', openings: [] },
      { jour: '2026-12-07', openings: [{ start: 540, end: 720, etat: 'ouvert', mention: null }] },
    ]);
    expect(() => openingsBetween(read('24/7'), '2026-02-30', 1, PARIS)).toThrow(RangeError);
  });

  test('no text throws, whatever it holds', () => {
    const words =
      'Mo Tu-Fr PH SH off week 1-53/2 2026 Jan Dec easter +1 day 09:00-12:00 22:00-02:00 + , ; || "rdv" [1] [-1] - lundi 9h30 / à du mois 1er'.split(
        ' ',
      );
    const soup = fc
      .array(fc.constantFrom(...words, ' ', ''), { maxLength: 60 })
      .map((parts) => parts.join(' ').slice(0, 500));
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 500 }), fc.string({ unit: 'binary', maxLength: 200 }), soup),
        (text) => {
          const result = parseHoraires(text);
          if (result.ok) openingsOfDay(result.horaires.rules, dayOf(2026, 2, 28), PARIS);
          understandHoraires(text);
        },
      ),
      { numRuns: 3000 },
    );
  }, 60_000);
});
