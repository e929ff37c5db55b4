import { asFieldValue, type ChampDeLieu, type ChampValue, isPermanences } from './champ-de-lieu.ts';
import { distanceKm } from './coordonnees.ts';
import type { FieldValue } from './lieu.ts';
import { readStoredPermanences } from './permanences.ts';
import { claimsOfPermanences } from './permanences-claims.ts';

/** `mixte`: only sensitive changes wait for a moderator. `stricte`: every change does. */
export type ModerationMode = 'mixte' | 'stricte';

export interface Change {
  field: ChampDeLieu;
  before: ChampValue;
  after: ChampValue;
}

export type Values = Partial<Record<ChampDeLieu, ChampValue>>;

export interface ReviewContext {
  mode: ModerationMode;
  /** The author belongs to a structure by a membership that a moderator has accepted. */
  verified: boolean;
  /**
   * Values of the lieu as a moderator last saw them, for the fields that have changed since; the value of today counts
   * for the others. Moves and new domains add up against it, so that small steps do not make a large one.
   */
  lastReviewed: Values;
  /** The lieu's values of today. */
  current: Values;
}

/** Always reviewed before they are public (design, "Which changes go live before review"). */
const SENSITIVE: ReadonlySet<ChampDeLieu> = new Set([
  'nom',
  'pivot',
  'adresse',
  'commune',
  'code_postal',
  'code_insee',
  'structure_parente',
  'dispositif_programmes_nationaux',
  'formations_labels',
  'prise_rdv',
]);

/** Fields whose sensitivity depends on how far they have gone from what a moderator last saw. */
export const ADDING_UP: readonly ChampDeLieu[] = ['latitude', 'longitude', 'site_web', 'permanences'];

/** Metres that a position may move without a moderator. */
const FREE_MOVE_METRES = 100;

/**
 * The fields of a revision that wait for a moderator, among those that change. The others go live at once and are
 * reviewed after.
 */
export function fieldsToReview(changes: readonly Change[], context: ReviewContext): ReadonlySet<ChampDeLieu> {
  if (context.mode === 'stricte' || !context.verified) return new Set(changes.map((change) => change.field));
  const moved = movedTooFar(changes, context);
  return new Set(changes.filter((change) => isSensitive(change, moved, context)).map((change) => change.field));
}

/** How much harm a change could do if it were wrong, 0 to 100: the queue shows the highest first. */
export function riskOf(changes: readonly Change[], waiting: ReadonlySet<ChampDeLieu>): number {
  return changes.reduce((risk, { field }) => {
    const own = RISK[field] ?? 10;
    return Math.max(risk, waiting.has(field) ? own + 20 : own);
  }, 0);
}

const RISK: Partial<Record<ChampDeLieu, number>> = {
  prise_rdv: 70,
  site_web: 60,
  telephone: 50,
  courriels: 50,
  nom: 60,
  pivot: 55,
  adresse: 50,
  commune: 50,
  code_postal: 50,
  code_insee: 40,
  latitude: 40,
  longitude: 40,
  dispositif_programmes_nationaux: 45,
  formations_labels: 40,
  structure_parente: 35,
  permanences: 25,
  horaires: 20,
};

function isSensitive({ field, after }: Change, movedFar: boolean, context: ReviewContext): boolean {
  if (SENSITIVE.has(field)) return true;
  if (field === 'latitude' || field === 'longitude') return movedFar;
  if (field === 'site_web')
    return newDomains(asFieldValue(after), asFieldValue(baseline('site_web', context))).length > 0;
  if (field === 'permanences') return bringsClaims(after, context);
  if (field === 'telephone') return typeof after === 'string' && isPremiumRate(after);
  return false;
}

/** Hours of help go live like the lieu's own; a dispositif that nobody has granted, or a stop far away, is looked at first. */
function bringsClaims(after: ChampValue, context: ReviewContext): boolean {
  const before = readStoredPermanences(baseline('permanences', context));
  const { dispositifs, etapes } = claimsOfPermanences(readStoredPermanences(after), before, context.current);
  return dispositifs.length + etapes.length > 0;
}

/**
 * A number that costs the caller more than a call: 081x, 082x, 089x (Arcep, numéros à tarification majorée), also where
 * a file or a form gave it the prefix of a DROM. In the Pacific these figures begin ordinary mobile numbers.
 */
export function isPremiumRate(telephone: string): boolean {
  return /^(?:0|(?:\+|00)(?:33|262|590|594|596)(?:\(?0\)?)?)8[129]/.test(telephone.replace(/[\s.-]/g, ''));
}

function movedTooFar(changes: readonly Change[], context: ReviewContext): boolean {
  const after = (field: 'latitude' | 'longitude') => {
    const change = changes.find((c) => c.field === field);
    return change ? change.after : (context.current[field] ?? null);
  };
  const from = { latitude: baseline('latitude', context), longitude: baseline('longitude', context) };
  const to = { latitude: after('latitude'), longitude: after('longitude') };
  if (typeof from.latitude !== 'number' || typeof from.longitude !== 'number') return true;
  if (typeof to.latitude !== 'number' || typeof to.longitude !== 'number') return true;
  const km = distanceKm(
    { latitude: from.latitude, longitude: from.longitude },
    { latitude: to.latitude, longitude: to.longitude },
  );
  return km * 1000 > FREE_MOVE_METRES;
}

function baseline(field: ChampDeLieu, { lastReviewed, current }: ReviewContext): ChampValue {
  return (field in lastReviewed ? lastReviewed[field] : current[field]) ?? null;
}

/** The domains of the web addresses of `after` that `before` does not have, `www.` left out. */
export function newDomains(after: FieldValue, before: FieldValue): string[] {
  const known = new Set(urlsOf(before).map(domainOf));
  return [...new Set(urlsOf(after).map(domainOf))].filter((domain) => !known.has(domain));
}

function urlsOf(value: FieldValue): string[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'string' ? [value] : [];
}

function domainOf(url: string): string {
  try {
    return new URL(url).hostname.replace(/^www\./, '').toLowerCase();
  } catch {
    return url;
  }
}

/**
 * Whether two values of a field say the same: absent and empty are alike, the order of a list of the standard does not count; that of
 * permanences does, people see them in it.
 */
export function sameValue(a: ChampValue | undefined, b: ChampValue | undefined): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: ChampValue | undefined): string {
  if (value === null || value === undefined || value === '') return 'null';
  if (isPermanences(value)) return JSON.stringify(readStoredPermanences(value));
  if (Array.isArray(value)) return value.length === 0 ? 'null' : JSON.stringify([...value].sort());
  return JSON.stringify(value);
}
