import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { plainField, TextField } from '#app/components/fields.tsx';
import { formatDay } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { ErrorSummary, Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { RevisionNav } from '#app/components/revision-nav.tsx';
import { requireGranting } from '#app/http/animateurs.server.ts';
import { type CleErrors, giveCle, readCle, withdrawCle } from '#app/http/cles-api.server.ts';
import { listClesApi } from '#db/cles-api.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Clés de l’API') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireGranting(context, request);
  return { cles: await listClesApi(context.db), done: new URL(request.url).searchParams.get('fait') };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const roles = await requireGranting(context, request);
  const form = await request.formData();
  if (form.get('intent') === 'retirer') {
    const withdrawn = await withdrawCle(context, roles, String(form.get('cle') ?? ''));
    return redirect(`/moderation/cles?fait=${withdrawn ? 'retire' : 'deja'}`);
  }
  const { draft, errors } = readCle(form);
  if (Object.keys(errors).length > 0) return data({ draft, errors, cle: null }, { status: 422 });
  // Shown in this answer and nowhere else: no address leads to it.
  const none: CleErrors = {};
  return data({ draft: null, errors: none, cle: await giveCle(context, roles, draft) });
}

const DONE: Readonly<Record<string, string>> = {
  retire: 'La clé n’est plus valable',
  deja: 'Cette clé n’était déjà plus valable',
};

export default function Cles() {
  const { cles, done } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const told = done === null || answer ? undefined : DONE[done];
  return (
    <>
      <PageHeader
        title="Clés de l’API"
        lead="Une clé permet 6 000 demandes par minute au lieu de 600. Elle ne donne accès à rien de plus."
      />
      <div className="with-section-nav">
        <RevisionNav current="cles" />
        <div className="stack">
          {told ? <Notice kind="success" title={told} live /> : null}
          {answer?.cle ? <NewCle cle={answer.cle} /> : null}
          {cles.length === 0 ? (
            <EmptyState title="Aucune clé n’a encore été donnée">
              <p>Créez-en une ci-dessous pour qui la demande.</p>
            </EmptyState>
          ) : (
            <ul className="queue plain-list">
              {cles.map((cle) => (
                <li key={cle.id} className="queue-row">
                  <CleRow cle={cle} />
                </li>
              ))}
            </ul>
          )}
          <CleForm />
        </div>
      </div>
    </>
  );
}

function NewCle({ cle }: { cle: string }) {
  return (
    <Notice kind="success" title="La clé est créée : copiez-la maintenant" live>
      <p>
        <code className="key">{cle}</code>
      </p>
      <p>Elle ne sera plus montrée. Transmettez-la à la personne par un moyen sûr. Perdue, elle se remplace.</p>
    </Notice>
  );
}

type Row = ReturnType<typeof useLoaderData<typeof loader>>['cles'][number];

function CleRow({ cle }: { cle: Row }) {
  const { id, nom, courriel, cree_le, cree_par, revoquee_le } = cle;
  return (
    <>
      <h2>{nom}</h2>
      <p className="muted small">
        {courriel} · donnée le {formatDay(cree_le)}
        {cree_par ? ` par ${cree_par}` : ''}
        {revoquee_le ? ` · retirée le ${formatDay(revoquee_le)}` : ''}
      </p>
      {revoquee_le === null ? (
        <details>
          <summary>
            Retirer<span className="visually-hidden"> la clé « {nom} »</span>
          </summary>
          <Form method="post" className="form">
            <input type="hidden" name="cle" value={id} />
            <p>Les programmes qui s’en servent seront refusés tout de suite. Une clé retirée ne se rend pas.</p>
            <Button look="danger" name="intent" value="retirer">
              Retirer cette clé
            </Button>
          </Form>
        </details>
      ) : null}
    </>
  );
}

function CleForm() {
  const answer = useActionData<typeof action>();
  const draft = answer?.draft;
  const errors: CleErrors = answer?.errors ?? {};
  const field = (name: 'nom' | 'courriel') =>
    plainField(name, { value: draft?.[name], errors: errors[name] ? [errors[name]] : undefined, required: true });
  const lines = [
    ...(errors.nom ? [{ id: 'champ-nom', message: errors.nom }] : []),
    ...(errors.courriel ? [{ id: 'champ-courriel', message: errors.courriel }] : []),
  ];
  return (
    <section className="stack">
      <h2>Donner une clé</h2>
      <ErrorSummary errors={lines} />
      <Form method="post" className="form" noValidate key={answer?.cle}>
        <TextField field={field('nom')} label="Pour qui et pour quoi" help="Exemple : Site de la Ville de Langon" />
        <TextField
          field={field('courriel')}
          label="Adresse de courriel à prévenir"
          help="Pour écrire avant de retirer la clé, ou quand l’API change."
          type="email"
          autoComplete="off"
        />
        <Button name="intent" value="creer">
          Créer la clé
        </Button>
      </Form>
    </section>
  );
}
