import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { DateText } from '#app/components/date-text.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { PagesSuivantes } from '#app/components/pages-suivantes.tsx';
import { TerritoireNav } from '#app/components/territoire-nav.tsx';
import { issueLabel } from '#app/domain/appels.ts';
import { lieuSegment } from '#app/http/fiche-path.ts';
import { requireReviewer } from '#app/http/guards.server.ts';
import { APPELS_PAGE, listAppels } from '#db/appels.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Appels passés') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const place = new URL(request.url).searchParams.get('apres') ?? '';
  const avant = /^\d{1,15}$/.test(place) ? Number(place) : null;
  const rows = await listAppels(context.db, { roles, avant });
  const appels = rows.slice(0, APPELS_PAGE);
  return { appels, place: avant !== null, suivants: rows.length > APPELS_PAGE ? String(appels.at(-1)?.id) : null };
}

export default function Appels() {
  const { appels, place, suivants } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Appels passés" lead="Qui a appelé quel lieu, quand, et ce qui a été répondu." />
      <div className="with-section-nav">
        <TerritoireNav current="appels" />
        <div className="stack">
          {appels.length === 0 ? (
            <EmptyState title="Aucun appel noté">
              <p>
                <Link to="/territoire/a-appeler">Voir les lieux à appeler</Link>
              </p>
            </EmptyState>
          ) : (
            <ol className="journal plain-list">
              {appels.map(({ id, lieu_id, le, issue, nom, commune, auteur, auteur_nom }) => (
                <li key={id}>
                  <p>
                    <Link to={`/moderation/lieux/${lieuSegment(lieu_id)}`}>{nom ?? 'Lieu sans nom'}</Link>
                    {commune ? `, ${commune}` : ''} : {issueLabel(issue)}
                    <br />
                    <span className="muted small">
                      {auteur_nom ?? auteur ?? 'compte supprimé'}, <DateText value={le} time />
                    </span>
                  </p>
                </li>
              ))}
            </ol>
          )}
          <PagesSuivantes
            path="/territoire/appels"
            search={(more) => (more.apres === undefined ? '' : `?apres=${more.apres}`)}
            debut={place}
            suivants={suivants}
          />
        </div>
      </div>
    </>
  );
}
