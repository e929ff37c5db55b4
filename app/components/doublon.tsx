import { Link } from '@remix-run/react';
import type { Difference } from '#app/domain/doublons/fusion.ts';
import { fichePath, lieuSegment } from '#app/http/fiche-path.ts';
import { Badge } from './badge.tsx';
import { formatDate, formatTelephone } from './format.ts';
import { departementLabel } from './revision-queue.tsx';

/** One of two fiches that may be one lieu. */
export interface FicheOfPaire {
  id: string;
  nom: string | null;
  commune: string | null;
  departement: string | null;
  source: string | null;
  date_maj: string | null;
  claimed: boolean;
  isPublic: boolean;
}

/** How likely it is, and why: what speaks for it and against it. */
export function Raisons({ certain, raisons }: { certain: boolean; raisons: readonly string[] }) {
  return (
    <p className="cluster">
      <Badge tone={certain ? 'success' : 'warning'}>{certain ? 'Presque certain' : 'Probable'}</Badge>
      <span>{raisons.join(' · ')}</span>
    </p>
  );
}

/** Two fiches side by side: where each comes from, then what they do not say alike. */
export function PaireTable({
  a,
  b,
  differences,
  caption,
}: {
  a: FicheOfPaire;
  b: FicheOfPaire;
  differences: readonly Difference[];
  caption: string;
}) {
  return (
    <table className="doublon-table">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">
            <FicheTitle fiche={a} rank="1" />
          </th>
          <th scope="col">
            <FicheTitle fiche={b} rank="2" />
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Vient de</th>
          <td>{originOf(a)}</td>
          <td>{originOf(b)}</td>
        </tr>
        {differences.map((difference) => (
          <tr key={difference.key}>
            <th scope="row">{difference.label}</th>
            <td>{sideOf(difference, 'a')}</td>
            <td>{sideOf(difference, 'b')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What one of the two says. */
export function sideOf(difference: Difference, side: 'a' | 'b'): string {
  const words = difference[side];
  return difference.key === 'telephone' && words.startsWith('+') ? formatTelephone(words) : words;
}

/** Where a fiche comes from and how old it is, in a line. */
export function originOf({ source, date_maj, claimed }: FicheOfPaire): string {
  const parts = [source ?? 'source inconnue', date_maj === null ? null : `à jour du ${formatDate(date_maj)}`];
  return [...parts, claimed ? 'a une structure responsable' : null].filter(Boolean).join(', ');
}

/** `Gap, 05 Hautes-Alpes`. */
export function placeOf({ commune, departement }: Pick<FicheOfPaire, 'commune' | 'departement'>): string {
  return [commune, departement && departementLabel(departement)].filter(Boolean).join(' · ');
}

function FicheTitle({ fiche, rank }: { fiche: FicheOfPaire; rank: string }) {
  return (
    <>
      Fiche {rank}
      <br />
      <Link to={fiche.isPublic ? fichePath({ id: fiche.id }) : `/moderation/lieux/${lieuSegment(fiche.id)}`}>
        {fiche.isPublic ? 'voir la fiche publique' : 'voir l’historique'}
      </Link>
    </>
  );
}
