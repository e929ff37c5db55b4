import { parseWithZod } from '@conform-to/zod/v4';
import { formatWeek } from '#app/domain/horaires/format.ts';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
import { understandHoraires } from '#app/domain/horaires/slips.ts';
import { isEmptyWeek } from '#app/domain/horaires/week.ts';
import { draftOfEntries, editDraft, type WeekDraft, weekOfDraft } from '#app/domain/horaires/week-form.ts';
import { DAY_NAMES } from '#app/domain/horaires/words.ts';
import { type FieldValue, type FieldValues, type Lieu, lieuFrom } from '#app/domain/lieu.ts';
import { type SectionContext, sectionSchema } from '#app/domain/section-schema.ts';
import type { Section } from '#app/domain/sections.ts';
import { isFieldName } from '#app/domain/standard.ts';

/** Reads a section's form. Hours typed as a week become the text of the standard before they are read like any other field. */
export function readSectionForm(form: FormData, section: Section, context: SectionContext) {
  const schema = sectionSchema(section, context);
  const week = section.name === 'horaires' ? readHorairesInputs(form, context.lieu) : null;
  if (week?.ok) form.set('horaires', week.text);
  const submission = parseWithZod(form, { schema });
  if (week && !week.ok) {
    return { ok: false as const, result: submission.reply({ fieldErrors: { horaires: week.errors } }) };
  }
  if (submission.status !== 'success') return { ok: false as const, result: submission.reply() };
  const values = withoutLeftToOthers(submission.value, form);
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

/** The draft after a button of the week editor that saves nothing; null where the form was sent to be saved or previewed. */
export function readDraftIntent(form: FormData): { draft: WeekDraft; mode: 'semaine'; text: string } | null {
  const intent = form.get('intent');
  if (typeof intent !== 'string' || !/^(?:ajouter|retirer|vider|copier):/.test(intent)) return null;
  const day = intent.split(':')[1];
  const copyTo = form.getAll(`copie.${day}`).map(Number);
  const draft = editDraft(draftOfEntries(form.entries()), intent, copyTo);
  return { draft, mode: 'semaine', text: String(form.get('horaires') ?? '') };
}

/** The lieu as it would be with these values. */
export function lieuWith(lieu: Lieu, values: FieldValues): Lieu {
  return lieuFrom({ ...lieu, ...values });
}

type HorairesInputs = { ok: true; text: string } | { ok: false; errors: string[] };

function readHorairesInputs(form: FormData, lieu: Lieu): HorairesInputs {
  if (form.get('mode') === 'texte') return readHorairesText(String(form.get('horaires') ?? '').trim(), lieu);
  const draft = draftOfEntries(form.entries());
  const reading = weekOfDraft(draft);
  if (!reading.ok) {
    return {
      ok: false,
      errors: reading.errors.map(({ day, message }) => `${capitalize(DAY_NAMES[day] ?? '')} : ${message}`),
    };
  }
  if (isEmptyWeek(reading.week) && form.get('ferme') === null) return { ok: true, text: '' };
  return { ok: true, text: formatWeek(reading.week, { feries: draft.feries }) };
}

/** A text that is already there is kept whatever it says; a new one must be understood. */
function readHorairesText(text: string, lieu: Lieu): HorairesInputs {
  if (text === '' || text === lieu.horaires) return { ok: true, text };
  const strict = parseHoraires(text);
  if (strict.ok) return { ok: true, text };
  const understood = understandHoraires(text);
  if (understood.ok) return { ok: true, text: understood.osm };
  const where =
    strict.position === undefined ? '' : ` À cet endroit : « ${text.slice(strict.position, strict.position + 20)} ».`;
  return { ok: false, errors: [`${strict.message}${where} Exemple : Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00`] };
}

/** After a conflict, the person may leave a field as the others made it. */
function withoutLeftToOthers(values: FieldValues, form: FormData): FieldValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => form.get(`choix.${name}`) !== 'autre'));
}

function isValue(value: unknown): value is FieldValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return true;
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
