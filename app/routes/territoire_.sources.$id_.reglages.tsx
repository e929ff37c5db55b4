import { parseWithZod } from '@conform-to/zod/v4';
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { pageTitle } from '#app/components/frame.ts';
import { Breadcrumb } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SourceForm } from '#app/components/source-form.tsx';
import { sourceSchema } from '#app/domain/sources.ts';
import { changeSource, listProfilsView, requireSource } from '#app/http/sources.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Modifier un fichier relu') }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const { roles, source } = await requireSource(context, request, params.id);
  const { id, url, nom, jour, complet, prevenir } = source;
  return {
    id,
    values: {
      ...{ url, nom, rythme: jour === null ? 'nuit' : String(jour), prevenir: prevenir ?? '' },
      contenu: complet ? 'complet' : 'partiel',
    },
    profils: await listProfilsView(context, roles),
  };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const { roles, source } = await requireSource(context, request, params.id);
  const submission = parseWithZod(await request.formData(), { schema: sourceSchema });
  if (submission.status !== 'success') return data(submission.reply(), { status: 422 });
  await changeSource(context, roles, { id: source.id, saisie: submission.value });
  return redirect(`/territoire/sources/${source.id}`);
}

export default function ReglagesSource() {
  const { id, values, profils } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <>
      <Breadcrumb
        steps={[
          { label: 'Fichiers relus', to: '/territoire/sources' },
          { label: values.nom, to: `/territoire/sources/${id}` },
        ]}
      />
      <PageHeader title="Modifier ce fichier relu" />
      <SourceForm values={values} profils={profils} result={result ?? null} nouvelle={false} />
    </>
  );
}
