import { describe, expect, test } from 'vitest';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
import { understandHoraires, understandRanges } from '#app/domain/horaires/slips.ts';

/** How far a word reaches: what a dash joins, what a heading holds for, what a closure closes. Clear, it is understood; else it is asked. */
describe('days', () => {
  test.each([
    ['Lu-Me, Ve-Di 10h-18h', 'Mo-We,Fr-Su 10:00-18:00'],
    ['lundi-mercredi, vendredi-dimanche 9h-12h', 'Mo-We,Fr-Su 09:00-12:00'],
    ['lun-mer et ven-dim : 10h-18h', 'Mo-We,Fr-Su 10:00-18:00'],
    ['lun-mar-jeu, sam-dim 9h-12h', 'Mo,Tu,Th,Sa,Su 09:00-12:00'],
    ['Lundi > Vendredi : 9h-17h', 'Mo-Fr 09:00-17:00'],
    ['lundi => vendredi 9h-17h', 'Mo-Fr 09:00-17:00'],
    ['lundi → vendredi 9h → 17h', 'Mo-Fr 09:00-17:00'],
    ['lundi --> vendredi 9h-17h', 'Mo-Fr 09:00-17:00'],
    ['L-V 9h-17h', 'Mo-Fr 09:00-17:00'],
    ['L-S 9h-17h', 'Mo-Sa 09:00-17:00'],
    ['lundi/mardi 9h-12h', 'Mo,Tu 09:00-12:00'],
    ['Lun/mar/sam: 14h30/17h30 mer/ven: 9h30/12h30', 'Mo,Tu,Sa 14:30-17:30; We,Fr 09:30-12:30'],
    ['1er au 3e samedi du mois 9h-12h', 'Sa[1,2,3] 09:00-12:00'],
    ['mercredi et samedi. : 9h à 12h', 'We,Sa 09:00-12:00'],
    ['Tous les matins du lundi au vendredi de 9h à 12h', 'Mo-Fr 09:00-12:00'],
    ['Sa 10h-12h et 14h-17h', 'Sa 10:00-12:00,14:00-17:00'],
    ['Sa et Di 10h-12h', 'Sa,Su 10:00-12:00'],
    ['Mo-Fr 9h-12h / 14h-17h', 'Mo-Fr 09:00-12:00,14:00-17:00'],
  ])('%s → %s', expectUnderstood);

  test.each([
    [
      'lundi/vendredi 9h-17h',
      'Le lundi et le vendredi, ou du lundi au vendredi ?',
      ['Mo,Fr 09:00-17:00', 'Mo-Fr 09:00-17:00'],
    ],
    [
      'lundi vendredi 9h-12h',
      'Le lundi et le vendredi, ou du lundi au vendredi ?',
      ['Mo,Fr 09:00-12:00', 'Mo-Fr 09:00-12:00'],
    ],
    ['1er - 3e samedi du mois 9h-12h', 'Quel jour de quel mois ?', []],
    [
      'Un samedi sur deux 9h-12h',
      'Quelles semaines : paires ou impaires ?',
      ['week 2-52/2 Sa 09:00-12:00', 'week 1-53/2 Sa 09:00-12:00'],
    ],
  ])('%s is asked about', expectAsked);
});

describe('headings, and what is like another day', () => {
  test.each([
    [
      'Sur rendez-vous : lundi 9h-12h, mardi 14h-17h',
      'Mo 09:00-12:00 "sur rendez-vous"; Tu 14:00-17:00 "sur rendez-vous"',
    ],
    [
      'Lundi 9h-12h. Sur rendez-vous : mardi 9h-12h, jeudi 14h-17h',
      'Mo 09:00-12:00; Tu 09:00-12:00 "sur rendez-vous"; Th 14:00-17:00 "sur rendez-vous"',
    ],
    ['Sur rendez-vous : lundi 9h-12h, mardi 14h-17h sans rdv', 'Mo 09:00-12:00 "sur rendez-vous"; Tu 14:00-17:00'],
    ['Mardi 9h-12h sans RDV et 14h-17h sur RDV', 'Tu 09:00-12:00, Tu 14:00-17:00 "sur rendez-vous"'],
    [
      'Semaine paire :\nlundi 9h-12h\nmardi 14h-17h\nSemaine impaire :\nlundi 14h-17h',
      'week 2-52/2 Mo 09:00-12:00, week 2-52/2 Tu 14:00-17:00, week 1-53/2 Mo 14:00-17:00',
    ],
    ['lundi 9h-12h\nSemaine impaire :\nmercredi 14h-17h', 'Mo 09:00-12:00, week 1-53/2 We 14:00-17:00'],
    ['lundi 9h-12h semaines paires\nmardi 14h-17h', 'Tu 14:00-17:00, week 2-52/2 Mo 09:00-12:00'],
    ['lundi 9h-12h\nPendant les vacances scolaires\nmardi 14h-17h', 'Mo 09:00-12:00, SH Tu 14:00-17:00'],
    ['lundi 9h-12h (sem. paires)', 'week 2-52/2 Mo 09:00-12:00'],
    ['du lundi au vendredi 9h-12h 14h-17h, samedi matin idem', 'Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00'],
    [
      'Lundi 9h-12h. Horaires d’été du 1er juillet au 31 août : lundi 10h-12h',
      'Mo 09:00-12:00; Jul-Aug Mo 10:00-12:00',
    ],
  ])('%s → %s', expectUnderstood);

  test.each([
    [
      'Sur rdv du lundi au jeudi 9h-12h et vendredi 14h-17h',
      'Sur rendez-vous aussi à ces heures-là ?',
      [
        'Mo-Th 09:00-12:00 "sur rendez-vous"; Fr 14:00-17:00 "sur rendez-vous"',
        'Mo-Th 09:00-12:00 "sur rendez-vous"; Fr 14:00-17:00',
      ],
    ],
    [
      'Sur rendez-vous : lundi 9h-12h. Mardi 14h-17h',
      'Sur rendez-vous aussi à ces heures-là ?',
      [
        'Mo 09:00-12:00 "sur rendez-vous"; Tu 14:00-17:00 "sur rendez-vous"',
        'Mo 09:00-12:00 "sur rendez-vous"; Tu 14:00-17:00',
      ],
    ],
    [
      'Semaine paire : lundi 9h-12h. Du mardi au vendredi 14h-17h.',
      'Est-ce aussi ces semaines-là seulement, ou chaque semaine ?',
      ['week 2-52/2 Mo 09:00-12:00, week 2-52/2 Tu-Fr 14:00-17:00', 'Tu-Fr 14:00-17:00, week 2-52/2 Mo 09:00-12:00'],
    ],
    [
      'lundi 9h-12h semaines paires, mardi idem',
      'Comme ce jour-là : aux mêmes périodes aussi, ou seulement aux mêmes heures ?',
      ['week 2-52/2 Mo,Tu 09:00-12:00', 'Tu 09:00-12:00, week 2-52/2 Mo 09:00-12:00'],
    ],
    [
      'mardi 9h-12h sauf vacances scolaires, jeudi idem',
      'Comme ce jour-là : aux mêmes périodes aussi, ou seulement aux mêmes heures ?',
      ['Tu,Th 09:00-12:00; SH off', 'Tu,Th 09:00-12:00; SH Tu off'],
    ],
    ['1er lundi du mois 9h-12h, mardi idem', 'Chaque semaine, ou un jour du mois ?', []],
    ['lundi 14h-17h, samedi matin idem', 'De quelle heure à quelle heure ?', []],
  ])('%s is asked about', expectAsked);
});

describe('closures', () => {
  test.each([
    ['Fermé le lundi. Mardi au samedi 10h-18h', 'Tu-Sa 10:00-18:00'],
    ['fermé le lundi, ouvert du mardi au samedi 10h-18h', 'Tu-Sa 10:00-18:00'],
    ['lundi 9h-12h, fermé le 1er mai et le 25 décembre', 'Mo 09:00-12:00; May 1 off; Dec 25 off'],
    ['lundi 9h-12h, fermé les jours fériés et en août', 'Mo 09:00-12:00; Aug off; PH off'],
    ['lundi 9h-12h, fermé le dimanche, les jours fériés et en août', 'Mo 09:00-12:00; Aug off; PH off'],
    [
      'lundi 9h-12h, fermé du 1er août au 15 août et du 24 décembre au 1er janvier',
      'Mo 09:00-12:00; Aug 1-15 off; Dec 24-Jan 1 off',
    ],
    ['Lundi au samedi 9h-12h. En juillet et août : fermé le samedi', 'Mo-Sa 09:00-12:00; Jul-Aug Sa off'],
    ['Mardi\t9h-12h\tFermé\nMercredi\t9h-12h\t14h-17h', 'Tu 09:00-12:00; We 09:00-12:00,14:00-17:00'],
    ['Lundi\tFermé\t14h-18h', 'Mo 14:00-18:00'],
  ])('%s → %s', expectUnderstood);

  test.each([
    ['lundi 9h-12h. Fermeture exceptionnelle mercredi', 'À quelle date exactement ?', []],
    ['Lundi 9h-12h. Ouverture exceptionnelle samedi 9h-12h', 'À quelle date exactement ?', []],
    ['Lundi 9h-12h, fermeture exceptionnelle du 3 au 7 août', 'De quelle année ?', []],
    [
      'lundi au samedi 9h-12h 14h-17h, fermé le mercredi et le samedi après-midi',
      'Est-ce chacun de ces jours, ou le dernier seulement ?',
      [],
    ],
    [
      'lundi au samedi 9h-12h 14h-17h, fermé le mercredi, le samedi après-midi',
      'Est-ce chacun de ces jours, ou le dernier seulement ?',
      [],
    ],
    [
      'lundi au vendredi matin : 9h-12h ; après-midi : 14h-17h sauf mercredi',
      'Sauf ce jour-là toute la journée, ou une partie ?',
      [],
    ],
    ['fermé le lundi et en août mardi 9h-12h', 'Est-ce aussi fermé, ou est-ce pour ce qui suit ?', []],
    ['fermé le lundi et en août, mardi 9h-12h', 'Est-ce ouvert ou fermé à ces heures ?', []],
  ])('%s is asked about', expectAsked);
});

describe('hours and signs', () => {
  test.each([
    ['lundi entre 9h et 12h et entre 14h et 17h', 'Mo 09:00-12:00,14:00-17:00'],
    ['lundi 9h12-12h10', 'Mo 09:12-12:10'],
    ['lundi 08:12 - 14:18', 'Mo 08:12-14:18'],
    ['lundi 9h\uff0d12h', 'Mo 09:00-12:00'],
    ['lundi\u200b 9h\ufe5812h', 'Mo 09:00-12:00'],
    ['Lundi 9h-12h<br>Mardi 14h-17h<br/>Mercredi 9h-12h', 'Mo,We 09:00-12:00; Tu 14:00-17:00'],
  ])('%s → %s', expectUnderstood);

  test.each([
    [
      'lundi 9h12-14h18',
      'Est-ce une plage, ou deux dont les heures se touchent ?',
      ['Mo 09:00-12:00,14:00-18:00', 'Mo 09:12-14:18'],
    ],
    [
      'lundi 9h12/14h17',
      'Est-ce une plage, ou deux dont les heures se touchent ?',
      ['Mo 09:00-12:00,14:00-17:00', 'Mo 09:12-14:17'],
    ],
    [
      'du 1er juillet au 31 août 2027 : lundi au vendredi 9h-12h',
      'Ceci ne vaut que certains jours d’une période datée : écrivez chaque date à part, ou enlevez l’année si cela revient tous les ans.',
      [],
    ],
  ])('%s is asked about', expectAsked);

  test('the field of a day asks the same', () => {
    expect(understandRanges('9h12-14h18')).toMatchObject({ ok: false, position: 0 });
    expect(understandRanges('entre 9h et 12h')).toMatchObject({ ok: true, ranges: [{ start: 540, end: 720 }] });
  });
});

function expectUnderstood(text: string, osm: string): void {
  expect(understandHoraires(text)).toEqual({ ok: true, osm });
  expect(parseHoraires(osm).ok).toBe(true);
}

function expectAsked(text: string, message: string, readings: readonly string[]): void {
  const result = understandHoraires(text);
  if (result.ok) throw new Error(`understood as ${result.osm}`);
  expect(result.message).toBe(message);
  expect((result.readings ?? []).map(({ osm }) => osm)).toEqual(readings);
}
