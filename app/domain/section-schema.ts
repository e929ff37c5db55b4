import { z } from 'zod';
import { mendValue } from './correction/mend-value.ts';
import { type FieldValue, type Lieu, validateField } from './lieu.ts';
import type { Section } from './sections.ts';
import { type Field, type FieldName, fieldOf } from './standard.ts';
import type { CommuneIndex } from './territoire.ts';

export interface SectionContext {
  /** The lieu as it is: what the section does not hold (the postcode beside a telephone) is read from it. */
  lieu: Lieu;
  communes: CommuneIndex;
  /** Local day, AAAA-MM-JJ. */
  today: string;
}

/**
 * The Zod schema of a section's form, made from the standard's fields: closed lists are repeated checkboxes, other lists
 * one value a line, everything else a text. What was typed is mended first (a telephone written 04 75 58 29 13), then
 * validated; messages are French and end with an example that would do. The output has a value for every field.
 */
export function sectionSchema(section: Section, context: SectionContext) {
  const shape = Object.fromEntries(section.fields.map((name) => [name, inputSchema(fieldOf(name))]));
  return z.object(shape).transform((typed, zod): Partial<Record<FieldName, FieldValue>> => {
    const values: Partial<Record<FieldName, FieldValue>> = {};
    for (const name of section.fields) values[name] = mendValue(name, typed[name] ?? null, { ...context, values: { ...context.lieu, ...values } });
    const after: Lieu = { ...context.lieu, ...values };
    for (const name of section.fields) {
      const field = fieldOf(name);
      if (field.required && name !== 'pivot' && isAbsent(values[name])) {
        zod.addIssue({ code: 'custom', path: [name], message: `Cette information est obligatoire. Exemple : ${field.example}` });
      }
      for (const error of validateField(name, values[name] ?? null, after, context)) {
        const quoted = Array.isArray(values[name]) ? `« ${error.value} » : ` : '';
        zod.addIssue({ code: 'custom', path: [name], message: `${quoted}${error.message} Exemple : ${firstExample(field)}` });
      }
    }
    return values;
  });
}

/** What a form shows for a value: lists without a closed list are one value a line. */
export function inputText(value: FieldValue | undefined): string {
  if (value === null || value === undefined) return '';
  return Array.isArray(value) ? value.join('\n') : String(value);
}

function inputSchema(field: Field) {
  if (field.multiple && field.values !== null) return z.array(z.string()).default([]);
  return z
    .string()
    .optional()
    .transform((text = ''): FieldValue => {
      if (!field.multiple) return text;
      return text
        .split(/[\n|]/)
        .map((line) => line.trim())
        .filter((line) => line !== '');
    });
}

function firstExample(field: Field): string {
  return field.multiple ? (field.example.split('|')[0] ?? field.example) : field.example;
}

function isAbsent(value: FieldValue | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
