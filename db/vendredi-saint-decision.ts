import { type Kysely, sql, type Transaction } from 'kysely';
import { ALSACE_MOSELLE } from '#app/domain/horaires/zones.ts';
import { readStoredPermanences } from '#app/domain/permanences.ts';
import { type Commune, type CommuneDeLieu, type CommuneIndex, communeOfLieu } from '#app/domain/territoire.ts';
import { renewLieux } from './renouvellement.ts';
import type { DB } from './types.ts';

/**
 * Says of a commune whether Good Friday is a holiday there, and computes anew what follows for its lieux and for the stops in it: all or
 * nothing. Gives how many lieux were written.
 */
export async function decideVendrediSaint(
  trx: Transaction<DB>,
  {
    commune,
    communes,
    ...line
  }: { commune: Commune; communes: CommuneIndex; ferie: boolean | null; source: string; par: string; le: Date },
): Promise<number> {
  await trx
    .insertInto('vendredi_saint')
    .values({ code_insee: commune.code_insee, ...line })
    .execute();
  const lieux = await listLieux(trx);
  const isThere = (place: CommuneDeLieu) => communeOfLieu(place, communes)?.code_insee === commune.code_insee;
  const ids = lieux.flatMap(({ id, permanences, ...place }) => {
    const etapes = readStoredPermanences(permanences).flatMap(({ etape }) => etape ?? []);
    return isThere(place) || etapes.some(isThere) ? [id] : [];
  });
  return renewLieux(trx, { ids, now: line.le, communes });
}

/** How many lieux each commune of Alsace-Moselle has, by INSEE code. */
export async function countLieuxParCommune(db: Kysely<DB>, communes: CommuneIndex): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const lieu of await listLieux(db)) {
    const code = communeOfLieu(lieu, communes)?.code_insee;
    if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return counts;
}

/** The lieux that a holiday of Alsace-Moselle may concern: those that are there, and those that have stops. */
async function listLieux(db: Kysely<DB>) {
  return db
    .selectFrom('lieu')
    .select(['id', 'code_insee', 'code_postal', 'commune', 'permanences'])
    .where((eb) =>
      eb.or([
        eb('departement', 'in', [...ALSACE_MOSELLE]),
        sql<boolean>`jsonb_path_exists(permanences, '$[*].etape.nom')`,
      ]),
    )
    .execute();
}
