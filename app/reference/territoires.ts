import type { Roles } from '#app/domain/permissions.ts';
import { nomOfDepartement, nomOfRegion, type Territoire } from '#app/domain/territoire.ts';
import { findNomOfEpci } from './communes.ts';

/** `Landes (40)`, `Nouvelle-Aquitaine`, `Bordeaux Métropole`; the code itself where nobody knows it any more. */
export function nomOfTerritoire({ type, code }: Territoire): string {
  if (type === 'region') return nomOfRegion(code) ?? code;
  if (type === 'departement') return `${nomOfDepartement(code) ?? ''} (${code})`.trim();
  return (type === 'epci' ? findNomOfEpci(code) : null) ?? code;
}

/** The territories that someone's roles reach, by name: of the moderator and of the animateur in one person. */
export function nomsDesTerritoires({ moderation, animation }: Roles): string[] {
  if (moderation !== null && moderation.departements === null) return ['Toute la France'];
  const departements = (moderation?.departements ?? []).map((code) => ({ type: 'departement' as const, code }));
  return [...new Set([...departements, ...(animation?.territoires ?? [])].map(nomOfTerritoire))];
}
