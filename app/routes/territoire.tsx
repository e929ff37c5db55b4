import { type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { requireReviewer } from '#app/http/guards.server.ts';

/** The desk of an animateur is the moderators' one, kept to their territory. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireReviewer(context, request);
  return redirect('/moderation');
}
