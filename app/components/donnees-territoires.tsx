import { Form } from '@remix-run/react';
import { useId } from 'react';
import { formatBytes, formatCount } from './format.ts';
import { TerritoireSelect } from './territoire-select.tsx';

/** A région or a département that has files in the newest export. */
export interface TerritoireAvecFichiers {
  /** `departement:33` or `region:75`. */
  territoire: string;
  nom: string;
  lignes: number;
  fichiers: { nom: string; format: string; octets: number }[];
}

interface DonneesTerritoiresProps {
  choix: readonly { territoire: string; nom: string }[];
  choisi: TerritoireAvecFichiers | null;
}

/** The files of one région or département, chosen in a list; without JavaScript too. */
export function DonneesTerritoires({ choix, choisi }: DonneesTerritoiresProps) {
  const id = useId();
  if (choix.length === 0) return null;
  return (
    <section className="donnees-territoires" id="territoires">
      <h2>Un seul territoire</h2>
      <p>Les mêmes fichiers, pour une région ou un département. Leurs adresses ne changent pas non plus.</p>
      <Form action="/donnees#territoires" preventScrollReset>
        <label htmlFor={id} className="field-label">
          Région ou département
        </label>
        <div className="search-row">
          <TerritoireSelect
            id={id}
            territoires={choix}
            aucun={{ value: '', label: 'Choisissez' }}
            choisi={choisi?.territoire ?? ''}
          />
          <button type="submit" className="button">
            Voir ses fichiers
          </button>
        </div>
      </Form>
      {choisi ? (
        <>
          <h3>
            {choisi.nom} : {formatCount(choisi.lignes, 'lieu', 'lieux')}
          </h3>
          <ul className="donnees-files">
            {choisi.fichiers.map(({ nom, format, octets }) => (
              <li key={nom}>
                <a href={`/donnees/${nom}`} download>
                  <strong>{format}</strong> ({formatBytes(octets)})
                </a>{' '}
                <code className="donnees-command">/donnees/{nom}</code>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}
