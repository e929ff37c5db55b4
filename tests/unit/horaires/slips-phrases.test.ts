import { describe, expect, test } from 'vitest';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
import { understandHoraires, understandRanges } from '#app/domain/horaires/slips.ts';

/** What a secretary copies from the web page of a mairie, or types from the poster on its door. */
describe('dates as people write them', () => {
  test.each([
    ['lundi 9h-12h, fermé du 14/07 au 15/08', 'Mo 09:00-12:00; Jul 14-Aug 15 off'],
    ['lundi 9h-12h. Fermé le 24/12/2026', 'Mo 09:00-12:00; 2026 Dec 24 off'],
    ['lundi 9h-12h, fermé le 24/12/26', 'Mo 09:00-12:00; 2026 Dec 24 off'],
    ['lundi 9h-12h, fermé le 24/12', 'Mo 09:00-12:00; Dec 24 off'],
    ['lundi 9h-12h, fermé du 24/12/2026 au 02/01/2027', 'Mo 09:00-12:00; 2026 Dec 24-2027 Jan 2 off'],
    ['lundi 9h-12h, fermé du 24.12.2026 au 02.01.2027', 'Mo 09:00-12:00; 2026 Dec 24-2027 Jan 2 off'],
    ['lundi 9h-12h, fermé le 24-12-2026', 'Mo 09:00-12:00; 2026 Dec 24 off'],
    ['du 01/07/2026 au 31/08/2026 9h-12h', '2026 Jul 1-2026 Aug 31 09:00-12:00'],
    ['lundi 9h-12h, fermé les 24 et 31 décembre 2026', 'Mo 09:00-12:00; 2026 Dec 24 off; 2026 Dec 31 off'],
    ['lundi 9h-12h, fermé le 24/12/2026 et le 31/12/2026', 'Mo 09:00-12:00; 2026 Dec 24 off; 2026 Dec 31 off'],
    ['lundi 9h-12h, fermé le vendredi 25 décembre 2026', 'Mo 09:00-12:00; 2026 Dec 25 off'],
    ['fermé du lundi 3 août au vendredi 21 août 2026. Lundi 9h-12h', 'Mo 09:00-12:00; 2026 Aug 3-21 off'],
    ['lundi 9h-12h (sauf août)', 'Mo 09:00-12:00; Aug off'],
    ['lundi 9h-12h (fermé en août)', 'Mo 09:00-12:00; Aug off'],
    ['lundi 9h-12h, sauf du 1er au 15 août', 'Mo 09:00-12:00; Aug 1-15 off'],
    ['lundi 9h-12h. Fermeture annuelle du 1er au 21 août', 'Mo 09:00-12:00; Aug 1-21 off'],
    ['lundi 9h-12h. Fermeture exceptionnelle le 13 juillet 2026', 'Mo 09:00-12:00; 2026 Jul 13 off'],
    ['lundi 9h-12h. Congés du 1er au 21 août', 'Mo 09:00-12:00; Aug 1-21 off'],
    ['Lundi 13h45-16h45 (sauf 1er lundi du mois)', 'Mo 13:45-16:45; Mo[1] off'],
    // A closure holds whatever the text tells before or after it, on the days of certain weeks too.
    ['premier lundi du mois : 14h-17h sauf juillet et août', 'Mo[1] 14:00-17:00; Jul-Aug off'],
    ['1er lundi du mois 14h-17h. Fermé pendant les vacances scolaires', 'Mo[1] 14:00-17:00; SH off'],
    ['premier lundi du mois 14h-17h, fermé le lundi en août', 'Mo[1] 14:00-17:00; Aug off'],
    ['lundi 9h-12h semaines paires, fermé en août', 'week 2-52/2 Mo 09:00-12:00; Aug off'],
    ['en juillet lundi 9h-12h, fermé le 14 juillet', 'Jul Mo 09:00-12:00; Jul 14 off'],
    ['pendant les vacances scolaires : lundi 10h-12h, fermé en août', 'SH Mo 10:00-12:00; Aug off'],
    ['lundi 9h-12h. Fermé en août. 1er samedi du mois 10h-12h', 'Mo 09:00-12:00, Sa[1] 10:00-12:00; Aug off'],
    [
      'lundi 9h-12h. Fermé en août. Du 10 au 15 août lundi 9h-12h',
      'Mo 09:00-12:00; Aug off; Aug 10-15 Mo 09:00-12:00; Aug 10-15 Tu-Su off',
    ],
    // These stay hours.
    ['lundi 9/12', 'Mo 09:00-12:00'],
    ['le lundi 9/12', 'Mo 09:00-12:00'],
  ])('%s → %s', expectUnderstood);

  test.each([
    [
      'lundi 9h-12h, 1er samedi du mois 9h-12h, fermé le lundi en août',
      'fermé',
      'Et le samedi, pendant cette période : ouvert ou fermé ?',
    ],
    [
      'lundi 9h-12h, 1er samedi du mois 9h-12h, en juillet lundi 10h-11h',
      'en juillet',
      'Et le samedi, pendant cette période : ouvert ou fermé ?',
    ],
    ['du 1er au 31 juillet 2026 9h-12h, fermé le 14 juillet', 'fermé', 'De quelle année ?'],
    ['lundi 9h-12h, fermé le 31/02/2026', 'le 31/02/2026', 'Cette date n’existe pas.'],
    ['lundi 9h-12h, fermé le 29 février 2026', 'le 29 février', 'Cette date n’existe pas.'],
    ['lundi 9h-12h, fermé le 14/13/2026', 'le 14/13/2026', 'Cette date n’existe pas.'],
    [
      'lundi 9h-12h, fermé le vendredi 24 décembre 2026',
      'le vendredi',
      'Le 24 décembre 2026 est un jeudi, pas un vendredi.',
    ],
    ['lundi 9h-12h, fermé le vendredi 25 décembre', 'le vendredi', 'De quelle année ?'],
    ['lundi 9h-12h à partir du 1er septembre', '1er septembre', 'À partir de cette date, et jusqu’à quelle date ?'],
    ['fermé pendant les vacances de Noël, lundi 9h-12h', 'pendant les', 'De quelle date à quelle date ?'],
  ])('%s is asked about « %s »', expectAsked);
});

describe('hours that lean on others', () => {
  test.each([
    ['lundi 9h-12h, mardi idem', 'Mo,Tu 09:00-12:00'],
    [
      'Lundi\n9h00 – 12h00\n14h00 – 17h00\n\nMardi\nFermé\nMercredi :\nsur rendez-vous',
      'Mo 09:00-12:00,14:00-17:00; We "sur rendez-vous"',
    ],
    ['HORAIRES D’OUVERTURE\nDu lundi au vendredi\nDe 8h30 à 12h', 'Mo-Fr 08:30-12:00'],
    ['lundi 9h-12h sur rendez-vous au 05 56 00 00 00', 'Mo 09:00-12:00 "sur rendez-vous au 05 56 00 00 00"'],
    ['lundi et mardi 9h-12h 14h-17h, mardi matin fermé', 'Mo 09:00-12:00,14:00-17:00; Tu 14:00-17:00'],
    ['lundi et mardi 9h-12h 14h-17h, fermé le mardi après-midi', 'Mo 09:00-12:00,14:00-17:00; Tu 09:00-12:00'],
    ['lundi et mardi 9h-12h 14h-17h sauf le mardi après-midi', 'Mo 09:00-12:00,14:00-17:00; Tu 09:00-12:00'],
    ['lundi matin fermé, lundi après-midi 14h-17h', 'Mo 14:00-17:00'],
    ['Lundi : 9h-12h / 14h-17h\nMardi : idem\nMercredi : idem\nJeudi : fermé', 'Mo-We 09:00-12:00,14:00-17:00'],
    ['Lundi 9h-12h ; mardi mêmes horaires', 'Mo,Tu 09:00-12:00'],
    ['lundi 9h-12h, mardi 14h-17h, mercredi idem lundi', 'Mo,We 09:00-12:00; Tu 14:00-17:00'],
    ['lundi 9h-12h sur rdv, mardi idem', 'Mo,Tu 09:00-12:00 "sur rendez-vous"'],
    ['lundi à partir de 9h jusqu’à 12h', 'Mo 09:00-12:00'],
    ['lundi à partir de 9h et jusqu’à 12h', 'Mo 09:00-12:00'],
    ['lundi de 9h jusqu’à 12h', 'Mo 09:00-12:00'],
    ['9h-12h du lundi au vendredi', 'Mo-Fr 09:00-12:00'],
    ['9h30-12h30 lundi, 14h-17h mardi', 'Mo 09:30-12:30; Tu 14:00-17:00'],
    ['9h-12h et 14h-17h du lundi au vendredi, fermé le samedi', 'Mo-Fr 09:00-12:00,14:00-17:00'],
    ['matin : 9h-12h / après-midi : 14h-17h du lundi au vendredi', 'Mo-Fr 09:00-12:00,14:00-17:00'],
    ['du lundi au vendredi le matin 9h-12h et l’après-midi 14h-17h', 'Mo-Fr 09:00-12:00,14:00-17:00'],
    ['lundi 9h-12h, 14h-17h sur RDV l’après-midi', 'Mo 09:00-12:00, Mo 14:00-17:00 "sur rendez-vous"'],
    ['tous les jours sauf dimanche et jours fériés 9h-12h', 'Mo-Sa 09:00-12:00; PH off'],
    ['mercredi toute la journée 9h-17h', 'We 09:00-17:00'],
    ['lundi 9.30h-12h', 'Mo 09:30-12:00'],
    ['lundi 9h30min à 12h', 'Mo 09:30-12:00'],
    ['lundi 24h/24', 'Mo 00:00-24:00'],
    ['ouvert 24h sur 24 et 7 jours sur 7', '24/7'],
  ])('%s → %s', expectUnderstood);

  test.each([
    ['lundi à partir de 14h', '14h', 'À partir de cette heure, et jusqu’à quelle heure ?'],
    ['lundi dès 14h', '14h', 'À partir de cette heure, et jusqu’à quelle heure ?'],
    ['lundi 9h-12h et à partir de 14h', '14h', 'À partir de cette heure, et jusqu’à quelle heure ?'],
    ['lundi 9h-12h, mardi matin fermé', 'mardi', 'Et le reste de la journée ?'],
    ['lundi 9h-12h 14h-17h, le 24/12/2026 après-midi fermé', 'le 24', 'Et le reste de la journée ?'],
    ['lundi 9h-17h, fermé le lundi matin', 'fermé', 'De quelle heure à quelle heure est-ce fermé ?'],
    ['lundi 9h-12h, lundi matin fermé', 'lundi matin', 'Est-ce ouvert ou fermé à ces heures ?'],
    ['Lundi\n9h-12h\nMardi\n\nMercredi\n14h-17h', '\n\nMercredi', 'Il manque les heures.'],
    ['lundi jusqu’à 17h', 'jusqu', 'Jusqu’à cette heure, et depuis quelle heure ?'],
    ['lundi fermé à partir de 17h', 'à partir', 'Est-ce ouvert ou fermé à ces heures ?'],
    ['lundi idem', 'idem', 'Comme quel jour ?'],
    ['lundi 9h-12h, mardi idem jeudi', 'idem', 'Comme quel jour ?'],
    ['9h-12h lundi, mardi 14h-17h', '14h', 'Pour quels jours ?'],
    ['lundi 9h-12h, 14h-17h mardi', '', 'Il manque les heures.'],
    ['lundi 9h-12h, le matin 14h-16h', 'lundi', 'Ces heures ne sont pas celles de ce moment de la journée.'],
    ['lundi 9h-12h, 14h-17h sur rdv le matin', 'sur rdv', 'Ces heures ne sont pas celles de ce moment de la journée.'],
    ['du lundi au vendredi 9h-17h (16h le vendredi)', '(', '« ( » n’est pas compris ici.'],
  ])('%s is asked about « %s »', expectAsked);

  test('hours without days have the days among which to choose', () => {
    const asked = understandHoraires('ouvert 24h/24');
    expect(asked.ok ? [] : asked.readings?.map(({ osm }) => osm)).toEqual([
      'Mo-Fr 00:00-24:00',
      'Mo-Sa 00:00-24:00',
      '24/7',
    ]);
  });
});

test('the place of what is wrong is that of the text as it was typed, decomposed accents and all', () => {
  for (const before of ['Fermé le mardi, fermée le jeudi, ', 'Février : fermé. ']) {
    const text = `${before.normalize('NFD')}lundi 9h-12h, blabla`;
    const asked = understandHoraires(text);
    expect(asked.ok ? '' : text.slice(asked.position)).toBe('blabla');
  }
  const ranges = understandRanges(`${'fermé'.normalize('NFD')} le soir 14 18`);
  expect(ranges.ok ? '' : ranges.position).toBe('fermé le soir 14 18'.normalize('NFD').indexOf('14'));
});

function expectUnderstood(text: string, osm: string): void {
  const result = understandHoraires(text);
  expect(result).toEqual({ ok: true, osm });
  expect(parseHoraires(osm).ok).toBe(true);
}

function expectAsked(text: string, place: string, message: string): void {
  const result = understandHoraires(text);
  expect(result).toMatchObject({ ok: false, message });
  if (!result.ok) expect(text.slice(result.position).startsWith(place)).toBe(true);
}

describe('words and figures as they come', () => {
  test.each([
    ['Mo-Fr 09:00–12:00; Sa 10:00 – 12:00', 'Mo-Fr 09:00-12:00; Sa 10:00-12:00'],
    ['LMMJV 9h-17h', 'Mo-Fr 09:00-17:00'],
    ['L M M J V S 9h-12h', 'Mo-Sa 09:00-12:00'],
    ['lundi + jeudi 9h-12h', 'Mo,Th 09:00-12:00'],
    ['ludni 9h-12h, Mecredi 14h-17h, les vendrdis 9h-10h', 'Mo 09:00-12:00; We 14:00-17:00; Fr 09:00-10:00'],
    ['lundi 0900-1200 1400-1700', 'Mo 09:00-12:00,14:00-17:00'],
    ['7/7 8h-20h', 'Mo-Su 08:00-20:00'],
    ['lundi 9am-12pm, 2pm-5:30pm', 'Mo 09:00-12:00,14:00-17:30'],
    ['lundi 9:00 AM – 5:00 PM', 'Mo 09:00-17:00'],
    ['mardi seulement 9h-12h', 'Tu 09:00-12:00'],
    // One place, told or not, is the lieu.
    ['Mairie : lundi 9h-12h', 'Mo 09:00-12:00'],
    ['Horaires de la médiathèque : mardi 14h-18h', 'Tu 14:00-18:00'],
    ['lundi 9h-12h à la mairie', 'Mo 09:00-12:00'],
    ['au secrétariat de la mairie : lundi 9h-12h', 'Mo 09:00-12:00'],
    ['dimanche et jours fériés 10h-12h', 'Su 10:00-12:00; PH 10:00-12:00'],
    ['lundi au samedi 9h-19h, dimanche et jours fériés : 10h-12h', 'Mo-Sa 09:00-19:00; Su 10:00-12:00; PH 10:00-12:00'],
  ])('%s → %s', (text, osm) => {
    expect(understandHoraires(text)).toEqual({ ok: true, osm });
    expect(parseHoraires(osm).ok).toBe(true);
  });

  test.each([
    ['L M J V 9h-12h', 0, '« L »'],
    ['lundi 9h-12h à la mairie, mardi 9h-12h à la médiathèque', 39, 'deux endroits'],
    ['horaires d’été : lundi 9h-12h', 0, 'De quelle date à quelle date ?'],
    ['lundi 9h-12h, fermé l’été', 20, 'De quelle date à quelle date ?'],
    ['mardi 9h-12h (1 sur 2)', 13, 'paires ou impaires'],
    ['le 7/7 8h-20h', 0, 'Pour quels jours ?'],
    ['lundi 2026-2027', 6, '2026'],
    ['lundi 13am-5pm', 6, 'n’existe pas'],
    ['le mari 9h-12h', 3, 'mari'],
    ['jours fériés 10h-12h. Lundi 9h-12h, fermé les jours fériés', 58, 'jours fériés'],
  ])('%s is asked about', (text, position, word) => {
    const result = understandHoraires(text);
    expect(result).toMatchObject({ ok: false, position });
    expect(result.ok ? '' : result.message).toContain(word);
  });
});
