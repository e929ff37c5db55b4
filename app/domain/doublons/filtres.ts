import { readDepartement } from '../territoire.ts';

/** What is looked at in the list of duplicates. */
export interface DoublonFilters {
  departement: string | null;
  certitude: Certitude | null;
}

type Certitude = 'certain' | 'probable';

/** How sure the search is of a pair, in words. */
export const CERTITUDES: readonly { name: Certitude; label: string }[] = [
  { name: 'certain', label: 'Presque certain' },
  { name: 'probable', label: 'Probable' },
];

/** Reads filters from an address. What is not a filter's value is no filter. */
export function readDoublonFilters(params: URLSearchParams): DoublonFilters {
  return {
    departement: readDepartement(params),
    certitude: CERTITUDES.find(({ name }) => name === params.get('certitude'))?.name ?? null,
  };
}
