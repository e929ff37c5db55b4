import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { Fragment } from 'react';
import { listContours } from '#app/carte/outlines.ts';
import { DateText } from '#app/components/date-text.tsx';
import { formatCount, formatIndicateur, formatNumber } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Barres, Evolution } from '#app/components/statistiques-barres.tsx';
import { StatistiquesCarte } from '#app/components/statistiques-carte.tsx';
import { TerritoireSelect } from '#app/components/territoire-select.tsx';
import {
  bornesOf,
  CHIFFRES,
  type Chiffres,
  COLONNES,
  COMPLETUDE,
  classeOf,
  FRAICHEUR,
  FRANCE,
  INDICATEURS,
  type Indicateur,
  nomDuTerritoire,
} from '#app/domain/statistiques.ts';
import { isLocalDemonstration } from '#app/http/demonstration.server.ts';
import { loadStatistiques } from '#app/http/statistiques.server.ts';
import barresCss from '#app/styles/barres.css?url';
import statistiquesCss from '#app/styles/statistiques.css?url';
import { listEvolution } from '#db/statistiques.ts';

export const meta: MetaFunction = () => [
  { title: pageTitle('L’état des lieux') },
  {
    name: 'description',
    content: 'Combien de lieux de médiation numérique, où, et ce que leurs fiches disent : par région et département.',
  },
];

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: barresCss },
  { rel: 'stylesheet', href: statistiquesCss },
];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { jour, territoires } = await loadStatistiques(context);
  const params = new URL(request.url).searchParams;
  const indicateur = INDICATEURS.find(({ name }) => name === params.get('indicateur')) ?? INDICATEURS[0];
  const known = territoires.find(({ territoire }) => territoire === params.get('territoire'));
  const territoire = known?.territoire ?? FRANCE;
  const par = params.get('par') === 'region' ? 'region' : 'departement';
  const tri = TRIS.find((name) => name === params.get('tri')) ?? null;
  const demo = isLocalDemonstration(context.settings);
  const evolution = await listEvolution(context.dbRead, { territoire, demo });
  return {
    ...{ jour, territoires, territoire, par, tri, indicateur: indicateur.name },
    evolution: evolution.map(({ jour, chiffres }) => ({ jour, compte: chiffres.lieux })),
    contours: listContours(),
  };
}

/** What the table may be sorted by besides the codes. */
const TRIS = ['lieux', ...INDICATEURS.map(({ name }) => name)] as const;

type Loaded = ReturnType<typeof useLoaderData<typeof loader>>;
type Ligne = Loaded['territoires'][number];

export default function Statistiques() {
  const loaded = useLoaderData<typeof loader>();
  const { jour, territoires, territoire, evolution } = loaded;
  const chosen = territoires.find((ligne) => ligne.territoire === territoire)?.chiffres;
  const france = territoires[0]?.chiffres;
  return (
    <>
      <PageHeader
        title="L’état des lieux"
        lead="Combien de lieux de médiation numérique, où, et ce que leurs fiches disent. Compté chaque jour, pour tout le monde."
      />
      {!france || !chosen || france.lieux === 0 ? (
        <EmptyState title="Aucun lieu n’est encore public">
          <p>Les chiffres paraîtront ici dès qu’une structure ou un territoire aura apporté ses lieux.</p>
        </EmptyState>
      ) : (
        <>
          <p className="muted">
            Chiffres du <DateText value={jour} />. Les mêmes pour un tableur ou un programme :{' '}
            <a href="/donnees/statistiques.csv">CSV</a>, <a href="/donnees/statistiques.json">JSON</a>.
          </p>
          <div className="stats-top">
            <DuTerritoire territoire={territoire} chiffres={chosen} loaded={loaded} />
            <Carte loaded={loaded} />
          </div>
          <div className="stats-details">
            <section aria-labelledby="completude">
              <h2 id="completude">Ce que les fiches disent</h2>
              <Barres
                total={chosen.lieux}
                lignes={COMPLETUDE.map(({ name, label }) => ({ label, compte: chosen[name] }))}
              />
            </section>
            <section aria-labelledby="fraicheur">
              <h2 id="fraicheur">Depuis quand elles n’ont pas bougé</h2>
              <Barres
                total={chosen.lieux}
                lignes={FRAICHEUR.map(({ name, label }) => ({ label, compte: chosen[name] }))}
              />
              <p className="small muted">
                La date de mise à jour de la fiche, ou sa dernière confirmation ici si elle est plus récente.
              </p>
              {evolution.length < 2 ? null : <Jours evolution={evolution} />}
            </section>
          </div>
          <Verifie chiffres={chosen} />
          <Tableau loaded={loaded} />
          <details className="prose">
            <summary>Les colonnes de statistiques.csv</summary>
            <dl>
              {CHIFFRES.map((name) => (
                <Fragment key={name}>
                  <dt>
                    <code>{name}</code>
                  </dt>
                  <dd>{COLONNES[name]}</dd>
                </Fragment>
              ))}
            </dl>
          </details>
        </>
      )}
    </>
  );
}

/** The figures of the chosen territory in words, and the way to another. */
function DuTerritoire({ territoire, chiffres, loaded }: { territoire: string; chiffres: Chiffres; loaded: Loaded }) {
  return (
    <section aria-labelledby="territoire-titre">
      <h2 id="territoire-titre">{nomDuTerritoire(territoire)}</h2>
      <dl className="stats-figures">
        <div>
          <dt>{chiffres.lieux === 1 ? 'lieu public' : 'lieux publics'}</dt>
          <dd>{formatNumber(chiffres.lieux)}</dd>
        </div>
        {INDICATEURS.map((indicateur) => (
          <div key={indicateur.name}>
            <dt>{indicateur.label.toLowerCase()}</dt>
            <dd>{sayValue(indicateur, chiffres)}</dd>
          </div>
        ))}
      </dl>
      <p className="small muted">
        {formatCount(chiffres.communes_avec_lieu, 'commune a', 'communes ont')} au moins un lieu, sur{' '}
        {formatNumber(chiffres.communes)}.{' '}
        {chiffres.avec_structure === 0
          ? 'Aucune fiche n’est encore tenue'
          : formatCount(chiffres.avec_structure, 'fiche est tenue', 'fiches sont tenues')}{' '}
        par une structure qui se connecte ici.
      </p>
      <Form className="stats-choice" preventScrollReset>
        <label htmlFor="territoire" className="field-label">
          Région ou département
        </label>
        <div className="search-row">
          <TerritoireSelect
            id="territoire"
            territoires={loaded.territoires.map((ligne) => ({
              territoire: ligne.territoire,
              nom: nomDuTerritoire(ligne.territoire),
            }))}
            aucun={{ value: FRANCE, label: 'France' }}
            choisi={territoire}
          />
          {(['indicateur', 'par', 'tri'] as const).map((name) =>
            loaded[name] ? <input key={name} type="hidden" name={name} value={loaded[name]} /> : null,
          )}
          <button type="submit" className="button">
            Voir
          </button>
        </div>
      </Form>
    </section>
  );
}

/** What others than the structure have looked at. */
function Verifie({ chiffres }: { chiffres: Chiffres }) {
  const { labels_declares: declares, labels_verifies: verifies, doublons_possibles: doubles } = chiffres;
  return (
    <section aria-labelledby="verifie">
      <h2 id="verifie">Ce qui est vérifié</h2>
      <p>
        {declares === 0
          ? 'Aucun lieu ne dit porter un label national (France Services, Aidants Connect, Conseillers numériques).'
          : `${formatCount(declares, 'lieu dit', 'lieux disent')} porter un label national (France Services, Aidants Connect, Conseillers numériques) : ${
              verifies === 0
                ? 'aucun n’est encore confirmé par une liste officielle.'
                : `${formatCount(verifies, 'est confirmé', 'sont confirmés')} par la liste officielle.`
            }`}
      </p>
      <p>
        {doubles === 0
          ? 'Aucun lieu ne ressemble à un autre au point d’être peut-être le même.'
          : `${formatCount(doubles, 'lieu ressemble à un autre et est', 'lieux ressemblent à un autre et sont')} peut-être en double : ceux qui connaissent le territoire tranchent.`}
      </p>
    </section>
  );
}

function Carte({ loaded: { territoires, indicateur: name, territoire, contours } }: { loaded: Loaded }) {
  const indicateur = INDICATEURS.find((one) => one.name === name) ?? INDICATEURS[0];
  const lignes = ofType(territoires, 'departement');
  const valeurOf = ({ chiffres }: Ligne) => (chiffres.lieux === 0 ? null : indicateur.valeur(chiffres));
  const bornes = bornesOf(
    indicateur,
    lignes.map(valeurOf).filter((valeur) => valeur !== null),
  );
  const departements = lignes.map((ligne) => {
    const valeur = valeurOf(ligne);
    return {
      code: codeOf(ligne.territoire),
      nom: nomDuTerritoire(ligne.territoire),
      valeur,
      classe: valeur === null ? null : classeOf(valeur, bornes),
      href: searchOf({ territoire: ligne.territoire, indicateur: indicateur.name }),
    };
  });
  return (
    <section aria-labelledby="carte-titre">
      <h2 id="carte-titre" className="visually-hidden">
        Carte
      </h2>
      <nav aria-label="Chiffre de la carte" className="stats-choices">
        {INDICATEURS.map((one) => (
          <Link
            key={one.name}
            to={searchOf({ territoire, indicateur: one.name })}
            aria-current={one.name === indicateur.name ? 'true' : undefined}
            preventScrollReset
          >
            {one.label}
          </Link>
        ))}
      </nav>
      <StatistiquesCarte
        titre={indicateur.label}
        unite={indicateur.unite}
        bornes={bornes}
        contours={contours}
        departements={departements}
      />
    </section>
  );
}

function Tableau({ loaded: { territoires, territoire, par, tri, indicateur } }: { loaded: Loaded }) {
  const kept = { territoire, indicateur };
  const lignes = ofType(territoires, par);
  const sorted = [...lignes].sort((a, b) => (tri === null ? 0 : sortValue(b, tri) - sortValue(a, tri)));
  const others = { ...kept, par: par === 'region' ? 'departement' : 'region', tri };
  return (
    <section aria-labelledby="tableau">
      <h2 id="tableau">{par === 'region' ? 'Par région' : 'Par département'}</h2>
      <p>
        <Link to={`${searchOf(others)}#tableau`}>{par === 'region' ? 'Par département' : 'Par région'}</Link>
      </p>
      <div className="scroll-x">
        <table className="stats-table">
          <thead>
            <tr>
              <Tri nom={null} tri={tri} kept={{ ...kept, par }} label={par === 'region' ? 'Région' : 'Département'} />
              <Tri nom="lieux" tri={tri} kept={{ ...kept, par }} label="Lieux" />
              {INDICATEURS.map(({ name, label, unite }) => (
                <Tri
                  key={name}
                  nom={name}
                  tri={tri}
                  kept={{ ...kept, par }}
                  label={unite === '%' ? `${label} (%)` : label}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.map((ligne) => (
              <tr key={ligne.territoire}>
                <th scope="row">
                  <Link to={searchOf({ territoire: ligne.territoire, indicateur, par, tri })}>
                    {labelOfOption(ligne.territoire)}
                  </Link>
                </th>
                <td>{formatNumber(ligne.chiffres.lieux)}</td>
                {INDICATEURS.map((one) => (
                  <td key={one.name}>{sayNumber(one, ligne.chiffres)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface TriProps {
  nom: string | null;
  tri: string | null;
  kept: Record<string, string | null>;
  label: string;
}

function Tri({ nom, tri, kept, label }: TriProps) {
  const chosen = nom === tri;
  return (
    <th scope="col" aria-sort={chosen ? (nom === null ? 'ascending' : 'descending') : undefined}>
      <Link to={`${searchOf({ ...kept, tri: nom })}#tableau`} preventScrollReset>
        {label}
        {chosen ? <span aria-hidden="true">{nom === null ? ' ↑' : ' ↓'}</span> : null}
      </Link>
    </th>
  );
}

function Jours({ evolution }: { evolution: Loaded['evolution'] }) {
  const [first, last] = [evolution[0], evolution.at(-1)];
  if (!first || !last) return null;
  return (
    <>
      <h3>De jour en jour</h3>
      <Evolution jours={evolution} />
      <p>
        De {formatCount(first.compte, 'lieu', 'lieux')} le <DateText value={first.jour} /> à{' '}
        {formatCount(last.compte, 'lieu', 'lieux')} le <DateText value={last.jour} />.
      </p>
    </>
  );
}

function sortValue({ chiffres }: Ligne, tri: string): number {
  if (tri === 'lieux') return chiffres.lieux;
  return INDICATEURS.find(({ name }) => name === tri)?.valeur(chiffres) ?? -1;
}

function sayNumber(indicateur: Indicateur, chiffres: Chiffres): string {
  const valeur = indicateur.valeur(chiffres);
  return valeur === null ? '–' : indicateur.unite === '%' ? formatNumber(valeur, 0) : formatIndicateur(valeur);
}

function sayValue(indicateur: Indicateur, chiffres: Chiffres): string {
  const number = sayNumber(indicateur, chiffres);
  return indicateur.unite === '%' && number !== '–' ? `${number}\u00a0%` : number;
}

function ofType(territoires: readonly Ligne[], type: string): Ligne[] {
  return territoires.filter(({ territoire }) => territoire.startsWith(`${type}:`));
}

function codeOf(territoire: string): string {
  return territoire.split(':')[1] ?? '';
}

function labelOfOption(territoire: string): string {
  const nom = nomDuTerritoire(territoire);
  return territoire.startsWith('departement:') ? `${codeOf(territoire)} ${nom}` : nom;
}

function searchOf(given: Record<string, string | null>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value !== null && value !== FRANCE) params.set(name, value);
  return params.size === 0 ? '?' : `?${params}`;
}
