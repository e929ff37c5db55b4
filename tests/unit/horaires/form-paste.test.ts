import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOf } from '#app/domain/horaires/dates.ts';
import { openingsOfDay, PLAIN_CALENDAR } from '#app/domain/horaires/evaluate.ts';
import {
  type EditorDraft,
  editorOfEntries,
  editorOfText,
  pressEditor,
  textOfEditor,
} from '#app/domain/horaires/form-editor.ts';
import { textOfGrille } from '#app/domain/horaires/grille-write.ts';
import { readRules } from '#app/domain/horaires/read.ts';
import { COMPLETE } from '#tests/support/hasard.ts';
import { arbitraryGrille } from './arbitraires.ts';
import { entriesOfEditor } from './form-inputs.tsx';

const SEASONS = 'Sep-Jun Mo-Fr 09:00-12:00,14:00-18:00; Jul-Aug Mo-Fr 08:00-13:00; PH off';

function paste(stored: string, colle: string) {
  const view = pressEditor({ ...editorOfText(stored), colle }, 'coller', { stored });
  const written = textOfEditor(view.draft);
  if (view.collage?.kind !== 'compris') throw new Error(JSON.stringify(view.collage));
  return { draft: view.draft, text: written.ok ? written.text : JSON.stringify(written.errors), ...view.collage };
}

test.each<[stored: string, colle: string, text: string, enleve: string[], reste: string[]]>([
  [
    SEASONS,
    'lundi au vendredi 9h-12h',
    'Mo-Fr 09:00-12:00; PH off',
    [
      'Du lundi au vendredi, de septembre à juin : 9 h – 12 h et 14 h – 18 h.',
      'Du lundi au vendredi, de juillet à août : 8 h – 13 h.',
    ],
    ['Jours fériés : fermé.'],
  ],
  [SEASONS, '24/7', '24/7; PH off', [expect.any(String), expect.any(String)], ['Jours fériés : fermé.']],
  [
    'Mo-Fr 09:00-12:00; week 1-53/2 We 14:00-17:00; Aug off; Mo[1] off; PH off; 2026 Dec 24 off',
    'mardi 10h-12h',
    'Tu 10:00-12:00; Aug off; PH off; 2026 Dec 24 off',
    ['Semaines impaires, mercredi : 14 h – 17 h.', '1er lundi du mois : fermé.'],
    ['Jours fériés : fermé.', 'En août : fermé.', 'Une fermeture exceptionnelle.'],
  ],
  // A text that tells its periods itself leaves none of the others.
  [
    'Mo-Fr 09:00-12:00; Aug off',
    'Mo-Fr 10:00-12:00; Jul Mo-Fr 08:00-10:00',
    'Mo-Fr 10:00-12:00; Jul Mo-Fr 08:00-10:00',
    ['En août : fermé.'],
    [],
  ],
  [
    'Mo-Fr 09:00-12:00; PH off; 2026 Dec 24 off',
    'Mo-Fr 10:00-12:00; PH 10:00-12:00; 2026 Dec 24 10:00-11:00',
    'Mo-Fr 10:00-12:00; PH 10:00-12:00; 2026 Dec 24 10:00-11:00',
    ['Jours fériés : fermé.', 'Une fermeture exceptionnelle.'],
    [],
  ],
  // Kept rules that give hours of the week go, those of dates stay.
  [
    'Mo-Fr 09:00+; easter -2 days off',
    'mardi 10h-12h',
    'Tu 10:00-12:00; easter -2 days off',
    ['Du lundi au vendredi : à partir de 9 h.'],
    ['Le dimanche de Pâques (2 jours avant) : fermé.'],
  ],
  // What is said again to the letter was not taken away.
  [
    'Mo-Fr 09:00-12:00; week 1-53/2 Sa 14:00-17:00',
    'Mo-Fr 10:00-12:00; week 1-53/2 Sa 14:00-17:00',
    'Mo-Fr 10:00-12:00; week 1-53/2 Sa 14:00-17:00',
    [],
    [],
  ],
  [
    SEASONS,
    'fermé tous les jours',
    'Mo-Su off; PH off',
    [expect.any(String), expect.any(String)],
    [expect.any(String)],
  ],
])('on « %s », the pasted « %s » gives « %s »', (stored, colle, text, enleve, reste) => {
  const answer = paste(stored, colle);
  const plain = (sentences: readonly string[]) => sentences.map((sentence) => sentence.replaceAll('\u00a0', ' '));
  expect(answer.text).toBe(text);
  expect([plain(answer.enleve), plain(answer.reste)]).toEqual([enleve, reste]);
});

test.each([
  ['2026 Dec 28 off', '; 2026 Dec 28 off'],
  ['ouvert le samedi 12 décembre 2026 10h-12h', '; 2026 Dec 12 10:00-12:00'],
  ['2026 Dec 24 off', ''],
])('« %s », which tells no week, is added to the one that stands there', (colle, added) => {
  const stored = 'Mo-Fr 09:30-12:00; week 1-53/2 We 14:00-17:00; 2026 Dec 24 off';
  const { text, reste } = paste(stored, colle);
  expect(reste).toEqual(['Tout le reste de vos horaires.']);
  expect(text).toBe(`${stored}${added}`);
});

test('a pasted text takes the place of one that nobody could read, which is said to the letter', () => {
  const { text, enleve, reste } = paste('Horaires variables, appelez-nous', 'mardi 10h-12h');
  expect([text, enleve, reste]).toEqual(['Tu 10:00-12:00', ['«\u00a0Horaires variables, appelez-nous\u00a0»'], []]);
});

test('« We off » closes Wednesdays and nothing else', () => {
  expect(paste('Mo-Fr 09:30-12:00; week 1-53/2 We 14:00-17:00', 'We off').text).toBe('Mo,Tu,Th,Fr 09:30-12:00');
});

test('a pasted text can be taken back, with what was typed and not yet saved, also without JavaScript', () => {
  const typed = editorOfText(`${SEASONS}; 2026 Dec 24 10:00-12:00; Mo 17:00+`);
  const unsaved: EditorDraft = {
    ...typed,
    grille: {
      ...typed.grille,
      semaine: typed.grille.semaine.map(() => [{ debut: 'x', fin: '', rdv: true, mention: 'ici' }]),
    },
    colle: 'mardi 10h-12h',
  };
  const { draft } = pressEditor(unsaved, 'coller', { stored: SEASONS });
  const sent = editorOfEntries(entriesOfEditor(draft));
  const back = pressEditor(sent, 'decoller', { stored: SEASONS });
  expect(back.draft.grille).toEqual(unsaved.grille);
  expect(back.draft).toMatchObject({ source: unsaved.source, colle: 'mardi 10h-12h', avant: '' });
  for (const avant of ['', '{', '[1]', '[["source"]]', '{"source":""}'])
    expect(pressEditor({ ...sent, avant }, 'decoller', { stored: SEASONS }).draft.grille).toEqual(sent.grille);
});

test('whatever stood there, the days that it says nothing of show what was pasted, and nothing else', () => {
  fc.assert(
    fc.property(arbitraryGrille({ nights: true }), arbitraryGrille({ nights: true }), (before, after) => {
      const own = textOfGrille({ ...before, exceptions: [], feries: 'inconnu' });
      const closures = /\boff\b/.test(own);
      const pasted = textOfGrille({ ...after, exceptions: [] });
      if (closures || !after.semaine.some((plages) => plages.length > 0)) return;
      const { text } = paste(own, pasted);
      const [seen, said] = [readRules(text).rules, readRules(pasted).rules];
      for (let day = dayOf(2027, 1, 1); day < dayOf(2028, 1, 8); day++)
        expect(openingsOfDay(seen, day, PLAIN_CALENDAR)).toEqual(openingsOfDay(said, day, PLAIN_CALENDAR));
    }),
    { numRuns: COMPLETE ? 200 : 25, endOnFailure: true },
  );
}, 120_000);
