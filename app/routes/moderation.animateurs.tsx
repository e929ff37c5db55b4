import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { CheckboxGroup, plainField, TextareaField, TextField } from '#app/components/fields.tsx';
import { formatDay } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { ErrorSummary, Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { RevisionNav } from '#app/components/revision-nav.tsx';
import { parseTerritoire, REGIONS } from '#app/domain/territoire.ts';
import { departementChoices, grant, readGrant, requireGranting, withdraw } from '#app/http/animateurs.server.ts';
import { nomOfTerritoire } from '#app/reference/territoires.ts';
import { listAnimateurs, listJournalRoles } from '#db/animateurs.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Animateurs de territoire') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireGranting(context, request);
  const [animateurs, journal] = await Promise.all([listAnimateurs(context.db), listJournalRoles(context.db)]);
  return {
    animateurs: animateurs.map(({ territoires, ...animateur }) => ({
      ...animateur,
      territoires: territoires.map((text) => {
        const territoire = parseTerritoire(text);
        return territoire ? nomOfTerritoire(territoire) : text;
      }),
    })),
    journal,
    departements: departementChoices(),
    done: new URL(request.url).searchParams.get('fait'),
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const roles = await requireGranting(context, request);
  const form = await request.formData();
  if (form.get('intent') === 'retirer') {
    const withdrawn = await withdraw(context, roles, String(form.get('utilisateur') ?? ''));
    return redirect(`/moderation/animateurs?fait=${withdrawn ? 'retire' : 'deja'}`);
  }
  const read = readGrant(form);
  if (!read.ok) return data({ draft: read.draft, errors: read.errors }, { status: 422 });
  await grant(context, roles, read);
  return redirect('/moderation/animateurs?fait=accorde');
}

const DONE: Readonly<Record<string, string>> = {
  accorde: 'Le rôle est accordé : la personne est prévenue par courriel',
  retire: 'Le rôle est retiré : la personne est prévenue par courriel',
  deja: 'Cette personne n’avait déjà plus ce rôle',
};

export default function Animateurs() {
  const { animateurs, journal, done } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const told = done === null || answer ? undefined : DONE[done];
  return (
    <>
      <PageHeader
        title="Animateurs de territoire"
        lead="Les hubs et collectivités qui relisent et corrigent les fiches de leur territoire."
      />
      <div className="with-section-nav">
        <RevisionNav current="animateurs" />
        <div className="stack">
          {told ? <Notice kind="success" title={told} live /> : null}
          {animateurs.length === 0 ? (
            <EmptyState title="Personne n’a encore ce rôle">
              <p>Accordez-le ci-dessous.</p>
            </EmptyState>
          ) : (
            <ul className="queue plain-list">
              {animateurs.map((animateur) => (
                <li key={animateur.utilisateur_id} className="queue-row">
                  <AnimateurRow animateur={animateur} />
                </li>
              ))}
            </ul>
          )}
          <GrantForm />
          {journal.length > 0 ? (
            <section>
              <h2>Journal</h2>
              <ul>
                {journal.map(({ id, le, action, acteur, cible }) => (
                  <li key={id}>
                    {formatDay(le)} : {acteur ?? 'compte supprimé'} a {action === 'accorde' ? 'accordé' : 'retiré'} le
                    rôle {action === 'accorde' ? 'à' : 'de'} {cible ?? 'un compte supprimé'}
                  </li>
                ))}
              </ul>
            </section>
          ) : null}
        </div>
      </div>
    </>
  );
}

type Row = ReturnType<typeof useLoaderData<typeof loader>>['animateurs'][number];

function AnimateurRow({ animateur }: { animateur: Row }) {
  const { organisation, courriel, nom, territoires, accorde_le, accorde_par, utilisateur_id } = animateur;
  return (
    <>
      <h2>{organisation || (nom ?? courriel)}</h2>
      <p>{territoires.join(', ')}</p>
      <p className="muted small">
        {courriel} · depuis le {formatDay(accorde_le)}
        {accorde_par ? `, accordé par ${accorde_par}` : ''}
      </p>
      <details>
        <summary>Retirer le rôle</summary>
        <Form method="post" className="form">
          <input type="hidden" name="utilisateur" value={utilisateur_id} />
          <p>La personne ne pourra plus agir dans ce territoire. Ce qu’elle a fait reste.</p>
          <Button look="danger" name="intent" value="retirer">
            Retirer le rôle à {courriel}
          </Button>
        </Form>
      </details>
    </>
  );
}

function GrantForm() {
  const { departements } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const { draft, errors } = answer ?? { draft: null, errors: {} };
  const field = (name: 'courriel' | 'organisation' | 'epci') =>
    plainField(name, {
      value: draft?.[name],
      errors: errors[name] ? [errors[name]] : undefined,
      required: name !== 'epci',
    });
  const boxes = (id: string) =>
    plainField('territoires', {
      id,
      values: draft?.territoires,
      errors: errors.territoires && id === 'regions' ? [errors.territoires] : undefined,
    });
  const lines = [
    ...(errors.courriel ? [{ id: 'champ-courriel', message: errors.courriel }] : []),
    ...(errors.organisation ? [{ id: 'champ-organisation', message: errors.organisation }] : []),
    ...(errors.territoires ? [{ id: 'regions', message: errors.territoires }] : []),
    ...(errors.epci ? [{ id: 'champ-epci', message: errors.epci }] : []),
  ];
  return (
    <section className="stack">
      <h2>Accorder le rôle</h2>
      <p>Pour changer le territoire de quelqu’un, accordez-le de nouveau à la même adresse : il remplace l’ancien.</p>
      <ErrorSummary errors={lines} />
      <Form method="post" className="form" noValidate>
        <TextField field={field('courriel')} label="Adresse de courriel" type="email" autoComplete="off" />
        <TextField field={field('organisation')} label="Structure" help="Exemple : Hub des Landes" />
        <details open={draft !== null}>
          <summary>Régions</summary>
          <CheckboxGroup
            field={boxes('regions')}
            label="Régions entières"
            columns
            options={REGIONS.map(({ code, nom }) => ({ value: `region:${code}`, label: nom }))}
          />
        </details>
        <details open={draft !== null}>
          <summary>Départements</summary>
          <CheckboxGroup field={boxes('departements')} label="Départements" columns options={departements} />
        </details>
        <TextareaField
          field={field('epci')}
          label="Intercommunalités"
          optional
          help="Un nom par ligne. Exemple : Bordeaux Métropole"
          rows={3}
        />
        <Button name="intent" value="accorder">
          Accorder le rôle
        </Button>
      </Form>
    </section>
  );
}
