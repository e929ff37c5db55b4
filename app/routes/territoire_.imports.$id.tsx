import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { formatBytes, formatCount, formatInstant, formatNumber } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { Absents, AbsentsNommes, Annulation, Bilan, CarteImport, ETATS } from '#app/components/import-bilan.tsx';
import { ColonnesForm } from '#app/components/import-colonnes.tsx';
import { Breadcrumb } from '#app/components/layout.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Reload } from '#app/components/reload.tsx';
import { actOnDepot, readColonnes, readDepotView, requireDepot, saveColonnes } from '#app/http/imports.server.ts';

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: pageTitle(`Import de ${loaded?.fichier ?? 'fichier'}`) },
];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const { roles, depot } = await requireDepot(context, request, params.id);
  return { ...(await readDepotView(context, roles, depot)), done: new URL(request.url).searchParams.get('fait') ?? '' };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const { roles, depot } = await requireDepot(context, request, params.id);
  const form = await request.formData();
  const path = `/territoire/imports/${depot.id}`;
  const intent = String(form.get('intent') ?? '');
  if (intent !== 'valider') {
    const done = await actOnDepot(context, roles, depot, intent);
    return redirect(done === '' ? path : `${path}?${new URLSearchParams({ fait: done })}`);
  }
  const read = readColonnes(form, depot);
  if (!read.ok) return data(read, { status: 422 });
  await saveColonnes(context, depot, roles, read);
  return redirect(path);
}

const WORKING = ['analyse', 'simulation', 'application'];

export default function Import() {
  const depot = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const { fichier, octets, source, etat, erreur, cree_le, par, annule, relue, done } = depot;
  return (
    <>
      <Breadcrumb
        steps={
          relue
            ? [
                { label: 'Fichiers relus', to: '/territoire/sources' },
                { label: relue.nom, to: `/territoire/sources/${relue.id}` },
              ]
            : [{ label: 'Imports', to: '/territoire/imports' }]
        }
      />
      <PageHeader title={fichier} lead={annule ? 'Import annulé' : ETATS[etat]} />
      <div className="stack">
        <p className="muted small">
          {formatBytes(octets)} · {relue ? 'lu' : 'déposé'} {formatInstant(cree_le)}
          {par ? `${relue ? ' pour' : ' par'} ${par}` : ''}
          {source ? ` · source : ${source}` : ''}
        </p>
        {annule || !done.startsWith('annule-') ? <Annulation fait={done} /> : null}
        {done === 'trop-tard' ? <TropTard etat={etat} /> : null}
        {WORKING.includes(etat) ? <Progress /> : null}
        {etat === 'refuse' ? (
          <Notice kind="error" title="Ce fichier ne peut pas être importé">
            <p>{erreur}</p>
            <p>Rien n’a été écrit.</p>
          </Notice>
        ) : null}
        {etat === 'colonnes' ? (
          <>
            <ColonnesForm
              key={answer ? 'refusé' : 'nouveau'}
              colonnes={depot.colonnes}
              source={source}
              draft={answer?.draft ?? null}
              errors={answer?.errors ?? {}}
            />
            <Abandon />
          </>
        ) : null}
        {etat === 'simule' ? <Apply /> : null}
        {depot.bilan ? <Report /> : null}
        {etat === 'applique' ? <Undo /> : null}
      </div>
    </>
  );
}

/** How far the work is. */
function Progress() {
  const { id, etat, etape, fait, total } = useLoaderData<typeof loader>();
  const share = total ? Math.min(99, Math.floor((fait / total) * 100)) : null;
  const words = etape === 'ecriture' ? 'Comparaison avec la base' : 'Lecture et vérification des lignes';
  return (
    <Notice title={ETATS[etat]}>
      <Reload />
      <p role="status">{etape === null ? 'Le travail commence dans un instant.' : `${words} : ${share ?? 0} %.`}</p>
      <progress
        className="import-progress"
        max={100}
        {...(share !== null && { value: share })}
        aria-label="Avancement"
      />
      <p className="small">Vous pouvez quitter cette page : le travail continue, et vous le retrouverez ici.</p>
      <noscript>
        <p>
          <Link to={`/territoire/imports/${id}`}>Voir où cela en est</Link>
        </p>
      </noscript>
    </Notice>
  );
}

/** Why a file cannot be given up. */
function TropTard({ etat }: { etat: string }) {
  return etat === 'applique' ? (
    <Notice kind="warning" title="Ce fichier a déjà été appliqué" live>
      <p>Il ne peut plus être abandonné. Pour revenir en arrière, annulez l’import, au bas de cette page.</p>
    </Notice>
  ) : (
    <Notice kind="warning" title="Ce fichier n’est pas abandonné" live>
      <p>Il avance entre-temps. Attendez la fin de l’étape en cours, puis regardez où il en est.</p>
    </Notice>
  );
}

function Apply() {
  const { bilan } = useLoaderData<typeof loader>();
  const { nouvelles = 0, modifiees = 0, proposees = 0, absents = 0, revenus = 0 } = bilan ?? {};
  const changes = nouvelles + modifiees + proposees + absents + revenus;
  const refusees = bilan?.refusees ?? 0;
  const none = changes === 0 && refusees > 0 && bilan?.publiques === 0 && bilan.a_completer === 0;
  const rien = none
    ? `Aucune ligne ne peut être importée : ${formatCount(refusees, 'refusée', 'refusées')}`
    : 'Ce fichier ne changerait rien';
  return (
    <Notice
      kind={none ? 'warning' : 'info'}
      title={changes === 0 ? rien : 'Ceci est un essai : rien n’est encore écrit'}
    >
      <Form method="post" className="cluster">
        {changes === 0 ? null : (
          <Button name="intent" value="appliquer">
            Appliquer l’import
          </Button>
        )}
        <Button look="secondary" name="intent" value="colonnes">
          Revoir les colonnes
        </Button>
        <Button look="quiet" name="intent" value="abandonner">
          Abandonner ce fichier
        </Button>
      </Form>
      {changes === 0 ? null : <p className="small">Vous pourrez annuler tout l’import en une fois.</p>}
    </Notice>
  );
}

function Abandon() {
  return (
    <Form method="post">
      <Button look="quiet" name="intent" value="abandonner">
        Abandonner ce fichier
      </Button>
    </Form>
  );
}

function Report() {
  const { id, bilan, carte, etat, absents } = useLoaderData<typeof loader>();
  if (bilan === null) return null;
  return (
    <>
      <Bilan bilan={bilan} done={etat === 'applique'} />
      <p>
        <a href={`/territoire/imports/${id}/rapport.csv`} download>
          Télécharger le rapport ligne par ligne (CSV)
        </a>
      </p>
      {bilan.absents > 0 ? (
        <section className="stack">
          <h2>{formatCount(bilan.absents, 'lieu absent du fichier', 'lieux absents du fichier')}</h2>
          <p>
            Ils viennent de la même source et ce fichier ne les a plus. Ils {etat === 'applique' ? 'sont' : 'seront'}{' '}
            signalés à qui relit, jamais effacés.
          </p>
          {absents === null ? (
            <AbsentsNommes lieux={bilan.absents_exemples} total={bilan.absents} />
          ) : (
            <Absents absents={absents} />
          )}
        </section>
      ) : null}
      {carte === null ? null : (
        <section className="stack">
          <h2>Où sont ces lieux</h2>
          <CarteImport carte={carte} sansPosition={bilan.sans_position} />
        </section>
      )}
    </>
  );
}

function Undo() {
  const { lot, annule, applique_le, par } = useLoaderData<typeof loader>();
  if (lot === null || annule) return null;
  return (
    <details>
      <summary>Annuler cet import</summary>
      <Form method="post" className="form">
        <p>
          Import {formatNumber(lot)}
          {applique_le ? `, appliqué ${formatInstant(applique_le)}` : ''}
          {par ? ` par ${par}` : ''}.
        </p>
        <p>
          Les lieux qu’il a créés seront retirés, les champs qu’il a changés retrouveront leur ancienne valeur. Ce que
          quelqu’un a changé ou confirmé depuis reste comme il est, et en ligne. Un import peut être annulé pendant un
          an.
        </p>
        <Button look="danger" name="intent" value="annuler">
          Annuler tout l’import
        </Button>
      </Form>
    </details>
  );
}
