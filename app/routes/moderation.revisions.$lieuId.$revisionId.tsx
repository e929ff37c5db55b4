import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Link, type ShouldRevalidateFunction, useActionData, useLoaderData } from '@remix-run/react';
import { DateText } from '#app/components/date-text.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { Breadcrumb, DefinitionList } from '#app/components/layout.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { RevisionDone, RevisionForm } from '#app/components/revision-form.tsx';
import { departementLabel, RisqueBadge } from '#app/components/revision-queue.tsx';
import { ReviewSaved } from '#app/components/revision-saved.tsx';
import { draftsOf, isOvertaken, readDecisions } from '#app/domain/decisions.ts';
import { queueSearch, readQueueFilters } from '#app/domain/queue.ts';
import { fichePath, lieuSegment } from '#app/http/fiche-path.ts';
import { loadReview, nextReviewPath, readSaved, saveDecisions, savedParams } from '#app/http/review.server.ts';
import { isPublic } from '#db/fiches.ts';

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: pageTitle(loaded ? `Relire : ${loaded.revision.nom ?? 'lieu sans nom'}` : 'Relire') },
];

/** After a conflict the page must show what the lieu says now; Remix would leave it as it was after a refusal. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) =>
  actionStatus === 409 || defaultShouldRevalidate;

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const review = await loadReview(context, request, params);
  const search = new URL(request.url).searchParams;
  const filters = readQueueFilters(search);
  const next = await nextReviewPath(context, request, review);
  return {
    revision: review.revision,
    items: review.items,
    obstacle: review.obstacle,
    isPublic: isPublic(review.fiche),
    queue: `/moderation${queueSearch(filters)}`,
    next: next === null ? null : next + queueSearch(filters),
    saved: readSaved(search),
  };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const review = await loadReview(context, request, params);
  const form = await request.formData();
  const stamp = context.requestId;
  const drafts = draftsOf(form, review.items);
  if (isOvertaken(form, review.items)) return data({ stamp, state: 'deja' as const, drafts }, { status: 409 });
  const read = readDecisions(form, review.items);
  if (!read.ok) return data({ stamp, state: 'erreurs' as const, drafts, errors: read.errors }, { status: 422 });
  const outcome = await saveDecisions(context, review, read.decisions);
  if (outcome.state !== 'enregistre') return data({ stamp, drafts, ...outcome }, { status: 409 });
  const filters = readQueueFilters(new URL(request.url).searchParams);
  const next = (await nextReviewPath(context, request, review)) ?? '/moderation';
  return redirect(next + queueSearch(filters, savedParams(review.items, read.decisions, outcome.prevenu)));
}

export default function ReviewRevision() {
  const { revision, items, obstacle, isPublic, queue, next, saved } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const open = revision.etat === 'ouverte';
  return (
    <>
      <Breadcrumb steps={[{ label: 'Modifications à relire', to: queue }]} />
      {answer ? null : <ReviewSaved saved={saved} />}
      <PageHeader
        title={revision.nom ?? 'Lieu sans nom'}
        lead={[revision.commune, revision.departement && departementLabel(revision.departement)]
          .filter(Boolean)
          .join(' · ')}
        actions={
          <>
            {isPublic ? <Link to={fichePath({ id: revision.lieu_id })}>Fiche publique</Link> : null}
            <Link to={`/moderation/lieux/${lieuSegment(revision.lieu_id)}`}>Historique</Link>
            {next ? <Link to={next}>Passer à la suivante</Link> : null}
          </>
        }
      />
      <DefinitionList
        items={[
          ['Proposé par', [revision.structure, revision.auteur ?? 'auteur inconnu'].filter(Boolean).join(' · ')],
          ['Le', <DateText key="le" value={revision.cree_le} time />],
          ['Risque', <RisqueBadge key="risque" score={revision.risque} />],
          ['Message', revision.message],
        ]}
      />
      {answer ? <Answer answer={answer} /> : null}
      {open && obstacle === 'organisation' ? (
        <>
          <Notice title={`Cette modification vient de votre organisation, ${revision.organisation}`}>
            <p>
              Une modification sensible est décidée par une autre organisation du territoire, ou par un modérateur. Elle
              reste dans leur file : vous n’avez rien à faire.
            </p>
          </Notice>
          <RevisionDone items={items} title="Ce qui est proposé" />
        </>
      ) : open && obstacle !== null ? (
        <>
          <Notice title="C’est votre propre modification">
            <p>Une autre personne la relit : vous serez prévenu par courriel.</p>
          </Notice>
          <RevisionDone items={items} title="Ce que vous avez proposé" />
        </>
      ) : open ? (
        <RevisionForm
          key={`${revision.lieu_id} ${revision.id} ${answer?.stamp ?? ''}`}
          items={items}
          drafts={answer?.drafts ?? {}}
          errors={answer?.state === 'erreurs' ? answer.errors : {}}
        />
      ) : (
        <>
          <Closed etat={revision.etat} moderateur={revision.moderateur} le={revision.traitee_le} />
          <RevisionDone items={items} title="Ce qui a été décidé" />
        </>
      )}
    </>
  );
}

type ActionAnswer = NonNullable<ReturnType<typeof useActionData<typeof action>>>;

/** Why nothing was saved, with what had been typed: it is not lost. */
function Answer({ answer }: { answer: ActionAnswer }) {
  if (answer.state === 'erreurs') return null;
  if (answer.state === 'conflit') {
    return (
      <Notice kind="warning" title="La fiche a changé pendant votre relecture : rien n’a été enregistré" live>
        <p>
          Regardez la valeur d’aujourd’hui pour : {answer.labels.join(', ')}. Vos décisions sont gardées ci-dessous :
          enregistrez-les à nouveau si elles conviennent toujours.
        </p>
      </Notice>
    );
  }
  const reasons = Object.values(answer.drafts).flatMap((draft) =>
    draft && (draft.raison || draft.motif) ? [[draft.raison, draft.motif].filter(Boolean).join(' ')] : [],
  );
  return (
    <Notice kind="warning" title="Cette modification vient d’être relue ou remplacée : rien n’a été enregistré" live>
      <p>Voici où elle en est. Vos propres décisions n’ont pas été appliquées.</p>
      {reasons.length > 0 ? <p>Vous aviez écrit : {reasons.map((reason) => `« ${reason} »`).join(', ')}</p> : null}
    </Notice>
  );
}

function Closed({ etat, moderateur, le }: { etat: string; moderateur: string | null; le: Date | string | null }) {
  return (
    <Notice title={etat === 'retiree' ? 'L’auteur a proposé autre chose depuis' : 'Cette modification a été relue'}>
      {le === null ? null : (
        <p>
          {moderateur ? `Par ${moderateur}, ` : ''}le <DateText value={le} time />.
        </p>
      )}
    </Notice>
  );
}
