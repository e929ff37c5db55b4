import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { LinkButton } from '#app/components/button.tsx';
import { Fiche } from '#app/components/fiche.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { LabelsAAjouter } from '#app/components/labels-verifies.tsx';
import { Breadcrumb } from '#app/components/layout.tsx';
import { LieuNav } from '#app/components/lieu-nav.tsx';
import { Notice } from '#app/components/notice.tsx';
import { OwnChanges } from '#app/components/own-changes.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SavedNotice, savedCounts } from '#app/components/saved-notice.tsx';
import { labelsNonDeclares } from '#app/domain/labels-verifies.ts';
import { canOnLieu } from '#app/domain/permissions.ts';
import { labelsOfFields } from '#app/domain/standard.ts';
import { ficheData } from '#app/http/fiche-data.server.ts';
import { fichePath, lieuIdOf } from '#app/http/fiche-path.ts';
import { notFound, requireRoles } from '#app/http/guards.server.ts';
import editorCss from '#app/styles/editor.css?url';
import ficheCss from '#app/styles/fiche.css?url';
import { findFiche, isPublic, valuesOf } from '#db/fiches.ts';
import { listLabelsVerifies } from '#db/listes.ts';
import { listOwnRevisionFields } from '#db/moderation.ts';

export const links = () => [
  { rel: 'stylesheet', href: editorCss },
  { rel: 'stylesheet', href: ficheCss },
];

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: pageTitle(data?.view.lieu.nom ?? 'Mon lieu') },
];

export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const { roles, identity } = await requireRoles(context, request);
  const fiche = await findFiche(context.db, { id: lieuIdOf(params.id), roles, action: 'modifier' });
  if (!fiche) throw notFound();
  const now = context.now();
  const [view, changes, verifies] = await Promise.all([
    ficheData(context.db, fiche, { now, rdv: false }),
    listOwnRevisionFields(context.db, { utilisateurId: identity.utilisateurId, lieuId: fiche.id, now }),
    listLabelsVerifies(context.db, fiche.id),
  ]);
  const { searchParams } = new URL(request.url);
  return {
    view,
    changes,
    nonDeclares: labelsNonDeclares(fiche.dispositif_programmes_nationaux, verifies),
    manquants: fiche.manquants,
    isPublic: isPublic(fiche),
    publicPath: fichePath(fiche),
    canBook: canOnLieu(roles, 'gerer_rendez_vous', fiche),
    permanences: valuesOf(fiche).permanences.length,
    saved: savedCounts(searchParams),
  };
}

export default function LieuOverview() {
  const { view, changes, nonDeclares, manquants, isPublic, publicPath, canBook, permanences, saved } =
    useLoaderData<typeof loader>();
  const { lieu } = view;
  return (
    <>
      <Breadcrumb steps={[{ label: 'Mes lieux', to: '/espace' }]} />
      <PageHeader
        title={lieu.nom ?? 'Lieu sans nom'}
        lead={lieu.commune ?? undefined}
        actions={
          isPublic ? (
            <LinkButton look="secondary" to={publicPath}>
              Voir la fiche publique
            </LinkButton>
          ) : null
        }
      />
      <div className="with-section-nav">
        <LieuNav lieuId={lieu.id} current="apercu" canBook={canBook} permanences={permanences} />
        <div className="stack">
          {saved ? <SavedNotice {...saved} /> : null}
          {manquants.length > 0 ? (
            <Notice kind="warning" title="Ce lieu n’est pas encore public">
              <p>Il manque : {labelsOfFields(manquants)}.</p>
            </Notice>
          ) : null}
          <LabelsAAjouter lieuId={lieu.id} nonDeclares={nonDeclares} />
          <OwnChanges changes={changes} />
          <section aria-labelledby="apercu">
            <h2 id="apercu">Ce que le public voit aujourd’hui</h2>
            <div className="fiche-frame">
              <Fiche data={view} headingLevel={3} />
            </div>
          </section>
        </div>
      </div>
    </>
  );
}
