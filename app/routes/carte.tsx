import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { type ClientLoaderFunctionArgs, Link, useLoaderData, useNavigation } from '@remix-run/react';
import maplibreCss from 'maplibre-gl/dist/maplibre-gl.css?url';
import { useEffect, useState } from 'react';
import { ActiveFilters, carteHref } from '#app/carte/active-filters.tsx';
import { readCartePage } from '#app/carte/carte.server.ts';
import type { CartePage } from '#app/carte/carte-data.ts';
import { CarteMap } from '#app/carte/carte-map.tsx';
import { FilterForm } from '#app/carte/filter-form.tsx';
import type { Point } from '#app/carte/filters.ts';
import { pageLocally } from '#app/carte/local-search.ts';
import { ResultList } from '#app/carte/result-list.tsx';
import { useSnapshotWatch } from '#app/carte/snapshot-watch.ts';
import { formatCount } from '#app/components/format.ts';
import { type PageHandle, pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { Notice } from '#app/components/notice.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import carteCss from '#app/styles/carte.css?url';

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: maplibreCss },
  { rel: 'stylesheet', href: carteCss },
];

export const handle: PageHandle = { layout: 'map' };

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: pageTitle(data ? `Carte : ${headingOf(data.page)}` : 'Carte') },
  {
    name: 'description',
    content: 'La carte et la liste des lieux où l’on vous aide avec le numérique, près de chez vous.',
  },
];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const page = await readCartePage(new URL(request.url).searchParams, context);
  return { page, basemap: context.settings.basemap };
}

/** Once the browser has the snapshot it answers by itself, unless the server must look a commune up. */
export async function clientLoader({ request, serverLoader }: ClientLoaderFunctionArgs) {
  const page = await pageLocally(new URL(request.url).searchParams);
  if (page === null || basemapSeen === null) return serverLoader<typeof loader>();
  return { page, basemap: basemapSeen };
}

/** The base map is the installation's: it does not change from one search to the next. */
let basemapSeen: 'ign' | 'locale' | null = null;

export default function Carte() {
  const { page, basemap } = useLoaderData<typeof loader>();
  const [pointed, setPointed] = useState<Point | null>(null);
  const [vue, setVue] = useState<'liste' | 'carte' | null>(null);
  const searching = useNavigation().state === 'loading';
  useSnapshotWatch(page.hash);
  useEffect(() => {
    basemapSeen = basemap;
    setVue((chosen) => chosen ?? 'liste');
  }, [basemap]);

  return (
    <div className="carte" data-vue={vue ?? 'liste'}>
      <h1 className="visually-hidden">Trouver un lieu où l’on vous aide</h1>
      <div className="carte-side">
        <FilterForm filtres={page.filtres} />
        <ActiveFilters filtres={page.filtres} />
        <UnknownFilters page={page} />
        <section aria-labelledby="resultats" aria-busy={searching}>
          <div role="status">
            <h2 id="resultats" className="carte-count">
              {headingOf(page)}
            </h2>
          </div>
          <PlaceNotes page={page} />
          {page.total === 0 ? <NothingFound page={page} /> : <ResultList lieux={page.lieux} onPoint={setPointed} />}
          <Pagination
            page={page.page}
            pages={page.pages}
            hrefOf={(number) => carteHref({ ...page.filtres, page: number })}
          />
        </section>
      </div>
      <CarteMap page={page} basemap={basemap} pointed={pointed} />
      {vue === null ? null : (
        <button
          type="button"
          className="button carte-switch"
          onClick={() => setVue(vue === 'liste' ? 'carte' : 'liste')}
        >
          {vue === 'liste' ? 'Voir la carte' : 'Voir la liste'}
        </button>
      )}
    </div>
  );
}

function headingOf({ total, filtres, lieuCherche }: CartePage): string {
  const count = total === 0 ? 'Aucun lieu' : formatCount(total, 'lieu', 'lieux');
  if (filtres.bbox) return `${count} dans cette partie de la carte`;
  if (lieuCherche === null) return filtres.q === null ? count : `${count} pour « ${filtres.q} »`;
  const { libelle, rayon } = lieuCherche.place;
  const kilometres = filtres.rayon ?? rayon;
  return kilometres === null ? `${count} : ${libelle}` : `${count} à moins de ${kilometres} km de ${libelle}`;
}

/** How the search was understood, and the other ways to understand it. */
function PlaceNotes({ page: { filtres, lieuCherche, passages, sansPosition, total } }: { page: CartePage }) {
  const { q } = filtres;
  return (
    <>
      {lieuCherche?.place.approximatif ? (
        <p className="small muted">
          La position de cette commune n’est pas connue exactement : les distances sont approximatives.
        </p>
      ) : null}
      {lieuCherche && lieuCherche.others.length > 0 ? (
        <p className="small">
          Une autre commune ?{' '}
          {lieuCherche.others.map((libelle, position) => (
            <span key={libelle}>
              {position > 0 ? ', ' : ''}
              <Link to={carteHref({ ...filtres, q: libelle, bbox: null, page: 1 })}>{libelle}</Link>
            </span>
          ))}
        </p>
      ) : null}
      {lieuCherche && q !== null ? (
        <p className="small">
          <Link to={carteHref({ ...filtres, q: `"${q}"`, bbox: null, page: 1 })}>
            Chercher « {q} » dans le nom des lieux
          </Link>
        </p>
      ) : null}
      {passages > 0 ? (
        <p className="small">
          Dont {formatCount(passages, 'passage d’un lieu qui se déplace', 'passages de lieux qui se déplacent')},{' '}
          {filtres.ouvert === null || filtres.ouvert === 'maintenant' || filtres.ouvert === 'soir'
            ? 'aujourd’hui'
            : 'ce jour-là'}
          .
        </p>
      ) : null}
      {sansPosition > 0 && sansPosition < total ? (
        <p className="small muted">
          Dont {formatCount(sansPosition, 'lieu pas encore placé', 'lieux pas encore placés')} sur la carte.
        </p>
      ) : null}
    </>
  );
}

function UnknownFilters({ page: { inconnus } }: { page: CartePage }) {
  if (inconnus.length === 0) return null;
  return (
    <Notice kind="warning" title="Une partie de cette adresse n’a pas été comprise">
      <ul>
        {inconnus.map(({ nom, valeur, message }) => (
          <li key={`${nom} ${valeur}`}>{message}</li>
        ))}
      </ul>
      <p>Le reste a été pris en compte.</p>
    </Notice>
  );
}

/** What to try next, the most likely first. */
function NothingFound({ page: { filtres, lieuCherche } }: { page: CartePage }) {
  const filtered = Object.keys(filtres.champs).length > 0 || filtres.ouvert !== null || filtres.rdv;
  const kilometres = lieuCherche && (filtres.rayon ?? lieuCherche.place.rayon);
  return (
    <EmptyState title="Aucun lieu ne correspond.">
      <ul className="plain-list">
        {filtered ? (
          <li>
            <Link to={carteHref({ ...filtres, champs: {}, ouvert: null, rdv: false, page: 1 })}>
              Retirer les filtres
            </Link>
          </li>
        ) : null}
        {kilometres && kilometres < 100 ? (
          <li>
            <Link to={carteHref({ ...filtres, rayon: kilometres < 50 ? 50 : 100, page: 1 })}>
              Chercher à {kilometres < 50 ? 50 : 100} km
            </Link>
          </li>
        ) : null}
        {filtres.bbox ? (
          <li>
            <Link to={carteHref({ ...filtres, bbox: null, page: 1 })}>
              Chercher au-delà de cette partie de la carte
            </Link>
          </li>
        ) : null}
        {filtres.q !== null && !lieuCherche ? (
          <li>Vérifiez l’écriture, ou cherchez votre commune ou votre code postal.</li>
        ) : null}
        <li>
          <Link to="/carte">Voir tous les lieux</Link>
        </li>
      </ul>
    </EmptyState>
  );
}
