import { csvLine } from './formats.ts';
import { nomOfRegionOuDepartement } from './territoire.ts';

/**
 * The state of the commons in one territory: counts of public lieux, by SQL alone. A lieu is as fresh as the later of its `date_maj` and
 * of its last confirmation here.
 */
export interface Chiffres {
  lieux: number;
  /** Kept by a structure that signs in here. */
  avec_structure: number;
  /** Updated or confirmed less than 3 months ago, 3 to 6, 6 to 12, over 12. */
  maj_moins_3_mois: number;
  maj_3_a_6_mois: number;
  maj_6_a_12_mois: number;
  maj_plus_12_mois: number;
  /** Each: lieux that say it. */
  avec_contact: number;
  avec_telephone: number;
  avec_courriel: number;
  avec_horaires: number;
  avec_services: number;
  avec_position: number;
  avec_modalites_acces: number;
  avec_accompagnement: number;
  avec_frais: number;
  avec_rendez_vous: number;
  /** Lieux that say a label which an official list can prove, and those of them that are in such a list. */
  labels_declares: number;
  labels_verifies: number;
  /** Lieux that look like another one, until somebody decides. */
  doublons_possibles: number;
  /** Of the communes of today, and of their population (Insee). */
  communes: number;
  communes_avec_lieu: number;
  population: number;
  population_avec_lieu: number;
}

export type ChiffreName = keyof Chiffres;

/** Figures of a territory: `france`, `region:75`, `departement:33`. */
export interface ChiffresDuTerritoire {
  territoire: string;
  chiffres: Chiffres;
}

export const FRANCE = 'france';

/** The columns of the open data in their order, and what each counts. */
export const COLONNES: Readonly<Record<ChiffreName, string>> = {
  lieux: 'lieux publics',
  avec_structure: 'dont la fiche est tenue par une structure qui se connecte ici',
  maj_moins_3_mois: 'mis à jour (date_maj) ou confirmés ici il y a moins de 3 mois',
  maj_3_a_6_mois: 'il y a 3 à 6 mois',
  maj_6_a_12_mois: 'il y a 6 à 12 mois',
  maj_plus_12_mois: 'il y a plus de 12 mois',
  avec_contact: 'avec un téléphone, un courriel, un site ou un rendez-vous en ligne',
  avec_telephone: 'avec un téléphone',
  avec_courriel: 'avec un courriel',
  avec_horaires: 'avec des horaires lisibles, ou des permanences',
  avec_services: 'qui disent leurs services',
  avec_position: 'avec des coordonnées, fussent-elles approchées',
  avec_modalites_acces: 'qui disent comment y accéder',
  avec_accompagnement: 'qui disent comment on y est accompagné',
  avec_frais: 'qui disent ce que cela coûte',
  avec_rendez_vous: 'où l’on prend rendez-vous en ligne',
  labels_declares: 'qui disent un label national (France Services, Aidants Connect, Conseillers numériques)',
  labels_verifies: 'dont au moins un de ces labels est confirmé par la liste officielle',
  doublons_possibles: 'qui ressemblent à un autre, tant que personne n’a tranché',
  communes: 'communes du territoire',
  communes_avec_lieu: 'communes qui ont au moins un lieu (un arrondissement compte pour sa commune)',
  population: 'habitants (Insee)',
  population_avec_lieu: 'habitants des communes qui ont au moins un lieu',
};

/** Their names alone. */
export const CHIFFRES = Object.keys(COLONNES).filter((name): name is ChiffreName => name in COLONNES);

/** What a citizen misses most first, in the words of the pages. */
export const COMPLETUDE: readonly { name: ChiffreName; label: string }[] = [
  { name: 'avec_contact', label: 'Un moyen de les joindre' },
  { name: 'avec_horaires', label: 'Horaires ou permanences' },
  { name: 'avec_services', label: 'Services' },
  { name: 'avec_position', label: 'Position sur la carte' },
  { name: 'avec_telephone', label: 'Téléphone' },
  { name: 'avec_courriel', label: 'Courriel' },
  { name: 'avec_modalites_acces', label: 'Comment venir ou être aidé' },
  { name: 'avec_accompagnement', label: 'Accompagnement (seul, à deux, en atelier)' },
  { name: 'avec_frais', label: 'Prix' },
  { name: 'avec_rendez_vous', label: 'Rendez-vous en ligne' },
];

export const FRAICHEUR: readonly { name: ChiffreName; label: string }[] = [
  { name: 'maj_moins_3_mois', label: 'moins de 3 mois' },
  { name: 'maj_3_a_6_mois', label: '3 à 6 mois' },
  { name: 'maj_6_a_12_mois', label: '6 à 12 mois' },
  { name: 'maj_plus_12_mois', label: 'plus de 12 mois' },
];

/** A figure that compares territories of any size; null where it cannot be said. */
export interface Indicateur {
  name: IndicateurName;
  label: string;
  /** What the number is, after it. */
  unite: '%' | 'pour 10 000 habitants';
  valeur: (chiffres: Chiffres) => number | null;
  /** Upper bounds of the classes of the map, the last one open; null: five classes of as many territories. */
  bornes: readonly number[] | null;
}

export type IndicateurName = 'densite' | 'fraicheur' | 'horaires' | 'contact' | 'couverture';

const PARTS = [20, 40, 60, 80];

export const INDICATEURS: readonly [Indicateur, ...Indicateur[]] = [
  {
    name: 'densite',
    label: 'Lieux pour 10 000 habitants',
    unite: 'pour 10 000 habitants',
    valeur: ({ lieux, population }) => (population === 0 ? null : (lieux / population) * 10_000),
    bornes: null,
  },
  {
    name: 'fraicheur',
    label: 'Mis à jour ou confirmés depuis moins de 12 mois',
    unite: '%',
    valeur: (c) => part(c.lieux - c.maj_plus_12_mois, c.lieux),
    bornes: PARTS,
  },
  {
    name: 'horaires',
    label: 'Avec horaires ou permanences',
    unite: '%',
    valeur: (c) => part(c.avec_horaires, c.lieux),
    bornes: PARTS,
  },
  {
    name: 'contact',
    label: 'Avec un moyen de les joindre',
    unite: '%',
    valeur: (c) => part(c.avec_contact, c.lieux),
    bornes: PARTS,
  },
  {
    name: 'couverture',
    label: 'Habitants dont la commune a un lieu',
    unite: '%',
    valeur: (c) => part(c.population_avec_lieu, c.population),
    bornes: PARTS,
  },
];

/** In percent; null of nothing. */
function part(count: number, of: number): number | null {
  return of === 0 ? null : (count / of) * 100;
}

/** The bounds of the classes of the map: the indicator's own, or those that part these values in five. */
export function bornesOf({ bornes }: Pick<Indicateur, 'bornes'>, valeurs: readonly number[]): readonly number[] {
  if (bornes !== null) return bornes;
  const sorted = [...valeurs].sort((a, b) => a - b);
  const fifths = [1, 2, 3, 4].map((n) => sorted[Math.floor((n * sorted.length) / 5)] ?? 0);
  return [...new Set(fifths.map((borne) => Math.round(borne * 100) / 100))].filter((borne) => borne > 0);
}

/** In which class of the map a value is, from 0. */
export function classeOf(value: number, bornes: readonly number[]): number {
  const index = bornes.findIndex((borne) => value < borne);
  return index < 0 ? bornes.length : index;
}

/** `Gironde`, `Nouvelle-Aquitaine`, `France`; the code itself where it is not known. */
export function nomDuTerritoire(territoire: string): string {
  return territoire === FRANCE ? 'France' : nomOfRegionOuDepartement(territoire);
}

/** The figures of a day as CSV (RFC 4180): a line a territory. */
export function statistiquesToCsv(jour: string, lignes: readonly ChiffresDuTerritoire[]): string {
  const head = csvLine(['jour', 'territoire', 'type', 'code', 'nom', ...CHIFFRES]);
  const lines = lignes.map(({ territoire, chiffres }) => {
    const [type = '', code = ''] = territoire.split(':');
    const counts = CHIFFRES.map((name) => String(chiffres[name]));
    return csvLine([jour, territoire, type, code, nomDuTerritoire(territoire), ...counts]);
  });
  return head + lines.join('');
}
