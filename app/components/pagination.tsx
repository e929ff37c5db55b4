import { Link } from '@remix-run/react';

interface PaginationProps {
  page: number;
  pages: number;
  /** The address of a page: keeps the filters of the query. */
  hrefOf: (page: number) => string;
  label?: string;
}

/** Numbered pages: the first, the last, and those around this one. Nothing where there is only one. */
export function Pagination({ page, pages, hrefOf, label = 'Pages de la liste' }: PaginationProps) {
  if (pages < 2) return null;
  return (
    <nav className="pagination" aria-label={label}>
      <ul>
        {page > 1 ? (
          <li>
            <Link to={hrefOf(page - 1)} rel="prev">
              Précédente
            </Link>
          </li>
        ) : null}
        {pageNumbers(page, pages).map((number, index, all) => (
          <li key={number}>
            {index > 0 && number - (all[index - 1] ?? number) > 1 ? (
              <span className="pagination-gap" aria-hidden="true">
                …
              </span>
            ) : null}
            <Link to={hrefOf(number)} aria-current={number === page ? 'page' : undefined}>
              <span className="visually-hidden">Page </span>
              {number}
            </Link>
          </li>
        ))}
        {page < pages ? (
          <li>
            <Link to={hrefOf(page + 1)} rel="next">
              Suivante
            </Link>
          </li>
        ) : null}
      </ul>
    </nav>
  );
}

function pageNumbers(page: number, pages: number): number[] {
  const near = [1, page - 1, page, page + 1, pages];
  return [...new Set(near)].filter((number) => number >= 1 && number <= pages).sort((a, b) => a - b);
}
