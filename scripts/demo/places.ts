import { arrondissementOfCodePostal, type Commune, type CommuneIndex, DEPARTEMENTS } from '#app/domain/territoire.ts';
import type { Random } from './random.ts';

/** Where a demonstration lieu stands: a commune of today, or an arrondissement of Paris, Lyon or Marseille. */
export interface Place {
  commune: string;
  /** For names: "Paris 12e". */
  label: string;
  code_postal: string;
  code_insee: string;
  departement: string;
  region: string;
  population: number;
  centre: Commune['centre'];
}

/** How many lieux each département gets: a few for everyone, the rest by population (largest remainder). */
export function shareByDepartement(communes: CommuneIndex, total: number): Map<string, number> {
  const population = new Map<string, number>();
  for (const { departement, population: people } of communes.all()) {
    population.set(departement, (population.get(departement) ?? 0) + people);
  }
  const inhabited = DEPARTEMENTS.map(({ code }) => ({ code, people: population.get(code) ?? 0 })).filter(
    (d) => d.people > 0,
  );
  const country = inhabited.reduce((sum, { people }) => sum + people, 0);
  const left = total - AT_LEAST * inhabited.length;
  const shares = inhabited.map(({ code, people }) => ({ code, exact: (left * people) / country }));
  const missing = left - shares.reduce((sum, { exact }) => sum + Math.floor(exact), 0);
  const favoured = new Set(
    [...shares]
      .sort((a, b) => (b.exact % 1) - (a.exact % 1))
      .slice(0, missing)
      .map(({ code }) => code),
  );
  return new Map(shares.map(({ code, exact }) => [code, AT_LEAST + Math.floor(exact) + (favoured.has(code) ? 1 : 0)]));
}

const AT_LEAST = 4;

/** Draws places of a département, towns more often than villages; a few are communes whose centre nobody knows. */
export function createPlaceDraw(communes: CommuneIndex): (random: Random, departement: string) => Place {
  const located = new Map<string, Draw>();
  const others = new Map<string, Draw>();
  for (const commune of communes.all()) {
    if (commune.codes_postaux.length === 0 || commune.population === 0) continue;
    const draws = commune.centre ? located : others;
    const draw = draws.get(commune.departement) ?? { communes: [], upTo: [] };
    draws.set(commune.departement, draw);
    draw.communes.push(commune);
    draw.upTo.push((draw.upTo.at(-1) ?? 0) + commune.population);
  }
  return (random, departement) => {
    const usual = located.get(departement) ?? others.get(departement);
    const draw = random.chance(0.012) ? (others.get(departement) ?? usual) : usual;
    if (!draw) throw new RangeError(`nobody lives in ${departement}`);
    return placeOf(random, drawCommune(random, draw), communes);
  };
}

/** The place of a known commune, with that postcode (else one of its own). */
export function placeAt(communes: CommuneIndex, code_insee: string, code_postal: string): Place {
  const commune = communes.findByInsee(code_insee);
  if (!commune) throw new RangeError(`no commune ${code_insee}`);
  return { ...commune, commune: commune.nom, label: commune.nom, code_postal };
}

interface Draw {
  communes: Commune[];
  /** Running sum of the populations. */
  upTo: number[];
}

function drawCommune(random: Random, { communes, upTo }: Draw): Commune {
  const target = random.next() * (upTo.at(-1) ?? 0);
  const commune = communes[upTo.findIndex((sum) => target < sum)] ?? communes[0];
  if (!commune) throw new RangeError('no commune to draw from');
  return commune;
}

function placeOf(random: Random, commune: Commune, communes: CommuneIndex): Place {
  const code_postal = random.pick(commune.codes_postaux);
  const arrondissement = communes.findByInsee(arrondissementOfCodePostal(code_postal) ?? '');
  const { departement, region } = commune;
  if (!arrondissement) {
    return { ...commune, commune: commune.nom, label: commune.nom, code_postal, departement, region };
  }
  return {
    commune: commune.nom,
    label: `${commune.nom} ${arrondissement.nom.replace(/^\D*/, '').replace(/ .*$/, '')}`,
    code_postal,
    code_insee: arrondissement.code_insee,
    departement,
    region,
    population: arrondissement.population,
    centre: arrondissement.centre ?? ARRONDISSEMENTS[arrondissement.code_insee] ?? null,
  };
}

/** Middles of the arrondissements of Paris and Lyon, to the nearest street. */
const ARRONDISSEMENTS: Readonly<Record<string, { latitude: number; longitude: number }>> = {
  75101: { latitude: 48.8625, longitude: 2.3363 },
  75102: { latitude: 48.8683, longitude: 2.3428 },
  75103: { latitude: 48.8629, longitude: 2.36 },
  75104: { latitude: 48.8543, longitude: 2.3576 },
  75105: { latitude: 48.8444, longitude: 2.3507 },
  75106: { latitude: 48.8491, longitude: 2.3329 },
  75107: { latitude: 48.8562, longitude: 2.3122 },
  75108: { latitude: 48.8727, longitude: 2.3126 },
  75109: { latitude: 48.8772, longitude: 2.3375 },
  75110: { latitude: 48.8761, longitude: 2.3607 },
  75111: { latitude: 48.8591, longitude: 2.38 },
  75112: { latitude: 48.8405, longitude: 2.389 },
  75113: { latitude: 48.8284, longitude: 2.3623 },
  75114: { latitude: 48.8292, longitude: 2.3266 },
  75115: { latitude: 48.84, longitude: 2.2929 },
  75116: { latitude: 48.8604, longitude: 2.27 },
  75117: { latitude: 48.8873, longitude: 2.3068 },
  75118: { latitude: 48.8926, longitude: 2.3482 },
  75119: { latitude: 48.8871, longitude: 2.3848 },
  75120: { latitude: 48.8635, longitude: 2.4012 },
  69381: { latitude: 45.77, longitude: 4.829 },
  69382: { latitude: 45.753, longitude: 4.829 },
  69383: { latitude: 45.76, longitude: 4.855 },
  69384: { latitude: 45.778, longitude: 4.828 },
  69385: { latitude: 45.757, longitude: 4.809 },
  69386: { latitude: 45.77, longitude: 4.851 },
  69387: { latitude: 45.734, longitude: 4.84 },
  69388: { latitude: 45.735, longitude: 4.87 },
  69389: { latitude: 45.778, longitude: 4.804 },
};

/** Some hundred metres around the middle of the commune, further in a large one; degrees with six decimals. */
export function drawPosition(
  random: Random,
  { centre, population }: Place,
): { latitude: number | null; longitude: number | null } {
  if (!centre || random.chance(0.005)) return { latitude: null, longitude: null };
  const km = Math.min(1.6, 0.2 + Math.sqrt(population) / 300) * Math.sqrt(random.next());
  const angle = random.next() * 2 * Math.PI;
  const latitude = centre.latitude + (km * Math.sin(angle)) / 111.2;
  const longitude = centre.longitude + (km * Math.cos(angle)) / (111.2 * Math.cos((centre.latitude * Math.PI) / 180));
  return { latitude: round(latitude), longitude: round(longitude) };
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}

/**
 * A telephone that rings nowhere. Metropolitan France: the ranges that Arcep keeps for works of fiction (décision
 * n° 2018-0881, annexe: 01 99 00, 02 61 91, 03 53 01, 04 65 71, 05 36 49, 06 39 98). Overseas has none: blocks that begin with 00.
 */
export function drawTelephone(random: Random, { departement, region }: Place): string {
  const digits = (count: number) => String(random.int(0, 10 ** count - 1)).padStart(count, '0');
  const overseas = OVERSEAS[departement];
  if (overseas) return `${overseas.prefix}${digits(overseas.digits)}`;
  if (random.chance(0.06)) return `+3363998${digits(4)}`;
  return `+33${FICTION[zoneOf(departement, region)]}${digits(4)}`;
}

const FICTION = { 1: '19900', 2: '26191', 3: '35301', 4: '46571', 5: '53649' } as const;

const OVERSEAS: Readonly<Record<string, { prefix: string; digits: number }>> = {
  971: { prefix: '+59059000', digits: 4 },
  972: { prefix: '+59659600', digits: 4 },
  973: { prefix: '+59459400', digits: 4 },
  974: { prefix: '+26226200', digits: 4 },
  975: { prefix: '+50800', digits: 4 },
  976: { prefix: '+26226900', digits: 4 },
  977: { prefix: '+59059000', digits: 4 },
  978: { prefix: '+59059000', digits: 4 },
  986: { prefix: '+68100', digits: 4 },
  987: { prefix: '+6894000', digits: 4 },
  988: { prefix: '+68700', digits: 4 },
};

/** Leading digit of fixed lines before 2023, still what people expect. */
function zoneOf(departement: string, region: string): keyof typeof FICTION {
  if (region === '11') return 1;
  if (['24', '28', '52', '53'].includes(region)) return 2;
  if (['27', '32', '44'].includes(region)) return 3;
  if (['84', '93', '94'].includes(region) || ['11', '30', '34', '48', '66'].includes(departement)) return 4;
  return 5;
}
