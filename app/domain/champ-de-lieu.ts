import { type FieldValue, readFieldValue } from './lieu.ts';
import { type Permanence, readStoredPermanences } from './permanences.ts';
import { FIELDS, type FieldName, fieldOf, isFieldName } from './standard.ts';

/** What people decide of a lieu, field by field: the standard's fields, and the permanences, which the standard does not know. */
export type ChampDeLieu = FieldName | 'permanences';

/** The value of one of them: a list of permanences for `permanences`, else a value of the standard. */
export type ChampValue = FieldValue | readonly Permanence[];

/** All of them, in the order in which people read them: the standard's, then the permanences. */
export const CHAMPS_DE_LIEU: readonly ChampDeLieu[] = [...FIELDS.map(({ name }) => name), 'permanences'];

/** Whether a text is the name of one of them. */
export function isChampDeLieu(name: string): name is ChampDeLieu {
  return name === 'permanences' || isFieldName(name);
}

/** What people read for one of them. */
export function labelOfChamp(champ: ChampDeLieu): string {
  return champ === 'permanences' ? 'Permanences' : fieldOf(champ).label;
}

/** A stored or sent value back as the value of that field; what is not one reads as absent. */
export function readChampValue(champ: ChampDeLieu, value: unknown): ChampValue {
  return champ === 'permanences' ? readStoredPermanences(value) : readFieldValue(value);
}

/** Whether a value is a list of permanences; an empty list is none. */
export function isPermanences(value: ChampValue | undefined): value is readonly Permanence[] {
  return Array.isArray(value) && value.some((item) => typeof item === 'object');
}

/** A value as one of the standard's; permanences read as absent. */
export function asFieldValue(value: ChampValue | undefined): FieldValue {
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null) return value;
  return value.filter((item) => typeof item === 'string');
}
