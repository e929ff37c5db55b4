import { type Kysely, sql, type Transaction } from 'kysely';
import type { ResultatDePassage } from '#app/domain/sources.ts';
import { passerDepot } from './import-depots.ts';
import { lockSource, updateSourceAccord } from './sources.ts';
import type { DB, Json } from './types.ts';

export interface PassageDeSource {
  sourceId: number;
  now: Date;
  resultat: ResultatDePassage;
  message: string | null;
  /** A person asked for this reading. */
  demande: boolean;
  octets?: number;
  sha256?: string;
  depotId?: string;
  /** The settings that it was read under. */
  reglages: number;
}

/** Writes a line of the log of a source. */
export async function insertPassage(db: Kysely<DB>, passage: PassageDeSource): Promise<void> {
  const { sourceId, now, resultat, message, demande, octets = null, sha256 = null, depotId = null, reglages } = passage;
  await db
    .insertInto('source_passage')
    .values({ source_id: sourceId, le: now, resultat, message, demande, octets, sha256, depot_id: depotId, reglages })
    .execute();
}

/** What a line of the log came to. */
export async function updatePassage(
  db: Kysely<DB>,
  { id, resultat, message }: { id: number; resultat: ResultatDePassage; message: string | null },
): Promise<void> {
  await db.updateTable('source_passage').set({ resultat, message }).where('id', '=', id).execute();
}

/** The newest 100 lines of the log, with the file of each and what became of its batch. */
export async function listPassages(db: Kysely<DB>, sourceId: number) {
  return (
    db
      .selectFrom('source_passage as p')
      .leftJoin('import_depot as d', 'd.id', 'p.depot_id')
      .leftJoin('import_lot as l', 'l.id', 'd.lot_id')
      .select(['p.id', 'p.le', 'p.resultat', 'p.message', 'p.octets', 'p.depot_id'])
      .select(['d.etat as depot_etat', 'd.lot_id', 'l.etat as lot_etat'])
      // The counts alone: maps and examples are for the page of the import.
      .select(sql<Json>`d.bilan - '{carte,exemples,refus}'::text[]`.as('bilan'))
      .where('p.source_id', '=', sourceId)
      .orderBy('p.id', 'desc')
      .limit(100)
      .execute()
  );
}

/** The last line of the log of each of some sources. */
export async function listDerniersPassages(db: Kysely<DB>, ids: readonly number[]) {
  if (ids.length === 0) return [];
  return db
    .selectFrom('source_passage as p')
    .distinctOn('p.source_id')
    .select(['p.source_id', 'p.le', 'p.resultat', 'p.message'])
    .where('p.source_id', 'in', [...ids])
    .orderBy('p.source_id')
    .orderBy('p.id', 'desc')
    .execute();
}

/** The lines whose file has moved on since they were written, by their sources. */
export async function listPassagesASuivre(db: Kysely<DB>): Promise<{ id: number; source_id: number }[]> {
  return ouverts(db).select(['p.id', 'p.source_id']).where(aSuivre).orderBy('p.id').limit(200).execute();
}

/** One of them with its file, to be called once its source is locked; undefined where another process has followed it meanwhile. */
export async function findPassageASuivre(trx: Transaction<DB>, id: number) {
  return ouverts(trx)
    .select([
      'p.id',
      'p.resultat',
      'p.demande',
      'p.reglages',
      'd.id as depot',
      'd.etat',
      'd.erreur',
      'd.bilan',
      'd.colonnes',
    ])
    .where('p.id', '=', id)
    .where(aSuivre)
    .executeTakeFirst();
}

const aSuivre = sql<boolean>`(d.etat IN ('applique', 'refuse', 'abandonne') OR (p.resultat = 'en_cours' AND d.etat IN ('colonnes', 'simule')))`;

function ouverts(db: Kysely<DB>) {
  return db
    .selectFrom('source_passage as p')
    .innerJoin('import_depot as d', 'd.id', 'p.depot_id')
    .where('p.resultat', 'in', ['en_cours', 'a_valider', 'retenu']);
}

/** The line of a source whose file waits for a person; undefined where none does. */
export async function findPassageEnAttente(db: Kysely<DB>, sourceId: number) {
  return ouverts(db)
    .select(['p.id', 'p.resultat', 'p.message', 'd.id as depot', 'd.etat', 'd.bilan'])
    .where('p.source_id', '=', sourceId)
    .where('p.resultat', 'in', ['a_valider', 'retenu'])
    .where('d.etat', 'in', ['colonnes', 'simule'])
    .orderBy('p.id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/**
 * A person has a file applied that was tried; where a source brought it, they answer for the next ones too. False where it had moved
 * on meanwhile.
 */
export async function appliquerDepot(
  db: Kysely<DB>,
  { id, utilisateurId, now }: { id: string; utilisateurId: string; now: Date },
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const source = await findSourceOfDepot(trx, id);
    if (source) await lockSource(trx, source.id);
    if (!(await passerDepot(trx, { id, de: 'simule', vers: 'application', now }))) return false;
    if (!source) return true;
    await updateSourceAccord(trx, { id: source.id, utilisateurId });
    await trx.updateTable('source_passage').set({ accepte: true }).where('depot_id', '=', id).execute();
    return true;
  });
}

/** The newest 200 files that were applied of a source under its settings of today, with what was counted in them. */
export async function listAppliques(
  db: Kysely<DB>,
  { id, reglages }: { id: number; reglages: number },
): Promise<{ le: Date; accepte: boolean; annule: boolean; bilan: Json }[]> {
  return db
    .selectFrom('source_passage as p')
    .innerJoin('import_depot as d', 'd.id', 'p.depot_id')
    .leftJoin('import_lot as l', 'l.id', 'd.lot_id')
    .select(['p.le', 'p.accepte', sql<boolean>`l.etat IS NOT DISTINCT FROM 'annule'`.as('annule')])
    .select(sql<Json>`d.bilan - '{carte,exemples,refus}'::text[]`.as('bilan'))
    .where('p.source_id', '=', id)
    .where('p.reglages', '=', reglages)
    .where('p.resultat', '=', 'applique')
    .orderBy('p.id', 'desc')
    .limit(200)
    .execute();
}

/** Files of a source that wait for a person give way to a newer one; gives their ids. */
export async function remplacerEnAttente(
  trx: Transaction<DB>,
  { sourceId, now }: { sourceId: number; now: Date },
): Promise<string[]> {
  const waiting = trx
    .selectFrom('source_passage')
    .select('depot_id')
    .where('source_id', '=', sourceId)
    .where('resultat', 'in', ['a_valider', 'retenu']);
  const left = await trx
    .updateTable('import_depot')
    .set({ etat: 'abandonne', modifie_le: now })
    .where('id', 'in', waiting.$castTo<{ depot_id: string }>())
    .where('etat', 'in', ['colonnes', 'simule'])
    .returning('id')
    .execute();
  const ids = left.map(({ id }) => id);
  if (ids.length > 0)
    await trx.updateTable('source_passage').set({ resultat: 'remplace' }).where('depot_id', 'in', ids).execute();
  return ids;
}

/** The source that a file was read from; undefined where a person brought it. */
export async function findSourceOfDepot(db: Kysely<DB>, depotId: string) {
  return db
    .selectFrom('source_passage as p')
    .innerJoin('source as s', 's.id', 'p.source_id')
    .select(['s.id', 's.nom', 's.utilisateur_id', 's.accord_id', 's.organisation', 's.territoires', 's.colonnes'])
    .where('p.depot_id', '=', depotId)
    .executeTakeFirst();
}

/** Lines older than 400 days go. */
export async function deleteOldPassages(db: Kysely<DB>, now: Date): Promise<void> {
  await db
    .deleteFrom('source_passage')
    .where('le', '<', new Date(now.getTime() - 400 * 86_400_000))
    .where('resultat', 'not in', ['en_cours', 'a_valider', 'retenu'])
    .execute();
}
