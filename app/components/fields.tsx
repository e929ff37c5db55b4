import type { HTMLInputAutoCompleteAttribute, HTMLInputTypeAttribute, InputHTMLAttributes, ReactNode } from 'react';

/**
 * What these pieces read of a field: a conform field as it is, or one made by `plainField` for a form without conform.
 */
export interface FormField {
  id: string;
  name: string;
  key?: string | undefined;
  formId?: string | undefined;
  errorId: string;
  descriptionId: string;
  errors?: string[] | undefined;
  defaultValue?: string | undefined;
  defaultOptions?: string[] | undefined;
  required?: boolean | undefined;
}

interface Common {
  field: FormField;
  label: ReactNode;
  help?: ReactNode;
  /** Says « (facultatif) » after the label, where most fields of the form are required. */
  optional?: boolean;
  className?: string;
}

/** A field for a form that conform does not manage. */
export function plainField(
  name: string,
  given: { id?: string; value?: string; values?: string[]; errors?: string[]; required?: boolean } = {},
): FormField {
  const id = given.id ?? `champ-${name}`;
  return {
    id,
    name,
    errorId: `${id}-erreur`,
    descriptionId: `${id}-aide`,
    errors: given.errors,
    defaultValue: given.value,
    defaultOptions: given.values,
    required: given.required,
  };
}

interface TextFieldProps extends Common {
  type?: HTMLInputTypeAttribute;
  autoComplete?: HTMLInputAutoCompleteAttribute;
  inputMode?: InputHTMLAttributes<HTMLInputElement>['inputMode'];
  short?: boolean;
  /** Further attributes of the input: min, max, step, list, spellCheck… */
  input?: Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'name' | 'type' | 'className' | 'style'>;
}

/** One line of text. `maxLength` is never set: a text that is too long is refused with a sentence, not cut in silence. */
export function TextField({ type = 'text', autoComplete, inputMode, short = false, input, ...common }: TextFieldProps) {
  const { field } = common;
  return (
    <FieldFrame {...common}>
      <input
        {...input}
        key={field.key}
        {...controlProps(common)}
        className={short ? 'input input-short' : 'input'}
        type={type}
        autoComplete={autoComplete}
        inputMode={inputMode}
        defaultValue={field.defaultValue}
      />
    </FieldFrame>
  );
}

/** One file, chosen or dropped onto the field; what a browser never gives back after an error. */
export function FileField({ accept, ...common }: Common & { accept: string }) {
  return (
    <FieldFrame {...common}>
      <input {...controlProps(common)} className="input input-file" type="file" accept={accept} />
    </FieldFrame>
  );
}

/** Several lines of text. */
export function TextareaField({ rows = 5, ...common }: Common & { rows?: number }) {
  const { field } = common;
  return (
    <FieldFrame {...common}>
      <textarea
        key={field.key}
        {...controlProps(common)}
        className="textarea"
        rows={rows}
        defaultValue={field.defaultValue}
      />
    </FieldFrame>
  );
}

/** One of a closed list. `empty` is the first line, for « nothing chosen ». */
export function SelectField({ options, empty, ...common }: Common & { options: readonly Choice[]; empty?: string }) {
  const { field } = common;
  return (
    <FieldFrame {...common}>
      <select key={field.key} {...controlProps(common)} className="select" defaultValue={field.defaultValue ?? ''}>
        {empty === undefined ? null : <option value="">{empty}</option>}
        {options.map((option) => (
          <option key={choiceValue(option)} value={choiceValue(option)}>
            {choiceLabel(option)}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

/** A value, alone or with the words shown for it. */
type Choice = string | { value: string; label: string; help?: string };

/** Any number of a closed list: the same name, once per box. */
export function CheckboxGroup(props: Common & { options: readonly Choice[]; columns?: boolean }) {
  const { field } = props;
  const checked = new Set(field.defaultOptions ?? (field.defaultValue ? [field.defaultValue] : []));
  return <ChoiceGroup {...props} type="checkbox" isChecked={(value) => checked.has(value)} />;
}

/** Exactly one of a short closed list. */
export function RadioGroup(props: Common & { options: readonly Choice[]; columns?: boolean }) {
  return <ChoiceGroup {...props} type="radio" isChecked={(value) => props.field.defaultValue === value} />;
}

function ChoiceGroup({
  field,
  label,
  help,
  optional,
  className,
  options,
  columns = false,
  type,
  isChecked,
}: Common & {
  options: readonly Choice[];
  columns?: boolean;
  type: 'checkbox' | 'radio';
  isChecked: (value: string) => boolean;
}) {
  return (
    <fieldset
      className={frameClass(field, className)}
      id={field.id}
      tabIndex={-1}
      aria-describedby={describedBy({ field, help })}
    >
      <legend className="field-label">
        {label}
        <Optional when={optional} />
      </legend>
      {help ? (
        <p className="field-help" id={field.descriptionId}>
          {help}
        </p>
      ) : null}
      <FieldErrors field={field} />
      <div className={columns ? 'choices choices-columns' : 'choices'} key={field.key}>
        {options.map((option, index) => (
          <label className="choice" key={choiceValue(option)}>
            <input
              id={`${field.id}-${index}`}
              type={type}
              name={field.name}
              form={field.formId}
              value={choiceValue(option)}
              defaultChecked={isChecked(choiceValue(option))}
              required={type === 'radio' && field.required}
              aria-invalid={field.errors?.length ? true : undefined}
            />
            <span>
              <span className="choice-text">{choiceLabel(option)}</span>
              {typeof option === 'object' && option.help ? <span className="choice-help">{option.help}</span> : null}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Label, help and errors around a control. */
function FieldFrame({ field, label, help, optional, className, children }: Common & { children: ReactNode }) {
  return (
    <div className={frameClass(field, className)}>
      <label className="field-label" htmlFor={field.id}>
        {label}
        <Optional when={optional} />
      </label>
      {help ? (
        <p className="field-help" id={field.descriptionId}>
          {help}
        </p>
      ) : null}
      <FieldErrors field={field} />
      {children}
    </div>
  );
}

function controlProps({ field, help }: { field: FormField; help?: ReactNode }) {
  return {
    id: field.id,
    name: field.name,
    form: field.formId,
    required: field.required,
    'aria-invalid': field.errors?.length ? true : undefined,
    'aria-describedby': describedBy({ field, help }),
  };
}

function describedBy({ field, help }: { field: FormField; help?: ReactNode }): string | undefined {
  return [help && field.descriptionId, field.errors?.length && field.errorId].filter(Boolean).join(' ') || undefined;
}

function FieldErrors({ field }: { field: FormField }) {
  if (!field.errors?.length) return null;
  return (
    <div id={field.errorId}>
      {field.errors.map((error) => (
        <p className="field-error" key={error}>
          <span className="visually-hidden">Erreur : </span>
          {error}
        </p>
      ))}
    </div>
  );
}

function Optional({ when = false }: { when?: boolean }) {
  return when ? <span className="field-optional"> (facultatif)</span> : null;
}

function frameClass(field: FormField, className: string | undefined): string {
  return ['field', field.errors?.length && 'field-invalid', className].filter(Boolean).join(' ');
}

function choiceValue(choice: Choice): string {
  return typeof choice === 'string' ? choice : choice.value;
}

function choiceLabel(choice: Choice): string {
  return typeof choice === 'string' ? choice : choice.label;
}
