import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { plainField, RadioGroup, TextField } from '#app/components/fields.tsx';
import { formatCount, formatDay } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { ErrorSummary, Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { RevisionNav } from '#app/components/revision-nav.tsx';
import { requireReviewer } from '#app/http/guards.server.ts';
import { listCommunesView, readDecision, saveDecision } from '#app/http/vendredi-saint.server.ts';

const PATH = '/moderation/vendredi-saint';

export const meta: MetaFunction = () => [{ title: pageTitle('Vendredi saint en Alsace-Moselle') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const params = new URL(request.url).searchParams;
  const q = (params.get('q') ?? '').trim().slice(0, 100);
  const page = Math.min(10_000, Math.max(1, Math.trunc(Number(params.get('page'))) || 1));
  const fait = context.communes.findByInsee(params.get('fait') ?? '')?.nom ?? null;
  return { q, fait, lieux: Number(params.get('lieux')) || 0, ...(await listCommunesView(context, roles, { q, page })) };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const read = readDecision(context, roles, await request.formData());
  if (!read.ok) return data(read, { status: 422 });
  const lieux = await saveDecision(context, roles, read);
  const back = new URLSearchParams({ fait: read.commune.code_insee, lieux: String(lieux) });
  const q = new URL(request.url).searchParams.get('q');
  if (q) back.set('q', q);
  return redirect(`${PATH}?${back}`);
}

type Loaded = ReturnType<typeof useLoaderData<typeof loader>>;

export default function VendrediSaint() {
  const loaded = useLoaderData<typeof loader>();
  const { q, communes, total, connues, page, pages } = loaded;
  const answer = useActionData<typeof action>();
  return (
    <>
      <PageHeader
        title="Vendredi saint en Alsace-Moselle"
        lead="Il est férié dans les communes qui ont un temple protestant ou une église mixte (Code du travail, article L3134-13)."
      />
      <div className="with-section-nav">
        <RevisionNav current="vendredi-saint" />
        <div className="stack">
          <p>
            Tant qu’on ne sait pas ce qu’il en est d’une commune, l’état de ses lieux ce jour-là est « à vérifier ».
            Votre réponse vaut pour tous les lieux de la commune, chaque année.
          </p>
          {answer || loaded.fait === null ? null : (
            <Notice kind="success" title={`C’est noté pour ${loaded.fait}`} live>
              <p>
                {loaded.lieux === 0
                  ? 'Les horaires d’aucun lieu n’en dépendaient.'
                  : `${formatCount(loaded.lieux, 'lieu mis à jour', 'lieux mis à jour')}.`}
              </p>
            </Notice>
          )}
          {answer ? (
            <ErrorSummary errors={[{ id: `${answer.champ}-${answer.code}`, message: answer.message }]} />
          ) : null}
          <Form className="queue-filters" role="search" aria-label="Chercher une commune">
            <TextField
              field={plainField('q', { value: q })}
              label="Commune"
              help="Nom, code postal ou code INSEE"
              autoComplete="off"
            />
            <Button look="secondary">Chercher</Button>
          </Form>
          <Communes {...loaded} />
          {communes.length > 0 ? (
            <p className="muted small">
              {formatCount(total, 'commune', 'communes')}, dont {connues} dont on connaît la réponse.
            </p>
          ) : null}
          <Pagination
            page={page}
            pages={pages}
            hrefOf={(target) => `${PATH}?${new URLSearchParams({ ...(q && { q }), page: String(target) })}`}
          />
        </div>
      </div>
    </>
  );
}

function Communes({ q, communes }: Pick<Loaded, 'q' | 'communes'>) {
  if (communes.length > 0) {
    return (
      <ul className="queue plain-list">
        {communes.map((commune) => (
          <li key={commune.code_insee} className="queue-row">
            <CommuneRow commune={commune} />
          </li>
        ))}
      </ul>
    );
  }
  return q === '' ? (
    <EmptyState title="Aucun lieu en Alsace-Moselle dans votre territoire">
      <p>Cherchez une commune pour dire ce qu’il en est.</p>
    </EmptyState>
  ) : (
    <EmptyState title={`Aucune commune d’Alsace-Moselle ne répond à « ${q} »`}>
      <p>
        <Link to={PATH}>Voir les communes qui ont des lieux</Link>
      </p>
    </EmptyState>
  );
}

function CommuneRow({
  commune: { code_insee, nom, departement, lieux, decision },
}: {
  commune: Loaded['communes'][number];
}) {
  const answer = useActionData<typeof action>();
  const refused = answer?.code === code_insee ? answer : undefined;
  const value = refused?.reponse ?? (decision ? reponseOf(decision.ferie) : undefined);
  const field = (name: 'ferie' | 'source', given: string | undefined) =>
    plainField(name, {
      id: `${name}-${code_insee}`,
      value: given,
      errors: refused?.champ === name ? [refused.message] : undefined,
    });
  return (
    <>
      <h2>{`${nom} (${departement})`}</h2>
      <p>
        {decision ? ETATS[reponseOf(decision.ferie)] : ETATS.inconnu}
        {lieux > 0 ? ` · ${formatCount(lieux, 'lieu', 'lieux')}` : ''}
      </p>
      {decision ? (
        <p className="muted small">
          {decision.source === '' ? 'Dit' : `${decision.source} · dit`} le {formatDay(decision.le)}
          {decision.par ? ` par ${decision.par}` : ''}
        </p>
      ) : null}
      <details open={refused !== undefined}>
        <summary>{decision ? 'Changer la réponse' : 'Répondre'}</summary>
        <Form method="post" className="form" noValidate>
          <input type="hidden" name="commune" value={code_insee} />
          <RadioGroup field={field('ferie', value)} label={`Le Vendredi saint à ${nom}`} options={REPONSES} />
          <TextField
            field={field('source', refused?.source ?? decision?.source)}
            label="D’où le tenez-vous ?"
            help="Exemple : mairie, par téléphone, le 3 mars"
            autoComplete="off"
          />
          <Button>Enregistrer pour {nom}</Button>
        </Form>
      </details>
    </>
  );
}

const REPONSES = [
  { value: 'oui', label: 'Il est férié' },
  { value: 'non', label: 'Il n’est pas férié' },
  { value: 'inconnu', label: 'On ne sait pas' },
];

const ETATS = {
  oui: 'Férié',
  non: 'Pas férié',
  inconnu: 'Pas encore dit',
} as const;

function reponseOf(ferie: boolean | null): keyof typeof ETATS {
  return ferie === null ? 'inconnu' : ferie ? 'oui' : 'non';
}
