import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, type ShouldRevalidateFunction, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Badge } from '#app/components/badge.tsx';
import { Button } from '#app/components/button.tsx';
import { plainField, TextareaField } from '#app/components/fields.tsx';
import { formatCount, formatDay } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { RevisionNav } from '#app/components/revision-nav.tsx';
import { ageOf, departementLabel } from '#app/components/revision-queue.tsx';
import { MOTIF_LABELS, MOTIFS } from '#app/domain/signalement.ts';
import { fichePath, lieuSegment } from '#app/http/fiche-path.ts';
import { requireReviewer } from '#app/http/guards.server.ts';
import { answerSignalement } from '#app/http/signalement.server.ts';
import { listSignalements, SIGNALEMENTS_PAGE } from '#db/moderation.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Signalements') }];

const schema = z.object({
  lieu: z.string().min(1),
  id: z.coerce.number().int().positive(),
  etat: z.enum(['traite', 'sans_suite']),
  reponse: z.string().trim().max(1000, 'Cette réponse est trop longue : 1 000 caractères au plus.').default(''),
});

/** What somebody else closed meanwhile leaves the list; Remix would leave it as it was after a refusal. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) =>
  actionStatus === 409 || defaultShouldRevalidate;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const now = context.now().getTime();
  const rows = await listSignalements(context.db, { roles });
  const done = new URL(request.url).searchParams.get('fait');
  return {
    done: done === 'traite' || done === 'sans_suite' ? done : null,
    signalements: rows.map((row) => ({ ...row, jours: Math.floor((now - row.cree_le.getTime()) / 86_400_000) })),
    more: rows.length === SIGNALEMENTS_PAGE,
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const form = Object.fromEntries(await request.formData());
  const read = schema.safeParse(form);
  if (!read.success) {
    const message = read.error.issues[0]?.message ?? 'Cette demande est incomplète.';
    return data({ id: Number(form.id), message, reponse: String(form.reponse ?? '') }, { status: 422 });
  }
  const { lieu, id, etat, reponse } = read.data;
  const closed = await answerSignalement(context, { roles, lieuId: lieu, id, etat, reponse: reponse || null });
  if (closed) return redirect(`/moderation/signalements?fait=${etat}`);
  const message = 'Ce signalement n’est plus ouvert : quelqu’un d’autre vient peut-être de le traiter.';
  return data({ id: null, message, reponse }, { status: 409 });
}

export default function Signalements() {
  const { signalements, more, done } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <>
      <PageHeader
        title="Signalements"
        lead={
          signalements.length === 0
            ? undefined
            : `${more ? 'Les ' : ''}${formatCount(signalements.length, 'signalement du public', 'signalements du public')}${more ? ' les plus anciens' : ', le plus ancien d’abord'}.`
        }
      />
      <div className="with-section-nav">
        <RevisionNav current="signalements" />
        <div className="stack">
          {answer?.id === null ? (
            <Notice kind="warning" title={answer.message} live>
              {answer.reponse ? <p>Vous aviez écrit : « {answer.reponse} »</p> : null}
            </Notice>
          ) : null}
          {done && !answer ? (
            <Notice
              kind="success"
              title={done === 'traite' ? 'Signalement traité' : 'Signalement classé sans suite'}
              live
            />
          ) : null}
          {signalements.length === 0 ? (
            <EmptyState title="Aucun signalement n’attend">
              <p>
                <Link to="/moderation">Voir les modifications à relire</Link>
              </p>
            </EmptyState>
          ) : (
            <ol className="queue plain-list">
              {signalements.map((row) => (
                <li key={row.id} className="queue-row">
                  <SignalementRow row={row} refused={answer?.id === row.id ? answer : null} />
                </li>
              ))}
            </ol>
          )}
        </div>
      </div>
    </>
  );
}

type Row = ReturnType<typeof useLoaderData<typeof loader>>['signalements'][number];

function SignalementRow({ row, refused }: { row: Row; refused: { message: string; reponse: string } | null }) {
  const id = `reponse-${row.id}`;
  return (
    <>
      <h2>
        <Link to={`/moderation/lieux/${lieuSegment(row.lieu_id)}`}>{row.nom ?? 'Lieu sans nom'}</Link>
      </h2>
      <p className="muted small">
        {[row.commune, row.departement && departementLabel(row.departement)].filter(Boolean).join(' · ')}
      </p>
      <p>
        <Badge tone={row.motif === 'ferme' ? 'error' : 'neutral'}>{motifLabel(row.motif)}</Badge>
      </p>
      {row.message ? <blockquote className="signalement-message">{row.message}</blockquote> : <p>Sans message.</p>}
      <p className="muted small">
        Numéro {row.numero} · {ageOf(row.jours)} ({formatDay(row.cree_le)}) ·{' '}
        <Link to={fichePath({ id: row.lieu_id })}>fiche publique</Link>
      </p>
      <details open={refused !== null}>
        <summary>Répondre et fermer</summary>
        <Form method="post" className="form">
          <input type="hidden" name="lieu" value={row.lieu_id} />
          <input type="hidden" name="id" value={row.id} />
          <TextareaField
            field={plainField('reponse', {
              id,
              value: refused?.reponse,
              errors: refused ? [refused.message] : undefined,
            })}
            label="Réponse"
            optional
            help="Elle s’affiche sur la page de suivi, et part par courriel si la personne a laissé son adresse."
            rows={2}
          />
          <div className="form-actions">
            <Button name="etat" value="traite">
              Marquer comme traité
            </Button>
            <Button look="secondary" name="etat" value="sans_suite">
              Classer sans suite
            </Button>
          </div>
        </Form>
      </details>
    </>
  );
}

function motifLabel(motif: string): string {
  const known = MOTIFS.find((candidate) => candidate === motif);
  return known ? MOTIF_LABELS[known] : motif;
}
