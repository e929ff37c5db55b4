import {
  EMPTY_ROW,
  emptyException,
  emptyVariante,
  type GrilleDraft,
  pathOf,
  placeOf,
  type RowDraft,
  type RowsPlace,
  rowsAt,
  type VarianteDraft,
} from './form-draft.ts';
import { type DraftError, isBlank, rowText, spreadDraft } from './form-read.ts';
import { capitalize, DAY_NAMES, formatDayList } from './words.ts';

/** What a button of the editor gives. */
export interface Edited {
  draft: GrilleDraft;
  /** The name of the input that takes the focus, or of the group where no input is left; null: stay. */
  focus: string | null;
  /** What happened, in French, for who does not see it. Empty: nothing. */
  annonce: string;
}

/** As many as a form can hold and a person read. */
const MAX_VARIANTES = 20;
const MAX_EXCEPTIONS = 60;
const MAX_ROWS = 12;

/**
 * What a button of the form does to the draft, in the browser and on the server alike. `ajouter:PATH` (one more range),
 * `retirer:PATH:N`, `vider:PATH`, `copier:PATH` (onto the days given), `comme-lundi:PATH`, `variante-ajouter:KIND`,
 * `variante-retirer:K`, `exception-ajouter:ferme|ouvert`, `exception-retirer:K`. Other names change nothing.
 */
export function editDraft(typed: GrilleDraft, intent: string, copyTo: readonly number[] = []): Edited {
  const [verb = '', target = '', detail = ''] = intent.split(':');
  const draft = spreadDraft(typed);
  const unchanged = { draft, focus: null, annonce: '' };
  if (verb === 'variante-ajouter') return addVariante(draft, target) ?? unchanged;
  if (verb === 'exception-ajouter') return addException(draft, target) ?? unchanged;
  if (verb === 'variante-retirer') return removeVariante(draft, Number(target)) ?? unchanged;
  if (verb === 'exception-retirer') return removeException(draft, Number(target)) ?? unchanged;
  const place = placeOf(target);
  const rows = place && rowsAt(draft, place);
  if (!place || !rows) return unchanged;
  if (verb === 'ajouter') return addRow(draft, place, rows);
  if (verb === 'retirer') return removeRow(draft, { place, rows, index: Number(detail) }) ?? unchanged;
  if (verb === 'vider') return clearRows(draft, place);
  if (place.of === 'exception') return unchanged;
  if (verb === 'copier') return copyRows(draft, { place, rows, copyTo });
  if (verb === 'comme-lundi') return copyMonday(draft, place);
  return unchanged;
}

/** Whether a button of the form edits the draft and saves nothing. */
export function isEditIntent(intent: string): boolean {
  return /^(?:ajouter|retirer|vider|copier|comme-lundi|(?:variante|exception)-(?:ajouter|retirer)):/.test(intent);
}

/** What a list of ranges is called: `lundi`, `lundi (certaines semaines)`, `jour exceptionnel 2`. */
export function placeName(place: RowsPlace): string {
  if (place.of === 'exception') return `jour exceptionnel ${place.index + 1}`;
  const day = DAY_NAMES[place.day] ?? '';
  return place.of === 'semaine' ? day : `${day}, semaines particulières ${place.index + 1}`;
}

/** What is wrong, with the day or the part of the form it is about: `Jeudi : la fin…`. */
export function errorSentence({ group, message }: DraftError): string {
  const [, part, index] = /^(variante|exception)\.(\d+)$/.exec(group) ?? [];
  const place = placeOf(group);
  const name = place
    ? placeName(place)
    : part === undefined
      ? ''
      : `${part === 'variante' ? 'semaines particulières' : 'jour exceptionnel'} ${Number(index) + 1}`;
  return name === '' ? message : `${capitalize(name)} : ${message}`;
}

function addRow(draft: GrilleDraft, place: RowsPlace, rows: readonly RowDraft[]): Edited {
  // The form always shows one row of a day of the usual week: a day without ranges gets its second at once.
  const shown = place.of === 'semaine' && rows.length === 0 ? [{ ...EMPTY_ROW }] : rows;
  if (shown.length >= MAX_ROWS) {
    return { draft, focus: null, annonce: `${MAX_ROWS} plages au plus pour un jour.` };
  }
  return {
    draft: withRows(draft, place, [...shown, { ...EMPTY_ROW }]),
    focus: `${pathOf(place)}.${shown.length}.debut`,
    annonce: `Une plage ajoutée : ${placeName(place)}.`,
  };
}

function removeRow(
  draft: GrilleDraft,
  { place, rows, index }: { place: RowsPlace; rows: readonly RowDraft[]; index: number },
): Edited | null {
  const removed = rows[index];
  if (!removed) return null;
  const left = rows.filter((_, at) => at !== index);
  const path = pathOf(place);
  const keepsOne = left.length > 0 || place.of === 'semaine';
  return {
    draft: withRows(draft, place, left),
    focus: keepsOne ? `${path}.${Math.max(0, Math.min(index, left.length - 1))}.debut` : path,
    annonce: `Plage ${isBlank(removed) ? 'vide' : rowText(removed)} retirée : ${placeName(place)}.`,
  };
}

function clearRows(draft: GrilleDraft, place: RowsPlace): Edited {
  return { draft: withRows(draft, place, []), focus: pathOf(place), annonce: `Jour vidé : ${placeName(place)}.` };
}

type WeekPlace = Exclude<RowsPlace, { of: 'exception' }>;

function copyRows(
  draft: GrilleDraft,
  { place, rows, copyTo }: { place: WeekPlace; rows: readonly RowDraft[]; copyTo: readonly number[] },
): Edited {
  const days = [...new Set(copyTo)].filter((day) => day !== place.day && DAY_NAMES[day] !== undefined);
  if (days.length === 0) return { draft, focus: null, annonce: 'Cochez les jours à remplir, puis « Copier ».' };
  const copied = days.reduce((next, day) => withRows(next, { ...place, day }, rows), draft);
  const names = formatDayList(days.sort((a, b) => a - b));
  return {
    draft: copied,
    focus: `${pathOf({ ...place, day: days[0] ?? place.day })}.0.debut`,
    annonce: `Les horaires du ${DAY_NAMES[place.day]} sont copiés : ${names}.`,
  };
}

function copyMonday(draft: GrilleDraft, place: WeekPlace): Edited {
  const monday = rowsAt(draft, { ...place, day: 0 }) ?? [];
  return {
    draft: withRows(draft, place, monday),
    focus: `${pathOf(place)}.0.debut`,
    annonce: `${placeName(place)} : comme lundi.`,
  };
}

function addVariante(draft: GrilleDraft, kind: string): Edited | null {
  const quand = KINDS.find((known) => known === kind);
  if (!quand) return null;
  if (draft.variantes.length >= MAX_VARIANTES) return { draft, focus: null, annonce: 'Il y en a déjà trop.' };
  return {
    draft: { ...draft, variantes: [...draft.variantes, emptyVariante(quand)] },
    focus: `variante.${draft.variantes.length}.quand`,
    annonce: 'Des semaines particulières sont ajoutées : dites lesquelles, puis leurs heures.',
  };
}

const KINDS: readonly VarianteDraft['quand'][] = ['impaire', 'paire', 'rang', 'saison', 'vacances'];

function removeVariante(draft: GrilleDraft, index: number): Edited | null {
  if (!draft.variantes[index]) return null;
  return {
    draft: { ...draft, variantes: draft.variantes.filter((_, at) => at !== index) },
    focus: 'variantes',
    annonce: 'Ces semaines particulières sont retirées.',
  };
}

function addException(draft: GrilleDraft, genre: string): Edited | null {
  if (genre !== 'ferme' && genre !== 'ouvert') return null;
  if (draft.exceptions.length >= MAX_EXCEPTIONS) return { draft, focus: null, annonce: 'Il y en a déjà trop.' };
  return {
    draft: { ...draft, exceptions: [...draft.exceptions, emptyException(genre)] },
    focus: `exception.${draft.exceptions.length}.du`,
    annonce: `${genre === 'ferme' ? 'Une fermeture exceptionnelle' : 'Une ouverture exceptionnelle'} est ajoutée : donnez sa date.`,
  };
}

function removeException(draft: GrilleDraft, index: number): Edited | null {
  if (!draft.exceptions[index]) return null;
  return {
    draft: { ...draft, exceptions: draft.exceptions.filter((_, at) => at !== index) },
    focus: 'exceptions',
    annonce: 'Ce jour exceptionnel est retiré.',
  };
}

/** The draft with other ranges at a place; each gets its own copy. */
function withRows(draft: GrilleDraft, place: RowsPlace, rows: readonly RowDraft[]): GrilleDraft {
  const copy = rows.map((row) => ({ ...row }));
  const inWeek = (semaine: RowDraft[][], day: number) => semaine.map((own, at) => (at === day ? copy : own));
  if (place.of === 'semaine') return { ...draft, semaine: inWeek(draft.semaine, place.day) };
  if (place.of === 'variante') {
    return {
      ...draft,
      variantes: draft.variantes.map((variante, at) =>
        at === place.index
          ? {
              ...variante,
              habituels: variante.habituels.filter((day) => day !== place.day),
              semaine: inWeek(variante.semaine, place.day),
            }
          : variante,
      ),
    };
  }
  return {
    ...draft,
    exceptions: draft.exceptions.map((exception, at) =>
      at === place.index ? { ...exception, plages: copy } : exception,
    ),
  };
}
