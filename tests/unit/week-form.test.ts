import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type TimeRange, type Week, weekFrom } from '#app/domain/horaires/week.ts';
import { draftOfEntries, draftOfWeek, editDraft, type WeekDraft, weekOfDraft } from '#app/domain/horaires/week-form.ts';

const MORNING = { debut: '09:00', fin: '12:00' };
const AFTERNOON = { debut: '14:00', fin: '18:30' };

function draft(
  days: Record<number, { debut: string; fin: string }[]>,
  feries: WeekDraft['feries'] = 'inconnu',
): WeekDraft {
  return { days: Array.from({ length: 7 }, (_, day) => days[day] ?? []), feries };
}

test('inputs are read by their names: in the order of their numbers, empty ranges gone, anything else ignored', () => {
  const read = draftOfEntries([
    ['jour.1.10.debut', '20:00'],
    ['jour.1.10.fin', '22:00'],
    ['jour.1.2.fin', ' 12:00 '],
    ['jour.1.2.debut', ' 09:00'],
    ['jour.1.3.debut', ''],
    ['jour.1.3.fin', '  '],
    ['jour.3.0.debut', '14:00'],
    ['jour.7.0.debut', '09:00'],
    ['jour.1.100.debut', '09:00'],
    ['jour.1.2.milieu', '10:00'],
    ['feries', 'ferme'],
    ['telephone', '0556000000'],
    ['jour.2.0.debut', new Blob(['09:00'])],
  ]);
  const monday = [MORNING, { debut: '20:00', fin: '22:00' }];
  expect(read).toEqual(draft({ 1: monday, 3: [{ debut: '14:00', fin: '' }] }, 'ferme'));
});

test('an unknown answer about public holidays is no answer', () => {
  expect(draftOfEntries([['feries', 'peut-être']]).feries).toBe('inconnu');
});

test.each<[string, number[], Record<number, { debut: string; fin: string }[]>]>([
  ['ajouter:0', [], { 0: [MORNING, AFTERNOON, { debut: '', fin: '' }] }],
  ['ajouter:6', [], { 0: [MORNING, AFTERNOON], 6: [{ debut: '', fin: '' }] }],
  ['retirer:0:0', [], { 0: [AFTERNOON] }],
  ['retirer:0:9', [], { 0: [MORNING, AFTERNOON] }],
  ['vider:0', [], {}],
  ['copier:0', [1, 4], { 0: [MORNING, AFTERNOON], 1: [MORNING, AFTERNOON], 4: [MORNING, AFTERNOON] }],
  ['copier:0', [0, 9, -1], { 0: [MORNING, AFTERNOON] }],
  ['copier:2', [0], {}],
  ['enregistrer', [], { 0: [MORNING, AFTERNOON] }],
  ['vider:8', [], { 0: [MORNING, AFTERNOON] }],
])('%s onto %j', (intent, copyTo, days) => {
  const before = draft({ 0: [MORNING, AFTERNOON] });
  const untouched = structuredClone(before);
  expect(editDraft(before, intent, copyTo)).toEqual(draft(days));
  expect(before).toEqual(untouched);
});

test('a copy is a copy: changing one day leaves the other', () => {
  const copied = editDraft(draft({ 0: [MORNING] }), 'copier:0', [1]);
  expect(editDraft(copied, 'vider:0', []).days[1]).toEqual([MORNING]);
});

test.each<[debut: string, fin: string, start: number, end: number]>([
  ['09:00', '12:30', 540, 750],
  ['9h', '12h30', 540, 750],
  ['9 h 05', '12 H 30', 545, 750],
  ['9\u00a0h\u00a005', '12\u202fh\u202f30', 545, 750],
  ['9', '12', 540, 720],
  ['00:00', '24:00', 0, 1440],
  ['20:00', '00:00', 1200, 1440],
  ['20:00', '02:00', 1200, 1560],
  ['22:00', '06:00', 1320, 1800],
])('« %s – %s » is %i to %i', (debut, fin, start, end) => {
  expect(weekOfDraft(draft({ 2: [{ debut, fin }] }))).toEqual({
    ok: true,
    week: weekFrom((day) => (day === 2 ? [{ start, end }] : [])),
  });
});

test.each([
  ['09:00', '', 'Il manque l’heure de fin (09:00 – …).'],
  ['', '12:00', 'Il manque l’heure de début (… – 12:00).'],
  ['25:00', '26:00', '« 25:00 – 26:00 » n’est pas une heure. Exemple : 09:00 – 12:30.'],
  ['09:60', '12:00', '« 09:60 – 12:00 » n’est pas une heure. Exemple : 09:00 – 12:30.'],
  ['24:30', '12:00', '« 24:30 – 12:00 » n’est pas une heure. Exemple : 09:00 – 12:30.'],
  ['midi', '14:00', '« midi – 14:00 » n’est pas une heure. Exemple : 09:00 – 12:30.'],
  ['12:00', '09:00', 'La fin (09:00) doit venir après le début (12:00).'],
  ['09:00', '09:00', 'La fin (09:00) doit venir après le début (09:00).'],
])('« %s – %s » is refused with the day and the reason', (debut, fin, message) => {
  expect(weekOfDraft(draft({ 4: [{ debut, fin }] }))).toEqual({ ok: false, errors: [{ day: 4, message }] });
});

test('ranges of a day that overlap are refused; those that touch, or come in any order, are not', () => {
  const overlap = weekOfDraft(draft({ 0: [AFTERNOON, { debut: '11:00', fin: '14:30' }] }));
  expect(overlap).toEqual({
    ok: false,
    errors: [{ day: 0, message: 'La plage qui commence à 14:00 chevauche celle qui finit à 14:30.' }],
  });
  expect(weekOfDraft(draft({ 0: [AFTERNOON, { debut: '12:00', fin: '14:00' }, MORNING] })).ok).toBe(true);
});

test('every slip is told, each with its day', () => {
  const reading = weekOfDraft(draft({ 0: [{ debut: 'x', fin: 'y' }], 5: [{ debut: '10:00', fin: '' }, MORNING] }));
  expect(reading.ok ? [] : reading.errors.map(({ day }) => day)).toEqual([0, 5]);
});

test('any week goes into the form and comes back the same, day by day and input by input', () => {
  fc.assert(
    fc.property(weeks(), fc.constantFrom<WeekDraft['feries']>('inconnu', 'ferme', 'ouvert'), (week, feries) => {
      const shown = draftOfWeek(week, feries);
      const entries = shown.days.flatMap((ranges, day) =>
        ranges.flatMap(({ debut, fin }, index): [string, string][] => [
          [`jour.${day}.${index}.debut`, debut],
          [`jour.${day}.${index}.fin`, fin],
        ]),
      );
      const read = draftOfEntries([...entries, ['feries', feries]]);
      expect(read).toEqual(shown);
      expect(weekOfDraft(read)).toEqual({ ok: true, week });
    }),
  );
});

/** Weeks of disjoint ranges; the last of a day may go on until six the next morning. */
function weeks(): fc.Arbitrary<Week> {
  const day = fc
    .tuple(fc.uniqueArray(fc.integer({ min: 0, max: 1439 }), { maxLength: 8 }), fc.integer({ min: 0, max: 360 }))
    .map(([bounds, night]): TimeRange[] => {
      const sorted = bounds.sort((a, b) => a - b);
      const ranges: TimeRange[] = [];
      for (let index = 0; index + 1 < sorted.length; index += 2) {
        ranges.push({ start: sorted[index] ?? 0, end: sorted[index + 1] ?? 0 });
      }
      const alone = sorted.length % 2 === 1 ? sorted.at(-1) : undefined;
      if (alone !== undefined && alone > 360) ranges.push({ start: alone, end: 1440 + night });
      return ranges;
    });
  return fc.array(day, { minLength: 7, maxLength: 7 }).map((days) => weekFrom((index) => days[index] ?? []));
}
