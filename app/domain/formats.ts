import { parseLocalDate } from './horaires/dates.ts';
import type { FieldValue, Lieu } from './lieu.ts';
import type { LieuEtPermanences, Permanence } from './permanences.ts';
import { FIELDS, type Field, type FieldName, UNKNOWN_PIVOT } from './standard.ts';

/** A lieu in the standard's fields as JSON: numbers as numbers, lists as arrays, what is empty left out. */
type JsonFields = Partial<Record<FieldName, string | number | string[]>>;

/** A permanence as JSON, what is empty left out. */
export type JsonPermanence = Record<string, string | string[] | Record<string, string | number>>;

/** A lieu as the open data and the API give it: the standard's fields, and `permanences` where there are some. */
export type JsonLieu = JsonFields & { permanences?: JsonPermanence[] };

/** The first line of every CSV: the standard's columns in order. */
export const CSV_HEADER = csvLine(FIELDS.map(({ name }) => name));

/**
 * One line of the standard's CSV (RFC 4180, ends with CRLF). Lossless: quotes, commas and line breaks are quoted, nothing is
 * stripped, and a text that begins with `=` stays as it is (whoever opens the file in a spreadsheet imports it as text).
 * Lists are joined by `|`, which no value of a list holds; an unknown pivot is zeros, as in national files.
 */
export function lieuToCsv(lieu: Lieu): string {
  return csvLine(cellsOf(lieu));
}

/** One line of what changed between two exports: what happened, which fields, then the lieu. */
export function changementToCsv(
  changement: 'ajout' | 'modification' | 'suppression',
  champs: readonly string[],
  lieu: Lieu,
): string {
  return csvLine([changement, champs.join('|'), ...cellsOf(lieu)]);
}

/** The cells of the standard's columns, in their order. */
export function cellsOf(lieu: Lieu): string[] {
  return FIELDS.map(({ name }) => fieldToCell(published(lieu, name)));
}

/** A field as it is published, whatever the format: null where it is empty. An unknown pivot is zeros, as in national files. */
function published(lieu: Lieu, name: FieldName): FieldValue {
  const value = name === 'pivot' ? (lieu.pivot ?? UNKNOWN_PIVOT) : lieu[name];
  return value === '' || (Array.isArray(value) && value.length === 0) ? null : value;
}

/** A value as one cell of a file, before any quoting: lists joined by `|`, numbers without an exponent, '' where absent. */
export function fieldToCell(value: FieldValue): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.join('|');
  return typeof value === 'number' ? decimal(value) : value;
}

/** The public form of a lieu, wherever JSON is given: in the order of the standard, then what it does not know. */
export function lieuToJson(lieu: LieuEtPermanences): JsonLieu {
  const json = fieldsToJson(lieu);
  return lieu.permanences.length === 0 ? json : { ...json, permanences: lieu.permanences.map(permanenceToJson) };
}

function permanenceToJson({ id, horaires, dispositif, services, precision, etape }: Permanence): JsonPermanence {
  return withoutEmpty({
    id,
    horaires,
    dispositif,
    services: services.length === 0 ? null : [...services],
    precision,
    etape: etape && withoutEmpty({ ...etape }),
  });
}

function withoutEmpty<Value>(record: Record<string, Value | null>): Record<string, Value> {
  const kept: Record<string, Value> = {};
  for (const [name, value] of Object.entries(record)) if (value !== null && value !== '') kept[name] = value;
  return kept;
}

function fieldsToJson(lieu: Lieu, fields: readonly Field[] = FIELDS): JsonFields {
  const json: JsonFields = {};
  for (const { name } of fields) {
    const value = published(lieu, name);
    if (value !== null) json[name] = value;
  }
  return json;
}

/**
 * A Feature of GeoJSON (RFC 7946: longitude first, WGS 84), with the standard's fields alone: what reads GeoJSON makes a column of each
 * property. A lieu without coordinates has a null geometry.
 */
export function lieuToFeature(lieu: Lieu) {
  const { latitude, longitude } = lieu;
  const located = latitude !== null && longitude !== null;
  return {
    type: 'Feature',
    id: lieu.id,
    geometry: located ? { type: 'Point', coordinates: [longitude, latitude] } : null,
    properties: fieldsToJson(lieu, BESIDE_GEOMETRY),
  };
}

/**
 * The texts of a lieu in JSON and in GeoJSON at once: to the letter what `JSON.stringify` makes of `lieuToJson` and `lieuToFeature`, in
 * less than half the time.
 */
export function lieuToJsonTexts(lieu: LieuEtPermanences): { json: string; feature: string } {
  let json = '';
  let properties = '';
  for (const { name, key, inGeometry } of JSON_KEYS) {
    const value = published(lieu, name);
    if (value === null) continue;
    const member = key + JSON.stringify(value);
    json += json === '' ? member : `,${member}`;
    if (!inGeometry) properties += properties === '' ? member : `,${member}`;
  }
  if (lieu.permanences.length > 0) json += `,"permanences":${JSON.stringify(lieu.permanences.map(permanenceToJson))}`;
  const { latitude, longitude } = lieu;
  const located = latitude !== null && longitude !== null;
  const geometry = located
    ? `{"type":"Point","coordinates":[${JSON.stringify(longitude)},${JSON.stringify(latitude)}]}`
    : 'null';
  const id = JSON.stringify(lieu.id);
  return {
    json: `{${json}}`,
    feature: `{"type":"Feature","id":${id},"geometry":${geometry},"properties":{${properties}}}`,
  };
}

const isInGeometry = (name: FieldName) => name === 'latitude' || name === 'longitude';
const BESIDE_GEOMETRY = FIELDS.filter(({ name }) => !isInGeometry(name));
const JSON_KEYS = FIELDS.map(({ name }) => ({ name, key: `"${name}":`, inGeometry: isInGeometry(name) }));

/**
 * The fields of a lieu that the standard's Table Schema would refuse, as the CSV writes them: missing where required, too long, or
 * outside their pattern or closed list.
 */
export function fieldsAgainstStandard(lieu: Lieu): FieldName[] {
  const against: FieldName[] = [];
  for (const { name, required, multiple, maxLength, pattern, values } of RULES) {
    const value = published(lieu, name);
    if (value === null) {
      if (required) against.push(name);
      continue;
    }
    const cell = fieldToCell(value);
    const long = maxLength !== null && cell.length > maxLength;
    const fits = pattern !== null ? pattern.test(cell) : !multiple || isListed(value, values);
    if (long || !fits) against.push(name);
  }
  return against;
}

function isListed(value: string | number | readonly string[], values: ReadonlySet<string> | null): boolean {
  if (values === null) return true;
  return Array.isArray(value) ? value.every((one) => values.has(one)) : values.has(String(value));
}

const RULES = FIELDS.map(({ name, required, multiple, maxLength, pattern, values }) => ({
  ...{ name, required, multiple, maxLength },
  pattern: pattern === null ? null : new RegExp(pattern),
  values: values === null ? null : new Set<string>(values),
}));

/**
 * A field as a cell of Parquet: text, a number, a date as days since 1970, a list; null where it is empty. An unknown pivot is zeros, as
 * in the CSV.
 */
export function fieldToParquet(lieu: Lieu, { name, type }: Field): string | number | string[] | null {
  const value = published(lieu, name);
  return type === 'date' && typeof value === 'string' ? parseLocalDate(value) : value;
}

/** The place of a lieu as a little-endian WKB point (OGC 06-103r4), longitude first; null where its coordinates are not known. */
export function pointToWkb({ latitude, longitude }: Pick<Lieu, 'latitude' | 'longitude'>): Uint8Array | null {
  if (latitude === null || longitude === null) return null;
  const bytes = new Uint8Array(21);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 1);
  view.setUint32(1, 1, true);
  view.setFloat64(5, longitude, true);
  view.setFloat64(13, latitude, true);
  return bytes;
}

/** Cells as a line of RFC 4180, ending with CRLF: what holds a quote, a comma or a line break is quoted, nothing is lost. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}

/** Never with an exponent, which the standard's readers do not all take. */
function decimal(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(12).replace(/\.?0+$/, '') : text;
}
