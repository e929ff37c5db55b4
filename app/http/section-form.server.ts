import { parseWithZod } from '@conform-to/zod/v4';
import {
  choicesOf,
  type EditorView,
  editorOfEntries,
  isEditorIntent,
  pressEditor,
  textOfEditor,
  viewOf,
} from '#app/domain/horaires/form-editor.ts';
import { type FieldValue, type FieldValues, type Lieu, lieuFrom } from '#app/domain/lieu.ts';
import { type SectionContext, sectionSchema } from '#app/domain/section-schema.ts';
import type { Section } from '#app/domain/sections.ts';
import { isFieldName } from '#app/domain/standard.ts';

/**
 * Reads a section's form. Hours typed as days become the text of the standard before they are read like any other field; where they
 * cannot, `horaires` has the form as typed with what is wrong in it.
 */
export function readSectionForm(form: FormData, section: Section, context: SectionContext) {
  const stored = context.lieu.horaires;
  const typed = section.name === 'horaires' ? readHorairesInputs(form) : null;
  if (typed?.ok) form.set('horaires', typed.text);
  const submission = parseWithZod(form, { schema: sectionSchema(section, context) });
  if (typed && !typed.ok) return { ok: false as const, result: submission.reply(), horaires: typed.view };
  if (submission.status !== 'success') return { ok: false as const, result: submission.reply(), horaires: null };
  // What nobody touched is not even mended.
  const untouched = typed?.ok && typed.text === (stored ?? '') ? { horaires: stored } : {};
  const values = withoutLeftToOthers({ ...submission.value, ...untouched }, form);
  return { ok: true as const, values, result: submission.reply() };
}

/** The values that the person had before their eyes, from the form's hidden copy; what is not one is absent. */
export function readBase(form: FormData): FieldValues {
  const text = form.get('base');
  if (typeof text !== 'string') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed).flatMap(([name, value]) => (isFieldName(name) && isValue(value) ? [[name, value]] : [])),
    );
  } catch {
    return {};
  }
}

/** The hours' form after a button that saves nothing; null where it was sent to be saved or previewed. */
export function readEditorIntent(form: FormData, stored: string | null): EditorView | null {
  const intent = form.get('intent');
  if (typeof intent !== 'string' || !isEditorIntent(intent)) return null;
  return pressEditor(editorOfEntries(form), intent, { ...choicesOf(form, intent), stored });
}

/** The lieu as it would be with these values. */
export function lieuWith(lieu: Lieu, values: FieldValues): Lieu {
  return lieuFrom({ ...lieu, ...values });
}

type HorairesInputs = { ok: true; text: string } | { ok: false; view: EditorView };

/** The text that the hours' form says, or the form again with what is wrong in it. */
function readHorairesInputs(form: FormData): HorairesInputs {
  const draft = editorOfEntries(form);
  const read = textOfEditor(draft);
  return read.ok ? read : { ok: false, view: { ...viewOf(draft), errors: read.errors } };
}

/** After a conflict, the person may leave a field as the others made it. */
function withoutLeftToOthers(values: FieldValues, form: FormData): FieldValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => form.get(`choix.${name}`) !== 'autre'));
}

function isValue(value: unknown): value is FieldValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return true;
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
