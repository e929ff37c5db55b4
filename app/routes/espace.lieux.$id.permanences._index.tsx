import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { LinkButton } from '#app/components/button.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { Breadcrumb, EmptyState } from '#app/components/layout.tsx';
import { LieuNav } from '#app/components/lieu-nav.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SavedNotice, savedCounts } from '#app/components/saved-notice.tsx';
import { labelOfValue } from '#app/domain/libelles.ts';
import { PERMANENCES_SECTION } from '#app/domain/sections.ts';
import { espacePath } from '#app/http/fiche-path.ts';
import { describeShown, loadPermanences } from '#app/http/permanences.server.ts';
import editorCss from '#app/styles/editor.css?url';

export const links = () => [{ rel: 'stylesheet', href: editorCss }];

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: pageTitle(data ? `${PERMANENCES_SECTION.title}, ${data.nom}` : PERMANENCES_SECTION.title) },
];

export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const target = await loadPermanences(context, request, params);
  const { fiche, waiting, refused, canBook, stored } = target;
  return {
    lieuId: fiche.id,
    nom: fiche.nom ?? 'Lieu sans nom',
    permanences: describeShown(target),
    count: stored.length,
    waiting,
    refused,
    canBook,
    saved: savedCounts(new URL(request.url).searchParams),
  };
}

export default function Permanences() {
  const { lieuId, nom, permanences, count, waiting, refused, canBook, saved } = useLoaderData<typeof loader>();
  const base = espacePath(lieuId, 'permanences');
  return (
    <>
      <Breadcrumb
        steps={[
          { label: 'Mes lieux', to: '/espace' },
          { label: nom, to: espacePath(lieuId) },
        ]}
      />
      <PageHeader title={PERMANENCES_SECTION.title} lead={PERMANENCES_SECTION.help} />
      <div className="with-section-nav">
        <LieuNav lieuId={lieuId} current="permanences" canBook={canBook} permanences={count} />
        <div className="stack">
          {saved ? <SavedNotice {...saved} /> : null}
          <p>
            La mairie est ouverte du lundi au vendredi, le conseiller vient le mardi : dites ici quand l’aide est
            vraiment là.
          </p>
          {waiting ? (
            <Notice kind="info" title="Votre dernière modification attend une relecture">
              <p>La liste ci-dessous la montre déjà. Le public la verra quand un modérateur l’aura acceptée.</p>
            </Notice>
          ) : null}
          {refused === null ? null : (
            <Notice kind="warning" title="Votre dernière modification est à corriger">
              {refused === '' ? null : <p>Raison donnée : « {refused} »</p>}
            </Notice>
          )}
          {permanences.length === 0 ? (
            <EmptyState title="Aucune permanence">
              <p>Sans permanence, le public voit les horaires du lieu et lit « appelez avant de venir ».</p>
              <LinkButton to={`${base}/nouvelle`}>Ajouter une permanence</LinkButton>
            </EmptyState>
          ) : (
            <>
              <ul className="permanence-list">
                {permanences.map(({ id, qui, texte }) => (
                  <li key={id}>
                    <h2>{qui === null ? 'L’équipe du lieu' : labelOfValue('dispositif_programmes_nationaux', qui)}</h2>
                    <p>{texte}</p>
                    <p>
                      <Link to={`${base}/${id}`}>
                        Modifier ou supprimer<span className="visually-hidden"> : {texte}</span>
                      </Link>
                    </p>
                  </li>
                ))}
              </ul>
              <p>
                <LinkButton to={`${base}/nouvelle`}>Ajouter une permanence</LinkButton>
              </p>
            </>
          )}
        </div>
      </div>
    </>
  );
}
