import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB, Json } from './types.ts';

export type EtatDepot =
  | 'analyse'
  | 'colonnes'
  | 'simulation'
  | 'simule'
  | 'application'
  | 'applique'
  | 'refuse'
  | 'abandonne';

const A_FAIRE = ['analyse', 'simulation', 'application'] as const satisfies readonly EtatDepot[];

/** Nobody goes on with these: their file is needed no more. */
export const DEPOT_FINI = ['applique', 'refuse', 'abandonne'] as const satisfies readonly EtatDepot[];

/** Channel on which one hears that a file waits for the job. */
export const CANAL_DEPOTS = 'import_depot';

/** Keeps what is known of a file that has just been received, and tells the job. */
export async function insertDepot(
  db: Kysely<DB>,
  depot: {
    id: string;
    utilisateurId: string;
    fichier: string;
    octets: number;
    source: string | null;
    complet: boolean;
    now: Date;
  },
): Promise<void> {
  const { id, utilisateurId, fichier, octets, source, complet, now } = depot;
  await db
    .insertInto('import_depot')
    .values({
      ...{ id, utilisateur_id: utilisateurId, fichier, octets, source, complet },
      ...{ etat: 'analyse', cree_le: now, modifie_le: now },
    })
    .execute();
  await sql`SELECT pg_notify(${CANAL_DEPOTS}, '')`.execute(db);
}

/** Whose files one sees: one's own, or everybody's. */
export interface Lecteur {
  utilisateurId: string;
  tous: boolean;
}

/** A file with who brought it and what became of its batch; undefined where it is not for this reader. */
export async function findDepot(db: Kysely<DB>, { id, utilisateurId, tous }: Lecteur & { id: string }) {
  return depots(db)
    .where('d.id', '=', id)
    .$if(!tous, (query) => query.where('d.utilisateur_id', '=', utilisateurId))
    .executeTakeFirst();
}

/** The newest 50 files that a reader may see. */
export async function listDepots(db: Kysely<DB>, { utilisateurId, tous }: Lecteur) {
  return (
    depots(db)
      .$if(!tous, (query) => query.where('d.utilisateur_id', '=', utilisateurId))
      .where('d.etat', '<>', 'abandonne')
      // What sources bring is in their own logs.
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('source_passage as p').select('p.id').whereRef('p.depot_id', '=', 'd.id'))),
      )
      .orderBy('d.cree_le', 'desc')
      .limit(50)
      .execute()
  );
}

function depots(db: Kysely<DB>) {
  return db
    .selectFrom('import_depot as d')
    .leftJoin('utilisateur as u', 'u.id', 'd.utilisateur_id')
    .leftJoin('import_lot as l', 'l.id', 'd.lot_id')
    .select(['d.id', 'd.fichier', 'd.octets', 'd.source', 'd.complet', 'd.etat', 'd.format', 'd.colonnes', 'd.etape'])
    .select(['d.fait', 'd.total', 'd.bilan', 'd.erreur', 'd.lot_id', 'd.cree_le', 'd.modifie_le', 'd.utilisateur_id'])
    .select(['u.courriel as par', 'l.etat as lot_etat', 'l.lance_le as applique_le']);
}

/** The files that wait for the job, the oldest first. */
export async function listDepotsAFaire(db: Kysely<DB>): Promise<string[]> {
  const rows = await db
    .selectFrom('import_depot')
    .select('id')
    .where('etat', 'in', A_FAIRE)
    .orderBy('modifie_le')
    .limit(100)
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Does something with a file that no other process is working on; null where one is. The hold ends with the connection:
 * a process that is killed holds nothing.
 */
export async function withDepot<T>(
  db: Kysely<DB>,
  id: string,
  work: (depot: DepotAFaire) => Promise<T>,
): Promise<T | null> {
  return db.connection().execute(async (held) => {
    const key = sql`hashtextextended(${`import_depot:${id}`}, 0)`;
    const { rows } = await sql<{ ok: boolean }>`SELECT pg_try_advisory_lock(${key}) AS ok`.execute(held);
    if (rows[0]?.ok !== true) return null;
    try {
      const depot = await held
        .updateTable('import_depot')
        .set((eb) => ({ essais: eb('essais', '+', 1), etape: null, fait: 0, total: null }))
        .where('id', '=', id)
        .where('etat', 'in', A_FAIRE)
        .returning(['id', 'utilisateur_id', 'fichier', 'octets', 'source', 'complet', 'etat', 'colonnes', 'essais'])
        .executeTakeFirst();
      return depot ? await work(depot) : null;
    } finally {
      await sql`SELECT pg_advisory_unlock(${key})`.execute(held);
    }
  });
}

export interface DepotAFaire {
  id: string;
  utilisateur_id: string | null;
  fichier: string;
  octets: number;
  source: string | null;
  complet: boolean;
  etat: string;
  colonnes: Json;
  essais: number;
}

/** How far the job is: `total` where one knows it. */
export async function updateProgres(
  db: Kysely<DB>,
  { id, etape, fait, total }: { id: string; etape: string; fait: number; total: number | null },
): Promise<void> {
  await db.updateTable('import_depot').set({ etape, fait, total }).where('id', '=', id).execute();
}

export interface Passage {
  id: string;
  de: EtatDepot;
  vers: EtatDepot;
  now: Date;
  format?: string;
  colonnes?: readonly unknown[];
  source?: string | null;
  bilan?: object;
  erreur?: string;
  lotId?: number | null;
}

/** Moves a file from one state to another, and tells the job; false where it had left that state already, and nothing is written. */
export async function passerDepot(db: Kysely<DB> | Transaction<DB>, passage: Passage): Promise<boolean> {
  const { id, de, vers, now, format, colonnes, source, bilan, erreur, lotId } = passage;
  const moved = await db
    .updateTable('import_depot')
    .set({
      ...{ etat: vers, modifie_le: now, essais: 0 },
      ...(format !== undefined && { format }),
      ...(colonnes !== undefined && { colonnes: JSON.stringify(colonnes) }),
      ...(source !== undefined && { source }),
      ...(bilan !== undefined && { bilan: JSON.stringify(bilan) }),
      ...(erreur !== undefined && { erreur }),
      ...(lotId !== undefined && { lot_id: lotId }),
    })
    .where('id', '=', id)
    .where('etat', '=', de)
    .executeTakeFirst();
  await sql`SELECT pg_notify(${CANAL_DEPOTS}, '')`.execute(db);
  return moved.numUpdatedRows > 0n;
}

/** What somebody said of columns of these very names: themselves, else the last who did. */
export async function findProfil(
  db: Kysely<DB>,
  { utilisateurId, cle }: { utilisateurId: string | null; cle: string },
) {
  return db
    .selectFrom('import_profil')
    .select(['colonnes', 'source', 'utilisateur_id'])
    .where('cle', '=', cle)
    .orderBy((eb) => eb('utilisateur_id', '=', utilisateurId ?? ''), 'desc')
    .orderBy('modifie_le', 'desc')
    .executeTakeFirst();
}

export async function upsertProfil(
  db: Kysely<DB>,
  profil: { utilisateurId: string; cle: string; colonnes: readonly unknown[]; source: string | null; now: Date },
): Promise<void> {
  const { utilisateurId, cle, source, now } = profil;
  const values = { colonnes: JSON.stringify(profil.colonnes), source, modifie_le: now };
  await db
    .insertInto('import_profil')
    .values({ utilisateur_id: utilisateurId, cle, ...values })
    .onConflict((conflict) => conflict.columns(['utilisateur_id', 'cle']).doUpdateSet(values))
    .execute();
}

/** What a person said of columns, for each kind of file, the newest first. */
export async function listProfils(db: Kysely<DB>, utilisateurId: string) {
  return db
    .selectFrom('import_profil')
    .select(['cle', 'colonnes', 'source', 'modifie_le'])
    .where('utilisateur_id', '=', utilisateurId)
    .orderBy('modifie_le', 'desc')
    .limit(50)
    .execute();
}

/** Size of the files that are kept, all and of one person. */
export async function sumDepots(db: Kysely<DB>, utilisateurId: string): Promise<{ tous: number; siens: number }> {
  const row = await db
    .selectFrom('import_depot')
    .select((eb) => [
      eb.fn.coalesce(eb.fn.sum<string>('octets'), sql<string>`0`).as('tous'),
      sql<string>`count(*) FILTER (WHERE utilisateur_id = ${utilisateurId})`.as('siens'),
    ])
    .where('etat', 'not in', DEPOT_FINI)
    .executeTakeFirstOrThrow();
  return { tous: Number(row.tous), siens: Number(row.siens) };
}

/** Files that nobody has gone on with for `jours` days are given up. */
export async function abandonnerVieuxDepots(
  db: Kysely<DB>,
  { now, jours }: { now: Date; jours: number },
): Promise<void> {
  await db
    .updateTable('import_depot')
    .set({ etat: 'abandonne', modifie_le: now })
    .where('etat', 'in', ['colonnes', 'simule'])
    .where('modifie_le', '<', new Date(now.getTime() - jours * 86_400_000))
    // The file of a source waits until a newer one takes its place.
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('source_passage as p').select('p.id').whereRef('p.depot_id', '=', 'import_depot.id'))),
    )
    .execute();
}

/**
 * A file that was done with 400 days ago goes, with what was counted in it; gives its id. Its lieux and its batch stay. A thousand at
 * a time: the rest at the next call.
 */
export async function deleteOldDepots(db: Kysely<DB>, now: Date): Promise<string[]> {
  const old = db
    .selectFrom('import_depot')
    .select('id')
    .where('etat', 'in', DEPOT_FINI)
    .where('modifie_le', '<', new Date(now.getTime() - 400 * 86_400_000))
    .limit(1_000);
  const rows = await db.deleteFrom('import_depot').where('id', 'in', old).returning('id').execute();
  return rows.map(({ id }) => id);
}

/** What became of those of these ids that are known. */
export async function listEtatsDeDepots(db: Kysely<DB>, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('import_depot')
    .select(['id', 'etat'])
    .where('id', '=', sql<string>`any(${[...ids]}::text[])`)
    .execute();
  return new Map(rows.map(({ id, etat }) => [id, etat]));
}
