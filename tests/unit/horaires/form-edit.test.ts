import { expect, test } from 'vitest';
import { draftOfGrille, type GrilleDraft, type RowDraft } from '#app/domain/horaires/form-draft.ts';
import { editDraft, errorSentence, isEditIntent } from '#app/domain/horaires/form-edit.ts';
import { EMPTY_GRILLE } from '#app/domain/horaires/grille-read.ts';

const EMPTY: RowDraft = { debut: '', fin: '', rdv: false, mention: '' };
const MORNING: RowDraft = { ...EMPTY, debut: '09:00', fin: '12:00' };
const AFTERNOON: RowDraft = { ...EMPTY, debut: '14:00', fin: '18:30', rdv: true, mention: 'au 2e' };

function draft(days: Record<number, RowDraft[]> = {}): GrilleDraft {
  const base = draftOfGrille(EMPTY_GRILLE);
  return { ...base, semaine: base.semaine.map((_, day) => days[day] ?? []) };
}

test.each<[intent: string, copyTo: number[], days: Record<number, RowDraft[]>, focus: string | null]>([
  ['ajouter:jour.0', [], { 0: [MORNING, AFTERNOON, EMPTY] }, 'jour.0.2.debut'],
  // A day without ranges shows one to be filled in: the button makes the second.
  ['ajouter:jour.6', [], { 0: [MORNING, AFTERNOON], 6: [EMPTY, EMPTY] }, 'jour.6.1.debut'],
  ['retirer:jour.0:0', [], { 0: [AFTERNOON] }, 'jour.0.0.debut'],
  ['retirer:jour.0:1', [], { 0: [MORNING] }, 'jour.0.0.debut'],
  ['retirer:jour.0:9', [], { 0: [MORNING, AFTERNOON] }, null],
  ['vider:jour.0', [], {}, 'jour.0'],
  [
    'copier:jour.0',
    [4, 1],
    { 0: [MORNING, AFTERNOON], 1: [MORNING, AFTERNOON], 4: [MORNING, AFTERNOON] },
    'jour.1.0.debut',
  ],
  ['copier:jour.0', [0, 9, -1], { 0: [MORNING, AFTERNOON] }, null],
  ['copier:jour.2', [0], {}, 'jour.0.0.debut'],
  ['comme-lundi:jour.3', [], { 0: [MORNING, AFTERNOON], 3: [MORNING, AFTERNOON] }, 'jour.3.0.debut'],
  ['enregistrer', [], { 0: [MORNING, AFTERNOON] }, null],
  ['vider:jour.8', [], { 0: [MORNING, AFTERNOON] }, null],
  ['vider:__proto__', [], { 0: [MORNING, AFTERNOON] }, null],
])('%s onto %j', (intent, copyTo, days, focus) => {
  const before = draft({ 0: [MORNING, AFTERNOON] });
  const untouched = structuredClone(before);
  const edited = editDraft(before, intent, copyTo);
  expect(edited.draft).toEqual(draft(days));
  expect(edited.focus).toBe(focus);
  expect(before).toEqual(untouched);
});

test('a copy is a copy: changing one day leaves the other', () => {
  const copied = editDraft(draft({ 0: [MORNING] }), 'copier:jour.0', [1]).draft;
  expect(editDraft(copied, 'vider:jour.0').draft.semaine[1]).toEqual([MORNING]);
});

test('what a button did is said in words', () => {
  const { annonce } = editDraft(draft({ 0: [MORNING] }), 'copier:jour.0', [1, 2, 3, 4]);
  expect(annonce).toBe('Les horaires du lundi sont copiés : du mardi au vendredi.');
  expect(editDraft(draft({ 0: [MORNING] }), 'copier:jour.0', []).annonce).toContain('Cochez les jours');
});

test.each(['impaire', 'paire', 'rang', 'saison', 'vacances'])(
  'weeks of the kind %s are added, filled in and taken out',
  (kind) => {
    const added = editDraft(draft({ 0: [MORNING] }), `variante-ajouter:${kind}`);
    expect(added.draft.variantes).toMatchObject([{ quand: kind }]);
    expect(added.focus).toBe('variante.0.quand');
    const filled = editDraft(added.draft, 'ajouter:variante.0.jour.5').draft;
    expect(filled.variantes[0]?.semaine[5]).toEqual([EMPTY]);
    expect(filled.variantes[0]?.habituels).not.toContain(5);
    expect(filled.semaine).toEqual(draft({ 0: [MORNING] }).semaine);
    const left = editDraft(filled, 'variante-retirer:0');
    expect(left).toMatchObject({ draft: { variantes: [] }, focus: 'variantes' });
  },
);

test('exceptional days are added and taken out: an opening asks for hours at once', () => {
  const closed = editDraft(draft(), 'exception-ajouter:ferme').draft;
  const both = editDraft(closed, 'exception-ajouter:ouvert');
  expect(both.draft.exceptions).toMatchObject([
    { genre: 'ferme', plages: [] },
    { genre: 'ouvert', plages: [EMPTY] },
  ]);
  expect(both.focus).toBe('exception.1.du');
  const more = editDraft(both.draft, 'ajouter:exception.1.plage').draft;
  expect(more.exceptions[1]?.plages).toHaveLength(2);
  expect(editDraft(more, 'exception-retirer:0').draft.exceptions).toMatchObject([{ genre: 'ouvert' }]);
  expect(editDraft(more, 'copier:exception.1.plage', [1]).draft).toEqual(more);
});

test('a form takes no more than it can hold, and says so', () => {
  let full = draft();
  for (let n = 0; n < 100; n++) full = editDraft(full, 'exception-ajouter:ferme').draft;
  for (let n = 0; n < 100; n++) full = editDraft(full, 'variante-ajouter:paire').draft;
  for (let n = 0; n < 100; n++) full = editDraft(full, 'ajouter:jour.0').draft;
  expect([full.exceptions.length, full.variantes.length, full.semaine[0]?.length]).toEqual([60, 20, 12]);
  expect(editDraft(full, 'ajouter:jour.0').annonce).toContain('au plus');
});

test.each([
  ['ajouter:jour.0', true],
  ['comme-lundi:jour.1', true],
  ['variante-retirer:0', true],
  ['exception-ajouter:ferme', true],
  ['enregistrer', false],
  ['apercu', false],
  ['ajouter', false],
])('%s edits the draft: %s', (intent, edits) => {
  expect(isEditIntent(intent)).toBe(edits);
});

test.each([
  ['jour.3', 'Jeudi : non'],
  ['variante.0.jour.1', 'Mardi, semaines particulières 1 : non'],
  ['variante.1', 'Semaines particulières 2 : non'],
  ['exception.0', 'Jour exceptionnel 1 : non'],
  ['exception.0.plage', 'Jour exceptionnel 1 : non'],
  ['texte', 'non'],
])('an error of %s says where it is', (group, sentence) => {
  expect(errorSentence({ group, control: group, message: 'non' })).toBe(sentence);
});
