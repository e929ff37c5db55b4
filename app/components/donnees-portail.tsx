import { Link } from '@remix-run/react';
import { typeOfExport } from '#app/domain/exports.ts';
import { FIELDS } from '#app/domain/standard.ts';
import { type Chiffres, INDICATEURS } from '#app/domain/statistiques.ts';
import { formatDate, formatNumber } from './format.ts';
import { Barres } from './statistiques-barres.tsx';

/** What the files are worth, in a few figures; the others are on a page of their own. */
export function DonneesQualite({ chiffres }: { chiffres: Chiffres }) {
  if (chiffres.lieux === 0) return null;
  const parts = INDICATEURS.filter(({ name }) => name === 'fraicheur' || name === 'horaires' || name === 'contact');
  return (
    <section className="donnees-quality" aria-labelledby="qualite">
      <h2 id="qualite">Ce qu’elles valent</h2>
      <Barres
        total={100}
        lignes={[
          ...parts.map(({ label, valeur }) => ({ label, compte: valeur(chiffres) ?? 0 })),
          { label: 'Avec une position', compte: (chiffres.avec_position / chiffres.lieux) * 100 },
        ]}
        parts
      />
      <p>
        Chaque fichier est contrôlé contre le standard avant d’être publié : un lieu qui ne le suit pas est mis de côté.
        Le détail par région et par département : <Link to="/statistiques">l’état des lieux</Link>,{' '}
        <a href="/donnees/statistiques.csv">statistiques.csv</a>,{' '}
        <a href="/donnees/statistiques.json">statistiques.json</a>.
      </p>
    </section>
  );
}

/** The first lines, with the standard's columns. */
export function DonneesApercu({ lignes }: { lignes: readonly (readonly string[])[] }) {
  if (lignes.length === 0) return null;
  return (
    <section className="donnees-preview" aria-labelledby="apercu">
      <h2 id="apercu">Aperçu</h2>
      <p>
        {lignes.length === 1
          ? 'Le seul lieu, tel qu’il est maintenant.'
          : `Les ${formatNumber(lignes.length)} premiers lieux, tels qu’ils sont maintenant.`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached from the keyboard */}
      <section className="scroll-x" tabIndex={0} aria-label="Aperçu des lieux">
        <table>
          <thead>
            <tr>
              {FIELDS.map(({ name }) => (
                <th key={name} scope="col">
                  <code>{name}</code>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lignes.map((cells) => (
              <tr key={cells[0]}>
                {cells.map((cell, index) => (
                  <td key={FIELDS[index]?.name}>{shortened(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

const LONGEST = 60;

function shortened(cell: string): string {
  return cell.length > LONGEST ? `${[...cell].slice(0, LONGEST).join('')}…` : cell;
}

/** How to name these data in an article, a map or another program. */
export function DonneesCitation({ jour, publicUrl }: { jour: string; publicUrl: string }) {
  const url = `${publicUrl}/donnees`;
  return (
    <>
      <h2>Citer</h2>
      <p>
        <q className="donnees-cite">{`Lieu à jour, Lieux de médiation numérique, export du ${formatDate(jour)}, ${url}, Licence Ouverte 2.0`}</q>
      </p>
      <details>
        <summary>En BibTeX</summary>
        <pre className="donnees-command">{bibtexOf(jour, url)}</pre>
      </details>
    </>
  );
}

function bibtexOf(jour: string, url: string): string {
  const fields = {
    title: 'Lieux de médiation numérique',
    author: '{Lieu à jour}',
    year: jour.slice(0, 4),
    version: jour,
    url,
    note: 'Licence Ouverte 2.0',
  };
  const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}}`);
  return `@misc{lieu-a-jour-${jour},\n${lines.join(',\n')}\n}`;
}

/** The dataset for search engines of data (https://schema.org/Dataset). */
export function describeDataset(
  made: { jour: string; fait_le: Date | string; fichiers: readonly { nom: string; octets: number; sha256: string }[] },
  publicUrl: string,
  description: string,
) {
  return {
    '@context': 'https://schema.org',
    '@type': 'Dataset',
    name: 'Lieux de médiation numérique',
    description,
    url: `${publicUrl}/donnees`,
    inLanguage: 'fr',
    isAccessibleForFree: true,
    license: 'https://www.etalab.gouv.fr/licence-ouverte-open-licence/',
    creator: { '@type': 'Organization', name: 'Lieu à jour', url: publicUrl },
    keywords: ['médiation numérique', 'inclusion numérique', 'conseillers numériques', 'France services'],
    spatialCoverage: { '@type': 'Place', name: 'France' },
    version: made.jour,
    dateModified: new Date(made.fait_le).toISOString(),
    distribution: made.fichiers.map(({ nom, octets, sha256 }) => ({
      '@type': 'DataDownload',
      name: nom,
      contentUrl: `${publicUrl}/donnees/${nom}`,
      encodingFormat: typeOfExport(nom).split(';')[0],
      contentSize: `${octets} B`,
      sha256,
    })),
  };
}
