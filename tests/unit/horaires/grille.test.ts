import { describe, expect, test } from 'vitest';
import type { Grille } from '#app/domain/horaires/grille.ts';
import { sameOpenings } from '#app/domain/horaires/grille-compare.ts';
import { editedText } from '#app/domain/horaires/grille-edit.ts';
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
    ['Mo-Fr 9-12; Mo[1]  off', 'Mo-Fr 09:00-12:00; Mo[1] off'],
    ['Mo-Fr 9-12; Tu[-1],Th[-1] off; Sa[1] 10-12', 'Mo-Fr 09:00-12:00; Tu[-1],Th[-1] off, Sa[1] 10:00-12:00'],
    ['Mo-Fr 09:00-12:00; PH,Su off', 'Mo-Fr 09:00-12:00; PH off'],
    ['Tu 09:00-12:00,14:00-17:00 "sur rendez-vous"', 'Tu 09:00-12:00,14:00-17:00 "sur rendez-vous"'],
    ['Tu 09:00-12:00 open "porte B"', 'Tu 09:00-12:00 open "porte B"'],
    // What no part of the grille can say is kept to the letter, where it wins over what it won over.
    ['Mo-Fr 9-12; PH 10:00-11:00', 'Mo-Fr 09:00-12:00; PH 10:00-11:00'],
    ['Mo-Fr 9-12; Mo[1] +1 day  off', 'Mo-Fr 09:00-12:00; Mo[1] +1 day  off'],
    ['Mo-Fr 9-12; PH off; Sa[1] 9-12', 'Mo-Fr 09:00-12:00; PH off; Sa[1] 9-12'],
    ['Mo-Fr 9-12 || "sur rdv"', 'Mo-Fr 09:00-12:00 || "sur rdv"'],
    [
      'Mo-Fr 9-12; Jul off; easter +1 day off; 2026 Apr 6 10:00-11:00',
      'Mo-Fr 09:00-12:00; Jul off; easter +1 day off; 2026 Apr 6 10:00-11:00',
    ],
    ['Mo 17:00+', 'Mo 17:00+'],
    ['easter +1 day off', 'easter +1 day off'],
    ['Mo[1] open, PH open', 'Mo[1] 00:00-24:00, PH open'],
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

  test.skipIf(!HAS_REAL_TEXTS)(
    'each real text has the same openings once written back',
    () => {
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
    },
    60_000,
  );
});

describe('an edit', () => {
  const OPEN = { rendezVous: false, mention: null };
  const afternoon = [{ start: 840, end: 1020, ...OPEN }];

  function edit(text: string | null, change: (grille: Grille) => Grille): string {
    const before = grille(text);
    return editedText({ text, before, after: change(before) });
  }
  const tuesday = (before: Grille): Grille => ({ ...before, semaine: before.semaine.with(1, afternoon) });

  test.each([
    ['  Mo-Fr 9-12 ;PH off;', '  Mo-Fr 9-12 ;PH off;'],
    ['week 1-53/2 Mo 9-12;;', 'week 1-53/2 Mo 9-12;;'],
    ['', ''],
    [null, ''],
  ])('that changes nothing gives %s back byte for byte', (text, same) => {
    expect(edit(text, (before) => before)).toBe(same);
  });

  test.each([
    [null, 'Tu 14:00-17:00'],
    ['Mo 9-12;We 9-12 ; PH off', 'Mo 9-12;We 9-12; Tu 14:00-17:00; PH off'],
    ['Mo-Fr 9-12; PH off ', 'Mo,We-Fr 09:00-12:00; Tu 14:00-17:00; PH off '],
    ['Tu 9-12; Th 9-12; week 1-53/2 Mo 9-12', 'Tu 14:00-17:00; Th 9-12; week 1-53/2 Mo 9-12'],
    ['Mo 9-12; Tu[1] 9-12', 'Mo 9-12; Tu 14:00-17:00, Tu[1] 9-12'],
    ['Mo 9-12; easter +1 day off; Jul off', 'Mo 9-12; Tu 14:00-17:00; easter +1 day off; Jul off'],
    ['Mo-Fr 9-12; PH Mo-Fr 9-12', 'Mo,We-Fr 09:00-12:00; Tu 14:00-17:00; PH Mo,We-Fr 09:00-12:00; PH Tu 14:00-17:00'],
  ])('of Tuesday in %s gives %s', (text, edited) => {
    expect(edit(text, tuesday)).toBe(edited);
  });

  test('of one exception leaves the week and the others to the letter', () => {
    const text = 'Mo-Fr 9-12;2026 Dec 24 off;  2026 Dec 31 9-11;PH off';
    const added = { du: '2026-12-28', au: '2026-12-30', plages: [], mention: 'congés' };
    expect(edit(text, (before) => ({ ...before, exceptions: [...before.exceptions, added] }))).toContain('Mo-Fr 9-12');
    const plain = 'Mo-Fr 9-12;2026 Dec 24 off;  2026 Dec 31 9-11';
    expect(edit(plain, (before) => ({ ...before, exceptions: before.exceptions.slice(1) }))).toBe(
      'Mo-Fr 9-12; 2026 Dec 31 9-11',
    );
    expect(edit(plain, (before) => ({ ...before, exceptions: [...before.exceptions, added] }))).toBe(
      'Mo-Fr 9-12;2026 Dec 24 off;  2026 Dec 31 9-11; 2026 Dec 28-30 off "congés"',
    );
  });

  test('writes straight quotes of a comment as French ones', () => {
    const added = { du: '2026-12-28', au: '2026-12-30', plages: [], mention: 'fête dite "du port", quai 3"' };
    expect(edit('Mo-Fr 9-12', (before) => ({ ...before, exceptions: [added] }))).toBe(
      'Mo-Fr 9-12; 2026 Dec 28-30 off "fête dite «\u00a0du port\u00a0», quai 3”"',
    );
  });

  test('of the public holidays, of a variant, of a kept rule touches nothing else', () => {
    const text = 'Mo-Fr 9-12;Jul off; Mo[1] +1 day off';
    expect(edit(text, (before) => ({ ...before, feries: 'ferme' }))).toBe(
      'Mo-Fr 9-12;Jul off; PH off; Mo[1] +1 day off',
    );
    expect(edit(text, (before) => ({ ...before, variantes: [] }))).toBe('Mo-Fr 9-12; Mo[1] +1 day off');
    expect(edit(text, (before) => ({ ...before, gardees: [] }))).toBe('Mo-Fr 9-12;Jul off');
    expect(edit('Mo-Fr 9-12;PH off', (before) => ({ ...before, feries: 'inconnu' }))).toBe('Mo-Fr 9-12');
  });
});
