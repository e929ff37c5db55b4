import { z } from 'zod';
import { correctLigne } from './correction/ligne.ts';
import { type FieldError, type FieldValue, type Lieu, type LieuTexts, readLieu } from './lieu.ts';
import type { Values } from './moderation.ts';
import type { Section } from './sections.ts';
import { FIELDS, type Field, type FieldName, fieldOf } from './standard.ts';
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
 * one value a line, everything else a text. What was typed is mended by the rules of the import (a telephone written
 * 04 75 58 29 13), then validated; a message is French and ends with an example that would do. The output has a value
 * for every field of the section.
 */
export function sectionSchema(section: Section, context: SectionContext) {
  const shape = Object.fromEntries(section.fields.map((name) => [name, inputSchema(fieldOf(name))]));
  return z.object(shape).transform((typed, zod): Values => {
    const { values, errors } = readSection(section, typed, context);
    for (const { field, message } of errors) zod.addIssue({ code: 'custom', path: [field], message });
    return values;
  });
}

/** What a form shows for a value: a list without closed values is one value a line. */
export function inputText(value: FieldValue | undefined): string {
  if (value === null || value === undefined) return '';
  return Array.isArray(value) ? value.join('\n') : String(value);
}

/** What was typed, mended; with what cannot be kept and why. */
function readSection(
  section: Section,
  typed: LieuTexts,
  { lieu, communes, today }: SectionContext,
): { values: Values; errors: { field: FieldName; message: string }[] } {
  const texts: LieuTexts = { ...textsOf(lieu), ...typed, date_maj: today };
  const corrected = correctLigne(texts, { communes, today });
  const strict = readLieu(texts, { today }).errors;
  const values: Values = {};
  const errors: { field: FieldName; message: string }[] = [];
  for (const field of section.fields) {
    values[field] = corrected.lieu[field];
    // A text of hours that nobody can read is said by the import and kept all the same: it is no error here.
    const kept = field === 'horaires' && corrected.lieu.horaires !== null;
    const rejected = corrected.remarques.filter((r) => r.champ === field && r.verdict !== 'corrige' && !kept);
    const reasons = strict.filter((error) => error.field === field);
    // What an import would move elsewhere or take for nothing, the person who typed it is told.
    const vanished = (texts[field] ?? '') !== '' && isAbsent(corrected.lieu[field]);
    if (rejected.length === 0 && !vanished) continue;
    if (reasons.length > 0)
      errors.push(...reasons.map((error) => ({ field, message: sentenceOf(error, texts[field] ?? '') })));
    else errors.push(...rejected.map(({ message }) => ({ field, message })));
  }
  return { values, errors };
}

function isAbsent(value: FieldValue): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

function sentenceOf({ field, value, message }: FieldError, text: string): string {
  if (field === 'telephone' && !message.includes('surtaxé')) {
    return 'Ce n’est pas un numéro de téléphone français complet. Exemple : 04 75 58 29 13';
  }
  const { multiple, example } = fieldOf(field);
  const which = multiple && value !== '' && text.includes('|') ? `« ${value} » : ` : '';
  return `${which}${message} Exemple : ${multiple ? (example.split('|')[0] ?? example) : example}`;
}

/** One cell per field, as a file would have it. */
function textsOf(lieu: Lieu): LieuTexts {
  return Object.fromEntries(FIELDS.map(({ name }) => [name, cellOf(lieu[name])]));
}

function cellOf(value: FieldValue): string {
  if (value === null) return '';
  return Array.isArray(value) ? value.join('|') : String(value);
}

/** The cell that the inputs of a field make. */
function inputSchema(field: Field) {
  if (field.multiple && field.values !== null) {
    return z
      .array(z.string())
      .default([])
      .transform((values) => values.join('|'));
  }
  return z
    .string()
    .default('')
    .transform((text) =>
      field.multiple
        ? text
            .split(/[\n|]/)
            .map((line) => line.trim())
            .filter((line) => line !== '')
            .join('|')
        : text.trim() === ''
          ? ''
          : text,
    );
}
