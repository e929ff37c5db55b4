import { createRequire } from 'node:module';
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
import { isFerie } from '#app/domain/horaires/holidays.ts';
import { territoryOfLieu, timeZoneOfLieu } from '#app/domain/horaires/zones.ts';

const COMMUNES: readonly { code: string }[] = createRequire(import.meta.url)(
  '@etalab/decoupage-administratif/data/communes.json',
);

/** `+01:00`: what the clock of a zone shows less universal time. */
function offset(timeZone: string, instant: string): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(
    new Date(instant),
  );
  return parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', '') ?? '';
}

function territoriesOf(codes: readonly string[]): string {
  const names = codes.map((code) => (/^9[78]/.test(code) ? code.slice(0, 3) : 'metropole'));
  return [...new Set(names)].sort().join(' ');
}

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

  /** Archipelagos of Polynésie by their communes (loi n° 71-1028 du 24 décembre 1971), and the hour of each zone in January and in July. */
  const MARQUISES = '98718 98723 98731 98746 98756 98757';
  const GAMBIER = '98719';

  test('every commune of the Code officiel géographique has the clock of its territory, in winter and in summer', () => {
    const offsets = new Map<string, string[]>();
    const zones = new Map<string, string[]>();
    for (const { code } of COMMUNES) {
      const zone = timeZoneOfLieu({ ...NOWHERE, code_insee: code });
      const codes = zones.get(zone);
      if (codes) codes.push(code);
      else zones.set(zone, [code]);
    }
    for (const [zone, codes] of zones) {
      const key = `${offset(zone, '2026-01-15T12:00:00Z')} ${offset(zone, '2026-07-15T12:00:00Z')}`;
      offsets.set(key, [...(offsets.get(key) ?? []), ...codes]);
    }
    const territories = Object.fromEntries([...offsets].map(([key, codes]) => [key, territoriesOf(codes)]));
    expect(territories).toEqual({
      '+01:00 +02:00': 'metropole',
      '-04:00 -04:00': '971 972 977 978',
      '-03:00 -03:00': '973',
      '-03:00 -02:00': '975',
      '+04:00 +04:00': '974 984',
      '+03:00 +03:00': '976 984',
      '+05:00 +05:00': '984',
      '+10:00 +10:00': '984',
      '+12:00 +12:00': '986',
      '-10:00 -10:00': '987',
      '-09:30 -09:30': '987',
      '-09:00 -09:00': '987',
      '+11:00 +11:00': '988',
      '-08:00 -08:00': '989',
    });
    expect(offsets.get('-09:30 -09:30')?.sort().join(' ')).toBe(MARQUISES);
    expect(offsets.get('-09:00 -09:00')?.sort().join(' ')).toBe(GAMBIER);
    expect(offsets.get('-10:00 -10:00')).toHaveLength(41);
  });

  test.each([
    ['97123', '-04:00', 'Saint-Barthélemy as a commune of Guadeloupe, until 2007'],
    ['97127', '-04:00', 'Saint-Martin as a commune of Guadeloupe, until 2007'],
    ['98508', '+03:00', 'Dzaoudzi, Mayotte before 2011'],
    ['98511', '+03:00', 'Mamoudzou, Mayotte before 2011'],
    ['97502', '-03:00', 'Saint-Pierre'],
    ['20004', '+01:00', 'Ajaccio, Corse before 1976'],
  ])('former code %s is at %s (%s)', (code_insee, expected) => {
    expect(offset(timeZoneOfLieu({ ...NOWHERE, code_insee }), '2026-01-15T12:00:00Z')).toBe(expected);
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
  test('Good Friday in Alsace-Moselle depends on the commune, 26 December does not', () => {
    expect(isFerie(dayOf(2026, 4, 3), '57')).toBe('inconnu');
    expect(isFerie(dayOf(2026, 12, 26), '57')).toBe('oui');
    expect(isFerie(dayOf(2026, 4, 3), '57+')).toBe('oui');
    expect(isFerie(dayOf(2026, 4, 3), '57-')).toBe('non');
    expect(isFerie(dayOf(2026, 12, 26), '57-')).toBe('oui');
    expect(isFerie(dayOf(2026, 12, 26), '54')).toBe('non');
  });

  test('1 May and Ascension on one day are one holiday', () => {
    expect(isFerie(dayOf(2008, 5, 1), '75')).toBe('oui');
  });
});
