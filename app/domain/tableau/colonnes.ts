import { FIELDS, type FieldName } from '../standard.ts';
import { normalizeText } from '../territoire.ts';

export interface Colonnes {
  /** The field of each column, null where it is none of the standard's or comes a second time. */
  fields: (FieldName | null)[];
  /** Names of columns that are none of the standard's, as written. */
  unknown: string[];
  /** Fields that two columns claim: the first is read. */
  repeated: FieldName[];
  /** Fields that no column gives. */
  missing: FieldName[];
}

/**
 * Which field each column of a table gives, in any order, by its name or title in the standard, or our label, whatever
 * the case, accents, spaces or underscores.
 */
export function recogniseColonnes(header: readonly string[]): Colonnes {
  const fields: (FieldName | null)[] = [];
  const unknown: string[] = [];
  const repeated: FieldName[] = [];
  for (const cell of header) {
    const field = BY_KEY.get(keyOf(cell)) ?? null;
    if (field === null && cell.trim() !== '') unknown.push(cell.trim());
    if (field !== null && fields.includes(field)) repeated.push(field);
    fields.push(field !== null && fields.includes(field) ? null : field);
  }
  const missing = FIELDS.map(({ name }) => name).filter((name) => !fields.includes(name));
  return { fields, unknown, repeated, missing };
}

/** How many columns of the standard a line of cells names: the header is the first line that names several. */
export function countKnownColonnes(cells: readonly string[]): number {
  return new Set(cells.flatMap((cell) => BY_KEY.get(keyOf(cell)) ?? [])).size;
}

function keyOf(cell: string): string {
  return normalizeText(cell).replaceAll(' ', '');
}

/** Names first: « source » is the field, whatever labels say. */
const BY_KEY = new Map<string, FieldName>([
  ...FIELDS.flatMap(({ name, title, label }): [string, FieldName][] => [
    [keyOf(label), name],
    [keyOf(title), name],
  ]),
  ...FIELDS.map(({ name }): [string, FieldName] => [keyOf(name), name]),
]);
