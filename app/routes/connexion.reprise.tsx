import { type ActionFunctionArgs, data, type MetaFunction } from '@remix-run/node';
import { useActionData } from '@remix-run/react';
import { LinkButton } from '#app/components/button.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { PageHeader } from '#app/components/page-header.tsx';
import { SessionEnded } from '#app/components/session-ended.tsx';
import { safePath } from '#app/http/guards.server.ts';

export const meta: MetaFunction = () => [
  { title: pageTitle('Votre session est terminée') },
  { name: 'robots', content: 'noindex' },
];

/**
 * Where the server leads a form that came from this site when its session had ended. What it holds goes into the page that
 * answers, and nowhere else: nothing is stored for a person who is not known. A script still has it, and is told so.
 */
export async function action({ request }: ActionFunctionArgs) {
  const { searchParams } = new URL(request.url);
  if (searchParams.has('script')) throw new Response('Votre session est terminée.', { status: 401 });
  const entries = [...(await request.formData())].flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  return data({ vers: safePath(searchParams.get('vers'), '/espace'), entries }, { status: 401 });
}

export default function SessionTerminee() {
  const kept = useActionData<typeof action>();
  return (
    <>
      <PageHeader title="Votre session est terminée" />
      {kept ? <SessionEnded {...kept} /> : <LinkButton to="/connexion">Se connecter</LinkButton>}
    </>
  );
}
