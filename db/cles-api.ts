import type { Kysely } from 'kysely';
import type { DB } from './types.ts';

/** The number of the API key that has this hash and holds; undefined for any other. */
export async function findCleApi(db: Kysely<DB>, empreinte: Buffer): Promise<number | undefined> {
  const row = await db
    .selectFrom('cle_api')
    .select('id')
    .where('empreinte', '=', empreinte)
    .where('revoquee_le', 'is', null)
    .executeTakeFirst();
  return row?.id;
}

/** Every API key with who gave it, those that hold first, newest first; at most 1,000. */
export async function listClesApi(db: Kysely<DB>) {
  return db
    .selectFrom('cle_api')
    .leftJoin('utilisateur as par', 'par.id', 'cle_api.cree_par')
    .select([
      'cle_api.id',
      'cle_api.nom',
      'cle_api.courriel',
      'cle_api.cree_le',
      'cle_api.revoquee_le',
      'par.courriel as cree_par',
    ])
    .orderBy('cle_api.revoquee_le', (order) => order.desc().nullsFirst())
    .orderBy('cle_api.cree_le', 'desc')
    .orderBy('cle_api.id', 'desc')
    .limit(1_000)
    .execute();
}

/** Keeps a new API key: its hash, what it is for and whom to write to. */
export async function insertCleApi(
  db: Kysely<DB>,
  { empreinte, nom, courriel, par, now }: { empreinte: Buffer; nom: string; courriel: string; par: string; now: Date },
): Promise<void> {
  await db
    .insertInto('cle_api')
    .values({ empreinte, nom, courriel: courriel.toLowerCase(), cree_le: now, cree_par: par })
    .execute();
}

/** Ends an API key at once; false where there is none that holds. */
export async function revokeCleApi(
  db: Kysely<DB>,
  { id, par, now }: { id: number; par: string; now: Date },
): Promise<boolean> {
  const result = await db
    .updateTable('cle_api')
    .set({ revoquee_le: now, revoquee_par: par })
    .where('id', '=', id)
    .where('revoquee_le', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
