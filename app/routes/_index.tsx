import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import type { Halftone } from '#app/carte/halftone.ts';
import { LinkButton } from '#app/components/button.tsx';
import { formatCount } from '#app/components/format.ts';
import type { PageHandle } from '#app/components/frame.ts';
import { Card } from '#app/components/layout.tsx';
import { SearchForm } from '#app/components/search-form.tsx';
import { homeData } from '#app/http/home-data.server.ts';
import homeCss from '#app/styles/home.css?url';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: homeCss }];

export const meta: MetaFunction = () => [
  { title: 'Lieu à jour : trouver de l’aide avec le numérique' },
  {
    name: 'description',
    content:
      'Démarches en ligne, ordinateur, téléphone, internet : trouvez près de chez vous un lieu ouvert où quelqu’un vous aide.',
  },
];

export const handle: PageHandle = { layout: 'full' };

export async function loader({ context }: LoaderFunctionArgs) {
  return homeData(context);
}

export default function Home() {
  const { lieux, open, services, picture } = useLoaderData<typeof loader>();
  return (
    <>
      <section className="home-hero">
        <div className="frame home-hero-columns">
          <div>
            <h1>De l’aide avec le numérique, près de chez vous</h1>
            <p className="lead">
              Des lieux où quelqu’un prend le temps de vous aider : une démarche, un ordinateur, un téléphone, internet.
            </p>
            <SearchForm large />
            <p className="home-open">
              {open > 0 ? (
                <Link to="/carte?ouvert=maintenant" className="badge badge-alive">
                  {formatCount(open, 'lieu ouvert en ce moment', 'lieux ouverts en ce moment')}
                </Link>
              ) : (
                <Link to="/carte">{formatCount(lieux, 'lieu sur la carte', 'lieux sur la carte')}</Link>
              )}
            </p>
          </div>
          <HomePicture picture={picture} lieux={lieux} open={open} />
        </div>
      </section>
      <section className="frame home-section" aria-labelledby="besoins">
        <h2 id="besoins">De quoi avez-vous besoin ?</h2>
        <ul className="plain-list home-needs">
          {NEEDS.map(({ service, title, examples }) => (
            <li key={service}>
              <Card title={title} to={`/carte?${new URLSearchParams({ services: service })}`}>
                <p>{examples}</p>
                <p className="muted small">{formatCount(services[service] ?? 0, 'lieu', 'lieux')}</p>
              </Card>
            </li>
          ))}
        </ul>
        <p className="home-shortcuts">
          <span>Ou bien :</span>
          <Link to="/carte?frais_a_charge=Gratuit">les lieux gratuits</Link>
          <Link to="/carte?ouvert=samedi">ceux qui ouvrent le samedi</Link>
          <Link to="/carte">tous les lieux</Link>
        </p>
      </section>
      <section className="frame home-section" aria-labelledby="comment">
        <h2 id="comment">Comment ça se passe</h2>
        <ol className="home-steps">
          <li>
            <h3>Vous cherchez</h3>
            <p>Écrivez votre commune. La liste montre d’abord les lieux les plus proches, avec leurs horaires.</p>
          </li>
          <li>
            <h3>Vous appelez, ou vous réservez</h3>
            <p>Chaque fiche dit comment venir, si c’est gratuit, et s’il faut un rendez-vous. Pas besoin de compte.</p>
          </li>
          <li>
            <h3>Quelqu’un vous aide</h3>
            <p>
              Prenez votre téléphone, une pièce d’identité et les papiers de votre démarche. Vous pouvez venir à deux.
            </p>
          </li>
        </ol>
      </section>
      <section className="home-structures" aria-labelledby="structures">
        <div className="frame home-structures-columns">
          <div>
            <h2 id="structures">Vous travaillez dans un de ces lieux ?</h2>
            <p>
              Tenez sa fiche vous-même : horaires, services, rendez-vous. Ce que vous changez se voit sur la carte et
              dans les données ouvertes. Pas de mot de passe : un lien de connexion arrive par courriel.
            </p>
            <p className="cluster">
              <LinkButton to="/connexion">Se connecter</LinkButton>
              <Link to="/aide/responsable">Comment tenir une fiche à jour</Link>
            </p>
          </div>
          <div>
            <h3>Vous réutilisez ces informations ?</h3>
            <p>
              Tous les lieux sont publiés chaque jour, dans le format national, sous licence ouverte.{' '}
              <Link to="/donnees">Voir les données</Link>
            </p>
          </div>
        </div>
      </section>
    </>
  );
}

const NEEDS = [
  {
    service: 'Aide aux démarches administratives',
    title: 'Faire une démarche en ligne',
    examples: 'CAF, impôts, santé, retraite, carte grise, titre de séjour…',
  },
  {
    service: 'Maîtrise des outils numériques du quotidien',
    title: 'Apprendre à me servir d’un ordinateur ou d’un téléphone',
    examples: 'Les premiers gestes, le courriel, les photos, la visio…',
  },
  {
    service: 'Accès internet et matériel informatique',
    title: 'Utiliser un ordinateur ou internet sur place',
    examples: 'Un poste, le wifi, une imprimante, un scanner…',
  },
  {
    service: 'Insertion professionnelle via le numérique',
    title: 'Trouver du travail',
    examples: 'CV, candidatures en ligne, espace France Travail…',
  },
] as const;

function HomePicture({ picture, lieux, open }: { picture: Halftone; lieux: number; open: number }) {
  return (
    <figure className="home-picture">
      <Link to="/carte" tabIndex={-1} aria-hidden="true">
        <svg
          viewBox={`0 0 ${picture.width} ${picture.height}`}
          width={picture.width}
          height={picture.height}
          focusable="false"
        >
          <title>Carte des lieux</title>
          <path className="dots dots-ground" d={picture.ground} />
          {picture.closed.map((path, size) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the index is the size of the dots
            <path key={size} className={`dots dots-closed dots-${size}`} d={path} />
          ))}
          {picture.open.map((path, size) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the index is the size of the dots
            <path key={size} className={`dots dots-open dots-${size}`} d={path} />
          ))}
        </svg>
      </Link>
      <figcaption className="small muted">
        {formatCount(lieux, 'lieu', 'lieux')}. Plus un point est gros, plus il y en a.
        {open > 0 ? ' En orange : là où un lieu est ouvert en ce moment.' : ' Aucun n’est ouvert à cette heure.'}{' '}
        <Link to="/carte">Ouvrir la carte</Link>
      </figcaption>
    </figure>
  );
}
