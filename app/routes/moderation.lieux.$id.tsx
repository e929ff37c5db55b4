import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { DateText } from '#app/components/date-text.tsx';
import { formatCount, formatDate, formatDay } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { LabelsDuLieu } from '#app/components/labels-verifies.tsx';
import { Breadcrumb, EmptyState } from '#app/components/layout.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { departementLabel } from '#app/components/revision-queue.tsx';
import { parisDay } from '#app/domain/exports.ts';
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
import { fermerLieu, remettreEnLigne } from '#db/lieu-statut.ts';
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
    ...{ statut: fiche.statut, fermeLe: fiche.ferme_le, mien: isModeratorOf(roles, fiche) },
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
  const asked = { lieuId: fiche.id, roles, now: context.now() };
  // Sent twice, or late: it is so already, as the page then shows.
  if ((await request.formData()).get('intent') !== 'fermer') await remettreEnLigne(context.db, asked);
  else {
    const jour = parisDay(asked.now);
    const refus = await context.db.transaction().execute((trx) => fermerLieu(trx, { ...asked, jour }));
    if (refus === 'rendez_vous') return data({ refus: ATTENDUS }, { status: 409 });
  }
  return redirect(`/moderation/lieux/${lieuSegment(fiche.id)}`);
}

const ATTENDUS =
  'Des rendez-vous sont pris ici : prévenez ces personnes et annulez-les depuis l’agenda du lieu, puis fermez-le.';

export default function LieuHistory() {
  const answer = useActionData<typeof action>();
  const {
    absence,
    statut,
    fermeLe,
    mien,
    id,
    nom,
    commune,
    departement,
    isPublic,
    etats,
    nonDeclares,
    total,
    page,
    pages,
    lines,
  } = useLoaderData<typeof loader>();
  return (
    <>
      <Breadcrumb steps={[{ label: 'Modifications à relire', to: '/moderation' }]} />
      <PageHeader
        title={`Historique : ${nom ?? 'lieu sans nom'}`}
        lead={[commune, departement && departementLabel(departement)].filter(Boolean).join(' · ')}
        actions={isPublic ? <Link to={fichePath({ id })}>Fiche publique</Link> : undefined}
      />
      <div className="stack">
        {answer ? <Notice kind="warning" title={answer.refus} live /> : null}
        <Statut statut={statut} fermeLe={fermeLe} mien={mien} />
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
      </div>
    </>
  );
}

/** Whether the public sees the lieu, and what a moderator of its territory may do about it. */
function Statut({ statut, fermeLe, mien }: { statut: string; fermeLe: string | null; mien: boolean }) {
  if (statut === 'masque' || statut === 'ferme')
    return (
      <Notice kind="warning" title={statut === 'masque' ? 'Ce lieu est masqué' : 'Ce lieu a fermé'}>
        <p>
          {statut === 'masque'
            ? 'Le public ne voit plus cette fiche.'
            : `Sa fiche le dit${fermeLe === null ? '' : ` depuis le ${formatDate(fermeLe)}`} ; il n’est plus sur la carte, ni dans les listes et les données.`}
        </p>
        {mien ? (
          <Form method="post">
            <Button name="intent" value="remettre">
              Remettre en ligne
            </Button>
          </Form>
        ) : (
          <p>Un modérateur de ce département peut le remettre en ligne.</p>
        )}
      </Notice>
    );
  if (statut !== 'actif' || !mien) return null;
  return (
    <details>
      <summary>Ce lieu a fermé définitivement ?</summary>
      <Form method="post" className="form">
        <p>
          Sa fiche dira qu’il a fermé, et il quittera la carte, les listes et les données. Vous pourrez le remettre en
          ligne.
        </p>
        <Button look="danger" name="intent" value="fermer">
          Fermer définitivement ce lieu
        </Button>
      </Form>
    </details>
  );
}
