import { CHAMPS } from './champs.ts';

/**
 * The national standard, LaMednum/standard-mediation-num v1.0.2. Whatever knows fields (forms, import, API, export,
 * diffs, filters, the Table Schema served) is made from this table.
 */
export type FieldName = (typeof CHAMPS)[number]['name'];

export interface Field {
  name: FieldName;
  /** The schema's title. */
  title: string;
  /** What people read beside the value. */
  label: string;
  /** The schema's description. */
  description: string;
  /** One short plain sentence for whoever fills the form. */
  help: string;
  /** A value that would do. */
  example: string;
  type: 'string' | 'number' | 'date';
  required: boolean;
  /** Closed list, null where any text does. */
  values: readonly string[] | null;
  /** Several values, separated by `|` in a CSV. */
  multiple: boolean;
  /** Regular expression of the whole CSV cell, anchored. */
  pattern: string | null;
  /** In UTF-16 units, as JavaScript counts. */
  maxLength: number | null;
}

/** The value that national files put where `pivot` is not known: it satisfies the pattern and means nothing. */
export const UNKNOWN_PIVOT = '00000000000000';

/** The 32 fields, in the order of the standard and of every CSV. */
export const FIELDS: readonly Field[] = CHAMPS.map((row: Row) => ({
  type: 'string',
  required: false,
  values: null,
  multiple: false,
  maxLength: null,
  ...row,
  pattern: row.pattern ?? (row.values && row.name !== 'typologie' ? listPattern(row.values) : null),
}));

type Row = Pick<Field, 'name' | 'title' | 'label' | 'description' | 'help' | 'example'> &
  Partial<Pick<Field, 'type' | 'required' | 'values' | 'multiple' | 'pattern' | 'maxLength'>>;

const BY_NAME: ReadonlyMap<string, Field> = new Map(FIELDS.map((field) => [field.name, field]));

/** The field of that name. */
export function fieldOf(name: FieldName): Field {
  const field = BY_NAME.get(name);
  if (!field) throw new RangeError(`the standard has no field ${name}`);
  return field;
}

/** What people read for some fields in a sentence: « adresse, code postal ». A name that is not one of ours stands for itself. */
export function labelsOfFields(names: readonly string[]): string {
  return names.map((name) => (isFieldName(name) ? fieldOf(name).label.toLowerCase() : name)).join(', ');
}

/** Whether a text is the name of one of the 32 fields. */
export function isFieldName(name: string): name is FieldName {
  return BY_NAME.has(name);
}

/**
 * The Table Schema (frictionless) of the files we publish. It says what the original schema says, field by field, with
 * one difference: the patterns of closed lists are anchored as a whole. The original's let `nimporte|Jeunes` through,
 * because each alternative may begin after any `|`.
 */
export function tableSchema(): object {
  return {
    $schema: 'https://frictionlessdata.io/schemas/table-schema.json',
    name: 'standard-mediation-num',
    title: 'Lieux de médiation numérique',
    description: 'Spécification du standard national des lieux de médiation numérique',
    countryCode: 'FR',
    version: 'v1.0.2',
    homepage: 'https://github.com/LaMednum/standard-mediation-num',
    fields: FIELDS.map((field) => ({
      name: field.name,
      title: field.title,
      description: field.description,
      example: field.example,
      type: field.type,
      ...(field.type === 'date' ? { format: 'default' } : {}),
      constraints: constraintsOf(field),
    })),
    primaryKey: 'id',
  };
}

function constraintsOf(field: Field): Record<string, boolean | string | number> {
  return {
    // The original says nothing of `required` for services alone.
    ...(field.name === 'services' ? {} : { required: field.required }),
    ...(field.name === 'id' ? { unique: true } : {}),
    ...(field.pattern === null ? {} : { pattern: field.pattern }),
    ...(field.maxLength === null ? {} : { maxLength: field.maxLength }),
  };
}

/** One or more of the values, separated by `|`, and nothing else. */
function listPattern(values: readonly string[]): string {
  const alternatives = values.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return `^(?:${alternatives})(?:\\|(?:${alternatives}))*$`;
}
