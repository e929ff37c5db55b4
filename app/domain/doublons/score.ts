import { distanceKm } from '../coordonnees.ts';
import { type AdresseLikeness, compareAdresses } from './adresse.ts';
import type { LieuLu } from './lecture.ts';
import { genreLabel } from './mots.ts';
import { nomLikeness } from './noms.ts';
import { type Partages, positionKey } from './partages.ts';

/** From this score on, two fiches are proposed as one lieu for certain. */
export const CERTAIN = 70;
/** From this score on, a person is asked. */
export const PROBABLE = 45;

export interface Score {
  /** PROBABLE to 100. */
  score: number;
  /** What speaks for it and against it, in French, the weightiest first. */
  raisons: string[];
}

/** What names add at most: the same name, and one line that leads to both. */
const NOM_AT_MOST = 53;

/** What one comparison adds to the score. */
interface Indice {
  points: number;
  raison: string | null;
}

/** What several comparisons look at. */
interface Comparaison {
  /** How alike the names are, 0 to 1: as they stand, and with what the rest says of them. */
  nom: { raw: number; likeness: number };
  adresse: AdresseLikeness;
  /** Null where one of them has no position. */
  metres: number | null;
  /** null where they do not say enough. */
  sameCommune: boolean | null;
  telephone: Lien;
  courriel: Lien;
  pivot: Lien;
}

type Links = Omit<Comparaison, 'nom'>;

/** `rare`: in common, and with few others; `reseau`: in common with a whole network. */
type Lien = 'rare' | 'reseau' | 'different' | 'inconnu';

/** Above this many names with one value, it is a network's. */
const FEW = 4;

/**
 * How likely two fiches tell of one and the same lieu, from their names, places, contacts and identifiers: a sum of
 * points, each with its reason; null below PROBABLE. The same whichever of the two comes first. The points were set on
 * 300 judged pairs of the real file, and tried on 300 others (tests/unit/doublons/jugement.test.ts).
 */
export function scorePaire(x: LieuLu, y: LieuLu, partages: Partages): Score | null {
  const [a, b] = x.id < y.id ? [x, y] : [y, x];
  const links = linksOf(a, b, partages);
  const elsewhere = [...placeIndices(a, b, links, partages), ...contactIndices(a, b, links, partages)];
  const reached = totalOf(elsewhere);
  // Names, which take most of the time, could not make up for it.
  if (reached + NOM_AT_MOST < PROBABLE) return null;
  const raw = nomLikeness(a, b);
  const comparaison = { ...links, nom: { raw, likeness: Math.max(raw, nomFloor(a, b, raw, links)) } };
  const indices = [...nomIndices(a, b, comparaison), ...elsewhere];
  const score = Math.round(Math.min(ceilingOf(comparaison), totalOf(indices)));
  if (score < PROBABLE) return null;
  indices.sort((x, y) => Math.abs(y.points) - Math.abs(x.points));
  return { score, raisons: indices.flatMap(({ raison }) => raison ?? []) };
}

function totalOf(indices: readonly Indice[]): number {
  let total = 0;
  for (const { points } of indices) total += points;
  return total;
}

function linksOf(a: LieuLu, b: LieuLu, partages: Partages): Links {
  return {
    adresse: compareAdresses(a.adresse, b.adresse),
    metres: a.position && b.position ? Math.round(distanceKm(a.position, b.position) * 1000) : null,
    sameCommune: isSameCommune(a, b),
    telephone: lienOf(a.telephone, b.telephone, partages.telephone),
    courriel: courrielOf(a, b, partages),
    pivot: lienOf(a.pivot, b.pivot, partages.pivot),
  };
}

/** Whether one telephone or one mail, that no network shares, leads to both. */
function isReached({ telephone, courriel }: Links): boolean {
  return telephone === 'rare' || courriel === 'rare';
}

/** What a sum of points may come to: nothing is certain between names that differ, or between far places. */
function ceilingOf(comparaison: Comparaison): number {
  const { nom, metres } = comparaison;
  const doubtful = (nom.likeness < 0.75 && !isReached(comparaison)) || (metres !== null && metres > 10_000);
  return doubtful ? CERTAIN - 1 : 100;
}

function lienOf(a: string | null, b: string | null, counts: ReadonlyMap<string, number>): Lien {
  if (a === null || b === null) return 'inconnu';
  if (a !== b) return 'different';
  return (counts.get(a) ?? 1) > FEW ? 'reseau' : 'rare';
}

function courrielOf(a: LieuLu, b: LieuLu, { courriel }: Partages): Lien {
  const common = a.courriels.filter((address) => b.courriels.includes(address));
  if (common.length === 0) return a.courriels.length === 0 || b.courriels.length === 0 ? 'inconnu' : 'different';
  return common.some((address) => (courriel.get(address) ?? 1) <= FEW) ? 'rare' : 'reseau';
}

function isSameCommune(a: LieuLu, b: LieuLu): boolean | null {
  if (a.code_insee !== null && a.code_insee === b.code_insee) return true;
  if (a.commune !== null && a.commune === b.commune && a.departement === b.departement) return true;
  if (a.code_postal !== null && a.code_postal === b.code_postal) {
    return a.commune !== null && b.commune !== null ? false : null;
  }
  return a.code_postal !== null && b.code_postal !== null ? false : null;
}

function nomIndices(a: LieuLu, b: LieuLu, comparaison: Comparaison): Indice[] {
  const { raw, likeness } = comparaison.nom;
  const same = likeness >= 0.99;
  const raison = same ? 'même nom' : likeness >= 0.6 ? 'noms proches' : raw < 0.3 ? 'noms différents' : null;
  const indices: Indice[] = [{ points: Math.round(-30 + 75 * likeness), raison }];
  if (!same) indices.push(...genreIndices(a, b));
  if ((a.nom.mobile || a.itinerant) !== (b.nom.mobile || b.itinerant)) {
    indices.push({ points: -60, raison: 'l’un se déplace, l’autre non' });
  }
  const [numbersA, numbersB] = [numbersOf(a), numbersOf(b)];
  if (numbersA !== numbersB && numbersA !== '' && numbersB !== '') {
    indices.push({ points: -20, raison: 'numéros différents dans le nom' });
  }
  // Moved, or its address written in two ways: the same name at the end of the same line.
  const sameGenre = a.nom.genres.some((genre) => b.nom.genres.includes(genre));
  if (likeness >= 0.8 && sameGenre && isReached(comparaison)) indices.push({ points: 8, raison: null });
  return indices;
}

/** What names are worth at least, where something else says that they name one thing. */
function nomFloor(a: LieuLu, b: LieuLu, raw: number, { adresse, telephone, courriel, pivot }: Links): number {
  const street = adresse === 'meme' || adresse === 'meme rue' || adresse === 'numero voisin';
  const genres = street && raw >= 0.3 ? a.nom.genres.filter((genre) => b.nom.genres.includes(genre)) : [];
  // A street has one post office and one France services; of the other kinds, an address has one.
  if (genres.some((genre) => ONE_IN_A_STREET.has(genre))) return 0.85;
  if (genres.length > 0 && adresse === 'meme') return 0.7;
  // Who answers at the same telephone under the same number of establishment or the same address is one organisation.
  if (telephone === 'rare' && (courriel === 'rare' || pivot === 'rare')) return 0.4;
  return 0;
}

const ONE_IN_A_STREET = new Set(['franceservices', 'laposte']);

function genreIndices(a: LieuLu, b: LieuLu): Indice[] {
  if (a.nom.genres.some((genre) => b.nom.genres.includes(genre))) return [];
  const [ofA, ofB] = [a.nom.genres[0], b.nom.genres[0]];
  if (ofA === undefined || ofB === undefined) return [];
  // France services is a label that town halls, post offices and associations bear.
  if (ofA === 'franceservices' || ofB === 'franceservices') return [{ points: -3, raison: null }];
  const labels = [genreLabel(ofA) ?? ofA, genreLabel(ofB) ?? ofB].sort();
  return [{ points: -15, raison: `${labels[0]} et ${labels[1]}` }];
}

function numbersOf({ nom }: LieuLu): string {
  return nom.mots.filter((mot) => /^\d+$/.test(mot)).join(' ');
}

const ADRESSES: Readonly<Record<AdresseLikeness, Indice>> = {
  meme: { points: 30, raison: 'même adresse' },
  'meme rue': { points: 20, raison: 'même rue' },
  'numero voisin': { points: 16, raison: 'numéros voisins dans la rue' },
  'autre numero': { points: -5, raison: 'autre numéro dans la rue' },
  'autre rue': { points: -15, raison: 'adresses différentes' },
  inconnue: { points: 0, raison: null },
};

function placeIndices(a: LieuLu, b: LieuLu, { adresse, metres, sameCommune }: Links, { position }: Partages): Indice[] {
  const indices: Indice[] = [];
  // A building at a corner has two addresses.
  const corner = adresse === 'autre rue' && metres !== null && metres <= 150;
  indices.push(corner ? { ...ADRESSES['autre rue'], points: -5 } : ADRESSES[adresse]);
  if (a.position !== null && metres !== null) {
    const crowd = position.get(positionKey(a.position)) ?? 1;
    indices.push({ points: pointsOfDistance(metres, crowd, adresse), raison: sayDistance(metres) });
  }
  if (sameCommune === false) indices.push(communeIndice(a, b, adresse, metres));
  return indices;
}

function pointsOfDistance(metres: number, crowd: number, adresse: AdresseLikeness): number {
  // Many names on one spot: it is the middle of a commune, or of a building that houses them all.
  if (metres <= 60) return crowd > FEW ? 8 : 18;
  if (metres <= 200) return 10;
  if (metres <= 600) return 0;
  // One address written twice was placed by two geocoders, one of them at the middle of the commune.
  if (adresse === 'meme') return metres <= 5000 ? -3 : -20;
  if (metres <= 2000) return -10;
  return metres <= 10_000 ? -20 : -35;
}

function communeIndice(a: LieuLu, b: LieuLu, adresse: AdresseLikeness, metres: number | null): Indice {
  if (metres !== null) return { points: metres <= 300 ? -3 : -30, raison: 'communes différentes' };
  if (a.code_postal === b.code_postal) return { points: adresse === 'meme' ? -5 : -30, raison: 'communes différentes' };
  const unsure = (a.commune === null || b.commune === null) && a.departement === b.departement;
  return { points: unsure ? -15 : -30, raison: 'codes postaux différents' };
}

function sayDistance(metres: number): string {
  if (metres < 10) return 'au même endroit';
  if (metres < 1000) return `à ${Math.round(metres / 10) * 10}\u00a0m`;
  return `à ${String(Math.round(metres / 100) / 10).replace('.', ',')}\u00a0km`;
}

function contactIndices(
  a: LieuLu,
  b: LieuLu,
  { adresse, telephone, courriel, pivot }: Links,
  partages: Partages,
): Indice[] {
  const indices: Indice[] = [];
  const here = adresse === 'meme';
  if (telephone === 'rare') indices.push({ points: here ? 30 : 15, raison: 'même téléphone' });
  if (telephone === 'reseau') indices.push({ points: 6, raison: 'même téléphone, comme d’autres lieux' });
  if (telephone === 'different') indices.push({ points: -4, raison: 'téléphones différents' });
  if (courriel === 'rare') indices.push({ points: 12, raison: 'même courriel' });
  else if (courriel === 'reseau') indices.push({ points: 5, raison: 'même courriel, comme d’autres lieux' });
  else {
    const domaine = a.domaines.find((name) => b.domaines.includes(name));
    const wide = domaine !== undefined && (partages.domaine.get(domaine) ?? 1) > 10;
    if (domaine !== undefined) indices.push({ points: wide ? 2 : 5, raison: 'même domaine de courriel' });
  }
  if (pivot === 'rare') indices.push({ points: here ? 26 : 10, raison: 'même SIRET' });
  if (pivot === 'reseau') indices.push({ points: here ? 12 : 4, raison: 'même SIRET, comme d’autres lieux' });
  if (pivot === 'different' && a.pivot?.slice(0, 9) !== b.pivot?.slice(0, 9)) {
    indices.push({ points: -6, raison: 'SIRET différents' });
  }
  if (a.origine !== b.origine && a.id_origine === b.id_origine) {
    indices.push({ points: 8, raison: 'même identifiant dans deux sources' });
  }
  return indices;
}
