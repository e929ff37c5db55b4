import { type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { Button, LinkButton } from '#app/components/button.tsx';
import { DateText } from '#app/components/date-text.tsx';
import { PaireTable, placeOf, Raisons } from '#app/components/doublon.tsx';
import { plainField, SelectField } from '#app/components/fields.tsx';
import { formatCount } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { RevisionNav } from '#app/components/revision-nav.tsx';
import { DepartementSelect, IgnoredFilters } from '#app/components/revision-queue.tsx';
import type { ChampDeLieu } from '#app/domain/champ-de-lieu.ts';
import { CERTITUDES, readDoublonFilters } from '#app/domain/doublons/filtres.ts';
import { ignoredFilters, queueSearch } from '#app/domain/queue.ts';
import { pairePath, paireVue } from '#app/http/doublons.server.ts';
import { requireReviewer } from '#app/http/guards.server.ts';
import { countDoublonsByDepartement, DOUBLONS_PAGE, listDecidedDoublons, listDoublons } from '#db/doublons.ts';
import { listFiches } from '#db/fiches.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Doublons') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const params = new URL(request.url).searchParams;
  const filters = readDoublonFilters(params);
  const page = Math.min(10_000, Math.max(1, Math.trunc(Number(params.get('page'))) || 1));
  const [{ paires, total }, counts, decided] = await Promise.all([
    listDoublons(context.db, { roles, filters, page }),
    countDoublonsByDepartement(context.db, { roles }),
    listDecidedDoublons(context.db, { roles }),
  ]);
  const pages = Math.max(1, Math.ceil(total / DOUBLONS_PAGE));
  if (page > pages) throw redirect(`/moderation/doublons${queueSearch(filters, { page: String(pages) })}`);
  const fiches = await listFiches(context.db, [...new Set(paires.flatMap((p) => [p.lieu_id, p.autre_id]))]);
  return {
    done: params.get('fait'),
    refus: params.get('refus') !== null,
    filters,
    ignored: ignoredFilters(params, filters),
    departements: departementsOf(counts),
    total,
    page,
    pages,
    paires: paires.flatMap((paire) => {
      const [a, b] = [fiches.get(paire.lieu_id), fiches.get(paire.autre_id)];
      if (!a || !b) return [];
      const vue = paireVue(paire, a, b);
      return [{ ...vue, differences: vue.differences.filter(({ key }) => TELLING.has(key)) }];
    }),
    decided: decided.map((row) => ({ ...row, path: pairePath(row) })),
  };
}

/** The départements where pairs wait. */
function departementsOf(counts: Awaited<ReturnType<typeof countDoublonsByDepartement>>) {
  return counts.flatMap(({ departement, n }) => (departement === null ? [] : [{ code: departement, n }]));
}

/** What tells two lieux apart at a glance; the rest is on the page of the pair. */
const TELLING: ReadonlySet<ChampDeLieu> = new Set([
  'nom',
  'pivot',
  'commune',
  'code_postal',
  'adresse',
  'telephone',
  'courriels',
  'site_web',
  'horaires',
]);

const DONE: Readonly<Record<string, string>> = {
  distinct: 'C’est noté : ce sont deux lieux différents',
  fusionner: 'Les deux fiches n’en font plus qu’une',
  defaire: 'La fusion est défaite',
  rouvrir: 'La paire attend de nouveau',
};

export default function Doublons() {
  const { done, refus, filters, ignored, departements, total, page, pages, paires, decided } =
    useLoaderData<typeof loader>();
  const search = (target: number) => queueSearch(filters, target === 1 ? {} : { page: String(target) });
  return (
    <>
      <PageHeader
        title="Doublons"
        lead={
          total === 0
            ? undefined
            : `${formatCount(total, 'paire de fiches', 'paires de fiches')} qui parlent peut-être du même lieu, les plus probables d’abord.`
        }
      />
      <div className="with-section-nav">
        <RevisionNav current="doublons" />
        <div className="stack">
          {refus ? (
            <Notice
              kind="warning"
              title="Cette paire a changé d’état : quelqu’un d’autre vient peut-être de la traiter."
              live
            />
          ) : null}
          {done !== null && DONE[done] && !refus ? <Notice kind="success" title={DONE[done]} live /> : null}
          <IgnoredFilters names={ignored} />
          <DoublonFilterForm key={queueSearch(filters)} filters={filters} departements={departements} />
          {paires.length === 0 ? (
            <NothingLeft filtered={queueSearch(filters) !== ''} />
          ) : (
            <ol className="queue plain-list">
              {paires.map((paire) => (
                <li key={paire.path} className="queue-row">
                  <PaireRow paire={paire} search={search(page)} />
                </li>
              ))}
            </ol>
          )}
          <Pagination page={page} pages={pages} hrefOf={(target) => `/moderation/doublons${search(target)}`} />
          {decided.length > 0 ? <Decided decided={decided} search={search(page)} /> : null}
        </div>
      </div>
    </>
  );
}

type Loaded = ReturnType<typeof useLoaderData<typeof loader>>;

function DoublonFilterForm({ filters, departements }: Pick<Loaded, 'filters' | 'departements'>) {
  return (
    <Form className="queue-filters" aria-label="Filtrer les doublons">
      <DepartementSelect value={filters.departement} departements={departements} />
      <SelectField
        field={plainField('certitude', { value: filters.certitude ?? '' })}
        label="Certitude"
        empty="Toutes"
        options={CERTITUDES.map(({ name, label }) => ({ value: name, label }))}
      />
      <Button look="secondary">Filtrer</Button>
    </Form>
  );
}

function NothingLeft({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <EmptyState title="Aucun doublon pour ces filtres">
      <p>
        <Link to="/moderation/doublons">Voir tous les doublons</Link>
      </p>
    </EmptyState>
  ) : (
    <EmptyState title="Aucun doublon n’attend">
      <p>Ils sont cherchés chaque nuit, et après chaque import.</p>
    </EmptyState>
  );
}

/** `search`: the place in the list, to come back to. */
function PaireRow({ paire, search }: { paire: Loaded['paires'][number]; search: string }) {
  const name = paire.a.nom ?? paire.b.nom ?? 'Lieu sans nom';
  return (
    <>
      <h2>{name}</h2>
      <p className="muted small">{placeOf(paire.a.commune === null ? paire.b : paire.a)}</p>
      <Raisons certain={paire.certain} raisons={paire.raisons} />
      <PaireTable a={paire.a} b={paire.b} differences={paire.differences} caption={`Deux fiches de ${name}`} />
      <div className="form-actions">
        <LinkButton to={paire.path + search}>
          C’est le même lieu : fusionner<span className="visually-hidden"> ({name})</span>
        </LinkButton>
        <Form method="post" action={paire.path + search}>
          <input type="hidden" name="garde" value={paire.garde} />
          <input type="hidden" name="version.a" value={paire.a.version} />
          <input type="hidden" name="version.b" value={paire.b.version} />
          <div className="form-actions">
            {paire.certain ? (
              <Button look="secondary" name="intent" value="fusionner">
                Fusionner avec les choix proposés<span className="visually-hidden"> ({name})</span>
              </Button>
            ) : null}
            <Button look="secondary" name="intent" value="distinct">
              Ce sont deux lieux différents<span className="visually-hidden"> ({name})</span>
            </Button>
          </div>
        </Form>
      </div>
    </>
  );
}

function Decided({ decided, search }: { decided: Loaded['decided']; search: string }) {
  return (
    <section aria-labelledby="decisions">
      <h2 id="decisions">Décisions récentes</h2>
      <ul className="plain-list doublon-decided">
        {decided.map((row) => (
          <li key={row.path}>
            <p>
              « {row.nom ?? 'Lieu sans nom'} » et « {row.autre_nom ?? 'Lieu sans nom'} » :{' '}
              <strong>{row.etat === 'fusionne' ? 'fusionnées' : 'deux lieux différents'}</strong>
              <br />
              <span className="muted small">
                {row.acteur_nom ?? row.acteur ?? 'Compte supprimé'}
                {row.decide_le === null ? null : (
                  <>
                    {', '}
                    <DateText value={row.decide_le} time />
                  </>
                )}
              </span>
            </p>
            <Form method="post" action={row.path + search}>
              <Button look="quiet" name="intent" value={row.etat === 'fusionne' ? 'defaire' : 'rouvrir'}>
                {row.etat === 'fusionne' ? 'Défaire la fusion' : 'Revoir cette paire'}
                <span className="visually-hidden"> ({row.nom ?? 'lieu sans nom'})</span>
              </Button>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  );
}
