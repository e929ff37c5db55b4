import type { LoaderFunctionArgs } from '@remix-run/node';
import { notFound } from '#app/http/guards.server.ts';
import { mailboxIsOpen } from '#app/http/mailbox.server.ts';
import { listCourriels } from '#db/courriels.ts';

const SHOWN = 1_000;

/** The development mailbox as data, newest first. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  if (!mailboxIsOpen(context, request)) throw notFound();
  const courriels = await listCourriels(context.db, { limit: SHOWN });
  return Response.json(
    courriels.map(({ a, objet, texte, html, cree_le }) => ({ a, objet, texte, html, le: cree_le.toISOString() })),
    { headers: { 'Cache-Control': 'no-store' } },
  );
}
