import { distanceKm } from './coordonnees.ts';
import type { Etape, Permanence } from './permanences.ts';
import { departementOfCodePostal, departementOfInsee } from './territoire.ts';

/** What permanences claim that a moderator should look at before the public reads it. */
export interface PermanencesClaims {
  /** Dispositifs that neither the lieu nor its permanences had. */
  dispositifs: string[];
  /** New stops far from the lieu. */
  etapes: Etape[];
}

/** The lieu's own values, as they are today; a value of another kind counts as absent. */
export type LieuOfClaims = Partial<
  Record<'dispositif_programmes_nationaux' | 'latitude' | 'longitude' | 'code_insee' | 'code_postal', unknown>
>;

/** How far from its lieu a new stop may be without a moderator, in km: the tour of a bus stays in its département or nearly so. */
const FREE_ETAPE_KM = 50;

/**
 * What `after` claims that `before`, the permanences that a moderator last saw, and the lieu itself do not. A stop is far beyond 50 km;
 * where a position is missing, in another département than the lieu.
 */
export function claimsOfPermanences(
  after: readonly Permanence[],
  before: readonly Permanence[],
  lieu: LieuOfClaims,
): PermanencesClaims {
  const { dispositif_programmes_nationaux: own } = lieu;
  const granted = new Set<unknown>([...(Array.isArray(own) ? own : []), ...before.map(({ dispositif }) => dispositif)]);
  const seen = new Set(before.map(({ etape }) => etape && placeKey(etape)));
  const dispositifs = after.flatMap(({ dispositif }) =>
    dispositif === null || granted.has(dispositif) ? [] : [dispositif],
  );
  const etapes = after.flatMap(({ etape }) =>
    etape === null || seen.has(placeKey(etape)) || !isFar(etape, lieu) ? [] : [etape],
  );
  return { dispositifs: [...new Set(dispositifs)], etapes };
}

function placeKey({ code_postal, commune, code_insee, latitude, longitude }: Etape): string {
  return JSON.stringify([code_postal, commune, code_insee, latitude, longitude]);
}

function isFar(etape: Etape, lieu: LieuOfClaims): boolean {
  const { latitude, longitude } = lieu;
  if (typeof latitude === 'number' && typeof longitude === 'number') {
    if (etape.latitude !== null && etape.longitude !== null) {
      const stop = { latitude: etape.latitude, longitude: etape.longitude };
      return distanceKm({ latitude, longitude }, stop) > FREE_ETAPE_KM;
    }
  }
  const departement = departementOf(etape);
  return departement === null || departement !== departementOf(lieu);
}

function departementOf({ code_insee, code_postal }: { code_insee?: unknown; code_postal?: unknown }): string | null {
  const known = typeof code_insee === 'string' ? departementOfInsee(code_insee) : null;
  return known ?? (typeof code_postal === 'string' ? departementOfCodePostal(code_postal) : null);
}
