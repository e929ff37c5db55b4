import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { documentationOf, type Operation, REFUSALS } from '#app/api/documentation.server.ts';
import { pageTitle } from '#app/components/frame.ts';
import { PageHeader } from '#app/components/page-header.tsx';
import apiCss from '#app/styles/api.css?url';

export const meta: MetaFunction = () => [
  { title: pageTitle('API') },
  { name: 'description', content: 'Lire les lieux depuis un programme : filtres, formats, changements, exemples.' },
];

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: apiCss }];

export async function loader({ context }: LoaderFunctionArgs) {
  return { ...(await documentationOf(context)), refusals: REFUSALS };
}

export default function Api() {
  const { base, operations, champs } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        title="API"
        lead="Lire les lieux depuis un programme ou un site, à jour à la seconde, sans compte. Mêmes noms et mêmes valeurs que le standard national."
      />
      <nav aria-label="Sur cette page" className="api-contents">
        <ul>
          <li>
            <a href="#regles">Ce qui vaut partout</a>
          </li>
          {operations.map(({ id, summary }) => (
            <li key={id}>
              <a href={`#${id}`}>{summary}</a>
            </li>
          ))}
          <li>
            <a href="#nationale">Si vous lisez l’API de la cartographie nationale</a>
          </li>
          <li>
            <a href="#champs">Les champs d’un lieu</a>
          </li>
          <li>
            <a href="#erreurs">Les refus</a>
          </li>
        </ul>
      </nav>
      <Rules base={base} />
      {operations.map((operation) => (
        <OperationSection key={operation.id} operation={operation} />
      ))}
      <Nationale site={base.replace(/\/api\/v1$/, '')} />
      <section id="champs" className="api-section">
        <h2>Les champs d’un lieu</h2>
        <p>
          Ceux du standard de la médiation numérique, version 1.0.2, dans son ordre, et les permanences. Ce qui est vide
          n’est pas donné.
        </p>
        <dl className="api-list">
          {champs.map(({ name, type, description }) => (
            <div key={name}>
              <dt>
                <code>{name}</code> <span className="muted">{type}</span>
              </dt>
              <dd>{description}</dd>
            </div>
          ))}
        </dl>
      </section>
      <Refusals />
    </>
  );
}

function Rules({ base }: { base: string }) {
  return (
    <section id="regles" className="prose api-section">
      <h2>Ce qui vaut partout</h2>
      <ul>
        <li>
          Toutes les adresses commencent par <code>{base}</code>. La version 1 ne change que par ajouts : passez sur les
          champs que vous ne connaissez pas.
        </li>
        <li>
          <strong>Lecture seule</strong>, depuis n’importe quel site (CORS). Ces données sont sous Licence Ouverte 2.0 :
          citez leur source et la date.
        </li>
        <li>
          <strong>Une liste se suit</strong> : appelez <code>suivant</code> tel quel jusqu’à ce qu’il soit{' '}
          <code>null</code>. Un lieu qui s’ajoute pendant ce temps ne décale rien.
        </li>
        <li>
          <strong>Trois formats</strong>, par l’en-tête <code>Accept</code> : <code>application/json</code>,{' '}
          <code>application/geo+json</code>, <code>text/csv</code>. Dans les deux derniers, la suite est dans l’en-tête{' '}
          <code>Link</code>, le total dans <code>X-Total-Count</code>.
        </li>
        <li>
          <strong>Rien deux fois</strong> : redonnez l’<code>ETag</code> reçu dans <code>If-None-Match</code>. Si rien
          n’a changé, la réponse est 304, sans contenu.
        </li>
        <li>
          <strong>Ce qui a changé</strong> : relevez l’heure, lisez toute la liste une fois, puis appelez{' '}
          <code>?depuis=</code> cette heure et, ensuite, chaque fois l’adresse que donne <code>reprise</code>.{' '}
          <code>lieux</code> a ceux qui sont nouveaux ou modifiés, <code>retires</code> ceux à enlever. Un lieu peut y
          revenir deux fois ; aucun n’est oublié. Les changements se gardent 90 jours : au-delà, la réponse est 410, et
          il faut relire toute la liste.
        </li>
        <li>
          <strong>600 demandes par minute</strong> et par adresse. Les en-têtes <code>X-RateLimit-Limit</code>,{' '}
          <code>-Remaining</code> et <code>-Reset</code> (et <code>RateLimit</code>) disent où vous en êtes. Avec une
          clé, c’est 6 000 : demandez-la <Link to="/aide#contact">par courriel</Link>, puis envoyez{' '}
          <code>Authorization: Bearer</code> et la clé.
        </li>
        <li>
          Une carte toute faite, ou tous les lieux d’un coup ? Voyez <Link to="/donnees">les données ouvertes</Link>.
        </li>
      </ul>
    </section>
  );
}

function Nationale({ site }: { site: string }) {
  return (
    <section id="nationale" className="prose api-section">
      <h2>Si vous lisez l’API de la cartographie nationale</h2>
      <p>
        <code>/api/v0/lieux-inclusion-numerique</code> se lit ici comme là-bas : un tableau de tous les lieux, les noms
        du standard, chaque liste en un texte séparé par des barres verticales, les coordonnées en nombres.
      </p>
      <figure className="api-sample">
        <figcaption>Les lieux de deux départements</figcaption>
        <pre>
          <code>{`curl '${site}/api/v0/lieux-inclusion-numerique?adresse%5BbeginsWith%5D%5Bcode_insee%5D=33,40'`}</code>
        </pre>
      </figure>
      <p>Ce qui diffère :</p>
      <ul>
        <li>
          Les filtres sont <code>adresse[eq][code_insee]</code>, <code>adresse[beginsWith][code_insee]</code>,{' '}
          <code>source[eq]</code> et <code>source[beginsWith]</code>, avec des virgules pour plusieurs valeurs. Les
          autres (<code>or</code>, <code>and</code>, <code>exists</code>, <code>page</code>…) sont refusés plutôt que
          mal compris.
        </li>
        <li>Il n’y a que les lieux publics : ni doublons en attente, ni groupes de fusion.</li>
        <li>Les valeurs sont celles de la version 1.0.2 du standard, pas celles des versions d’avant.</li>
        <li>30 demandes par minute et par adresse : pour suivre les changements, préférez la version 1.</li>
      </ul>
    </section>
  );
}

function OperationSection({ operation }: { operation: Operation }) {
  const { id, path, summary, description, parameters, samples, statuses } = operation;
  return (
    <section id={id} className="api-section">
      <h2>{summary}</h2>
      <p>
        <code>GET {path}</code>
      </p>
      <p>{description}</p>
      {parameters.length > 0 ? (
        <>
          <h3>Paramètres</h3>
          <dl className="api-list">
            {parameters.map((parameter) => (
              <div key={parameter.name}>
                <dt>
                  <code>{parameter.name}</code> <span className="muted">{parameter.type}</span>
                </dt>
                <dd>
                  {parameter.description}
                  <Values name={parameter.name} values={parameter.values} />
                </dd>
              </div>
            ))}
          </dl>
        </>
      ) : null}
      <h3>Exemples</h3>
      {samples.map(({ label, source }) => (
        <figure key={label} className="api-sample">
          <figcaption>{label}</figcaption>
          <pre>
            <code>{source}</code>
          </pre>
        </figure>
      ))}
      <h3>Réponses</h3>
      <ul>
        {statuses.map(({ status, description: what }) => (
          <li key={status}>
            <strong>{status}</strong> : {what}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Values({ name, values }: { name: string; values: readonly string[] }) {
  if (values.length < 2) return null;
  return (
    <details>
      <summary>
        Les {values.length} valeurs<span className="visually-hidden"> de {name}</span>
      </summary>
      <ul>
        {values.map((value) => (
          <li key={value}>
            <code>{value}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'Un nom ou une valeur n’existe pas : « erreurs » dit lesquels.',
  401: 'La clé envoyée n’existe pas ou n’est plus valable. Sans clé, l’API répond aussi.',
  404: 'Aucun lieu public n’a cet identifiant, ou l’adresse n’existe pas.',
  405: 'L’API se lit : GET, HEAD ou OPTIONS.',
  406: 'Le format demandé dans « Accept » n’est pas proposé ici.',
  410: 'Le lieu a fermé il y a plus de 90 jours, ou « depuis » est plus ancien que ce qui se garde.',
  429: 'Trop de demandes : « Retry-After » dit combien de secondes attendre.',
  500: 'Une erreur de notre part : écrivez-nous en donnant « instance ».',
  503: 'Le service est occupé : « Retry-After » dit quand revenir.',
};

function Refusals() {
  const { refusals } = useLoaderData<typeof loader>();
  return (
    <section id="erreurs" className="api-section">
      <h2>Les refus</h2>
      <p>
        Tous ont la même forme, <code>application/problem+json</code> (RFC 9457) : <code>type</code>, <code>title</code>
        , <code>status</code>, <code>detail</code>, <code>instance</code>, et <code>erreurs</code> quand des paramètres
        n’ont pas été compris.
      </p>
      <dl className="api-list">
        {refusals.map(({ status, title }) => (
          <div key={status} id={`erreur-${status}`}>
            <dt>
              {status} <span className="muted">{title}</span>
            </dt>
            <dd>{MEANINGS[status]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
