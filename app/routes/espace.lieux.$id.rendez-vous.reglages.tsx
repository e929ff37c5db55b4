import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { OuvertureForm } from '#app/components/agenda-forms.tsx';
import { AgendaRulesEditor } from '#app/components/agenda-rules.tsx';
import { AgendaUnverified } from '#app/components/agenda-unverified.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { Breadcrumb } from '#app/components/layout.tsx';
import { LieuNav } from '#app/components/lieu-nav.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { changeFromForm, loadAgendaSettings, loadAgendaTarget } from '#app/http/agenda.server.ts';
import { espacePath } from '#app/http/fiche-path.ts';
import rendezVousCss from '#app/styles/rendez-vous.css?url';
import { valuesOf } from '#db/fiches.ts';

export const links = () => [{ rel: 'stylesheet', href: rendezVousCss }];

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: pageTitle(loaded ? `Réglages des rendez-vous, ${loaded.nom}` : 'Réglages des rendez-vous') },
];

export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const target = await loadAgendaTarget(context, request, params.id);
  const { fiche, verified } = target;
  return {
    lieuId: fiche.id,
    nom: fiche.nom ?? 'Lieu sans nom',
    permanences: valuesOf(fiche).permanences.length,
    prise_rdv: fiche.prise_rdv,
    verified,
    settings: verified ? await loadAgendaSettings(context, target) : null,
  };
}

export async function action({ params, request, context }: ActionFunctionArgs) {
  const target = await loadAgendaTarget(context, request, params.id);
  await context.limits.spend('edition', target.utilisateurId);
  const form = await request.formData();
  const refused = await changeFromForm(context, target, form);
  if (refused) return data(refused, { status: 422 });
  const base = espacePath(target.fiche.id, 'rendez-vous');
  return redirect(form.get('intent') === 'ouvrir' ? `${base}?ouvert=1` : `${base}/reglages`);
}

export default function Reglages() {
  const { lieuId, nom, permanences, prise_rdv, verified, settings } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const base = espacePath(lieuId);
  const agenda = settings?.agenda;
  const begins = !agenda || agenda.ressources.length === 0;
  return (
    <>
      <Breadcrumb
        steps={[
          { label: 'Mes lieux', to: '/espace' },
          { label: nom, to: base },
          { label: 'Rendez-vous', to: `${base}/rendez-vous` },
        ]}
      />
      <PageHeader
        title={begins ? 'Ouvrir les rendez-vous' : 'Horaires et réglages'}
        lead={begins ? 'Qui reçoit, pour quoi, quand. Tout se change ensuite.' : undefined}
      />
      <div className="with-section-nav">
        <LieuNav lieuId={lieuId} current="rendez-vous" canBook permanences={permanences} />
        <div className="stack">
          {verified ? null : <AgendaUnverified />}
          {prise_rdv ? (
            <Notice kind="info" title="Votre fiche a déjà une adresse de rendez-vous">
              <p>
                {prise_rdv} : tant que des rendez-vous sont ouverts ici, le public voit les vôtres à la place de cette
                adresse. Jamais les deux.
              </p>
            </Notice>
          ) : null}
          {settings && begins ? <OuvertureForm horaires={settings.horaires} answer={answer} /> : null}
          {settings && agenda && !begins ? (
            <AgendaRulesEditor agenda={agenda} today={settings.today} answer={answer} />
          ) : null}
        </div>
      </div>
    </>
  );
}
