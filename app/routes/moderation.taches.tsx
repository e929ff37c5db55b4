import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, type ShouldRevalidateFunction, useActionData, useLoaderData } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { DateText } from '#app/components/date-text.tsx';
import { DatagouvEtat } from '#app/components/donnees-datagouv.tsx';
import { plainField, SelectField } from '#app/components/fields.tsx';
import { formatCount } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { ListesEtat } from '#app/components/listes-etat.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { RevisionNav } from '#app/components/revision-nav.tsx';
import { DepartementSelect, IgnoredFilters } from '#app/components/revision-queue.tsx';
import { Tache } from '#app/components/tache.tsx';
import { canOnLieu } from '#app/domain/permissions.ts';
import { ignoredFilters, queueSearch } from '#app/domain/queue.ts';
import { GENRES, labelOfIssue, readTacheFilters } from '#app/domain/taches.ts';
import { loadDatagouvEtat } from '#app/http/datagouv.server.ts';
import { requireReviewer } from '#app/http/guards.server.ts';
import { answerTache, demandeDeTache, loadListes } from '#app/http/taches.server.ts';
import { countTachesByDepartement, listClosedTaches, listTaches, TACHES_PAGE } from '#db/taches.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Tâches') }];

/** What somebody else closed meanwhile leaves the list; Remix would leave it as it was after a refusal. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) =>
  actionStatus === 409 || defaultShouldRevalidate;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const params = new URL(request.url).searchParams;
  const filters = readTacheFilters(params);
  const page = Math.min(10_000, Math.max(1, Math.trunc(Number(params.get('page'))) || 1));
  const [{ taches, total }, counts, closed, listes, datagouv] = await Promise.all([
    listTaches(context.db, { roles, filters, page }),
    countTachesByDepartement(context.db, { roles }),
    listClosedTaches(context.db, { roles }),
    loadListes(context.db, roles),
    loadDatagouvEtat(context),
  ]);
  const pages = Math.max(1, Math.ceil(total / TACHES_PAGE));
  if (page > pages) throw redirect(`/moderation/taches${queueSearch(filters, { page: String(pages) })}`);
  const now = context.now().getTime();
  return {
    done: params.get('fait'),
    filters,
    ignored: ignoredFilters(params, filters),
    departements: counts.flatMap(({ departement, n }) => (departement === null ? [] : [{ code: departement, n }])),
    ...{ total, page, pages, closed, listes, datagouv },
    taches: taches.map(({ manquants, ...tache }) => ({
      ...tache,
      isPublic: manquants.length === 0,
      canEdit: canOnLieu(roles, 'modifier', tache),
      jours: Math.floor((now - tache.ouverte_le.getTime()) / 86_400_000),
    })),
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const read = demandeDeTache.safeParse(Object.fromEntries(await request.formData()));
  if (!read.success) return data({ message: 'Cette demande est incomplète.' }, { status: 422 });
  const message = await answerTache(context, roles, read.data);
  if (message !== null) return data({ message }, { status: 409 });
  const params = new URL(request.url).searchParams;
  const page = params.get('page');
  const more = { ...(page && { page }), fait: read.data.intent };
  return redirect(`/moderation/taches${queueSearch(readTacheFilters(params), more)}`);
}

const DONE: Readonly<Record<string, string>> = {
  fermer: 'La tâche est fermée',
  rouvrir: 'La tâche attend de nouveau',
  prendre: 'C’est noté : la liste sera prise dans les minutes qui viennent',
};

export default function Taches() {
  const { done, filters, ignored, departements, total, page, pages, taches, closed, listes, datagouv } =
    useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const search = (target: number) => queueSearch(filters, target === 1 ? {} : { page: String(target) });
  return (
    <>
      <PageHeader
        title="Tâches"
        lead={
          total === 0
            ? undefined
            : `${formatCount(total, 'lieu à vérifier', 'lieux à vérifier')}, le plus ancien d’abord.`
        }
      />
      <div className="with-section-nav">
        <RevisionNav current="taches" />
        <div className="stack">
          {refused ? <Notice kind="warning" title={refused.message} live /> : null}
          {done !== null && DONE[done] && !refused ? <Notice kind="success" title={DONE[done]} live /> : null}
          <IgnoredFilters names={ignored} />
          <Form className="queue-filters" aria-label="Filtrer les tâches" key={queueSearch(filters)}>
            <DepartementSelect value={filters.departement} departements={departements} />
            <SelectField
              field={plainField('genre', { value: filters.genre ?? '' })}
              label="Sujet"
              empty="Tous"
              options={GENRES.map(({ name, label }) => ({ value: name, label }))}
            />
            <Button look="secondary">Filtrer</Button>
          </Form>
          {taches.length === 0 ? (
            <NothingLeft filtered={queueSearch(filters) !== ''} />
          ) : (
            <ol className="queue plain-list">
              {taches.map((tache) => (
                <li key={tache.id} className="queue-row">
                  <Tache tache={tache} search={search(page)} />
                </li>
              ))}
            </ol>
          )}
          <Pagination page={page} pages={pages} hrefOf={(target) => `/moderation/taches${search(target)}`} />
          {closed.length > 0 ? <Closed closed={closed} /> : null}
          <ListesEtat listes={listes} />
          <DatagouvEtat etat={datagouv} />
        </div>
      </div>
    </>
  );
}

function NothingLeft({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <EmptyState title="Aucune tâche pour ces filtres">
      <p>
        <Link to="/moderation/taches">Voir toutes les tâches</Link>
      </p>
    </EmptyState>
  ) : (
    <EmptyState title="Aucune tâche n’attend">
      <p>Un lieu qui quitte une liste officielle, ou dont le SIRET est fermé, s’ajoute ici pendant la nuit.</p>
    </EmptyState>
  );
}

function Closed({ closed }: Pick<ReturnType<typeof useLoaderData<typeof loader>>, 'closed'>) {
  return (
    <section aria-labelledby="fermees">
      <h2 id="fermees">Tâches fermées récemment</h2>
      <ul className="plain-list doublon-decided">
        {closed.map((row) => (
          <li key={row.id}>
            <p>
              « {row.nom ?? 'Lieu sans nom'} » : <strong>{labelOfIssue(row.genre, row.issue)}</strong>
              <br />
              <span className="muted small">
                {row.acteur_nom ?? row.acteur ?? 'Compte supprimé'}, <DateText value={row.fermee_le} time />
              </span>
            </p>
            <Form method="post">
              <input type="hidden" name="id" value={row.id} />
              <Button look="quiet" name="intent" value="rouvrir">
                Rouvrir<span className="visually-hidden"> ({row.nom ?? 'lieu sans nom'})</span>
              </Button>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  );
}
