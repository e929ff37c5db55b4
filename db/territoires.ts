import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import type { Portee, Roles } from '#app/domain/permissions.ts';
import { arrondissementOfCodePostal, communeOfArrondissement, type Territoire } from '#app/domain/territoire.ts';
import type { DB } from './types.ts';

/**
 * The lieux that someone's roles let them review, as a condition: a moderator's départements, an animateur's
 * territories. Says of each lieu what `canOnLieu(roles, 'moderer', lieu)` says.
 */
export function inTerritoire(
  eb: ExpressionBuilder<DB, 'lieu'>,
  { moderation, animation }: Pick<Roles, 'moderation' | 'animation'>,
): Expression<SqlBool> {
  if (moderation !== null && moderation.departements === null) return eb.lit(true);
  const parts = (animation?.territoires ?? []).map((territoire) => territoireCondition(eb, territoire));
  const departements = moderation?.departements ?? [];
  if (departements.length > 0) parts.push(eb('lieu.departement', 'in', [...departements]));
  return parts.length === 0 ? eb.lit(false) : eb.or(parts);
}

/** Their ids, to look among. */
export function lieuxInTerritoire(db: Kysely<DB>, roles: Pick<Roles, 'moderation' | 'animation'>) {
  return db
    .selectFrom('lieu')
    .select('lieu.id')
    .where((eb) => inTerritoire(eb, roles));
}

/** The same for a file: the lieux that `droitOnLieu` does not refuse. */
export function inPortee(eb: ExpressionBuilder<DB, 'lieu'>, { roles, territoires }: Portee): Expression<SqlBool> {
  if (roles.length === 0) return eb.lit(false);
  const parts = roles.map((one) => inTerritoire(eb, one));
  if (territoires !== null)
    parts.push(inTerritoire(eb, { moderation: null, animation: { territoires, organisation: '' } }));
  return eb.and(parts);
}

function territoireCondition(eb: ExpressionBuilder<DB, 'lieu'>, { type, code }: Territoire): Expression<SqlBool> {
  if (type === 'region') return eb('lieu.region', '=', code);
  if (type === 'departement') return eb('lieu.departement', '=', code);
  if (type === 'epci') return eb('lieu.epci', '=', code);
  const within = eb('lieu.code_insee', 'in', [
    code,
    ...codesLike(code).filter((c) => communeOfArrondissement(c) === code),
  ]);
  const city = communeOfArrondissement(code);
  if (city === null) return within;
  const postcodes = codesLike(code).filter((postcode) => arrondissementOfCodePostal(postcode) === code);
  return eb.or([within, eb.and([eb('lieu.code_insee', '=', city), eb('lieu.code_postal', 'in', postcodes)])]);
}

/** The thousand codes that share the département's two figures: INSEE codes and postcodes of the three cities' arrondissements are among them. */
function codesLike(code: string): string[] {
  return Array.from({ length: 1000 }, (_, index) => `${code.slice(0, 2)}${String(index).padStart(3, '0')}`);
}
