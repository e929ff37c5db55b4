import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { safePath } from '#app/http/guards.server.ts';

/** Where the server leads whoever must sign in first; the address they wanted goes along. */
export function loader({ request }: LoaderFunctionArgs) {
  return toSignIn(request);
}

export function action({ request }: ActionFunctionArgs) {
  return toSignIn(request);
}

function toSignIn(request: Request): Response {
  const vers = safePath(new URL(request.url).searchParams.get('vers'), '');
  return redirect(vers ? `/connexion?${new URLSearchParams({ vers })}` : '/connexion');
}
