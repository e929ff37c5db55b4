import { describe, expect, test } from 'vitest';
import { openAt, openingState } from '#app/domain/horaires/opening.ts';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import { joinStored, readStored } from '#app/domain/horaires/stored-form.ts';
import { timeZoneOfLieu } from '#app/domain/horaires/zones.ts';

/**
 * Tables checked by hand, through the whole path: text → what is stored → columns → state of the lieu at an instant. Instants are in
 * UTC; the local time is beside each. Paris is at +01:00, from 29 March to 25 October 2026 (each at 01:00 UTC) at +02:00.
 */
const PLACES = {
  Paris: '75056',
  Strasbourg: '67482',
  Miquelon: '97502',
  'La Réunion': '97411',
  Tahiti: '98735',
  Marquises: '98731',
} as const;

type Place = keyof typeof PLACES;
/** `O` open, `F` closed, `?` unknown. */
type Row = readonly [instant: string, local: string, state: 'O' | 'F' | '?'];

function look(text: string, place: Place, instant: string) {
  const lieu = { code_insee: PLACES[place], code_postal: null, latitude: null, longitude: null };
  const zone = timeZoneOfLieu(lieu);
  const date = new Date(instant);
  const columns = storeHoraires(text, lieu, '2026-01-01');
  const intervals = readStored(JSON.parse(JSON.stringify(columns.horaires_intervalles)));
  const stored = joinStored(intervals, columns.horaires_bits, columns.ouvertures_datees);
  const state = openingState(stored, date, zone);
  const local = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return {
    local: local.format(date).replace(', ', ' ').replace(' at ', ' '),
    state: state.state === 'ouvert' ? 'O' : state.state === 'ferme' ? 'F' : '?',
    sure: openAt(stored, date, zone),
    next: state.nextChange?.toISOString().slice(0, 16) ?? null,
    sentence: state.sentence.replaceAll('\u00a0', ' '),
  };
}

function check(text: string, place: Place, rows: readonly Row[]): void {
  const seen = rows.map(([instant]) => {
    const { local, state, sure } = look(text, place, instant);
    expect(`${instant} sure ${sure}`).toBe(`${instant} sure ${state === 'O'}`);
    return [instant, local, state];
  });
  expect(seen).toEqual(rows.map((row) => [...row]));
}

describe('clock changes', () => {
  test.each<[string, Place, readonly Row[]]>([
    [
      'Mo-Su 01:00-04:00',
      'Paris',
      [
        ['2026-03-28T23:59Z', 'Sun 00:59', 'F'],
        ['2026-03-29T00:00Z', 'Sun 01:00', 'O'],
        ['2026-03-29T00:59Z', 'Sun 01:59', 'O'],
        ['2026-03-29T01:00Z', 'Sun 03:00', 'O'],
        ['2026-03-29T01:59Z', 'Sun 03:59', 'O'],
        ['2026-03-29T02:00Z', 'Sun 04:00', 'F'],
      ],
    ],
    [
      'Su 02:00-03:00',
      'Paris',
      [
        // The hour that does not exist.
        ['2026-03-29T00:59Z', 'Sun 01:59', 'F'],
        ['2026-03-29T01:00Z', 'Sun 03:00', 'F'],
        // The hour that comes twice.
        ['2026-10-24T23:59Z', 'Sun 01:59', 'F'],
        ['2026-10-25T00:00Z', 'Sun 02:00', 'O'],
        ['2026-10-25T00:59Z', 'Sun 02:59', 'O'],
        ['2026-10-25T01:00Z', 'Sun 02:00', 'O'],
        ['2026-10-25T01:59Z', 'Sun 02:59', 'O'],
        ['2026-10-25T02:00Z', 'Sun 03:00', 'F'],
      ],
    ],
    [
      'Sa 22:00-03:00',
      'Paris',
      [
        ['2026-03-28T20:59Z', 'Sat 21:59', 'F'],
        ['2026-03-28T21:00Z', 'Sat 22:00', 'O'],
        ['2026-03-29T00:59Z', 'Sun 01:59', 'O'],
        ['2026-03-29T01:00Z', 'Sun 03:00', 'F'],
        ['2026-10-24T20:00Z', 'Sat 22:00', 'O'],
        ['2026-10-25T01:59Z', 'Sun 02:59', 'O'],
        ['2026-10-25T02:00Z', 'Sun 03:00', 'F'],
      ],
    ],
    [
      'Mo-Su 09:00-12:00',
      'Paris',
      [
        ['2026-03-28T08:00Z', 'Sat 09:00', 'O'],
        ['2026-03-28T07:59Z', 'Sat 08:59', 'F'],
        ['2026-03-29T07:00Z', 'Sun 09:00', 'O'],
        ['2026-03-29T10:00Z', 'Sun 12:00', 'F'],
        ['2026-10-24T07:00Z', 'Sat 09:00', 'O'],
        ['2026-10-25T07:59Z', 'Sun 08:59', 'F'],
        ['2026-10-25T08:00Z', 'Sun 09:00', 'O'],
        ['2026-10-25T10:59Z', 'Sun 11:59', 'O'],
      ],
    ],
    [
      // Miquelon changes on other days: 8 March (05:00 UTC) and 1 November 2026 (04:00 UTC); nothing on 29 March and 25 October.
      'Mo-Su 09:00-12:00',
      'Miquelon',
      [
        ['2026-03-07T11:59Z', 'Sat 08:59', 'F'],
        ['2026-03-07T12:00Z', 'Sat 09:00', 'O'],
        ['2026-03-08T10:59Z', 'Sun 08:59', 'F'],
        ['2026-03-08T11:00Z', 'Sun 09:00', 'O'],
        ['2026-03-28T11:00Z', 'Sat 09:00', 'O'],
        ['2026-03-29T10:59Z', 'Sun 08:59', 'F'],
        ['2026-03-29T11:00Z', 'Sun 09:00', 'O'],
        ['2026-10-25T11:00Z', 'Sun 09:00', 'O'],
        ['2026-10-25T14:00Z', 'Sun 12:00', 'F'],
        ['2026-10-31T11:00Z', 'Sat 09:00', 'O'],
        ['2026-11-02T11:59Z', 'Mon 08:59', 'F'],
        ['2026-11-02T12:00Z', 'Mon 09:00', 'O'],
      ],
    ],
    [
      'Su 01:00-02:30',
      'Miquelon',
      [
        // 8 March: 02:00 is 03:00.
        ['2026-03-08T04:00Z', 'Sun 01:00', 'O'],
        ['2026-03-08T04:59Z', 'Sun 01:59', 'O'],
        ['2026-03-08T05:00Z', 'Sun 03:00', 'F'],
        // No change on 25 October.
        ['2026-10-25T03:00Z', 'Sun 01:00', 'O'],
        ['2026-10-25T04:29Z', 'Sun 02:29', 'O'],
        ['2026-10-25T04:30Z', 'Sun 02:30', 'F'],
      ],
    ],
    [
      'Su 01:00-02:30; PH Su 01:00-02:30',
      'Miquelon',
      [
        // 1 November, Toussaint, named by the text: 02:00 is 01:00 again.
        ['2026-11-01T02:59Z', 'Sun 00:59', 'F'],
        ['2026-11-01T03:00Z', 'Sun 01:00', 'O'],
        ['2026-11-01T03:59Z', 'Sun 01:59', 'O'],
        ['2026-11-01T04:00Z', 'Sun 01:00', 'O'],
        ['2026-11-01T05:29Z', 'Sun 02:29', 'O'],
        ['2026-11-01T05:30Z', 'Sun 02:30', 'F'],
      ],
    ],
    [
      'Mo 08:00-11:00',
      'Tahiti',
      [
        ['2026-11-23T17:59Z', 'Mon 07:59', 'F'],
        ['2026-11-23T18:00Z', 'Mon 08:00', 'O'],
        ['2026-11-23T21:00Z', 'Mon 11:00', 'F'],
      ],
    ],
    [
      'Mo 08:00-11:00',
      'Marquises',
      [
        ['2026-11-23T17:29Z', 'Mon 07:59', 'F'],
        ['2026-11-23T17:30Z', 'Mon 08:00', 'O'],
        ['2026-11-23T20:30Z', 'Mon 11:00', 'F'],
      ],
    ],
  ])('%s in %s', check);

  test.each<[string, Place, string, string]>([
    ['Mo-Su 01:00-04:00', 'Paris', '2026-03-29T00:30Z', '2026-03-29T02:00'],
    ['Mo-Su 01:00-04:00', 'Paris', '2026-10-24T23:30Z', '2026-10-25T03:00'],
    ['Su 02:00-03:00', 'Paris', '2026-10-25T00:30Z', '2026-10-25T02:00'],
    ['Sa 22:00-03:00', 'Paris', '2026-03-28T22:00Z', '2026-03-29T01:00'],
    ['Sa 22:00-03:00', 'Paris', '2026-10-24T22:00Z', '2026-10-25T02:00'],
    ['Mo-Sa 09:00-12:00', 'Paris', '2026-03-28T12:00Z', '2026-03-30T07:00'],
    ['Mo-Sa 09:00-12:00', 'Paris', '2026-10-24T12:00Z', '2026-10-26T08:00'],
    ['Mo-Sa 09:00-12:00', 'Miquelon', '2026-03-07T16:00Z', '2026-03-09T11:00'],
    ['Mo-Sa 09:00-12:00', 'Miquelon', '2026-10-31T16:00Z', '2026-11-02T12:00'],
  ])('%s in %s at %s changes next at %s UTC', (text, place, instant, next) => {
    expect(look(text, place, instant).next).toBe(next);
  });
});

describe('rules of the specification', () => {
  test.each<[string, Place, readonly Row[]]>([
    [
      'Fr 22:00-24:00',
      'Paris',
      [
        ['2026-11-27T20:59Z', 'Fri 21:59', 'F'],
        ['2026-11-27T21:00Z', 'Fri 22:00', 'O'],
        ['2026-11-27T22:59Z', 'Fri 23:59', 'O'],
        ['2026-11-27T23:00Z', 'Sat 00:00', 'F'],
      ],
    ],
    [
      'Fr 22:00-00:00',
      'Paris',
      [
        ['2026-11-27T22:59Z', 'Fri 23:59', 'O'],
        ['2026-11-27T23:00Z', 'Sat 00:00', 'F'],
      ],
    ],
    [
      'Th 00:00-12:00',
      'Paris',
      [
        ['2026-11-25T22:59Z', 'Wed 23:59', 'F'],
        ['2026-11-25T23:00Z', 'Thu 00:00', 'O'],
        ['2026-11-26T10:59Z', 'Thu 11:59', 'O'],
        ['2026-11-26T11:00Z', 'Thu 12:00', 'F'],
      ],
    ],
    [
      'Th 00:00-24:00',
      'Paris',
      [
        ['2026-11-25T22:59Z', 'Wed 23:59', 'F'],
        ['2026-11-25T23:00Z', 'Thu 00:00', 'O'],
        ['2026-11-26T22:59Z', 'Thu 23:59', 'O'],
        ['2026-11-26T23:00Z', 'Fri 00:00', 'F'],
      ],
    ],
    [
      'Fr 22:00-02:00',
      'Paris',
      [
        ['2026-11-27T01:00Z', 'Fri 02:00', 'F'],
        ['2026-11-27T00:30Z', 'Fri 01:30', 'F'],
        ['2026-11-27T21:00Z', 'Fri 22:00', 'O'],
        ['2026-11-27T23:00Z', 'Sat 00:00', 'O'],
        ['2026-11-28T00:59Z', 'Sat 01:59', 'O'],
        ['2026-11-28T01:00Z', 'Sat 02:00', 'F'],
        ['2026-11-28T21:30Z', 'Sat 22:30', 'F'],
      ],
    ],
    [
      'Mo-Fr 09:00-12:00; Tu 14:00-17:00',
      'Paris',
      [
        ['2026-11-23T09:00Z', 'Mon 10:00', 'O'],
        ['2026-11-23T13:30Z', 'Mon 14:30', 'F'],
        ['2026-11-24T09:00Z', 'Tue 10:00', 'F'],
        ['2026-11-24T12:59Z', 'Tue 13:59', 'F'],
        ['2026-11-24T13:00Z', 'Tue 14:00', 'O'],
        ['2026-11-24T16:00Z', 'Tue 17:00', 'F'],
        ['2026-11-25T09:00Z', 'Wed 10:00', 'O'],
      ],
    ],
    [
      'Mo-Fr 09:00-12:00, Tu 14:00-17:00',
      'Paris',
      [
        ['2026-11-24T09:00Z', 'Tue 10:00', 'O'],
        ['2026-11-24T11:30Z', 'Tue 12:30', 'F'],
        ['2026-11-24T13:00Z', 'Tue 14:00', 'O'],
        ['2026-11-25T13:30Z', 'Wed 14:30', 'F'],
      ],
    ],
    [
      'Mo-Fr 08:00-17:00; Mo-Fr 12:00-13:00 off',
      'Paris',
      [
        ['2026-11-24T10:59Z', 'Tue 11:59', 'O'],
        ['2026-11-24T11:00Z', 'Tue 12:00', 'F'],
        ['2026-11-24T12:00Z', 'Tue 13:00', 'O'],
      ],
    ],
    [
      'Mo-Fr 09:00-12:00; PH off',
      'Paris',
      [
        ['2026-12-24T09:00Z', 'Thu 10:00', 'O'],
        ['2026-12-25T09:00Z', 'Fri 10:00', 'F'],
        ['2026-12-28T09:00Z', 'Mon 10:00', 'O'],
        ['2026-07-14T08:00Z', 'Tue 10:00', 'F'],
      ],
    ],
    [
      'Mo-Fr 09:00-12:00',
      'Paris',
      [
        // Nothing is said of public holidays.
        ['2026-12-25T09:00Z', 'Fri 10:00', '?'],
        ['2026-12-25T12:00Z', 'Fri 13:00', 'F'],
      ],
    ],
    [
      'Mo-Sa 09:00-12:00; PH off',
      'Strasbourg',
      [
        // Good Friday: an option of the commune; 26 December: everywhere.
        ['2026-04-03T08:00Z', 'Fri 10:00', '?'],
        ['2026-12-26T09:00Z', 'Sat 10:00', 'F'],
      ],
    ],
    ['Mo-Sa 09:00-12:00; PH off', 'Paris', [['2026-12-26T09:00Z', 'Sat 10:00', 'O']]],
    [
      'Mo-Su 09:00-12:00; PH off',
      'La Réunion',
      [
        ['2026-12-19T06:00Z', 'Sat 10:00', 'O'],
        ['2026-12-20T06:00Z', 'Sun 10:00', 'F'],
      ],
    ],
    [
      'Mo-Fr 09:00-12:00; SH off',
      'Paris',
      [
        ['2026-10-16T08:00Z', 'Fri 10:00', 'O'],
        ['2026-10-19T08:00Z', 'Mon 10:00', 'F'],
        ['2026-11-02T09:00Z', 'Mon 10:00', 'O'],
      ],
    ],
    [
      'week 1-53/2 Tu 09:00-12:00',
      'Paris',
      [
        // Weeks 48, 49, 53 of 2026 and 1, 2 of 2027: two odd weeks follow one another.
        ['2026-11-24T09:00Z', 'Tue 10:00', 'F'],
        ['2026-12-01T09:00Z', 'Tue 10:00', 'O'],
        ['2026-12-29T09:00Z', 'Tue 10:00', 'O'],
        ['2027-01-05T09:00Z', 'Tue 10:00', 'O'],
        ['2027-01-12T09:00Z', 'Tue 10:00', 'F'],
      ],
    ],
    [
      'Mo[1] 09:00-12:00',
      'Paris',
      [
        ['2026-11-02T09:00Z', 'Mon 10:00', 'O'],
        ['2026-11-30T09:00Z', 'Mon 10:00', 'F'],
        ['2026-12-07T09:00Z', 'Mon 10:00', 'O'],
        ['2026-12-14T09:00Z', 'Mon 10:00', 'F'],
      ],
    ],
    [
      'Mo-Fr 09:00-12:00; Dec 24-Jan 1 off',
      'Paris',
      [
        ['2026-12-23T09:00Z', 'Wed 10:00', 'O'],
        ['2026-12-24T09:00Z', 'Thu 10:00', 'F'],
        ['2026-12-31T09:00Z', 'Thu 10:00', 'F'],
        ['2027-01-01T09:00Z', 'Fri 10:00', 'F'],
        ['2027-01-04T09:00Z', 'Mon 10:00', 'O'],
        ['2026-01-01T09:00Z', 'Thu 10:00', 'F'],
      ],
    ],
    [
      'Mo-Fr 09:00-12:00; easter +1 day off',
      'Paris',
      [
        ['2026-04-06T08:00Z', 'Mon 10:00', 'F'],
        ['2026-04-07T08:00Z', 'Tue 10:00', 'O'],
        ['2026-04-13T08:00Z', 'Mon 10:00', 'O'],
      ],
    ],
    [
      // Named by its date, a public holiday is open although the text says nothing of the others.
      'Mo-Fr 09:00-12:00; easter +1 day 14:00-16:00',
      'Paris',
      [
        ['2026-04-06T08:00Z', 'Mon 10:00', 'F'],
        ['2026-04-06T12:00Z', 'Mon 14:00', 'O'],
        ['2026-04-06T14:00Z', 'Mon 16:00', 'F'],
        ['2026-05-01T08:00Z', 'Fri 10:00', '?'],
      ],
    ],
    [
      'Mo-Fr 09:00-12:00; 2026 Nov 11 10:00-11:00',
      'Paris',
      [
        ['2026-11-11T09:00Z', 'Wed 10:00', 'O'],
        ['2026-11-11T10:00Z', 'Wed 11:00', 'F'],
      ],
    ],
  ])('%s in %s', check);

  test.each([
    ['Fr 22:00-24:00', '2026-11-27T21:30Z', 'Ouvert jusqu’à minuit'],
    ['Fr 22:00-02:00', '2026-11-27T21:30Z', 'Ouvert jusqu’à 2 h'],
    ['Mo-Fr 09:00-12:00; Tu 14:00-17:00', '2026-11-24T09:00Z', 'Fermé, ouvre à 14 h'],
    ['Mo[1] 09:00-12:00', '2026-11-24T09:00Z', 'Fermé, ouvre lundi 7 décembre à 9 h'],
    ['Mo-Fr 09:00-12:00; Dec 24-Jan 1 off', '2026-12-24T09:00Z', 'Fermé, ouvre lundi 4 janvier à 9 h'],
  ])('%s at %s says « %s »', (text, instant, sentence) => {
    expect(look(text, 'Paris', instant).sentence).toBe(sentence);
  });
});
