import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, type ShouldRevalidateFunction, useActionData, useLoaderData } from '@remix-run/react';
import { AppelSheet } from '#app/components/appel-sheet.tsx';
import { Button } from '#app/components/button.tsx';
import { plainField, SelectField } from '#app/components/fields.tsx';
import { formatCount, formatDate } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { PagesSuivantes } from '#app/components/pages-suivantes.tsx';
import { DepartementSelect, departementLabel } from '#app/components/revision-queue.tsx';
import { TerritoireNav } from '#app/components/territoire-nav.tsx';
import { type AppelFilters, appelSearch, JOURS_SANS_RAPPEL, sectionToCorrect, TAILLES } from '#app/domain/appels.ts';
import { MANQUES, manquesOf } from '#app/domain/manques.ts';
import { loadSheet, noteAppel, notedPath } from '#app/http/appels.server.ts';
import { espacePath } from '#app/http/fiche-path.ts';
import { requireReviewer } from '#app/http/guards.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Lieux à appeler') }];

/** After a refusal the page must show what the fiche says now; Remix would leave it as it was. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) =>
  actionStatus === 409 || defaultShouldRevalidate;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const params = new URL(request.url).searchParams;
  const done = DONE[params.get('fait') ?? ''];
  return { ...(await loadSheet(context, roles, params)), done: done ?? null, doneLieu: params.get('lieu') };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const roles = await requireReviewer(context, request);
  await context.limits.spend('edition', roles.utilisateurId);
  const form = await request.formData();
  const outcome = await noteAppel(context, roles, form);
  if (outcome.state !== 'note') return data(outcome, { status: 409 });
  if (outcome.issue === 'corrige') {
    const manques = String(form.get('manques') ?? '').split(' ');
    return redirect(espacePath(outcome.lieuId, sectionToCorrect(manques)));
  }
  return redirect(notedPath(new URL(request.url).searchParams, outcome));
}

const DONE: Readonly<Record<string, string>> = {
  juste: 'Noté : tout est juste. La fiche est confirmée aujourd’hui',
  sans_reponse: 'Noté : ne répond pas. Le lieu passe à la fin de la liste jusqu’à demain',
  numero_faux: 'Noté : numéro faux. Le lieu attend parmi ceux dont le numéro est à trouver',
  ferme: 'Noté : le lieu a fermé. Un signalement est ouvert, pour qu’une personne décide',
};

export default function AAppeler() {
  const { filters, counts, departements, lieux, suivants, place, territoires, today, done, doneLieu } =
    useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <>
      <PageHeader
        title="Lieux à appeler"
        lead="Les lieux sans responsable à qui il manque quelque chose, ceux à qui il manque le plus d’abord."
      />
      <p className="appel-paper">
        {territoires.join(', ')}. {saidFilters(filters)}Imprimé le {formatDate(today)}.
      </p>
      <div className="with-section-nav">
        <TerritoireNav current="a-appeler" />
        <div className="stack">
          {answer ? <Refused {...answer} /> : null}
          {done && !answer ? (
            <Notice kind="success" title={done} live>
              {doneLieu ? (
                <p>
                  <Link to={espacePath(doneLieu)}>Ouvrir cette fiche</Link>
                </p>
              ) : null}
            </Notice>
          ) : null}
          <SheetForm filters={filters} counts={counts} departements={departements} />
          {lieux.length > 0 ? (
            <AppelSheet lieux={lieux} numero={filters.numero} />
          ) : (
            <EmptyState title={place ? 'Rien de plus ici' : 'Personne à appeler'}>
              <p>
                Un lieu joint ne revient ici qu’après {JOURS_SANS_RAPPEL} jours.{' '}
                <Link to="/territoire/a-appeler">Revenir au début</Link>
              </p>
            </EmptyState>
          )}
          <PagesSuivantes
            path="/territoire/a-appeler"
            search={(more) => appelSearch(filters, more)}
            debut={place}
            suivants={suivants}
          />
        </div>
      </div>
    </>
  );
}

/** What the printed sheet was kept to, as sentences that end with a space. */
function saidFilters({ manque, departement }: AppelFilters): string {
  const said = [
    ...(departement === null ? [] : [departementLabel(departement)]),
    ...manquesOf(manque === null ? [] : [manque]).map(({ label }) => label),
  ];
  return said.map((sentence) => `${sentence}. `).join('');
}

interface SheetFormProps {
  filters: AppelFilters;
  counts: { avec: number; sans: number };
  departements: readonly { code: string; n: number }[];
}

function SheetForm({ filters, counts, departements }: SheetFormProps) {
  return (
    <Form className="queue-filters" aria-label="Choisir la feuille" key={appelSearch(filters)}>
      <SelectField
        field={plainField('numero', { value: filters.numero })}
        label="Lieux"
        options={[
          { value: 'avec', label: `À appeler (${counts.avec})` },
          { value: 'sans', label: `Numéro à trouver (${counts.sans})` },
        ]}
      />
      <SelectField
        field={plainField('manque', { value: filters.manque ?? '' })}
        label="Ce qui manque"
        empty="Peu importe"
        options={MANQUES.map(({ name, label }) => ({ value: name, label }))}
      />
      {departements.length > 1 || filters.departement !== null ? (
        <DepartementSelect value={filters.departement} departements={departements} />
      ) : null}
      <SelectField
        field={plainField('taille', { value: String(filters.taille) })}
        label="Par page"
        options={TAILLES.map((taille) => ({ value: String(taille), label: formatCount(taille, 'lieu', 'lieux') }))}
      />
      <Button look="secondary">Afficher</Button>
      <p className="small">
        Pour travailler sur papier, imprimez cette page : un cadre par lieu, avec des cases à cocher.
      </p>
    </Form>
  );
}

function Refused({ state, nom }: { state: 'change' | 'repris'; nom: string }) {
  return state === 'change' ? (
    <Notice kind="warning" title={`La fiche « ${nom} » a changé depuis l’affichage : rien n’a été noté`} live>
      <p>Relisez ci-dessous ce qu’elle dit maintenant.</p>
    </Notice>
  ) : (
    <Notice kind="warning" title={`« ${nom} » vient de trouver un responsable : rien n’a été noté`} live>
      <p>C’est lui qui tient maintenant la fiche.</p>
    </Notice>
  );
}
