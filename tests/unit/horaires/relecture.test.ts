import { describe, expect, test } from 'vitest';
import { listEcarts } from '#app/domain/horaires/ahead.ts';
import { parseLocalDate } from '#app/domain/horaires/dates.ts';
import { draftOfGrille } from '#app/domain/horaires/form-draft.ts';
import { editorOfText, pressEditor, textOfEditor } from '#app/domain/horaires/form-editor.ts';
import { grilleOfDraft } from '#app/domain/horaires/form-read.ts';
import { grilleOfText } from '#app/domain/horaires/grille-read.ts';
import { closureReasonOn, openingState } from '#app/domain/horaires/opening.ts';
import { understandHoraires } from '#app/domain/horaires/slips.ts';
import { storedForWords, storeHoraires } from '#app/domain/horaires/store.ts';
import { joinStored, type StoredLu } from '#app/domain/horaires/stored-form.ts';

/** What a second reader of the hours found: each was told wrong. */
const PARIS = { code_insee: '75056', code_postal: '75001', latitude: null, longitude: null };
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

function stored(text: string): StoredLu {
  const { horaires_intervalles, ouvertures_datees } = storeHoraires(text, PARIS, '2026-12-01');
  const joined = joinStored(horaires_intervalles, null, ouvertures_datees);
  if (joined?.etat !== 'lu') throw new Error(text);
  return joined;
}

const day = (date: string) => parseLocalDate(date) ?? 0;
const stateAt = (text: string, instant: string) =>
  plain(openingState(stored(text), new Date(instant), 'Europe/Paris').sentence);
const ecartsOf = (text: string, from: string, days: number) =>
  listEcarts(stored(text), { from: day(from), days }).map(plain);

describe('the night of a public holiday', () => {
  test.each(['Mo-Sa 18:00-02:00; PH off', 'Mo-Sa 18:00-02:00; Su,PH off'])('%s', (text) => {
    expect(stateAt(text, '2026-12-25T20:00:00+01:00')).toContain('Fermé');
    expect(stateAt(text, '2026-12-26T01:30:00+01:00')).toContain('Fermé');
    expect(stateAt(text, '2026-12-24T01:30:00+01:00')).toBe('Ouvert jusqu’à 2 h');
  });

  test('`We,PH off` says no more of the night of a Wednesday than `We off`', () => {
    for (const text of ['Mo-Su 18:00-02:00; We off', 'Mo-Su 18:00-02:00; We,PH off'])
      expect(stateAt(text, '2026-12-17T01:30:00+01:00')).toBe('Ouvert jusqu’à 2 h');
  });
});

describe('the weeks to come', () => {
  test('a night is told whole on the day on which it begins', () => {
    expect(ecartsOf('Mo-Sa 18:00-02:00; PH off', '2026-12-24', 4)).toEqual([
      'Jeudi 24 décembre : 18 h – minuit',
      'Fermé vendredi 25 décembre (Noël)',
    ]);
    expect(ecartsOf('Mo-Sa 18:00-02:00; PH off; 2026 Dec 22 18:00-04:00', '2026-12-21', 3)).toEqual([
      'Lundi 21 décembre : 18 h – minuit',
      'Mardi 22 décembre : 18 h – 4 h',
    ]);
    expect(ecartsOf('Mo-Su 00:00-24:00; 2026 Dec 22 off', '2026-12-20', 5)).toEqual(['Fermé mardi 22 décembre']);
  });

  test('a holiday within a closure leaves its reason whole', () => {
    expect(ecartsOf('Mo-Fr 09:00-12:00; 2026 Dec 21-31 off "congés"; PH off', '2026-12-20', 14)).toEqual([
      'Fermé du 21 au 31 décembre (congés)',
      'Fermé vendredi 1er janvier (jour de l’An)',
    ]);
  });
});

test('the reason of a closed hour is not that of a closed day', () => {
  const text = 'Mo-Fr 09:00-12:00; Sa 12:00-14:00 off "pause déjeuner"; Dec 28-31 off "inventaire"';
  expect(closureReasonOn(stored(text), day('2026-12-05'))).toBeNull();
  expect(closureReasonOn(stored(text), day('2026-12-29'))).toBe('inventaire');
});

test.each(['Mo-Fr 09:00-12:00; Sa[1]', 'Mo-Fr 09:00-12:00; Jul-Aug', 'Mo-Fr 09:00-12:00; Sa[1] 00:00-00:00'])(
  'what is surely not meant is told as to be checked: %s',
  (text) => {
    const { precisions } = stored(text);
    expect(precisions.join(' ')).toContain('à vérifier');
    expect(precisions.join(' ')).not.toContain('ouvert');
  },
);

test('for sentences nothing dated is computed', () => {
  expect(storedForWords('Mo-Fr 09:00-12:00; Aug off "congés"')).toMatchObject({
    datees: expect.not.objectContaining({ fermetures: expect.anything() }),
  });
});

describe('a closure that is pasted', () => {
  const paste = (text: string, colle: string) => {
    const { draft } = pressEditor({ ...editorOfText(text), colle }, 'coller', { stored: text });
    const written = textOfEditor(draft);
    return written.ok ? written.text : JSON.stringify(written.errors);
  };
  const WEEK = 'Mo-Fr 09:00-12:00; Sa 09:00-12:00';
  const openOn = (text: string, date: string) => {
    const found = stored(text).datees?.jours?.[day(date)];
    return found === undefined ? 'semaine' : found.length > 0;
  };

  test.each([
    ['Aug Mo off', '2027-08-02', '2027-08-03'],
    ['SH We off', '2026-12-23', '2026-12-22'],
    ['week 1-53/2 We off', '2026-12-02', '2026-12-03'],
  ])('%s closes that weekday alone', (colle, closed, other) => {
    const text = paste(WEEK, colle);
    expect([openOn(text, closed), openOn(text, other)], text).toEqual([false, 'semaine']);
  });

  test.each(['Aug off "congés"', 'PH off "férié"', 'We off "repos"', 'We 12:00-14:00 off', 'easter off'])(
    '%s leaves the week',
    (colle) => {
      const text = paste(WEEK, colle);
      expect(stored(text).semaine[0], text).toEqual([[540, 720]]);
      expect(text).toContain(colle.includes('"') ? colle.slice(colle.indexOf('"')) : colle);
    },
  );

  test('twice, it is there once', () => {
    expect(paste('Mo-Fr 09:00-12:00; Aug off', 'Aug off')).toBe('Mo-Fr 09:00-12:00; Aug off');
  });
});

describe('the fields of a day', () => {
  const grille = (text: string) => {
    const read = grilleOfText(text);
    if (!read.ok) throw new Error(text);
    return read.grille;
  };

  test('a range that stands in the text is no question where another is added to its day', () => {
    for (const text of ['Mo 09:00-12:00 open "sur inscription pour les ateliers"', 'Mo 09:00-12:00 open "sur rdv"']) {
      const before = grille(text);
      const draft = draftOfGrille(before);
      draft.semaine[0]?.push({ debut: '14h', fin: '17h', rdv: false, mention: '' });
      const reading = grilleOfDraft(draft, before);
      expect(reading.ok && reading.grille.semaine[0]).toEqual([
        before.semaine[0]?.[0],
        { start: 840, end: 1020, rendezVous: false, mention: null },
      ]);
    }
  });

  test('a range is shorter than a day', () => {
    const before = grille('Mo 09:00-12:00');
    const draft = draftOfGrille(before);
    draft.semaine[1] = [{ debut: '9h', fin: '10h le lendemain', rdv: false, mention: '' }];
    const reading = grilleOfDraft(draft, before);
    expect(reading.ok ? [] : reading.errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('moins de 24 heures'),
    ]);
  });
});

describe('texts that people write', () => {
  test.each([
    ['Lundi matin 9h-12h, lundi après-midi 14h-17h, mardi idem', 'Mo,Tu 09:00-12:00,14:00-17:00'],
    ['lundi 9h-12h, fermé du 08.07 au 18.08', 'Mo 09:00-12:00; Jul 8-Aug 18 off'],
  ])('%s → %s', (text, osm) => {
    expect(understandHoraires(text)).toEqual({ ok: true, osm });
  });

  test.each([
    [
      'lundi matin 9h-12h, lundi après-midi 14h-17h sur rdv, mardi mêmes horaires que le lundi',
      'Comme quelles heures de ce jour ?',
    ],
    ['mardi 9h-12h, un lundi sur deux', 'Quelles semaines : paires ou impaires ?'],
  ])('%s is asked, and no reading is offered', (text, message) => {
    const result = understandHoraires(text);
    expect(result).toEqual({ ok: false, message, position: expect.any(Number) });
  });
});
