import { parisDay } from '#app/domain/exports.ts';
import type { Context } from '#app/http/context.ts';
import { type CodeSample, type OpenApiParameter, openApiOf } from './openapi.ts';
import { titleOf } from './problem.ts';
import { currentSnapshot } from './snapshot.server.ts';

/** What the page `/api` shows: the OpenAPI document, put in words. */
export interface Documentation {
  base: string;
  operations: readonly Operation[];
  champs: readonly { name: string; type: string; description: string }[];
}

export interface Operation {
  id: string;
  path: string;
  summary: string;
  description: string;
  parameters: readonly { name: string; type: string; description: string; values: readonly string[] }[];
  samples: readonly CodeSample[];
  statuses: readonly { status: string; description: string }[];
}

type Schema = Record<string, unknown>;

/** The documentation with examples that work here: one of the lieux, and a day of the last week. */
export async function documentationOf({
  settings,
  snapshots,
  now,
}: Pick<Context, 'settings' | 'snapshots' | 'now'>): Promise<Documentation> {
  const index = await currentSnapshot(snapshots).then(
    (snapshot) => snapshot.index,
    () => null,
  );
  const id = index && index.size > 0 ? index.ids.at(0) : 'identifiant-du-lieu';
  const jour = parisDay(new Date(now().getTime() - 7 * 86_400_000));
  const { paths, components, servers } = openApiOf(settings.publicUrl, { id, jour });
  const operations = Object.entries(paths).map(
    ([path, { get }]): Operation => ({
      id: get.operationId,
      path,
      summary: get.summary,
      description: get.description,
      parameters: get.parameters.map(parameterOf),
      samples: get['x-codeSamples'],
      statuses: Object.entries(get.responses).map(([status, { description }]) => ({ status, description })),
    }),
  );
  const fields = Object.entries(Object(components.schemas.Lieu?.properties)).map(([name, field]) => {
    const schema: Schema = Object(field);
    const referred = components.schemas.Permanence?.description;
    const description = name === 'permanences' ? `${String(referred)} En JSON seulement.` : String(schema.description);
    return { name, type: typeOf(schema), description };
  });
  return { base: servers[0]?.url ?? '', operations, champs: fields };
}

function parameterOf({ name, description, schema }: OpenApiParameter): Operation['parameters'][number] {
  const { default: usual } = schema;
  return {
    name,
    type: usual === undefined ? typeOf(schema) : `${typeOf(schema)}, ${String(usual)} si rien n’est dit`,
    description,
    // What `fields` takes is the table of fields, below.
    values: name === 'fields' ? [] : valuesOf(schema),
  };
}

function valuesOf(schema: Schema): string[] {
  const items: Schema = Object(schema.items);
  const values = schema.enum ?? items.enum;
  return Array.isArray(values) ? values.map(String) : [];
}

function typeOf(schema: Schema): string {
  if (schema.type === 'array') return 'liste';
  if (schema.type === 'integer') return 'nombre entier';
  if (schema.type === 'number') return 'nombre';
  return schema.format === 'date' ? 'date' : 'texte';
}

/** The refusals, as the table of the page names them. */
export const REFUSALS = ([400, 401, 404, 405, 406, 410, 429, 500, 503] as const).map((status) => ({
  status,
  title: titleOf(status),
}));
