import { Form, Link } from '@remix-run/react';
import { RESULTATS } from '#app/domain/sources.ts';
import type { PassageView } from '#app/http/sources.server.ts';
import { Button } from './button.tsx';
import { DateText } from './date-text.tsx';
import { formatCount } from './format.ts';

type Passage = Omit<PassageView, 'le'> & { le: Date | string };

/** The log of a source: what each reading came to, the newest first. */
export function SourceJournal({ passages }: { passages: readonly Passage[] }) {
  return (
    <section className="stack" aria-labelledby="journal">
      <h2 id="journal">Journal des lectures</h2>
      {passages.length === 0 ? (
        <p>Aucune lecture pour le moment.</p>
      ) : (
        <ul className="queue plain-list">
          {passages.map((passage) => (
            <li key={passage.id} className="queue-row">
              <Ligne passage={passage} />
            </li>
          ))}
        </ul>
      )}
      {passages.length === 100 ? <p className="muted small">Les cent dernières lectures.</p> : null}
    </section>
  );
}

function Ligne({ passage }: { passage: Passage }) {
  const { id, le, resultat, message, bilan, depot_id, lot, annule } = passage;
  return (
    <>
      <p>
        <strong>{annule ? 'Appliqué, puis annulé' : RESULTATS[resultat]}</strong>{' '}
        <span className="muted small">
          <DateText value={le} time />
        </span>
      </p>
      {message ? <p>{message}</p> : null}
      {bilan === null ? null : <p>{countsOf(bilan)}</p>}
      {depot_id === null || bilan === null ? null : (
        <p className="cluster small">
          <Link to={`/territoire/imports/${depot_id}`}>Voir l’import</Link>
          <a href={`/territoire/imports/${depot_id}/rapport.csv`} download>
            Rapport (CSV)
          </a>
        </p>
      )}
      {resultat === 'applique' && lot !== null && !annule ? (
        <details>
          <summary>Annuler cet import</summary>
          <Form method="post" className="form">
            <p>
              Les lieux qu’il a créés seront retirés, les champs qu’il a changés retrouveront leur ancienne valeur. Ce
              que quelqu’un a changé depuis reste comme il est. Un import peut être annulé pendant un an.
            </p>
            <input type="hidden" name="passage" value={id} />
            <Button look="danger" name="intent" value="annuler">
              Annuler tout l’import
            </Button>
          </Form>
        </details>
      ) : null}
    </>
  );
}

function countsOf(bilan: NonNullable<Passage['bilan']>): string {
  const { lignes, nouvelles, modifiees, inchangees, a_completer, refusees, absents } = bilan;
  const parts = [
    formatCount(nouvelles, 'nouveau', 'nouveaux'),
    formatCount(modifiees, 'modifié', 'modifiés'),
    formatCount(inchangees, 'inchangé', 'inchangés'),
    formatCount(a_completer, 'à compléter', 'à compléter'),
    formatCount(refusees, 'refusé', 'refusés'),
    formatCount(absents, 'absent', 'absents'),
  ];
  return `${formatCount(lignes, 'ligne', 'lignes')} : ${parts.join(', ')}.`;
}
