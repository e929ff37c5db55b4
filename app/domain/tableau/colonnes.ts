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

/** What somebody said of the columns of a table, by `cleOfColonne`: the field that a column gives, null for one that is not read. */
export type ChoixColonnes = ReadonlyMap<string, FieldName | null>;

/**
 * Which field each column of a table gives, in any order: what was chosen for it, else its name or title in the standard, or
 * our label, whatever the case, accents, spaces or underscores.
 */
export function recogniseColonnes(header: readonly string[], choix?: ChoixColonnes): Colonnes {
  const fields: (FieldName | null)[] = [];
  const unknown: string[] = [];
  const repeated: FieldName[] = [];
  for (const cell of header) {
    const field = fieldOfColonne(cell, choix);
    if (field === null && cell.trim() !== '') unknown.push(cell.trim());
    if (field !== null && fields.includes(field)) repeated.push(field);
    fields.push(field !== null && fields.includes(field) ? null : field);
  }
  const missing = FIELDS.map(({ name }) => name).filter((name) => !fields.includes(name));
  return { fields, unknown, repeated, missing };
}

/** How many columns of the standard a line of cells names: the header is the first line that names several. */
export function countKnownColonnes(cells: readonly string[], choix?: ChoixColonnes): number {
  return new Set(cells.flatMap((cell) => fieldOfColonne(cell, choix) ?? [])).size;
}

function fieldOfColonne(cell: string, choix: ChoixColonnes | undefined): FieldName | null {
  const key = cleOfColonne(cell);
  const chosen = choix?.get(key);
  return chosen === undefined ? (BY_KEY.get(key) ?? null) : chosen;
}

/** The name of a column without case, accents, spaces nor signs: what its meaning is remembered by. */
export function cleOfColonne(name: string): string {
  return normalizeText(name).replaceAll(' ', '');
}

/** Names first: « source » is the field, whatever labels say. */
const BY_KEY = new Map<string, FieldName>([
  ...FIELDS.flatMap(({ name, title, label }): [string, FieldName][] => [
    [cleOfColonne(label), name],
    [cleOfColonne(title), name],
  ]),
  ...FIELDS.map(({ name }): [string, FieldName] => [cleOfColonne(name), name]),
]);
