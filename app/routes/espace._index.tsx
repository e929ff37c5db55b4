import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { Badge } from '#app/components/badge.tsx';
import { Button } from '#app/components/button.tsx';
import { formatDay } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { OwnChanges } from '#app/components/own-changes.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { labelsOfFields } from '#app/domain/standard.ts';
import { espacePath } from '#app/http/fiche-path.ts';
import { requireIdentity } from '#app/http/guards.server.ts';
import editorCss from '#app/styles/editor.css?url';
import { listLieuxOfMember } from '#db/fiches.ts';
import { listOwnRevisionFields } from '#db/moderation.ts';

export const links = () => [{ rel: 'stylesheet', href: editorCss }];

export const meta: MetaFunction = () => [{ title: pageTitle('Mes lieux') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { utilisateurId } = requireIdentity(context, request);
  const [lieux, changes] = await Promise.all([
    listLieuxOfMember(context.db, utilisateurId),
    listOwnRevisionFields(context.db, { utilisateurId, now: context.now() }),
  ]);
  return { lieux, changes };
}

export default function Espace() {
  const { lieux, changes } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Mes lieux" lead="Ce que le public voit de vos lieux, et ce qui attend une relecture." />
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
  if (statut === 'masque') return <Badge tone="error">Masqué par un modérateur</Badge>;
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
