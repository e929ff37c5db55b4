import fc from 'fast-check';
import { expect, test } from 'vitest';
import { draftOfEntries, draftOfGrille, pathOf, placeOf } from '#app/domain/horaires/form-draft.ts';
import { editorOfEntries, editorOfText, textOfEditor } from '#app/domain/horaires/form-editor.ts';
import { grilleOfDraft } from '#app/domain/horaires/form-read.ts';
import { EMPTY_GRILLE, grilleOfText } from '#app/domain/horaires/grille-read.ts';
import { textOfGrille } from '#app/domain/horaires/grille-write.ts';
import { COMPLETE } from '#tests/support/hasard.ts';
import { arbitraryGrille } from './arbitraires.ts';
import { entriesOfEditor } from './form-inputs.tsx';
import { HAS_REAL_TEXTS, realTexts } from './textes-reels.ts';

/** `npm run test:complet` looks at everything, `npm test` at a part. */

/** A text with a bit of everything that the editor shows. */
const FULL =
  'Mo-Fr 09:00-12:00,14:00-18:30; We "sur rendez-vous, au 2e"; week 1-53/2 Tu 14:00-17:00; Sa[1,-1] 10:00-12:00; Jul-Aug Mo-Fr 08:00-13:00; SH off; PH off; 2026 Dec 24 off "inventaire"; 2027 Jan 2 10:00-16:00';

test('any grille goes into the form and comes back the same', () => {
  fc.assert(
    fc.property(arbitraryGrille({ nights: true }), (grille) => {
      expect(grilleOfDraft(draftOfGrille(grille), grille)).toEqual({ ok: true, grille });
    }),
  );
});

test('the inputs that are drawn say all of the draft, under the names that the server reads', () => {
  const draft = editorOfText(FULL);
  const read = editorOfEntries(entriesOfEditor(draft));
  expect(textOfEditor(read)).toEqual({ ok: true, text: FULL });
  expect(read.grille.variantes).toEqual(draft.grille.variantes);
  expect(read.grille.exceptions).toEqual(draft.grille.exceptions);
  expect(read.grille.feries).toBe(draft.grille.feries);
});

test('any grille drawn as inputs and sent back gives its text byte for byte', () => {
  fc.assert(
    fc.property(arbitraryGrille({ nights: true }), (grille) => {
      const text = textOfGrille(grille);
      expect(textOfEditor(editorOfEntries(entriesOfEditor(editorOfText(text))))).toEqual({ ok: true, text });
    }),
    { numRuns: COMPLETE ? 100 : 12, endOnFailure: true },
  );
}, 120_000);

test.skipIf(!HAS_REAL_TEXTS)(
  'every real text that nobody touches comes out byte for byte',
  () => {
    const texts = realTexts().filter((_, index) => COMPLETE || index % 12 === 0);
    for (const { text } of texts) expect(textOfEditor(editorOfText(text))).toEqual({ ok: true, text });
  },
  120_000,
);

test('inputs are read by their names: in the order of their numbers, as typed, anything else ignored', () => {
  const draft = draftOfEntries([
    ['jour.1.10.debut', '20:00'],
    ['jour.1.10.fin', '22:00'],
    ['jour.1.2.debut', ' 09:00'],
    ['jour.1.2.rdv', 'oui'],
    ['jour.1.3.debut', ''],
    ['jour.7.0.debut', '09:00'],
    ['jour.1.100.debut', '09:00'],
    ['jour.1.2.milieu', '10:00'],
    ['variante.3.quand', 'rang'],
    ['variante.3.rang', '1'],
    ['variante.3.rang', '9'],
    ['variante.3.jour.5.0.debut', '10:00'],
    ['exception.4.genre', 'ouvert'],
    ['exception.4.plage.0.fin', '12:00'],
    ['feries', 'peut-être'],
    ['gardee_retiree', '0'],
    ['gardee_retiree', 'x'],
    ['telephone', '0556000000'],
    ['jour.2.0.debut', new Blob(['09:00'])],
  ]);
  const row = { debut: '', fin: '', rdv: false, mention: '' };
  expect(draft.semaine[1]).toEqual([
    { ...row, debut: ' 09:00', rdv: true },
    row,
    { ...row, debut: '20:00', fin: '22:00' },
  ]);
  expect(draft.semaine[2]).toEqual([]);
  expect(draft.variantes).toMatchObject([{ quand: 'rang', rangs: ['1'], effet: 'ajoute' }]);
  expect(draft.variantes[0]?.semaine[5]).toEqual([{ ...row, debut: '10:00' }]);
  expect(draft.exceptions).toEqual([
    { genre: 'ouvert', du: '', au: '', plages: [{ ...row, fin: '12:00' }], mention: '' },
  ]);
  expect(draft.feries).toBe('inconnu');
  expect(draft.retirees).toEqual([0]);
});

test.each(['jour.0', 'jour.6', 'variante.12.jour.3', 'exception.0.plage'])('%s is a place', (path) => {
  const place = placeOf(path);
  expect(place && pathOf(place)).toBe(path);
});

test.each(['jour.7', 'jour', 'variante.0', 'variante.100.jour.1', 'exception.plage', undefined])(
  '%s is no place',
  (path) => {
    expect(placeOf(path)).toBeNull();
  },
);

test('a rule that is kept to the letter stays until it is taken out knowingly', () => {
  const text = 'Mo-Fr 09:00-12:00; easter -2 days off; sunrise-sunset';
  const readable = 'Mo-Fr 09:00-12:00; easter -2 days off';
  expect(grilleOfText(text).ok).toBe(false);
  const draft = editorOfText(readable);
  expect(textOfEditor(draft)).toEqual({ ok: true, text: readable });
  const without = { ...draft, grille: { ...draft.grille, retirees: [0] } };
  expect(textOfEditor(without)).toEqual({ ok: true, text: 'Mo-Fr 09:00-12:00' });
});

test('an empty form is an empty grille', () => {
  expect(grilleOfDraft(draftOfEntries([]), EMPTY_GRILLE)).toEqual({ ok: true, grille: EMPTY_GRILLE });
});
