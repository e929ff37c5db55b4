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
