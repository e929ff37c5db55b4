import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { formatCount } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { Absents } from '#app/components/import-bilan.tsx';
import { Breadcrumb, EmptyState } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { TerritoireNav } from '#app/components/territoire-nav.tsx';
import { requireReviewer } from '#app/http/guards.server.ts';
import { listAbsences } from '#db/imports-absences.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Lieux absents de leur source') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  return listAbsences(context.db, roles);
}

export default function AbsentsDeLeurSource() {
  const absents = useLoaderData<typeof loader>();
  return (
    <>
      <Breadcrumb steps={[{ label: 'Imports', to: '/territoire/imports' }]} />
      <PageHeader
        title="Lieux absents de leur source"
        lead={absents.total === 0 ? undefined : formatCount(absents.total, 'lieu', 'lieux')}
      />
      <div className="with-section-nav">
        <TerritoireNav current="imports" />
        <div className="stack">
          <p>
            Le dernier fichier de leur source ne parle plus de ces lieux. Ils restent en ligne : rien n’est effacé tout
            seul. Appelez le lieu, puis corrigez sa fiche, ou signalez qu’il a fermé.
          </p>
          {absents.total === 0 ? (
            <EmptyState title="Aucun lieu de votre territoire n’a quitté sa source">
              <p>Chaque import d’un fichier complet met cette liste à jour.</p>
            </EmptyState>
          ) : (
            <Absents absents={absents} />
          )}
        </div>
      </div>
    </>
  );
}
