import { expect, test } from 'vitest';
import {
  draftOfGrille,
  emptyException,
  emptyVariante,
  type GrilleDraft,
  type RowDraft,
} from '#app/domain/horaires/form-draft.ts';
import { grilleOfDraft, lastDayOf, spreadDraft } from '#app/domain/horaires/form-read.ts';
import type { Grille } from '#app/domain/horaires/grille.ts';
import { EMPTY_GRILLE } from '#app/domain/horaires/grille-read.ts';
import { textOfGrille } from '#app/domain/horaires/grille-write.ts';
import { understandHoraires } from '#app/domain/horaires/slips.ts';

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
  ['18h', '3h', 1080, 1620],
  ['17:00', 'minuit', 1020, 1440],
  ['minuit', '6h', 0, 360],
  ['Midi', '14h', 720, 840],
  ['8.30', '12.00', 510, 720],
  ['0830', '1200', 510, 720],
  ['8 heures', '12h00', 480, 720],
  ['14h', '5h le lendemain', 840, 1740],
  ['14:00', '05:00 lendemain', 840, 1740],
  ['20h', '8h (lendemain matin)', 1200, 1920],
])('« %s – %s » is %i to %i', (debut, fin, start, end) => {
  expect(read(draft({ 2: [row(debut, fin)] })).semaine[2]).toEqual([{ start, end, rendezVous: false, mention: null }]);
});

test.each([
  ['09:00', '', 'jour.4.0.fin', 'Il manque l’heure de fin (09:00 – …).'],
  ['', '12:00', 'jour.4.0.debut', 'Il manque l’heure de début (… – 12:00).'],
  ['25:00', '26:00', 'jour.4.0.debut', '« 25:00 – 26:00 » n’est pas une heure. Exemple : 09:00 – 12:30.'],
  ['09:00', '09:60', 'jour.4.0.fin', '« 09:00 – 09:60 » n’est pas une heure. Exemple : 09:00 – 12:30.'],
  ['midy', '14:00', 'jour.4.0.debut', '« midy – 14:00 » n’est pas une heure. Exemple : 09:00 – 12:30.'],
  ['9.5', '14:00', 'jour.4.0.debut', '« 9.5 – 14:00 » n’est pas une heure. Exemple : 09:00 – 12:30.'],
  ['0860', '1200', 'jour.4.0.debut', '« 0860 – 1200 » n’est pas une heure. Exemple : 09:00 – 12:30.'],
  ['5h le lendemain', '9h', 'jour.4.0.debut', 'Dites «\u00a0le lendemain\u00a0» à côté de l’heure de fin seulement.'],
  ['12:00', '09:00', 'jour.4.0.debut', 'La fin (09:00) doit venir après le début (12:00).'],
  ['09:00', '09:00', 'jour.4.0.debut', 'La fin (09:00) doit venir après le début (09:00).'],
])('« %s – %s » is refused at %s with the reason', (debut, fin, control, message) => {
  expect(messages(draft({ 4: [row(debut, fin)] }))).toEqual([[control, message]]);
});

test.each([
  ['14h', '5h', '14:00 – 05:00'],
  ['9h', '5h', '09:00 – 05:00'],
  ['8h', '1h', '08:00 – 01:00'],
  ['10h', '6h', '10:00 – 06:00'],
  ['20h', '8h', '20:00 – 08:00'],
])('« %s – %s » may be a slip or a night: it is asked, with how to say a night', (debut, fin, said) => {
  const end = said.slice(-5);
  const message = `${said} finit avant de commencer. Si c’est ouvert toute la nuit, écrivez «\u00a0${end} le lendemain\u00a0» comme heure de fin.`;
  expect(messages(draft({ 4: [row(debut, fin)] }))).toEqual([['jour.4.0.fin', message]]);
  expect(read(draft({ 4: [row(debut, `${end} le lendemain`)] })).semaine[4]).toHaveLength(1);
  // Whoever reads whole texts asks about the same.
  expect(understandHoraires(`vendredi ${debut}-${fin}`).ok).toBe(false);
});

test('a night that the text says already is not asked about, when another range of its day changes', () => {
  const night = { start: 840, end: 1740, rendezVous: false, mention: null };
  const before: Grille = { ...EMPTY_GRILLE, semaine: [[night], [], [], [], [], [], []] };
  const typed = draftOfGrille(before);
  const semaine = typed.semaine.map((rows, day) => (day === 0 ? [row('9h', '12h'), ...rows] : rows));
  expect(read({ ...typed, semaine }, before).semaine[0]?.[1]).toEqual(night);
});

test('a night that goes on into hours of the next day is said, beside the day that was typed', () => {
  const nights = draft({ 0: [row('20h', '3h')], 1: [row('2h', '12h')], 6: [row('22h', '4h')] });
  expect(messages(nights)).toEqual([
    [
      'jour.1.0.debut',
      'La nuit de lundi finit à 03:00, et mardi commence à 02:00\u00a0: c’est deux fois le même moment.',
    ],
  ]);
  expect(messages(draft({ 0: [row('20h', '3h')], 1: [row('3h', '12h')] }))).toEqual([]);
  const sunday = draft({ 6: [row('20h', '3h')], 0: [row('2h', '12h')] });
  expect(messages(sunday)).toMatchObject([['jour.0.0.debut', expect.stringContaining('La nuit de dimanche')]]);
  // Beside the evening, where that alone was typed.
  const before: Grille = { ...EMPTY_GRILLE, semaine: read(draft({ 1: [row('2h', '12h')] })).semaine };
  const evening = draft({ 0: [row('20h', '3h')], 1: [row('02:00', '12:00')] });
  expect(messages(evening, before)).toMatchObject([['jour.0.0.debut', expect.stringContaining('deux fois')]]);
  const variante = { ...emptyVariante('impaire'), semaine: evening.semaine };
  expect(messages(draft({}, { variantes: [variante] }))).toMatchObject([
    ['variante.0.jour.1.0.debut', expect.anything()],
  ]);
  // What the text says so is no error of who edits another day.
  const clash: Grille = {
    ...before,
    semaine: [read(draft({ 0: [row('20h', '3h')] })).semaine[0] ?? [], ...before.semaine.slice(1)],
  };
  const other = draftOfGrille(clash);
  const semaine = other.semaine.map((rows, day) => (day === 4 ? [row('9h', '12h')] : rows));
  expect(messages({ ...other, semaine }, clash)).toEqual([]);
});

test.each([
  ['sur rendez-vous', true, null],
  ['Sur RDV', true, null],
  ['uniquement sur rendez-vous', true, null],
  ['sur inscription', true, 'sur inscription'],
  ['sur rendez-vous au 05 56 00 00 00', true, 'sur rendez-vous au 05 56 00 00 00'],
  ['sans rendez-vous', false, 'sans rendez-vous'],
  ['avec ou sans rendez-vous', false, 'avec ou sans rendez-vous'],
  ['rendez-vous possible', false, 'rendez-vous possible'],
  ['au 2e étage', false, 'au 2e étage'],
])('the comment « %s » is by appointment: %s', (mention, rendezVous, kept) => {
  const plage = { start: 540, end: 720, rendezVous, mention: kept };
  expect(read(draft({ 1: [{ ...row('9h', '12h'), mention }] })).semaine[1]).toEqual([plage]);
  const exception = { ...emptyException('ouvert'), du: '2027-01-12', plages: [row('9h', '12h')], mention };
  const [opened] = read(draft({}, { exceptions: [exception] })).exceptions;
  expect(opened).toMatchObject({ plages: [{ rendezVous }], mention: kept });
});

test('a comment that speaks of an appointment and goes on is asked about; one that the text says already is not', () => {
  const mention = 'sur rendez-vous au 2e étage';
  const typed = draft({ 1: [{ ...row('09:00', '12:00'), mention }] });
  expect(messages(typed)).toMatchObject([
    ['jour.1.0.mention', expect.stringContaining('faut-il un rendez-vous\u00a0?')],
  ]);
  const plage = { start: 540, end: 720, rendezVous: false, mention };
  const before: Grille = { ...EMPTY_GRILLE, semaine: [[], [plage], [], [], [], [], []] };
  expect(read(typed, before).semaine[1]).toEqual([plage]);
});

test.each([
  ['2025-12-20', '', '2025-12-20'],
  ['20/12/2025', '2026-01-03', '2026-01-03'],
  ['2025-12-20', 'x', null],
  ['', '', null],
])('an exception from « %s » to « %s » ends on %s', (du, au, last) => {
  expect(lastDayOf({ ...emptyException('ferme'), du, au })).toBe(last);
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
