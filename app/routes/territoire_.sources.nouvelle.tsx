import { parseWithZod } from '@conform-to/zod/v4';
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { pageTitle } from '#app/components/frame.ts';
import { Breadcrumb } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SourceForm } from '#app/components/source-form.tsx';
import { sourceSchema } from '#app/domain/sources.ts';
import { requireReviewer } from '#app/http/guards.server.ts';
import { createSource, listProfilsView } from '#app/http/sources.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Faire relire un fichier') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  return { profils: await listProfilsView(context, roles) };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const submission = parseWithZod(await request.formData(), { schema: sourceSchema });
  if (submission.status !== 'success') return data(submission.reply(), { status: 422 });
  const id = await createSource(context, roles, submission.value);
  if (id !== null) return redirect(`/territoire/sources/${id}`);
  const trop = 'Vous avez déjà cinquante fichiers relus : supprimez-en un d’abord.';
  return data(submission.reply({ fieldErrors: { url: [trop] } }), { status: 422 });
}

const VIDE = { url: '', nom: '', rythme: 'nuit', contenu: 'complet', prevenir: '' };

export default function NouvelleSource() {
  const { profils } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <>
      <Breadcrumb steps={[{ label: 'Fichiers relus', to: '/territoire/sources' }]} />
      <PageHeader
        title="Faire relire un fichier"
        lead="Vous verrez un premier essai. Rien n’est écrit avant votre accord."
      />
      <SourceForm values={VIDE} profils={profils} result={result ?? null} nouvelle />
    </>
  );
}
