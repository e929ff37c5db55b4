import { civilOf, dayOf, easterOf } from './dates.ts';

/** Three answers, because some facts are not known (a commune's option, a school year not published yet). */
export type Answer = 'oui' | 'non' | 'inconnu';

export interface Holiday {
  /** Day number (days since 1970-01-01). */
  jour: number;
  nom: string;
  /** False where it is a holiday in some communes of the territory only, or where the sources differ. */
  certain: boolean;
}

/**
 * The public holidays of a year in a territory (see `territoryOfLieu`), sorted by day.
 * National list: Code du travail, art. L3133-1, eleven days. Local days: see `LOCAL_HOLIDAYS`. An unknown territory has the national list.
 */
export function holidaysOf(year: number, territory: string): readonly Holiday[] {
  const key = `${year}/${territory}`;
  const known = cache.get(key);
  if (known) return known;
  const easter = easterOf(year);
  const list: Holiday[] = [
    ...FIXED.map(([month, day, nom]) => ({ jour: dayOf(year, month, day), nom, certain: true })),
    { jour: easter + 1, nom: 'lundi de Pâques', certain: true },
    { jour: easter + 39, nom: 'Ascension', certain: true },
    { jour: easter + 50, nom: 'lundi de Pentecôte', certain: true },
  ];
  for (const local of LOCAL_HOLIDAYS) {
    if (!local.territories.includes(territory) && !local.territories.includes(withoutOption(territory))) continue;
    if (local.on === 'vendredi saint' && territory.endsWith('-')) continue;
    if ((local.from !== undefined && year < local.from) || (local.to !== undefined && year > local.to)) continue;
    const jour = local.on === 'vendredi saint' ? easter - 2 : dayOf(year, local.on[0], local.on[1]);
    list.push({
      jour,
      nom: local.nom,
      certain: local.certain || (local.on === 'vendredi saint' && territory.endsWith('+')),
    });
  }
  list.sort((a, b) => a.jour - b.jour);
  if (cache.size > 2000) cache.clear();
  cache.set(key, list);
  return list;
}

/** The département or collectivity of a key, without what is known of its commune (see `territoryOfLieu`). */
export function withoutOption(territory: string): string {
  return /[+-]$/.test(territory) ? territory.slice(0, -1) : territory;
}

/** The holiday that falls on a day in a territory, a certain one first, or undefined. */
export function findHoliday(day: number, territory: string): Holiday | undefined {
  const found = holidaysOf(civilOf(day).year, territory).filter((holiday) => holiday.jour === day);
  return found.find((holiday) => holiday.certain) ?? found[0];
}

/** Whether a day is a public holiday in a territory. `inconnu`: it depends on the commune, or the sources differ. */
export function isFerie(day: number, territory: string): Answer {
  const last = lastAnswers.get(territory);
  if (last?.day === day) return last.answer;
  const holiday = findHoliday(day, territory);
  const answer: Answer = !holiday ? 'non' : holiday.certain ? 'oui' : 'inconnu';
  if (lastAnswers.size > 500) lastAnswers.clear();
  lastAnswers.set(territory, { day, answer });
  return answer;
}

/** "Open now" asks the same day of each territory for thousands of lieux. */
const lastAnswers = new Map<string, { day: number; answer: Answer }>();

const cache = new Map<string, readonly Holiday[]>();

const FIXED: readonly (readonly [number, number, string])[] = [
  [1, 1, 'jour de l’An'],
  [5, 1, 'fête du Travail'],
  [5, 8, 'victoire de 1945'],
  [7, 14, 'fête nationale'],
  [8, 15, 'Assomption'],
  [11, 1, 'Toussaint'],
  [11, 11, 'armistice de 1918'],
  [12, 25, 'Noël'],
];

interface LocalHoliday {
  territories: readonly string[];
  on: readonly [number, number] | 'vendredi saint';
  nom: string;
  certain: boolean;
  from?: number;
  to?: number;
}

/**
 * Days of one territory, each with its source. What only custom or a collective agreement gives is left out: Good Friday and 21 July
 * in the Antilles (which npm `opening_hours` counts), the Muslim feasts of Mayotte (which the Code du travail, titre outre-mer, names as
 * usages).
 * - Alsace-Moselle: Code du travail, art. L3134-13 (ordonnance du 16 août 1892): "le second jour de Noël" everywhere; Good Friday only
 *   "dans les communes ayant un temple protestant ou une église mixte", hence not certain but where the commune is known (`67+`, `67-`).
 * - Abolition of slavery: Code du travail, art. L3422-2; loi n° 83-550 du 30 juin 1983; décret n° 83-1003 du 23 novembre 1983, modified by
 *   décret n° 2012-553 du 23 avril 2012 (Saint-Barthélemy). None in Saint-Pierre-et-Miquelon, which the article does not name.
 * - Saint-Martin: the Code said 27 May, the Collectivité celebrates on 28 May: délibération du 5 novembre 2015, loi n° 2017-256 du 28
 *   février 2017, circulaires du 4 mai 2018 and du 3 mai 2019, communiqué of the préfecture du 16 mai 2019 ("le 28 mai 2019 étant
 *   considéré comme un jour férié"). A clerical error in the modified text ("28 mars") was not mended: the 27th stays uncertain since
 *   2018.
 * - Wallis-et-Futuna: no legal text was found. The calendars published agree on 28 April and 29 July (day of the statute, loi n° 61-814
 *   du 29 juillet 1961); 29 June is not in all of them, hence not certain.
 * - Polynésie française: Code du travail of Polynésie (loi du pays n° 2011-15 du 4 mai 2011): 5 March, Good Friday, and 29 June until 2024,
 *   replaced by 20 November by the loi du pays adopted on 6 May 2025; in 2025 not yet in every branch.
 * - Nouvelle-Calédonie: Accord interprofessionnel territorial, art. 74 (twelve legal days): 24 September, fête de la citoyenneté.
 */
const LOCAL_HOLIDAYS: readonly LocalHoliday[] = [
  { territories: ['57', '67', '68'], on: 'vendredi saint', nom: 'Vendredi saint', certain: false },
  { territories: ['57', '67', '68'], on: [12, 26], nom: 'Saint-Étienne', certain: true },
  { territories: ['971'], on: [5, 27], nom: "abolition de l'esclavage", certain: true },
  { territories: ['972'], on: [5, 22], nom: "abolition de l'esclavage", certain: true },
  { territories: ['973'], on: [6, 10], nom: "abolition de l'esclavage", certain: true },
  { territories: ['974'], on: [12, 20], nom: "abolition de l'esclavage", certain: true },
  { territories: ['976'], on: [4, 27], nom: "abolition de l'esclavage", certain: true },
  { territories: ['977'], on: [10, 9], nom: "abolition de l'esclavage", certain: true },
  { territories: ['978'], on: [5, 27], nom: "abolition de l'esclavage", certain: true, to: 2017 },
  { territories: ['978'], on: [5, 27], nom: "abolition de l'esclavage", certain: false, from: 2018 },
  { territories: ['978'], on: [5, 28], nom: "abolition de l'esclavage", certain: false, from: 2018, to: 2018 },
  { territories: ['978'], on: [5, 28], nom: "abolition de l'esclavage", certain: true, from: 2019 },
  { territories: ['986'], on: [4, 28], nom: 'Saint-Pierre-Chanel', certain: true },
  { territories: ['986'], on: [6, 29], nom: 'Saints-Pierre-et-Paul', certain: false },
  { territories: ['986'], on: [7, 29], nom: 'fête du Territoire', certain: true },
  { territories: ['987'], on: [3, 5], nom: "arrivée de l'Évangile", certain: true },
  { territories: ['987'], on: 'vendredi saint', nom: 'Vendredi saint', certain: true },
  { territories: ['987'], on: [6, 29], nom: "fête de l'autonomie", certain: true, to: 2024 },
  { territories: ['987'], on: [11, 20], nom: "Matari'i i ni'a", certain: false, from: 2025, to: 2025 },
  { territories: ['987'], on: [11, 20], nom: "Matari'i i ni'a", certain: true, from: 2026 },
  { territories: ['988'], on: [9, 24], nom: 'fête de la citoyenneté', certain: true },
];
