import { expect, it } from 'vitest';
import { mergeSlots, nearestOffers, offersByDay } from '#app/domain/creneaux/offer.ts';
import type { PlageRule, PrestationRule } from '#app/domain/creneaux/rules.ts';
import { type AgendaRules, listSlots, type Occupation } from '#app/domain/creneaux/slots.ts';
import { parseLocalDate } from '#app/domain/horaires/dates.ts';

const PRESTATION: PrestationRule = {
  id: 1,
  duree: 30,
  tampon: 0,
  pas: 30,
  delai_min: 0,
  delai_max: 86_400,
  capacite: 1,
};
/** Monday to Friday, 14:00 to 17:00. */
const PLAGE: PlageRule = {
  id: 1,
  ressource_id: 1,
  prestation_ids: [1],
  valide_du: '2026-01-01',
  valide_au: null,
  jours: [1, 2, 3, 4, 5],
  debut: 840,
  fin: 1020,
  toutes_les: 1,
  ancre: '2026-01-01',
  exceptions: [],
};

interface Case {
  rules?: Partial<AgendaRules>;
  plage?: Partial<PlageRule>;
  prestation?: Partial<PrestationRule>;
  busy?: [from: string, to: string][];
  feries?: string[];
  now?: string;
  from?: string;
  to?: string;
}

/** Starts on the wall clock, `JJ HH:MM`, over a window of instants in UTC. Monday 8 June 2026 by default. */
function startsOf({ rules, plage, prestation, busy = [], feries = [], now, from, to }: Case): string[] {
  const zone = rules?.zone ?? 'Europe/Paris';
  const closed = feries.map(parseLocalDate);
  const slots = listSlots(
    {
      zone,
      prestations: [{ ...PRESTATION, ...prestation }],
      plages: [{ ...PLAGE, ...plage }],
      fermetures: [],
      isFerie: (day) => closed.includes(day),
      ...rules,
    },
    {
      occupations: busy.map(([a, b]) => occupation(a, b)),
      from: new Date(from ?? '2026-06-08T00:00Z'),
      to: new Date(to ?? '2026-06-09T00:00Z'),
      now: new Date(now ?? (from ? new Date(from).getTime() - 7 * 86_400_000 : '2026-06-01T00:00Z')),
    },
  );
  const clock = new Intl.DateTimeFormat('fr', { timeZone: zone, day: '2-digit', hour: '2-digit', minute: '2-digit' });
  return slots.map(({ debut }) => clock.format(debut).replace(/[^\d:]+/, ' '));
}

function occupation(debut: string, fin: string, seance: Occupation['seance'] = null): Occupation {
  return { ressource_id: 1, debut: new Date(debut), fin: new Date(fin), seance };
}

const ALL = ['08 14:00', '08 14:30', '08 15:00', '08 15:30', '08 16:00', '08 16:30'];

it.each<[string, Case, string[]]>([
  ['a plage gives its starts, the last one ending at closing time', {}, ALL],
  [
    'a plage that has started and a clock at 15:03 leave what is still to come',
    { now: '2026-06-08T13:03Z' },
    ALL.slice(3),
  ],
  ['a start that is exactly now is offered without notice', { now: '2026-06-08T13:00Z' }, ALL.slice(2)],
  [
    'the minimum notice is counted in real minutes',
    { now: '2026-06-08T12:00Z', prestation: { delai_min: 90 } },
    ALL.slice(3),
  ],
  ['the maximum notice ends the offer', { now: '2026-06-07T13:00Z', prestation: { delai_max: 1440 } }, ALL.slice(0, 3)],
  ['the window is cut on the left, start included', { from: '2026-06-08T13:30Z' }, ALL.slice(3)],
  ['the window is cut on the right, end excluded', { to: '2026-06-08T13:00Z' }, ALL.slice(0, 2)],
  ['a window without duration offers nothing', { from: '2026-06-08T13:00Z', to: '2026-06-08T13:00Z' }, []],
  [
    'a length that does not divide the plage leaves its end empty',
    { prestation: { duree: 50, pas: 50 } },
    ['08 14:00', '08 14:50', '08 15:40'],
  ],
  [
    'a step shorter than the length overlaps the choices',
    { plage: { fin: 930 }, prestation: { duree: 60, pas: 15 } },
    ['08 14:00', '08 14:15', '08 14:30'],
  ],
  ['a plage shorter than the help offers nothing', { plage: { fin: 860 } }, []],
  ['a weekend is not in the plage', { from: '2026-06-06T00:00Z', to: '2026-06-07T22:00Z' }, []],
  [
    'a booking takes its slot',
    { busy: [['2026-06-08T12:30Z', '2026-06-08T13:00Z']] },
    ALL.filter((s) => s !== '08 14:30'),
  ],
  [
    'a booking astride two slots takes both',
    { busy: [['2026-06-08T12:45Z', '2026-06-08T13:15Z']] },
    [...ALL.slice(0, 1), ...ALL.slice(3)],
  ],
  ['a booking that ends at a start leaves it free', { busy: [['2026-06-08T11:00Z', '2026-06-08T12:00Z']] }, ALL],
  [
    'nested and identical bookings count once',
    {
      busy: [
        ['2026-06-08T12:00Z', '2026-06-08T14:00Z'],
        ['2026-06-08T12:30Z', '2026-06-08T13:00Z'],
        ['2026-06-08T12:30Z', '2026-06-08T13:00Z'],
      ],
    },
    ALL.slice(4),
  ],
  [
    'the tampon needs room after the appointment',
    { prestation: { tampon: 10 }, busy: [['2026-06-08T12:35Z', '2026-06-08T13:00Z']] },
    ALL.slice(2),
  ],
  ['the last appointment may have its tampon after closing time', { prestation: { tampon: 60 } }, ALL],
  [
    'an absence inside a booking changes nothing more',
    {
      busy: [['2026-06-08T12:00Z', '2026-06-08T13:00Z']],
      rules: { fermetures: [{ ressource_id: 1, debut: '2026-06-08T14:15', fin: '2026-06-08T14:45' }] },
    },
    ALL.slice(2),
  ],
  [
    'an absence ending late at night frees the next morning',
    { rules: { fermetures: [{ ressource_id: 1, debut: '2026-06-01T08:00', fin: '2026-06-07T23:59' }] } },
    ALL,
  ],
  [
    'an absence that ends inside a slot takes it',
    { rules: { fermetures: [{ ressource_id: 1, debut: '2026-06-08T08:00', fin: '2026-06-08T14:01' }] } },
    ALL.slice(1),
  ],
  [
    'an absence of someone else changes nothing',
    { rules: { fermetures: [{ ressource_id: 2, debut: '2026-06-01T00:00', fin: null }] } },
    ALL,
  ],
  [
    'a closure of the lieu until further notice closes all',
    { rules: { fermetures: [{ ressource_id: null, debut: '2026-06-08T15:30', fin: null }] } },
    ALL.slice(0, 3),
  ],
  ['every second week, hit', { plage: { toutes_les: 2, ancre: '2026-05-29' } }, ALL],
  ['every second week, miss', { plage: { toutes_les: 2, ancre: '2026-06-05' } }, []],
  ['every third week, hit', { plage: { toutes_les: 3, ancre: '2026-05-18' } }, ALL],
  ['every third week, miss', { plage: { toutes_les: 3, ancre: '2026-05-25' } }, []],
  ['weeks count backwards from an anchor to come', { plage: { toutes_les: 2, ancre: '2026-06-26' } }, ALL],
  ['the last day is included', { plage: { valide_au: '2026-06-08' } }, ALL],
  ['the day after the last is not', { plage: { valide_au: '2026-06-07' } }, []],
  ['the first day is included', { plage: { valide_du: '2026-06-08' } }, ALL],
  ['the day before the first is not', { plage: { valide_du: '2026-06-09' } }, []],
  ['a date taken out', { plage: { exceptions: [{ retire: '2026-06-08', ajoute: null, debut: null, fin: null }] } }, []],
  [
    'a date moved has its own hours',
    {
      plage: { exceptions: [{ retire: '2026-06-10', ajoute: '2026-06-06', debut: 540, fin: 600 }] },
      from: '2026-06-06T00:00Z',
      to: '2026-06-11T00:00Z',
    },
    ['06 09:00', '06 09:30', ...ALL, ...ALL.map((s) => s.replace('08', '09'))],
  ],
  ['a public holiday takes the weekly rhythm out', { feries: ['2026-06-08'] }, []],
  [
    'a date added by hand on a public holiday stays',
    { feries: ['2026-06-08'], plage: { exceptions: [{ retire: null, ajoute: '2026-06-08', debut: 840, fin: 900 }] } },
    ALL.slice(0, 2),
  ],
  [
    'a plage past midnight goes on in the next day',
    { plage: { jours: [1], debut: 1410, fin: 1500 }, to: '2026-06-10T00:00Z' },
    ['08 23:30', '09 00:00', '09 00:30'],
  ],
  [
    'an hour that does not exist is not offered',
    { plage: { jours: [7], debut: 60, fin: 240 }, from: '2026-03-28T23:00Z', to: '2026-03-29T10:00Z' },
    ['29 01:00', '29 01:30', '29 03:00', '29 03:30'],
  ],
  [
    'an hour that comes twice is offered once',
    { plage: { jours: [7], debut: 60, fin: 240 }, from: '2026-10-24T22:00Z', to: '2026-10-25T10:00Z' },
    ['25 01:00', '25 01:30', '25 02:00', '25 02:30', '25 03:00', '25 03:30'],
  ],
  [
    'Saint-Pierre-et-Miquelon changes its clock on its own date',
    {
      rules: { zone: 'America/Miquelon' },
      plage: { jours: [7], debut: 60, fin: 240 },
      from: '2026-03-08T00:00Z',
      to: '2026-03-09T00:00Z',
    },
    ['08 01:00', '08 01:30', '08 03:00', '08 03:30'],
  ],
  [
    'the Marquises are half an hour off',
    { rules: { zone: 'Pacific/Marquesas' }, plage: { fin: 900 }, from: '2026-06-08T23:30Z', to: '2026-06-09T00:00Z' },
    ['08 14:00'],
  ],
])('%s', (_name, input, expected) => {
  expect(startsOf(input)).toEqual(expected);
});

it('two ressources at the same time are one choice with two seats', () => {
  const slots = listSlots(
    {
      zone: 'Europe/Paris',
      prestations: [PRESTATION],
      plages: [PLAGE, { ...PLAGE, id: 2, ressource_id: 2, fin: 870 }],
      fermetures: [],
      isFerie: () => false,
    },
    {
      occupations: [],
      from: new Date('2026-06-08T00:00Z'),
      to: new Date('2026-06-09T00:00Z'),
      now: new Date('2026-06-01T00:00Z'),
    },
  );
  const offers = mergeSlots(slots);
  expect(offers).toHaveLength(6);
  expect(offers[0]).toMatchObject({ places: 2, ressources: [{ ressource_id: 1 }, { ressource_id: 2 }] });
  expect(offers[1]).toMatchObject({ places: 1 });
});

it('an atelier is offered with the seats it has left, and no longer once full', () => {
  const rules: AgendaRules = {
    zone: 'Europe/Paris',
    prestations: [{ ...PRESTATION, capacite: 12, duree: 180, pas: 180 }],
    plages: [PLAGE],
    fermetures: [],
    isFerie: () => false,
  };
  const window = {
    from: new Date('2026-06-08T00:00Z'),
    to: new Date('2026-06-09T00:00Z'),
    now: new Date('2026-06-01T00:00Z'),
  };
  const [debut, fin] = ['2026-06-08T12:00Z', '2026-06-08T15:00Z'];
  const seance = (places: number) => {
    return occupation(debut, fin, { prestation_id: 1, debut: new Date(debut), fin: new Date(fin), places });
  };
  expect(listSlots(rules, { ...window, occupations: [] })).toMatchObject([{ places: 12 }]);
  expect(listSlots(rules, { ...window, occupations: [seance(5)] })).toMatchObject([{ places: 5 }]);
  expect(listSlots(rules, { ...window, occupations: [seance(0)] })).toEqual([]);
});

it('a fully booked week leads to the next slot after it', () => {
  expect(startsOf({ busy: [['2026-06-08T00:00Z', '2026-06-13T00:00Z']], to: '2026-06-16T00:00Z' })[0]).toBe('15 14:00');
});

it('the nearest choices are those nearest in time, shown in order', () => {
  const at = (time: string) => ({
    prestation_id: 1,
    debut: new Date(time),
    fin: new Date(time),
    places: 1,
    ressources: [],
  });
  const offers = ['2026-06-08T08:00Z', '2026-06-08T09:00Z', '2026-06-08T11:00Z', '2026-06-09T09:00Z'].map(at);
  const nearest = nearestOffers(offers, { prestation_id: 1, debut: new Date('2026-06-08T10:00Z'), count: 3 });
  expect(nearest.map((o) => o.debut.toISOString().slice(8, 13))).toEqual(['08T08', '08T09', '08T11']);
  expect(nearestOffers(offers, { prestation_id: 2, debut: new Date('2026-06-08T10:00Z'), count: 3 })).toEqual([]);
});

it('choices are grouped by the day of the lieu, not of UTC', () => {
  const at = (time: string) => ({
    prestation_id: 1,
    debut: new Date(time),
    fin: new Date(time),
    places: 1,
    ressources: [],
  });
  const offers = ['2026-06-08T09:00Z', '2026-06-08T11:00Z', '2026-06-09T09:00Z'].map(at);
  expect(offersByDay(offers, { zone: 'Pacific/Tahiti', days: 1 }).map((d) => [d.jour, d.offers.length])).toEqual([
    ['2026-06-07', 1],
  ]);
  expect(offersByDay(offers, { zone: 'Europe/Paris', days: 5 }).map((d) => [d.jour, d.offers.length])).toEqual([
    ['2026-06-08', 2],
    ['2026-06-09', 1],
  ]);
  expect(offersByDay([], { zone: 'Europe/Paris', days: 5 })).toEqual([]);
});
