import { type ActionFunctionArgs, redirect } from '@remix-run/node';

/** Ends this session, or with `partout` every session of the person. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { identity, auth } = context;
  if (!identity) return redirect('/');
  const everywhere = (await request.formData()).get('partout') !== null;
  const setCookie = everywhere ? await auth.closeAll(identity.utilisateurId) : await auth.close(identity.sessionId);
  return redirect('/', { headers: { 'Set-Cookie': setCookie } });
}

export function loader() {
  return redirect('/');
}
