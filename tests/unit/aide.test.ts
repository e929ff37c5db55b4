import { describe, expect, it, test } from 'vitest';
import {
  avecSonContact,
  contactOf,
  isInjoignable,
  isSansPublic,
  type LieuOuvert,
  ouvertureOfLieu,
} from '#app/domain/aide.ts';
import { comingDays, listEcarts } from '#app/domain/horaires/ahead.ts';
import { parseLocalDate } from '#app/domain/horaires/dates.ts';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import { joinStored } from '#app/domain/horaires/stored-form.ts';
import { lieuFrom } from '#app/domain/lieu.ts';
import { listVenues, nomDeLEtape, passageOn } from '#app/domain/passages.ts';

const LANGON = { code_insee: '33227', code_postal: '33210', latitude: null, longitude: null };

function hours(text: string | null, place = LANGON) {
  const { horaires_intervalles, ouvertures_datees } = storeHoraires(text, place, '2026-11-20');
  return joinStored(horaires_intervalles, null, ouvertures_datees);
}

const aide = (
  text: string | null,
  { dispositif = null, services = [] }: { dispositif?: string | null; services?: string[] } = {},
) => ({
  ...{ horaires: hours(text), dispositif, services },
});

const etape = (text: string | null, nom = 'Place de la Mairie', commune: string | null = 'Bazas') => ({
  ...{ horaires: hours(text), fuseau: 'Europe/Paris', etape: { nom, commune } },
});

function said(lieu: Partial<LieuOuvert>, instant: string, services: string[] = []) {
  const whole = {
    sansPublic: false,
    injoignable: false,
    fuseau: 'Europe/Paris',
    horaires: null,
    aides: [],
    passages: [],
  };
  const { state, sentence, note } = ouvertureOfLieu({ ...whole, ...lieu }, new Date(instant), services);
  return [state, sentence.replace(/\s/g, ' '), note];
}

/** A Tuesday, a Wednesday. */
const MARDI = '2026-12-01';
const MERCREDI = '2026-12-02';
const CONSEILLER = { dispositif: 'Conseillers numériques' };
const NOTE = 'horaires du lieu, appelez avant de venir';

describe('a lieu says', () => {
  const mairie = { horaires: hours('Mo-Fr 08:30-17:00'), aides: [aide('Tu 09:00-12:00,14:00-17:00', CONSEILLER)] };
  const deux = {
    aides: [aide('Tu 09:00-12:00', CONSEILLER), aide('Tu 11:00-14:00', { dispositif: 'France Services' })],
  };
  it.each<[string, Partial<LieuOuvert>, string, [string, string, string | null]]>([
    [
      'when help is there',
      mairie,
      `${MARDI}T10:00+01:00`,
      ['ouvert', 'Aide sur place jusqu’à 12 h, avec un conseiller numérique', null],
    ],
    [
      'when it comes back the same day',
      mairie,
      `${MARDI}T12:30+01:00`,
      ['ferme', 'Prochaine aide à 14 h, avec un conseiller numérique', null],
    ],
    [
      'when it comes, though the lieu is open',
      mairie,
      `${MERCREDI}T10:00+01:00`,
      ['ferme', 'Prochaine aide mardi à 9 h, avec un conseiller numérique', null],
    ],
    [
      'its own hours where it says nothing of help',
      { horaires: hours('Mo-Fr 08:30-17:00') },
      `${MERCREDI}T10:00+01:00`,
      ['ouvert', 'Ouvert jusqu’à 17 h', NOTE],
    ],
    [
      'until the last who helps has gone',
      deux,
      `${MARDI}T10:00+01:00`,
      ['ouvert', 'Aide sur place jusqu’à 14 h, avec un conseiller numérique', null],
    ],
    ['nobody’s name where several help', deux, `${MARDI}T11:30+01:00`, ['ouvert', 'Aide sur place jusqu’à 14 h', null]],
    [
      'by appointment',
      { aides: [aide('Tu 09:00-12:00 "sur rendez-vous"')] },
      `${MARDI}T10:00+01:00`,
      ['sur_rendez_vous', 'Aide sur rendez-vous', null],
    ],
    [
      'by appointment, later',
      { aides: [aide('Tu 09:00-12:00 "sur rdv"')] },
      `${MARDI}T08:00+01:00`,
      ['ferme', 'Prochaine aide sur rendez-vous à partir de 9 h', null],
    ],
    [
      'that a holiday is not sure',
      { aides: [aide('Fr 09:00-12:00')] },
      '2026-12-25T10:00+01:00',
      ['inconnu', 'Jour férié : aide à vérifier, appelez avant de venir', null],
    ],
    [
      'that a holiday is why',
      { aides: [aide('Fr 09:00-12:00; PH off')] },
      '2026-12-25T10:00+01:00',
      ['ferme', 'Pas d’aide aujourd’hui (jour férié). Prochaine aide vendredi 8 janvier à 9 h', null],
    ],
    [
      'that hours are to be asked for',
      { aides: [aide(null)] },
      `${MARDI}T10:00+01:00`,
      ['inconnu', 'Horaires de l’aide à demander au lieu', null],
    ],
    [
      'that they are to be asked for though some are known',
      { aides: [aide(null), aide('Th 09:00-10:00')] },
      `${MARDI}T10:00+01:00`,
      ['inconnu', 'Prochaine aide jeudi à 9 h', null],
    ],
    [
      'that nothing is to come',
      { aides: [aide('2026 Nov 24 09:00-10:00')] },
      `${MARDI}T10:00+01:00`,
      ['ferme', 'Pas d’aide prévue ces prochaines semaines', null],
    ],
    [
      'that it never closes',
      { aides: [aide('24/7')] },
      `${MARDI}T10:00+01:00`,
      ['ouvert', 'Aide sur place 24 h sur 24', null],
    ],
    [
      'the night that goes on',
      { aides: [aide('Tu 20:00-02:00')] },
      `${MARDI}T23:00+01:00`,
      ['ouvert', 'Aide sur place jusqu’à 2 h', null],
    ],
    [
      'that it receives nobody, whatever its hours',
      { ...mairie, sansPublic: true },
      `${MARDI}T10:00+01:00`,
      ['sans_public', 'Ne reçoit pas de public : aide à distance seulement', null],
    ],
    [
      'that nothing is known of it',
      { injoignable: true },
      `${MARDI}T10:00+01:00`,
      ['inconnu', 'Ni horaires ni contact connus', null],
    ],
    [
      'where it is, when it is elsewhere',
      { passages: [etape('Tu 14:00-16:00')] },
      `${MARDI}T15:00+01:00`,
      ['ferme', 'En ce moment ailleurs : Place de la Mairie (Bazas), jusqu’à 16 h', null],
    ],
    [
      'where it stops next',
      { passages: [etape('Tu 14:00-16:00'), etape('We 09:00-10:00', 'Halle de Bazas')] },
      `${MARDI}T17:00+01:00`,
      ['ferme', 'Prochain passage demain à 9 h, Halle de Bazas', null],
    ],
    [
      'that its stops are to be asked for',
      { passages: [etape(null)] },
      `${MARDI}T17:00+01:00`,
      ['inconnu', 'Lieu qui se déplace : appelez pour savoir où il est', null],
    ],
    [
      'where it stops next, and that it may be at the stop whose hours nobody knows',
      { passages: [etape(null), etape('We 09:00-10:00', 'Halle de Bazas')] },
      `${MARDI}T17:00+01:00`,
      ['inconnu', 'Prochain passage demain à 9 h, Halle de Bazas', null],
    ],
    [
      'that it is elsewhere for sure, whatever another stop says',
      { passages: [etape(null), etape('Tu 14:00-16:00')] },
      `${MARDI}T15:00+01:00`,
      ['ferme', 'En ce moment ailleurs : Place de la Mairie (Bazas), jusqu’à 16 h', null],
    ],
    [
      'that it is perhaps elsewhere, perhaps where nobody knows',
      { passages: [etape(null), etape('Tu 14:00-16:00 "sur rendez-vous"')] },
      `${MARDI}T15:00+01:00`,
      ['inconnu', 'En ce moment ailleurs : Place de la Mairie (Bazas), jusqu’à 16 h, sur rendez-vous', null],
    ],
  ])('%s', (_name, lieu, instant, expected) => expect(said(lieu, instant)).toEqual(expected));

  test('when help for what is asked is there, and not when it is for something else', () => {
    const lieu = { aides: [aide('Tu 09:00-12:00', { services: ['A'] }), aide('We 09:00-12:00', { services: ['B'] })] };
    expect(said(lieu, `${MARDI}T10:00+01:00`, ['A'])[0]).toBe('ouvert');
    expect(said(lieu, `${MARDI}T10:00+01:00`, ['B'])).toEqual(['ferme', 'Prochaine aide demain à 9 h', null]);
    expect(said(lieu, `${MARDI}T10:00+01:00`, ['C'])).toEqual([
      'inconnu',
      'Horaires de cette aide à demander au lieu',
      null,
    ]);
  });
});

test('why there is no help today is said in the words of its hours', () => {
  const closed = aide(`Mo-Fr 09:00-12:00; 2026 Dec 1 off "formation de l'équipe"`);
  expect(said({ aides: [closed] }, `${MARDI}T10:00+01:00`)).toEqual([
    'ferme',
    "Pas d’aide aujourd’hui (formation de l'équipe). Prochaine aide demain à 9 h",
    null,
  ]);
});

describe('days to come that are not like the week', () => {
  it.each<[string, string, string[]]>([
    [
      'Mo-Sa 09:00-12:00; Dec 24-26 off',
      '2026-12-10',
      ['Fermé du 24 au 26 décembre', 'Vendredi 1er janvier (jour de l’An) : à vérifier auprès du lieu'],
    ],
    [
      'Mo-Fr 09:00-12:00; PH off',
      '2026-12-10',
      ['Fermé vendredi 25 décembre (Noël)', 'Fermé vendredi 1er janvier (jour de l’An)'],
    ],
    ['Mo-Fr 09:00-12:00; PH off; Dec 28-Jan 1 off', '2026-12-20', ['Fermé du 25 décembre au 1er janvier']],
    [
      'Mo-Fr 09:00-12:00; 2026 Dec 15 14:00-16:00; PH off',
      '2026-12-14',
      [
        'Mardi 15 décembre : 14 h – 16 h',
        'Fermé vendredi 25 décembre (Noël)',
        'Fermé vendredi 1er janvier (jour de l’An)',
      ],
    ],
    ['Mo-Su 09:00-12:00; PH 09:00-12:00', '2026-12-20', []],
    [
      'Mo-Fr 09:00-12:00; PH off; 2026 Dec 23-24 off "travaux de peinture"; 2026 Dec 28-2027 Jan 1 off "congés"',
      '2026-12-20',
      [
        'Fermé du 23 au 24 décembre (travaux de peinture)',
        'Fermé vendredi 25 décembre (Noël)',
        'Fermé du 28 décembre au 1er janvier (congés)',
      ],
    ],
    [
      'Mo-Fr 09:00-12:00; PH off; 2026 Dec 25 off "inventaire"; 2027 Jan 1 09:00-10:00',
      '2026-12-20',
      ['Fermé vendredi 25 décembre (Noël, inventaire)', 'Vendredi 1er janvier (jour de l’An) : 9 h – 10 h'],
    ],
  ])('%s', (text, from, expected) => {
    const stored = hours(text);
    if (stored?.etat !== 'lu') throw new Error('not read');
    const found = listEcarts(stored, { from: parseLocalDate(from) ?? 0, days: 30 });
    expect(found.map((sentence) => sentence.replace(/\s/g, ' '))).toEqual(expected);
  });
});

test('hours that never end are told as such, by a stop as by a day to come', () => {
  const day = parseLocalDate(MARDI) ?? 0;
  const stop = passageOn(etape('24/7'), { day, instant: new Date(`${MARDI}T10:00+01:00`), lieu: 'Bus' });
  expect(stop?.sentence.replace(/\s/g, ' ')).toBe('Passage du bus aujourd’hui, 24 h sur 24');
  const stored = hours('Tu 09:00-12:00; 2026 Dec 1 00:00-24:00');
  if (stored?.etat !== 'lu') throw new Error('not read');
  expect(listEcarts(stored, { from: day, days: 1 }).join().replace(/\s/g, ' ')).toBe(
    'Mardi 1er décembre : 24 h sur 24',
  );
});

test('a week of dates alone says why a day is closed', () => {
  const stored = hours('2026 Dec 21-23 09:00-12:00; 2026 Dec 22 off "travaux"');
  if (stored?.etat !== 'lu') throw new Error('not read');
  const days = comingDays(stored, parseLocalDate('2026-12-21') ?? 0);
  expect(days.slice(0, 4).map(({ heures }) => heures.replace(/\s/g, ' '))).toEqual([
    '9 h – 12 h',
    'fermé (travaux)',
    '9 h – 12 h',
    'fermé',
  ]);
});

test('the next comings of several stops are in order, each on the clock of its stop, those that are over left out', () => {
  const noumea = { code_insee: '98818', code_postal: '98800', latitude: null, longitude: null };
  const stops = [
    etape('Tu 14:00-16:00,17:00-18:00'),
    { horaires: hours('We 09:00-10:00', noumea), fuseau: 'Pacific/Noumea', etape: { nom: 'Marina', commune: null } },
  ];
  // In Nouméa it is Wednesday, 3:30 in the morning.
  const venues = listVenues(stops, new Date(`${MARDI}T17:30+01:00`), { count: 3 });
  expect(venues.map(({ passage, debut, enCours }) => [passage.etape.nom, debut, enCours])).toEqual([
    ['Place de la Mairie', 1020, true],
    ['Marina', 540, false],
    ['Place de la Mairie', 840, false],
  ]);
});

test('a coming is named after what comes', () => {
  const said = (lieu: string, day = 20_788) =>
    passageOn(etape('Tu 14:00-16:00'), { day, instant: new Date(`${MARDI}T08:00+01:00`), lieu })?.sentence;
  expect(said('Le Bus numérique')).toContain('Passage du bus aujourd’hui');
  expect(said('Conseiller de Bazas')).toMatch(/^Passage aujourd’hui/);
  expect(said('Le Bus numérique', 20_781)).toMatch(/^Passage du bus terminé, mardi 24 novembre, de 14\sh à 16\sh$/);
  expect(nomDeLEtape({ nom: 'Mairie de BAZAS', commune: 'Bazas' })).toBe('Mairie de BAZAS');
});

test.each([
  ['0556000000', ['a@b.fr'], 'horaires du lieu, appelez avant de venir'],
  [null, ['a@b.fr'], 'horaires du lieu, écrivez avant de venir'],
  [null, [], 'horaires du lieu, renseignez-vous avant de venir'],
])('telephone %s, mail %j: %s', (telephone, courriels, expected) => {
  expect(avecSonContact('horaires du lieu, appelez avant de venir', contactOf({ telephone, courriels }))).toBe(
    expected,
  );
});

test('hours do not make a lieu reachable that receives nobody', () => {
  const none = { aides: false, passages: false, rdv: false };
  const closed = { horaires: '24/7', modalites_acces: ["Ce lieu n'accueille pas de public"] };
  expect(isInjoignable(lieuFrom(closed), none)).toBe(true);
  expect(isInjoignable(lieuFrom(closed), { ...none, aides: true })).toBe(true);
  expect(isInjoignable(lieuFrom(closed), { ...none, passages: true })).toBe(false);
  expect(isInjoignable(lieuFrom(closed), { ...none, rdv: true })).toBe(false);
  expect(isInjoignable(lieuFrom({ ...closed, telephone: '+33556000000' }), none)).toBe(false);
  expect(isInjoignable(lieuFrom({ ...closed, site_web: ['https://b.fr'] }), none)).toBe(false);
});

test('a lieu is out of reach only where it gives nothing at all', () => {
  const none = { aides: false, passages: false, rdv: false };
  expect(isInjoignable(lieuFrom({ nom: 'X' }), none)).toBe(true);
  for (const contact of [
    { telephone: '+33556000000' },
    { courriels: ['a@b.fr'] },
    { site_web: ['https://b.fr'] },
    { prise_rdv: 'https://b.fr' },
    { horaires: 'demandez' },
  ]) {
    expect(isInjoignable(lieuFrom(contact), none)).toBe(false);
  }
  for (const offer of ['aides', 'passages', 'rdv']) {
    expect(isInjoignable(lieuFrom({}), { ...none, [offer]: true })).toBe(false);
  }
  expect(isSansPublic(['Téléphoner', "Ce lieu n'accueille pas de public"])).toBe(true);
  expect(isSansPublic(['Se présenter'])).toBe(false);
});
