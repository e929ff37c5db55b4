import { type CorrectionContext, correctLigne } from './correction/ligne.ts';
import type { LieuACompare } from './doublons/lecture.ts';
import { parisDay } from './exports.ts';
import { localInstant, localMoment } from './horaires/opening.ts';
import type { ListeCode } from './labels-verifies.ts';
import type { LieuTexts } from './lieu.ts';
import type { FieldName } from './standard.ts';
import { type ChoixColonnes, cleOfColonne } from './tableau/colonnes.ts';

/** One row of a list: what of it tells which lieu it is. */
export type LigneOfficielle = Pick<
  LieuACompare,
  | 'id'
  | 'pivot'
  | 'nom'
  | 'commune'
  | 'code_postal'
  | 'code_insee'
  | 'adresse'
  | 'latitude'
  | 'longitude'
  | 'telephone'
  | 'courriels'
>;

const CHAMPS = [
  'id',
  'pivot',
  'nom',
  'commune',
  'code_postal',
  'code_insee',
  'adresse',
  'latitude',
  'longitude',
  'telephone',
  'courriels',
] as const satisfies readonly (FieldName & keyof LigneOfficielle)[];

type Champ = (typeof CHAMPS)[number];

/**
 * What the columns of each list are called where they have not the standard's names, today or in older files; null for a name that
 * the list does not use, so that the address of one list given for another is seen.
 */
const NOMS: Readonly<Record<ListeCode, Readonly<Record<string, Champ | null>>>> = {
  'france-services': {
    id_fs: 'id',
    lib_fs: 'nom',
    insee_com: 'code_insee',
    lib_com: 'commune',
    mail: 'courriels',
    id: null,
    nom: null,
  },
  'aidants-connect': { 'Data pass ID': 'id', Name: 'nom', SIRET: 'pivot' },
  'conseillers-numeriques': { courriel: 'courriels' },
};

/** How a table is read as that list. */
export function choixOfListe(code: ListeCode): ChoixColonnes {
  return new Map(Object.entries(NOMS[code]).map(([name, champ]) => [cleOfColonne(name), champ]));
}

/** What a table must have to be that list. Aidants Connect gives no position: it is not taken for the third. */
const NEEDED: Readonly<Record<ListeCode, readonly Champ[]>> = {
  'france-services': ['id', 'nom', 'code_postal', 'adresse'],
  'aidants-connect': ['id', 'nom', 'pivot', 'code_postal', 'adresse'],
  'conseillers-numeriques': ['id', 'nom', 'code_postal', 'adresse', 'latitude', 'longitude'],
};

/** The columns that a table would need to be that list, by the names that the list gives them. */
export function absentesOfListe(code: ListeCode, missing: readonly FieldName[]): string[] {
  return NEEDED[code]
    .filter((champ) => missing.includes(champ))
    .map((champ) => Object.entries(NOMS[code]).find(([, named]) => named === champ)?.[0] ?? champ);
}

/** A row of a list, mended as a row of an import is; null where it has no identifier, no name or no place. */
export function readLigne(texts: LieuTexts, context: CorrectionContext): LigneOfficielle | null {
  const kept: LieuTexts = {};
  for (const champ of CHAMPS) if (texts[champ]) kept[champ] = texts[champ];
  // "3 848" is a number that a spreadsheet wrote for people.
  if (kept.id && /^[\d\s\u00a0\u202f]+$/.test(kept.id)) kept.id = kept.id.replace(/[\s\u00a0\u202f]/g, '');
  const { verdict, lieu } = correctLigne(kept, context);
  if (verdict === 'refusee' || (lieu.code_postal === null && lieu.code_insee === null)) return null;
  const { id, pivot, nom, commune, code_postal, code_insee, adresse, latitude, longitude, telephone, courriels } = lieu;
  return { id, pivot, nom, commune, code_postal, code_insee, adresse, latitude, longitude, telephone, courriels };
}

/** Losing more of its rows than this, a file is not believed. */
export const CHUTE = 0.2;

/** How much smaller a file has become, where that is too much to be believed: `12 lignes au lieu de 20 (− 40 %)`; else null. */
export function chuteOf(
  { avant, apres }: { avant: number | null; apres: number },
  [un, plusieurs]: readonly [string, string] = ['ligne', 'lignes'],
): string | null {
  if (avant === null || apres >= avant * (1 - CHUTE)) return null;
  const lost = Math.round((1 - apres / avant) * 100);
  return `${formatNumber(apres)} ${apres === 1 ? un : plusieurs} au lieu de ${formatNumber(avant)} (−\u00a0${lost}\u00a0%)`;
}

/** Why a list that had `avant` rows is not taken with `apres`, as the end of a French sentence; null where it may be. */
export function reasonAgainstListe(rows: { avant: number | null; apres: number }): string | null {
  const chute = chuteOf(rows);
  return chute === null ? null : `${FELL} ${chute}`;
}

const FELL = 'elle n’a plus que';

/** Whether a list was refused for its size alone: a person may take it, where one that is unreadable stays so. */
export function isFall(refus: string): boolean {
  return refus.startsWith(FELL);
}

/** 02:30 in Paris, minutes since midnight: after the change to summer time and before that to winter time. */
const NIGHT_MINUTE = 2 * 60 + 30;
/** A file that could not be had is asked for again after an hour. */
const RETRY_MS = 3_600_000;

/** What is known of a list from the last look at it. */
export interface EtatDeListe {
  url: string;
  lignes: number | null;
  regardee_le: Date;
  refus: string | null;
  refus_sha256: string | null;
  accepte_sha256: string | null;
  rapprochee_le: Date | null;
}

/**
 * What is to be done of a list: to look at its address (each night, sooner where that failed, at once where it is another address
 * or where a person wants a refused file), then to compare its rows with the lieux (each night, and where they are new).
 */
export function listeDue(etat: EtatDeListe | undefined, url: string, now: Date): 'regarder' | 'rapprocher' | null {
  if (etat === undefined || etat.url !== url) return 'regarder';
  const night = lastNight(now);
  if (etat.regardee_le < night) return 'regarder';
  if (etat.accepte_sha256 !== null && etat.accepte_sha256 === etat.refus_sha256) return 'regarder';
  const unreachable = etat.refus !== null && etat.refus_sha256 === null;
  if (unreachable && now.getTime() - etat.regardee_le.getTime() >= RETRY_MS) return 'regarder';
  if (etat.lignes === null) return null;
  return etat.rapprochee_le === null || etat.rapprochee_le < night ? 'rapprocher' : null;
}

/** The last 02:30 in Paris. */
export function lastNight(now: Date): Date {
  const { day } = localMoment(now, 'Europe/Paris');
  const today = localInstant(day, NIGHT_MINUTE, 'Europe/Paris');
  return now < today ? localInstant(day - 1, NIGHT_MINUTE, 'Europe/Paris') : today;
}

/** The day that a list says it is of: when its server says that it was made, else when it was read. AAAA-MM-JJ in Paris. */
export function dateOfListe(modifie: string | null, now: Date): string {
  const made = modifie === null ? Number.NaN : Date.parse(modifie);
  return parisDay(made > 0 && made <= now.getTime() ? new Date(made) : now);
}

function formatNumber(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}
