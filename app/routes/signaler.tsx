import { createHmac, randomBytes } from 'node:crypto';
import { parseWithZod } from '@conform-to/zod/v4';
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { pageTitle } from '#app/components/frame.ts';
import { Breadcrumb } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SignalementForm } from '#app/components/signalement-form.tsx';
import { numeroOf, signalementSchema } from '#app/domain/signalement.ts';
import { refusalOf } from '#app/http/limits.server.ts';
import { loadReportedLieu } from '#app/http/signalement.server.ts';
import { insertSignalement } from '#db/signalements.ts';

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: pageTitle(loaded ? `Signaler une erreur, ${loaded.lieu.nom}` : 'Signaler une erreur') },
  { name: 'robots', content: 'noindex' },
];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const lieu = await loadReportedLieu(context, request);
  return { lieu, cle: randomBytes(18).toString('base64url') };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const lieu = await loadReportedLieu(context, request);
  const submission = parseWithZod(await request.formData(), { schema: signalementSchema });
  if (submission.status !== 'success') return data({ result: submission.reply(), refus: null }, { status: 422 });
  const { cle, ...report } = submission.value;
  const refus = await refusalOf(() => context.limits.spend('signalement', context.clientAddress));
  if (refus !== null) return data({ result: submission.reply(), refus }, { status: 429 });
  const [secret] = context.settings.secrets;
  const numero = numeroOf(createHmac('sha256', secret).update(`signalement ${cle} ${lieu.id}`).digest());
  await insertSignalement(context.db, { ...report, lieuId: lieu.id, numero, now: context.now() });
  return redirect(`/signalements/${numero}?recu=1`);
}

export default function Signaler() {
  const { lieu, cle } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <>
      <Breadcrumb steps={[{ label: lieu.nom, to: lieu.path }]} />
      <PageHeader
        title="Signaler une erreur"
        lead={`${lieu.nom}${lieu.adresse ? `, ${lieu.adresse}` : ''}. Nous vérifions, puis nous corrigeons la fiche.`}
      />
      <SignalementForm cle={cle} answer={answer} />
    </>
  );
}
