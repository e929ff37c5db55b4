import { type Kysely, sql, type Transaction } from 'kysely';
import type { Portee, Roles } from '#app/domain/permissions.ts';
import { inPortee, inTerritoire } from './territoires.ts';
import type { DB } from './types.ts';

/**
 * Compares the rows that wait in `import_ligne` with the lieux of their sources: those that the file no longer has are
 * flagged, with the day of the first file without them; those that it has again no longer are. Gives how many are newly flagged, and how many no longer are.
 * Nothing else about them changes. `portee` keeps to somebody's territory.
 */
export async function flagAbsences(
  trx: Transaction<DB>,
  {
    complet,
    portee,
    fichier,
    lotId,
    now,
  }: { complet: boolean; portee: Portee | null; fichier: string; lotId: number | null; now: Date },
): Promise<{ absents: number; revenus: number }> {
  const back = await trx
    .deleteFrom('source_absence')
    .using('lieu')
    .whereRef('source_absence.lieu_id', '=', 'lieu.id')
    .where(
      sql<boolean>`EXISTS (SELECT FROM import_ligne i WHERE i.origine = lieu.origine AND i.id_origine = lieu.id_origine)`,
    )
    .$if(portee !== null, (query) => query.where((eb) => (portee ? inPortee(eb, portee) : eb.lit(true))))
    .executeTakeFirst();
  const revenus = Number(back.numDeletedRows);
  if (!complet) return { absents: 0, revenus };
  const absent = trx
    .selectFrom('lieu')
    .select(['lieu.id', 'lieu.origine'])
    .where('lieu.statut', '=', 'actif')
    .where(sql<boolean>`lieu.origine IN (SELECT DISTINCT origine FROM import_ligne)`)
    .where(
      sql<boolean>`NOT EXISTS (SELECT 1 FROM import_ligne i WHERE i.origine = lieu.origine AND i.id_origine = lieu.id_origine)`,
    )
    .$if(portee !== null, (query) => query.where((eb) => (portee ? inPortee(eb, portee) : eb.lit(true))));
  const inserted = await trx
    .insertInto('source_absence')
    .columns(['lieu_id', 'origine', 'fichier', 'depuis', 'lot_id'])
    .expression(
      trx
        .selectFrom(absent.as('a'))
        .select([
          'a.id',
          'a.origine',
          sql<string>`${fichier}::text`.as('fichier'),
          sql<Date>`${now}::timestamptz`.as('depuis'),
          sql<number | null>`${lotId}::bigint`.as('lot_id'),
        ]),
    )
    .onConflict((conflict) => conflict.column('lieu_id').doNothing())
    .executeTakeFirst();
  return { absents: Number(inserted.numInsertedOrUpdatedRows ?? 0), revenus };
}

/** A lieu as people know it. */
export interface LieuNomme {
  id: string;
  nom: string | null;
  commune: string | null;
}

/** Some of the lieux that `flagAbsences` newly flagged at that instant, by name. */
export async function listNewAbsences(trx: Transaction<DB>, { now }: { now: Date }): Promise<LieuNomme[]> {
  return trx
    .selectFrom('source_absence as s')
    .innerJoin('lieu', 'lieu.id', 's.lieu_id')
    .select(['lieu.id', 'lieu.nom', 'lieu.commune'])
    .where('s.depuis', '=', now)
    .orderBy('lieu.nom')
    .orderBy('lieu.id')
    .limit(25)
    .execute();
}

/** Lieux that the file of their source no longer has, in somebody's territory, the newest first; at most 200, and how many there are. */
export async function listAbsences(db: Kysely<DB>, roles: Roles, { lotId }: { lotId?: number } = {}) {
  const query = db
    .selectFrom('source_absence as s')
    .innerJoin('lieu', 'lieu.id', 's.lieu_id')
    .where('lieu.statut', '=', 'actif')
    .where((eb) => inTerritoire(eb, roles))
    .$if(lotId !== undefined, (q) => q.where('s.lot_id', '=', lotId ?? 0));
  const { total } = await query.select((eb) => eb.fn.countAll<string>().as('total')).executeTakeFirstOrThrow();
  const lieux = await query
    .select(['lieu.id', 'lieu.nom', 'lieu.commune', 's.origine', 's.depuis', 's.fichier'])
    .orderBy('s.depuis', 'desc')
    .orderBy('lieu.id')
    .limit(200)
    .execute();
  return { lieux, total: Number(total) };
}

/** Since when the file of its source no longer has a lieu; undefined where it has it, or nobody knows. */
export async function findAbsence(db: Kysely<DB>, lieuId: string) {
  return db
    .selectFrom('source_absence')
    .select(['origine', 'fichier', 'depuis'])
    .where('lieu_id', '=', lieuId)
    .executeTakeFirst();
}
