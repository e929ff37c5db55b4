import { lieuToJson } from '#app/domain/formats.ts';
import type { LieuEtPermanences } from '#app/domain/permanences.ts';
import type { FieldChoice } from './query.ts';

/** A lieu as JSON with these fields alone, all of them without any. */
export function pickJson(lieu: LieuEtPermanences, fields: readonly FieldChoice[] | undefined): object {
  return pick(lieuToJson(lieu), fields);
}

/** Some values of a lieu by name, all of them without a choice. */
export function pick(values: object, fields: readonly FieldChoice[] | undefined): object {
  if (fields === undefined) return values;
  const kept: ReadonlySet<string> = new Set(fields);
  return Object.fromEntries(Object.entries(values).filter(([name]) => kept.has(name)));
}
