import { expect, test } from 'vitest';
import {
  draftOfGrille,
  emptyException,
  emptyVariante,
  type GrilleDraft,
  type RowDraft,
} from '#app/domain/horaires/form-draft.ts';
import { grilleOfDraft, spreadDraft } from '#app/domain/horaires/form-read.ts';
import type { Grille } from '#app/domain/horaires/grille.ts';
import { EMPTY_GRILLE } from '#app/domain/horaires/grille-read.ts';
import { textOfGrille } from '#app/domain/horaires/grille-write.ts';

const EMPTY: RowDraft = { debut: '', fin: '', rdv: false, mention: '' };
const row = (debut: string, fin: string): RowDraft => ({ ...EMPTY, debut, fin });

function draft(days: Record<number, RowDraft[]>, more: Partial<GrilleDraft> = {}): GrilleDraft {
  const base = draftOfGrille(EMPTY_GRILLE);
  return { ...base, semaine: base.semaine.map((_, day) => days[day] ?? []), ...more };
}

function read(typed: GrilleDraft, before = EMPTY_GRILLE): Grille {
  const reading = grilleOfDraft(typed, before);
  if (!reading.ok) throw new Error(JSON.stringify(reading.errors));
  return reading.grille;
}

const messages = (typed: GrilleDraft, before = EMPTY_GRILLE) => {
  const reading = grilleOfDraft(typed, before);
  return reading.ok ? [] : reading.errors.map(({ control, message }) => [control, message]);
};

test.each<[debut: string, fin: string, start: number, end: number]>([
  ['09:00', '12:30', 540, 750],
  ['9h', '12h30', 540, 750],
  [' 9 h 05', '12 H 30 ', 545, 750],
  ['9\u00a0h\u00a005', '12\u202fh\u202f30', 545, 750],
  ['9', '12', 540, 720],
  ['00:00', '24:00', 0, 1440],
  ['20:00', '00:00', 1200, 1440],
  ['20:00', '02:00', 1200, 1560],
  ['22:00', '06:00', 1320, 1800],
])('« %s – %s » is %i to %i', (debut, fin, start, end) => {
  expect(read(draft({ 2: [row(debut, fin)] })).semaine[2]).toEqual([{ start, end, rendezVous: false, mention: null }]);
});

test.each([
  ['09:00', '', 'jour.4.0.fin', 'Il manque l’heure de fin (09:00 – …).'],
  ['', '12:00', 'jour.4.0.debut', 'Il manque l’heure de début (… – 12:00).'],
  ['25:00', '26:00', 'jour.4.0.debut', '« 25:00 – 26:00 » n’est pas une heure. Exemple : 09:00 – 12:30.'],
  ['09:00', '09:60', 'jour.4.0.fin', '« 09:00 – 09:60 » n’est pas une heure. Exemple : 09:00 – 12:30.'],
  ['midi', '14:00', 'jour.4.0.debut', '« midi – 14:00 » n’est pas une heure. Exemple : 09:00 – 12:30.'],
  ['12:00', '09:00', 'jour.4.0.debut', 'La fin (09:00) doit venir après le début (12:00).'],
  ['09:00', '09:00', 'jour.4.0.debut', 'La fin (09:00) doit venir après le début (09:00).'],
])('« %s – %s » is refused at %s with the reason', (debut, fin, control, message) => {
  expect(messages(draft({ 4: [row(debut, fin)] }))).toEqual([[control, message]]);
});

test('« fermé » and « sur rdv » typed in the place of an hour are understood as well', () => {
  const semaine = [[row('fermé', '')], [row('Fermé', '12:00')], [row('sur rdv', '')], [row('sur rdv', '12:00')]];
  const spread = spreadDraft(draft({ ...semaine })).semaine;
  expect(spread.slice(0, 4)).toEqual([[], [], [{ ...EMPTY, rdv: true }], [row('sur rdv', '12:00')]]);
});

test('ranges of a day that overlap are refused; those that touch, or come in any order, are put in order', () => {
  const overlap = draft({ 0: [row('14:00', '18:30'), row('11:00', '14:30')] });
  expect(messages(overlap)).toEqual([
    ['jour.0.0.debut', 'La plage qui commence à 14:00 chevauche celle qui finit à 14:30.'],
  ]);
  const any = read(draft({ 0: [row('14:00', '18:00'), row('12:00', '14:00'), row('09:00', '12:00')] }));
  expect(any.semaine[0]?.map(({ start }) => start)).toEqual([540, 720, 840]);
});

test('by appointment without hours is the whole day; a comment alone asks for hours', () => {
  expect(read(draft({ 1: [{ ...EMPTY, rdv: true, mention: 'au 2e' }] })).semaine[1]).toEqual([
    { start: 0, end: 1440, rendezVous: true, mention: 'au 2e' },
  ]);
  expect(messages(draft({ 1: [{ ...EMPTY, mention: 'au 2e' }] }))).toEqual([
    ['jour.1.0.debut', 'Il manque les heures de cette plage.'],
  ]);
});

test.each([
  ['9h-12h / 14h-17h', ''],
  ['9h-12h / 14h-17h', '12:00'],
  ['', '9h-12h / 14h-17h'],
])('a whole day written in one field (« %s », « %s ») becomes its ranges', (debut, fin) => {
  const spread = spreadDraft(draft({ 1: [{ ...row(debut, fin), mention: 'au 2e' }] }));
  expect(spread.semaine[1]).toEqual([
    { ...row('09:00', '12:00'), mention: 'au 2e' },
    { ...row('14:00', '17:00'), mention: 'au 2e' },
  ]);
});

test('what the text says of another day is no error, whatever a form could say of it', () => {
  const odd = [
    { start: 540, end: 720, rendezVous: false, mention: null },
    { start: 700, end: 800, rendezVous: false, mention: null },
  ];
  const night = [{ start: 1200, end: 1200 + 720, rendezVous: false, mention: null }];
  const before: Grille = { ...EMPTY_GRILLE, semaine: [odd, night, [], [], [], [], []] };
  const typed = draftOfGrille(before);
  const after = read(
    { ...typed, semaine: typed.semaine.map((rows, day) => (day === 2 ? [row('9h', '12h')] : rows)) },
    before,
  );
  expect(after.semaine.slice(0, 2)).toEqual([odd, night]);
  expect(
    messages(
      { ...typed, semaine: typed.semaine.map((rows, day) => (day === 0 ? [...rows, row('9h', '10h')] : rows)) },
      before,
    ),
  ).not.toEqual([]);
});

test('a day told to be as usual in certain weeks follows the usual week when that changes', () => {
  const usual = [{ start: 540, end: 720, rendezVous: false, mention: null }];
  const own = [{ start: 840, end: 1020, rendezVous: false, mention: null }];
  const semaine = [usual, usual, usual, [], [], [], []];
  const before: Grille = {
    ...EMPTY_GRILLE,
    semaine,
    variantes: [
      {
        quand: { kind: 'semaines', parite: 'impaire' },
        effet: 'remplace',
        semaine: [usual, usual, own, [], [], [], []],
      },
    ],
  };
  const typed = draftOfGrille(before);
  expect(typed.variantes[0]?.habituels).toEqual([0, 1, 3, 4, 5, 6]);
  const after = read(
    { ...typed, semaine: typed.semaine.map((rows, day) => (day === 1 ? [row('10h', '11h')] : rows)) },
    before,
  );
  const tuesday = [{ start: 600, end: 660, rendezVous: false, mention: null }];
  expect(after.variantes[0]?.semaine).toEqual([usual, tuesday, own, [], [], [], []]);
});

test.each<[string, Partial<GrilleDraft>, string, string]>([
  ['no date', { exceptions: [emptyException('ferme')] }, 'exception.0.du', 'Il manque la date.'],
  [
    'a day that is none',
    { exceptions: [{ ...emptyException('ferme'), du: '31/02/2026' }] },
    'exception.0.du',
    'n’est pas une date',
  ],
  [
    'an end before its start',
    { exceptions: [{ ...emptyException('ferme'), du: '2026-12-24', au: '2026-12-20' }] },
    'exception.0.au',
    'vient avant',
  ],
  [
    'an opening without hours',
    { exceptions: [{ ...emptyException('ouvert'), du: '2026-12-24' }] },
    'exception.0.plage.0.debut',
    'Il manque les heures',
  ],
  [
    'the same day twice',
    {
      exceptions: [
        { ...emptyException('ferme'), du: '2026-12-20', au: '2026-12-31' },
        { ...emptyException('ferme'), du: '24/12/2026' },
      ],
    },
    'exception.1.du',
    '24 décembre 2026',
  ],
  ['certain weeks without hours', { variantes: [emptyVariante('impaire')] }, 'variante.0.effet', 'au moins un jour'],
  [
    'no rank',
    { variantes: [{ ...emptyVariante('rang'), rangs: [], semaine: draft({ 5: [row('9h', '12h')] }).semaine }] },
    'variante.0.rang.1',
    'Cochez',
  ],
  [
    'a closure on certain days of the month, without a day',
    { variantes: [{ ...emptyVariante('rang'), effet: 'ferme' }] },
    'variante.0.ferme.0',
    'jour de la semaine',
  ],
  [
    'a season without dates',
    { variantes: [{ ...emptyVariante('saison'), effet: 'ferme' }] },
    'variante.0.du_jour',
    'premier et le dernier jour',
  ],
])('%s is said beside its input', (_, more, control, words) => {
  expect(messages(draft({}, more))).toEqual([[control, expect.stringContaining(words)]]);
});

test('the first Monday and Tuesday of the month are closed, and come back checked', () => {
  const variante = { ...emptyVariante('rang'), effet: 'ferme' as const, fermes: [0, 1] };
  const { variantes } = read(draft({}, { variantes: [variante] }));
  expect(variantes).toEqual([
    { quand: { kind: 'rang', rangs: [1] }, effet: 'ferme', jours: [0, 1], semaine: [[], [], [], [], [], [], []] },
  ]);
  const grille = { ...EMPTY_GRILLE, variantes };
  expect(textOfGrille(grille)).toBe('Mo[1],Tu[1] off');
  expect(draftOfGrille(grille).variantes).toEqual([variante]);
});

test('a season in which it is closed, and a date as French people write it', () => {
  const { variantes, exceptions } = read(
    draft(
      {},
      {
        variantes: [
          { ...emptyVariante('saison'), effet: 'ferme', du: { jour: '1', mois: '8' }, au: { jour: '15', mois: '8' } },
        ],
        exceptions: [{ ...emptyException('ferme'), du: '24/12/2026', mention: ' inventaire ' }],
      },
    ),
  );
  expect(variantes).toEqual([
    {
      quand: { kind: 'saison', du: { mois: 8, jour: 1 }, au: { mois: 8, jour: 15 } },
      effet: 'remplace',
      semaine: [[], [], [], [], [], [], []],
    },
  ]);
  expect(exceptions).toEqual([{ du: '2026-12-24', au: '2026-12-24', plages: [], mention: 'inventaire' }]);
});
