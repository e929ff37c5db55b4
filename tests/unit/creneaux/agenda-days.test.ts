import { expect, it } from 'vitest';
import { listPlageDates } from '#app/domain/creneaux/agenda-days.ts';
import { weeklyHoursOf } from '#app/domain/creneaux/from-week.ts';
import { statutAfter } from '#app/domain/creneaux/statut.ts';

const PLAGE = {
  ...{ id: 7, ressource_id: 3, prestation_ids: [1], valide_du: '2026-01-01', valide_au: null, jours: [1, 2] },
  ...{ debut: 540, fin: 720, toutes_les: 1, ancre: '2026-01-01' },
};
const WEEK = { zone: 'Europe/Paris', isFerie: () => false, now: new Date('2026-06-01T06:00Z'), days: 7 };

it('the dates of a plage say which were taken out, which moved, and at what hours', () => {
  const exceptions = [
    { retire: '2026-06-01', ajoute: null, debut: null, fin: null },
    { retire: '2026-06-02', ajoute: '2026-06-03', debut: 600, fin: 660 },
  ];
  expect(listPlageDates([{ ...PLAGE, exceptions }], WEEK)).toEqual([
    { jour: '2026-06-01', plage_id: 7, ressource_id: 3, debut: 540, fin: 720, retiree: true },
    { jour: '2026-06-03', plage_id: 7, ressource_id: 3, debut: 600, fin: 660, retiree: false },
  ]);
});

it('today is the day of the lieu, and a window across a clock change keeps its wall hours', () => {
  const now = new Date('2026-10-24T23:30Z');
  const dates = listPlageDates([{ ...PLAGE, jours: [7, 1], exceptions: [] }], { ...WEEK, now, days: 2 });
  expect(dates.map(({ jour, debut, fin }) => [jour, debut, fin])).toEqual([
    ['2026-10-25', 540, 720],
    ['2026-10-26', 540, 720],
  ]);
});

it('what is over today is no longer offered to be taken out', () => {
  const at = (now: string) => listPlageDates([{ ...PLAGE, exceptions: [] }], { ...WEEK, now: new Date(now) });
  expect(at('2026-06-01T09:59Z').map(({ jour }) => jour)).toEqual(['2026-06-01', '2026-06-02']);
  expect(at('2026-06-01T10:00Z').map(({ jour }) => jour)).toEqual(['2026-06-02']);
});

it('the hours of the lieu become plages: one for the days that are alike', () => {
  const day = [
    [540, 720],
    [840, 1080],
  ] as const;
  expect(weeklyHoursOf([day, day, [[540, 720]], day, day, [[600, 600]], [[1320, 1560, 1, 'sur rendez-vous']]])).toEqual(
    [
      { jours: [1, 2, 3, 4, 5], debut: 540, fin: 720 },
      { jours: [1, 2, 4, 5], debut: 840, fin: 1080 },
      { jours: [7], debut: 1320, fin: 1560 },
    ],
  );
  expect(weeklyHoursOf([])).toEqual([]);
});

it.each([
  ['retenue', 'confirmer', 'confirmee'],
  ['retenue', 'annuler', 'annulee'],
  ['retenue', 'expirer', 'annulee'],
  ['retenue', 'deplacer', null],
  ['confirmee', 'confirmer', null],
  ['confirmee', 'annuler', 'annulee'],
  ['confirmee', 'expirer', null],
  ['confirmee', 'deplacer', 'confirmee'],
  ['annulee', 'confirmer', null],
  ['annulee', 'annuler', null],
  ['annulee', 'expirer', null],
  ['annulee', 'deplacer', null],
] as const)('a booking that is %s, on %s, becomes %s', (from, event, to) => {
  expect(statutAfter(from, event)).toBe(to);
});
