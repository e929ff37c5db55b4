import { DateText } from './date-text.tsx';
import { Notice } from './notice.tsx';

/** What is published on data.gouv.fr, for those who take the data. */
export interface DatagouvVu {
  /** The page of the dataset. */
  page: string;
  /** Day of the export that is there. */
  jour: string;
}

/** Where else the data are. Nothing where they are only here. */
export function DonneesDatagouv({ datagouv }: { datagouv: DatagouvVu | null }) {
  if (datagouv === null) return null;
  return (
    <p>
      Ces fichiers sont aussi sur <a href={datagouv.page}>data.gouv.fr</a>, remplacés chaque nuit à la même adresse
      (derniers reçus : ceux du <DateText value={datagouv.jour} />
      ).
    </p>
  );
}

/** How the publication goes, for those who look after it. */
export interface DatagouvEtatVu {
  page: string | null;
  publie_jour: string | null;
  publie_le: Date | string | null;
  erreur: string | null;
  erreur_le: Date | string | null;
  reprise_le: Date | string | null;
}

/** The last publication on data.gouv.fr and, where the last attempt failed, why. Nothing where nothing is published there. */
export function DatagouvEtat({ etat }: { etat: DatagouvEtatVu | null }) {
  if (etat === null) return null;
  const { page, publie_jour, publie_le, erreur, erreur_le, reprise_le } = etat;
  return (
    <section aria-labelledby="datagouv">
      <h2 id="datagouv">Publication sur data.gouv.fr</h2>
      {publie_jour === null || publie_le === null ? (
        <p>Les fichiers n’y ont pas encore été publiés.</p>
      ) : (
        <p>
          Fichiers du <DateText value={publie_jour} />, publiés le <DateText value={publie_le} time />
          {page === null ? null : (
            <>
              {' : '}
              <a href={page}>voir le jeu de données</a>
            </>
          )}
        </p>
      )}
      {erreur === null || erreur_le === null ? null : (
        <Notice kind="warning" title="Le dernier essai n’a pas abouti">
          <p>
            {erreur} (<DateText value={erreur_le} time />)
          </p>
          <p>
            {reprise_le === null ? (
              'Quelqu’un doit y remédier : un courriel dit comment. Un nouvel essai est fait demain.'
            ) : (
              <>
                Nouvel essai à partir du <DateText value={reprise_le} time />.
              </>
            )}
          </p>
        </Notice>
      )}
    </section>
  );
}
