import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOf, weekdayOf } from '#app/domain/horaires/dates.ts';
import { type Opening, openingsOfDay } from '#app/domain/horaires/evaluate.ts';
import { textOfGrille } from '#app/domain/horaires/grille-write.ts';
import { isFerie } from '#app/domain/horaires/holidays.ts';
import { localInstant, localMoment, openAtMoment, openingState } from '#app/domain/horaires/opening.ts';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
import { previewDays } from '#app/domain/horaires/preview.ts';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import { joinStored, readStored, type StoredHoraires } from '#app/domain/horaires/stored-form.ts';
import { isVacances } from '#app/domain/horaires/vacances.ts';
import { isAppointment } from '#app/domain/horaires/words.ts';
import { writeRules } from '#app/domain/horaires/write.ts';
import { COMPLETE } from '#tests/support/hasard.ts';
import { arbitraryGrille, arbitraryRules } from './arbitraires.ts';

const SLOW = 240_000;
const PLACE = { code_insee: '67482', code_postal: '67000', latitude: null, longitude: null };
const TERRITORY = '67';
const TODAY = '2026-09-20';
const FIRST = dayOf(2026, 9, 20);
const HORIZON = 400;

/** As the database gives it back: JSON, bytes and rows. */
function stored(text: string): StoredHoraires | null {
  const columns = storeHoraires(text, PLACE, TODAY);
  const intervalles = readStored(JSON.parse(JSON.stringify(columns.horaires_intervalles)));
  return joinStored(intervalles, columns.horaires_bits, columns.ouvertures_datees);
}

const CALENDAR = {
  isFerie: (date: number) => isFerie(date, TERRITORY),
  isVacances: (date: number) => isVacances(date, TERRITORY),
};

/** The rules themselves, on the calendar of the territory: what is stored must say the same. */
function direct(text: string, day: number): Opening[] {
  const parsed = parseHoraires(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  return openingsOfDay(parsed.horaires.rules, day, CALENDAR);
}

const openIn = (openings: readonly Opening[], minute: number) =>
  openings.some((o) => o.etat === 'ouvert' && o.start <= minute && minute < o.end);

const texts = fc
  .oneof(arbitraryRules.map(writeRules), arbitraryGrille({ nights: true }).map(textOfGrille))
  .filter((text) => text !== '' && text.length <= 2000);

test(
  'what is stored is open at exactly the minutes at which the rules are, without what is surely not meant',
  () => {
    fc.assert(
      fc.property(
        texts,
        fc.uniqueArray(fc.nat({ max: HORIZON - 1 }), { minLength: 12, maxLength: 12 }),
        (text, offsets) => {
          const form = stored(text);
          const parsed = parseHoraires(text);
          if (!parsed.ok) throw new Error(parsed.message);
          for (const offset of offsets) {
            const day = FIRST + offset;
            const openings = direct(text, day);
            const { sures } = parsed.horaires;
            const sure = sures === null ? openings : openingsOfDay(sures, day, CALENDAR);
            // A text without a word on public holidays is not "open" for sure on one of them.
            const silent = parsed.horaires.feries === 'inconnu' && isFerie(day, TERRITORY) !== 'non';
            for (let minute = 0; minute < 1440; minute++) {
              const expected = openIn(openings, minute) && openIn(sure, minute);
              const open = openAtMoment(form, { day, weekday: weekdayOf(day), minute });
              if (silent ? open && !expected : open !== expected)
                throw new Error(`${text}: day ${offset}, minute ${minute}: stored ${open}, rules ${expected}`);
            }
          }
        },
      ),
      { numRuns: COMPLETE ? 400 : 40 },
    );
  },
  SLOW,
);

test('the night of a public holiday goes over into the morning after, whatever holds there', () => {
  const text =
    'We 14:00-25:06, Th 00:00-00:01 "sur rendez-vous", PH We 14:00-25:06, PH Th 00:00-00:01 "sur rendez-vous"';
  // The 14th of July 2027 is a Wednesday.
  const day = dayOf(2027, 7, 15);
  expect(direct(text, day)[0]).toMatchObject({ start: 0, etat: 'ouvert' });
  expect(openAtMoment(stored(text), { day, weekday: weekdayOf(day), minute: 0 })).toBe(true);
});

test('past the 400 days that are known, what depends on the date is never open', () => {
  const form = stored('week 1-53/2 Mo-Su 00:00-24:00; week 2-52/2 Mo-Su 00:00-24:00');
  for (const day of [FIRST - 1, FIRST + HORIZON])
    expect(openAtMoment(form, { day, weekday: weekdayOf(day), minute: 600 })).toBe(false);
  expect(openAtMoment(form, { day: FIRST + HORIZON - 1, weekday: weekdayOf(FIRST + HORIZON - 1), minute: 600 })).toBe(
    true,
  );
});

const ZONE = 'Europe/Paris';

/** The state at a minute told from the days themselves: open, closed, or why it is not known. */
function stateAt(days: ReadonlyMap<number, Opening[]>, instant: number): string {
  const { day, minute } = localMoment(new Date(instant), ZONE);
  const now = days.get(day)?.find((opening) => opening.start <= minute && minute < opening.end);
  if (!now) return 'ferme';
  if (now.etat === 'ouvert') return 'ouvert';
  return isAppointment(now.mention) ? 'sur_rendez_vous' : 'inconnu';
}

test(
  'the next change is the first instant at which the state is another one',
  () => {
    const hours = fc.integer({ min: 0, max: 24 * 60 * 40 });
    // Around both changes of the clock, and on any day.
    const from = fc.oneof(
      fc
        .constantFrom(Date.UTC(2026, 9, 24, 12), Date.UTC(2027, 2, 27, 12))
        .chain((start) => fc.integer({ min: 0, max: 2400 }).map((m) => start + m * 60_000)),
      hours.map((minute) => Date.UTC(2026, 9, 1) + minute * 60_000),
    );
    fc.assert(
      fc.property(texts, from, (text, start) => {
        const form = stored(text);
        const days = new Map(
          previewDays(text, { from: TODAY, days: HORIZON, territory: TERRITORY }).map(({ openings }, index) => [
            FIRST + index,
            openings,
          ]),
        );
        const told = openingState(form, new Date(start), ZONE);
        expect(told.state).toBe(stateAt(days, start));
        const limit = told.nextChange?.getTime() ?? start + 7 * 86_400_000;
        // Every minute near both ends; on the way, one in thirteen.
        const near = (instant: number) => Math.min(instant - start, limit - instant) < 30 * 3_600_000;
        for (let instant = start; instant < limit; instant += near(instant) ? 60_000 : 780_000) {
          if (stateAt(days, instant) !== told.state)
            throw new Error(
              `${text}: ${told.state} at ${new Date(start).toISOString()}, changes at ${new Date(instant).toISOString()}, told ${told.nextChange?.toISOString()}`,
            );
        }
        if (told.nextChange && stateAt(days, limit) === told.state)
          throw new Error(
            `${text}: still ${told.state} at ${told.nextChange.toISOString()}, asked at ${new Date(start).toISOString()}`,
          );
      }),
      { numRuns: COMPLETE ? 1500 : 50 },
    );
  },
  SLOW,
);

test.each([
  // 25 October 2026, 03:00 becomes 02:00; 28 March 2027, 02:00 becomes 03:00.
  ['Sa 22:00-02:00', '2026-10-24T23:00:00+02:00', 'ouvert', '2026-10-25T02:00:00+02:00'],
  ['Sa 22:00-03:00', '2026-10-25T02:30:00+02:00', 'ouvert', '2026-10-25T03:00:00+01:00'],
  ['Su 00:00-02:30', '2026-10-25T01:00:00+02:00', 'ouvert', '2026-10-25T02:30:00+02:00'],
  ['Su 02:30-04:00', '2026-10-25T01:00:00+02:00', 'ferme', '2026-10-25T02:30:00+02:00'],
  ['Su 02:30-04:00', '2027-03-28T01:30:00+01:00', 'ferme', '2027-03-28T03:00:00+02:00'],
  ['Su 01:00-02:30', '2027-03-28T01:30:00+01:00', 'ouvert', '2027-03-28T03:00:00+02:00'],
  ['Su 02:10-02:50', '2027-03-28T01:30:00+01:00', 'ferme', '2027-04-04T02:10:00+02:00'],
  [
    'Tu 09:00-12:00 "sur rdv", Tu 12:00-17:00',
    '2026-11-24T10:00:00+01:00',
    'sur_rendez_vous',
    '2026-11-24T12:00:00+01:00',
  ],
  ['Tu 09:00-12:00, Tu 12:00-17:00 "sur rdv"', '2026-11-24T10:00:00+01:00', 'ouvert', '2026-11-24T12:00:00+01:00'],
  ['"sur rdv"', '2026-11-24T10:00:00+01:00', 'sur_rendez_vous', null],
])('%s at %s: %s until %s', (text, instant, state, change) => {
  const told = openingState(stored(text), new Date(instant), ZONE);
  expect(told.state).toBe(state);
  expect(told.nextChange?.toISOString() ?? null).toBe(change === null ? null : new Date(change).toISOString());
});

test('an instant and the clock of a zone agree both ways', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 700 * 1440 }),
      fc.constantFrom(ZONE, 'America/Miquelon', 'Pacific/Marquesas'),
      (minutes, zone) => {
        const instant = Date.UTC(2026, 0, 1) + minutes * 60_000;
        const { day, minute } = localMoment(new Date(instant), zone);
        const back = localInstant(day, minute, zone).getTime();
        // The second 02:30 of an autumn night is told as the first.
        expect([instant, instant - 3_600_000]).toContain(back);
      },
    ),
  );
});
