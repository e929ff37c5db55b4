import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { DateText } from '#app/components/date-text.tsx';
import { formatCount, formatDay } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { LabelsDuLieu } from '#app/components/labels-verifies.tsx';
import { Breadcrumb, EmptyState } from '#app/components/layout.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { departementLabel } from '#app/components/revision-queue.tsx';
import { describeJournal } from '#app/domain/journal.ts';
import { etatsOfLabels, labelsNonDeclares } from '#app/domain/labels-verifies.ts';
import { isModeratorOf } from '#app/domain/permissions.ts';
import { fichePath, lieuIdOf, lieuSegment } from '#app/http/fiche-path.ts';
import { notFound, requireReviewer } from '#app/http/guards.server.ts';
import { reviewPath } from '#app/http/review.server.ts';
import { findFiche, isPublic } from '#db/fiches.ts';
import { findHorairesLus } from '#db/horaires-lus.ts';
import { findAbsence } from '#db/imports-absences.ts';
import { JOURNAL_PAGE, listJournal } from '#db/journal.ts';
import { remettreEnLigne } from '#db/lieu-masque.ts';
import { listLabelsVerifies } from '#db/listes.ts';

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: pageTitle(`Historique : ${loaded?.nom ?? 'lieu sans nom'}`) },
];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const fiche = await findFiche(context.db, { id: lieuIdOf(params.id), roles, action: 'moderer' });
  if (!fiche) throw notFound();
  const asked = Math.trunc(Number(new URL(request.url).searchParams.get('page'))) || 1;
  const page = Math.min(Math.max(1, asked), 10_000);
  const [{ lines, total }, verifies] = await Promise.all([
    listJournal(context.db, { lieuId: fiche.id, page }),
    listLabelsVerifies(context.db, fiche.id),
  ]);
  const absence = (await findAbsence(context.db, fiche.id)) ?? null;
  const pages = Math.max(1, Math.ceil(total / JOURNAL_PAGE));
  if (page > pages) throw redirect(`/moderation/lieux/${lieuSegment(fiche.id)}?page=${pages}`);
  const revisionIds = lines.flatMap(({ revision_id }) => revision_id ?? []);
  const lus = await findHorairesLus(context.db, { lieuId: fiche.id, revisionIds });
  return {
    absence,
    id: fiche.id,
    nom: fiche.nom,
    commune: fiche.commune,
    departement: fiche.departement,
    isPublic: isPublic(fiche),
    masque: fiche.statut === 'masque' ? { mien: isModeratorOf(roles, fiche) } : null,
    etats: etatsOfLabels(fiche.dispositif_programmes_nationaux, verifies),
    nonDeclares: labelsNonDeclares(fiche.dispositif_programmes_nationaux, verifies),
    total,
    page,
    pages,
    lines: lines.map(({ id, le, action, detail, acteur, acteur_nom, revision_id }) => ({
      id,
      le,
      who: acteur_nom ?? acteur ?? 'Le système',
      path: revision_id === null ? null : reviewPath({ lieu_id: fiche.id, id: revision_id }),
      ...describeJournal(action, detail, lus),
    })),
  };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const fiche = await findFiche(context.db, { id: lieuIdOf(params.id), roles, action: 'moderer' });
  if (!fiche || !isModeratorOf(roles, fiche)) throw notFound();
  // Sent twice, or late: it is online already, as the page then shows.
  await remettreEnLigne(context.db, { lieuId: fiche.id, roles, now: context.now() });
  return redirect(`/moderation/lieux/${lieuSegment(fiche.id)}`);
}

export default function LieuHistory() {
  const { absence, masque, id, nom, commune, departement, isPublic, etats, nonDeclares, total, page, pages, lines } =
    useLoaderData<typeof loader>();
  return (
    <>
      <Breadcrumb steps={[{ label: 'Modifications à relire', to: '/moderation' }]} />
      <PageHeader
        title={`Historique : ${nom ?? 'lieu sans nom'}`}
        lead={[commune, departement && departementLabel(departement)].filter(Boolean).join(' · ')}
        actions={isPublic ? <Link to={fichePath({ id })}>Fiche publique</Link> : undefined}
      />
      {masque ? (
        <Notice kind="warning" title="Ce lieu est masqué">
          <p>Le public ne voit plus cette fiche.</p>
          {masque.mien ? (
            <Form method="post">
              <Button>Remettre en ligne</Button>
            </Form>
          ) : (
            <p>Un modérateur de ce département peut la remettre en ligne.</p>
          )}
        </Notice>
      ) : null}
      {absence ? (
        <Notice kind="warning" title="Ce lieu a quitté sa source">
          <p>
            {`Le fichier « ${absence.fichier} » de la source « ${absence.origine} » ne parle plus de ce lieu depuis le ${formatDay(absence.depuis)}. Vérifiez s’il existe toujours.`}
          </p>
        </Notice>
      ) : null}
      <LabelsDuLieu etats={etats} nonDeclares={nonDeclares} />
      {lines.length === 0 ? (
        <EmptyState title="Rien n’a encore été changé ici">
          <p>Cette fiche est telle qu’elle est arrivée.</p>
        </EmptyState>
      ) : (
        <>
          <p className="muted">{formatCount(total, 'action', 'actions')}, la plus récente d’abord.</p>
          <ol className="journal plain-list">
            {lines.map((line) => (
              <li key={line.id}>
                <p>
                  <strong>{line.who}</strong> {line.verbe}
                  <br />
                  <span className="muted small">
                    <DateText value={line.le} time />
                    {line.path ? (
                      <>
                        {' · '}
                        <Link to={line.path}>voir la modification</Link>
                      </>
                    ) : null}
                  </span>
                </p>
                {line.details.length > 0 ? (
                  <ul>
                    {line.details.map(({ label, sentence }) => (
                      <li key={`${label} ${sentence}`}>
                        <strong>{label}</strong> : {sentence}
                      </li>
                    ))}
                  </ul>
                ) : null}
              </li>
            ))}
          </ol>
          <Pagination
            page={page}
            pages={pages}
            hrefOf={(target) => `/moderation/lieux/${lieuSegment(id)}?page=${target}`}
          />
        </>
      )}
    </>
  );
}
