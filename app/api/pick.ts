import { CSV_HEADER, csvLine, fieldToCell, lieuToCsv, lieuToFeature, lieuToJson } from '#app/domain/formats.ts';
import type { LieuEtPermanences } from '#app/domain/permanences.ts';
import { isFieldName, UNKNOWN_PIVOT } from '#app/domain/standard.ts';
import { ApiProblem } from './problem.ts';
import type { FieldChoice } from './query.ts';
import type { Format } from './respond.server.ts';

/** Lieux in each format with these fields alone, all of them without any. */
type Fields = readonly FieldChoice[] | undefined;

/** A column or a property is a field of the standard. @throws {ApiProblem} 400 */
export function checkFields(fields: Fields, format: Format): void {
  if (format === 'json' || !fields?.includes('permanences')) return;
  const message = '« permanences » n’est donné qu’en JSON.';
  throw new ApiProblem(400, message, { erreurs: [{ nom: 'fields', valeur: 'permanences', message }] });
}

/** A lieu as JSON. */
export function pickJson(lieu: LieuEtPermanences, fields: Fields): object {
  return pick(lieuToJson(lieu), fields);
}

/** A lieu as a Feature of GeoJSON: id and geometry are there whatever the fields. */
export function pickFeature(lieu: LieuEtPermanences, fields: Fields): object {
  const feature = lieuToFeature(lieu);
  return { ...feature, properties: pick(feature.properties, fields) };
}

/** Lieux as CSV, with the columns in the order in which they are asked for. */
export function pickCsv(lieux: readonly LieuEtPermanences[], fields: Fields): string {
  if (fields === undefined) return CSV_HEADER + lieux.map(lieuToCsv).join('');
  const names = [...new Set(fields)].filter(isFieldName);
  const lines = lieux.map((lieu) =>
    csvLine(names.map((name) => fieldToCell(name === 'pivot' ? (lieu.pivot ?? UNKNOWN_PIVOT) : lieu[name]))),
  );
  return csvLine(names) + lines.join('');
}

function pick(values: object, fields: Fields): object {
  if (fields === undefined) return values;
  const kept: ReadonlySet<string> = new Set(fields);
  return Object.fromEntries(Object.entries(values).filter(([name]) => kept.has(name)));
}
