import type { DoublonFilters } from './doublons/filtres.ts';
import type { TacheFilters } from './taches.ts';
import { readDepartement } from './territoire.ts';

/** What a moderator looks at in the queue. */
export interface QueueFilters {
  departement: string | null;
  risque: Risque | null;
  /** Modifications that have waited for at least so many days. */
  jours: number | null;
}

export type Risque = 'eleve' | 'moyen' | 'faible';

export const NO_FILTER: QueueFilters = { departement: null, risque: null, jours: null };

/** From which score (0 to 100, see `riskOf`) a modification is of that risk, the highest first. */
export const RISQUES: readonly { name: Risque; from: number; label: string }[] = [
  { name: 'eleve', from: 60, label: 'Risque élevé' },
  { name: 'moyen', from: 30, label: 'Risque moyen' },
  { name: 'faible', from: 0, label: 'Risque faible' },
];

/** Ages offered in the filter, in days. */
export const AGES: readonly number[] = [1, 3, 7, 30];

/** The risk of a score. */
export function risqueOf(score: number): Risque {
  return RISQUES.find(({ from }) => score >= from)?.name ?? 'faible';
}

/** The scores of a risk, the upper bound left out; null where there is none. */
export function scoresOf(risque: Risque): { from: number; below: number | null } {
  const index = RISQUES.findIndex(({ name }) => name === risque);
  return { from: RISQUES[index]?.from ?? 0, below: RISQUES[index - 1]?.from ?? null };
}

/** Reads filters from an address. What is not a filter's value is no filter. */
export function readQueueFilters(params: URLSearchParams): QueueFilters {
  const jours = params.get('jours') ?? '';
  return {
    departement: readDepartement(params),
    risque: RISQUES.find(({ name }) => name === params.get('risque'))?.name ?? null,
    jours: /^[1-9]\d{0,3}$/.test(jours) ? Number(jours) : null,
  };
}

/** The filters of an address that mean nothing, by name, given what was read of it: the page says that it has ignored them. */
export function ignoredFilters(params: URLSearchParams, read: QueueFilters | DoublonFilters | TacheFilters): string[] {
  const filters: Record<string, unknown> = { ...read };
  return Object.keys(filters).filter((name) => params.get(name) && filters[name] === null);
}

/** The query string that these filters are read from, `?` included, with what else goes along; '' where there is nothing to say. */
export function queueSearch(
  filters: QueueFilters | DoublonFilters | TacheFilters,
  more: Readonly<Record<string, string>> = {},
): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filters, ...more }))
    if (value !== null) params.set(name, String(value));
  return params.size === 0 ? '' : `?${params}`;
}
