import { Link } from '@remix-run/react';

/** The way through a list by places in it rather than by numbers: what comes or goes meanwhile moves no page. */
export function PagesSuivantes({
  path,
  search,
  precedents = null,
  debut = precedents !== null,
  suivants,
}: {
  path: string;
  /** The query string of the list with these parameters. */
  search: (more: Readonly<Record<string, string>>) => string;
  /** Places, null where there is nothing on that side. */
  precedents?: string | null;
  /** Whether this is not the beginning. */
  debut?: boolean;
  suivants: string | null;
}) {
  if (!debut && suivants === null) return null;
  return (
    <nav className="pagination" aria-label="Pages de la liste">
      <ul>
        {debut ? (
          <li>
            <Link to={path + search({})}>Début</Link>
          </li>
        ) : null}
        {precedents ? (
          <li>
            <Link to={path + search({ avant: precedents })} rel="prev">
              Précédente
            </Link>
          </li>
        ) : null}
        {suivants ? (
          <li>
            <Link to={path + search({ apres: suivants })} rel="next">
              Suivante
            </Link>
          </li>
        ) : null}
      </ul>
    </nav>
  );
}
