import { describe, expect, test } from 'vitest';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
import { understandHoraires } from '#app/domain/horaires/slips.ts';
import { HAS_REAL_TEXTS, realTexts } from './textes-reels.ts';

describe('what people write', () => {
  test.each([
    ['lundi 09:00 - 12:00 / 14:00 - 17:00 ; mardi 09:00 - 12:00', 'Mo 09:00-12:00,14:00-17:00; Tu 09:00-12:00'],
    ['lundi au vendredi 8h30 à 12h', 'Mo-Fr 08:30-12:00'],
    ['Du lundi au vendredi de 9h à 12h et de 14h à 17h. Fermé le mercredi', 'Mo,Tu,Th,Fr 09:00-12:00,14:00-17:00'],
    ['mardi 9h12h / 14h-17h', 'Tu 09:00-12:00,14:00-17:00'],
    ['Lundi de 9 à 17 h', 'Mo 09:00-17:00'],
    ['1er samedi du mois 10h-12h', 'Sa[1] 10:00-12:00'],
    ['1er et 3ème lundi du mois de 14h à 17h', 'Mo[1,3] 14:00-17:00'],
    ['24h/24 7j/7', '24/7'],
    ['24/7', '24/7'],
    ['mar-mer-jeu 10h-12h', 'Tu-Th 10:00-12:00'],
    ['lundi-vendredi 10h-12h', 'Mo-Fr 10:00-12:00'],
    ['Tous les jours 10h – 18h sauf', null],
    ['Lundi sur rendez-vous ; mardi 9h-12h', 'Tu 09:00-12:00, Mo "sur rendez-vous"'],
    ['Mo-Th 10h00-12h30,13h30-17h00; We off', 'Mo-Th 10:00-12:30,13:30-17:00; We off'],
    ['Lundi au vendredi 9h-12h, fermé les jours fériés', 'Mo-Fr 09:00-12:00; PH off'],
    ['LUNDI\u00a0: 9H–12H', 'Mo 09:00-12:00'],
  ])('%s → %s', (text, osm) => {
    const result = understandHoraires(text);
    expect(result.ok ? result.osm : null).toBe(osm);
    if (result.ok) expect(parseHoraires(result.osm).ok).toBe(true);
  });

  test.each([
    ['9h-12h / 14h-17h', 0, 'quels jours'],
    ['lundi 14 18 h', 6, '14'],
    ['mardi 12h3019h', 6, '12'],
    ['lundi 9h, 12h', 6, 'quelle heure'],
    ['lundi 9h-12h-14h', 13, 'quelle heure'],
    ['lundi 3-11 h', 6, 'ne se suivent pas'],
    ['lundi 9h-12h, lundi 14h-17h', 14, 'deux fois'],
    ['lundi 9h-12h ou 14h-17h', 13, '« ou »'],
    ['du lundi au vendredi de 9h à 12h et de', 36, 'coupé'],
    ['lundi 9h-12h / 14h-17h sur rdv', 30, 'rendez-vous'],
    ['mercredi', 8, 'heures'],
    ['voir avec la mairie', 0, '« voir »'],
  ])('%s is asked, never guessed (at %d: %s)', (text, position, reason) => {
    const result = understandHoraires(text);
    expect(result.ok).toBe(false);
    if (!result.ok) {
      expect(result.message).toContain(reason);
      expect(result.position).toBe(position);
    }
  });

  test.skipIf(!HAS_REAL_TEXTS)(
    'at least 10,700 of the 11,275 real rows are read or understood, each into a text that reads',
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
      expect(rows).toBeGreaterThanOrEqual(10_700);
    },
  );
});
