/** What a lieu lacks, for whoever animates its territory: a filter of the list, and what to ask when one calls. */
export interface Manque {
  name: ManqueName;
  /** Of one lieu: `Sans horaires`. */
  label: string;
  /** What to ask the person who answers; null where a call does not help. */
  question: string | null;
  /** How much it matters to somebody who looks for help: the sheet of calls begins with the heaviest sums. */
  poids: number;
}

export type ManqueName =
  | 'non_public'
  | 'horaires'
  | 'horaires_a_preciser'
  | 'contact'
  | 'telephone'
  | 'courriel'
  | 'services'
  | 'position'
  | 'acces'
  | 'ancien';

/** In the order of the form, and of what is asked. */
export const MANQUES: readonly Manque[] = [
  {
    name: 'non_public',
    label: 'Pas encore public',
    question: 'Quels sont le nom exact et l’adresse complète, avec le code postal\u00a0?',
    poids: 5,
  },
  {
    name: 'horaires',
    label: 'Sans horaires',
    question: 'Quels jours et à quelles heures peut-on venir se faire aider\u00a0?',
    poids: 5,
  },
  {
    name: 'horaires_a_preciser',
    label: 'Horaires peu clairs',
    question: 'Les horaires écrits ne sont pas clairs\u00a0: lesquels sont justes, jour par jour\u00a0?',
    poids: 4,
  },
  {
    name: 'contact',
    label: 'Sans aucun contact',
    question: null,
    poids: 4,
  },
  { name: 'telephone', label: 'Sans téléphone', question: null, poids: 2 },
  {
    name: 'courriel',
    label: 'Sans courriel',
    question: 'À quelle adresse de courriel peut-on écrire au lieu\u00a0?',
    poids: 1,
  },
  { name: 'services', label: 'Sans services', question: 'Pour quoi peut-on se faire aider ici\u00a0?', poids: 4 },
  {
    name: 'position',
    label: 'Sans position sur la carte',
    question: 'Quelle est l’adresse exacte où le public est reçu\u00a0?',
    poids: 3,
  },
  {
    name: 'acces',
    label: 'Sans modalités d’accès',
    question: 'Faut-il prendre rendez-vous, ou peut-on venir directement\u00a0?',
    poids: 1,
  },
  {
    name: 'ancien',
    label: 'Pas mis à jour depuis un an',
    question: 'Ce que dit la fiche est-il toujours juste\u00a0: adresse, horaires, aide proposée\u00a0?',
    poids: 3,
  },
];

/** The manques of these names, in their order; other names are passed over. */
export function manquesOf(names: readonly string[]): Manque[] {
  return MANQUES.filter(({ name }) => names.includes(name));
}

/** The manque that an address asks to look at; null where it names none. */
export function readManque(params: URLSearchParams): ManqueName | null {
  return MANQUES.find(({ name }) => name === params.get('manque'))?.name ?? null;
}

/** Ages of a fiche that the list can be filtered by, in months. */
export const MOIS: readonly number[] = [6, 12, 24];

/** What someone looks at in the lieux of a territory. */
export interface LieuxFilters {
  /** Words of the name or the commune. */
  q: string | null;
  manque: ManqueName | null;
  /** Not updated for at least so many months. */
  mois: number | null;
  /** Whether somebody has taken charge of it. */
  responsable: 'sans' | 'avec' | null;
}

/** Reads filters from an address. What is not a filter's value is no filter. */
export function readLieuxFilters(params: URLSearchParams): LieuxFilters {
  const q = (params.get('q') ?? '').replaceAll('\0', '').trim().slice(0, 100);
  const mois = Number(params.get('mois'));
  const responsable = params.get('responsable');
  return {
    q: q === '' ? null : q,
    manque: readManque(params),
    mois: MOIS.includes(mois) ? mois : null,
    responsable: responsable === 'sans' || responsable === 'avec' ? responsable : null,
  };
}

/** The query string that these filters are read from, `?` included, with what else goes along; '' where there is nothing to say. */
export function lieuxSearch(filters: Partial<LieuxFilters>, more: Readonly<Record<string, string>> = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filters, ...more }))
    if (value !== null) params.set(name, String(value));
  return params.size === 0 ? '' : `?${params}`;
}

/** The local day `months` months before one, AAAA-MM-JJ; the last of its month where that month is shorter. */
export function monthsBefore(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 - months, Math.min(date, last))).toISOString().slice(0, 10);
}
