import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { formatCount } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { PagesSuivantes } from '#app/components/pages-suivantes.tsx';
import { LieuxFilterForm, LieuxList } from '#app/components/territoire-lieux.tsx';
import { TerritoireNav } from '#app/components/territoire-nav.tsx';
import { lieuxSearch } from '#app/domain/manques.ts';
import { requireReviewer } from '#app/http/guards.server.ts';
import { loadLieux } from '#app/http/territoire.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Lieux du territoire') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  return loadLieux(context, roles, new URL(request.url).searchParams);
}

export default function TerritoireLieux() {
  const { filters, total, lieux, precedents, suivants, place } = useLoaderData<typeof loader>();
  const search = lieuxSearch(filters);
  return (
    <>
      <PageHeader
        title="Lieux du territoire"
        lead={total === 0 ? undefined : `${formatCount(total, 'lieu', 'lieux')}, par nom.`}
      />
      <div className="with-section-nav">
        <TerritoireNav current="lieux" />
        <div className="stack">
          <LieuxFilterForm key={search} filters={filters} />
          {lieux.length > 0 ? (
            <LieuxList lieux={lieux} />
          ) : (
            <EmptyState title={place ? 'Rien de plus ici' : 'Aucun lieu ne correspond'}>
              <p>
                <Link to="/territoire/lieux">Voir tous les lieux du territoire</Link>
              </p>
            </EmptyState>
          )}
          <PagesSuivantes
            path={`/territoire/lieux`}
            search={(more) => lieuxSearch(filters, more)}
            precedents={precedents}
            suivants={suivants}
          />
        </div>
      </div>
    </>
  );
}
