import { type Opening, usualDay } from './evaluate.ts';
import { packBefore, unpackBefore } from './form-before.ts';
import { draftOfEntries, draftOfGrille, type GrilleDraft } from './form-draft.ts';
import { editDraft, isEditIntent } from './form-edit.ts';
import { closeWithin, type Filled, pasteInto } from './form-paste.ts';
import { type DraftError, grilleOfDraft, spreadDraft } from './form-read.ts';
import { readSource } from './form-source.ts';
import { readableWeek } from './french.ts';
import { type Grille, isEmptyGrille, type Plage } from './grille.ts';
import { editedText } from './grille-edit.ts';
import { textOfGrille } from './grille-write.ts';
import { MAX_LENGTH, parseHoraires } from './parse.ts';
import { understandHoraires, whyUnread } from './slips.ts';
import type { Reading } from './slips-unclear.ts';
import { storedForWords } from './store.ts';
import { DAY_MINUTES } from './week.ts';
import { DAY_NAMES } from './words.ts';

/** Everything that the form of hours holds. The same functions serve the browser and the server. */
export interface EditorDraft {
  /** The text that the inputs were filled from, to the letter: what is not touched comes out of it byte for byte. */
  source: string;
  grille: GrilleDraft;
  /** The field of the raw text, and what it showed before anyone typed in it. */
  texte: string;
  texteVu: string;
  /** The field of the pasted text. */
  colle: string;
  /** The inputs before a text was pasted, to go back to (see `packBefore`); empty: none was. */
  avant: string;
}

/** What became of a pasted text. `lectures`: the ways to read it, where there is more than one. */
export type PasteAnswer =
  /** `reste`, `enleve`: of the hours before, in French, what the text leaves and what it takes the place of. */
  | { kind: 'compris'; lignes: string[]; reste: string[]; enleve: string[] }
  | ({ kind: 'question'; message: string; lectures: readonly Reading[] } & MarkedPlace)
  | ({ kind: 'refus'; message: string } & MarkedPlace);

/** A text cut around the place of an error. */
interface MarkedPlace {
  avant: string;
  endroit: string;
  apres: string;
}

/** What the person sees after a button: the draft, what is wrong, where the focus goes, what is said. */
export interface EditorView {
  draft: EditorDraft;
  errors: DraftError[];
  collage: PasteAnswer | null;
  focus: string | null;
  annonce: string;
}

/** The form for a text of hours, nothing typed yet. */
export function editorOfText(text: string | null): EditorDraft {
  const source = text ?? '';
  return {
    source,
    grille: draftOfGrille(readSource(source).grille),
    texte: source,
    texteVu: source,
    colle: '',
    avant: '',
  };
}

/** What stands on the screen before any button. */
export function viewOf(draft: EditorDraft): EditorView {
  return { draft, errors: [], collage: null, focus: null, annonce: '' };
}

/** The inputs of the form, back from what a browser sends. */
export function editorOfEntries(entries: Iterable<readonly [string, unknown]>): EditorDraft {
  const list = [...entries];
  const text = (name: string) => {
    const value = list.find(([key]) => key === name)?.[1];
    return typeof value === 'string' ? value.replace(/\r\n?/g, '\n') : '';
  };
  return {
    source: readJsonText(text('source')),
    grille: draftOfEntries(list),
    texte: text('texte'),
    texteVu: readJsonText(text('texte_vu')),
    colle: text('colle'),
    avant: text('avant'),
  };
}

/** The text that the form says, to be kept; or every slip with its place. Empty: no hours are given. */
export function textOfEditor(draft: EditorDraft): Written {
  const written = writeGrille(draft);
  if (!isRawTextTyped(draft)) return written;
  const shownBefore = written.ok && written.text === draft.texteVu;
  if (!shownBefore) {
    const message =
      'Vous avez changé les jours et aussi ce texte : appuyez sur « Reprendre ce texte », ou remettez-le comme il était.';
    return { ok: false, errors: [{ group: 'texte', control: 'texte', message }] };
  }
  const read = readRawText(draft.texte);
  return 'error' in read ? { ok: false, errors: [read.error] } : { ok: true, text: read.text };
}

/** Whether someone typed in the field of the raw text. */
export function isRawTextTyped({ texte, texteVu }: EditorDraft): boolean {
  return texte.trim() !== texteVu.trim();
}

/** The draft whose raw text shows what the inputs say now, unless someone typed in it. */
export function withRawText(draft: EditorDraft): EditorDraft {
  if (isRawTextTyped(draft)) return draft;
  const written = writeGrille(draft);
  return written.ok ? { ...draft, texte: written.text, texteVu: written.text } : draft;
}

/**
 * The usual days before which a kept rule comes, so that what the form says there is not what the public will see: `mardi`. Exceptions
 * come after the kept rules, and hold.
 */
export function coveredHours(draft: EditorDraft): string[] {
  const reading = grilleOfDraft(draft.grille, readSource(draft.source).grille);
  if (!reading.ok || reading.grille.gardees.length === 0) return [];
  const written = writeGrille(draft);
  const parsed = written.ok ? parseHoraires(written.text) : null;
  if (!parsed?.ok) return [];
  const { rules } = parsed.horaires;
  const { semaine } = reading.grille;
  return DAY_NAMES.filter((_, day) => !areSeen(semaine[day] ?? [], usualDay(rules, day)));
}

function areSeen(plages: readonly Plage[], seen: readonly Opening[]): boolean {
  return plages.every(({ start, end, rendezVous }) =>
    seen.some((o) => o.start <= start && Math.min(end, DAY_MINUTES) <= o.end && rendezVous === (o.etat === 'inconnu')),
  );
}

/** Whether a button of the form gives it back without saving. */
export function isEditorIntent(intent: string): boolean {
  return isEditIntent(intent) || ['actualiser', 'coller', 'decoller', 'lecture', 'texte', 'remettre'].includes(intent);
}

/**
 * What a button of the form does, but for those that save or preview. Besides those of `editDraft`: `actualiser` (nothing but the
 * calendar), `coller` (fills the days from the pasted text), `lecture` (the same with the reading chosen), `decoller` (back to what
 * stood there before), `texte` (fills the days from the raw text), `remettre` (back to what is stored).
 */
export function pressEditor(
  draft: EditorDraft,
  intent: string,
  {
    copyTo = [],
    lecture = null,
    stored,
  }: { copyTo?: readonly number[]; lecture?: string | null; stored: string | null },
): EditorView {
  if (intent === 'remettre') {
    const annonce = 'Les horaires enregistrés sont remis.';
    return { ...viewOf(editorOfText(stored)), focus: 'jour.0.0.debut', annonce };
  }
  if (intent === 'coller') return paste(draft);
  if (intent === 'lecture') return lecture ? fillFrom(draft, lecture) : paste(draft);
  if (intent === 'decoller') return takeBackPaste(draft);
  if (intent === 'texte') return takeRawText(draft);
  if (intent === 'actualiser') {
    return viewOf(withRawText({ ...draft, grille: spreadDraft(draft.grille) }));
  }
  const edited = editDraft(draft.grille, intent, copyTo);
  return {
    ...viewOf(withRawText({ ...draft, grille: edited.draft })),
    focus: edited.focus,
    annonce: edited.annonce,
  };
}

/** The days and the reading that a button's own boxes choose: `copie.PATH`, `lecture`. */
export function choicesOf(
  entries: Iterable<readonly [string, unknown]>,
  intent: string,
): { copyTo: number[]; lecture: string | null } {
  const boxes = `copie.${intent.split(':')[1]}`;
  const copyTo: number[] = [];
  let lecture: string | null = null;
  for (const [name, value] of entries) {
    if (name === boxes) copyTo.push(Number(value));
    if (name === 'lecture' && typeof value === 'string') lecture = value;
  }
  return { copyTo, lecture };
}

export type Written = { ok: true; text: string } | { ok: false; errors: DraftError[] };

/** The same inputs are written several times over in one turn of the page. */
let lastWritten: { key: string; written: Written } | null = null;

function writeGrille({ source, grille }: EditorDraft): Written {
  const key = JSON.stringify([source, grille]);
  if (lastWritten?.key !== key) lastWritten = { key, written: writeDraft(source, grille) };
  return lastWritten.written;
}

function writeDraft(source: string, draft: GrilleDraft): Written {
  const { kind, osm, grille: before } = readSource(source);
  const reading = grilleOfDraft(draft, before);
  if (!reading.ok) return reading;
  const after = reading.grille;
  if (sameGrille(before, after)) return { ok: true, text: source };
  const rewrites = kind === 'vide' || kind === 'illisible';
  // A text that said "closed all week" goes on to say it.
  if (isEmptyGrille(after) && (rewrites || !isEmptyGrille(before))) return { ok: true, text: '' };
  const text = rewrites ? textOfGrille(after) : editedText({ text: osm, before, after });
  return text.length > MAX_LENGTH ? { ok: false, errors: [tooLong(text, draft)] } : { ok: true, text };
}

/** Nobody could read it back: said where there is most to take away. */
function tooLong({ length }: string, { exceptions, variantes }: GrilleDraft): DraftError {
  const [name, last] =
    exceptions.length > 0 ? ['exception', exceptions.length - 1] : ['variante', variantes.length - 1];
  const [group, control] = last < 0 ? ['texte', 'texte'] : [`${name}.${last}`, `${name}.${last}.du`];
  const message = `C’est trop pour un seul texte d’horaires : ${length} caractères, ${MAX_LENGTH} au plus. Retirez les exceptions passées, ou réunissez celles qui se suivent.`;
  return { group, control, message };
}

function sameGrille(a: Grille, b: Grille): boolean {
  const said = (grille: Grille) => JSON.stringify([draftOfGrille(grille), grille.gardees.map(({ texte }) => texte)]);
  return said(a) === said(b);
}

function paste(draft: EditorDraft): EditorView {
  const text = draft.colle.trim();
  if (text === '') {
    const message = 'Collez d’abord un texte. Exemple : du lundi au jeudi de 9h à 12h et de 14h à 17h, vendredi 9h-12h';
    return { ...viewOf(draft), errors: [{ group: 'colle', control: 'colle', message }], focus: 'colle' };
  }
  if (parseHoraires(text).ok) return fillFrom(draft, text);
  const understood = understandHoraires(text);
  if (understood.ok) return fillFrom(draft, understood.osm);
  const closed = closeDays(draft, text);
  if (closed) return closed;
  const { message, position, readings = [] } = understood;
  if (readings.length > 0) {
    const collage: PasteAnswer = { kind: 'question', message, lectures: readings, ...markPlace(text, position) };
    return { ...viewOf(draft), collage, focus: 'collage' };
  }
  return { ...viewOf(draft), collage: { kind: 'refus', message, ...markPlace(text, position) }, focus: 'collage' };
}

/** The form takes the hours of a pasted text: see `pasteInto`. */
function fillFrom(draft: EditorDraft, osm: string): EditorView {
  const filled = pasteInto(draft, osm);
  if (!filled) return viewOf(draft);
  return pasteView(draft, {
    filled,
    osm,
    annonce: 'La semaine est remplie avec le texte collé : vérifiez-la avant d’enregistrer.',
  });
}

/** "Fermé le mercredi" says nothing of the other days: see `closeWithin`. Null where the text says more, or there is no week. */
function closeDays(draft: EditorDraft, text: string): EditorView | null {
  const closed = closeWithin(draft, text);
  if (!closed) return null;
  return pasteView(draft, {
    ...closed,
    annonce: 'Les fermetures du texte collé sont ajoutées à la semaine : vérifiez-la avant d’enregistrer.',
  });
}

function pasteView(
  draft: EditorDraft,
  { filled, osm, annonce }: { filled: Filled; osm: string; annonce: string },
): EditorView {
  const { source, grille, reste, enleve } = filled;
  const collage: PasteAnswer = { kind: 'compris', lignes: describeText(osm), reste, enleve };
  const after = withRawText({ ...draft, source, grille, avant: packBefore(draft) });
  return { ...viewOf(after), collage, focus: 'collage', annonce };
}

function takeBackPaste(draft: EditorDraft): EditorView {
  const before = unpackBefore(draft.avant);
  if (!before) return viewOf(draft);
  const annonce = 'Le collage est annulé : les horaires d’avant sont revenus.';
  return { ...viewOf(withRawText({ ...draft, ...before, avant: '' })), focus: 'colle', annonce };
}

function takeRawText(draft: EditorDraft): EditorView {
  const read = readRawText(draft.texte);
  if ('error' in read) return { ...viewOf(draft), errors: [read.error], focus: 'texte' };
  const annonce = ['Les jours sont remplis avec ce texte.', ...doubtsOf(read.text)].join(' ');
  return { ...viewOf({ ...editorOfText(read.text), colle: draft.colle }), focus: 'texte', annonce };
}

/** An OSM text as it is; one that people write, as it was understood. */
function readRawText(typed: string): { text: string } | { error: DraftError } {
  const text = typed.trim();
  const strict = text === '' ? null : parseHoraires(text);
  if (strict === null || strict.ok) return { text };
  const understood = understandHoraires(text);
  if (understood.ok) return { text: understood.osm };
  const why = whyUnread(text);
  const place = markPlace(text, why.position).endroit;
  const where = place === '' ? '' : ` À cet endroit : « ${place} ».`;
  const message = `${why.message}${where} Exemple : Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00`;
  return { error: { group: 'texte', control: 'texte', message } };
}

/** The place is a word or a few characters. */
function markPlace(text: string, position: number): MarkedPlace {
  const at = Math.max(0, Math.min(position, text.length));
  const endroit = /^\s*\S{1,24}/.exec(text.slice(at))?.[0] ?? '';
  return { avant: text.slice(0, at), endroit, apres: text.slice(at + endroit.length) };
}

/** A text of hours in French lines: "du lundi au jeudi : 9 h – 12 h". */
function describeText(osm: string): string[] {
  const stored = storedForWords(osm);
  if (stored?.etat !== 'lu') return [osm];
  const { lignes, precisions } = readableWeek(stored);
  return [...lignes.map(({ jours, heures }) => `${jours} : ${heures}`), ...precisions, ...doubtsOf(osm)];
}

/** What a text says and surely does not mean: `14:00-14:00`, days without hours. */
function doubtsOf(osm: string): string[] {
  const parsed = parseHoraires(osm);
  return parsed.ok ? parsed.horaires.alertes.map(({ message }) => `À vérifier\u00a0: ${message}`) : [];
}

/** A text that goes through a form's hidden input as JSON: a browser would change its line ends. */
function readJsonText(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}
