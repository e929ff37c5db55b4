import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, useLoaderData } from '@remix-run/react';
import { AgendaUnverified } from '#app/components/agenda-unverified.tsx';
import { Badge } from '#app/components/badge.tsx';
import { Button, LinkButton } from '#app/components/button.tsx';
import {
  formatCount,
  formatDateWithWeekday,
  formatHour,
  formatMinutes,
  formatTelephone,
} from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { Breadcrumb, EmptyState } from '#app/components/layout.tsx';
import { LieuNav } from '#app/components/lieu-nav.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { MODALITE_LABELS, MODALITES } from '#app/domain/creneaux/modalites.ts';
import { changeFromForm, loadAgendaDays, loadAgendaTarget } from '#app/http/agenda.server.ts';
import { espacePath } from '#app/http/fiche-path.ts';
import rendezVousCss from '#app/styles/rendez-vous.css?url';
import { valuesOf } from '#db/fiches.ts';

export const links = () => [{ rel: 'stylesheet', href: rendezVousCss }];

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: pageTitle(data ? `Rendez-vous, ${data.nom}` : 'Rendez-vous') },
];

export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const target = await loadAgendaTarget(context, request, params.id);
  const { fiche, verified } = target;
  return {
    lieuId: fiche.id,
    nom: fiche.nom ?? 'Lieu sans nom',
    permanences: valuesOf(fiche).permanences.length,
    fuseau: fiche.fuseau,
    verified,
    days: verified ? await loadAgendaDays(context, target) : null,
    ouvert: new URL(request.url).searchParams.has('ouvert'),
  };
}

export async function action({ params, request, context }: ActionFunctionArgs) {
  const target = await loadAgendaTarget(context, request, params.id);
  await context.limits.spend('edition', target.utilisateurId);
  await changeFromForm(context, target, await request.formData());
  return redirect(espacePath(target.fiche.id, 'rendez-vous'));
}

export default function Agenda() {
  const { lieuId, nom, permanences, verified, days, ouvert, fuseau } = useLoaderData<typeof loader>();
  const base = espacePath(lieuId);
  return (
    <>
      <Breadcrumb
        steps={[
          { label: 'Mes lieux', to: '/espace' },
          { label: nom, to: base },
        ]}
      />
      <PageHeader
        title="Rendez-vous"
        lead="Les quatre semaines à venir."
        actions={
          days ? (
            <LinkButton look="secondary" to={`${base}/rendez-vous/reglages`}>
              Horaires et réglages
            </LinkButton>
          ) : null
        }
      />
      <div className="with-section-nav">
        <LieuNav lieuId={lieuId} current="rendez-vous" canBook permanences={permanences} />
        <div className="stack">
          {verified ? null : <AgendaUnverified />}
          {ouvert ? (
            <Notice kind="success" live title="Les rendez-vous sont ouverts">
              <p>Le public voit dès maintenant les moments libres sur votre fiche.</p>
            </Notice>
          ) : null}
          {verified && days === null ? (
            <EmptyState title="Vous ne proposez pas encore de rendez-vous ici">
              <p>Dites qui reçoit, pour quoi et quand : il faut cinq minutes.</p>
              <LinkButton to={`${base}/rendez-vous/reglages`}>Ouvrir les rendez-vous</LinkButton>
            </EmptyState>
          ) : null}
          {days?.length === 0 ? <p>Rien dans les quatre semaines à venir.</p> : null}
          {days?.map((day) => (
            <Day key={day.jour} day={day} fuseau={fuseau} />
          ))}
        </div>
      </div>
    </>
  );
}

type AgendaDay = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>['days']>[number];

function Day({ day, fuseau }: { day: AgendaDay; fuseau: string }) {
  const { jour, horaires, libres, rendezVous } = day;
  return (
    <section className="agenda-jour card" aria-labelledby={`jour-${jour}`}>
      <div className="agenda-tete">
        <h2 id={`jour-${jour}`}>{formatDateWithWeekday(jour)}</h2>
        <p className="cluster">
          {rendezVous.length > 0 ? (
            <Badge tone="action">{formatCount(rendezVous.length, 'rendez-vous pris', 'rendez-vous pris')}</Badge>
          ) : null}
          {rendezVous.length + libres === 0 ? <Badge>Rien de libre</Badge> : null}
          {libres > 0 ? <Badge tone="alive">{formatCount(libres, 'moment libre', 'moments libres')}</Badge> : null}
        </p>
      </div>
      {rendezVous.length > 0 ? (
        <ul className="plain-list agenda-pris">
          {rendezVous.map((taken) => (
            <li key={taken.id}>
              <p>
                <strong className="numeric">{formatHour(taken.debut, fuseau)}</strong> {taken.nom ?? 'Nom effacé'},{' '}
                {taken.prestation}, {taken.ressource}
              </p>
              <p className="muted">
                {labelOfModalite(taken.modalite)}
                {taken.courriel ? (
                  <>
                    {' · '}
                    <a href={`mailto:${taken.courriel}`}>{taken.courriel}</a>
                  </>
                ) : null}
                {taken.telephone ? (
                  <>
                    {' · '}
                    <a href={`tel:${taken.telephone}`}>{formatTelephone(taken.telephone)}</a>
                  </>
                ) : null}
              </p>
              {taken.note ? <p className="agenda-note">« {taken.note} »</p> : null}
            </li>
          ))}
        </ul>
      ) : null}
      <ul className="plain-list agenda-horaires">
        {horaires.map((date) => (
          <li key={`${date.plage_id} ${date.debut} ${date.retiree}`}>
            <PlageDateForm date={date} pris={rendezVous.length} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function PlageDateForm({ date, pris }: { date: AgendaDay['horaires'][number]; pris: number }) {
  const hours = `${date.ressource}, de ${formatMinutes(date.debut)} à ${formatMinutes(date.fin)}`;
  return (
    <Form method="post" className="agenda-date">
      <input type="hidden" name="plage_id" value={date.plage_id} />
      <input type="hidden" name="jour" value={date.jour} />
      <span className={date.retiree ? 'agenda-retiree' : undefined}>{hours}</span>
      {date.retiree ? (
        <>
          <Badge tone="warning">Date retirée</Badge>
          <Button look="quiet" name="intent" value="remettre">
            Remettre
            <span className="visually-hidden">
              {' '}
              : {hours}, {formatDateWithWeekday(date.jour)}
            </span>
          </Button>
        </>
      ) : (
        <Button look="quiet" name="intent" value="retirer">
          Retirer cette date
          <span className="visually-hidden">
            {' '}
            : {hours}, {formatDateWithWeekday(date.jour)}
          </span>
        </Button>
      )}
      {pris > 0 && date.retiree ? (
        <span className="agenda-prevenir">
          Les rendez-vous déjà pris ce jour-là restent : prévenez les personnes ci-dessus.
        </span>
      ) : null}
    </Form>
  );
}

function labelOfModalite(value: string): string {
  const known = MODALITES.find((modalite) => modalite === value);
  return known ? MODALITE_LABELS[known] : value;
}
