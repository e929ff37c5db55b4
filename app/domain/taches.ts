import { readDepartement } from './territoire.ts';

/** What asks people to look at a lieu. */
export type TacheGenre = 'liste_quittee' | 'siret_ferme';

interface Genre {
  name: TacheGenre;
  label: string;
  /** What a person may say of it, the likeliest first. */
  issues: readonly { name: string; label: string }[];
}

export const GENRES: readonly Genre[] = [
  {
    name: 'liste_quittee',
    label: 'Label qui n’est plus dans sa liste',
    issues: [
      { name: 'corrige', label: 'La fiche est corrigée' },
      { name: 'maintenu', label: 'Le lieu a bien ce label' },
      { name: 'sans_suite', label: 'Classer sans suite' },
    ],
  },
  {
    name: 'siret_ferme',
    label: 'Fermeture possible',
    issues: [
      { name: 'ouvert', label: 'Le lieu est toujours ouvert' },
      { name: 'corrige', label: 'Le SIRET est corrigé' },
      { name: 'ferme', label: 'Le lieu a fermé' },
      { name: 'sans_suite', label: 'Classer sans suite' },
    ],
  },
];

/** A text as a kind of task; undefined where it is none. */
export function readGenre(text: string): Genre | undefined {
  return GENRES.find(({ name }) => name === text);
}

/** How a task ended, in words. */
export function labelOfIssue(genre: string, issue: string): string {
  if (issue === 'sans_objet') return 'n’a plus lieu d’être';
  return readGenre(genre)?.issues.find(({ name }) => name === issue)?.label ?? issue;
}

/** What is looked at in the list of tasks. */
export interface TacheFilters {
  departement: string | null;
  genre: TacheGenre | null;
}

/** Reads filters from an address. What is not a filter's value is no filter. */
export function readTacheFilters(params: URLSearchParams): TacheFilters {
  return {
    departement: readDepartement(params),
    genre: readGenre(params.get('genre') ?? '')?.name ?? null,
  };
}
