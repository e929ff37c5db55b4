import { describe, expect, test } from 'vitest';
import {
  civilOf,
  dayOf,
  easterOf,
  formatLocalDate,
  isoWeekOf,
  parseLocalDate,
  weekdayOf,
} from '#app/domain/horaires/dates.ts';
import { findHoliday, holidaysOf, isFerie } from '#app/domain/horaires/holidays.ts';
import { territoryOfLieu, timeZoneOfLieu } from '#app/domain/horaires/zones.ts';

const NOWHERE = { code_insee: null, code_postal: null, latitude: null, longitude: null };

describe('time zones', () => {
  test.each([
    ['75056', 'Europe/Paris', '75'],
    ['2A004', 'Europe/Paris', '2A'],
    ['01004', 'Europe/Paris', '01'],
    ['97105', 'America/Guadeloupe', '971'],
    ['97209', 'America/Martinique', '972'],
    ['97302', 'America/Cayenne', '973'],
    ['97411', 'Indian/Reunion', '974'],
    ['97502', 'America/Miquelon', '975'],
    ['97608', 'Indian/Mayotte', '976'],
    ['97701', 'America/St_Barthelemy', '977'],
    ['97123', 'America/St_Barthelemy', '977'],
    ['97801', 'America/Marigot', '978'],
    ['97127', 'America/Marigot', '978'],
    ['98412', 'Indian/Kerguelen', '984'],
    ['98414', 'Antarctica/DumontDUrville', '984'],
    ['98613', 'Pacific/Wallis', '986'],
    ['98735', 'Pacific/Tahiti', '987'],
    ['98731', 'Pacific/Marquesas', '987'],
    ['98719', 'Pacific/Gambier', '987'],
    ['98818', 'Pacific/Noumea', '988'],
    ['98901', 'Etc/GMT+8', '989'],
  ])('INSEE %s is in %s, territory %s', (code_insee, zone, territory) => {
    expect(timeZoneOfLieu({ ...NOWHERE, code_insee })).toBe(zone);
    expect(territoryOfLieu({ ...NOWHERE, code_insee })).toBe(territory);
    expect(() => new Intl.DateTimeFormat('fr', { timeZone: zone })).not.toThrow();
  });

  test.each([
    ['97133', 'America/St_Barthelemy', '977'],
    ['97150', 'America/Marigot', '978'],
    ['97110', 'America/Guadeloupe', '971'],
    ['97600', 'Indian/Mayotte', '976'],
    ['98742', 'Pacific/Marquesas', '987'],
    ['98755', 'Pacific/Gambier', '987'],
    ['98714', 'Pacific/Tahiti', '987'],
    ['98800', 'Pacific/Noumea', '988'],
    ['67 000', 'Europe/Paris', '67'],
  ])('postcode %s is in %s, territory %s', (code_postal, zone, territory) => {
    expect(timeZoneOfLieu({ ...NOWHERE, code_postal })).toBe(zone);
    expect(territoryOfLieu({ ...NOWHERE, code_postal })).toBe(territory);
  });

  test.each([
    [48.85, 2.35, 'Europe/Paris'],
    [16.24, -61.53, 'America/Guadeloupe'],
    [17.9, -62.85, 'America/St_Barthelemy'],
    [18.07, -63.08, 'America/Marigot'],
    [-20.88, 55.45, 'Indian/Reunion'],
    [-12.78, 45.23, 'Indian/Mayotte'],
    [46.78, -56.17, 'America/Miquelon'],
    [-8.91, -140.1, 'Pacific/Marquesas'],
    [-23.12, -134.97, 'Pacific/Gambier'],
    [-17.54, -149.57, 'Pacific/Tahiti'],
    [-13.28, -176.17, 'Pacific/Wallis'],
    [-22.27, 166.45, 'Pacific/Noumea'],
    [0, 0, 'Europe/Paris'],
  ])('%d, %d is in %s', (latitude, longitude, zone) => {
    expect(timeZoneOfLieu({ ...NOWHERE, latitude, longitude })).toBe(zone);
  });

  test('the INSEE code comes before the postcode, the postcode before the coordinates, and wrong codes are passed over', () => {
    expect(timeZoneOfLieu({ code_insee: '97411', code_postal: '75001', latitude: 48.8, longitude: 2.3 })).toBe(
      'Indian/Reunion',
    );
    expect(timeZoneOfLieu({ code_insee: 'x', code_postal: '97200', latitude: 48.8, longitude: 2.3 })).toBe(
      'America/Martinique',
    );
    expect(timeZoneOfLieu(NOWHERE)).toBe('Europe/Paris');
    expect(territoryOfLieu(NOWHERE)).toBe('');
  });
});

describe('days', () => {
  test('day numbers, weekdays and ISO weeks agree with Date over 200 years', () => {
    for (let day = dayOf(1950, 1, 1); day < dayOf(2150, 1, 1); day += 37) {
      const date = new Date(day * 86_400_000);
      expect(civilOf(day)).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
      });
      expect(weekdayOf(day)).toBe((date.getUTCDay() + 6) % 7);
      expect(parseLocalDate(formatLocalDate(day))).toBe(day);
    }
    expect(isoWeekOf(dayOf(2026, 12, 31))).toBe(53);
    expect(isoWeekOf(dayOf(2027, 1, 3))).toBe(53);
    expect(isoWeekOf(dayOf(2027, 1, 4))).toBe(1);
    expect(isoWeekOf(dayOf(2024, 12, 30))).toBe(1);
    expect(parseLocalDate('2026-02-29')).toBeNull();
  });

  test.each([
    [2024, '2024-03-31'],
    [2025, '2025-04-20'],
    [2026, '2026-04-05'],
    [2027, '2027-03-28'],
    [2028, '2028-04-16'],
    [2029, '2029-04-01'],
    [2030, '2030-04-21'],
    [2038, '2038-04-25'],
  ])('Easter %d is on %s', (year, date) => {
    expect(formatLocalDate(easterOf(year))).toBe(date);
  });
});

describe('public holidays', () => {
  const dates = (year: number, territory: string) =>
    holidaysOf(year, territory).map(({ jour }) => formatLocalDate(jour).slice(5));
  const national2026 = [
    '01-01',
    '04-06',
    '05-01',
    '05-08',
    '05-14',
    '05-25',
    '07-14',
    '08-15',
    '11-01',
    '11-11',
    '12-25',
  ];

  test('eleven in metropolitan France', () => {
    expect(dates(2026, '75')).toEqual(national2026);
    expect(dates(2027, '33')).toEqual([
      '01-01',
      '03-29',
      '05-01',
      '05-06',
      '05-08',
      '05-17',
      '07-14',
      '08-15',
      '11-01',
      '11-11',
      '12-25',
    ]);
  });

  test.each([
    ['67', ['04-03', '12-26']],
    ['971', ['05-27']],
    ['972', ['05-22']],
    ['973', ['06-10']],
    ['974', ['12-20']],
    ['975', []],
    ['976', ['04-27']],
    ['977', ['10-09']],
    ['978', ['05-27', '05-28']],
    ['986', ['04-28', '06-29', '07-29']],
    ['987', ['03-05', '04-03', '11-20']],
    ['988', ['09-24']],
  ])('besides, in 2026, in %s: %j', (territory, local) => {
    expect(dates(2026, territory).filter((date) => !national2026.includes(date))).toEqual(local);
  });

  test('Good Friday in Alsace-Moselle depends on the commune, 26 December does not', () => {
    expect(isFerie(dayOf(2026, 4, 3), '57')).toBe('inconnu');
    expect(isFerie(dayOf(2026, 12, 26), '57')).toBe('oui');
    expect(isFerie(dayOf(2026, 12, 26), '54')).toBe('non');
    expect(findHoliday(dayOf(2026, 4, 3), '987')?.nom).toBe('Vendredi saint');
  });

  test('1 May and Ascension on one day are one holiday', () => {
    expect(isFerie(dayOf(2008, 5, 1), '75')).toBe('oui');
  });
});
