/**
 * The school holidays that are known, by zone. Facts only: what no source says, or on which two sources differ, is left out, and is then
 * "unknown". To add a year: the data set `fr-en-calendrier-scolaire` of data.education.gouv.fr (its `start_date` is the day of departure,
 * its `end_date` the day of resumption, both midnights of Paris told in UTC), or the arrêté of the académie; move the end of `connu`.
 */
export interface CalendrierScolaire {
  /** Where the dates come from. */
  source: string;
  /** Days between which every holiday is listed: from the first (in) to the second (out), AAAA-MM-JJ. */
  connu: readonly Dates[];
  /** Day of departure (after class), day of resumption. */
  vacances: readonly Dates[];
  /** Days without class that are not holidays for everyone: from the first (in) to the second (out). */
  ponts: readonly Dates[];
}

type Dates = readonly [string, string];

/**
 * The arrêté published in the JORF of 8 December 2022 for 2025-2026 and the national calendar of 2026-2027, both as in the data set
 * `fr-en-calendrier-scolaire` of September 2026. The resumption of September 2027 was not published: nothing is known from the
 * departure of 3 July 2027 on.
 */
const NATIONAL_SOURCE = 'data.education.gouv.fr, fr-en-calendrier-scolaire';
const CONNU: readonly Dates[] = [['2025-09-01', '2027-07-04']];
const ETE_2026: Dates = ['2026-07-04', '2026-09-01'];
const TOUSSAINT_2025: Dates = ['2025-10-18', '2025-11-03'];
const NOEL_2025: Dates = ['2025-12-20', '2026-01-05'];
const TOUSSAINT_2026: Dates = ['2026-10-17', '2026-11-02'];
const NOEL_2026: Dates = ['2026-12-19', '2027-01-04'];
const ETE_2027: Dates = ['2027-07-03', '2027-07-04'];
const ASCENSION: readonly Dates[] = [
  ['2026-05-15', '2026-05-18'],
  ['2027-05-07', '2027-05-10'],
];

/** A zone of the mainland: all but the winter and spring holidays is common to the three. */
function zone(hiver2026: Dates, printemps2026: Dates, hiver2027: Dates, printemps2027: Dates): CalendrierScolaire {
  return {
    source: NATIONAL_SOURCE,
    connu: CONNU,
    vacances: [
      TOUSSAINT_2025,
      NOEL_2025,
      hiver2026,
      printemps2026,
      ETE_2026,
      TOUSSAINT_2026,
      NOEL_2026,
      hiver2027,
      printemps2027,
      ETE_2027,
    ],
    ponts: ASCENSION,
  };
}

export const CALENDRIERS: Readonly<Record<string, CalendrierScolaire>> = {
  A: zone(
    ['2026-02-07', '2026-02-23'],
    ['2026-04-04', '2026-04-20'],
    ['2027-02-13', '2027-03-01'],
    ['2027-04-10', '2027-04-26'],
  ),
  B: zone(
    ['2026-02-14', '2026-03-02'],
    ['2026-04-11', '2026-04-27'],
    ['2027-02-20', '2027-03-08'],
    ['2027-04-17', '2027-05-03'],
  ),
  C: zone(
    ['2026-02-21', '2026-03-09'],
    ['2026-04-18', '2026-05-04'],
    ['2027-02-06', '2027-02-22'],
    ['2027-04-03', '2027-04-19'],
  ),
  // Its own calendar (Code de l'éducation, art. D521-6). Of 2026-2027 only Christmas was seen.
  corse: {
    source:
      'académie de Corse (calendrier 2025-2026, Corse Net Infos, 18 août 2025) ; data.education.gouv.fr pour Noël 2026',
    connu: [['2025-09-09', '2026-07-05']],
    vacances: [
      TOUSSAINT_2025,
      NOEL_2025,
      ['2026-02-14', '2026-03-02'],
      ['2026-04-11', '2026-04-27'],
      ['2026-07-04', '2026-07-05'],
      NOEL_2026,
    ],
    ponts: [
      ['2025-12-08', '2025-12-09'],
      ['2026-05-15', '2026-05-18'],
    ],
  },
  martinique: {
    source: 'académie de Martinique, arrêté du 21 mars 2023 fixant le calendrier 2025-2026',
    connu: [['2025-09-01', '2026-07-05']],
    vacances: [
      TOUSSAINT_2025,
      NOEL_2025,
      ['2026-02-07', '2026-02-23'],
      ['2026-03-28', '2026-04-13'],
      ['2026-07-04', '2026-07-05'],
    ],
    ponts: [['2026-05-13', '2026-05-18']],
  },
  // Sources differ by a day on the departures of 16 March and 5 May 2027, and by a week on that of July 2027.
  reunion: {
    source:
      'académie de La Réunion, calendriers 2025-2026 et 2026-2027 ; commission permanente de la Région, 13 juin 2025',
    connu: [
      ['2025-08-19', '2027-03-16'],
      ['2027-03-17', '2027-05-05'],
      ['2027-05-07', '2027-07-03'],
    ],
    vacances: [
      ['2025-10-11', '2025-10-27'],
      ['2025-12-19', '2026-01-21'],
      ['2026-02-28', '2026-03-16'],
      ['2026-05-02', '2026-05-18'],
      ['2026-07-04', '2026-08-18'],
      ['2026-10-10', '2026-10-26'],
      ['2026-12-19', '2027-02-01'],
      ['2027-03-16', '2027-03-30'],
      ['2027-05-05', '2027-05-19'],
    ],
    ponts: [],
  },
  'nouvelle-caledonie': {
    source: 'direction de l’enseignement de la Nouvelle-Calédonie, calendriers scolaires 2025 et 2026',
    connu: [['2025-02-17', '2026-12-20']],
    vacances: [
      ['2025-04-05', '2025-04-21'],
      ['2025-06-07', '2025-06-23'],
      ['2025-08-09', '2025-08-25'],
      ['2025-10-11', '2025-10-27'],
      ['2025-12-20', '2026-02-16'],
      ['2026-04-04', '2026-04-20'],
      ['2026-06-06', '2026-06-22'],
      ['2026-08-08', '2026-08-24'],
      ['2026-10-10', '2026-10-26'],
      ['2026-12-19', '2026-12-20'],
    ],
    ponts: [],
  },
};

/**
 * Which calendar holds where, by territory (see `territoryOfLieu`). Académies of the zones: arrêté fixing the calendar, art. 3 (A: Besançon,
 * Bordeaux, Clermont-Ferrand, Dijon, Grenoble, Limoges, Lyon, Poitiers; B: Aix-Marseille, Amiens, Lille, Nancy-Metz, Nantes, Nice,
 * Normandie, Orléans-Tours, Reims, Rennes, Strasbourg; C: Créteil, Montpellier, Paris, Toulouse, Versailles): since 2016 a region lies in
 * one zone. `20` is the Corsica of postcodes. No calendar could be verified for Guadeloupe, Saint-Martin, Saint-Barthélemy, Guyane,
 * Mayotte, Saint-Pierre-et-Miquelon, Polynésie française and Wallis-et-Futuna.
 */
export const ZONE_OF_TERRITORY: Readonly<Record<string, string>> = {
  ...territories(
    'A',
    '01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86 87 89 90',
  ),
  ...territories(
    'B',
    '02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59 60 61 62 67 68 72 76 80 83 84 85 88',
  ),
  ...territories('C', '09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95'),
  ...territories('corse', '2A 2B 20'),
  ...territories('martinique', '972'),
  ...territories('reunion', '974'),
  ...territories('nouvelle-caledonie', '988'),
};

function territories(zoneName: string, codes: string): Record<string, string> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, zoneName]));
}
