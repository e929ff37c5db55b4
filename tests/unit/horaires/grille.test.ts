import { describe, expect, test } from 'vitest';
import type { Grille } from '#app/domain/horaires/grille.ts';
import { sameOpenings } from '#app/domain/horaires/grille-compare.ts';
import { grilleOfText } from '#app/domain/horaires/grille-read.ts';
import { textOfGrille } from '#app/domain/horaires/grille-write.ts';
import { readRules } from '#app/domain/horaires/read.ts';
import { HAS_REAL_TEXTS, realTexts } from './textes-reels.ts';

function grille(text: string | null): Grille {
  const result = grilleOfText(text);
  if (!result.ok) throw new Error(`${text}: ${result.message}`);
  return result.grille;
}

describe('a text as the editor shows it, and back', () => {
  test.each([
    ['24/7', '24/7'],
    ['Mo-Fr 09:00-12:00; Tu 14:00-17:00; PH off', 'Mo,We-Fr 09:00-12:00; Tu 14:00-17:00; PH off'],
    ['Mo-Fr 9-12, Tu 14:00-17:00', 'Mo,We-Fr 09:00-12:00; Tu 09:00-12:00,14:00-17:00'],
    ['Fr,Sa 22:00-02:00, Su 09:00-12:00; PH off', 'Fr,Sa 22:00-02:00, Su 09:00-12:00; PH off'],
    [
      'week 1-53/2 Mo 09:00-12:00; week 2-53/2 Tu 14:00-17:00',
      'week 1-53/2 Mo 09:00-12:00, week 2-52/2 Tu 14:00-17:00',
    ],
    ['Mo-Fr 09:00-12:00; week 2-52/2 Tu 14:00-17:00', 'Mo-Fr 09:00-12:00; week 2-52/2 Tu 14:00-17:00'],
    ['Sa[1] 10:00-12:00', 'Sa[1] 10:00-12:00'],
    ['Mo-Fr 09:00-12:00; Th[1,3] 14:00-17:00', 'Mo-Fr 09:00-12:00; Th[1,3] 14:00-17:00'],
    ['Mo 09:00-12:00, We[-1] 14:00-17:00 "sur rdv"', 'Mo 09:00-12:00, We[-1] 14:00-17:00 "sur rdv"'],
    ['Mo-Fr 09:00-17:00; Jul-Aug Mo-Fr 09:00-12:00', 'Mo-Fr 09:00-17:00; Jul-Aug Mo-Fr 09:00-12:00'],
    ['Mo-Fr 09:00-17:00; Dec 24-Jan 1 off', 'Mo-Fr 09:00-17:00; Dec 24-Jan 1 off'],
    [
      'Mo-Fr 09:00-17:00; 2026 Dec 24-26 off; 2026 Dec 31 09:00-12:00; 2026 Dec 23 off "travaux"',
      'Mo-Fr 09:00-17:00; 2026 Dec 23 off "travaux"; 2026 Dec 24-26 off; 2026 Dec 31 09:00-12:00',
    ],
    ['Mo-Fr 09:00-17:00; SH,PH off', 'Mo-Fr 09:00-17:00; SH off; PH off'],
    ['Mo-Fr 09:00-17:00; SH Mo-Fr 10:00-12:00', 'Mo-Fr 09:00-17:00; SH Mo-Fr 10:00-12:00'],
    ['Mo-Fr 09:00-12:00; PH Mo-Fr 09:00-12:00', 'Mo-Fr 09:00-12:00; PH Mo-Fr 09:00-12:00'],
    ['Mo-Fr 09:00-12:00; PH,Su off', 'Mo-Fr 09:00-12:00; PH off'],
    ['Tu 09:00-12:00,14:00-17:00 "sur rendez-vous"', 'Tu 09:00-12:00,14:00-17:00 "sur rendez-vous"'],
    ['Tu 09:00-12:00 open "porte B"', 'Tu 09:00-12:00 open "porte B"'],
    // What no part of the grille can say is kept to the letter, where it wins over what it won over.
    ['Mo-Fr 9-12; PH 10:00-11:00', 'Mo-Fr 09:00-12:00; PH 10:00-11:00'],
    ['Mo-Fr 9-12; Mo[1]  off', 'Mo-Fr 09:00-12:00; Mo[1]  off'],
    ['Mo-Fr 9-12; PH off; Sa[1] 9-12', 'Mo-Fr 09:00-12:00; PH off; Sa[1] 9-12'],
    ['Mo-Fr 9-12 || "sur rdv"', 'Mo-Fr 09:00-12:00 || "sur rdv"'],
    ['Mo 17:00+', 'Mo 17:00+'],
    ['easter +1 day off', 'easter +1 day off'],
    ['Mo-Su off', ''],
    ['', ''],
    [null, ''],
  ])('%s → %s', (text, written) => {
    expect(textOfGrille(grille(text))).toBe(written);
  });

  test('a text that does not read gives its place', () => {
    expect(grilleOfText('Mo-Fr 09:00-12:00 foo')).toEqual({
      ok: false,
      message: '« foo » n’est pas compris ici.',
      position: 18,
    });
  });

  test.skipIf(!HAS_REAL_TEXTS)('each real text has the same openings once written back', () => {
    let count = 0;
    for (const { text } of realTexts()) {
      const result = grilleOfText(text);
      if (!result.ok) continue;
      const written = textOfGrille(result.grille);
      const rules = written === '' ? [] : readRules(written).rules;
      if (!sameOpenings(readRules(text).rules, rules)) throw new Error(`${text} → ${written}`);
      count++;
    }
    expect(count).toBeGreaterThan(2700);
  });
});
