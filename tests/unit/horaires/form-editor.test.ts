import { expect, test } from 'vitest';
import { bookingsLeftOut } from '#app/domain/horaires/booked.ts';
import { calendarWeeks, summaryOf } from '#app/domain/horaires/calendar.ts';
import { dayOf } from '#app/domain/horaires/dates.ts';
import { openingsOfDay, PLAIN_CALENDAR } from '#app/domain/horaires/evaluate.ts';
import {
  choicesOf,
  coveredHours,
  type EditorDraft,
  editorOfText,
  isEditorIntent,
  pressEditor,
  textOfEditor,
} from '#app/domain/horaires/form-editor.ts';
import { readSource } from '#app/domain/horaires/form-source.ts';
import { readRules } from '#app/domain/horaires/read.ts';

const TEXT = 'Mo-Fr 09:30-12:00; week 1-53/2 We 14:00-17:00; PH off; 2026 Dec 24 off';

function edit(text: string | null, change: (draft: EditorDraft) => EditorDraft): string {
  const written = textOfEditor(change(editorOfText(text)));
  if (!written.ok) throw new Error(JSON.stringify(written.errors));
  return written.text;
}

const withDay =
  (day: number, debut: string, fin: string) =>
  (draft: EditorDraft): EditorDraft => ({
    ...draft,
    grille: {
      ...draft.grille,
      semaine: draft.grille.semaine.map((rows, at) => (at === day ? [{ debut, fin, rdv: false, mention: '' }] : rows)),
    },
  });

test('editing Tuesday alone leaves odd weeks, public holidays and exceptions to the letter', () => {
  const text = edit(TEXT, withDay(1, '10:00', '11:30'));
  expect(text).toContain('; week 1-53/2 We 14:00-17:00; PH off; 2026 Dec 24 off');
  expect(text).toContain('Tu 10:00-11:30');
});

test.each([
  ['Mo-Fr 09:00+', ['mardi']],
  ['Mo-Fr 22:00-02:00, Sa 09:00+', []],
  ['Mo,We 09:00-12:00; We-Fr "au téléphone"', ['mercredi']],
  ['Mo,We 09:00-12:00, We 14:00+', []],
  ['Mo-Fr 09:00-12:00; easter -2 days off; PH off', []],
])('« %s » with Tuesday filled in: a kept rule comes before the hours of %j', (source, expected) => {
  expect(coveredHours(withDay(1, '10:00', '11:30')(editorOfText(source)))).toEqual(expected);
});

test.each([
  ['Mo-Fr 09:00+', 'Mo-Fr 09:00+; 2026 Dec 29 off'],
  ['Mo-Fr 9-12;Dec Tu[-1] +1 day 14:00+', 'Mo-Fr 9-12;Dec Tu[-1] +1 day 14:00+; 2026 Dec 29 off'],
  ['Mo-Fr 09:00-12:00 || "sur rdv"', 'Mo-Fr 09:00-12:00 || "sur rdv"; 2026 Dec 29 off'],
  ['Mo-Fr 9-12, Tu 17:00+', 'Mo-Fr 9-12, Tu 17:00+; 2026 Dec 29 off'],
])('«%s»: a dated closure holds whatever rule is kept, and that one to the letter', (source, expected) => {
  const { draft } = pressEditor(editorOfText(source), 'exception-ajouter:ferme', { stored: source });
  const exceptions = draft.grille.exceptions.map((exception) => ({ ...exception, du: '2026-12-29' }));
  const closed = { ...draft, grille: { ...draft.grille, exceptions } };
  expect(textOfEditor(closed)).toEqual({ ok: true, text: expected });
  expect(openingsOfDay(readRules(expected).rules, dayOf(2026, 12, 29), PLAIN_CALENDAR)).toEqual([]);
  expect(coveredHours(closed)).toEqual([]);
});

test('an empty form is no hours; a text that does not read stays until a day is filled in', () => {
  expect(edit(null, (draft) => draft)).toBe('');
  const unread = 'Horaires variables, appelez-nous';
  expect(readSource(unread).kind).toBe('illisible');
  expect(edit(unread, (draft) => draft)).toBe(unread);
  expect(edit(unread, withDay(1, '9h', '12h'))).toBe('Tu 09:00-12:00');
});

test('a text too long to be read back is refused beside its last exception, and nothing of it is lost', () => {
  const exceptions = Array.from({ length: 60 }, (_, n) => {
    const jour = `2026-${String(1 + Math.floor(n / 10)).padStart(2, '0')}-${String(10 + (n % 10))}`;
    const plages = [
      { debut: '09:10', fin: '11:50', rdv: false, mention: '' },
      { debut: '14:10', fin: '17:50', rdv: false, mention: '' },
    ];
    return { genre: 'ouvert' as const, du: jour, au: jour, plages, mention: '' };
  });
  const filled = (count: number) => {
    const draft = editorOfText(null);
    return textOfEditor({ ...draft, grille: { ...draft.grille, exceptions: exceptions.slice(0, count) } });
  };
  expect(filled(40)).toMatchObject({ ok: true });
  const refused = filled(60);
  expect(refused).toMatchObject({ ok: false, errors: [{ group: 'exception.59', control: 'exception.59.du' }] });
  expect(refused.ok ? '' : refused.errors[0]?.message).toMatch(
    /^C’est trop pour un seul texte d’horaires : 2\d{3} caractères/,
  );
});

test('hours written by hand fill the days and stay as they are until a day changes', () => {
  const text = 'du lundi au vendredi 9h-12h';
  expect(readSource(text)).toMatchObject({ kind: 'compris', osm: 'Mo-Fr 09:00-12:00' });
  expect(edit(text, (draft) => draft)).toBe(text);
  expect(edit(text, withDay(5, '9h', '12h'))).toBe('Mo-Fr 09:00-12:00; Sa 09:00-12:00');
});

test('a pasted text fills the week and leaves what it does not speak of', () => {
  const draft = { ...editorOfText(TEXT), colle: 'du lundi au jeudi de 9h à 12h et de 14h à 17h, vendredi 9h-12h' };
  const { draft: filled, collage, focus } = pressEditor(draft, 'coller', { stored: TEXT });
  expect(focus).toBe('collage');
  expect(collage?.kind === 'compris' && collage.lignes[0]).toMatch(/^du lundi au jeudi/);
  const written = textOfEditor(filled);
  expect(written.ok && written.text).toContain('PH off; 2026 Dec 24 off');
  expect(filled.grille.semaine[0]).toMatchObject([
    { debut: '09:00', fin: '12:00' },
    { debut: '14:00', fin: '17:00' },
  ]);
  expect(filled.grille.semaine[4]).toMatchObject([{ debut: '09:00', fin: '12:00' }]);
});

test.each([
  ['Fermé le mercredi', 'Mo,Tu,Th,Fr 09:30-12:00; PH off; 2026 Dec 24 off'],
  ['fermé le 1er lundi du mois', 'Mo-Fr 09:30-12:00; week 1-53/2 We 14:00-17:00; Mo[1] off; PH off; 2026 Dec 24 off'],
  ['fermé le jeudi', 'Mo-We,Fr 09:30-12:00; week 1-53/2 We 14:00-17:00; PH off; 2026 Dec 24 off'],
  ['Fermé le 28 décembre 2026', `${TEXT}; 2026 Dec 28 off`],
  ['fermé en août', 'Mo-Fr 09:30-12:00; week 1-53/2 We 14:00-17:00; Aug off; PH off; 2026 Dec 24 off'],
])('« %s », pasted, closes within the week that stands there', (colle, expected) => {
  const { draft, collage } = pressEditor({ ...editorOfText(TEXT), colle }, 'coller', { stored: TEXT });
  expect(collage?.kind).toBe('compris');
  expect(textOfEditor(draft)).toEqual({ ok: true, text: expected });
});

test('« Fermé le jeudi après-midi », pasted, takes the afternoon out of that day', () => {
  const stored = 'Mo-Fr 09:00-12:00,14:00-17:00; PH off';
  const { draft } = pressEditor({ ...editorOfText(stored), colle: 'Fermé le jeudi après-midi' }, 'coller', { stored });
  expect(textOfEditor(draft)).toEqual({
    ok: true,
    text: 'Mo-We,Fr 09:00-12:00,14:00-17:00; Th 09:00-12:00; PH off',
  });
});

test.each([
  ['Mo-Fr', '« Mo-Fr » sans heures veut dire ouvert jour et nuit.'],
  ['Mo-Fr 12:00-09:00', '12:00-09:00 veut dire ouvert jusqu’au lendemain.'],
  ['Mo 14:00-14:00', '14:00-14:00 veut dire ouvert pendant 24 heures.'],
])('%s reads, and who writes it is told what it says', (text, said) => {
  const doubt = `À vérifier\u00a0: ${said}`;
  const pasted = pressEditor({ ...editorOfText(null), colle: text }, 'coller', { stored: null });
  expect(pasted.collage?.kind === 'compris' ? pasted.collage.lignes : []).toContain(doubt);
  const typed = pressEditor({ ...editorOfText(null), texte: text }, 'texte', { stored: null });
  expect(typed.annonce).toContain(doubt);
  const usual = pressEditor({ ...editorOfText(null), texte: 'Fr 18:00-02:00' }, 'texte', { stored: null });
  expect(usual.annonce).not.toContain('vérifier');
});

test('« Fermé le mercredi » is asked about where no day is open', () => {
  const draft = { ...editorOfText(null), colle: 'Fermé le mercredi' };
  expect(pressEditor(draft, 'coller', { stored: null })).toMatchObject({ draft, collage: { kind: 'refus' } });
});

test('a pasted text that is not understood marks the place, and changes nothing', () => {
  const draft = { ...editorOfText(TEXT), colle: 'lundi 9h-12h, fermé blabla' };
  const view = pressEditor(draft, 'coller', { stored: TEXT });
  expect(view.draft).toEqual(draft);
  expect(view.collage).toMatchObject({ kind: 'refus', endroit: 'blabla' });
  const { avant, endroit, apres } = { avant: '', endroit: '', apres: '', ...view.collage };
  expect(avant + endroit + apres).toBe(draft.colle);
  expect(pressEditor({ ...draft, colle: ' ' }, 'coller', { stored: TEXT }).errors).toMatchObject([
    { control: 'colle' },
  ]);
});

test('a pasted text whose meaning is not sure asks which, and takes the one that is chosen', () => {
  const draft = { ...editorOfText(null), colle: 'lundi 14 18 h' };
  const { collage } = pressEditor(draft, 'coller', { stored: null });
  if (collage?.kind !== 'question') throw new Error(JSON.stringify(collage));
  expect(collage.lectures.length).toBeGreaterThan(0);
  expect(pressEditor(draft, 'lecture', { stored: null }).collage?.kind).toBe('question');
  const chosen = pressEditor(draft, 'lecture', { stored: null, lecture: collage.lectures[0]?.osm ?? '' });
  expect(chosen.collage?.kind).toBe('compris');
  expect(textOfEditor(chosen.draft)).toEqual({ ok: true, text: collage.lectures[0]?.osm });
});

test('the raw text is taken as it is; with days changed too, the person is asked which holds', () => {
  const raw = 'Tu 08:00-09:00';
  expect(edit(TEXT, (draft) => ({ ...draft, texte: ` ${raw} ` }))).toBe(raw);
  const both = textOfEditor({ ...withDay(1, '9h', '10h')(editorOfText(TEXT)), texte: raw });
  expect(both.ok ? [] : both.errors).toMatchObject([{ control: 'texte' }]);
  const taken = pressEditor({ ...editorOfText(TEXT), texte: raw }, 'texte', { stored: TEXT });
  expect(taken.draft.grille.semaine[1]).toMatchObject([{ debut: '08:00', fin: '09:00' }]);
  const wrong = pressEditor({ ...editorOfText(TEXT), texte: 'Mo 09:00-' }, 'texte', { stored: TEXT });
  expect(wrong.errors[0]?.message).toContain('Exemple');
});

test('the raw text follows the days as they change', () => {
  const changed = pressEditor(editorOfText('Mo 09:00-12:00'), 'comme-lundi:jour.1', { stored: null });
  expect(changed.draft.texte).toBe('Mo 09:00-12:00; Tu 09:00-12:00');
  expect(textOfEditor(changed.draft)).toEqual({ ok: true, text: 'Mo 09:00-12:00; Tu 09:00-12:00' });
});

test('going back gives what is stored', () => {
  const view = pressEditor(withDay(1, 'x', 'y')(editorOfText(TEXT)), 'remettre', { stored: TEXT });
  expect(view.draft).toEqual(editorOfText(TEXT));
});

test('a button has its own boxes', () => {
  const entries = [
    ['copie.jour.0', '1'],
    ['copie.jour.1', '2'],
    ['copie.jour.0', '4'],
    ['lecture', 'Mo 09:00-12:00'],
  ] as const;
  expect(choicesOf(entries, 'copier:jour.0')).toEqual({ copyTo: [1, 4], lecture: 'Mo 09:00-12:00' });
  expect(['coller', 'lecture', 'texte', 'remettre', 'actualiser', 'ajouter:jour.0'].every(isEditorIntent)).toBe(true);
  expect(['enregistrer', 'apercu', 'revenir', ''].some(isEditorIntent)).toBe(false);
});

const PLACE = { from: '2026-11-26', territory: '33', zone: 'Europe/Paris' };

test('the calendar shows six weeks day by day: hours, holidays, exceptions, appointments', () => {
  const booked = [
    { id: 1, debut: new Date('2026-12-02T13:00:00Z'), fin: new Date('2026-12-02T13:45:00Z'), prestation: 'Aide' },
  ];
  const weeks = calendarWeeks(TEXT, { ...PLACE, booked }) ?? [];
  expect(weeks.map(({ numero }) => numero)).toEqual([48, 49, 50, 51, 52, 53, 1]);
  const days = weeks.flatMap(({ jours }) => jours).filter((day) => day !== null);
  expect(days).toHaveLength(42);
  const on = (jour: string) => days.find((day) => day.jour === jour);
  expect(on('2026-12-02')).toMatchObject({
    etat: 'ouvert',
    lignes: ['14\u00a0h\u00a0– 17\u00a0h'],
    notes: ['1 rendez-vous pris'],
  });
  expect(on('2026-12-09')).toMatchObject({ lignes: ['9\u00a0h\u00a030\u00a0– 12\u00a0h'] });
  expect(on('2026-12-24')).toMatchObject({ etat: 'ferme', lignes: ['fermé'], notes: ['exception'] });
  expect(on('2026-12-25')).toMatchObject({ etat: 'ferme', notes: ['Noël'] });
  expect(summaryOf(weeks)).toBe('Du 26 novembre au 6 janvier : ouvert 27 jours, fermé 15 jours.');
  expect(calendarWeeks('', { ...PLACE, booked })).toBeNull();
  expect(calendarWeeks('appelez-nous', { ...PLACE, booked })).toBeNull();
});

test.each<[before: string, after: string, debut: string, leftOut: boolean]>([
  ['Mo-Fr 09:00-12:00', 'Mo-Fr 09:00-12:00; 2026 Dec 3 off', '2026-12-03T09:00:00Z', true],
  ['Mo-Fr 09:00-12:00', 'Mo-Fr 09:00-12:00; 2026 Dec 4 off', '2026-12-03T09:00:00Z', false],
  ['Mo-Fr 09:00-12:00', 'Mo-Fr 09:00-10:30', '2026-12-03T09:00:00Z', true],
  ['Mo-Fr 09:00-12:00', 'Mo-Fr 10:00-10:20,10:20-11:00', '2026-12-03T09:00:00Z', false],
  ['Mo-Fr 09:00-12:00', 'Mo-Fr 09:00-12:00 "sur rendez-vous"', '2026-12-03T09:00:00Z', false],
  // It was outside already: nothing new to say.
  ['Mo-We 09:00-12:00', 'Mo 09:00-12:00; Tu 09:00-12:00', '2026-12-03T09:00:00Z', false],
  ['', 'Mo 09:00-12:00', '2026-12-03T09:00:00Z', true],
  ['Mo-Fr 09:00-12:00', '', '2026-12-03T09:00:00Z', false],
  ['We 20:00-02:00', 'We 20:00-23:30', '2026-12-02T22:15:00Z', true],
  ['We 20:00-02:00', 'We 20:00-01:00', '2026-12-02T22:45:00Z', false],
])('from « %s » to « %s », an appointment at %s is left outside: %s', (before, after, debut, leftOut) => {
  const start = new Date(debut);
  const booked = [{ debut: start, fin: new Date(start.getTime() + 45 * 60_000) }];
  expect(bookingsLeftOut(booked, { before, after, zone: 'Europe/Paris', territory: '33' })).toHaveLength(
    leftOut ? 1 : 0,
  );
});
