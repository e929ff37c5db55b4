import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { formatSpan } from '#app/components/booking-choices.tsx';
import { Button, LinkButton } from '#app/components/button.tsx';
import { HeureDuLieu } from '#app/components/creneaux.tsx';
import { formatDay, formatTelephone, telephoneHref } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { DefinitionList } from '#app/components/layout.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { addressOf } from '#app/courriels/rendez-vous.ts';
import { MODALITE_LABELS } from '#app/domain/creneaux/modalites.ts';
import { fichePath } from '#app/http/fiche-path.ts';
import { bookingPath } from '#app/http/rendez-vous-path.ts';
import { cancel, loadReservation } from '#app/http/reservation.server.ts';
import rendezVousCss from '#app/styles/rendez-vous.css?url';
import { BookingStartedError } from '#db/rendez-vous/errors.ts';

export const links = () => [{ rel: 'stylesheet', href: rendezVousCss }];

export const meta: MetaFunction = () => [
  { title: pageTitle('Votre rendez-vous') },
  { name: 'robots', content: 'noindex, nofollow' },
];

export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const { courriel, note, nom, ...shown } = await loadReservation(context, params.jeton);
  const { searchParams } = new URL(request.url);
  const etat = shown.statut === 'annulee' ? 'annule' : shown.debut <= context.now() ? 'commence' : 'a_venir';
  return data(
    {
      rendezVous: { ...shown, nom },
      etat,
      pris: searchParams.has('pris'),
      annuler: searchParams.has('annuler'),
    } as const,
    { headers: { 'Cache-Control': 'private, no-store' } },
  );
}

/** Only a confirmed form cancels: mail scanners open every link. */
export async function action({ params, context }: ActionFunctionArgs) {
  await loadReservation(context, params.jeton);
  const jeton = params.jeton ?? '';
  try {
    await cancel(context, jeton);
  } catch (error) {
    if (error instanceof BookingStartedError) return data({ commence: true }, { status: 409 });
    throw error;
  }
  return redirect(`/rendez-vous/${encodeURIComponent(jeton)}`);
}

export default function RendezVous() {
  const { rendezVous, etat, pris, annuler } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const { debut, fin, fuseau, lieu_id, prestation_id, lieu_nom, lieu_telephone, modalite, lien_visio } = rendezVous;
  const telephone = lieu_telephone === null ? null : telephoneHref(lieu_telephone);
  const again = bookingPath({ lieu: lieu_id, prestation: prestation_id });
  return (
    <div className="stack">
      <PageHeader title={etat === 'annule' ? 'Rendez-vous annulé' : 'Votre rendez-vous'} />
      {pris && etat === 'a_venir' ? (
        <Notice kind="success" live title="C’est réservé">
          <p>
            Un message de confirmation part à votre adresse, avec le lien de cette page. S’il tarde, regardez dans les
            indésirables.
          </p>
        </Notice>
      ) : null}
      {etat === 'annule' ? (
        <Notice kind="info" title="Ce rendez-vous est annulé : personne ne vous attend.">
          <p>
            <Link to={again}>Choisir un autre moment</Link>
          </p>
        </Notice>
      ) : null}
      {answer?.commence ? (
        <Notice kind="warning" live title="Ce rendez-vous a commencé : il ne s’annule plus ici.">
          <p>Prévenez le lieu{lieu_telephone ? ` au ${formatTelephone(lieu_telephone)}` : ''}.</p>
        </Notice>
      ) : null}
      <section className="card" aria-label="Détail du rendez-vous">
        <DefinitionList
          items={[
            ['Quand', `${formatDay(debut, fuseau)}, ${formatSpan(debut, fin, fuseau)}`],
            ['Pour quoi', rendezVous.prestation],
            ['Comment', MODALITE_LABELS[modalite]],
            [
              'Lien de la visio',
              modalite === 'visio' && lien_visio ? (
                <a key="visio" href={lien_visio} rel="noreferrer">
                  {lien_visio}
                </a>
              ) : null,
            ],
            ['Au nom de', rendezVous.nom],
            ['Où', <Place key="ou" nom={lieu_nom} path={fichePath({ id: lieu_id })} lines={addressOf(rendezVous)} />],
            [
              'Téléphone du lieu',
              telephone && lieu_telephone ? (
                <a key="telephone" href={telephone}>
                  {formatTelephone(lieu_telephone)}
                </a>
              ) : null,
            ],
            ['À savoir', rendezVous.consignes],
          ]}
        />
        <HeureDuLieu fuseau={fuseau} />
      </section>
      {etat === 'a_venir' ? <Cancel asked={annuler} /> : null}
      {etat === 'commence' ? (
        <p>
          Ce rendez-vous est passé. <Link to={again}>En prendre un autre</Link>
        </p>
      ) : null}
    </div>
  );
}

function Place({ nom, path, lines }: { nom: string | null; path: string; lines: readonly string[] }) {
  return (
    <>
      <Link to={path}>{nom ?? 'Voir la fiche du lieu'}</Link>
      {lines.map((line) => (
        <span key={line} className="block">
          {line}
        </span>
      ))}
    </>
  );
}

function Cancel({ asked }: { asked: boolean }) {
  return asked ? (
    <Form method="post" className="notice notice-warning">
      <p className="notice-title">Annuler ce rendez-vous ?</p>
      <p>La place sera rendue à quelqu’un d’autre. Vous recevrez un message.</p>
      <div className="form-actions">
        <Button look="danger">Oui, annuler ce rendez-vous</Button>
        <Link to="?">Non, le garder</Link>
      </div>
    </Form>
  ) : (
    <p className="cluster no-print">
      <LinkButton look="secondary" to="?annuler=1">
        Je ne peux plus venir : annuler
      </LinkButton>
    </p>
  );
}
