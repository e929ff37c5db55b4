import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOf, parseLocalDate, weekdayOf } from '#app/domain/horaires/dates.ts';
import type { Opening } from '#app/domain/horaires/evaluate.ts';
import { openAt, openingsOn } from '#app/domain/horaires/opening.ts';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import { joinStored, readStored, type StoredLu } from '#app/domain/horaires/stored-form.ts';
import { uniteHoraires } from '#app/domain/horaires/union.ts';
import { testBits } from '#app/domain/horaires/week.ts';

const TODAY = '2026-03-15';
const FIRST = parseLocalDate(TODAY) ?? 0;
const BORDEAUX = { code_insee: '33063', code_postal: '33000', latitude: null, longitude: null };
/** Good Friday is a holiday of some communes only. */
const STRASBOURG = { code_insee: '67482', code_postal: '67000', latitude: null, longitude: null };

const days = fc.constantFrom('Mo', 'Tu', 'We', 'Mo-Fr', 'Sa', 'Tu,Th', 'Mo-Su');
const hours = fc.constantFrom('09:00-12:00', '14:00-17:30', '09:07-11:53', '22:00-02:00', '00:00-24:00', '10:00+');
const when = fc.constantFrom('', '', '', 'week 1-53/2 ', 'Jul-Aug ', '2026 Apr 14 ', 'Dec 24-Jan 02 ');
const mention = fc.constantFrom('', '', '', ' "sur rendez-vous"', ' "sonner"');
const rule = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(when, days, hours, mention).map((parts) => parts[0] + parts.slice(1).join(' ')) },
  { weight: 1, arbitrary: fc.constantFrom('Th[1] 14:00-17:00', 'Aug 01-15 off', 'SH off', '2026 May 02 off') },
);
const feries = fc.constantFrom('', '', '; PH off', '; PH 10:00-12:00');
const texte = fc
  .tuple(fc.array(rule, { minLength: 1, maxLength: 3 }), fc.constantFrom('; ', ', '), feries)
  .map(([rules, between, holidays]) => rules.map((text) => text.trim().replace(/\s+/g, ' ')).join(between) + holidays)
  .filter((text) => storeHoraires(text, BORDEAUX, TODAY).horaires_etat === 'lu');

function store(text: string, place = BORDEAUX): StoredLu {
  const { horaires_intervalles, ouvertures_datees } = storeHoraires(text, place, TODAY);
  const stored = joinStored(horaires_intervalles, null, ouvertures_datees);
  if (stored?.etat !== 'lu') throw new Error(text);
  return stored;
}

/** As the database gives it back: JSON, bytes and rows. */
function unite(parts: readonly StoredLu[]): StoredLu {
  const united = uniteHoraires(parts, FIRST);
  const stored =
    united && joinStored(readStored(JSON.parse(JSON.stringify(united.intervalles))), united.bits, united.datees);
  if (stored?.etat !== 'lu') throw new Error('no union');
  return stored;
}

const stateAt = (openings: readonly Opening[] | null, minute: number) =>
  openings?.find(({ start, end }) => start <= minute && minute < end)?.etat ?? 'ferme';

/** A state can change only where an opening of some part, or of the union, begins or ends. */
function minutesOf(lists: readonly (readonly Opening[] | null)[]): number[] {
  const cuts = lists.flatMap((list) => (list ?? []).flatMap(({ start, end }) => [start - 1, start, end - 1, end]));
  return [...new Set([0, 1439, ...cuts])].filter((minute) => minute >= 0 && minute < 1440);
}

test('at every minute of 400 days, the union is open where one of its parts is, and uncertain where one is and none open', () => {
  fc.assert(
    fc.property(fc.array(texte, { minLength: 1, maxLength: 4 }), fc.boolean(), (texts, alsace) => {
      const parts = texts.map((text) => store(text, alsace ? STRASBOURG : BORDEAUX));
      const united = unite(parts);
      for (let day = FIRST; day < FIRST + 400; day++) {
        const own = parts.map((part) => openingsOn(part, day));
        const both = openingsOn(united, day);
        for (const minute of minutesOf([...own, both])) {
          const states = own.map((openings) => stateAt(openings, minute));
          const expected = states.includes('ouvert') ? 'ouvert' : states.includes('inconnu') ? 'inconnu' : 'ferme';
          const state = stateAt(both, minute);
          if (state !== expected) throw new Error(`${texts.join(' | ')} day ${day} minute ${minute}: ${state}`);
          const instant = new Date(day * 86_400_000 + minute * 60_000);
          if (openAt(united, instant, 'UTC') !== (expected === 'ouvert'))
            throw new Error(`openAt ${texts.join(' | ')}`);
          if (expected === 'ouvert')
            expect(testBits(united.bits ?? new Uint8Array(), weekdayOf(day), minute)).toBe(true);
        }
      }
    }),
    { numRuns: process.env.TEST_COMPLET === '1' ? 300 : 40 },
  );
}, 120_000);

test('one part is itself; none is nothing', () => {
  expect(uniteHoraires([], FIRST)).toBeNull();
  const part = store('Mo-Fr 09:00-12:00; PH off');
  expect(unite([part])).toMatchObject({ semaine: part.semaine, feries: 'ferme', datees: null });
});

test('weeks that say the same of public holidays stay a week, for ever; others have the holidays as dated days', () => {
  const same = unite([store('Tu 09:00-12:00; PH off'), store('Tu 11:00-14:00; PH off')]);
  expect(same.datees).toBeNull();
  expect(same.semaine[1]).toEqual([[540, 840]]);
  const mixed = unite([store('Fr 09:00-12:00; PH off'), store('Fr 14:00-17:00; PH Fr 14:00-17:00')]);
  const vendredi = dayOf(2026, 5, 1);
  expect(openingsOn(mixed, vendredi)).toMatchObject([{ start: 840, end: 1020, etat: 'ouvert' }]);
});

test('a comment stays where all that is open says it', () => {
  const texts = ['Tu 09:00-12:00 open "sonner"', 'Tu 11:00-14:00'];
  expect(unite(texts.map((text) => store(text))).semaine[1]).toEqual([
    [540, 660, 0, 'sonner'],
    [660, 840],
  ]);
  const appointment = unite([store('Tu 09:00-12:00 "sur rendez-vous"'), store('Tu 11:00-14:00')]);
  expect(appointment.semaine[1]).toEqual([
    [540, 660, 1, 'sur rendez-vous'],
    [660, 840],
  ]);
});
