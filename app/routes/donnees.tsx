import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { DateText } from '#app/components/date-text.tsx';
import { DonneesDatagouv } from '#app/components/donnees-datagouv.tsx';
import { DonneesApercu, DonneesCitation, DonneesQualite, describeDataset } from '#app/components/donnees-portail.tsx';
import { DonneesTerritoires, type TerritoireAvecFichiers } from '#app/components/donnees-territoires.tsx';
import { formatBytes, formatCount, formatDate } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { cellsOf } from '#app/domain/formats.ts';
import { nomOfRegionOuDepartement } from '#app/domain/territoire.ts';
import { loadDatagouv } from '#app/http/datagouv.server.ts';
import { isLocalDemonstration } from '#app/http/demonstration.server.ts';
import { loadStatistiques } from '#app/http/statistiques.server.ts';
import barresCss from '#app/styles/barres.css?url';
import donneesCss from '#app/styles/donnees.css?url';
import { findExportRetenu } from '#db/export-alertes.ts';
import { type ExportFile, listExportJours, listExportTerritoires } from '#db/exports.ts';
import { listPremiersLieux } from '#db/lieux-publies.ts';

const DESCRIPTION = 'Tous les lieux publics, chaque jour, en CSV, JSON, GeoJSON et Parquet, sous Licence Ouverte 2.0.';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: pageTitle('Données ouvertes') },
  { name: 'description', content: DESCRIPTION },
  ...(data?.newest ? [{ 'script:ld+json': describeDataset(data.newest, data.publicUrl, DESCRIPTION) }] : []),
];

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: barresCss },
  { rel: 'stylesheet', href: donneesCss },
];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const demo = isLocalDemonstration(context.settings);
  const [[newest, ...earlier], retenu, datagouv, statistiques, premiers] = await Promise.all([
    listExportJours(context.dbRead, { demo }),
    findExportRetenu(context.dbRead),
    loadDatagouv(context),
    loadStatistiques(context),
    listPremiersLieux(context.dbRead, { demo, limite: APERCU }),
  ]);
  const territoires = newest ? await listExportTerritoires(context.dbRead, newest.jour) : [];
  const choisi = new URL(request.url).searchParams.get('territoire');
  return {
    newest: newest ?? null,
    earlier,
    retenu: retenu ?? null,
    datagouv,
    chiffres: statistiques.territoires[0]?.chiffres ?? null,
    apercu: premiers.map(cellsOf),
    publicUrl: context.settings.publicUrl,
    territoires: territoiresOf(territoires),
    choisi: choisi === null ? null : filesOf(choisi, territoires),
  };
}

/** Lieux that the page shows. */
const APERCU = 10;

function territoiresOf(files: readonly ExportFile[]): { territoire: string; nom: string }[] {
  return [...new Set(files.map(({ territoire }) => territoire ?? ''))].map((territoire) => ({
    territoire,
    nom: nomOfRegionOuDepartement(territoire),
  }));
}

function filesOf(territoire: string, files: readonly ExportFile[]): TerritoireAvecFichiers | null {
  const own = files.filter((file) => file.territoire === territoire);
  if (own.length === 0) return null;
  const format = (nom: string) => FORMATS[nom.split('/').at(-1) ?? '']?.name ?? nom;
  return {
    territoire,
    nom: nomOfRegionOuDepartement(territoire),
    lignes: own[0]?.lignes ?? 0,
    fichiers: own.map(({ nom, octets }) => ({ nom, octets, format: format(nom) })),
  };
}

export default function Donnees() {
  const { newest, earlier, retenu, datagouv, chiffres, apercu, publicUrl, territoires, choisi } =
    useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        title="Données ouvertes"
        lead="Tous les lieux publics de ce site, chaque jour, au format du standard national. Libres d’accès et de réutilisation, sans compte."
      />
      {retenu && newest ? (
        <Notice kind="warning" title={`Les fichiers du ${formatDate(retenu.jour)} ne sont pas publiés`}>
          <p>
            Ils paraissent faux ({retenu.motif}) : quelqu’un les regarde. Ceux du {formatDate(newest.jour)} restent en
            ligne.
          </p>
        </Notice>
      ) : null}
      {newest === null ? (
        <EmptyState title="Aucun fichier n’a encore été fait">
          <p>
            Les premiers le seront dans les minutes qui suivent le premier lieu public, puis chaque nuit à 4 h 30 (heure
            de Paris).
          </p>
        </EmptyState>
      ) : (
        <>
          <Newest made={newest} />
          <DonneesTerritoires choix={territoires} choisi={choisi} />
          <DonneesDatagouv datagouv={datagouv} />
          {chiffres ? <DonneesQualite chiffres={chiffres} /> : null}
          <DonneesApercu lignes={apercu} />
        </>
      )}
      <div className="prose">
        <h2>Licence</h2>
        <p>
          Ces données sont sous{' '}
          <a href="https://www.etalab.gouv.fr/licence-ouverte-open-licence/">
            Licence Ouverte / Open Licence version 2.0
          </a>
          . Vous pouvez les copier, les adapter et les republier, y compris pour un usage commercial, en citant leur
          source et la date du fichier. La colonne <code>source</code> dit qui a recensé chaque lieu.
        </p>
        {newest ? <DonneesCitation jour={newest.jour} publicUrl={publicUrl} /> : null}
        <Reuse publicUrl={publicUrl} />
      </div>
      {earlier.length > 0 ? <Earlier days={earlier} /> : null}
    </>
  );
}

type Made = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>['newest']>;

const FORMATS: Readonly<Record<string, { name: string; use: string }>> = {
  'lieux.csv': { name: 'CSV', use: 'tableur, import' },
  'lieux.json': { name: 'JSON', use: 'programme' },
  'lieux.geojson': { name: 'GeoJSON', use: 'carte' },
  'changements.csv': { name: 'Changements', use: 'depuis l’export d’avant (CSV)' },
  'lieux.parquet': { name: 'Parquet', use: 'analyse (GeoParquet)' },
};

function Newest({ made }: { made: Made }) {
  return (
    <section className="donnees-newest">
      <h2>Les fichiers du {formatDate(made.jour)}</h2>
      {made.demo ? (
        <Notice kind="warning" title="Ces fichiers contiennent des lieux fictifs, pour la démonstration">
          <p>Ils ne sont visibles que depuis cet ordinateur.</p>
        </Notice>
      ) : null}
      <p>
        {formatCount(made.lignes, 'lieu', 'lieux')}, dans {made.lignes === 1 ? 'son' : 'leur'} état du{' '}
        <DateText value={made.fait_le} time />. Les fichiers de lieux ont tous les mêmes. Les prochains sont faits la
        nuit qui vient, à 4 h 30 (heure de Paris).
      </p>
      <ul className="donnees-files">
        {made.fichiers.map(({ nom, octets, sha256 }) => (
          <li key={nom}>
            <a href={`/donnees/${nom}`} download>
              <strong>{FORMATS[nom]?.name ?? nom}</strong> ({formatBytes(octets)})
            </a>{' '}
            <span className="muted">
              {nom === 'changements.csv' && made.changements_depuis !== null
                ? `depuis le ${formatDate(made.changements_depuis)} (CSV)`
                : FORMATS[nom]?.use}
            </span>
            <details>
              <summary>Empreinte SHA-256</summary>
              <code className="donnees-hash">{sha256}</code>
            </details>
          </li>
        ))}
      </ul>
      <p>
        Les mêmes informations pour un programme : <a href="/donnees/manifeste.json">manifeste.json</a>.
      </p>
    </section>
  );
}

function Reuse({ publicUrl }: { publicUrl: string }) {
  return (
    <>
      <h2>Réutiliser</h2>
      <p>
        Les colonnes sont celles du standard national des lieux de médiation numérique, version 1.0.2, dans son ordre.
        Leur définition : <a href="/donnees/schema.json">schema.json</a> (Table Schema).
      </p>
      <ul>
        <li>
          Le CSV est en UTF-8, séparé par des virgules. Dans une cellule, plusieurs valeurs sont séparées par une barre
          verticale. Dans un tableur, importez-le (au lieu de l’ouvrir) et déclarez toutes les colonnes comme du texte :
          les codes postaux gardent leur zéro et rien n’est pris pour une formule.
        </li>
        <li>
          Le JSON est un tableau de lieux ; les listes sont des tableaux, ce qui est vide est absent. Un lieu y a de
          plus, s’il en a, ses <code>permanences</code> : quand quelqu’un aide sur place (<code>horaires</code>, au même
          format que ceux du lieu), avec quel <code>dispositif</code>, pour quels <code>services</code>, avec quelle{' '}
          <code>precision</code>, et à quelle <code>etape</code> quand c’est ailleurs que dans le lieu. Les{' '}
          <code>horaires</code> du lieu restent ceux où il est ouvert.
        </li>
        <li>
          Dans le GeoJSON, un lieu dont on ne connaît pas les coordonnées a une géométrie nulle : il existe, il n’est
          pas sur la carte.
        </li>
        <li>
          Le Parquet a les colonnes du standard : les listes y sont des listes, <code>date_maj</code> une date, et s’y
          ajoute <code>geometry</code> (WKB, GeoParquet 1.1). Ce qui est vide est nul.
        </li>
        <li>
          <code>changements.csv</code> dit ce qui a changé depuis l’export d’avant (le manifeste dit lequel :{' '}
          <code>changements_depuis</code>) : <code>changement</code> (ajout, modification, suppression), les{' '}
          <code>champs</code> modifiés (<code>permanences</code> aussi, que seul le JSON donne), puis le lieu tel qu’il
          est, ou tel qu’il était.
        </li>
        <li>
          Un <code>pivot</code> fait de quatorze zéros veut dire « non renseigné ».
        </li>
      </ul>
      <p>
        Ces adresses ne changent pas et donnent toujours les fichiers les plus récents. Avec l’en-tête{' '}
        <code>If-None-Match</code>, un fichier qui n’a pas changé n’est pas envoyé deux fois.
      </p>
      <p>
        <code className="donnees-command">{`curl -O --compressed ${publicUrl}/donnees/lieux.csv`}</code>
      </p>
      <p>
        Pour quelques lieux plutôt que tous, ou pour suivre ce qui change d’heure en heure, il y a{' '}
        <Link to="/api">l’API</Link>, et pour tout le monde <Link to="/carte">la carte et sa liste</Link>. Une erreur
        dans une fiche ? Signalez-la depuis la page du lieu : elle sera corrigée ici aussi.
      </p>
    </>
  );
}

function Earlier({ days }: { days: readonly Made[] }) {
  return (
    <section className="donnees-earlier">
      <h2>Les jours précédents</h2>
      <p>Les trente derniers jours sont gardés, puis le premier fichier de chaque mois.</p>
      <div className="scroll-x">
        <table>
          <thead>
            <tr>
              <th scope="col">Jour</th>
              <th scope="col">Lieux</th>
              <th scope="col">Fichiers</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ jour, lignes, fichiers }) => (
              <tr key={jour}>
                <th scope="row">
                  <DateText value={jour} />
                </th>
                <td>{formatCount(lignes, 'lieu', 'lieux')}</td>
                <td>
                  <div className="cluster">
                    {fichiers.map(({ nom }) => (
                      <a key={nom} href={`/donnees/${jour}/${nom}`} download>
                        {FORMATS[nom]?.name ?? nom}
                        <span className="visually-hidden"> du {formatDate(jour)}</span>
                      </a>
                    ))}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
