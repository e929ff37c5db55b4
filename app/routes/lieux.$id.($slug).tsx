import { data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { procheOfLieu } from '#app/carte/carte.server.ts';
import { Creneaux } from '#app/components/creneaux.tsx';
import { Fiche } from '#app/components/fiche.tsx';
import { creneauxOfLieu } from '#app/http/creneaux.server.ts';
import { ficheData } from '#app/http/fiche-data.server.ts';
import { fichePath, lieuIdOf, slugOf } from '#app/http/fiche-path.ts';
import { notFound } from '#app/http/guards.server.ts';
import ficheCss from '#app/styles/fiche.css?url';
import rendezVousCss from '#app/styles/rendez-vous.css?url';
import { findPublicFiche } from '#db/fiches.ts';

const CLOSED_DAYS = 90;

export const links = () => [
  { rel: 'stylesheet', href: ficheCss },
  { rel: 'stylesheet', href: rendezVousCss },
];

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) =>
  loaded
    ? [
        { title: `${loaded.view.lieu.nom}, ${loaded.view.lieu.commune} · Lieu à jour` },
        {
          name: 'description',
          content: loaded.view.lieu.presentation_resume ?? 'Lieu où l’on trouve de l’aide avec le numérique.',
        },
      ]
    : [{ title: 'Lieu introuvable · Lieu à jour' }];

export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const id = lieuIdOf(params.id);
  const found = await findPublicFiche(context.dbRead, id);
  if (!found) throw notFound();
  if (found.fiche === null) throw redirect(fichePath({ id: found.fusionneDans }), 308);
  const { fiche } = found;
  if (params.slug !== slugOf(fiche)) throw redirect(fichePath(fiche) + new URL(request.url).search, 301);
  const now = context.now();
  const closedFor = fiche.ferme_le === null ? 0 : (now.getTime() - Date.parse(fiche.ferme_le)) / 86_400_000;
  const closed = fiche.statut === 'ferme';
  const creneaux = closed ? null : await creneauxOfLieu(context.dbRead, { lieuId: fiche.id, now });
  const view = await ficheData(context.dbRead, fiche, { now, rdv: creneaux !== null });
  const proche = view.injoignable && !closed ? await procheOfLieu(context, fiche) : null;
  return data({ view, closed, creneaux, proche }, { status: closed && closedFor > CLOSED_DAYS ? 410 : 200 });
}

export default function LieuPage() {
  const { view, closed, creneaux, proche } = useLoaderData<typeof loader>();
  const { lieu } = view;
  return (
    <>
      {closed ? (
        <p className="notice notice-warning" role="status">
          Ce lieu a fermé.{' '}
          <Link to={`/carte?${new URLSearchParams({ q: lieu.commune ?? '' })}`}>Voir les lieux voisins</Link>
        </p>
      ) : null}
      <Fiche
        data={view}
        proche={proche}
        rendezVous={creneaux ? <Creneaux data={creneaux} /> : null}
        actions={
          <p className="fiche-report">
            <Link to={`/signaler?${new URLSearchParams({ lieu: lieu.id })}`}>Signaler une erreur sur cette fiche</Link>
          </p>
        }
      />
    </>
  );
}
