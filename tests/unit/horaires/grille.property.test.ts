import fc from 'fast-check';
import { expect, test } from 'vitest';
import { civilOf, dayOf, daysInMonth, formatLocalDate, isoWeekOf, weekdayOf } from '#app/domain/horaires/dates.ts';
import type { Calendar, Opening } from '#app/domain/horaires/evaluate.ts';
import { openingsOfDay } from '#app/domain/horaires/evaluate.ts';
import type { Grille, Plage, Quand } from '#app/domain/horaires/grille.ts';
import { sameOpenings } from '#app/domain/horaires/grille-compare.ts';
import { editedText } from '#app/domain/horaires/grille-edit.ts';
import { grilleOfText } from '#app/domain/horaires/grille-read.ts';
import { textOfGrille } from '#app/domain/horaires/grille-write.ts';
import { readRules } from '#app/domain/horaires/read.ts';
import type { Rule } from '#app/domain/horaires/rules.ts';
import { writeRules } from '#app/domain/horaires/write.ts';
import { COMPLETE } from '#tests/support/hasard.ts';
import { arbitraryGrille, arbitraryRules } from './arbitraires.ts';
import { HAS_REAL_TEXTS, realTexts } from './textes-reels.ts';

/** `npm run test:complet` looks at everything, `npm test` at a part. */
const runs = (complete: number) => ({ numRuns: COMPLETE ? complete : Math.ceil(complete / 8) });
const SLOW = 240_000;

const FIRST = dayOf(2026, 1, 1);
const TWO_YEARS = Array.from({ length: 730 }, (_, index) => FIRST + index);

/** Every ninth day a public holiday, every third fortnight a school holiday: all kinds of days meet. */
const CALENDAR: Calendar = {
  isFerie: (day) => (day % 9 === 0 ? 'oui' : 'non'),
  isVacances: (day) => (Math.floor(day / 14) % 3 === 0 ? 'oui' : 'non'),
};

function rulesOf(text: string): readonly Rule[] {
  return text === '' ? [] : readRules(text).rules;
}

/** What a grille says of a day, told apart from texts and rules: the week, then variants, holidays, exceptions. */
function saidOf(grille: Grille, day: number): Opening[] {
  const weekday = weekdayOf(day);
  const jour = formatLocalDate(day);
  const exception = grille.exceptions.find(({ du, au }) => du <= jour && jour <= au);
  if (exception)
    return openingsOf(exception.plages.map((plage) => ({ ...plage, mention: plage.mention ?? exception.mention })));
  if (grille.feries === 'ferme' && CALENDAR.isFerie(day) === 'oui') return [];
  let plages = grille.semaine[weekday] ?? [];
  for (const variante of grille.variantes) {
    const { quand, effet, semaine } = variante;
    if (effet === 'ferme' && variante.jours.includes(weekday) && holdsOn(quand, day)) plages = [];
    const own = semaine[weekday] ?? [];
    if (!holdsOn(quand, day) || (quand.kind === 'rang' && own.length === 0)) continue;
    plages = effet === 'remplace' ? own : [...plages, ...own];
  }
  return openingsOf(plages);
}

function holdsOn(quand: Quand, day: number): boolean {
  const { year, month, day: dayOfMonth } = civilOf(day);
  if (quand.kind === 'vacances') return CALENDAR.isVacances(day) === 'oui';
  if (quand.kind === 'semaines') return (isoWeekOf(day) % 2 === 0) === (quand.parite === 'paire');
  if (quand.kind === 'rang') {
    const left = Math.floor((daysInMonth(year, month) - dayOfMonth) / 7);
    return quand.rangs.includes(Math.floor((dayOfMonth - 1) / 7) + 1) || quand.rangs.includes(-left - 1);
  }
  const number = (date: { mois: number; jour: number }) => date.mois * 100 + date.jour;
  const [now, from, to] = [month * 100 + dayOfMonth, number(quand.du), number(quand.au)];
  return from <= to ? from <= now && now <= to : now >= from || now <= to;
}

/** The minutes of a day as ranges say them, the later ones over the earlier ones. */
function openingsOf(plages: readonly Plage[]): Opening[] {
  const minutes: (string | null)[] = Array.from({ length: 1440 }, () => null);
  for (const { start, end, rendezVous, mention } of plages) {
    const comment = rendezVous && !/rdv/.test(mention ?? '') ? ['sur rendez-vous', mention] : [mention];
    const text = comment.filter((part) => part !== null).join(', ') || null;
    minutes.fill(JSON.stringify({ etat: rendezVous ? 'inconnu' : 'ouvert', mention: text }), start, end);
  }
  const openings: Opening[] = [];
  minutes.forEach((state, minute) => {
    if (state === null) return;
    const last = openings.at(-1);
    if (last?.end === minute && state === minutes[minute - 1]) last.end++;
    else openings.push({ start: minute, end: minute + 1, ...JSON.parse(state) });
  });
  return openings;
}

test(
  'reading what was written gives the same rules, for all rules',
  () => {
    fc.assert(
      fc.property(arbitraryRules, (rules) => {
        expect(readRules(writeRules(rules)).rules).toEqual(rules);
      }),
      runs(4000),
    );
  },
  SLOW,
);

test.skipIf(!HAS_REAL_TEXTS)(
  'every real text that reads is written back as the same rules',
  () => {
    let count = 0;
    for (const { text } of realTexts()) {
      if (!grilleOfText(text).ok) continue;
      const { rules } = readRules(text);
      expect(readRules(writeRules(rules)).rules).toEqual(rules);
      count++;
    }
    expect(count).toBeGreaterThan(2700);
  },
  SLOW,
);

test(
  'the text of a grille says on every day what the grille says',
  () => {
    fc.assert(
      fc.property(arbitraryGrille({ nights: false }), (grille) => {
        const rules = rulesOf(textOfGrille(grille));
        for (const day of TWO_YEARS) {
          // Ranges of different kinds that overlap (a variant added to the week): which one is on top is not said.
          const said = saidOf(grille, day);
          const read = openingsOfDay(rules, day, CALENDAR);
          if (JSON.stringify(read) !== JSON.stringify(said)) {
            const added = grille.variantes.some((variante) => variante.effet === 'ajoute');
            if (!added)
              expect({ jour: formatLocalDate(day), openings: read }).toEqual({
                jour: formatLocalDate(day),
                openings: said,
              });
            expect(coverage(read)).toEqual(coverage(said));
          }
        }
      }),
      runs(200),
    );
  },
  SLOW,
);

function coverage(openings: readonly Opening[]): string {
  return openings.reduce(
    (text, { start, end }) =>
      text.endsWith(`-${start}`) ? text.slice(0, -String(start).length) + end : `${text} ${start}-${end}`,
    '',
  );
}

test(
  'a grille has the same openings after its text was read again, nights included',
  () => {
    fc.assert(
      fc.property(arbitraryGrille({ nights: true }), (grille) => {
        const text = textOfGrille(grille);
        const again = grilleOfText(text);
        expect(
          again.ok && textOfGrille(again.grille) !== text
            ? sameOpenings(rulesOf(textOfGrille(again.grille)), rulesOf(text))
            : again.ok,
        ).toBe(true);
      }),
      runs(200),
    );
  },
  SLOW,
);

/** Checks an edit of the usual hours of one weekday against what the old text says on all other days. */
function expectOnlyDayChanged(text: string, weekday: number, plages: readonly Plage[]): string {
  const before = grilleOfText(text);
  if (!before.ok) throw new Error(before.message);
  const semaine = before.grille.semaine.map((old, day) => (day === weekday ? plages : old));
  const edited = editedText({ text, before: before.grille, after: { ...before.grille, semaine } });
  const [old, now] = [rulesOf(text), rulesOf(edited)];
  const nights = [...(before.grille.semaine[weekday] ?? []), ...plages].some((plage) => plage.end > 1440);
  for (const day of TWO_YEARS) {
    if (weekdayOf(day) === weekday || (nights && weekdayOf(day) === (weekday + 1) % 7)) continue;
    const [was, is] = [openingsOfDay(old, day, CALENDAR), openingsOfDay(now, day, CALENDAR)];
    if (JSON.stringify(was) !== JSON.stringify(is)) throw new Error(`${text} → ${edited} on ${formatLocalDate(day)}`);
  }
  return edited;
}

const AFTERNOON: Plage[] = [{ start: 845, end: 1050, rendezVous: false, mention: null }];

test(
  'editing one day changes no other day, for all rules',
  () => {
    fc.assert(
      fc.property(arbitraryRules, fc.integer({ min: 0, max: 6 }), (rules, weekday) => {
        expectOnlyDayChanged(writeRules(rules), weekday, AFTERNOON);
      }),
      runs(200),
    );
  },
  SLOW,
);

test(
  'editing one day of a grille changes no other day, and that day as asked',
  () => {
    fc.assert(
      fc.property(arbitraryGrille({ nights: false }), fc.integer({ min: 0, max: 6 }), (grille, weekday) => {
        const text = textOfGrille(grille);
        const before = grilleOfText(text);
        if (!before.ok || before.grille.gardees.length > 0) return;
        const now = rulesOf(expectOnlyDayChanged(text, weekday, AFTERNOON));
        const after = {
          ...before.grille,
          semaine: before.grille.semaine.map((d, i) => (i === weekday ? AFTERNOON : d)),
        };
        for (const day of TWO_YEARS) {
          if (weekdayOf(day) === weekday)
            expect(coverage(openingsOfDay(now, day, CALENDAR))).toEqual(coverage(saidOf(after, day)));
        }
      }),
      runs(200),
    );
  },
  SLOW,
);

/** Rules that the editor does not show, each kept to the letter. */
const KEPT = [
  'easter +1 day off',
  'Mo[1] +1 day 10:00-12:00',
  'week 10-20 Tu 09:00-10:00',
  'Fr[-1] off "inventaire"',
  '2026 Jul-Aug Mo-Fr 09:00-10:00',
  'May-Jun Tu[2] 10:00-12:00',
  'PH Mo 10:00-12:00',
  'week 1-53/4 Th 09:00-10:00',
];

test(
  'beside kept rules, a dated closing closes its days, no other day moves, and the rules stay to the letter',
  () => {
    const closing = fc.record({
      from: fc.integer({ min: FIRST, max: FIRST + 700 }),
      days: fc.integer({ min: 1, max: 20 }),
    });
    const kept = fc.subarray(KEPT, { minLength: 1, maxLength: 3 });
    const property = fc.property(arbitraryGrille({ nights: false }), kept, closing, (grille, rules, { from, days }) => {
      const text = [textOfGrille(grille), ...rules].filter((part) => part !== '').join('; ');
      const before = grilleOfText(text);
      if (!before.ok) throw new Error(`${text}: ${before.message}`);
      expect(before.grille.gardees.length).toBeGreaterThanOrEqual(rules.length);
      const [du, au] = [formatLocalDate(from), formatLocalDate(from + days - 1)];
      if (before.grille.exceptions.some((other) => other.du <= au && du <= other.au)) return;
      const exceptions = [...before.grille.exceptions, { du, au, plages: [], mention: null }];
      const edited = editedText({ text, before: before.grille, after: { ...before.grille, exceptions } });
      for (const rule of rules) expect(edited).toContain(rule);
      const [old, now] = [rulesOf(text), rulesOf(edited)];
      for (const day of TWO_YEARS) {
        const closed = day >= from && day < from + days;
        expect(openingsOfDay(now, day, CALENDAR)).toEqual(closed ? [] : openingsOfDay(old, day, CALENDAR));
      }
    });
    fc.assert(property, runs(200));
  },
  SLOW,
);

test.skipIf(!HAS_REAL_TEXTS)(
  'in each real text, editing Tuesday changes Tuesday as asked and nothing else',
  () => {
    let count = 0;
    for (const [index, { text }] of realTexts().entries()) {
      if ((!COMPLETE && index % 10 > 0) || !grilleOfText(text).ok) continue;
      const edited = expectOnlyDayChanged(text, 1, AFTERNOON);
      expect(grilleOfText(edited)).toMatchObject({ ok: true, grille: { semaine: { 1: AFTERNOON } } });
      count++;
    }
    expect(count).toBeGreaterThan(COMPLETE ? 2700 : 270);
  },
  SLOW,
);
