import { civilOf, dayOf, easterOf } from './dates.ts';

/** Three answers, because some facts are not known (a commune's option, a school year not published yet). */
export type Answer = 'oui' | 'non' | 'inconnu';

export interface Holiday {
  /** Day number (days since 1970-01-01). */
  jour: number;
  nom: string;
  /** False where it is a holiday in some communes of the territory only. */
  certain: boolean;
}

/**
 * The public holidays of a year in a territory (see `territoryOfLieu`), sorted by day.
 * National list: Code du travail, art. L3133-1. Local days: see `LOCAL_HOLIDAYS`. An unknown territory has the national list.
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
    if (!local.territories.includes(territory)) continue;
    if ((local.from !== undefined && year < local.from) || (local.to !== undefined && year > local.to)) continue;
    const jour = local.on === 'vendredi saint' ? easter - 2 : dayOf(year, local.on[0], local.on[1]);
    list.push({ jour, nom: local.nom, certain: local.certain });
  }
  list.sort((a, b) => a.jour - b.jour);
  if (cache.size > 2000) cache.clear();
  cache.set(key, list);
  return list;
}

/** The holiday that falls on a day in a territory, a certain one first, or undefined. */
export function findHoliday(day: number, territory: string): Holiday | undefined {
  const found = holidaysOf(civilOf(day).year, territory).filter((holiday) => holiday.jour === day);
  return found.find((holiday) => holiday.certain) ?? found[0];
}

/** Whether a day is a public holiday in a territory. `inconnu`: it depends on the commune. */
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

/**
 * Whether a day falls in the school holidays of a territory. There is no calendar in the project yet, so that the answer is always
 * "unknown": it must never be wrong.
 */
export function isVacances(_day: number, _territory: string): Answer {
  return 'inconnu';
}

const cache = new Map<string, readonly Holiday[]>();

const FIXED: readonly (readonly [number, number, string])[] = [
  [1, 1, "jour de l'An"],
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
 * Days of one territory, each with its source.
 * - Alsace-Moselle: Code du travail, art. L3134-13: 26 December everywhere; Good Friday only "dans les communes ayant un temple
 *   protestant ou une église mixte", hence not certain.
 * - Abolition of slavery: Code du travail, art. L3422-2 (loi n° 83-550 du 30 juin 1983; décret n° 83-1003 du 23 novembre 1983). For
 *   Saint-Martin 27 May until 2018, then 28 May (loi n° 2017-256; circulaire interministérielle du 3 mai 2019; announcement of the
 *   préfecture of May 2019), while the Code still bears another date: since 2019 the 27th is therefore not certain.
 * - Polynésie française: Code du travail of Polynésie, art. LP 3323-1: 5 March, Good Friday, 29 June until 2024, replaced by
 *   20 November from 2025 on (loi du pays adopted on 6 May 2025).
 * - Nouvelle-Calédonie: Code du travail of Nouvelle-Calédonie, list of holidays: 24 September, fête de la citoyenneté.
 * - Wallis-et-Futuna: arrêté of the administrateur supérieur: 28 April, 29 June, 29 July. The three districts keep days of their own
 *   besides, which no text of the State lists.
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
  { territories: ['978'], on: [5, 27], nom: "abolition de l'esclavage", certain: true, to: 2018 },
  { territories: ['978'], on: [5, 27], nom: "abolition de l'esclavage", certain: false, from: 2019 },
  { territories: ['978'], on: [5, 28], nom: "abolition de l'esclavage", certain: true, from: 2019 },
  { territories: ['986'], on: [4, 28], nom: 'Saint-Pierre-Chanel', certain: true },
  { territories: ['986'], on: [6, 29], nom: 'Saints-Pierre-et-Paul', certain: true },
  { territories: ['986'], on: [7, 29], nom: 'fête du Territoire', certain: true },
  { territories: ['987'], on: [3, 5], nom: "arrivée de l'Évangile", certain: true },
  { territories: ['987'], on: 'vendredi saint', nom: 'Vendredi saint', certain: true },
  { territories: ['987'], on: [6, 29], nom: "fête de l'autonomie", certain: true, to: 2024 },
  { territories: ['987'], on: [11, 20], nom: "Matari'i i ni'a", certain: true, from: 2025 },
  { territories: ['988'], on: [9, 24], nom: 'fête de la citoyenneté', certain: true },
];
