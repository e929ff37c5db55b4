import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { pageTitle } from '#app/components/frame.ts';
import { Breadcrumb } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SourceEtat, SourceFait, SourceGestes, SourceReglages } from '#app/components/source-etat.tsx';
import { SourceJournal } from '#app/components/source-journal.tsx';
import { actOnSource, readSourceView, requireSource } from '#app/http/sources.server.ts';

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: pageTitle(`Fichier relu : ${loaded?.source.nom ?? ''}`) },
];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const { roles, source } = await requireSource(context, request, params.id);
  const fait = new URL(request.url).searchParams.get('fait') ?? '';
  return { source: await readSourceView(context, roles, source), fait };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const { roles, source } = await requireSource(context, request, params.id);
  const done = await actOnSource(context, roles, source, await request.formData());
  const path = `/territoire/sources/${source.id}`;
  return redirect(done === '' ? path : `${path}?${new URLSearchParams({ fait: done })}`);
}

export default function Source() {
  const { source, fait } = useLoaderData<typeof loader>();
  return (
    <>
      <Breadcrumb steps={[{ label: 'Fichiers relus', to: '/territoire/sources' }]} />
      <PageHeader title={source.nom} lead="Fichier relu à son adresse" />
      <div className="stack">
        <SourceFait fait={fait} />
        <SourceEtat source={source} />
        <SourceReglages source={source} />
        <SourceGestes source={source} />
        <SourceJournal passages={source.passages} />
      </div>
    </>
  );
}
