import { Link } from '@remix-run/react';
import { FILTER_FIELDS } from '#app/domain/filter-fields.ts';
import { labelOfValue } from '#app/domain/libelles.ts';
import { nomOfDepartement, nomOfRegion, type Territoire } from '#app/domain/territoire.ts';
import { type Filtres, formatFiltres, labelOfOuvert } from './filters.ts';

/** What is filtered, each as a link that takes it away. Nothing where nothing is. */
export function ActiveFilters({ filtres }: { filtres: Filtres }) {
  const active = listActive(filtres);
  if (active.length === 0) return null;
  return (
    <ul className="carte-tags" aria-label="Filtres choisis">
      {active.map(({ label, without }) => (
        <li key={label}>
          <Link to={carteHref({ ...without, page: 1 })} className="carte-tag" preventScrollReset>
            {label}
            <span aria-hidden="true"> ×</span>
            <span className="visually-hidden"> : retirer ce filtre</span>
          </Link>
        </li>
      ))}
      {active.length > 1 ? (
        <li>
          <Link
            to={carteHref({ ...filtres, champs: {}, territoires: [], ouvert: null, rdv: false, page: 1 })}
            preventScrollReset
          >
            Tout retirer
          </Link>
        </li>
      ) : null}
    </ul>
  );
}

/** The address of the page for some filters. */
export function carteHref(filtres: Filtres): string {
  const search = formatFiltres(filtres).toString();
  return search === '' ? '/carte' : `/carte?${search}`;
}

function listActive(filtres: Filtres): { label: string; without: Filtres }[] {
  const { champs, territoires, ouvert, rdv } = filtres;
  const values = FILTER_FIELDS.flatMap((field) =>
    (champs[field] ?? []).map((value, _, all) => ({
      label: labelOfValue(field, value),
      without: { ...filtres, champs: { ...champs, [field]: all.filter((other) => other !== value) } },
    })),
  );
  return [
    ...values,
    ...territoires.map((territoire) => ({
      label: labelOfTerritoire(territoire),
      without: { ...filtres, territoires: territoires.filter((other) => other !== territoire) },
    })),
    ...(ouvert === null ? [] : [{ label: labelOfOuvert(ouvert), without: { ...filtres, ouvert: null } }]),
    ...(rdv ? [{ label: 'Rendez-vous en ligne', without: { ...filtres, rdv: false } }] : []),
  ];
}

function labelOfTerritoire({ type, code }: Territoire): string {
  if (type === 'region') return nomOfRegion(code) ?? code;
  if (type === 'departement') return nomOfDepartement(code) ?? code;
  return type === 'epci' ? `Intercommunalité ${code}` : `Commune ${code}`;
}
