import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createReadableStreamFromReadable, type LoaderFunctionArgs } from '@remix-run/node';
import { notFound } from '#app/http/guards.server.ts';
import { requireDepot } from '#app/http/imports.server.ts';
import { rapportOfDepot } from '#app/imports/depots.ts';

/** What there is to say of a file, line by line. */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const { depot } = await requireDepot(context, request, params.id);
  const path = rapportOfDepot(context.settings.dataDir, depot.id);
  const stats = await stat(path).catch(() => null);
  if (stats === null) throw notFound();
  return new Response(createReadableStreamFromReadable(createReadStream(path)), {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Length': String(stats.size),
      'Content-Disposition': `attachment; filename="rapport-import-${depot.id.slice(0, 8)}.csv"`,
    },
  });
}
