import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenApiDocument, OpenApiOperation, OpenApiParameter } from '#app/api/openapi.ts';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { createAgenda, NOW } from './rendez-vous.factory.ts';

/** The OpenAPI document as a stranger's tool uses it: it asks what the document says one may ask, and what it says one may not. */

const RUNS = 500;
const PATHS = ['/lieux', '/lieux/{id}', '/lieux/{id}/creneaux', '/openapi.json'];

let app: HttpApp;
let document: OpenApiDocument;
let ajv: Ajv2020;
let ids: string[];

beforeAll(async () => {
  app = await startHttp({}, NOW);
  const today = NOW.toISOString().slice(0, 10);
  const permanence = { id: '0a1b2c3d', horaires: 'Tu 14:00-17:00', dispositif: 'Conseillers numériques', services: [] };
  await insertLieu(
    app.db,
    { id: 'fiche' },
    { today, permanences: [{ ...permanence, precision: 'Marie', etape: null }] },
  );
  await insertLieu(
    app.db,
    {
      ...{ id: 'pleine', telephone: '+33556000000', courriels: ['a@exemple.fr'], site_web: ['https://exemple.fr/'] },
      ...{ horaires: 'Mo-Fr 09:00-12:00', typologie: ['BIB', 'COMMUNE'], itinerance: ['Fixe'] },
      ...{ services: ['Aide aux démarches administratives'], frais_a_charge: ['Gratuit'] },
    },
    { today },
  );
  for (const [id, values] of [
    ['ferme', { statut: 'ferme', ferme_le: today }],
    ['ferme-vieux', { statut: 'ferme', ferme_le: '2020-01-01' }],
    ['double', { statut: 'fusionne', fusionne_dans: 'fiche' }],
  ] as const) {
    await insertLieu(app.db, { id }, { today });
    await app.db.updateTable('lieu').set(values).where('id', '=', id).execute();
  }
  const agenda = await createAgenda(app.db);
  ids = ['fiche', 'pleine', 'ferme', 'ferme-vieux', 'double', agenda.lieuId];
  document = await (await fetch(`${app.origin}/api/v1/openapi.json`)).json();
  ajv = new Ajv2020({
    formats: { date: /^\d{4}-\d{2}-\d{2}$/, 'date-time': /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/ },
  });
  ajv.addVocabulary(['example']);
  ajv.addSchema(elsewhere({ $id: SCHEMAS, $defs: document.components.schemas }));
});
afterAll(() => app?.close());

const operationAt = (path: string): OpenApiOperation => {
  const operation = document.paths[path]?.get;
  if (!operation) throw new Error(`the document has no ${path}`);
  return operation;
};

const SCHEMAS = 'https://api.exemple/';

/** The same, with references to a schema that stands by itself. */
function elsewhere(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', `"${SCHEMAS}#/$defs/`));
}

/** Why a body is not what the schema says; null where it is. */
function mistakeIn(schema: object, body: unknown): string | null {
  return ajv.validate(elsewhere(schema), body) ? null : ajv.errorsText();
}

test('the document is OpenAPI 3.1 and has every address', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual(PATHS);
  expect(document.servers).toEqual([{ url: `${app.services.settings.publicUrl}/api/v1` }]);
  expect(JSON.stringify(document)).not.toMatch(/\$defs|"~standard"/);
  for (const path of PATHS) {
    const { parameters, responses } = operationAt(path);
    for (const { content } of Object.values(responses)) {
      for (const { schema } of Object.values(content)) expect(() => mistakeIn(schema, null)).not.toThrow();
    }
    for (const { name, in: where } of parameters) expect(path.includes(`{${name}}`)).toBe(where === 'path');
  }
});

type Schema = { [name: string]: unknown };

/** Values that a schema takes. */
function valid(schema: Schema): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map(valid));
  if (schema.type === 'array') return fc.array(valid(Object(schema.items)), { maxLength: 4 });
  const [min, max] = [Number(schema.minimum ?? schema.exclusiveMinimum ?? 0), Number(schema.maximum ?? 1e6)];
  if (schema.type === 'integer') return fc.integer({ min, max });
  if (schema.type === 'number') return fc.oneof(fc.integer({ min, max }), fc.double({ min, max, noNaN: true }));
  if (typeof schema.pattern === 'string' && schema.pattern.startsWith('^'))
    return fc.stringMatching(new RegExp(schema.pattern));
  return fc.oneof(fc.constantFrom('Langon', '33210', 'Gironde', 'mairie'), fc.string({ minLength: 1, maxLength: 200 }));
}

/** Values of all kinds, mostly wrong for any schema. */
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    ' ',
    '-1',
    '0',
    'NaN',
    '1e999',
    '0x10',
    '501',
    "' OR 1=1 --",
    '../../etc/passwd',
    '\u0000',
    '\ufeff',
  ),
  fc.double().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);

/** Half a character cannot be written in an address. */
const wellFormed = (text: string) => Buffer.from(text).toString();

const spell = (parameter: OpenApiParameter, value: unknown): [string, string][] => {
  if (!Array.isArray(value)) return [[parameter.name, String(value)]];
  if (value.length === 0) return [];
  return parameter.explode ? value.map((item) => [parameter.name, String(item)]) : [[parameter.name, value.join(',')]];
};

/** Query strings of an operation: some of its parameters, right or wrong, and now and then one that it has not. */
function queries(parameters: readonly OpenApiParameter[]): fc.Arbitrary<[string, string][]> {
  const known = parameters.map((parameter) =>
    fc.oneof(
      { weight: 36, arbitrary: fc.constant<[string, string][]>([]) },
      { weight: 3, arbitrary: valid(parameter.schema).map((value) => spell(parameter, value)) },
      { weight: 1, arbitrary: anything.map((text): [string, string][] => [[parameter.name, text]]) },
    ),
  );
  const unknown = fc.oneof(
    { weight: 9, arbitrary: fc.constant<[string, string][]>([]) },
    { weight: 1, arbitrary: fc.tuple(anything, anything).map((pair): [string, string][] => [pair]) },
  );
  return fc.tuple(...known, unknown).map((parts) => parts.flat());
}

describe('whatever is asked, the answer is one that the document announces', () => {
  test.each(PATHS)('%s', { timeout: 300_000 }, async (path) => {
    const operation = operationAt(path);
    const statuses = new Map<number, number>();
    const asked = fc.record({
      method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
      id: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: anything }),
      query: queries(operation.parameters.filter((parameter) => parameter.in === 'query')),
      accept: fc.constantFrom(
        '*/*',
        '*/*',
        'application/json',
        'text/csv',
        'application/geo+json',
        'image/png',
        'n importe',
      ),
    });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(asked, async ({ method, id, query, accept }) => {
        if (runs++ % 200 === 0) await app.forgetLimits();
        const address = path.replace('{id}', id === '' ? '%20' : encodeURIComponent(wellFormed(id)));
        const params = new URLSearchParams(query.map(([name, value]) => [wellFormed(name), wellFormed(value)]));
        const url = `${app.origin}/api/v1${address}${params.size > 0 ? `?${params}` : ''}`;
        const answer = await fetch(url, { method, headers: { accept }, redirect: 'manual' });
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const text = await answer.text();
        expect(answer.status, text).toBeLessThan(500);
        const announced = operation.responses[answer.status];
        // An id may be a step up in the address, which is then another one.
        if (/^\.{1,2}$/.test(id) && answer.status === 404) return;
        expect(announced, `${answer.status} ${text}`).toBeDefined();
        const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
        expect(Object.keys(announced?.content ?? {})).toContain(type);
        if (method === 'HEAD') {
          expect(text).toBe('');
          return;
        }
        const schema = announced?.content[type]?.schema ?? {};
        const mistake = mistakeIn(schema, type === 'text/csv' ? text : JSON.parse(text));
        expect(mistake, `${url} ${text}`).toBeNull();
      }),
      { numRuns: RUNS },
    );
    expect(statuses.get(200) ?? 0).toBeGreaterThan(RUNS / 20);
  });
});
