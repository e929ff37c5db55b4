import { Link } from '@remix-run/react';
import type { EtatDeLabel, LabelNonDeclare } from '#app/domain/labels-verifies.ts';
import { labelOfValue } from '#app/domain/libelles.ts';
import { espacePath } from '#app/http/fiche-path.ts';
import { formatDate, formatEtatDeLabel } from './format.ts';
import { Notice } from './notice.tsx';

/** Each label of a lieu that a public list can prove, and what the lists say of it. Nothing where there is none. */
export function LabelsDuLieu({
  etats,
  nonDeclares,
}: {
  etats: Readonly<Record<string, EtatDeLabel>>;
  nonDeclares: readonly LabelNonDeclare[];
}) {
  const declares = Object.entries(etats);
  if (declares.length + nonDeclares.length === 0) return null;
  return (
    <section aria-labelledby="labels" className="labels-du-lieu">
      <h2 id="labels">Labels et listes publiques</h2>
      <ul>
        {declares.map(([label, etat]) => (
          <li key={label}>
            <strong>{nomOfLabel(label)}</strong> : {formatEtatDeLabel(etat)}
          </li>
        ))}
        {nonDeclares.map(({ label, liste, date }) => (
          <li key={label}>
            <strong>{nomOfLabel(label)}</strong> : dans la liste {liste} du {formatDate(date)}, pas sur la fiche
          </li>
        ))}
      </ul>
    </section>
  );
}

/** For the structure: a list counts the lieu, and its fiche does not say so. */
export function LabelsAAjouter({ lieuId, nonDeclares }: { lieuId: string; nonDeclares: readonly LabelNonDeclare[] }) {
  return nonDeclares.map(({ label, liste, date }) => (
    <Notice key={label} title={`Ce lieu est dans la liste ${liste} du ${formatDate(date)}`}>
      <p>
        Sa fiche n’indique pas ce label. <Link to={espacePath(lieuId, 'labels')}>Ajouter le label</Link>
      </p>
    </Notice>
  ));
}

function nomOfLabel(label: string): string {
  return labelOfValue('dispositif_programmes_nationaux', label);
}
