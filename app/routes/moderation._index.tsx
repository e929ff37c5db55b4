import { type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { formatCount } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { RevisionNav } from '#app/components/revision-nav.tsx';
import { IgnoredFilters, QueueFilterForm, QueueList } from '#app/components/revision-queue.tsx';
import { ReviewSaved } from '#app/components/revision-saved.tsx';
import type { Roles } from '#app/domain/permissions.ts';
import { ignoredFilters, queueSearch, readQueueFilters } from '#app/domain/queue.ts';
import { requireReviewer } from '#app/http/guards.server.ts';
import { readSaved, reviewPath } from '#app/http/review.server.ts';
import { countQueueByDepartement, listQueue, QUEUE_PAGE } from '#db/moderation.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Modifications à relire') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const params = new URL(request.url).searchParams;
  const filters = readQueueFilters(params);
  const page = Math.max(1, Math.trunc(Number(params.get('page'))) || 1);
  const now = context.now();
  const [{ revisions, total }, counts] = await Promise.all([
    listQueue(context.db, { roles, filters, page: Math.min(page, 10_000), now }),
    countQueueByDepartement(context.db, { roles, now }),
  ]);
  const pages = Math.max(1, Math.ceil(total / QUEUE_PAGE));
  if (page > pages) throw redirect(`/moderation${queueSearch(filters, { page: String(pages) })}`);
  return {
    filters,
    ignored: ignoredFilters(params, filters),
    saved: readSaved(params),
    departements: departementsOf(roles, counts),
    total,
    page,
    pages,
    rows: revisions.map(({ lieu_id, id, champs, attend, cree_le, ...revision }) => ({
      ...revision,
      id,
      cree_le,
      champs: champs ?? [],
      attend: attend ?? false,
      path: reviewPath({ lieu_id, id }) + queueSearch(filters),
      jours: Math.floor((now.getTime() - cree_le.getTime()) / 86_400_000),
    })),
  };
}

export default function ModerationQueue() {
  const { filters, ignored, saved, departements, total, page, pages, rows } = useLoaderData<typeof loader>();
  const filtered = queueSearch(filters) !== '';
  return (
    <>
      <PageHeader
        title="Modifications à relire"
        lead={
          total === 0 ? undefined : `${formatCount(total, 'modification', 'modifications')}, la plus risquée d’abord.`
        }
      />
      <div className="with-section-nav">
        <RevisionNav current="modifications" />
        <div className="stack">
          <ReviewSaved saved={saved} last />
          <IgnoredFilters names={ignored} />
          <QueueFilterForm key={queueSearch(filters)} filters={filters} departements={departements} />
          {rows.length > 0 ? <QueueList rows={rows} /> : <NothingLeft filtered={filtered} />}
          <Pagination
            page={page}
            pages={pages}
            hrefOf={(target) => `/moderation${queueSearch(filters, target === 1 ? {} : { page: String(target) })}`}
          />
        </div>
      </div>
    </>
  );
}

function NothingLeft({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <EmptyState title="Aucune modification pour ces filtres">
      <p>
        <Link to="/moderation">Voir toutes les modifications à relire</Link>
      </p>
    </EmptyState>
  ) : (
    <EmptyState title="Tout est relu">
      <p>
        Aucune modification n’attend. <Link to="/moderation/signalements">Voir les signalements du public</Link>
      </p>
    </EmptyState>
  );
}

/** The départements to choose from: those of a moderator, and those where something waits. */
function departementsOf(roles: Roles, counts: Awaited<ReturnType<typeof countQueueByDepartement>>) {
  const waiting = new Map(counts.flatMap(({ departement, n }) => (departement === null ? [] : [[departement, n]])));
  return [...new Set([...(roles.moderation?.departements ?? []), ...waiting.keys()])]
    .sort()
    .map((code) => ({ code, n: waiting.get(code) ?? 0 }));
}
