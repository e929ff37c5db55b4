import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { Button, LinkButton } from '#app/components/button.tsx';
import { formatDay } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { DefinitionList } from '#app/components/layout.tsx';
import { Notice, PatienceNotice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { etatOfInvitation } from '#app/domain/invitations.ts';
import type { Context } from '#app/http/context.ts';
import { espacePath } from '#app/http/fiche-path.ts';
import { accept, findInvitation } from '#app/http/invitations.server.ts';
import { refusalOf } from '#app/http/limits.server.ts';
import { sendSignInLink } from '#app/http/sign-in.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Invitation') }, { name: 'robots', content: 'noindex' }];

/** The open invitation of the address, null where its link opens nothing any more. */
async function openInvitation(context: Context, jeton: string | undefined) {
  await context.limits.spend('lienConnexion', context.clientAddress);
  const found = await findInvitation(context, jeton ?? '');
  const open = found && found.structure_id === null && etatOfInvitation(found, context.now()) === 'en_cours';
  return open ? found : null;
}

export async function loader({ params, context }: LoaderFunctionArgs) {
  const found = await openInvitation(context, params.jeton);
  if (!found) return data({ invitation: null, connecte: null }, { status: 410 });
  const { nom, commune, structure, organisation, message, courriel, expire_le } = found;
  const invitation = { nom, commune, structure, organisation, message, courriel, expire_le };
  return data({ invitation, connecte: context.identity?.courriel ?? null });
}

/** Whoever is signed in with the invited address accepts; anyone else has a sign-in link sent to that address. */
export async function action({ params, context }: ActionFunctionArgs) {
  const found = await openInvitation(context, params.jeton);
  if (!found) return data({ refus: null }, { status: 410 });
  const { identity } = context;
  if (identity?.courriel === found.courriel) {
    const acceptance = await accept(context, identity, found.id);
    return redirect(
      acceptance.state === 'acceptee' ? espacePath(acceptance.lieuId) : `/espace?invitation=${acceptance.state}`,
    );
  }
  const refus = await refusalOf(async () => {
    await context.limits.spend('connexionAdresse', context.clientAddress);
    await context.limits.spend('connexionCourriel', found.courriel);
  });
  if (refus !== null) return data({ refus }, { status: 429 });
  // Not back to this address: it would keep the link in clear. The space shows the invitation.
  await sendSignInLink(context, { courriel: found.courriel, vers: '/espace' });
  return redirect('/connexion/envoi');
}

export default function InvitationPage() {
  const { invitation, connecte } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  if (invitation === null) return <InvitationGone />;
  const { nom, commune, structure, organisation, message, courriel, expire_le } = invitation;
  const own = connecte === courriel;
  return (
    <>
      <PageHeader
        title="Tenir la fiche d’un lieu"
        lead={`${organisation || 'L’équipe de modération'} vous propose de tenir à jour la fiche de ce lieu.`}
      />
      <DefinitionList
        items={[
          ['Lieu', [nom ?? 'Lieu sans nom', commune].filter(Boolean).join(', ')],
          ['Pour la structure', structure],
          ['Message', message],
          ['Adresse invitée', courriel],
          ['Valable jusqu’au', formatDay(expire_le)],
        ]}
      />
      {connecte !== null && !own ? (
        <Notice kind="warning" title={`Vous êtes connecté avec une autre adresse : ${connecte}`}>
          <p>L’invitation s’accepte avec l’adresse à laquelle elle a été envoyée.</p>
        </Notice>
      ) : null}
      <Form method="post" className="form">
        {answer?.refus ? <PatienceNotice phrase={answer.refus} /> : null}
        {own ? (
          <Button large>Tenir cette fiche</Button>
        ) : (
          <>
            <p>
              Il n’y a pas de mot de passe : nous envoyons un lien de connexion à cette adresse. Vous accepterez
              ensuite.
            </p>
            <Button large>Recevoir mon lien de connexion</Button>
          </>
        )}
      </Form>
    </>
  );
}

function InvitationGone() {
  return (
    <>
      <PageHeader
        title="Cette invitation ne sert plus"
        lead="Elle a déjà été acceptée, a été remplacée ou retirée, ou date de plus de 14 jours."
      />
      <p>
        Vous l’avez acceptée ? Votre lieu est dans votre espace. Sinon, demandez-en une autre à qui vous l’a envoyée.
      </p>
      <LinkButton to="/espace">Ouvrir mon espace</LinkButton>
    </>
  );
}
