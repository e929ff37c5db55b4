import { Form } from '@remix-run/react';
import type { Booked } from '#app/domain/horaires/booked.ts';
import type { CalendarPlace } from '#app/domain/horaires/calendar.ts';
import { errorSentence } from '#app/domain/horaires/form-edit.ts';
import type { EditorView } from '#app/domain/horaires/form-editor.ts';
import { findSection } from '#app/domain/sections.ts';
import { Arrival } from './arrival.tsx';
import { Button } from './button.tsx';
import { BookedConfirmation } from './horaires-booked.tsx';
import { HorairesEditor } from './horaires-editor.tsx';
import { ErrorSummary, PatienceNotice } from './notice.tsx';
import { Conflicts, Pending, type SectionConflict, type SectionLoaded } from './section-form.tsx';

export interface HorairesLoaded {
  view: EditorView;
  stored: string | null;
  place: CalendarPlace;
}

export interface HorairesAnswer {
  horaires?: EditorView | null;
  base?: string;
  conflicts?: readonly SectionConflict[];
  /** To confirm before saving. */
  booked?: readonly Booked[];
  /** Why nothing was saved, though nothing is wrong with what was typed. */
  refus?: string;
}

/** The form of the section of hours: the editor, what waits, what went wrong, and what others changed meanwhile. */
export function HorairesForm({
  loaded,
  horaires,
  answer,
  agendaPath,
}: {
  loaded: SectionLoaded;
  horaires: HorairesLoaded;
  answer: HorairesAnswer | undefined;
  /** Null where the person does not see the appointments. */
  agendaPath: string | null;
}) {
  const view = answer?.horaires ?? horaires.view;
  return (
    <Form method="post" className="horaires-form">
      <HorairesEditor
        initial={view}
        stored={horaires.stored}
        place={horaires.place}
        before={
          <>
            <p className="lead">{findSection('horaires')?.help}</p>
            <ErrorSummary errors={view.errors.map((error) => ({ id: error.control, message: errorSentence(error) }))} />
            {answer?.refus ? <PatienceNotice phrase={answer.refus} /> : null}
            {answer?.conflicts ? (
              <Arrival>
                <Conflicts conflicts={answer.conflicts} />
              </Arrival>
            ) : null}
            {answer?.booked ? (
              <Arrival>
                <BookedConfirmation booked={answer.booked} zone={horaires.place.zone} agendaPath={agendaPath} />
              </Arrival>
            ) : null}
            <Pending pending={loaded.pending} />
            <input type="hidden" name="base" value={answer?.base ?? loaded.base} />
          </>
        }
      >
        <div className="form-actions">
          <Button name="intent" value="enregistrer">
            Enregistrer
          </Button>
          <Button look="secondary" name="intent" value="apercu">
            Voir la fiche avec ces changements
          </Button>
        </div>
      </HorairesEditor>
    </Form>
  );
}
