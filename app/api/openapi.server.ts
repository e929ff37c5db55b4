import type { Request, Response } from 'express';
import type { Services } from '#app/http/context.ts';
import { openApiOf } from './openapi.ts';
import { paramsOf, readQuery, SANS_QUERY } from './query.ts';
import { FORMATS, formatOf, send } from './respond.server.ts';

/** `GET /openapi.json`: what the API is, for programs. */
export async function answerOpenApi(
  { settings }: Pick<Services, 'settings'>,
  request: Request,
  response: Response,
): Promise<void> {
  readQuery(SANS_QUERY, paramsOf(request));
  const type = FORMATS[formatOf(request, ['json'])];
  await send(request, response, { type, body: documentOf(settings.publicUrl) });
}

let made: { site: string; body: string } | null = null;

/** Made once: it changes with the application alone. */
function documentOf(site: string): string {
  if (made?.site !== site) made = { site, body: JSON.stringify(openApiOf(site), null, 2) };
  return made.body;
}
