import { getFormProps, useForm } from '@conform-to/react';
import { parseWithZod } from '@conform-to/zod/v4';
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { TextareaField, TextField } from '#app/components/fields.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { Breadcrumb } from '#app/components/layout.tsx';
import { Notice, PatienceNotice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { invitationSchema, JOURS_INVITATION } from '#app/domain/invitations.ts';
import { requireReviewer } from '#app/http/guards.server.ts';
import { invite, loadInvitable } from '#app/http/invitations.server.ts';
import { refusalOf } from '#app/http/limits.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Inviter un responsable') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const fiche = await loadInvitable(context, roles, new URL(request.url).searchParams.get('lieu') ?? '');
  if (!fiche) return { lieu: null };
  const { nom, commune, courriels, structure_parente } = fiche;
  return { lieu: { nom, commune, courriels, structure: structure_parente ?? nom ?? '' } };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const lieuId = new URL(request.url).searchParams.get('lieu') ?? '';
  const fiche = await loadInvitable(context, roles, lieuId);
  if (!fiche) return data({ result: null, refus: null }, { status: 409 });
  const submission = parseWithZod(await request.formData(), { schema: invitationSchema });
  if (submission.status !== 'success') return data({ result: submission.reply(), refus: null }, { status: 422 });
  let sent = false;
  const refus = await refusalOf(async () => {
    sent = await invite(context, roles, lieuId, submission.value);
  });
  if (refus !== null) return data({ result: submission.reply(), refus }, { status: 429 });
  if (!sent) return data({ result: submission.reply(), refus: null }, { status: 409 });
  return redirect('/territoire/invitations?fait=envoyee');
}

export default function Inviter() {
  const { lieu } = useLoaderData<typeof loader>();
  return (
    <>
      <Breadcrumb
        steps={[
          { label: 'Mon territoire', to: '/territoire' },
          { label: 'Lieux', to: '/territoire/lieux' },
        ]}
      />
      <PageHeader
        title="Inviter un responsable"
        lead={lieu ? [lieu.nom ?? 'Lieu sans nom', lieu.commune].filter(Boolean).join(', ') : undefined}
      />
      {lieu ? (
        <InvitationForm lieu={lieu} />
      ) : (
        <Notice kind="warning" title="Ce lieu a déjà un responsable">
          <p>Il n’y a personne à inviter.</p>
        </Notice>
      )}
    </>
  );
}

type Invitable = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>['lieu']>;

function InvitationForm({ lieu }: { lieu: Invitable }) {
  const answer = useActionData<typeof action>();
  const [first, ...others] = lieu.courriels;
  const [form, fields] = useForm({
    lastResult: answer?.result ?? null,
    defaultValue: { courriel: first ?? '', structure: lieu.structure, message: '' },
    onValidate: ({ formData }) => parseWithZod(formData, { schema: invitationSchema }),
    shouldValidate: 'onSubmit',
    shouldRevalidate: 'onInput',
  });
  return (
    <Form method="post" className="form" {...getFormProps(form)}>
      {answer?.refus ? <PatienceNotice phrase={answer.refus} /> : null}
      <p>
        La structure reçoit un lien valable {JOURS_INVITATION} jours. Si elle accepte, elle tient la fiche à votre
        place.
      </p>
      <TextField
        field={fields.courriel}
        label="Adresse de courriel de la structure"
        help={
          first
            ? `Celle de la fiche est proposée.${others.length > 0 ? ` Elle a aussi : ${others.join(', ')}.` : ''}`
            : 'La fiche n’en donne pas. Exemple : accueil@mairie-dax.fr.'
        }
        type="email"
        autoComplete="off"
        input={{ spellCheck: false, autoCapitalize: 'none' }}
      />
      <TextField field={fields.structure} label="Nom de la structure" help="Exemple : Mairie de Dax." />
      <TextareaField
        field={fields.message}
        label="Votre message"
        optional
        help="Dites qui vous êtes, et à qui vous avez parlé."
        rows={3}
      />
      <div className="form-actions">
        <Button>Envoyer l’invitation</Button>
      </div>
    </Form>
  );
}
