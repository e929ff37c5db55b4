import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, type ShouldRevalidateFunction, useActionData, useLoaderData, useLocation } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { originOf, placeOf, Raisons, sideOf } from '#app/components/doublon.tsx';
import { plainField, RadioGroup } from '#app/components/fields.tsx';
import { formatCount } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { Breadcrumb } from '#app/components/layout.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { readDoublonFilters } from '#app/domain/doublons/filtres.ts';
import type { Difference } from '#app/domain/doublons/fusion.ts';
import { queueSearch } from '#app/domain/queue.ts';
import { chosenOf, decidePaire, findOpenPaire, loadPaire, readDemande } from '#app/http/doublons.server.ts';
import { notFound } from '#app/http/guards.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Fusionner deux fiches') }];

/** After a refusal, the two fiches are shown as they are now. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) =>
  actionStatus === 409 || defaultShouldRevalidate;

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const paire = await findOpenPaire(context, await loadPaire(context, request, params));
  if (!paire) throw notFound();
  return paire;
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const paire = await loadPaire(context, request, params);
  const form = await request.formData();
  const demande = readDemande(form);
  if (!demande) return refuse('Dites quelle fiche vous gardez.', 422);
  const refus = await decidePaire(context, paire, demande);
  const back = (more: Record<string, string>) => redirect(listPath(new URL(request.url).searchParams, more));
  if (refus === null) return back({ fait: demande.intent });
  const open = await findOpenPaire(context, paire);
  if (demande.intent !== 'fusionner' || !open) return back({ refus: '' });
  return refuse(refus, 409, { garde: demande.garde, choix: chosenOf(open.differences, demande.get) });
}

/** The place in the list that one comes from. */
function listPath(params: URLSearchParams, more: Record<string, string> = {}): string {
  const page = params.get('page') ?? '';
  const place: Record<string, string> = /^\d{1,5}$/.test(page) ? { page, ...more } : more;
  return `/moderation/doublons${queueSearch(readDoublonFilters(params), place)}`;
}

function refuse(message: string, status: number, kept: { garde?: 'a' | 'b'; choix?: Record<string, string> } = {}) {
  return data({ message, garde: kept.garde ?? null, choix: kept.choix ?? {} }, { status });
}

export default function Fusion() {
  const { a, b, certain, raisons, differences, garde, path } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const { search } = useLocation();
  return (
    <>
      <Breadcrumb steps={[{ label: 'Doublons', to: listPath(new URLSearchParams(search)) }]} />
      <PageHeader
        title={`Fusionner : ${a.nom ?? b.nom ?? 'lieu sans nom'}`}
        lead={placeOf(a.commune === null ? b : a)}
      />
      <div className="stack doublon-page">
        {answer ? <Notice kind="warning" title={answer.message} live /> : null}
        <Raisons certain={certain} raisons={raisons} />
        <Form method="post" className="form doublon-form">
          <input type="hidden" name="version.a" value={a.version} />
          <input type="hidden" name="version.b" value={b.version} />
          <RadioGroup
            field={plainField('garde', { value: answer?.garde ?? garde, required: true })}
            label="Quelle fiche reste ?"
            help="Elle garde son adresse sur le site ; l’adresse de l’autre y mènera."
            columns
            options={[
              { value: 'a', label: `Fiche 1 : ${a.nom ?? 'sans nom'}`, help: originOf(a) },
              { value: 'b', label: `Fiche 2 : ${b.nom ?? 'sans nom'}`, help: originOf(b) },
            ]}
          />
          {differences.length === 0 ? (
            <p>Les deux fiches disent la même chose.</p>
          ) : (
            <>
              <h2>{formatCount(differences.length, 'différence', 'différences')} : que dira la fiche ?</h2>
              <p className="muted">
                Ce qui a été confirmé, ou mis à jour en dernier, est coché d’avance. Tout le reste est déjà pareil.
              </p>
              {differences.map((difference) => (
                <DifferenceChoice
                  key={difference.key}
                  difference={difference}
                  value={answer?.choix[difference.key] ?? difference.defaut}
                />
              ))}
            </>
          )}
          <p className="muted">Une fusion peut être défaite ensuite, depuis la liste des doublons.</p>
          <div className="form-actions">
            <Button name="intent" value="fusionner">
              C’est le même lieu : fusionner
            </Button>
          </div>
        </Form>
        <Form method="post" action={path + search}>
          <Button look="secondary" name="intent" value="distinct">
            Ce sont deux lieux différents
          </Button>
        </Form>
      </div>
    </>
  );
}

function DifferenceChoice({ difference, value }: { difference: Difference; value: string }) {
  const { key, label, ensemble } = difference;
  return (
    <RadioGroup
      field={plainField(`champ.${key}`, { id: `champ-${key}`, value })}
      label={label}
      columns
      options={[
        { value: 'a', label: sideOf(difference, 'a'), help: 'Fiche 1' },
        { value: 'b', label: sideOf(difference, 'b'), help: 'Fiche 2' },
        ...(ensemble ? [{ value: 'deux', label: 'Les deux ensemble' }] : []),
      ]}
    />
  );
}
