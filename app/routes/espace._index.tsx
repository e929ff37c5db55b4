import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { Badge } from '#app/components/badge.tsx';
import { Button } from '#app/components/button.tsx';
import { formatDay } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { Invitations } from '#app/components/invitations.tsx';
import { EmptyState } from '#app/components/layout.tsx';
import { Notice } from '#app/components/notice.tsx';
import { OwnChanges } from '#app/components/own-changes.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { labelsOfFields } from '#app/domain/standard.ts';
import { espacePath } from '#app/http/fiche-path.ts';
import { requireIdentity } from '#app/http/guards.server.ts';
import { accept } from '#app/http/invitations.server.ts';
import editorCss from '#app/styles/editor.css?url';
import { listLieuxOfMember } from '#db/fiches.ts';
import { listInvitationsOf } from '#db/invitations.ts';
import { listOwnRevisionFields } from '#db/moderation.ts';

export const links = () => [{ rel: 'stylesheet', href: editorCss }];

export const meta: MetaFunction = () => [{ title: pageTitle('Mes lieux') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { utilisateurId, courriel } = requireIdentity(context, request);
  const now = context.now();
  const [lieux, changes, invitations] = await Promise.all([
    listLieuxOfMember(context.db, utilisateurId),
    listOwnRevisionFields(context.db, { utilisateurId, now }),
    listInvitationsOf(context.db, { courriel, now }),
  ]);
  const invitation = new URL(request.url).searchParams.get('invitation');
  return { lieux, changes, invitations, told: TOLD[invitation ?? ''] ?? null };
}

/** Accepts an invitation that waits for this person. */
export async function action({ request, context }: ActionFunctionArgs) {
  const identity = requireIdentity(context, request);
  const id = String((await request.formData()).get('invitation') ?? '');
  const acceptance = /^\d{1,15}$/.test(id) ? await accept(context, identity, Number(id)) : null;
  if (acceptance?.state === 'acceptee') return redirect(`${espacePath(acceptance.lieuId)}`);
  return redirect(`/espace?invitation=${acceptance?.state ?? 'finie'}`);
}

const TOLD: Readonly<Record<string, string>> = {
  finie: 'Cette invitation n’est plus valable : demandez-en une autre à qui vous l’a envoyée',
  prise: 'Quelqu’un d’autre tient déjà la fiche de ce lieu',
};

export default function Espace() {
  const { lieux, changes, invitations, told } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Mes lieux" lead="Ce que le public voit de vos lieux, et ce qui attend une relecture." />
      {told ? <Notice kind="warning" title={told} live /> : null}
      <Invitations invitations={invitations} />
      {lieux.length === 0 ? (
        <EmptyState title="Aucun lieu n’est encore rattaché à votre adresse">
          <p>
            Demandez à un collègue déjà responsable de la fiche, ou à la personne qui anime votre territoire, de vous y
            rattacher. <Link to="/aide">Comment faire</Link>
          </p>
        </EmptyState>
      ) : (
        <ul className="lieu-list">
          {lieux.map((lieu) => (
            <li key={lieu.id}>
              <LieuRow lieu={lieu} />
            </li>
          ))}
        </ul>
      )}
      <OwnChanges changes={changes} withLieu />
      <SignOutEverywhere />
    </>
  );
}

type Row = ReturnType<typeof useLoaderData<typeof loader>>['lieux'][number];

function LieuRow({ lieu }: { lieu: Row }) {
  return (
    <div className="lieu-row">
      <h2>
        <Link to={espacePath(lieu.id)}>{lieu.nom ?? 'Lieu sans nom'}</Link>
      </h2>
      <p className="muted">
        {[lieu.commune, lieu.structure].filter(Boolean).join(' · ')} · modifié le {formatDay(lieu.modifie_le)}
      </p>
      <p className="cluster">
        <LieuState statut={lieu.statut} manquants={lieu.manquants} />
        {lieu.en_attente ? (
          <Badge tone="warning">
            {lieu.en_attente === 1 ? 'Une modification attend' : `${lieu.en_attente} modifications attendent`}
          </Badge>
        ) : null}
      </p>
    </div>
  );
}

/** Whether the public sees the lieu, and if not, why. */
function LieuState({ statut, manquants }: { statut: string; manquants: readonly string[] }) {
  if (statut === 'ferme') return <Badge>Fermé définitivement</Badge>;
  if (statut === 'masque') return <Badge tone="error">Masqué : écrivez à la modération</Badge>;
  if (manquants.length === 0) return <Badge tone="success">Visible du public</Badge>;
  return <Badge tone="error">Pas encore public : il manque {labelsOfFields(manquants)}</Badge>;
}

function SignOutEverywhere() {
  return (
    <section className="sign-out-everywhere">
      <h2>Vos connexions</h2>
      <p>Vous avez perdu un téléphone, ou utilisé un ordinateur partagé ?</p>
      <Form method="post" action="/deconnexion">
        <Button look="secondary" name="partout" value="oui">
          Me déconnecter de tous les appareils
        </Button>
      </Form>
    </section>
  );
}
