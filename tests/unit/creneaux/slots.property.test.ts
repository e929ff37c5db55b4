import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PlageRule, PrestationRule } from '#app/domain/creneaux/rules.ts';
import { type AgendaRules, listSlots, type Occupation } from '#app/domain/creneaux/slots.ts';
import { bruteForceSlots } from './model.ts';

/** Zones of France and, for their odd clocks, three others; with the local weekend of a change where there is one. */
const SPANS = [
  { zone: 'Europe/Paris', day: '2026-03-28' },
  { zone: 'Europe/Paris', day: '2026-10-24' },
  { zone: 'Europe/Paris', day: '2026-12-30' },
  { zone: 'America/Miquelon', day: '2026-03-07' },
  { zone: 'America/Miquelon', day: '2026-10-31' },
  { zone: 'Indian/Reunion', day: '2026-03-28' },
  { zone: 'Pacific/Marquesas', day: '2026-05-01' },
  { zone: 'Pacific/Noumea', day: '2026-07-13' },
  { zone: 'Pacific/Wallis', day: '2026-02-27' },
  { zone: 'Australia/Lord_Howe', day: '2026-04-04' },
  { zone: 'Atlantic/Azores', day: '2026-10-24' },
  { zone: 'America/Santiago', day: '2026-09-05' },
];

const span = fc.constantFrom(...SPANS);
const minuteOfDay = fc.oneof(fc.integer({ min: 0, max: 1439 }), fc.constantFrom(0, 60, 90, 120, 150, 180, 540, 1380));
const length = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constantFrom(60, 180, 1440));

function shift(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

const dayNear = (day: string) => fc.integer({ min: -3, max: 5 }).map((n) => shift(day, n));
const localTime = (day: string) =>
  fc.tuple(dayNear(day), minuteOfDay).map(([date, m]) => {
    return new Date(Date.parse(`${date}T00:00:00Z`) + m * 60_000).toISOString().slice(0, 16);
  });
const instant = (day: string) =>
  fc.integer({ min: -2 * 1440, max: 4 * 1440 }).map((m) => new Date(Date.parse(`${day}T00:00:00Z`) + m * 60_000));

const prestation = (id: number): fc.Arbitrary<PrestationRule> =>
  fc.record({
    id: fc.constant(id),
    duree: fc.constantFrom(5, 20, 30, 45, 60, 90),
    tampon: fc.constantFrom(0, 0, 10, 30),
    pas: fc.constantFrom(5, 15, 30, 45, 60),
    delai_min: fc.constantFrom(0, 0, 120, 1440),
    delai_max: fc.constantFrom(2880, 10_080, 86_400),
    capacite: fc.constantFrom(1, 1, 12),
  });

const plage = (id: number, day: string): fc.Arbitrary<PlageRule> =>
  fc
    .record({
      id: fc.constant(id),
      ressource_id: fc.constantFrom(1, 2),
      prestation_ids: fc.subarray([1, 2], { minLength: 1 }),
      valide_du: fc.integer({ min: -60, max: 3 }).map((n) => shift(day, n)),
      valide_au: fc.option(fc.integer({ min: 0, max: 5 }).map((n) => shift(day, n))),
      jours: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 3 }),
      debut: minuteOfDay,
      fin: length,
      toutes_les: fc.constantFrom(1, 1, 2, 3),
      ancre: fc.integer({ min: -60, max: 30 }).map((n) => shift(day, n)),
      exceptions: fc.array(
        fc
          .record({ retire: fc.option(dayNear(day)), ajoute: fc.option(dayNear(day)), debut: minuteOfDay, fin: length })
          .map((e) => ({
            ...e,
            debut: e.ajoute === null ? null : e.debut,
            fin: e.ajoute === null ? null : e.debut + e.fin,
          })),
        { maxLength: 2 },
      ),
    })
    .map((p) => ({ ...p, fin: p.debut + p.fin }));

const agenda = span.chain(({ zone, day }) =>
  fc.record({
    prestations: fc.tuple(prestation(1), prestation(2)),
    plages: fc.tuple(plage(1, day), plage(2, day), plage(3, day)),
    fermetures: fc.array(
      fc.record({ ressource_id: fc.constantFrom(null, 1, 2), debut: localTime(day), fin: fc.option(localTime(day)) }),
      { maxLength: 2 },
    ),
    feries: fc.array(dayNear(day), { maxLength: 1 }),
    times: fc.tuple(
      instant(day),
      fc.integer({ min: 1, max: 3 * 1440 }),
      instant(day),
      fc.integer({ min: 0, max: 59_999 }),
    ),
    busy: fc.array(
      fc.record({
        ressource_id: fc.constantFrom(1, 2),
        debut: instant(day),
        minutes: fc.integer({ min: 1, max: 400 }),
        /** Which of the free starts the séance sits on, where it is one of ours. */
        on: fc.option(fc.tuple(fc.nat(1000), fc.integer({ min: 0, max: 3 }))),
      }),
      { maxLength: 4 },
    ),
    zone: fc.constant(zone),
  }),
);

it('slots are those of the minute-by-minute model, for any rules, exceptions, closures, zones and clock changes', () => {
  let offered = 0;
  fc.assert(
    fc.property(agenda, ({ prestations, plages, fermetures, feries, times, busy, zone }) => {
      const rules: AgendaRules = {
        zone,
        prestations,
        plages,
        fermetures,
        isFerie: (day) => feries.some((date) => Date.parse(date) / 86_400_000 === day),
      };
      const [from, minutes, at, ms] = times;
      const window = { from, to: new Date(from.getTime() + minutes * 60_000), now: new Date(at.getTime() - ms) };
      const empty = listSlots(rules, { ...window, occupations: [] });
      const occupations = busy.map(({ ressource_id, debut, minutes: length, on }): Occupation => {
        const free = on === null ? undefined : empty[on[0] % Math.max(1, empty.length)];
        if (free === undefined || on === null) {
          return { ressource_id, debut, fin: new Date(debut.getTime() + length * 60_000), seance: null };
        }
        const { prestation_id, debut: start, fin, occupation_fin } = free;
        return {
          ressource_id: free.ressource_id,
          debut: start,
          fin: occupation_fin,
          seance: { prestation_id, debut: start, fin, places: on[1] },
        };
      });
      // The database lets no two séances of a ressource overlap.
      const seances = occupations.filter((o) => o.seance !== null);
      fc.pre(
        seances.every((a, i) =>
          seances.every((b, j) => i === j || a.ressource_id !== b.ressource_id || a.fin <= b.debut || b.fin <= a.debut),
        ),
      );
      const slots = listSlots(rules, { ...window, occupations });
      offered += slots.length;
      const told = slots.map((s) => `${s.debut.toISOString()} ${s.prestation_id} ${s.ressource_id} ${s.places}`);
      expect(told.sort()).toEqual(bruteForceSlots(rules, { ...window, occupations }));
    }),
    { numRuns: 150 },
  );
  expect(offered).toBeGreaterThan(500);
}, 120_000);
