import { createRequire } from 'node:module';
import OpeningHours from 'opening_hours';
import { describe, expect, test } from 'vitest';
import { civilOf, formatLocalDate, parseLocalDate } from '#app/domain/horaires/dates.ts';
import { isFerie } from '#app/domain/horaires/holidays.ts';
import { isVacances } from '#app/domain/horaires/vacances.ts';
import { CALENDRIERS, ZONE_OF_TERRITORY } from '#app/domain/horaires/vacances-donnees.ts';

const require = createRequire(import.meta.url);
const answer = (date: string, territory: string) => isVacances(parseLocalDate(date) ?? 0, territory);

describe('school holidays', () => {
  test.each([
    // Toussaint 2026, everywhere on the mainland: departure on Saturday 17 October after class, resumption on Monday 2 November.
    ['75', '2026-10-16', 'non'],
    ['75', '2026-10-17', 'inconnu'],
    ['75', '2026-10-18', 'oui'],
    ['75', '2026-11-01', 'oui'],
    ['75', '2026-11-02', 'non'],
    // Christmas 2026, over the new year.
    ['67', '2026-12-20', 'oui'],
    ['67', '2027-01-03', 'oui'],
    ['67', '2027-01-04', 'non'],
    // Winter 2027: C, then A, then B.
    ['75', '2027-02-08', 'oui'],
    ['69', '2027-02-08', 'non'],
    ['69', '2027-02-15', 'oui'],
    ['59', '2027-02-15', 'non'],
    ['59', '2027-02-22', 'oui'],
    ['75', '2027-02-22', 'non'],
    ['69', '2027-03-01', 'non'],
    ['59', '2027-03-08', 'non'],
    // Spring 2027: C, then A, then B.
    ['31', '2027-04-05', 'oui'],
    ['33', '2027-04-05', 'non'],
    ['33', '2027-04-12', 'oui'],
    ['35', '2027-04-19', 'oui'],
    ['31', '2027-04-19', 'non'],
    ['35', '2027-05-03', 'non'],
    // 2025-2026.
    ['25', '2026-02-09', 'oui'],
    ['13', '2026-02-16', 'oui'],
    ['34', '2026-02-23', 'oui'],
    ['25', '2026-02-23', 'non'],
    ['25', '2026-08-31', 'oui'],
    ['25', '2026-09-01', 'non'],
    // The Friday after Ascension has no class, and is no holiday of the Code.
    ['25', '2026-05-15', 'inconnu'],
    ['25', '2027-05-07', 'inconnu'],
    ['25', '2027-05-10', 'non'],
    // Their own calendars.
    ['2A', '2026-02-16', 'oui'],
    ['2B', '2026-04-13', 'oui'],
    ['20', '2026-12-22', 'oui'],
    ['2A', '2027-02-15', 'inconnu'],
    ['972', '2026-03-30', 'oui'],
    ['972', '2026-04-13', 'non'],
    ['972', '2026-12-24', 'inconnu'],
    ['974', '2025-12-19', 'non'],
    ['974', '2025-12-20', 'oui'],
    ['974', '2026-01-20', 'oui'],
    ['974', '2026-01-21', 'non'],
    ['974', '2026-08-17', 'oui'],
    ['974', '2026-08-18', 'non'],
    ['974', '2027-01-31', 'oui'],
    ['974', '2027-02-01', 'non'],
    ['974', '2027-03-16', 'inconnu'],
    ['974', '2027-03-17', 'oui'],
    ['974', '2027-05-19', 'non'],
    ['974', '2027-07-05', 'inconnu'],
    ['988', '2026-02-15', 'oui'],
    ['988', '2026-02-16', 'non'],
    ['988', '2026-10-12', 'oui'],
    ['988', '2026-12-21', 'inconnu'],
    // No calendar that could be verified, and no territory.
    ['971', '2026-12-24', 'inconnu'],
    ['973', '2026-12-24', 'inconnu'],
    ['976', '2026-12-24', 'inconnu'],
    ['987', '2026-12-24', 'inconnu'],
    ['', '2026-12-24', 'inconnu'],
  ])('in %s on %s: %s', (territory, date, expected) => {
    expect(answer(date, territory)).toBe(expected);
  });

  test.each(Object.keys(CALENDRIERS))(
    'calendar %s: past the end of what is known, and before, the answer is unknown',
    (zone) => {
      const territory = Object.keys(ZONE_OF_TERRITORY).find((code) => ZONE_OF_TERRITORY[code] === zone) ?? '';
      for (const date of ['2027-07-04', '2027-09-15', '2028-02-29', '2030-08-01', '2024-12-25', '1990-01-01']) {
        expect(`${date} ${answer(date, territory)}`).toBe(`${date} inconnu`);
      }
    },
  );

  test.each(Object.entries(CALENDRIERS))(
    'calendar %s: in order, without overlap, and each fact has a source',
    (_zone, calendar) => {
      expect(calendar.source.length).toBeGreaterThan(10);
      for (const list of [calendar.connu, calendar.vacances, calendar.ponts]) {
        const flat = list.flat();
        expect(flat).toEqual([...flat].sort());
        expect(new Set(flat).size).toBe(flat.length);
      }
    },
  );

  test('a département has the zone of its region (reform of 2016)', () => {
    const zoneOfRegion: Readonly<Record<string, string>> = {
      '11': 'C',
      '24': 'B',
      '27': 'A',
      '28': 'B',
      '32': 'B',
      '44': 'B',
      '52': 'B',
      '53': 'B',
      '75': 'A',
      '76': 'C',
      '84': 'A',
      '93': 'B',
      '94': 'corse',
      '01': 'aucune',
      '02': 'martinique',
      '03': 'aucune',
      '04': 'reunion',
      '06': 'aucune',
    };
    const departements: readonly {
      code: string;
      region: string;
    }[] = require('@etalab/decoupage-administratif/data/departements.json');
    const mainland = departements.filter(({ region }) => zoneOfRegion[region] !== undefined);
    expect(mainland).toHaveLength(101);
    for (const { code, region } of mainland) {
      expect(`${code} ${ZONE_OF_TERRITORY[code] ?? 'aucune'}`).toBe(`${code} ${zoneOfRegion[region]}`);
    }
  });

  test.each([
    ['75', 'Île-de-France', { lat: 48.85, lon: 2.35 }],
    ['69', 'Auvergne-Rhône-Alpes', { lat: 45.76, lon: 4.84 }],
    ['35', 'Bretagne', { lat: 48.11, lon: -1.68 }],
  ])(
    'the data of npm opening_hours, a second opinion, says the same in %s, 2025 to 2027',
    (territory, state, place) => {
      const library = new OpeningHours('SH open', { ...place, address: { country_code: 'fr', state } });
      const differing: string[] = [];
      for (let day = parseLocalDate('2025-09-01') ?? 0; day < (parseLocalDate('2027-07-03') ?? 0); day++) {
        const ours = isVacances(day, territory);
        const { year, month, day: dayOfMonth } = civilOf(day);
        const theirs = library.getState(new Date(year, month - 1, dayOfMonth, 12)) ? 'oui' : 'non';
        if (ours !== 'inconnu' && ours !== theirs && isFerie(day, territory) === 'non')
          differing.push(formatLocalDate(day));
      }
      expect(differing).toEqual([]);
    },
  );
});
