import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FIELDS, fieldOf, isFieldName, tableSchema } from '#app/domain/standard.ts';

const ORIGINAL = new URL('../../../shared/standard/schema.json', import.meta.url);

interface SchemaField {
  name: string;
  title: string;
  description: string;
  example: string;
  type: string;
  format?: string;
  constraints: { required?: boolean; unique?: boolean; pattern?: string; maxLength?: number };
}

function fieldsOf(schema: unknown): SchemaField[] {
  return JSON.parse(JSON.stringify(schema)).fields;
}

describe.skipIf(!existsSync(ORIGINAL))('beside the original schema (skipped where ../shared is absent)', () => {
  const original = existsSync(ORIGINAL) ? JSON.parse(readFileSync(ORIGINAL, 'utf8')) : { fields: [] };
  const ours = fieldsOf(tableSchema());

  test('our Table Schema has the same fields in the same order, and the same key', () => {
    expect(ours.map((field) => field.name)).toEqual(fieldsOf(original).map((field) => field.name));
    expect(tableSchema()).toMatchObject({
      primaryKey: original.primaryKey,
      name: original.name,
      version: original.version,
    });
  });

  test.each(fieldsOf(original).map((field) => [field.name, field] as const))('%s says the same', (name, theirs) => {
    const field = ours.find((candidate) => candidate.name === name);
    const { pattern: theirPattern, ...theirConstraints } = theirs.constraints;
    const { pattern, ...constraints } = field?.constraints ?? {};
    expect({ ...field, constraints }).toEqual({ ...theirs, constraints: theirConstraints });
    expect(pattern).toBe(theirPattern === undefined ? undefined : anchored(theirPattern));
  });

  test.each(
    fieldsOf(original)
      .filter((field) => field.constraints.pattern)
      .map((field) => [field.name, field] as const),
  )('the anchored pattern of %s takes what the original means to take', (name, theirs) => {
    const pattern = new RegExp(ours.find((field) => field.name === name)?.constraints.pattern ?? 'absent');
    const values = FIELDS.find((field) => field.name === name)?.values ?? [];
    for (const value of [theirs.example, ...values, values.join('|')].filter(Boolean)) {
      expect(new RegExp(theirs.constraints.pattern ?? '').test(value), value).toBe(true);
      expect(pattern.test(value), value).toBe(true);
    }
    for (const value of [
      'nimporte',
      `nimporte|${values[0]}`,
      `${values[0]}|nimporte`,
      `${values[0]}|`,
      `|${values[0]}`,
    ]) {
      expect(pattern.test(value), value).toBe(false);
    }
  });
});

/** `(?:(?:^|\|)(A|B))+$`, which only anchors its end, says `^(?:A|B)(?:\|(?:A|B))*$`; the other patterns are anchored already. */
function anchored(pattern: string): string {
  const values = /^\(\?:\(\?:\^\|\\\|\)\((.*)\)\)\+\$$/.exec(pattern)?.[1];
  if (values === undefined) return pattern;
  return `^(?:${escapeDots(values)})(?:\\|(?:${escapeDots(values)}))*$`;
}

/** The original leaves the dot of `ORDI 3.0` free; ours means a dot. */
function escapeDots(values: string): string {
  return values.replace('ORDI 3.0', 'ORDI 3\\.0');
}

test('every field has words for people and an example', () => {
  for (const field of FIELDS) {
    expect(field.label.length, field.name).toBeGreaterThan(0);
    expect(field.help, field.name).toMatch(/[.…]$/);
    expect(field.example.length, field.name).toBeGreaterThan(0);
  }
});

test('services are not required: the schema leaves them so', () => {
  expect(FIELDS.filter((field) => field.required).map((field) => field.name)).toEqual([
    'id',
    'pivot',
    'nom',
    'commune',
    'code_postal',
    'adresse',
    'date_maj',
  ]);
});

test('fieldOf and isFieldName know the 32 names and no other', () => {
  expect(FIELDS).toHaveLength(32);
  expect(fieldOf('nom').title).toBe('Nom');
  expect(isFieldName('horaires')).toBe(true);
  expect(isFieldName('toString')).toBe(false);
});
