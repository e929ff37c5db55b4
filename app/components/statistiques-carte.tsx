import { Link } from '@remix-run/react';
import { CONTOURS_VIEWBOX, type Contour, LEGENDES_OUTRE_MER } from '#app/carte/outlines.ts';
import { formatIndicateur, formatNumber } from './format.ts';

/** A département on the map of figures. */
export interface DepartementColore {
  code: string;
  nom: string;
  /** Null: nothing to say. */
  valeur: number | null;
  /** From 0, the palest; null with `valeur`. */
  classe: number | null;
  href: string;
}

interface StatistiquesCarteProps {
  titre: string;
  unite: string;
  bornes: readonly number[];
  contours: readonly Contour[];
  departements: readonly DepartementColore[];
}

/** Départements in five shades. The table below says the same, and more: the drawing is for the eye and the mouse alone. */
export function StatistiquesCarte({ titre, unite, bornes, contours, departements }: StatistiquesCarteProps) {
  const byCode = new Map(departements.map((departement) => [departement.code, departement]));
  return (
    <figure className="stats-map">
      <svg viewBox={CONTOURS_VIEWBOX} aria-hidden="true" focusable="false">
        {contours.map(({ code, d }) => {
          const departement = byCode.get(code);
          if (!departement) return null;
          const { nom, valeur, classe, href } = departement;
          const said = valeur === null ? 'aucun lieu' : `${formatIndicateur(valeur)} ${unite}`;
          return (
            <Link key={code} to={href} tabIndex={-1} preventScrollReset>
              <path d={d} className={classe === null ? 'stats-none' : `stats-class-${classe}`}>
                <title>{`${nom} (${code})\u00a0: ${said}`}</title>
              </path>
            </Link>
          );
        })}
        {LEGENDES_OUTRE_MER.map(({ code, x, y }) => (
          <text key={code} x={x} y={y}>
            {byCode.get(code)?.nom ?? code}
          </text>
        ))}
      </svg>
      <figcaption>
        <p>
          <strong>{titre}</strong>, par département
        </p>
        <ul className="stats-legend">
          {[...bornes, null].map((borne, index) => (
            <li key={borne}>
              <span className={`stats-swatch stats-class-${index}`} />
              {labelOfClasse(bornes[index - 1] ?? null, borne)}
            </li>
          ))}
          <li>
            <span className="stats-swatch stats-none" />
            aucun lieu
          </li>
        </ul>
      </figcaption>
    </figure>
  );
}

function labelOfClasse(from: number | null, to: number | null): string {
  if (from === null) return to === null ? 'au moins un lieu' : `moins de ${formatNumber(to)}`;
  return to === null ? `${formatNumber(from)} ou plus` : `${formatNumber(from)} à ${formatNumber(to)}`;
}
