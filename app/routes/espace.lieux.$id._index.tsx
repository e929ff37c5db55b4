import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { LinkButton } from '#app/components/button.tsx';
import { Fiche } from '#app/components/fiche.tsx';
import { formatCount } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { Breadcrumb } from '#app/components/layout.tsx';
import { LieuNav } from '#app/components/lieu-nav.tsx';
import { Notice } from '#app/components/notice.tsx';
import { OwnChanges } from '#app/components/own-changes.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { canOnLieu } from '#app/domain/permissions.ts';
import { labelsOfFields } from '#app/domain/standard.ts';
import { ficheData } from '#app/http/fiche-data.server.ts';
import { fichePath, lieuIdOf } from '#app/http/fiche-path.ts';
import { notFound, requireRoles } from '#app/http/guards.server.ts';
import editorCss from '#app/styles/editor.css?url';
import ficheCss from '#app/styles/fiche.css?url';
import { findFiche, isPublic } from '#db/fiches.ts';
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
  const [view, changes] = await Promise.all([
    ficheData(context.db, fiche, { now, rdv: false }),
    listOwnRevisionFields(context.db, { utilisateurId: identity.utilisateurId, lieuId: fiche.id, now }),
  ]);
  const { searchParams } = new URL(request.url);
  return {
    view,
    changes,
    manquants: fiche.manquants,
    isPublic: isPublic(fiche),
    publicPath: fichePath(fiche),
    canBook: canOnLieu(roles, 'gerer_rendez_vous', fiche),
    saved: savedCounts(searchParams),
  };
}

export default function LieuOverview() {
  const { view, changes, manquants, isPublic, publicPath, canBook, saved } = useLoaderData<typeof loader>();
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
        <LieuNav lieuId={lieu.id} current="apercu" canBook={canBook} />
        <div className="stack">
          {saved ? <SavedNotice {...saved} /> : null}
          {manquants.length > 0 ? (
            <Notice kind="warning" title="Ce lieu n’est pas encore public">
              <p>Il manque : {labelsOfFields(manquants)}.</p>
            </Notice>
          ) : null}
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

function SavedNotice({ live, waiting }: { live: number; waiting: number }) {
  return (
    <Notice kind="success" title="C’est enregistré" live>
      {live > 0 ? <p>{formatCount(live, 'changement est déjà en ligne', 'changements sont déjà en ligne')}.</p> : null}
      {waiting > 0 ? (
        <p>
          {formatCount(waiting, 'changement attend', 'changements attendent')} la relecture d’un modérateur. Vous serez
          prévenu par courriel.
        </p>
      ) : null}
      {live + waiting === 0 ? <p>Rien n’a changé.</p> : null}
    </Notice>
  );
}

function savedCounts(searchParams: URLSearchParams): { live: number; waiting: number } | null {
  if (!searchParams.has('en-ligne')) return null;
  const count = (name: string) => Math.min(99, Number.parseInt(searchParams.get(name) ?? '0', 10) || 0);
  return { live: count('en-ligne'), waiting: count('en-attente') };
}
