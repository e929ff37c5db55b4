import { distanceKm, type Position } from '../coordonnees.ts';
import {
  type Commune,
  type CommuneIndex,
  communeOfArrondissement,
  departementOfCodePostal,
  normalizeText,
} from '../territoire.ts';

/** Where a lieu says that it is: three fields that should tell the same commune. Valid by form, or ''. */
export interface Place {
  commune: string;
  code_postal: string;
  code_insee: string;
}

export interface PlaceChange {
  field: keyof Place;
  /** '' where the value is left out. */
  value: string;
  message: string;
}

/** Beyond this, a commune and a postcode (or a position) of the same département still contradict each other, in km. */
const FAR = 30;
const FAR_POSITION = 50;

/**
 * Fills and mends commune, code_postal and code_insee by each other. A value follows from the others when only one answer
 * is possible; when two agree against the third, the third is mended or left out; when two contradict each other with no
 * third, one is left out and it is said which. Nothing is guessed.
 */
export function mendPlace(place: Place, communes: CommuneIndex): PlaceChange[] {
  const changes: PlaceChange[] = [];
  const current = { ...place };
  const set = (field: keyof Place, value: string, message: string): void => {
    current[field] = value;
    changes.push({ field, value, message });
  };
  mendInsee(current, communes, set);
  mendCommuneText(current, communes, set);
  settle(current, communes, set);
  if (current.code_postal === '' && current.code_insee !== '') {
    const [only, ...others] = communes.findByInsee(current.code_insee)?.codes_postaux ?? [];
    if (only && others.length === 0) set('code_postal', only, 'code postal tiré du code INSEE');
  }
  return changes;
}

type Set = (field: keyof Place, value: string, message: string) => void;

/** An INSEE code that is nobody's; an old one of Corsica (20004) that has become 2A or 2B. */
function mendInsee(place: Place, communes: CommuneIndex, set: Set): void {
  const { code_insee: code } = place;
  const old = code.startsWith('20');
  if (code === '' || (!old && communes.findByInsee(code))) return;
  const corsican = old
    ? ['2A', '2B'].flatMap((departement) => communes.findByInsee(departement + code.slice(2)) ?? [])
    : [];
  const possible = corsican.filter((commune) => serves(commune, place, communes) && hasName(commune, place, communes));
  const [only] = possible;
  if (only && possible.length === 1) set('code_insee', only.code_insee, 'ancien code INSEE de Corse remplacé');
  else set('code_insee', '', 'Ce code INSEE n’est celui d’aucune commune.');
}

/** `NANCY CEDEX`, `PARIS 7 TSA10717`, `MARSEILLE 11`, `49350 GENNES-VAL-DE-LOIRE` → the commune, if its name is one. */
function mendCommuneText(place: Place, communes: CommuneIndex, set: Set): void {
  const { commune } = place;
  if (!/\d|\b(?:cedex|bp|cs|tsa|arrondissement|arrdt)\b/i.test(commune)) return;
  const bare = commune
    .replace(/^\s*(?:F-?)?\d{5}\s+/i, '')
    .replace(/[\s,-]+\b(?:cedex|bp|cs|tsa)\b.*$/i, '')
    .replace(/\s*\(?\s*\d{5}\)?\s*$/, '')
    .trim();
  const found = named(bare, place, communes);
  if (found) set('commune', cityOf(found, communes).nom, 'commune seule gardée');
}

function settle(place: Place, communes: CommuneIndex, set: Set): void {
  const { commune, code_postal, code_insee } = place;
  const byInsee = code_insee === '' ? undefined : communes.findByInsee(code_insee);
  const served = code_postal === '' ? [] : communes.listByCodePostal(code_postal);
  if (commune === '') {
    if (byInsee && serves(byInsee, place, communes)) {
      set('commune', cityOf(byInsee, communes).nom, 'commune tirée du code INSEE');
    } else if (byInsee) set('code_insee', '', 'Ce code INSEE contredit le code postal.');
    else if (served.length === 1 && served[0])
      set('commune', served[0].nom, 'commune tirée du code postal, qui n’en dessert qu’une');
    return;
  }
  if (!byInsee && sameNameIn(served, commune)) return;
  const homonyms = communes.listByNom(commune).map((found) => cityOf(found, communes));
  if (byInsee) {
    settleWithInsee({ place, homonyms, byInsee: cityOf(byInsee, communes), served, communes, set });
    return;
  }
  if (homonyms.some((found) => served.includes(found))) return;
  const short = shortNameOf(commune, served);
  if (short) {
    set('commune', short.nom, 'nom complet de la commune');
  } else if (homonyms.length === 0) {
    if (served.length === 1 && served[0]) {
      set('commune', served[0].nom, 'commune inconnue sous ce nom, tirée du code postal, qui n’en dessert qu’une');
    }
  } else if (code_postal !== '' && !homonyms.some((found) => serves(found, place, communes))) {
    set('commune', '', `Cette commune n’est pas desservie par le code postal ${code_postal}.`);
  }
}

interface Dispute {
  place: Place;
  homonyms: readonly Commune[];
  byInsee: Commune;
  served: readonly Commune[];
  communes: CommuneIndex;
  set: Set;
}

function settleWithInsee({ place, homonyms, byInsee, served, communes, set }: Dispute): void {
  const agree = homonyms.includes(byInsee) || shortNameOf(place.commune, [byInsee]) !== undefined;
  const inseeFits = place.code_postal === '' || serves(byInsee, place, communes);
  if (agree) {
    if (inseeFits) return;
    const [only, ...others] = byInsee.codes_postaux;
    if (only && others.length === 0) set('code_postal', only, 'code postal tiré de la commune et du code INSEE');
    else set('code_postal', '', 'Ce code postal contredit la commune et le code INSEE.');
    return;
  }
  const nameFits = homonyms.some((found) => (place.code_postal === '' ? false : served.includes(found)));
  if (homonyms.length === 0 && inseeFits)
    set('commune', byInsee.nom, 'commune inconnue sous ce nom, tirée du code INSEE');
  else if (nameFits) set('code_insee', '', 'Ce code INSEE contredit la commune et le code postal.');
  else if (served.includes(byInsee))
    set('commune', byInsee.nom, 'commune tirée du code INSEE et du code postal, qui concordent');
  else {
    set('code_insee', '', 'Ce code INSEE contredit la commune.');
    if (place.code_postal !== '' && !homonyms.some((found) => serves(found, place, communes))) {
      set('commune', '', `Cette commune n’est pas desservie par le code postal ${place.code_postal}.`);
    }
  }
}

/**
 * Whether a commune can have this postcode: La Poste's list says so, or the postcode is one of the same département that the
 * list does not have (CEDEX), or of a neighbour (communes that have merged keep the old one), less than 30 km away.
 */
function serves(commune: Commune, { code_postal }: Pick<Place, 'code_postal'>, communes: CommuneIndex): boolean {
  if (code_postal === '' || commune.codes_postaux.includes(code_postal)) return true;
  const served = communes.listByCodePostal(code_postal);
  if (served.length === 0) return departementOfCodePostal(code_postal) === commune.departement;
  const near = served.filter(({ departement }) => departement === commune.departement);
  if (near.length === 0) return false;
  const { centre } = commune;
  const distances = centre ? near.flatMap((other) => (other.centre ? [distanceKm(centre, other.centre)] : [])) : [];
  return distances.length === 0 || Math.min(...distances) <= FAR;
}

function hasName(commune: Commune, place: Place, communes: CommuneIndex): boolean {
  return place.commune === '' || communes.listByNom(place.commune).includes(commune);
}

/** The one commune of that name that the postcode may serve. */
function named(nom: string, place: Place, communes: CommuneIndex): Commune | undefined {
  const found = [...new Set(communes.listByNom(nom).map((commune) => cityOf(commune, communes)))];
  const served = found.filter((commune) => serves(commune, place, communes));
  return served.length === 1 ? served[0] : undefined;
}

/** The commune of a list that is spelled so, but for case: most are, and looking names up among 35,000 costs more. */
function sameNameIn(among: readonly Commune[], nom: string): Commune | undefined {
  const upper = nom.toUpperCase();
  return among.find((commune) => commune.nom === nom || commune.nom.toUpperCase() === upper);
}

/** The one commune of a list whose name begins with these words: `Sarlat` → Sarlat-la-Canéda. */
function shortNameOf(nom: string, among: readonly Commune[]): Commune | undefined {
  const start = normalizeText(nom)
    .replace(/\bst\b/g, 'saint')
    .replace(/\bste\b/g, 'sainte');
  if (start.length < 4) return undefined;
  const found = among.filter((commune) => {
    const full = normalizeText(commune.nom);
    return full.startsWith(`${start} `) || full.replace(/^(?:le|la|les|l) /, '').startsWith(`${start} `);
  });
  return found.length === 1 ? found[0] : undefined;
}

/** Paris for its arrondissements. */
function cityOf(commune: Commune, communes: CommuneIndex): Commune {
  const city = communeOfArrondissement(commune.code_insee);
  return (city === null ? undefined : communes.findByInsee(city)) ?? commune;
}

/** The commune that a lieu is in: by its INSEE code, else by its name among those its postcode serves, else the only one served. */
export function findCommuneOf(
  place: { commune: string | null; code_postal: string | null; code_insee: string | null },
  communes: CommuneIndex,
): Commune | undefined {
  const byInsee = place.code_insee === null ? undefined : communes.findByInsee(place.code_insee);
  if (byInsee) return byInsee;
  const served = place.code_postal === null ? [] : communes.listByCodePostal(place.code_postal);
  const same = place.commune === null ? undefined : sameNameIn(served, place.commune);
  if (same) return same;
  const homonyms = place.commune === null ? [] : communes.listByNom(place.commune);
  const both = homonyms.find((commune) => served.includes(cityOf(commune, communes)));
  if (both) return cityOf(both, communes);
  if (served.length === 1) return served[0];
  const departement = place.code_postal === null ? null : departementOfCodePostal(place.code_postal);
  const near = homonyms.filter((commune) => commune.departement === departement);
  return near.length === 1 ? near[0] : undefined;
}

/** Distance in km between a position and its commune where that is too much to be true; null where it may be, or nobody knows. */
export function distanceFromCommune(position: Position, commune: Commune | undefined): number | null {
  // Communes of Guyane and of the Pacific are as large as départements, or archipelagos.
  if (!commune?.centre || /^(?:973|98)/.test(commune.departement)) return null;
  const distance = distanceKm(position, commune.centre);
  return distance > FAR_POSITION ? distance : null;
}
