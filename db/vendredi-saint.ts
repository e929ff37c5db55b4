import type { Kysely } from 'kysely';
import type { VendrediSaint } from '#app/domain/permanences-store.ts';
import { type CommuneIndex, communeOfLieu } from '#app/domain/territoire.ts';
import type { DB } from './types.ts';

/** What moderators have said of the communes of Alsace-Moselle, as a question about any place. Read anew for each writing. */
export async function readVendrediSaint(db: Kysely<DB>, communes: CommuneIndex): Promise<VendrediSaint> {
  const known = new Map<string, boolean>();
  for (const { code_insee, ferie } of await listVendrediSaint(db)) if (ferie !== null) known.set(code_insee, ferie);
  if (known.size === 0) return () => null;
  return (place) => known.get(communeOfLieu(place, communes)?.code_insee ?? '') ?? null;
}

/** The newest word on each commune of which anything was said: whether Good Friday is a holiday there (null: not known after all). */
export async function listVendrediSaint(db: Kysely<DB>) {
  return db
    .selectFrom('vendredi_saint')
    .leftJoin('utilisateur', 'utilisateur.id', 'vendredi_saint.par')
    .distinctOn('code_insee')
    .select(['code_insee', 'ferie', 'source', 'le', 'utilisateur.courriel as par'])
    .orderBy('code_insee')
    .orderBy('vendredi_saint.id', 'desc')
    .execute();
}
