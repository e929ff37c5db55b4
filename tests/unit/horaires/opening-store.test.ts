import { describe, expect, test } from 'vitest';
import { dayOf } from '#app/domain/horaires/dates.ts';
import { readableWeek } from '#app/domain/horaires/french.ts';
import { localInstant, localMoment, openAt, openingState, openWithin } from '#app/domain/horaires/opening.ts';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import { joinStored, readStored, type StoredHoraires } from '#app/domain/horaires/stored-form.ts';

const PLACE = { code_insee: '75056', code_postal: '75001', latitude: null, longitude: null };
const ZONE = 'Europe/Paris';

/** As the database gives it back: JSON, bytes and rows. */
function stored(text: string | null, place = PLACE, today = '2026-11-20'): StoredHoraires | null {
  const columns = storeHoraires(text, place, today);
  const intervalles = readStored(JSON.parse(JSON.stringify(columns.horaires_intervalles)));
  expect(intervalles).toEqual(columns.horaires_intervalles);
  return joinStored(intervalles, columns.horaires_bits, columns.ouvertures_datees);
}

function sentence(text: string | null, instant: string, place = PLACE, zone = ZONE): string {
  return openingState(stored(text, place), new Date(instant), zone)
    .sentence.replaceAll('\u00a0', ' ')
    .replaceAll('’', "'");
}

describe('the state of a lieu', () => {
  const WEEK = 'Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00; PH off';
  test.each([
    [WEEK, '2026-11-24T09:00:00+01:00', "Ouvert jusqu'à 12 h"],
    [WEEK, '2026-11-24T18:29:00+01:00', "Ouvert jusqu'à 18 h 30"],
    [WEEK, '2026-11-24T12:00:00+01:00', 'Fermé, ouvre à 14 h'],
    [WEEK, '2026-11-24T18:30:00+01:00', 'Fermé, ouvre demain à 9 h'],
    [WEEK, '2026-11-28T13:00:00+01:00', 'Fermé, ouvre lundi à 9 h'],
    [WEEK, '2026-12-25T10:00:00+01:00', "Fermé aujourd'hui (jour férié), ouvre demain à 8 h 30"],
    [WEEK, '2027-05-06T10:00:00+02:00', "Fermé aujourd'hui (jour férié), ouvre demain à 9 h"],
    ['Mo-Fr 09:00-12:00', '2026-12-25T10:00:00+01:00', 'Jour férié : horaires à vérifier, appelez avant de venir'],
    ['24/7; PH Mo-Su 00:00-24:00', '2026-11-24T10:00:00+01:00', 'Ouvert 24 h sur 24'],
    ['Tu 22:00-02:00', '2026-11-24T23:00:00+01:00', "Ouvert jusqu'à 2 h"],
    ['Tu 22:00-24:00', '2026-11-24T23:00:00+01:00', "Ouvert jusqu'à minuit"],
    ['Mo-Fr 09:00-12:00 "sur rdv"', '2026-11-24T10:00:00+01:00', 'Sur rendez-vous'],
    ['Mo-Fr 09:00-12:00 "sur rdv"', '2026-11-24T08:00:00+01:00', 'Fermé, sur rendez-vous à partir de 9 h'],
    ['"sur rendez-vous"', '2026-11-24T10:00:00+01:00', 'Sur rendez-vous'],
    ['Tu 09:00+', '2026-11-24T10:00:00+01:00', 'Peut-être ouvert (fin non précisée), appelez avant de venir'],
    ['Mo-Fr 09:00-12:00; SH off', '2026-11-24T10:00:00+01:00', "Ouvert jusqu'à 12 h"],
    ['Mo-Fr 09:00-12:00; SH off', '2026-12-22T10:00:00+01:00', 'Fermé, ouvre lundi 4 janvier à 9 h'],
    ['Mo-Fr 09:00-12:00; SH off', '2027-09-07T10:00:00+02:00', 'Horaires à vérifier (vacances scolaires)'],
    ['week 1-53/2 Tu 09:00-12:00', '2026-11-24T10:00:00+01:00', 'Fermé, ouvre mardi 1er décembre à 9 h'],
    ['Mo[1] 09:00-12:00', '2026-12-07T10:00:00+01:00', "Ouvert jusqu'à 12 h"],
    ['Mo-Su off', '2026-11-24T10:00:00+01:00', 'Fermé'],
    [
      'Mo-Sa 09:00-12:00; 2026 Nov 28-30 off "travaux de peinture"',
      '2026-11-28T10:00:00+01:00',
      'Fermé (travaux de peinture), ouvre mardi à 9 h',
    ],
    [
      'Mo-Sa 09:00-12:00; 2026 Nov 28-30 off "travaux de peinture"',
      '2026-12-01T14:00:00+01:00',
      'Fermé, ouvre demain à 9 h',
    ],
    [
      'Fr 20:00-02:00; 2026 Nov 28 off "travaux"',
      '2026-11-28T03:00:00+01:00',
      'Fermé (travaux), ouvre vendredi à 20 h',
    ],
    ['Fr 17:00-12:00', '2026-11-28T01:50:00+01:00', 'Horaires à vérifier, appelez avant de venir'],
    ['Fr 19:00-11:00', '2026-11-27T20:00:00+01:00', 'Horaires à vérifier, appelez avant de venir'],
    ['Th 00:00-00:00; Fr 13:30-13:30', '2026-11-28T01:50:00+01:00', 'Horaires à vérifier, appelez avant de venir'],
    ['Mo-Fr', '2026-11-26T03:00:00+01:00', 'Horaires à vérifier, appelez avant de venir'],
    ['Fr 20:00-06:00', '2026-11-28T01:50:00+01:00', "Ouvert jusqu'à 6 h"],
    // The night of a holiday that is closed does not begin; that of one which is open does, and so does that of an ordinary day.
    ['Fr 20:00-02:00; PH off', '2027-01-02T01:00:00+01:00', 'Fermé, ouvre vendredi à 20 h'],
    [
      'Fr 20:00-02:00; PH off',
      '2027-01-01T10:00:00+01:00',
      "Fermé aujourd'hui (jour férié), ouvre vendredi 8 janvier à 20 h",
    ],
    ['Th-Fr 20:00-02:00; PH off', '2027-01-01T01:00:00+01:00', "Fermé aujourd'hui (jour férié), ouvre jeudi à 20 h"],
    ['Fr 20:00-02:00; PH 20:00-02:00', '2027-01-02T01:00:00+01:00', "Ouvert jusqu'à 2 h"],
    ['Fr 20:00-02:00; PH off', '2027-01-09T01:00:00+01:00', "Ouvert jusqu'à 2 h"],
    // What is sure beside it stays so.
    ['Fr 07:30-13:00; Th 15:00-15:00', '2026-11-27T08:00:00+01:00', "Ouvert jusqu'à 13 h"],
    ['Mo-Fr 09:00-12:00; Th 08:00-10:00,14:00-14:00', '2026-11-26T09:00:00+01:00', "Ouvert jusqu'à 10 h"],
    ['Mo-Fr 09:00-12:00; Th 14:00-14:00', '2026-11-26T09:30:00+01:00', 'Fermé, peut-être ouvert à partir de 14 h'],
    [null, '2026-11-24T10:00:00+01:00', 'Horaires non renseignés'],
    ['  ', '2026-11-24T10:00:00+01:00', 'Horaires non renseignés'],
    ['voir avec la mairie', '2026-11-24T10:00:00+01:00', 'Horaires indiqués en toutes lettres, à lire sur la fiche'],
    ['lundi au vendredi 9h-12h / 14h-17h', '2026-11-24T10:00:00+01:00', "Ouvert jusqu'à 12 h"],
  ])('%s at %s: %s', (text, instant, expected) => {
    expect(sentence(text, instant)).toBe(expected);
  });

  test('is told on the clock of the lieu, not of the server', () => {
    const reunion = { ...PLACE, code_insee: '97411', code_postal: '97400' };
    expect(sentence('Mo-Fr 08:00-12:00', '2026-11-24T05:00:00Z', reunion, 'Indian/Reunion')).toBe(
      "Ouvert jusqu'à 12 h",
    );
    expect(openAt(stored('Mo-Fr 08:00-12:00', reunion), new Date('2026-11-24T10:00:00Z'), 'Indian/Reunion')).toBe(
      false,
    );
    expect(sentence('Mo-Fr 08:00-12:00; PH off', '2027-12-20T05:00:00Z', reunion, 'Indian/Reunion')).toContain(
      'jour férié',
    );
    expect(localMoment(new Date('2026-11-25T01:00:00Z'), 'Pacific/Marquesas')).toEqual({
      day: dayOf(2026, 11, 24),
      weekday: 1,
      minute: 930,
    });
  });

  test('reads the clock of each zone as Intl does, at any instant and around every change', () => {
    const zones = [
      'Europe/Paris',
      'America/Miquelon',
      'Pacific/Marquesas',
      'Pacific/Wallis',
      'Indian/Reunion',
      'America/Cayenne',
    ];
    const read = (zone: string) => {
      const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
      return (at: Date) => clock.format(at).replace(' ', 'T');
    };
    const shown = ({ day, minute }: { day: number; minute: number }) =>
      new Date((day * 1440 + minute) * 60_000).toISOString().slice(0, 16);
    const changes = [
      '2026-03-29T01:00Z',
      '2026-10-25T01:00Z',
      '2026-03-08T05:00Z',
      '2026-11-01T04:00Z',
      '1968-07-01T00:00Z',
    ];
    for (const zone of zones) {
      const clock = read(zone);
      for (let step = 0; step < 3000; step++) {
        const around = Date.parse(changes[step % changes.length] ?? '') + (((step * 7919) % 2880) - 1440) * 60_000;
        for (const time of [around + (step % 60) * 1000, around + step * 86_400_000])
          expect([zone, shown(localMoment(new Date(time), zone))]).toEqual([zone, clock(new Date(time))]);
      }
    }
    expect(() => localMoment(new Date(Number.NaN), 'Europe/Paris')).toThrow(RangeError);
    expect(() => localMoment(new Date(0), 'Europe/Nulle-Part')).toThrow(RangeError);
  });

  test('follows the wall clock on the days when it changes', () => {
    const night = stored('Su 01:30-03:30; PH off');
    // 29 March 2026: 02:00 becomes 03:00. 25 October 2026: 03:00 becomes 02:00.
    expect(openingState(night, new Date('2026-03-29T00:45:00Z'), ZONE).nextChange).toEqual(
      new Date('2026-03-29T01:30:00Z'),
    );
    expect(openAt(night, new Date('2026-03-29T01:29:00Z'), ZONE)).toBe(true);
    expect(openAt(night, new Date('2026-03-29T01:30:00Z'), ZONE)).toBe(false);
    expect(openAt(night, new Date('2026-10-25T02:29:00Z'), ZONE)).toBe(true);
    expect(openAt(night, new Date('2026-10-25T02:30:00Z'), ZONE)).toBe(false);
    expect(localInstant(dayOf(2026, 3, 29), 150, ZONE)).toEqual(new Date('2026-03-29T01:00:00Z'));
    expect(localInstant(dayOf(2026, 10, 25), 150, ZONE)).toEqual(new Date('2026-10-25T00:30:00Z'));
    expect(localInstant(dayOf(2026, 3, 8), 150, 'America/Miquelon')).toEqual(new Date('2026-03-08T05:00:00Z'));
  });

  test('dated openings that were not read, or lie past the horizon, are unknown and never wrong', () => {
    const columns = storeHoraires('week 1-53/2 Tu 09:00-12:00', PLACE, '2026-11-20');
    const unread = joinStored(columns.horaires_intervalles, columns.horaires_bits, []);
    expect(openingState(columns.horaires_intervalles, new Date('2026-12-01T10:00:00+01:00'), ZONE).state).toBe(
      'inconnu',
    );
    expect(openingState(unread, new Date('2028-12-05T10:00:00+01:00'), ZONE).state).toBe('inconnu');
    expect(openAt(stored('week 1-53/2 Tu 09:00-12:00'), new Date('2026-12-01T10:00:00+01:00'), ZONE)).toBe(true);
  });

  test('the sieve and the intervals give the same answer at every quarter-hour, dated or not', () => {
    for (const text of [
      'Mo-Fr 09:05-12:10; PH off',
      'week 1-53/2 Tu 09:00-12:00; Sa[-1] 22:00-02:00',
      'Mo-Fr 09:00-12:00; Aug 14:00-15:00',
    ]) {
      const full = stored(text);
      const noBits = full && full.etat === 'lu' ? { ...full, bits: null } : full;
      for (let quarter = 0; quarter < 96 * 60; quarter++) {
        const instant = new Date(Date.parse('2027-07-20T00:07:00Z') + quarter * 900_000);
        if (openAt(full, instant, ZONE) !== openAt(noBits, instant, ZONE))
          throw new Error(`${text} ${instant.toISOString()}`);
      }
    }
  });

  test('an evening or a Saturday is open when some minute of it is', () => {
    const saturday = dayOf(2026, 11, 28);
    expect(openWithin(stored('Sa 08:30-12:00'), saturday, 0, 1440)).toBe(true);
    expect(openWithin(stored('Sa 08:30-18:00'), saturday, 18 * 60, 1440)).toBe(false);
    expect(openWithin(stored('Sa 08:30-18:01'), saturday, 18 * 60, 1440)).toBe(true);
    expect(openWithin(stored('Sa 08:30-18:30 "sur rdv"'), saturday, 0, 1440)).toBe(false);
  });
});

describe('what is stored', () => {
  test('a plain week needs no dated day', () => {
    const columns = storeHoraires('Mo-Fr 09:00-12:10; PH off', PLACE, '2026-11-20');
    expect(columns.horaires_etat).toBe('lu');
    expect(columns.ouvertures_datees).toEqual([]);
    expect(columns.horaires_bits).toHaveLength(84);
    expect(columns.horaires_intervalles).toMatchObject({
      semaine: [[[540, 730]], [[540, 730]], [[540, 730]], [[540, 730]], [[540, 730]], [], []],
      feries: 'ferme',
      territoire: '75',
      exprimable: true,
      compris: null,
      datees: null,
    });
  });

  test('dated openings hold only the days that the week does not tell, 400 days on', () => {
    const columns = storeHoraires('Mo-Fr 09:00-12:00; Dec 24-Jan 1 off; PH off', PLACE, '2026-11-20');
    expect(columns.ouvertures_datees.map(({ jour }) => jour)).toEqual([
      '2026-12-24',
      '2026-12-28',
      '2026-12-29',
      '2026-12-30',
      '2026-12-31',
      '2027-12-24',
    ]);
    expect(columns.ouvertures_datees.every(({ intervalles }) => intervalles.length === 0)).toBe(true);
  });

  test('a text in plain French that is clear says how it was understood; one that is not keeps its reason', () => {
    expect(storeHoraires('Du lundi au vendredi 9h-12h', PLACE, '2026-11-20').horaires_intervalles).toMatchObject({
      compris: 'Mo-Fr 09:00-12:00',
      exprimable: false,
    });
    expect(storeHoraires('9h-12h', PLACE, '2026-11-20')).toMatchObject({
      horaires_etat: 'illisible',
      horaires_bits: null,
      horaires_intervalles: { etat: 'illisible', position: expect.any(Number) },
    });
    expect(storeHoraires(null, PLACE, '2026-11-20')).toMatchObject({
      horaires_etat: 'vide',
      horaires_intervalles: null,
    });
  });
});

describe('the week for people', () => {
  const readable = (text: string) => {
    const value = stored(text);
    if (value?.etat !== 'lu') throw new Error(text);
    const { lignes, precisions } = readableWeek(value);
    return [...lignes.map(({ jours, heures }) => `${jours} : ${heures}`), ...precisions].map((line) =>
      line.replaceAll('\u00a0', ' '),
    );
  };
  test.each([
    [
      'Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00',
      ['du lundi au vendredi : 9 h – 12 h et 14 h – 18 h 30', 'samedi : 8 h 30 – 12 h', 'dimanche : fermé'],
    ],
    [
      'Mo,Tu,Th 09:00-12:00; PH off',
      ['lundi, mardi et jeudi : 9 h – 12 h', 'mercredi et du vendredi au dimanche : fermé', 'Fermé les jours fériés.'],
    ],
    ['Fr 17:00-12:00', ['du lundi au jeudi, samedi et dimanche : fermé', 'vendredi : 17 h – 12 h (à vérifier)']],
    ['Fr 22:00-02:00 "sur rdv"', ['du lundi au jeudi, samedi et dimanche : fermé', 'vendredi : 22 h – 2 h (sur rdv)']],
    ['Fr[1] 17:00-12:00', ['1er vendredi du mois : 17 h – 12 h (à vérifier).']],
    ['Fr 22:00-02:00', ['du lundi au jeudi, samedi et dimanche : fermé', 'vendredi : 22 h – 2 h']],
    ['24/7', ['tous les jours : 24 h sur 24']],
    ['Mo-Su 09:00-12:00 "sur rdv"', ['tous les jours : 9 h – 12 h (sur rdv)']],
    ['week 1-53/2 Tu 09:00-12:00', ['Semaines impaires, mardi : 9 h – 12 h.']],
    ['Sa[1,3] 10:00-12:00', ['1er et 3e samedi du mois : 10 h – 12 h.']],
    ['Mo-Su 09:00-12:00; Dec 24-Jan 1 off', ['tous les jours : 9 h – 12 h', 'Du 24 décembre au 1er janvier : fermé.']],
    ['Mo-Su 09:00-12:00; easter +1 day off', ['tous les jours : 9 h – 12 h', 'Le lundi de Pâques : fermé.']],
    ['Mo-Su 09:00-12:00; Aug 14:00-15:00', ['tous les jours : 9 h – 12 h', 'En août : 14 h – 15 h.']],
    ['Sa[1] 09:00-12:00,14:00+', ['1er samedi du mois : 9 h – 12 h et à partir de 14 h.']],
    [
      'Mo-Su 09:00-12:00; 2026 Nov 28-30 off "travaux de peinture"',
      ['tous les jours : 9 h – 12 h', 'Du 28 au 30 novembre 2026 : fermé (travaux de peinture).'],
    ],
    [
      'Mo-Fr 09:00-12:00; We off "réunion"; PH off "repos"',
      [
        'lundi, mardi, jeudi et vendredi : 9 h – 12 h',
        'mercredi, samedi et dimanche : fermé',
        'Mercredi : fermé (réunion).',
        'Jours fériés : fermé (repos).',
      ],
    ],
    // What is said of both ranges, of the last alone, of all the rest.
    ['Mo-Su 09:00-12:00,14:00-17:00 "sur rdv"', ['tous les jours : 9 h – 12 h et 14 h – 17 h, sur rdv']],
    ['Mo-Su 09:00-12:00, Mo-Su 14:00-17:00 "sur rdv"', ['tous les jours : 9 h – 12 h ; 14 h – 17 h (sur rdv)']],
    [
      'Mo-Fr 10:00-12:00 || "sur rendez-vous"',
      ['du lundi au vendredi : 10 h – 12 h, sinon sur rendez-vous', 'samedi et dimanche : sur rendez-vous'],
    ],
    [
      'week 1-53/2 Tu 09:00-12:00,14:00-17:00 "sur rdv"',
      ['Semaines impaires, mardi : 9 h – 12 h et 14 h – 17 h, sur rdv.'],
    ],
    ['Mo-Su 09:00-12:00; Aug unknown', ['tous les jours : 9 h – 12 h', 'En août : à vérifier.']],
    ['Mo-Su 09:00-12:00; Aug "sur rdv"', ['tous les jours : 9 h – 12 h', 'En août : sur rdv.']],
    ['Mo-Su 09:00-12:00; Aug 00:00-24:00', ['tous les jours : 9 h – 12 h', 'En août : 24 h sur 24.']],
    ['Mo-Su 09:00-12:00; PH 10:00-11:00', ['tous les jours : 9 h – 12 h', 'Jours fériés : 10 h – 11 h.']],
  ])('%s', (text, expected) => {
    expect(readable(text)).toEqual(expected);
  });
});
