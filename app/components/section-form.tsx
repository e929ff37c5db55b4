import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react';
import { Form } from '@remix-run/react';
import { labelOfValue } from '#app/domain/libelles.ts';
import type { FieldValue, FieldValues } from '#app/domain/lieu.ts';
import { inputText } from '#app/domain/section-schema.ts';
import { findSection } from '#app/domain/sections.ts';
import { FIELDS, type Field, type FieldName, fieldOf } from '#app/domain/standard.ts';
import { Button } from './button.tsx';
import { CheckboxGroup, type FormField, RadioGroup, TextareaField, TextField } from './fields.tsx';
import { formatTelephone } from './format.ts';
import { ErrorSummary, errorsOf, Notice, PatienceNotice } from './notice.tsx';

export interface SectionLoaded {
  name: string;
  values: FieldValues;
  base: string;
  pending: readonly { field: FieldName; after: unknown; refused: boolean; motif: string | null }[];
}

export interface SectionConflict {
  field: FieldName;
  mine: FieldValue;
  theirs: FieldValue;
}

export interface SectionAnswer {
  result?: SubmissionResult;
  base?: string;
  conflicts?: readonly SectionConflict[];
  /** Why nothing was saved, though nothing is wrong with what was typed. */
  refus?: string;
}

/** The form of one section: every field of it, what waits, what went wrong, and what others changed meanwhile. */
export function SectionForm({ loaded, answer }: { loaded: SectionLoaded; answer: SectionAnswer | undefined }) {
  const section = findSection(loaded.name);
  const [form, fields] = useForm<Record<string, string | string[]>>({
    lastResult: answer?.result,
    defaultValue: defaultsOf(loaded.values),
  });
  if (!section) return null;
  const inputs = section.fields.map((name) => ({ field: fieldOf(name), input: fields[name] }));
  const known = inputs.flatMap(({ input }) => (input ? [input] : []));
  return (
    <Form method="post" className="form section-form" {...getFormProps(form)}>
      <p className="lead">{section.help}</p>
      <ErrorSummary errors={errorsOf(known)} />
      {answer?.refus ? <PatienceNotice phrase={answer.refus} /> : null}
      {answer?.conflicts ? <Conflicts conflicts={answer.conflicts} /> : null}
      <input type="hidden" name="base" value={answer?.base ?? loaded.base} />
      {inputs.map(({ field, input }) =>
        input === undefined ? null : (
          <div key={field.name} className="section-field">
            <StandardField field={field} input={input} />
            <Pending pending={loaded.pending.filter((change) => change.field === field.name)} />
          </div>
        ),
      )}
      <div className="form-actions">
        <Button name="intent" value="enregistrer">
          Enregistrer
        </Button>
        <Button look="secondary" name="intent" value="apercu">
          Voir la fiche avec ces changements
        </Button>
      </div>
    </Form>
  );
}

/** One field of the standard as an input: boxes for a closed list, several lines for several values, else one line. */
function StandardField({ field, input }: { field: Field; input: FormField }) {
  const { name, label, help } = field;
  const common = { field: input, label, help };
  if (field.multiple && field.values !== null) {
    const options = field.values.map((value) => ({ value, label: labelOfValue(name, value) }));
    return <CheckboxGroup {...common} options={options} columns={options.length > 6} />;
  }
  if (field.multiple) return <TextareaField {...common} help={`${help} Une valeur par ligne.`} rows={3} />;
  if (name === 'presentation_detail') return <TextareaField {...common} rows={10} />;
  if (name === 'presentation_resume') return <TextareaField {...common} rows={3} />;
  const short = ['telephone', 'code_postal', 'code_insee', 'latitude', 'longitude', 'pivot'].includes(name);
  return <TextField {...common} type={INPUT_TYPES[name] ?? 'text'} inputMode={INPUT_MODES[name]} short={short} />;
}

const INPUT_TYPES: Partial<Record<FieldName, string>> = { telephone: 'tel' };
const INPUT_MODES: Partial<Record<FieldName, 'numeric' | 'decimal' | 'url' | 'tel'>> = {
  telephone: 'tel',
  code_postal: 'numeric',
  latitude: 'decimal',
  longitude: 'decimal',
  prise_rdv: 'url',
  fiche_acces_libre: 'url',
};

/** What of a field waits for a moderator, or came back. */
export function Pending({ pending }: { pending: SectionLoaded['pending'] }) {
  return pending.map((change) => (
    <p
      key={`${change.refused} ${String(change.after)}`}
      className={change.refused ? 'pending pending-refused' : 'pending'}
    >
      {change.refused ? 'À corriger' : 'En attente de relecture'} : {textOf(change.after)}
      {change.motif ? ` — « ${change.motif} »` : ''}
    </p>
  ));
}

/** Mine, theirs, and the choice: the typed values stay in the form below. */
export function Conflicts({ conflicts }: { conflicts: readonly SectionConflict[] }) {
  return (
    <Notice kind="warning" title="Quelqu’un d’autre vient de modifier la même chose" live>
      <p>Rien n’a été enregistré ni perdu. Choisissez, puis enregistrez.</p>
      {conflicts.map(({ field, mine, theirs }) => (
        <RadioGroup
          key={field}
          label={fieldOf(field).label}
          field={{
            id: `choix-${field}`,
            name: `choix.${field}`,
            errorId: `choix-${field}-erreur`,
            descriptionId: `choix-${field}-aide`,
            defaultValue: 'autre',
          }}
          options={[
            { value: 'autre', label: 'Garder ce qui vient d’être enregistré', help: textOf(theirs) },
            { value: 'mien', label: 'Mettre ce que j’ai écrit', help: textOf(mine) },
          ]}
        />
      ))}
    </Notice>
  );
}

function defaultsOf(values: FieldValues): Record<string, string | string[]> {
  const defaults: Record<string, string | string[]> = {};
  for (const { name, values: closed } of FIELDS) {
    const value = values[name];
    if (value === undefined) continue;
    if (Array.isArray(value) && closed !== null) defaults[name] = value;
    else defaults[name] = name === 'telephone' ? nationalNumber(inputText(value)) : inputText(value);
  }
  return defaults;
}

/** `+33475582913` as people write it; numbers of other prefixes stay as they are, since the postcode tells them apart. */
function nationalNumber(telephone: string): string {
  return telephone.startsWith('+33') ? formatTelephone(telephone) : telephone;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '(rien)' : value.join(', ');
  return value === null || value === undefined || value === '' ? '(rien)' : String(value);
}
