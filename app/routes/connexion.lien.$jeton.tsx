import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { PageHeader } from '#app/components/page-header.tsx';
import { safePath } from '#app/http/guards.server.ts';
import { isLinkUsable, signInWithLink } from '#app/http/sign-in.server.ts';

export const meta: MetaFunction = () => [{ title: 'Se connecter · Lieu à jour' }, { name: 'robots', content: 'noindex' }];

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
    <div className="page page--etroite">
      <PageHeader title="Vous y êtes presque" lead="Un dernier geste pour ouvrir votre espace." />
      <Form method="post">
        <button type="submit" className="bouton bouton--principal">
          Me connecter
        </button>
      </Form>
    </div>
  );
}

function LinkGone() {
  return (
    <div className="page page--etroite">
      <PageHeader
        title="Ce lien ne sert plus"
        lead="Il a déjà été utilisé, ou il date de plus de 15 minutes."
      />
      <Link to="/connexion" className="bouton bouton--principal">
        Recevoir un autre lien
      </Link>
    </div>
  );
}
