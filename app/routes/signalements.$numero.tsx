import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { Badge } from '#app/components/badge.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { DefinitionList } from '#app/components/layout.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { formatNumero, readNumero } from '#app/domain/signalement.ts';
import { notFound } from '#app/http/guards.server.ts';
import { findSignalementByNumero } from '#db/signalements.ts';

export const meta: MetaFunction = () => [
  { title: pageTitle('Suivre un signalement') },
  { name: 'robots', content: 'noindex' },
];

export async function loader({ params, request, context }: LoaderFunctionArgs) {
  await context.limits.spend('signalementSuivi', context.clientAddress);
  const numero = readNumero(params.numero ?? '');
  // Not from a replica: it may not know yet the report that has just been made.
  const signalement = numero === null ? undefined : await findSignalementByNumero(context.db, numero);
  if (!signalement) throw notFound();
  return { signalement, recu: new URL(request.url).searchParams.has('recu') };
}

export default function Signalement() {
  const { signalement, recu } = useLoaderData<typeof loader>();
  const { etat, reponse } = signalement;
  const numero = formatNumero(signalement.numero);
  return (
    <>
      <PageHeader title={`Signalement ${numero}`} />
      <div className="stack">
        {recu ? (
          <Notice kind="success" live title="Merci, votre signalement est bien arrivé">
            <p>
              Son numéro est <strong className="numeric">{numero}</strong>. Gardez{' '}
              <Link to={`/signalements/${signalement.numero}`}>l’adresse de cette page</Link> pour savoir ce qu’il
              devient.
            </p>
          </Notice>
        ) : null}
        <p>
          <State etat={etat} />
        </p>
        {reponse ? <DefinitionList items={[['Notre réponse', reponse]]} /> : null}
        <p>
          <Link to="/">Chercher un lieu</Link>
        </p>
      </div>
    </>
  );
}

function State({ etat }: { etat: string }) {
  switch (etat) {
    case 'traite':
      return (
        <>
          <Badge tone="success">Traité</Badge> Nous avons vérifié, et corrigé ce qui devait l’être.
        </>
      );
    case 'sans_suite':
      return (
        <>
          <Badge>Sans suite</Badge> Nous avons vérifié : il n’y avait rien à corriger.
        </>
      );
    default:
      return (
        <>
          <Badge tone="warning">Reçu</Badge> Une personne va vérifier.
        </>
      );
  }
}
