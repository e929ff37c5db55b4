import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { PageHeader } from '#app/components/page-header.tsx';
import { mailboxIsOpen } from '#app/http/mailbox.server.ts';

export const meta: MetaFunction = () => [{ title: 'Regardez vos courriels · Lieu à jour' }];

export function loader({ request, context }: LoaderFunctionArgs) {
  return { mailbox: mailboxIsOpen(context, request) };
}

export default function ConnexionEnvoi() {
  const { mailbox } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        title="Regardez vos courriels"
        lead="Nous venons d’envoyer un lien de connexion à l’adresse que vous avez écrite."
      />
      <p>Ouvrez-le dans les 15 minutes, sur cet appareil ou sur un autre. Il ne sert qu’une fois.</p>
      <h2>Rien reçu au bout de deux minutes ?</h2>
      <ul>
        <li>Regardez dans les courriers indésirables.</li>
        <li>
          Vérifiez l’adresse, puis <Link to="/connexion">demandez un autre lien</Link>.
        </li>
      </ul>
      {mailbox ? (
        <p>
          Sur cette installation d’essai, les messages arrivent dans la{' '}
          <Link to="/courriels">boîte de développement</Link>.
        </p>
      ) : null}
    </>
  );
}
