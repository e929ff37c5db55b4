import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDate,
  formatDateWithWeekday,
  formatDay,
  formatDistance,
  formatDuration,
  formatHour,
  formatInstant,
  formatMinutes,
  formatTelephone,
  telephoneHref,
} from '#app/components/format.ts';

/** No-break spaces are looked at as spaces, so that the expected texts can be read. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test('an instant is told in the time zone of the lieu', () => {
  const instant = '2026-11-24T08:30:00Z';
  expect(plain(formatInstant(instant))).toBe('mardi 24 novembre 2026 à 9 h 30');
  expect(plain(formatInstant(instant, 'Indian/Reunion'))).toBe('mardi 24 novembre 2026 à 12 h 30');
  expect(plain(formatInstant(instant, 'America/Cayenne'))).toBe('mardi 24 novembre 2026 à 5 h 30');
});

test('an evening instant belongs to the local day', () => {
  expect(plain(formatDay('2026-12-31T23:30:00Z'))).toBe('vendredi 1er janvier 2027');
  expect(plain(formatDay('2026-12-31T23:30:00Z', 'America/Martinique'))).toBe('jeudi 31 décembre 2026');
});

test('midnight is hour 0, never 24', () => {
  expect(plain(formatHour('2026-07-01T22:00:00Z'))).toBe('0 h');
});

test.each([
  ['2026-03-01', '1er mars 2026', 'dimanche 1er mars 2026'],
  ['2024-02-29', '29 février 2024', 'jeudi 29 février 2024'],
  ['2023-02-29', '2023-02-29', '2023-02-29'],
  ['24/11/2026', '24/11/2026', '24/11/2026'],
])('the local date %s is told without any time zone', (date, short, long) => {
  expect(plain(formatDate(date))).toBe(short);
  expect(plain(formatDateWithWeekday(date))).toBe(long);
});

test.each([
  [0, 'minuit'],
  [545, '9 h 05'],
  [720, '12 h'],
  [1440, 'minuit'],
  [1500, '1 h'],
])('%i minutes since midnight are %s', (minutes, said) => {
  expect(plain(formatMinutes(minutes))).toBe(said);
});

test.each([
  [45, '45 min'],
  [60, '1 h'],
  [90, '1 h 30'],
])('a duration of %i minutes is %s', (minutes, said) => {
  expect(plain(formatDuration(minutes))).toBe(said);
});

test.each([
  [0, '0 lieu'],
  [1, '1 lieu'],
  [2, '2 lieux'],
  [17_414, '17 414 lieux'],
])('%i is counted as in French', (count, said) => {
  expect(plain(formatCount(count, 'lieu', 'lieux'))).toBe(said);
});

test.each([
  [0, '10 m'],
  [0.347, '350 m'],
  [0.996, '1 km'],
  [2.44, '2,4 km'],
  [9.96, '10 km'],
  [38.4, '38 km'],
])('a distance of %f km is %s', (km, said) => {
  expect(plain(formatDistance(km))).toBe(said);
});

test.each([
  [850, '850 o'],
  [12_300, '12 ko'],
  [999_600, '1 Mo'],
  [3_440_000, '3,4 Mo'],
])('%i bytes are %s', (bytes, said) => {
  expect(plain(formatBytes(bytes))).toBe(said);
});

test.each([
  ['+33180059880', '01 80 05 98 80'],
  ['01.80.05.98.80', '01 80 05 98 80'],
  ['0033180059880', '01 80 05 98 80'],
  ['+262262301010', '02 62 30 10 10'],
  ['+590590123456', '05 90 12 34 56'],
  ['+687254000', '+687 25 40 00'],
  ['+68940123456', '+689 40 12 34 56'],
  ['3949', '39 49'],
  ['+32 2 123 45 67', '+32 2 123 45 67'],
  ['voir à l’accueil', 'voir à l’accueil'],
])('the telephone %s is written %s', (telephone, said) => {
  expect(plain(formatTelephone(telephone))).toBe(said);
});

test('only what a telephone can dial becomes a link', () => {
  expect(telephoneHref('+33 1 80 05 98 80')).toBe('tel:+33180059880');
  expect(telephoneHref('3949')).toBe('tel:3949');
  expect(telephoneHref('voir à l’accueil')).toBeNull();
});
