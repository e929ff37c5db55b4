import { getFormProps, useForm } from '@conform-to/react';
import { parseWithZod } from '@conform-to/zod/v4';
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { TextField } from '#app/components/fields.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { PatienceNotice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { safePath } from '#app/http/guards.server.ts';
import { refusalOf } from '#app/http/limits.server.ts';
import { sendSignInLink } from '#app/http/sign-in.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Se connecter') }];

const schema = z.object({
  courriel: z
    .string({ error: 'Écrivez votre adresse de courriel, par exemple prenom.nom@mairie.fr.' })
    .trim()
    .toLowerCase()
    .max(254, 'Cette adresse est trop longue : vérifiez-la.')
    .pipe(z.email('Cette adresse ne ressemble pas à un courriel. Exemple : prenom.nom@mairie.fr.')),
});

export async function loader({ request, context }: LoaderFunctionArgs) {
  const vers = new URL(request.url).searchParams.get('vers');
  if (context.identity) throw redirect(safePath(vers, '/espace'));
  return { vers: safePath(vers, '') || null };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await request.formData();
  const submission = parseWithZod(form, { schema });
  if (submission.status !== 'success') return data({ result: submission.reply(), refus: null }, { status: 422 });
  const { courriel } = submission.value;
  const refus = await refusalOf(async () => {
    await context.limits.spend('connexionAdresse', context.clientAddress);
    await context.limits.spend('connexionCourriel', courriel);
  });
  if (refus !== null) return data({ result: submission.reply(), refus }, { status: 429 });
  const vers = form.get('vers');
  await sendSignInLink(context, { courriel, vers: safePath(typeof vers === 'string' ? vers : null, '') || null });
  return redirect('/connexion/envoi');
}

export default function Connexion() {
  const { vers } = useLoaderData<typeof loader>();
  const actionData = useActionData<typeof action>();
  const [form, fields] = useForm({
    lastResult: actionData?.result,
    onValidate: ({ formData }) => parseWithZod(formData, { schema }),
    shouldValidate: 'onSubmit',
    shouldRevalidate: 'onInput',
  });
  return (
    <>
      <PageHeader
        title="Se connecter"
        lead="Pour tenir votre lieu à jour. Pas de mot de passe : nous vous envoyons un lien par courriel."
      />
      <Form method="post" className="form" {...getFormProps(form)}>
        {actionData?.refus ? <PatienceNotice phrase={actionData.refus} /> : null}
        {vers ? <input type="hidden" name="vers" value={vers} /> : null}
        <TextField
          field={fields.courriel}
          label="Votre adresse de courriel"
          help="Celle que votre structure utilise pour vous écrire."
          type="email"
          autoComplete="email"
          input={{ spellCheck: false, autoCapitalize: 'none' }}
        />
        <div className="form-actions">
          <Button>Recevoir mon lien</Button>
        </div>
      </Form>
    </>
  );
}
