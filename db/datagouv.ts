import type { Kysely } from 'kysely';
import type { DB } from './types.ts';

/** What is known of the dataset on data.gouv.fr, and how the attempts go. */
export interface PublicationDatagouv {
  jeu_id: string | null;
  /** The export whose files were last all there: its day (AAAA-MM-JJ), when that was seen, and when it was made. */
  publie_jour: string | null;
  publie_le: Date | null;
  export_fait_le: Date | null;
  /** Attempts that failed on that local day. */
  essais_jour: string | null;
  essais: number;
  /** Nothing is tried before. */
  reprise_le: Date | null;
  /** Why the last attempt failed, as a French sentence; null where all is well. */
  erreur: string | null;
  erreur_le: Date | null;
  /** The reason that moderators were told. */
  alerte: string | null;
}

/** What is known of one resource. */
export interface RessourceDatagouv {
  cle: string;
  ressource_id: string | null;
  titre: string | null;
  /** The file that was last published there, hexadecimal, and the day of its export. */
  sha256: string | null;
  jour: string | null;
  publie_le: Date | null;
  /** The file that was last about to be sent. */
  envoi_sha1: string | null;
  envoi_sha256: string | null;
  envoi_le: Date | null;
}

/** What is known for these settings (`cible`); undefined where nothing is, or what is known is of others. */
export async function findPublicationDatagouv(db: Kysely<DB>, cible: string): Promise<PublicationDatagouv | undefined> {
  return db
    .selectFrom('datagouv_jeu')
    .select(['jeu_id', 'publie_jour', 'publie_le', 'export_fait_le', 'essais_jour', 'essais', 'reprise_le'])
    .select(['erreur', 'erreur_le', 'alerte'])
    .where('cible', '=', cible)
    .executeTakeFirst();
}

/** Begins to keep what is known for these settings. What was known of others is forgotten: another server's ids, or another dataset's. */
export async function beginPublicationDatagouv(db: Kysely<DB>, cible: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const others = await trx.deleteFrom('datagouv_jeu').where('cible', '<>', cible).executeTakeFirst();
    if (others.numDeletedRows > 0n) await trx.deleteFrom('datagouv_ressource').execute();
    await trx
      .insertInto('datagouv_jeu')
      .values({ cible })
      .onConflict((conflict) => conflict.column('seul').doNothing())
      .execute();
  });
}

/** Keeps what is given. */
export async function updatePublicationDatagouv(
  db: Kysely<DB>,
  { cible, ...values }: { cible: string } & Partial<PublicationDatagouv>,
): Promise<void> {
  await db.updateTable('datagouv_jeu').set(values).where('cible', '=', cible).execute();
}

/** What is known of the resources, by the name of our file. */
export async function listRessourcesDatagouv(db: Kysely<DB>): Promise<RessourceDatagouv[]> {
  return db
    .selectFrom('datagouv_ressource')
    .select(['cle', 'ressource_id', 'titre', 'sha256', 'jour', 'publie_le', 'envoi_sha1', 'envoi_sha256', 'envoi_le'])
    .orderBy('cle')
    .limit(100)
    .execute();
}

/** Keeps what is given of one resource. */
export async function upsertRessourceDatagouv(
  db: Kysely<DB>,
  { cle, ...values }: { cle: string } & Partial<RessourceDatagouv>,
): Promise<void> {
  await db
    .insertInto('datagouv_ressource')
    .values({ cle, ...values })
    .onConflict((conflict) => conflict.column('cle').doUpdateSet({ cle, ...values }))
    .execute();
}
