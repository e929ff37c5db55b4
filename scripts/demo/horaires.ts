import type { Genre } from './genres.ts';
import type { Random } from './random.ts';

/** Opening hours of a lieu in OSM's syntax: usual ones, odd ones, none, and now and then a text that nothing can read. */
export function drawHoraires(random: Random, habit: Genre['horaires']): string | null {
  return random.weighted<() => string | null>([
    [13, () => null],
    [78, () => `${random.weighted(USUAL[habit])}${random.chance(0.3) ? '; PH off' : ''}`],
    [8, () => random.pick(ODD)],
    [1, () => random.pick(UNREADABLE)],
  ])();
}

const USUAL: Readonly<Record<Genre['horaires'], readonly (readonly [number, string])[]>> = {
  guichet: [
    [10, 'Mo-Fr 09:00-12:00,14:00-17:00'],
    [8, 'Mo-Fr 09:00-12:30,13:30-17:00'],
    [7, 'Mo-Fr 08:30-12:00,13:30-17:00'],
    [5, 'Mo-Fr 09:00-12:00,14:00-18:00'],
    [4, 'Mo-Th 08:30-12:30,13:30-17:30; Fr 08:30-12:30,13:30-16:30'],
    [4, 'Mo,We,Fr 09:00-12:00,14:00-17:00; Tu,Th 09:00-12:00'],
    [4, 'Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00'],
    [3, 'Mo 14:00-18:00; Tu-Fr 09:00-12:30,14:00-18:00'],
    [2, 'Tu,Th 08:30-19:00; Mo,We,Fr 08:30-17:00'],
  ],
  bibliotheque: [
    [6, 'Tu 14:00-18:00; We 10:00-12:00,14:00-18:00; Fr 14:00-18:00; Sa 10:00-12:00,14:00-17:00'],
    [5, 'Tu-Sa 10:00-18:00'],
    [4, 'Tu,Th,Fr 14:00-19:00; We,Sa 10:00-18:00'],
    [3, 'Tu-Fr 10:00-12:30,13:30-18:30; Sa 10:00-17:00'],
    [3, 'We 09:30-12:00,14:00-18:00; Sa 09:30-12:00'],
    [2, 'Tu-Sa 13:00-19:00; Su 14:00-18:00'],
    [2, 'Mo-Sa 09:15-19:45'],
  ],
  association: [
    [5, 'Mo-Fr 09:30-12:00,14:00-17:30'],
    [5, 'Tu,Th 14:00-17:00'],
    [4, 'We 09:00-12:00,14:00-18:00; Sa 09:00-12:00'],
    [3, 'Mo-Th 14:00-18:00'],
    [3, 'Tu-Fr 10:00-12:00,16:00-19:00; Sa 10:00-12:00'],
    [2, 'Mo-Fr 18:00-20:30'],
    [1, 'Th 14:00-19:00; Fr 18:00-22:30; Sa 14:00-22:00'],
  ],
  permanence: [
    [5, 'We 09:00-12:00'],
    [5, 'Tu 09:00-12:00'],
    [4, 'Th 09:00-12:00'],
    [4, 'Tu,Fr 09:00-12:00,14:00-17:00'],
    [3, 'Mo,Tu,Th,Fr 09:00-12:00'],
    [3, 'Mo 14:00-17:00; Th 09:00-12:00'],
    [2, 'Fr 13:30-16:30'],
    [2, 'Sa 09:00-12:00'],
  ],
};

/** What real files hold besides: odd and even weeks, nth days, seasons, school holidays, nights, appointments only. */
const ODD = [
  'week 1-53/2 We 14:00-17:00',
  'Mo-Fr 09:00-12:00; week 1-53/2 We 14:00-17:00',
  'week 2-52/2 Sa 10:00-12:00',
  'Tu-Fr 09:00-12:00,14:00-17:00; Sa[1] 09:00-12:00',
  'Mo[1],Mo[3] 14:00-17:00',
  'Th[-1] 17:30-20:00',
  'Sep-Jun Mo-Fr 09:00-12:00,14:00-17:00; Jul-Aug Mo-Fr 08:00-13:00; PH off',
  'Mo-Fr 09:00-12:00,14:00-17:00; Aug 01-15 off; PH off',
  'Tu-Sa 10:00-18:00; Dec 24-Jan 01 off; PH off',
  'Mo-Fr 09:00-12:00,14:00-17:00; SH Mo-Fr 09:00-12:00',
  'We 14:00-18:00; Sa 10:00-12:00; SH off; PH off',
  'Mo-Fr 09:00-17:00 "sur rendez-vous"',
  'Mo-Fr 09:00-12:00; Mo-Fr 14:00-17:00 "sur rendez-vous"',
  '"sur rendez-vous"',
  'Mo-Fr 09:00-12:00 || "sur rendez-vous"',
  'Fr 18:00-22:30; Sa 14:00-02:00',
  'Mo-Fr 09:00-12:00, Tu 14:00-19:00',
  'Mo-Fr 09:00-17:00; PH 10:00-12:00',
  '24/7',
];

const UNREADABLE = [
  'du lundi au vendredi 9h-12h et 14h-17h',
  'Horaires variables, se renseigner au 3e étage',
  'Mo-Fr 9h00-12h00 sauf Me',
];
