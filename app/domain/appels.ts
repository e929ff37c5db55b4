import { type ManqueName, readManque } from './manques.ts';
import type { SectionName } from './sections.ts';
import { readDepartement } from './territoire.ts';

/** What came of a call to a lieu, as the database knows it. */
export const ISSUES = ['juste', 'corrige', 'sans_reponse', 'numero_faux', 'ferme'] as const;

export type Issue = (typeof ISSUES)[number];

/** How people read an outcome. */
export const ISSUE_LABELS: Readonly<Record<Issue, string>> = {
  juste: 'Joint, tout est juste',
  corrige: 'Joint, à corriger',
  sans_reponse: 'Ne répond pas',
  numero_faux: 'Numéro faux',
  ferme: 'Le lieu a fermé',
};

/** Outcomes after which there is nothing more to ask for a while. */
export const JOINTES: readonly Issue[] = ['juste', 'corrige'];

/** Days during which a lieu that was reached is not to be called again. */
export const JOURS_SANS_RAPPEL = 90;

/** The words of an outcome that may be none. */
export function issueLabel(value: unknown): string {
  const issue = ISSUES.find((known) => known === value);
  return issue ? ISSUE_LABELS[issue].toLowerCase() : 'résultat inconnu';
}

/** Lieux on one page of the sheet: few on screen, more to print at once. */
export const TAILLES: readonly number[] = [20, 50, 100];

/** Which part of the sheet someone looks at. */
export interface AppelFilters {
  /** Lieux that can be called, or those whose number is to be found first. */
  numero: 'avec' | 'sans';
  taille: number;
  /** Only lieux that lack this. */
  manque: ManqueName | null;
  departement: string | null;
}

/** Reads which part of the sheet an address asks for; the first one where it says nothing that means something. */
export function readAppelFilters(params: URLSearchParams): AppelFilters {
  const taille = Number(params.get('taille'));
  return {
    numero: params.get('numero') === 'sans' ? 'sans' : 'avec',
    taille: TAILLES.includes(taille) ? taille : (TAILLES[0] ?? 20),
    manque: readManque(params),
    departement: readDepartement(params),
  };
}

/** The query string that these filters are read from, `?` included, with what else goes along; '' for the beginning of the sheet. */
export function appelSearch(
  { numero, taille, manque, departement }: AppelFilters,
  more: Readonly<Record<string, string>> = {},
): string {
  const params = new URLSearchParams({
    ...(numero === 'sans' && { numero }),
    ...(taille !== TAILLES[0] && { taille: String(taille) }),
    ...(manque !== null && { manque }),
    ...(departement !== null && { departement }),
    ...more,
  });
  return params.size === 0 ? '' : `?${params}`;
}

/** Where to correct a lieu first, from what it lacks. */
export function sectionToCorrect(manques: readonly string[]): SectionName {
  if (manques.includes('non_public')) return 'coordonnees';
  if (manques.includes('horaires') || manques.includes('horaires_a_preciser')) return 'horaires';
  if (manques.includes('services')) return 'services';
  if (manques.includes('acces')) return 'acces';
  return 'coordonnees';
}
