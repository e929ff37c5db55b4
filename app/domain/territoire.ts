/**
 * Communes, départements, régions, EPCI: what their codes mean and which lieux they hold.
 * Codes are INSEE's (code officiel géographique) and SIREN for EPCI; names are those of the COG.
 */

export interface Commune {
  code_insee: string;
  nom: string;
  codes_postaux: readonly string[];
  departement: string;
  region: string;
  /** SIREN of its EPCI à fiscalité propre; null for islands without one and collectivités d'outre-mer. */
  epci: string | null;
  population: number;
  centre: { latitude: number; longitude: number } | null;
}

export interface CommuneIndex {
  /** Also takes the code of an arrondissement municipal, of a commune déléguée or associée, or one that has been replaced. */
  findByInsee(code: string): Commune | undefined;
  /** The communes of today that a postcode serves, most populated first (never an arrondissement: 75012 gives Paris). */
  listByCodePostal(codePostal: string): readonly Commune[];
  /** Communes of that name whatever the case, accents, hyphens, St for Saint; most populated first. */
  listByNom(nom: string, departement?: string): readonly Commune[];
  /** The communes of today, without arrondissements. */
  all(): readonly Commune[];
}

/** What of a place tells in which commune it is. */
export interface CommuneDeLieu {
  code_insee: string | null;
  code_postal: string | null;
  commune: string | null;
}

/**
 * The commune of a lieu. The INSEE code decides; without it the postcode, with the name where it serves several communes; undefined
 * where these do not tell.
 */
export function communeOfLieu(
  { code_insee, code_postal, commune }: CommuneDeLieu,
  communes: CommuneIndex,
): Commune | undefined {
  const known = code_insee === null ? undefined : communes.findByInsee(code_insee);
  if (known || code_postal === null) return known;
  const served = communes.listByCodePostal(code_postal);
  if (served.length <= 1 || commune === null) return served.length === 1 ? served[0] : undefined;
  const named = new Set(communes.listByNom(commune).map((candidate) => candidate.code_insee));
  return served.find((candidate) => named.has(candidate.code_insee));
}

export type TerritoireType = 'region' | 'departement' | 'epci' | 'commune';

export interface Territoire {
  type: TerritoireType;
  code: string;
}

/** What one must know of a lieu to say which territoires hold it. */
export interface Situation {
  code_insee: string | null;
  code_postal: string | null;
  departement: string | null;
  region: string | null;
  epci: string | null;
}

export const REGIONS: readonly { code: string; nom: string }[] = table(
  '01 Guadeloupe|02 Martinique|03 Guyane|04 La Réunion|06 Mayotte|11 Île-de-France|24 Centre-Val de Loire|' +
    '27 Bourgogne-Franche-Comté|28 Normandie|32 Hauts-de-France|44 Grand Est|52 Pays de la Loire|53 Bretagne|' +
    "75 Nouvelle-Aquitaine|76 Occitanie|84 Auvergne-Rhône-Alpes|93 Provence-Alpes-Côte d'Azur|94 Corse|" +
    '975 Saint-Pierre-et-Miquelon|977 Saint-Barthélemy|978 Saint-Martin|' +
    '984 Terres australes et antarctiques françaises|986 Wallis et Futuna|987 Polynésie française|' +
    '988 Nouvelle-Calédonie|989 Île de Clipperton',
);

const DEPARTEMENTS_BY_REGION: Readonly<Record<string, string>> = {
  '01': '971 Guadeloupe',
  '02': '972 Martinique',
  '03': '973 Guyane',
  '04': '974 La Réunion',
  '06': '976 Mayotte',
  '11': "75 Paris|77 Seine-et-Marne|78 Yvelines|91 Essonne|92 Hauts-de-Seine|93 Seine-Saint-Denis|94 Val-de-Marne|95 Val-d'Oise",
  '24': '18 Cher|28 Eure-et-Loir|36 Indre|37 Indre-et-Loire|41 Loir-et-Cher|45 Loiret',
  '27': "21 Côte-d'Or|25 Doubs|39 Jura|58 Nièvre|70 Haute-Saône|71 Saône-et-Loire|89 Yonne|90 Territoire de Belfort",
  '28': '14 Calvados|27 Eure|50 Manche|61 Orne|76 Seine-Maritime',
  '32': '02 Aisne|59 Nord|60 Oise|62 Pas-de-Calais|80 Somme',
  '44': '08 Ardennes|10 Aube|51 Marne|52 Haute-Marne|54 Meurthe-et-Moselle|55 Meuse|57 Moselle|67 Bas-Rhin|68 Haut-Rhin|88 Vosges',
  '52': '44 Loire-Atlantique|49 Maine-et-Loire|53 Mayenne|72 Sarthe|85 Vendée',
  '53': "22 Côtes-d'Armor|29 Finistère|35 Ille-et-Vilaine|56 Morbihan",
  '75': '16 Charente|17 Charente-Maritime|19 Corrèze|23 Creuse|24 Dordogne|33 Gironde|40 Landes|47 Lot-et-Garonne|64 Pyrénées-Atlantiques|79 Deux-Sèvres|86 Vienne|87 Haute-Vienne',
  '76': '09 Ariège|11 Aude|12 Aveyron|30 Gard|31 Haute-Garonne|32 Gers|34 Hérault|46 Lot|48 Lozère|65 Hautes-Pyrénées|66 Pyrénées-Orientales|81 Tarn|82 Tarn-et-Garonne',
  '84': '01 Ain|03 Allier|07 Ardèche|15 Cantal|26 Drôme|38 Isère|42 Loire|43 Haute-Loire|63 Puy-de-Dôme|69 Rhône|73 Savoie|74 Haute-Savoie',
  '93': '04 Alpes-de-Haute-Provence|05 Hautes-Alpes|06 Alpes-Maritimes|13 Bouches-du-Rhône|83 Var|84 Vaucluse',
  '94': '2A Corse-du-Sud|2B Haute-Corse',
  '975': '975 Saint-Pierre-et-Miquelon',
  '977': '977 Saint-Barthélemy',
  '978': '978 Saint-Martin',
  '984': '984 Terres australes et antarctiques françaises',
  '986': '986 Wallis et Futuna',
  '987': '987 Polynésie française',
  '988': '988 Nouvelle-Calédonie',
  '989': '989 Île de Clipperton',
};

/** Départements, and the collectivités d'outre-mer that stand in their place, by code. */
export const DEPARTEMENTS: readonly { code: string; nom: string; region: string }[] = REGIONS.flatMap((region) =>
  table(DEPARTEMENTS_BY_REGION[region.code] ?? '').map((departement) => ({ ...departement, region: region.code })),
).sort((a, b) => (a.code < b.code ? -1 : 1));

const REGION_BY_CODE = new Map(REGIONS.map((region) => [region.code, region]));
const DEPARTEMENT_BY_CODE = new Map(DEPARTEMENTS.map((departement) => [departement.code, departement]));

/** Département of an INSEE commune code: '33063' → '33', '2A004' → '2A', '97411' → '974'; null where the code names none. */
export function departementOfInsee(code: string): string | null {
  if (!/^(?:\d{5}|2[AB]\d{3})$/.test(code)) return null;
  return known(code.startsWith('97') || code.startsWith('98') ? code.slice(0, 3) : code.slice(0, 2));
}

/**
 * Département that a postcode belongs to, as La Poste numbers them: '20200' → '2B', '97133' → '977'; null where none.
 * Some thirty communes are served from the département next door (01200 also serves Éloise, 74): the commune decides where it is known.
 */
export function departementOfCodePostal(codePostal: string): string | null {
  if (!/^\d{5}$/.test(codePostal)) return null;
  const exception = POSTCODES_APART.get(codePostal);
  if (exception) return exception;
  if (codePostal.startsWith('20')) return /^20[01]/.test(codePostal) ? '2A' : /^20[26]/.test(codePostal) ? '2B' : null;
  return known(/^9[78]/.test(codePostal) ? codePostal.slice(0, 3) : codePostal.slice(0, 2));
}

const POSTCODES_APART = new Map([
  ['97133', '977'],
  ['97150', '978'],
  ['98799', '989'],
]);

/** Région of a département, null where the code names none. */
export function regionOfDepartement(code: string): string | null {
  return DEPARTEMENT_BY_CODE.get(code)?.region ?? null;
}

/** Name of a département or collectivité, null where the code names none. */
export function nomOfDepartement(code: string): string | null {
  return DEPARTEMENT_BY_CODE.get(code)?.nom ?? null;
}

/** The département that an address asks to look at; null where it names none. */
export function readDepartement(params: URLSearchParams): string | null {
  const code = params.get('departement') ?? '';
  return DEPARTEMENT_BY_CODE.has(code) ? code : null;
}

/** Name of a région, null where the code names none. */
export function nomOfRegion(code: string): string | null {
  return REGION_BY_CODE.get(code)?.nom ?? null;
}

/** `Nouvelle-Aquitaine` of `region:75`, `Gironde` of `departement:33`; the text itself where it names neither. */
export function nomOfRegionOuDepartement(territoire: string): string {
  const [type, code = ''] = territoire.split(':');
  return (type === 'region' ? nomOfRegion(code) : nomOfDepartement(code)) ?? territoire;
}

/**
 * Reads `region:75`, `departement:33`, `epci:243300316`, `commune:33063`. Null where the form is wrong, or where the
 * région or département does not exist; whether an EPCI or a commune exists is known by the reference data only.
 */
export function parseTerritoire(text: string): Territoire | null {
  const match = /^(region|departement|epci|commune):([0-9AB]+)$/.exec(text);
  const [, type, code] = match ?? [];
  if (!code) return null;
  if (type === 'region') return REGION_BY_CODE.has(code) ? { type, code } : null;
  if (type === 'departement') return DEPARTEMENT_BY_CODE.has(code) ? { type, code } : null;
  if (type === 'epci') return /^\d{9}$/.test(code) ? { type, code } : null;
  if (type === 'commune') return departementOfInsee(code) ? { type, code } : null;
  return null;
}

/** Writes what `parseTerritoire` reads. */
export function formatTerritoire(territoire: Territoire): string {
  return `${territoire.type}:${territoire.code}`;
}

/**
 * Whether a territoire holds a lieu. Paris, Lyon and Marseille hold their arrondissements; an arrondissement holds the
 * lieux that have its code, or its city's code and its postcode.
 */
export function territoireContains(territoire: Territoire, lieu: Situation): boolean {
  const { type, code } = territoire;
  if (type === 'epci') return lieu.epci === code;
  if (type === 'commune') {
    if (lieu.code_insee === null) return false;
    if (lieu.code_insee === code || communeOfArrondissement(lieu.code_insee) === code) return true;
    const city = communeOfArrondissement(code);
    if (city === null || city !== lieu.code_insee || lieu.code_postal === null) return false;
    return arrondissementOfCodePostal(lieu.code_postal) === code;
  }
  const departement = lieu.departement ?? (lieu.code_insee === null ? null : departementOfInsee(lieu.code_insee));
  if (type === 'departement') return departement === code;
  return (lieu.region ?? (departement === null ? null : regionOfDepartement(departement))) === code;
}

const CITIES = [
  { commune: '75056', first: 75101, last: 75120, postcode: 75001 },
  { commune: '69123', first: 69381, last: 69389, postcode: 69001 },
  { commune: '13055', first: 13201, last: 13216, postcode: 13001 },
];

/** '75112' → '75056': the city of an arrondissement municipal of Paris, Lyon or Marseille; null for any other code. */
export function communeOfArrondissement(code: string): string | null {
  const number = Number(code);
  return CITIES.find((city) => number >= city.first && number <= city.last)?.commune ?? null;
}

/** '75012' → '75112': the INSEE code of the arrondissement that a postcode names ('75116' is the 16th too); null for any other. */
export function arrondissementOfCodePostal(codePostal: string): string | null {
  if (codePostal === '75116') return '75116';
  if (!/^\d{5}$/.test(codePostal)) return null;
  const number = Number(codePostal);
  const city = CITIES.find(({ first, last, postcode }) => number >= postcode && number <= postcode + last - first);
  return city ? String(city.first + number - city.postcode) : null;
}

/** For search and comparison: lower case, no accents, ligatures spread out, whatever is not a letter or digit as one space. */
export function normalizeText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .replace(/æ/g, 'ae')
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** In normalised text, `st`, `ste`, `sts`, `stes` become `saint`, `sainte`, `saints`, `saintes`: people write both. */
export function expandSaints(normalized: string): string {
  return normalized.replace(/\bst(e?s?)\b/g, 'saint$1');
}

function known(departement: string): string | null {
  return DEPARTEMENT_BY_CODE.has(departement) ? departement : null;
}

function table(text: string): { code: string; nom: string }[] {
  return text.split('|').map((entry) => {
    const space = entry.indexOf(' ');
    return { code: entry.slice(0, space), nom: entry.slice(space + 1) };
  });
}
