import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
import { understandHoraires, understandRanges, whyUnread } from '#app/domain/horaires/slips.ts';
import { HAS_REAL_TEXTS, realTexts } from './textes-reels.ts';

describe('what people write, and what it means', () => {
  test.each([
    // The issue's own list.
    ['lundi 9h-12h / 14h-17h', 'Mo 09:00-12:00,14:00-17:00'],
    ['lundi au vendredi 8h30 à 12h', 'Mo-Fr 08:30-12:00'],
    ['mardi 9h12h / 14h-17h', 'Tu 09:00-12:00,14:00-17:00'],
    ['Lundi de 9 à 17 h', 'Mo 09:00-17:00'],
    ['1er samedi du mois 10h-12h', 'Sa[1] 10:00-12:00'],
    ['Du lundi au vendredi de 9h à 12h et de 14h à 17h. Fermé le mercredi', 'Mo,Tu,Th,Fr 09:00-12:00,14:00-17:00'],
    ['Lu-Ve 9h-12h', 'Mo-Fr 09:00-12:00'],
    ['Lu, Ma, Je : 9h-12h / Me 14h-17h', 'Mo,Tu,Th 09:00-12:00; We 14:00-17:00'],
    ['lundi 0h-24h', 'Mo 00:00-24:00'],
    ['lundi au vendredi 9h-12h (fermé les jours fériés )', 'Mo-Fr 09:00-12:00; PH off'],
    ['24/7', '24/7'],
    ['24h/24 7j/7', '24/7'],
    ['7j/7 et 24h/24', '24/7'],
    // Days.
    [
      'du lundi au jeudi de 9h à 12h et de 14h à 17h30, le vendredi 9h-12h',
      'Mo-Th 09:00-12:00,14:00-17:30; Fr 09:00-12:00',
    ],
    ['Lun-Ven 9h-17h', 'Mo-Fr 09:00-17:00'],
    ['lun. au ven. 9h-17h', 'Mo-Fr 09:00-17:00'],
    ['Lun, Mar, Jeu 9h-12h', 'Mo,Tu,Th 09:00-12:00'],
    ['lundi, mardi et jeudi : 9h-12h', 'Mo,Tu,Th 09:00-12:00'],
    ['lundi-vendredi 10h-12h', 'Mo-Fr 10:00-12:00'],
    ['mar-mer-jeu 10h-12h', 'Tu-Th 10:00-12:00'],
    ['les mardis et jeudis de 14h à 16h', 'Tu,Th 14:00-16:00'],
    ['tous les lundis 14h-16h', 'Mo 14:00-16:00'],
    ['chaque mercredi de 14h à 16h', 'We 14:00-16:00'],
    ['Tous les jours 10h – 18h', 'Mo-Su 10:00-18:00'],
    ['7j/7 de 8h à 20h', 'Mo-Su 08:00-20:00'],
    ['7 jours sur 7 8h-20h', 'Mo-Su 08:00-20:00'],
    ['tous les jours sauf mercredi 9h-12h', 'Mo,Tu,Th-Su 09:00-12:00'],
    ['du lundi au vendredi sauf le mercredi, 9h-12h', 'Mo,Tu,Th,Fr 09:00-12:00'],
    ['du lundi au samedi sauf mardi et jeudi de 9h à 12h', 'Mo,We,Fr,Sa 09:00-12:00'],
    ['du lundi au vendredi 9h-12h sauf mercredi', 'Mo,Tu,Th,Fr 09:00-12:00'],
    ['lundi au vendredi 9h-12h sauf le mardi', 'Mo,We-Fr 09:00-12:00'],
    ['le week-end 10h-12h', 'Sa,Su 10:00-12:00'],
    ['weekend 10h-12h', 'Sa,Su 10:00-12:00'],
    ['Samedi 9h-12h, dimanche fermé', 'Sa 09:00-12:00'],
    ['lundi 9h-12h mardi 14h-17h', 'Mo 09:00-12:00; Tu 14:00-17:00'],
    ['lundi 9h-12h et mardi 14h-17h', 'Mo 09:00-12:00; Tu 14:00-17:00'],
    ['Lundi : 9h-12h\nMardi : 14h-17h', 'Mo 09:00-12:00; Tu 14:00-17:00'],
    ['• Lundi : 9h-12h\n• Mardi : 14h-17h', 'Mo 09:00-12:00; Tu 14:00-17:00'],
    ['- Lundi : 9h-12h\n- Mardi : 14h-17h', 'Mo 09:00-12:00; Tu 14:00-17:00'],
    ['* Lundi : 9h-12h\n* Mardi : fermé', 'Mo 09:00-12:00'],
    ['Lundi | 9h-12h | Mardi | 14h-17h', 'Mo 09:00-12:00; Tu 14:00-17:00'],
    ['Lundi 9h-12h -- Mardi 14h-17h', 'Mo 09:00-12:00; Tu 14:00-17:00'],
    ['tous les jours fermé', 'Mo-Su off'],
    // Hours.
    ['lundi 8H30-12H', 'Mo 08:30-12:00'],
    ['lundi 8.30 - 12.00', 'Mo 08:30-12:00'],
    ['lundi 08:30 - 12:00', 'Mo 08:30-12:00'],
    ['lundi 9-12h', 'Mo 09:00-12:00'],
    ['lundi 9-12h et 14-17h', 'Mo 09:00-12:00,14:00-17:00'],
    ['lundi de 9h à midi', 'Mo 09:00-12:00'],
    ['samedi de midi à minuit', 'Sa 12:00-24:00'],
    ['vendredi 20h-minuit', 'Fr 20:00-24:00'],
    ['vendredi 22h-2h', 'Fr 22:00-02:00'],
    ['lundi 9 h 30 – 12 h', 'Mo 09:30-12:00'],
    ['lundi 9 heures à 12 heures', 'Mo 09:00-12:00'],
    ['lundi 9heures30 à 12heures', 'Mo 09:30-12:00'],
    ['lundi 9hà12h', 'Mo 09:00-12:00'],
    ['Lundi : 9h/12h - 14h/17h', 'Mo 09:00-12:00,14:00-17:00'],
    ['lundi 9h/12h et 14h/17h', 'Mo 09:00-12:00,14:00-17:00'],
    ['lundi 9h à 12h puis de 14h à 17h', 'Mo 09:00-12:00,14:00-17:00'],
    ['lundi 9h-12h & 14h-17h', 'Mo 09:00-12:00,14:00-17:00'],
    ['lundi 9h-12h &amp; 14h-17h', 'Mo 09:00-12:00,14:00-17:00'],
    ['lundi 9h-12h 14h-17h', 'Mo 09:00-12:00,14:00-17:00'],
    ['lundi 9h-12h, 14h-17h', 'Mo 09:00-12:00,14:00-17:00'],
    ['lundi 9h-12h _ 14h-17h', 'Mo 09:00-12:00,14:00-17:00'],
    ['lundi 09 h 00 - 12 h 00', 'Mo 09:00-12:00'],
    ['LUNDI 09h00 – 12h00', 'Mo 09:00-12:00'],
    ['LUNDI\u00a0: 9H–12H', 'Mo 09:00-12:00'],
    ['lundi 9\u202fh\u202f‐\u202f12\u202fh', 'Mo 09:00-12:00'],
    ['lundi 9h−12h', 'Mo 09:00-12:00'],
    ['lundi 9h12-12h10', 'Mo 09:12-12:10'],
    ['lundi 10h-13h-', null],
    ['lundi 9h-11h / 11h-12h', 'Mo 09:00-12:00'],
    ['lundi 9h-18h sans interruption', 'Mo 09:00-18:00'],
    ['lundi 9h-18h (journée continue)', 'Mo 09:00-18:00'],
    ['lundi en journée continue de 9h à 18h', 'Mo 09:00-18:00'],
    ['jeudi 9h - 18h (non stop)', 'Th 09:00-18:00'],
    ['lundi matin 9h-12h', 'Mo 09:00-12:00'],
    ['lundi après-midi : 14h-17h', 'Mo 14:00-17:00'],
    ['lundi soir 18h-20h', 'Mo 18:00-20:00'],
    ['lundi matin 9h-12h, lundi après-midi 14h-17h', 'Mo 09:00-12:00,14:00-17:00'],
    // Closed.
    ['Lundi fermé ; mardi 9h-12h', 'Tu 09:00-12:00'],
    ['Lundi fermé toute la journée ; mardi 9h-12h', 'Tu 09:00-12:00'],
    ['mardi 9h-12h ; fermé : mercredi', 'Tu 09:00-12:00'],
    ['Lundi : fermé le matin / 13h45-17h30', 'Mo 13:45-17:30'],
    ['Lundi 9h-12h / fermé', 'Mo 09:00-12:00'],
    ['Lundi fermé / 14h-18h', 'Mo 14:00-18:00'],
    ['Lundi 9h-12h - fermé l’après-midi', 'Mo 09:00-12:00'],
    ['lundi non ouvert au public, mardi 9h-12h', 'Tu 09:00-12:00'],
    // Public holidays.
    ['Lundi au vendredi 9h-12h, fermé les jours fériés', 'Mo-Fr 09:00-12:00; PH off'],
    ['Lundi au vendredi 9h-12h sauf jours fériés', 'Mo-Fr 09:00-12:00; PH off'],
    ['Lundi au vendredi 9h-12h. Fermé dimanche et jours fériés', 'Mo-Fr 09:00-12:00; PH off'],
    ['tous les jours 9h-12h y compris les jours fériés', 'Mo-Su 09:00-12:00; PH Mo-Su 09:00-12:00'],
    // Ranks in the month.
    ['1er et 3ème lundi du mois de 14h à 17h', 'Mo[1,3] 14:00-17:00'],
    ['les 1er et 3e jeudis 14h-16h', 'Th[1,3] 14:00-16:00'],
    ['les 2e et 4e mardis du mois : 9h-12h', 'Tu[2,4] 09:00-12:00'],
    ['le premier mardi de chaque mois de 9h à 12h', 'Tu[1] 09:00-12:00'],
    ['dernier vendredi du mois 9h-12h', 'Fr[-1] 09:00-12:00'],
    ['2nd mercredi du mois 14h-16h', 'We[2] 14:00-16:00'],
    ['lundi au vendredi 9h-12h, 1er samedi du mois 10h-12h', 'Mo-Fr 09:00-12:00, Sa[1] 10:00-12:00'],
    ['lundi au vendredi 9h-12h, fermé le 1er lundi du mois', 'Mo-Fr 09:00-12:00; Mo[1] off'],
    ['lundi au vendredi 9h-12h sauf le 1er lundi du mois', 'Mo-Fr 09:00-12:00; Mo[1] off'],
    // Odd and even weeks.
    ['lundi 9h-12h semaines paires', 'week 2-52/2 Mo 09:00-12:00'],
    ['semaine impaire : lundi 9h-12h', 'week 1-53/2 Mo 09:00-12:00'],
    ['Jeudi Semaines impaires 14h à 17h', 'week 1-53/2 Th 14:00-17:00'],
    ['Mardi 17h-19h (semaines paires)', 'week 2-52/2 Tu 17:00-19:00'],
    ['lundi 9h-12h en semaine paire, mardi 14h-17h', 'Tu 14:00-17:00, week 2-52/2 Mo 09:00-12:00'],
    ['lundi 9h-12h, en semaine paire mardi 14h-17h', 'Mo 09:00-12:00, week 2-52/2 Tu 14:00-17:00'],
    ['les mercredis des semaines paires de 9h à 12h', 'week 2-52/2 We 09:00-12:00'],
    [
      'Semaine paire : lundi 9h-12h. Semaine impaire : mardi 14h-16h',
      'week 2-52/2 Mo 09:00-12:00, week 1-53/2 Tu 14:00-16:00',
    ],
    ['lundi au jeudi 9h-12h. Vendredi 9h-12h en semaine paire', 'Mo-Th 09:00-12:00, week 2-52/2 Fr 09:00-12:00'],
    // Seasons, school holidays, dates.
    [
      'du lundi au vendredi 9h-17h. Du 1er juillet au 31 août : du lundi au vendredi 9h-12h',
      'Mo-Fr 09:00-17:00; Jul-Aug Mo-Fr 09:00-12:00',
    ],
    [
      'du lundi au vendredi 9h-17h. En juillet et août, du lundi au vendredi 9h-12h',
      'Mo-Fr 09:00-17:00; Jul-Aug Mo-Fr 09:00-12:00',
    ],
    ['juillet-août : lundi au vendredi 9h-12h', 'Jul-Aug Mo-Fr 09:00-12:00'],
    ['de septembre à juin : lundi 9h-12h, mardi 14h-17h', 'Sep-Jun Mo 09:00-12:00, Sep-Jun Tu 14:00-17:00'],
    ['lundi au vendredi 9h-12h, fermé en août', 'Mo-Fr 09:00-12:00; Aug off'],
    ['lundi au vendredi 9h-12h. Fermé du 1er au 15 août', 'Mo-Fr 09:00-12:00; Aug 1-15 off'],
    ['lundi au vendredi 9h-12h. Fermeture du 24 décembre au 2 janvier', 'Mo-Fr 09:00-12:00; Dec 24-Jan 2 off'],
    ['lundi au vendredi 9h-12h, fermé le 24 décembre 2026', 'Mo-Fr 09:00-12:00; 2026 Dec 24 off'],
    ['lundi au vendredi 9h-12h, fermé du 24 au 26 décembre 2026', 'Mo-Fr 09:00-12:00; 2026 Dec 24-26 off'],
    [
      'lundi au vendredi 9h-12h, fermé du 24 décembre au 2 janvier 2027',
      'Mo-Fr 09:00-12:00; 2026 Dec 24-2027 Jan 2 off',
    ],
    ['lundi au vendredi 9h-12h ; le 31 décembre 2026 9h-11h', 'Mo-Fr 09:00-12:00; 2026 Dec 31 09:00-11:00'],
    ['lundi au vendredi 9h-12h, fermé pendant les vacances scolaires', 'Mo-Fr 09:00-12:00; SH off'],
    ['lundi au vendredi 9h-12h sauf vacances scolaires', 'Mo-Fr 09:00-12:00; SH off'],
    ['lundi et mardi 9h-12h en période scolaire', 'Mo,Tu 09:00-12:00; SH off'],
    ['mercredi 14h-16h hors vacances scolaires', 'We 14:00-16:00; SH off'],
    ['Pendant les vacances scolaires : du lundi au vendredi de 10h à 19h', 'SH Mo-Fr 10:00-19:00'],
    [
      'En période scolaire :\nMercredi et samedi : de 13h00 à 18h00\n\nPendant les vacances scolaires :\nDu lundi au vendredi : de 10h00 à 19h00',
      'We,Sa 13:00-18:00; SH Mo-Fr 10:00-19:00; SH Sa off',
    ],
    // By appointment.
    ['Lundi sur rendez-vous ; mardi 9h-12h', 'Mo "sur rendez-vous"; Tu 09:00-12:00'],
    ['lundi 9h-12h sur rdv', 'Mo 09:00-12:00 "sur rendez-vous"'],
    ['lundi 9h-12h (sur rendez-vous)', 'Mo 09:00-12:00 "sur rendez-vous"'],
    ['lundi uniquement sur RDV 9h-12h', 'Mo 09:00-12:00 "sur rendez-vous"'],
    ['sur rendez-vous le lundi de 9h à 12h', 'Mo 09:00-12:00 "sur rendez-vous"'],
    ['lundi 9h-12h sans rendez-vous', 'Mo 09:00-12:00'],
    ['lundi 9h-12h avec ou sans rdv', 'Mo 09:00-12:00'],
    ['lundi 9h-12h sur inscription', 'Mo 09:00-12:00 "sur inscription"'],
    ['lundi 9h-12h, mardi 14h-17h sur rdv', 'Mo 09:00-12:00; Tu 14:00-17:00 "sur rendez-vous"'],
    ['sur RDV', '"sur rendez-vous"'],
    ['Sur rendez-vous uniquement', '"sur rendez-vous"'],
    ['Sur RDV : 02.47.74.56.08', '"sur rendez-vous au 02 47 74 56 08"'],
    // Words around.
    ["Horaires d'ouverture : lundi 9h-12h", 'Mo 09:00-12:00'],
    ['Ouvert du lundi au vendredi de 9h à 12h', 'Mo-Fr 09:00-12:00'],
    ['Ouverture au public : lundi 9h-12h', 'Mo 09:00-12:00'],
    ['Accueil du public du lundi au vendredi de 9h à 12h', 'Mo-Fr 09:00-12:00'],
    ['Mardi permanence de 9h à 12h', 'Tu 09:00-12:00'],
    ['Mo-Th 10h00-12h30,13h30-17h00; We off', 'Mo-Th 10:00-12:30,13:30-17:00; We off'],
  ])('%s → %s', (text, osm) => {
    const result = understandHoraires(text);
    expect(result.ok ? result.osm : null).toBe(osm);
    if (result.ok) expect(parseHoraires(result.osm).ok).toBe(true);
  });

  test.each([['lundi 9h-12h', 'mercredi 9h-12h']])('a decomposed accent is the same letter', (text) => {
    expect(understandHoraires(`${text}, ferme\u0301 le mardi`)).toEqual(understandHoraires(`${text}, fermé le mardi`));
  });
});

describe('what is not clear is asked, with its place and the readings that are possible', () => {
  test.each<[text: string, position: number, message: string, readings?: string[]]>([
    [
      '9h-12h / 14h-17h',
      0,
      'quels jours',
      ['Mo-Fr 09:00-12:00,14:00-17:00', 'Mo-Sa 09:00-12:00,14:00-17:00', 'Mo-Su 09:00-12:00,14:00-17:00'],
    ],
    ['de 9 à 17 h', 3, 'quels jours', ['Mo-Fr 09:00-17:00', 'Mo-Sa 09:00-17:00', 'Mo-Su 09:00-17:00']],
    ['lundi 14 18 h', 6, '14', ['Mo 14:00-18:00']],
    ['mardi 12h3019h', 6, '12', ['Tu 12:30-19:00']],
    ['lundi 9h, 12h', 6, 'quelle heure'],
    ['lundi 9h-12h-14h', 13, 'quelle heure'],
    ['lundi 9h', 6, 'quelle heure'],
    ['lundi 9h-', 9, 'heure de fin'],
    ['lundi 3-11 h', 6, 'ne se suivent pas'],
    ['lundi 12h-9h', 6, 'ne se suivent pas'],
    ['lundi 9h-12h, 11h-14h', 14, 'ne se suivent pas'],
    ['lundi 25h-26h', 6, 'n’existe pas'],
    ['lundi 9h75-12h', 6, 'n’existe pas'],
    ['lundi 9h-12h, lundi 14h-17h', 14, 'deux fois', ['Mo 09:00-12:00,14:00-17:00', 'Mo 14:00-17:00']],
    ['lundi au vendredi 9h-12h, mardi 9h-11h', 26, 'deux fois', ['Mo,We-Fr 09:00-12:00; Tu 09:00-11:00']],
    ['lundi 9h-12h ou 14h-17h', 13, '« ou »', ['Mo 09:00-12:00,14:00-17:00']],
    ['lundi ou mardi 9h-12h', 6, '« ou »', ['Mo,Tu 09:00-12:00']],
    ['du lundi au vendredi de 9h à 12h et de', 36, 'coupé'],
    [
      'lundi 9h-12h / 14h-17h sur rdv',
      23,
      'rendez-vous',
      ['Mo 09:00-12:00,14:00-17:00 "sur rendez-vous"', 'Mo 09:00-12:00, Mo 14:00-17:00 "sur rendez-vous"'],
    ],
    ['mercredi', 8, 'heures'],
    ['Du lundi au vendredi', 20, 'heures'],
    ['lundi au vendredi matin', 23, 'Le matin'],
    ['sur rendez-vous le lundi matin', 0, 'Le matin'],
    ['lundi après-midi sur rdv', 0, 'L’après-midi'],
    ['lundi matin 14h-17h', 0, 'moment de la journée'],
    ['lundi fermé le matin', 20, 'reste de la journée'],
    ['Fermé le mercredi', 17, 'jours d’ouverture'],
    ['Fermé les jours fériés', 22, 'jours d’ouverture'],
    ['lundi fermé 14h-18h', 12, 'ouvert ou fermé'],
    ['fermé lundi 9h-12h', 12, 'ouvert ou fermé'],
    ['lundi 9h-12h, fermé le lundi, fermé le lundi', 30, 'puis de nouveau'],
    ['Tous les jours 10h – 18h sauf', 25, 'quels jours'],
    ['du lundi au vendredi 9h-17h sauf le mercredi 9h-12h', 45, 'ouvert ou fermé'],
    ['lundi 9h-12h, ouvert les jours fériés', 37, 'heures'],
    ['lundi 9h-12h semaine paire mardi 14h-17h', 13, 'ce qui précède ou pour ce qui suit'],
    ['1er samedi 10h-12h', 0, 'quel mois'],
    ['samedi 9h à 12h fermé dernier samedi', 16, 'quel mois'],
    [
      'Mercredi 10h à 12h une semaine sur deux',
      19,
      'paires ou impaires',
      ['week 2-52/2 We 10:00-12:00', 'week 1-53/2 We 10:00-12:00'],
    ],
    [
      'Mardi 9h-12h (un mardi sur deux)',
      13,
      'paires ou impaires',
      ['week 2-52/2 Tu 09:00-12:00', 'week 1-53/2 Tu 09:00-12:00'],
    ],
    [
      'lundi 14h-16h tous les 15 jours',
      14,
      'paires ou impaires',
      ['week 2-52/2 Mo 14:00-16:00', 'week 1-53/2 Mo 14:00-16:00'],
    ],
    ['mardi 9h-12h 1 fois par mois', 13, 'Quel jour du mois'],
    ['lundi 9h-12h, semaine paire lundi 14h-17h', 14, 'en plus, ou à la place'],
    ['lundi 9h-12h, mardi 14h-17h en août', 14, 'jours d’avant'],
    [
      'lundi 9h-12h. En août : mardi 14h-16h. Jeudi 9h-12h',
      39,
      'toute l’année',
      ['Mo 09:00-12:00, Aug Tu 14:00-16:00, Aug Th 09:00-12:00', 'Mo,Th 09:00-12:00, Aug Tu 14:00-16:00'],
    ],
    ['du lundi au vendredi 9h-17h. En août, du lundi au jeudi 9h-12h', 29, 'Et le vendredi'],
    ['en août 9h-12h', 0, 'quels jours'],
    ['lundi 9h-12h, fermé le 31 février', 20, 'n’existe pas'],
    ['lundi 9h-12h pendant les vacances', 13, '« pendant »'],
    ['mardi 9h à 12h et sur rendez-vous ; mercredi 14h-16h', 18, 'quels jours'],
    ['voir avec la mairie', 0, '« voir »'],
    ['lundi 9h-12h (porte B)', 13, '« ( »'],
    ['lundi 9h-12h, standard téléphonique 14h-17h', 14, '« standard »'],
    ['vendredi au lundi 9h-12h', 0, 'Quels jours exactement'],
    ['lundi, lundi 9h-12h', 0, 'nommé deux fois'],
    ['Mo 09:00-12:00-14:00', 14, 'heure de trop'],
    ['Mo 08:22', 8, 'heure de fin'],
    ['', 0, 'jours d’ouverture'],
  ])('%s', (text, position, message, readings = []) => {
    const result = understandHoraires(text);
    if (result.ok) throw new Error(`understood as ${result.osm}`);
    expect(result.message).toContain(message);
    expect(result.position).toBe(position);
    expect((result.readings ?? []).map(({ osm }) => osm)).toEqual(readings);
    for (const { osm, label } of result.readings ?? []) {
      expect(parseHoraires(osm).ok).toBe(true);
      expect(label).not.toBe('');
    }
  });
});

describe('the hours of one day', () => {
  test.each([
    [
      '9h-12h / 14h-17h',
      [
        [540, 720],
        [840, 1020],
      ],
    ],
    ['de 9 à 17 h', [[540, 1020]]],
    [
      '9-12h, 14-17h',
      [
        [540, 720],
        [840, 1020],
      ],
    ],
    ['9h12h', [[540, 720]]],
    ['08:30 - 12:00', [[510, 720]]],
    [
      'de 9h à midi puis de 14h à 17h',
      [
        [540, 720],
        [840, 1020],
      ],
    ],
    ['22h-2h', [[1320, 1560]]],
    ['fermé', []],
  ])('%s', (text, expected) => {
    const result = understandRanges(text);
    expect(result.ok && result.ranges.map(({ start, end }) => [start, end])).toEqual(expected);
  });

  test.each([
    ['14 18 h', 0],
    ['9h', 0],
    ['lundi 9h-12h', 0],
    ['9h-12h mardi', 7],
    ['24/7', 0],
    ['', 0],
  ])('%s is refused with its place', (text, position) => {
    expect(understandRanges(text)).toMatchObject({ ok: false, position });
  });

  test('a day that is named in the field of a day is what is wrong, not the hours beside it', () => {
    expect(understandRanges('lundi 9h-12h')).toMatchObject({
      message: 'Seules les heures de ce jour sont attendues ici.',
    });
  });

  test('by appointment', () => {
    expect(understandRanges('9h-12h sur rdv')).toMatchObject({ ok: true, rendezVous: true });
  });
});

test.each([
  ['Fermé le mercredi', 17, 'jours d’ouverture'],
  ['lundi 9h-12h, mardi blabla', 20, 'blabla'],
  ['week 1-53/2 Tu 09:00', 20, 'heure de fin'],
  ['Mo-Fr 09:00-12:00; Sa matin', 22, 'matin'],
])('%s: the reason is that of the reading that goes further', (text, position, reason) => {
  expect(whyUnread(text)).toEqual({ position, message: expect.stringContaining(reason) });
});

const WORDS = [
  ...'lundi mardi dimanche lun. Mo-Fr 9h 12h 9h30 08:00 14 18h midi minuit - – / , ; . : ( ) et ou de du au à le les'.split(
    ' ',
  ),
  ...'1er 3e du#mois fermé sauf rdv sur#rdv semaines#paires une#semaine#sur#deux en#août du#1er#au#15#juillet 24/7 7j/7'.split(
    ' ',
  ),
  ...'vacances#scolaires période#scolaire jours#fériés matin après-midi 24#décembre#2026 PH off " week 2-52/2 [1] + é \u0301 😀'.split(
    ' ',
  ),
].map((word) => word.replaceAll('#', ' '));
const phrase = fc
  .array(fc.constantFrom(...WORDS, ' ', '\n'), { maxLength: 120 })
  .map((words) => words.join(' ').slice(0, 500));
const anything = fc.oneof(fc.string({ maxLength: 500, unit: 'binary' }), fc.string({ maxLength: 500 }), phrase, phrase);

test('no text of up to 500 characters throws; a refusal has its place, what is understood reads', () => {
  fc.assert(
    fc.property(anything, (text) => {
      for (const result of [understandHoraires(text), understandRanges(text)]) {
        if (result.ok) {
          if ('osm' in result) expect(parseHoraires(result.osm).ok).toBe(true);
          continue;
        }
        expect(result.message).not.toBe('');
        expect(result.position).toBeGreaterThanOrEqual(0);
        expect(result.position).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 1500 },
  );
}, 60_000);

test.skipIf(!HAS_REAL_TEXTS)(
  'at least 10,750 of the 11,275 real rows are read or understood, each into a text that reads',
  () => {
    let [read, understood, rows, all] = [0, 0, 0, 0];
    for (const { text, rows: count } of realTexts()) {
      all += count;
      const slip = parseHoraires(text).ok ? null : understandHoraires(text);
      if (slip === null) read++;
      else if (slip.ok) {
        understood++;
        if (!parseHoraires(slip.osm).ok) throw new Error(`${text} → ${slip.osm}`);
      } else continue;
      rows += count;
    }
    console.info(`real texts: ${read} in the grammar, ${understood} understood, ${rows} of ${all} rows`);
    expect(rows).toBeGreaterThanOrEqual(10_750);
  },
  60_000,
);
