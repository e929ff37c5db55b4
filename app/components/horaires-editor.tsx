import { type FocusEvent, type MouseEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { CalendarPlace } from '#app/domain/horaires/calendar.ts';
import {
  choicesOf,
  coveredHours,
  type EditorDraft,
  type EditorView,
  editorOfEntries,
  isEditorIntent,
  isRawTextTyped,
  pressEditor,
  textOfEditor,
  type Written,
  withRawText,
} from '#app/domain/horaires/form-editor.ts';
import { type DraftError, spreadDraft } from '#app/domain/horaires/form-read.ts';
import { readSource } from '#app/domain/horaires/form-source.ts';
import { Button } from './button.tsx';
import { BookedWarning } from './horaires-booked.tsx';
import { HorairesCalendar } from './horaires-calendar.tsx';
import { EditorContext } from './horaires-context.ts';
import { GroupErrors, WeekFields } from './horaires-day.tsx';
import { ExceptionsFields, FeriesFields } from './horaires-exceptions.tsx';
import { KeptRules, RawTextFields, SourceNotice } from './horaires-kept.tsx';
import { PasteFields } from './horaires-paste.tsx';
import { VariantesFields } from './horaires-variantes.tsx';

interface EditorProps {
  initial: EditorView;
  /** What is stored, to go back to. */
  stored: string | null;
  place: CalendarPlace;
  /** What stands above the days, below them (the buttons that save), in the same column. */
  before?: ReactNode;
  children: ReactNode;
}

/**
 * The hours of a lieu or of a permanence, with a calendar of what the public will see. It stands in a form. Every button is one of that
 * form: without JavaScript the server gives the form back; with it the same functions answer here.
 */
export function HorairesEditor({ initial, stored, place, before, children }: EditorProps) {
  const root = useRef<HTMLDivElement>(null);
  const { view, errors, text, covered, tools, press, leave, spread } = useEditorState(initial, stored, root);
  const { draft } = view;
  const { grille } = draft;
  const source = useMemo(() => readSource(draft.source), [draft.source]);
  return (
    <EditorContext.Provider value={tools}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons within are the controls, this hears of all of them */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a button that is pressed from the keyboard is clicked */}
      <div className="horaires-editor" ref={root} onClick={press} onBlur={leave} onPaste={spread}>
        {/* What Enter in a field presses: it gives the form back and saves nothing. */}
        <button
          type="submit"
          name="intent"
          value="actualiser"
          className="visually-hidden"
          tabIndex={-1}
          aria-hidden="true"
          formNoValidate
        >
          Mettre à jour l’aperçu
        </button>
        <input type="hidden" name="source" value={JSON.stringify(draft.source)} />
        <input type="hidden" name="avant" value={draft.avant} />
        <input type="hidden" name="texte_vu" value={JSON.stringify(draft.texteVu)} />
        <div className="horaires-fields">
          {before}
          <SourceNotice kind={source.kind} source={draft.source} />
          <PasteFields colle={draft.colle} avant={draft.avant} answer={view.collage} />
          <h2 className="horaires-title">La semaine habituelle</h2>
          <p className="field-help">
            Écrivez les heures comme vous voulez : 9h, 9:30, midi, ou toute la journée d’un coup, « 9h-12h / 14h-17h ».
          </p>
          <GroupErrors group="horaires" />
          <WeekFields semaine={grille.semaine} placeAt={(day) => ({ of: 'semaine', day })} />
          <KeptRules gardees={source.grille.gardees} retirees={grille.retirees} covered={covered} />
          <VariantesFields variantes={grille.variantes} />
          <ExceptionsFields exceptions={grille.exceptions} today={place.from} />
          <FeriesFields feries={grille.feries} />
          <RawTextFields texte={draft.texte} typed={isRawTextTyped(draft)} />
          <p role="status" className="visually-hidden">
            {view.annonce}
          </p>
          <BookedWarning before={stored ?? ''} after={text} place={place} />
          {children}
        </div>
        <div className="horaires-preview">
          <HorairesCalendar text={text} waiting={errors.length > 0} place={place} />
          <noscript>
            <Button look="secondary" name="intent" value="actualiser" formNoValidate>
              Mettre à jour l’aperçu
            </Button>
          </noscript>
          <Button look="quiet" name="intent" value="remettre" formNoValidate>
            Remettre les horaires enregistrés
          </Button>
        </div>
      </div>
    </EditorContext.Provider>
  );
}

/** How long after the last key the text is written again, and the calendar follows. */
const SETTLE_MS = 250;

function useEditorState(initial: EditorView, stored: string | null, root: React.RefObject<HTMLDivElement>) {
  const [view, setView] = useState(initial);
  // What is wrong is said of groups that someone has left or tried to save, not of the one being typed in.
  const [left, setLeft] = useState<ReadonlySet<string>>(() => new Set(initial.errors.map(({ group }) => group)));
  const form = () => root.current?.closest('form') ?? undefined;
  const [settled, setSettled] = useSettled(view.draft);
  const reading = useMemo(() => textOfEditor(settled), [settled]);
  const errors = useMemo(() => shownErrors(view.errors, reading, left), [view.errors, reading, left]);
  const text = useLastText(reading, stored ?? '');
  const covered = useMemo(() => coveredHours(settled), [settled]);

  useEffect(() => {
    if (view.focus !== null && view !== initial) focusOn(view.focus);
  }, [view, initial]);
  // The raw text follows the days, once they have settled.
  useEffect(() => {
    const { texte, texteVu } = withRawText(settled);
    setView((seen) =>
      seen.draft === settled && texte !== settled.texte ? { ...seen, draft: { ...seen.draft, texte, texteVu } } : seen,
    );
  }, [settled]);

  const read = () => editorOfEntries(new FormData(form()));
  const onChange = () => {
    const draft = read();
    setView((seen) => ({ ...seen, draft, focus: null }));
  };
  const press = (event: MouseEvent<HTMLDivElement>) => {
    const button = event.target instanceof Element ? event.target.closest('button[name="intent"]') : null;
    if (!(button instanceof HTMLButtonElement) || !isEditorIntent(button.value)) return;
    event.preventDefault();
    const entries = new FormData(form());
    const answer = pressEditor(read(), button.value, { ...choicesOf(entries, button.value), stored });
    setView(answer);
    setSettled(answer.draft);
  };
  /** A day written in one field becomes its ranges. */
  const settle = () => {
    const before = read();
    const grille = spreadDraft(before.grille);
    if (JSON.stringify(before.grille) === JSON.stringify(grille)) return;
    const annonce = 'Les heures écrites sont réparties en plages.';
    setView((seen) => ({ ...seen, draft: { ...before, grille }, focus: null, annonce }));
  };
  const afterPress = useAfterPress();
  const leave = (event: FocusEvent<HTMLDivElement>) => {
    const { target, relatedTarget } = event;
    // From the keyboard a day is left by its last button; one that has been taken out of the page leaves nothing.
    if (!target.isConnected) return;
    const here = groupsOf(relatedTarget);
    const gone = groupsOf(target).filter((group) => !here.includes(group));
    afterPress(() => {
      if (gone.length > 0) setLeft((groups) => new Set([...groups, ...gone]));
      if (target.classList.contains('input-time')) settle();
    });
  };
  const spread = () => {
    requestAnimationFrame(settle);
  };
  const readAgain = useRef(onChange);
  // What was typed, or put back by the browser, before the page came alive.
  useEffect(() => readAgain.current(), []);

  return { view, errors, text, covered, press, leave, spread, tools: { errors, focus: view.focus, onChange } };
}

/**
 * Does something at once, or where a finger or a mouse button is down, once it is up again and the click has been heard: what appears
 * on the page meanwhile would push away the button that is being pressed.
 */
function useAfterPress(): (action: () => void) => void {
  const waiting = useRef<(() => void)[] | null>(null);
  useEffect(() => {
    const down = () => {
      waiting.current ??= [];
    };
    const up = () => {
      const actions = waiting.current ?? [];
      waiting.current = null;
      setTimeout(() => {
        for (const action of actions) action();
      });
    };
    addEventListener('pointerdown', down, true);
    addEventListener('pointerup', up, true);
    addEventListener('pointercancel', up, true);
    return () => {
      removeEventListener('pointerdown', down, true);
      removeEventListener('pointerup', up, true);
      removeEventListener('pointercancel', up, true);
    };
  }, []);
  return (action) => {
    if (waiting.current) waiting.current.push(action);
    else action();
  };
}

function shownErrors(given: readonly DraftError[], reading: Written, left: ReadonlySet<string>): DraftError[] {
  const empty = reading.ok && reading.text === '';
  const own = given.filter(({ group }) => group === 'colle' || group === 'texte' || (group === 'horaires' && empty));
  const isLeft = ({ group }: DraftError) => [...left].some((one) => group === one || group.startsWith(`${one}.`));
  const found = reading.ok ? [] : reading.errors.filter(isLeft);
  return [
    ...own,
    ...found.filter(({ group, message }) => !own.some((e) => e.group === group && e.message === message)),
  ];
}

/** What the draft was a moment after the last key, and how to say that it is settled at once. */
function useSettled(draft: EditorDraft): [EditorDraft, (draft: EditorDraft) => void] {
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    if (draft === settled) return;
    const timer = setTimeout(() => setSettled(draft), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [draft, settled]);
  return [settled, setSettled];
}

/** The last text that could be read. */
function useLastText(reading: Written, fallback: string): string {
  const last = useRef(fallback);
  if (reading.ok) last.current = reading.text;
  return last.current;
}

/** The groups that an element is in, the innermost first: a day, and the certain weeks that it is of. */
function groupsOf(target: EventTarget | null): string[] {
  const groups: string[] = [];
  for (let at = target instanceof Element ? target : null; at; at = at.parentElement) {
    const group = at.getAttribute('data-group');
    if (group !== null) groups.push(group);
  }
  return groups;
}

/** The input of that name, or the group that it would have been in. */
function focusOn(name: string): void {
  for (let id = name; id !== ''; id = id.replace(/\.?[^.]*$/, '')) {
    const found = document.getElementById(id);
    if (!found) continue;
    found.focus();
    return;
  }
}
