import { z } from 'zod';
import { correctLigne, reasonOf } from './correction/ligne.ts';
import { findCommuneOf } from './correction/place.ts';
import { fieldToCell } from './formats.ts';
import { type FieldError, type FieldValue, type FieldValues, type Lieu, type LieuTexts, readLieu } from './lieu.ts';
import type { Section } from './sections.ts';
import { FIELDS, type Field, type FieldName, fieldOf } from './standard.ts';
import { type CommuneIndex, normalizeText } from './territoire.ts';

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
  return z.object(shape).transform((typed, zod): FieldValues => {
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
): { values: FieldValues; errors: { field: FieldName; message: string }[] } {
  const before = textsOf(lieu);
  const texts: LieuTexts = withInseeThatFollows({ ...before, ...typed, date_maj: today }, before, communes);
  const corrected = correctLigne(texts, { communes, today });
  const strict = readLieu(texts, { today }).errors;
  const values: FieldValues = {};
  const errors: { field: FieldName; message: string }[] = [];
  for (const field of section.fields) {
    values[field] = corrected.lieu[field];
    // A text of hours that nobody can read is said by the import and kept all the same: it is no error here.
    const kept = field === 'horaires' && corrected.lieu.horaires !== null;
    const rejected = corrected.remarques.filter((r) => r.champ === field && r.verdict !== 'corrige' && !kept);
    const reasons = strict.filter((error) => error.field === field);
    // What an import would move elsewhere or take for nothing, the person who typed it is told.
    const vanished = (texts[field] ?? '') !== '' && isAbsent(corrected.lieu[field]);
    if (rejected.length === 0 && !vanished) {
      const undone = placeUndone(field, { typed: texts, before, kept: corrected.lieu[field] }, communes);
      if (undone !== null) errors.push({ field, message: undone });
      continue;
    }
    if (reasons.length > 0)
      errors.push(...reasons.map((error) => ({ field, message: sentenceOf(error, texts[field] ?? '') })));
    else errors.push(...rejected.map((remarque) => ({ field, message: reasonOf(remarque) })));
  }
  return { values, errors };
}

/** The INSEE code is the commune's: where a lieu moves to another commune and the old code stays in its input, it moves along. */
function withInseeThatFollows(texts: LieuTexts, before: LieuTexts, communes: CommuneIndex): LieuTexts {
  const { commune = '', code_postal = '', code_insee = '' } = texts;
  if (code_insee === '' || code_insee !== before.code_insee) return texts;
  if (commune === '' || (commune === before.commune && code_postal === before.code_postal)) return texts;
  const found = findCommuneOf({ commune, code_postal: code_postal || null, code_insee: null }, communes);
  return found && isNameOf(commune, found.nom, communes) ? { ...texts, code_insee: found.code_insee } : texts;
}

/** Where the rules of the import put back what was there in place of the commune or postcode that was typed: it is said, not done. */
function placeUndone(
  field: FieldName,
  { typed, before, kept }: { typed: LieuTexts; before: LieuTexts; kept: FieldValue },
  communes: CommuneIndex,
): string | null {
  if (field !== 'commune' && field !== 'code_postal') return null;
  const text = typed[field] ?? '';
  const old = before[field] ?? '';
  if (text === old || kept !== old || isNameOf(text, old, communes)) return null;
  const others = field === 'commune' ? 'le code postal et le code INSEE' : 'la commune et le code INSEE';
  return `« ${text} » ne va pas avec ${others}, qui désignent « ${old} ». Changez-les ensemble.`;
}

/** Whether a text names that commune, or is that postcode, however it is written: `MARSEILLE 11`, `St-Denis`, `Sarlat`. */
function isNameOf(text: string, nom: string, communes: CommuneIndex): boolean {
  const [written, known] = [normalizeText(text), normalizeText(nom)];
  if (written === '') return false;
  return (
    written.includes(known) || known.startsWith(written) || communes.listByNom(text).some((found) => found.nom === nom)
  );
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
  return Object.fromEntries(FIELDS.map(({ name }) => [name, fieldToCell(lieu[name])]));
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
