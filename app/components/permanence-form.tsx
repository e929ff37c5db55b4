import { Form } from '@remix-run/react';
import type { Booked } from '#app/domain/horaires/booked.ts';
import type { CalendarPlace } from '#app/domain/horaires/calendar.ts';
import { errorSentence } from '#app/domain/horaires/form-edit.ts';
import type { EditorView } from '#app/domain/horaires/form-editor.ts';
import type { DraftError } from '#app/domain/horaires/form-read.ts';
import { labelOfValue } from '#app/domain/libelles.ts';
import type { EtapeInput, PermanenceDraft } from '#app/domain/permanence-draft.ts';
import { DISPOSITIFS, SERVICES } from '#app/domain/vocabulaires.ts';
import { Arrival } from './arrival.tsx';
import { Button, LinkButton } from './button.tsx';
import { CheckboxGroup, type FormField, plainField, RadioGroup, SelectField, TextField } from './fields.tsx';
import { BookedConfirmation, BookedList } from './horaires-booked.tsx';
import { HorairesEditor } from './horaires-editor.tsx';
import { ErrorSummary, Notice, PatienceNotice } from './notice.tsx';

export interface PermanenceFormData {
  id: string;
  /** Not there yet. */
  nouvelle: boolean;
  draft: PermanenceDraft;
  view: EditorView;
  /** The hours that are stored, to go back to. */
  stored: string | null;
  /** The list that the person has before their eyes, as JSON. */
  base: string;
}

/** The form of one permanence: by whom, for what, where, then its hours in the same editor as those of the lieu. */
export function PermanenceForm({
  data,
  place,
  errors,
  refus,
  conflict,
  confirmRemoval,
  booked,
  agendaPath,
  backTo,
}: {
  data: PermanenceFormData;
  place: CalendarPlace;
  errors: readonly DraftError[];
  /** Why nothing was saved, though nothing is wrong with what was typed. */
  refus: string | null;
  /** What somebody else made of it meanwhile, in words; null: nothing. */
  conflict: { theirs: string; mine: string } | null;
  confirmRemoval: boolean;
  /** The appointments that would then fall outside its hours, to be told before it is saved or taken out. */
  booked: readonly Booked[];
  /** Null where the person does not see the appointments. */
  agendaPath: string | null;
  backTo: string;
}) {
  const { draft, view } = data;
  const shown = errors.length > 0 ? { ...view, errors: [...errors] } : view;
  return (
    <Form method="post" className="horaires-form">
      <HorairesEditor
        initial={shown}
        stored={data.stored}
        place={place}
        before={
          <>
            <input type="hidden" name="id" value={data.id} />
            <input type="hidden" name="base" value={data.base} />
            <ErrorSummary
              errors={errors.map((error) => ({ id: idOf(error.control), message: errorSentence(error) }))}
            />
            {refus ? <PatienceNotice phrase={refus} /> : null}
            {conflict ? (
              <Arrival>
                <ConflictChoice {...conflict} />
              </Arrival>
            ) : null}
            {confirmRemoval ? (
              <Arrival>
                <RemovalConfirmation booked={booked} zone={place.zone} />
              </Arrival>
            ) : booked.length > 0 ? (
              <Arrival>
                <BookedConfirmation booked={booked} zone={place.zone} agendaPath={agendaPath} />
              </Arrival>
            ) : null}
            <WhoAndWhat draft={draft} errors={errors} />
            <Where draft={draft} errors={errors} />
          </>
        }
      >
        <div className="form-actions">
          <Button name="intent" value="enregistrer">
            Enregistrer
          </Button>
          <LinkButton look="secondary" to={backTo}>
            Revenir sans enregistrer
          </LinkButton>
          {data.nouvelle ? null : (
            <Button look="quiet" name="intent" value="supprimer" formNoValidate>
              Supprimer cette permanence
            </Button>
          )}
        </div>
      </HorairesEditor>
    </Form>
  );
}

function WhoAndWhat({ draft, errors }: { draft: PermanenceDraft; errors: readonly DraftError[] }) {
  return (
    <>
      <SelectField
        label="Qui aide ?"
        field={fieldOf('dispositif', draft.dispositif, errors)}
        empty="L’équipe du lieu"
        options={DISPOSITIFS.map((value) => ({ value, label: labelOfValue('dispositif_programmes_nationaux', value) }))}
      />
      <details className="fold" open={draft.services.length > 0}>
        <summary>
          <span className="fold-title">Pour quoi ?</span>
          <span className="fold-hint">Sans rien cocher : tous les services du lieu.</span>
        </summary>
        <div className="fold-body">
          <CheckboxGroup
            label="Les services de cette permanence"
            field={{ ...fieldOf('services', '', errors), defaultOptions: draft.services }}
            options={SERVICES.map((value) => ({ value, label: labelOfValue('services', value) }))}
          />
        </div>
      </details>
      <TextField
        label="Précision pour le public"
        help="Par exemple : bureau 2, avec Marie."
        optional
        field={fieldOf('precision', draft.precision, errors)}
      />
    </>
  );
}

function Where({ draft, errors }: { draft: PermanenceDraft; errors: readonly DraftError[] }) {
  const { etape } = draft;
  const of = (name: EtapeInput) => fieldOf(`etape.${name}`, etape[name], errors);
  return (
    <div className="permanence-ou">
      <RadioGroup
        label="Où ?"
        field={fieldOf('ou', draft.ou, errors)}
        options={[
          { value: 'ici', label: 'Ici, dans le lieu' },
          {
            value: 'ailleurs',
            label: 'Ailleurs : une étape d’une tournée',
            help: 'Un bus, un conseiller qui se déplace : le public le voit sur la carte le jour venu.',
          },
        ]}
      />
      <div className="permanence-etape">
        <TextField
          label="Nom de l’endroit"
          help="Celui que les gens connaissent. Par exemple : place du marché."
          field={of('nom')}
        />
        <TextField label="Adresse" optional field={of('adresse')} />
        <TextField label="Code postal" optional short inputMode="numeric" field={of('code_postal')} />
        <TextField label="Commune" field={of('commune')} />
        <TextField
          label="Latitude"
          help="Pour placer l’étape au bon endroit sur la carte. Par exemple : 44.5541"
          optional
          short
          inputMode="decimal"
          field={of('latitude')}
        />
        <TextField
          label="Longitude"
          help="Par exemple : -0.2487"
          optional
          short
          inputMode="decimal"
          field={of('longitude')}
        />
      </div>
    </div>
  );
}

function ConflictChoice({ theirs, mine }: { theirs: string; mine: string }) {
  return (
    <Notice kind="warning" title="Quelqu’un d’autre vient de modifier cette permanence" live>
      <p>Rien n’a été enregistré ni perdu. Choisissez, puis enregistrez.</p>
      <RadioGroup
        label="Que garder ?"
        field={plainField('choix', { value: 'autre' })}
        options={[
          { value: 'autre', label: 'Ce qui vient d’être enregistré', help: theirs },
          { value: 'mien', label: 'Ce que j’ai écrit', help: mine },
        ]}
      />
    </Notice>
  );
}

function RemovalConfirmation({ booked, zone }: { booked: readonly Booked[]; zone: string }) {
  return (
    <Notice kind="warning" title="Supprimer cette permanence ?" live>
      <p>Le public ne la verra plus. Les horaires du lieu ne changent pas.</p>
      {booked.length > 0 ? (
        <>
          <p>Des rendez-vous sont pris pendant cette permanence. Ils ne sont pas annulés : prévenez les personnes.</p>
          <BookedList booked={booked} zone={zone} />
        </>
      ) : null}
      <Button look="danger" name="intent" value="supprimer-oui" formNoValidate>
        Oui, la supprimer
      </Button>
    </Notice>
  );
}

/** Inputs of the hours have their name for id; those of the rest, the id that `plainField` gives. */
function idOf(control: string): string {
  return OWN_FIELDS.test(control) ? `champ-${control}` : control;
}

const OWN_FIELDS = /^(?:dispositif|services|precision|ou|etape\.)/;

function fieldOf(name: string, value: string, errors: readonly DraftError[]): FormField {
  const own = errors.filter(({ control }) => control === name).map(({ message }) => message);
  return plainField(name, { value, ...(own.length > 0 ? { errors: own } : {}) });
}
