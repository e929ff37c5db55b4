import type { FieldValue, Lieu } from '../lieu.ts';
import { type FieldName, fieldOf } from '../standard.ts';
import { mendText } from './champ.ts';

/**
 * Mends a value as it came from a form, by the rules of imports: `04 75 58 29 13` → `+33475582913`. Validation comes
 * after: a text that is no number stays a text. An empty text gives null, an empty list an empty list.
 */
export function mendValue(
  name: FieldName,
  value: FieldValue,
  { values }: { values: Pick<Lieu, 'code_postal'> },
): FieldValue {
  const field = fieldOf(name);
  if (value === null || typeof value === 'number') return field.multiple ? [] : value;
  // One value a line: what is in a line is mended by itself, and may turn out to be several.
  const text = Array.isArray(value) ? value.join(field.values ? '|' : '\n') : value;
  const mended = mendText(field, text, values.code_postal).text;
  if (field.multiple) return mended === '' ? [] : mended.split(/[|\n]/).map((element) => element.trim());
  if (mended === '') return null;
  return field.type === 'number' && /^-?\d+(?:\.\d+)?$/.test(mended) ? Number(mended) : mended;
}
