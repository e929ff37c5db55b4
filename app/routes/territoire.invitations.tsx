import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { Badge } from '#app/components/badge.tsx';
import { Button } from '#app/components/button.tsx';
import { DateText } from '#app/components/date-text.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { Notice, PatienceNotice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { PagesSuivantes } from '#app/components/pages-suivantes.tsx';
import { TerritoireNav } from '#app/components/territoire-nav.tsx';
import { ETAT_LABELS, etatOfInvitation } from '#app/domain/invitations.ts';
import { lieuSegment } from '#app/http/fiche-path.ts';
import { notFound, requireReviewer } from '#app/http/guards.server.ts';
import { manageInvitation } from '#app/http/invitations.server.ts';
import { refusalOf } from '#app/http/limits.server.ts';
import { INVITATIONS_PAGE, listInvitations } from '#db/invitations.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Invitations') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const params = new URL(request.url).searchParams;
  const place = params.get('apres') ?? '';
  const avant = /^\d{1,15}$/.test(place) ? Number(place) : null;
  const rows = await listInvitations(context.db, { roles, avant });
  const shown = rows.slice(0, INVITATIONS_PAGE);
  const now = context.now();
  return {
    done: DONE[params.get('fait') ?? ''] ?? null,
    invitations: shown.map((row) => ({ ...row, etat: etatOfInvitation(row, now) })),
    place: avant !== null,
    suivants: rows.length > INVITATIONS_PAGE ? String(shown.at(-1)?.id) : null,
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const form = await request.formData();
  const [intent, id] = [form.get('intent'), String(form.get('id') ?? '')];
  if ((intent !== 'renvoyer' && intent !== 'retirer') || !/^\d{1,15}$/.test(id)) throw notFound();
  let managed = false;
  const refus = await refusalOf(async () => {
    managed = await manageInvitation(context, roles, { id: Number(id), intent });
  });
  if (refus !== null) return data({ refus }, { status: 429 });
  const done = intent === 'retirer' ? 'retiree' : 'envoyee';
  return redirect(`/territoire/invitations?fait=${managed ? done : 'finie'}`);
}

const DONE: Readonly<Record<string, string>> = {
  envoyee: 'L’invitation part par courriel',
  retiree: 'L’invitation est retirée : son lien ne sert plus',
  finie: 'Cette invitation n’est plus ouverte',
};

export default function InvitationsPage() {
  const { invitations, place, suivants, done } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <>
      <PageHeader title="Invitations" lead="Les structures invitées à tenir la fiche de leur lieu." />
      <div className="with-section-nav">
        <TerritoireNav current="invitations" />
        <div className="stack">
          {answer?.refus ? <PatienceNotice phrase={answer.refus} /> : null}
          {done && !answer ? <Notice kind="success" title={done} live /> : null}
          {invitations.length === 0 ? (
            <EmptyState title="Aucune invitation">
              <p>
                Invitez un responsable depuis la <Link to="/territoire/lieux?responsable=sans">liste des lieux</Link>.
              </p>
            </EmptyState>
          ) : (
            <ul className="queue plain-list">
              {invitations.map((invitation) => (
                <li key={invitation.id} className="queue-row">
                  <Row invitation={invitation} />
                </li>
              ))}
            </ul>
          )}
          <PagesSuivantes
            path="/territoire/invitations"
            search={(more) => (more.apres === undefined ? '' : `?apres=${more.apres}`)}
            debut={place}
            suivants={suivants}
          />
        </div>
      </div>
    </>
  );
}

type Invitation = ReturnType<typeof useLoaderData<typeof loader>>['invitations'][number];

function Row({ invitation }: { invitation: Invitation }) {
  const { id, lieu_id, nom, commune, courriel, structure, etat, envoyee_le, expire_le, envois } = invitation;
  const open = etat === 'en_cours' || etat === 'expiree';
  return (
    <>
      <h2>
        <Link to={`/moderation/lieux/${lieuSegment(lieu_id)}`}>{nom ?? 'Lieu sans nom'}</Link>
      </h2>
      <p className="muted small">{[commune, structure, courriel].filter(Boolean).join(' · ')}</p>
      <p>
        <Badge tone={etat === 'acceptee' ? 'success' : etat === 'en_cours' ? 'action' : 'neutral'}>
          {ETAT_LABELS[etat]}
        </Badge>
      </p>
      <p className="small">
        Envoyée le <DateText value={envoyee_le} />
        {envois > 1 ? ` (${envois} fois)` : ''} par {invitation.par_nom ?? invitation.par ?? 'un compte supprimé'}
        {etat === 'en_cours' ? (
          <>
            , valable jusqu’au <DateText value={expire_le} />
          </>
        ) : null}
      </p>
      {open ? (
        <Form method="post" className="cluster" aria-label={`Invitation : ${nom ?? 'lieu sans nom'}`}>
          <input type="hidden" name="id" value={id} />
          <Button look="secondary" name="intent" value="renvoyer">
            Envoyer de nouveau
          </Button>
          <Button look="quiet" name="intent" value="retirer">
            Retirer l’invitation
          </Button>
        </Form>
      ) : null}
    </>
  );
}
