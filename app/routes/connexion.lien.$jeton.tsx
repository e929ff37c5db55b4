import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { Button, LinkButton } from '#app/components/button.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { safePath } from '#app/http/guards.server.ts';
import { isLinkUsable, signInWithLink } from '#app/http/sign-in.server.ts';

export const meta: MetaFunction = () => [
  { title: 'Se connecter · Lieu à jour' },
  { name: 'robots', content: 'noindex' },
];

export async function loader({ params, context }: LoaderFunctionArgs) {
  await context.limits.spend('lienConnexion', context.clientAddress);
  const usable = await isLinkUsable(context, params.jeton ?? '');
  return data({ usable }, { status: usable ? 200 : 410 });
}

export async function action({ params, context }: ActionFunctionArgs) {
  await context.limits.spend('lienConnexion', context.clientAddress);
  const session = await signInWithLink(context, params.jeton ?? '');
  if (!session) return data({ usable: false }, { status: 410 });
  return redirect(safePath(session.vers, '/espace'), { headers: { 'Set-Cookie': session.setCookie } });
}

export default function ConnexionLien() {
  const loaded = useLoaderData<typeof loader>();
  const submitted = useActionData<typeof action>();
  if (!loaded.usable || submitted?.usable === false) return <LinkGone />;
  return (
    <>
      <PageHeader title="Vous y êtes presque" lead="Un dernier geste pour ouvrir votre espace." />
      <Form method="post">
        <Button large>Me connecter</Button>
      </Form>
    </>
  );
}

function LinkGone() {
  return (
    <>
      <PageHeader title="Ce lien ne sert plus" lead="Il a déjà été utilisé, ou il date de plus de 15 minutes." />
      <LinkButton to="/connexion">Recevoir un autre lien</LinkButton>
    </>
  );
}
