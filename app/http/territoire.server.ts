import { parisDay } from '#app/domain/exports.ts';
import { type LieuxFilters, readLieuxFilters } from '#app/domain/manques.ts';
import type { Roles } from '#app/domain/permissions.ts';
import { nomsDesTerritoires } from '#app/reference/territoires.ts';
import { countWaiting } from '#db/moderation.ts';
import { countLieuxDuTerritoire, countLieuxFiltres, listLieuxDuTerritoire, type Repere } from '#db/territoire-lieux.ts';
import type { Context } from './context.ts';

/** What the desk begins with: the territories, and how much there is to do in them. */
export async function loadDesk({ db, now }: Context, roles: Roles) {
  const at = now();
  const [lieux, waiting] = await Promise.all([
    countLieuxDuTerritoire(db, { roles, today: parisDay(at) }),
    countWaiting(db, { roles, now: at }),
  ]);
  return { territoires: nomsDesTerritoires(roles), lieux, waiting };
}

/** A page of the list that an address asks for. */
export async function loadLieux({ db, now }: Context, roles: Roles, params: URLSearchParams) {
  const filters: LieuxFilters = readLieuxFilters(params);
  const today = parisDay(now());
  const [apres, avant] = [readPlace(params.get('apres')), readPlace(params.get('avant'))];
  const [{ lieux, plus }, total] = await Promise.all([
    listLieuxDuTerritoire(db, { roles, filters, today, apres: avant ? null : apres, avant }),
    countLieuxFiltres(db, { roles, filters, today }),
  ]);
  const [first, last] = [lieux[0], lieux.at(-1)];
  return {
    filters,
    total,
    lieux: lieux.map(({ recherche, ...lieu }) => lieu),
    precedents: first && (avant ? plus : apres !== null) ? writeRepere([first.recherche, first.id]) : null,
    suivants: last && (avant !== null || plus) ? writeRepere([last.recherche, last.id]) : null,
    place: params.has('apres') || params.has('avant'),
  };
}

/** A place in a list as a text of an address. */
export function writeRepere(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** What `writeRepere` was given; nothing where the text is none: the list then starts at its beginning. */
export function readRepere(text: string | null): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text ?? '', 'base64url').toString());
    return Array.isArray(value) && !JSON.stringify(value).includes('\\u0000') ? value : [];
  } catch {
    return [];
  }
}

function readPlace(text: string | null): Repere | null {
  const [recherche, id] = readRepere(text);
  return typeof recherche === 'string' && typeof id === 'string' ? { recherche, id } : null;
}
