import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatWeek } from '#app/domain/horaires/format.ts';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
import type { Week } from '#app/domain/horaires/week.ts';
import {
  BITS_BYTES,
  EMPTY_WEEK,
  equalWeeks,
  mergeRanges,
  normalizeWeek,
  rangeConflicts,
  splitWeek,
  testBits,
  weekFrom,
  weekToBits,
} from '#app/domain/horaires/week.ts';

const range = fc
  .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 }))
  .map(([start, length]) => ({ start, end: start + length }));
const ranges = fc.array(range, { maxLength: 3 });
const week: fc.Arbitrary<Week> = fc.tuple(ranges, ranges, ranges, ranges, ranges, ranges, ranges);
const feries = fc.constantFrom('ferme' as const, 'ouvert' as const, 'inconnu' as const);

function read(text: string) {
  const result = parseHoraires(text);
  if (!result.ok) throw new Error(`${text}: ${result.message}`);
  return result.horaires;
}

describe('the week', () => {
  test('writing then reading gives the same week, the same holidays, and says it is all there', () => {
    fc.assert(
      fc.property(week, feries, (original, holidays) => {
        const text = formatWeek(original, { feries: holidays });
        const parsed = read(text);
        expect(equalWeeks(parsed.week, original), text).toBe(true);
        expect(parsed.expressible, text).toBe(true);
        if (!equalWeeks(original, EMPTY_WEEK)) expect(parsed.feries, text).toBe(holidays);
        expect(formatWeek(parsed.week, { feries: holidays })).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test('the canonical form opens at the same minutes, and is its own canonical form', () => {
    fc.assert(
      fc.property(week, (original) => {
        const canonical = normalizeWeek(original);
        expect(splitWeek(canonical)).toEqual(splitWeek(original));
        expect(normalizeWeek(canonical)).toEqual(canonical);
      }),
    );
  });

  test('a bit is set exactly where some minute of its quarter is open', () => {
    fc.assert(
      fc.property(week, (original) => {
        const bits = weekToBits(original);
        expect(bits).toHaveLength(BITS_BYTES);
        splitWeek(original).forEach((ranges, day) => {
          for (let quarter = 0; quarter < 96; quarter++) {
            const open = ranges.some((r) => r.start < quarter * 15 + 15 && r.end > quarter * 15);
            if (testBits(bits, day, quarter * 15) !== open) throw new Error(`${day} ${quarter}`);
          }
        });
      }),
      { numRuns: 50 },
    );
  });

  test('minutes are kept: 12:10 stays 12:10', () => {
    expect(read('Mo 08:35-12:10').week[0]).toEqual([{ start: 515, end: 730 }]);
  });

  test('ranges that touch or overlap are one, empty ones are none', () => {
    const merged = mergeRanges([
      { start: 600, end: 720 },
      { start: 540, end: 600 },
      { start: 800, end: 800 },
      { start: 700, end: 730 },
    ]);
    expect(merged).toEqual([{ start: 540, end: 730 }]);
  });

  test.each([
    ['Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00', 'Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00'],
    ['Mo 09:00-12:00; Tu 09:00-12:00; We off; Th 09:00-12:00', 'Mo,Tu,Th 09:00-12:00'],
    ['Mo-Su 00:00-24:00', '24/7'],
    ['Fr 22:00-02:00', 'Fr 22:00-02:00'],
    ['Fr 22:00-02:00, Sa 10:00-12:00', 'Fr 22:00-02:00, Sa 10:00-12:00'],
    ['Su 20:00-24:00; Mo 00:00-01:00', 'Su 20:00-01:00'],
    ['Mo-Fr 09:00-12:00; Tu 14:00-17:00', 'Mo,We-Fr 09:00-12:00; Tu 14:00-17:00'],
    ['Mo-Fr 09:00-12:00,12:00-14:00', 'Mo-Fr 09:00-14:00'],
  ])('%s is written %s', (text, written) => {
    expect(formatWeek(read(text).week)).toBe(written);
  });

  test('holidays are written closed, as usual, or not at all', () => {
    const { week: parsed } = read('Mo-Fr 09:00-12:00; Sa 10:00-12:00');
    expect(formatWeek(parsed, { feries: 'ferme' })).toBe('Mo-Fr 09:00-12:00; Sa 10:00-12:00; PH off');
    expect(formatWeek(parsed, { feries: 'ouvert' })).toBe(
      'Mo-Fr 09:00-12:00; Sa 10:00-12:00; PH Mo-Fr 09:00-12:00; PH Sa 10:00-12:00',
    );
    expect(formatWeek(weekFrom(() => []))).toBe('Mo-Su off');
  });

  test('the editor is told of overlaps and of ends before starts', () => {
    expect(
      rangeConflicts([
        { start: 540, end: 720 },
        { start: 720, end: 800 },
      ]),
    ).toEqual([]);
    expect(
      rangeConflicts([
        { start: 540, end: 720 },
        { start: 700, end: 800 },
      ]),
    ).toEqual(['La plage qui commence à 11:40 chevauche celle qui finit à 12:00.']);
    expect(rangeConflicts([{ start: 540, end: 500 }])).toEqual(['La fin (08:20) doit venir après le début (09:00).']);
  });
});
