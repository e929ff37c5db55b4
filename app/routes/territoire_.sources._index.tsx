import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { LinkButton } from '#app/components/button.tsx';
import { formatInstant } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { TerritoireNav } from '#app/components/territoire-nav.tsx';
import { formatRythme, RESULTATS } from '#app/domain/sources.ts';
import { requireReviewer } from '#app/http/guards.server.ts';
import { listSourcesView } from '#app/http/sources.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Fichiers relus') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const supprimee = new URL(request.url).searchParams.get('fait') === 'supprimee';
  return { sources: await listSourcesView(context, roles), supprimee };
}

export default function Sources() {
  const { sources, supprimee } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        title="Fichiers relus"
        lead="Votre fichier est en ligne : nous le relisons la nuit, et ce qui a changé s’applique."
      />
      <div className="with-section-nav">
        <TerritoireNav current="sources" />
        <div className="stack">
          {supprimee ? <Notice kind="success" title="Ce fichier n’est plus relu" live /> : null}
          {sources.length === 0 ? (
            <Notice title="Aucun fichier n’est relu pour le moment">
              <p>
                Donnez l’adresse d’un fichier qui est déjà sur votre site ou sur data.gouv.fr : vous n’aurez plus à le
                déposer. <Link to="/aide/territoire#fichier-relu">Comment cela marche</Link>
              </p>
            </Notice>
          ) : null}
          <div>
            <LinkButton to="/territoire/sources/nouvelle">Faire relire un fichier</LinkButton>
          </div>
          {sources.length > 0 ? (
            <ul className="queue plain-list">
              {sources.map(({ id, nom, adresse, jour, par, pause, alerte, dernier }) => (
                <li key={id} className="queue-row">
                  <h2 className="source-name">
                    <Link to={`/territoire/sources/${id}`}>{nom}</Link>
                  </h2>
                  <p>
                    {pause ? <strong>En pause. </strong> : null}
                    {alerte === 'echec' ? <strong>En échec. </strong> : null}
                    {dernier
                      ? `${RESULTATS[dernier.resultat]}, ${formatInstant(dernier.le)}${dernier.message ? ` : ${dernier.message}` : '.'}`
                      : 'Pas encore lu.'}
                  </p>
                  <p className="muted small source-url">
                    {adresse} · {formatRythme(jour)}
                    {par ? ` · ${par}` : ''}
                  </p>
                </li>
              ))}
            </ul>
          ) : null}
        </div>
      </div>
    </>
  );
}
