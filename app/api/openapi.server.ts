import type { Request, Response } from 'express';
import { parisDay } from '#app/domain/exports.ts';
import type { Services } from '#app/http/context.ts';
import { openApiOf } from './openapi.ts';
import { paramsOf, readQuery, SANS_QUERY } from './query.ts';
import { FORMATS, formatOf, send } from './respond.server.ts';

/** `GET /openapi.json`: what the API is, for programs. */
export async function answerOpenApi(
  { settings, now }: Pick<Services, 'settings' | 'now'>,
  request: Request,
  response: Response,
): Promise<void> {
  readQuery(SANS_QUERY, paramsOf(request));
  const type = FORMATS[formatOf(request, ['json'])];
  const body = documentOf(settings.publicUrl, parisDay(now()));
  await send(request, response, { type, body });
}

let made: { site: string; jour: string; body: string } | null = null;

/** Made once a day: it changes with the application alone, but for the day in an example. */
function documentOf(site: string, jour: string): string {
  if (made?.site !== site || made.jour !== jour)
    made = { site, jour, body: JSON.stringify(openApiOf(site, { id: 'identifiant-du-lieu', jour }), null, 2) };
  return made.body;
}
