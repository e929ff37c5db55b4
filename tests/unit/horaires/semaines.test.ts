import { expect, test } from 'vitest';
import { parseLocalDate } from '#app/domain/horaires/dates.ts';
import { openWithin } from '#app/domain/horaires/opening.ts';
import { compileSemaines, surelyOpen, surelyOpenHours } from '#app/domain/horaires/semaines.ts';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import { joinStored, type StoredHoraires } from '#app/domain/horaires/stored-form.ts';

const TODAY = '2026-11-20';
const FIRST = parseLocalDate(TODAY) ?? 0;

function stored(text: string, code_insee: string): StoredHoraires {
  const place = { code_insee, code_postal: null, latitude: null, longitude: null };
  const { horaires_intervalles, ouvertures_datees } = storeHoraires(text, place, TODAY);
  const joined = joinStored(horaires_intervalles, null, ouvertures_datees);
  if (!joined) throw new Error(text);
  return joined;
}

const TEXTS = [
  'Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:10',
  'Mo-Fr 09:00-12:00; PH off',
  'Mo-Su 09:00-12:00; PH Mo-Su 09:00-12:00',
  '24/7',
  'Fr 22:00-02:00',
  'Mo-Fr 09:00-12:00 "sur rdv"',
  'Mo 09:00+; Tu 10:00-11:00',
  'week 1-53/2 Tu 09:00-12:00; Mo[1] 14:00-17:00',
  'Mo-Fr 09:00-17:00; Dec 24-Jan 1 off; SH Mo-Fr 10:00-12:00',
  'Mo-Fr 09:00-17:00; 2026 Dec 25 10:00-11:00',
  'selon disponibilité',
];
const LIEUX = ['75056', '67482', '97411', '98735'].flatMap((code) => TEXTS.map((text) => stored(text, code)));

test('compiled weeks are open when each lieu is, on every day of 410, in Paris, Strasbourg, La Réunion and Tahiti', () => {
  const semaines = compileSemaines(
    LIEUX.length,
    (hours) => LIEUX[hours] ?? LIEUX[0] ?? { etat: 'illisible', message: '', position: null },
  );
  const differing: string[] = [];
  let open = 0;
  // The days that are known, and a few past them.
  for (let day = FIRST - 3; day < FIRST + 407; day++) {
    for (const [from, to] of [
      [0, 1],
      [90, 91],
      [540, 541],
      [729, 730],
      [730, 731],
      [1439, 1440],
      [1080, 1440],
      [0, 1440],
    ] as const) {
      const isOpen = surelyOpen(semaines, { day, from, to });
      const all = surelyOpenHours(semaines, { day, from, to });
      LIEUX.forEach((lieu, hours) => {
        const expected = openWithin(lieu, day, from, to);
        if (expected) open += 1;
        if (isOpen(hours) !== expected || all[hours] !== Number(expected))
          differing.push(`${hours} ${day} ${from}-${to}: ${expected}`);
      });
      expect(isOpen(-1)).toBe(false);
    }
  }
  expect(differing).toEqual([]);
  expect(open).toBeGreaterThan(10_000);
}, 30_000);

test('dated hours whose days were not read are never open for sure', () => {
  const bare = stored('Mo-Fr 09:00-17:00; Aug off', '75056');
  if (bare.etat !== 'lu' || !bare.datees) throw new Error('dated hours were expected');
  const { du, au } = bare.datees;
  const semaines = compileSemaines(1, () => ({ ...bare, datees: { du, au } }));
  expect(surelyOpen(semaines, { day: FIRST, from: 0, to: 1440 })(0)).toBe(false);
  expect(openWithin({ ...bare, datees: { du, au } }, FIRST, 0, 1440)).toBe(false);
});

test('without any lieu nothing is open', () => {
  const semaines = compileSemaines(0, () => ({ etat: 'illisible', message: '', position: null }));
  expect(surelyOpen(semaines, { day: FIRST, from: 0, to: 1440 })(-1)).toBe(false);
});
