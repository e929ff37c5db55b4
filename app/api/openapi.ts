import { z } from 'zod';
import { lieuSegment } from '#app/http/fiche-path.ts';
import { ENDPOINTS, type EndpointDescription } from './endpoints.ts';
import { type ProblemStatus, titleOf } from './problem.ts';
import { FILTER_NAMES_IN_LISTS } from './query.ts';
import { PROBLEM_ANSWER } from './schemas.ts';

type Json = Record<string, unknown>;

export interface OpenApiParameter {
  name: string;
  in: 'query' | 'path';
  required: boolean;
  description: string;
  style: 'form' | 'simple';
  explode: boolean;
  schema: Json;
}

export interface OpenApiOperation {
  operationId: string;
  summary: string;
  description: string;
  parameters: OpenApiParameter[];
  responses: Record<string, { description: string; headers: Json; content: Record<string, { schema: Json }> }>;
  /** What one may type, as readers of OpenAPI documents show it. */
  'x-codeSamples': CodeSample[];
}

export interface CodeSample {
  lang: 'Shell';
  label: string;
  source: string;
}

/** What examples name: the id of a lieu, and a day (AAAA-MM-JJ) of the last weeks. */
export interface Exemple {
  id: string;
  jour: string;
}

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: Json;
  servers: { url: string }[];
  security: Json[];
  paths: Record<string, { get: OpenApiOperation }>;
  components: { schemas: Record<string, Json>; securitySchemes: Json };
}

/** The OpenAPI document of the API at a site, made of the schemas that read its queries and describe its answers. */
export function openApiOf(site: string, exemple: Exemple): OpenApiDocument {
  const schemas: Record<string, Json> = {};
  const paths = ENDPOINTS.map((endpoint) => [
    endpoint.path.replaceAll(/:(\w+)/g, '{$1}'),
    { get: { ...operationOf(endpoint, schemas), 'x-codeSamples': samplesOf(endpoint, { site, exemple }) } },
  ]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Lieu à jour',
      version: '1',
      description: 'Les lieux de médiation numérique, tels que leurs responsables les tiennent à jour.',
      license: { name: 'Licence Ouverte 2.0', identifier: 'etalab-2.0' },
    },
    servers: [{ url: `${site}/api/v1` }],
    security: [{}, { cle: [] }],
    paths: Object.fromEntries(paths),
    components: {
      schemas,
      securitySchemes: {
        cle: {
          type: 'http',
          scheme: 'bearer',
          description: 'Facultative : une clé d’API donne droit à plus de demandes.',
        },
      },
    },
  };
}

function operationOf(
  endpoint: EndpointDescription,
  schemas: Record<string, Json>,
): Omit<OpenApiOperation, 'x-codeSamples'> {
  const { operationId, summary, description, path, query, answers, problems } = endpoint;
  const responses: OpenApiOperation['responses'] = {};
  for (const [status, content] of Object.entries(answers)) {
    responses[status] = {
      description: status === '200' ? summary : 'Fusionné dans un autre lieu : son adresse est dans Location',
      headers: status === '200' ? HEADERS : {},
      content: Object.fromEntries(
        Object.entries(content).map(([type, schema]) => [type, { schema: jsonSchemaOf(schema, schemas) }]),
      ),
    };
  }
  if (path !== '/openapi.json')
    responses[304] = { description: 'Rien n’a changé (If-None-Match)', headers: {}, content: {} };
  for (const status of problems) responses[status] = problemResponse(status, schemas);
  return {
    operationId,
    summary,
    description,
    parameters: [...pathParameters(path), ...queryParameters(query)],
    responses,
  };
}

function samplesOf(
  { examples }: EndpointDescription,
  { site, exemple }: { site: string; exemple: Exemple },
): CodeSample[] {
  // A shell would take an apostrophe for its own.
  const id = lieuSegment(exemple.id).replaceAll("'", '%27');
  return examples.map(({ title, path, accept }) => {
    const header = accept === undefined ? '' : `-H 'Accept: ${accept}' `;
    const address = path.replace(':id', id).replace('AAAA-MM-JJ', exemple.jour);
    return { lang: 'Shell', label: title, source: `curl ${header}'${site}/api/v1${address}'` };
  });
}

const HEADERS: Json = {
  ETag: { description: 'À redonner dans If-None-Match.', schema: { type: 'string' } },
  Link: { description: 'La suite, rel="next".', schema: { type: 'string' } },
  'X-Total-Count': { description: 'Combien en tout.', schema: { type: 'integer' } },
  'X-RateLimit-Limit': { description: 'Demandes permises par minute.', schema: { type: 'integer' } },
  'X-RateLimit-Remaining': { description: 'Ce qu’il en reste.', schema: { type: 'integer' } },
  'X-RateLimit-Reset': { description: 'Secondes avant que tout soit rendu.', schema: { type: 'integer' } },
};

function problemResponse(status: ProblemStatus, schemas: Record<string, Json>) {
  return {
    description: titleOf(status),
    headers: status === 429 || status === 503 ? { 'Retry-After': { schema: { type: 'integer' } } } : {},
    content: { 'application/problem+json': { schema: jsonSchemaOf(PROBLEM_ANSWER, schemas) } },
  };
}

function pathParameters(path: string): OpenApiParameter[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: 'L’identifiant publié du lieu.',
    style: 'simple',
    explode: false,
    schema: { type: 'string', minLength: 1 },
  }));
}

function queryParameters(query: z.ZodObject): OpenApiParameter[] {
  const { properties = {} } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (typeof schema === 'boolean') return [];
    const { description = '', ...rest } = schema;
    return [
      {
        name,
        in: 'query',
        required: false,
        description,
        style: 'form',
        explode: FILTER_NAMES_IN_LISTS.has(name) && name !== 'fields',
        schema: { ...rest },
      },
    ];
  });
}

/** A schema as JSON Schema 2020-12; those with an id are put among the components. */
function jsonSchemaOf(schema: z.ZodType, schemas: Record<string, Json>): Json {
  const { $schema, $defs = {}, id, ...own } = z.toJSONSchema(schema, { io: 'output' });
  for (const [name, definition] of Object.entries($defs)) schemas[name] ??= refer(withoutId(definition));
  const referred = refer(own);
  if (typeof id !== 'string') return referred;
  schemas[id] ??= referred;
  return { $ref: `#/components/schemas/${id}` };
}

function withoutId(definition: unknown): Json {
  const { id, ...rest } = Object(definition);
  return rest;
}

function refer(schema: object): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
