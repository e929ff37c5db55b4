import type { Kysely, Transaction } from 'kysely';
import type { DB } from './types.ts';

/** What was wrong with a day's export. */
export interface ExportAlerte {
  /** Local day in Paris, AAAA-MM-JJ. */
  jour: string;
  /** How many lieux it has, and how many the one has that was served before; null where there was none. */
  lignes: number;
  precedentes: number | null;
  /** Why it is held back, as the end of a French sentence; null where it was published all the same. */
  motif: string | null;
  /** The lieux that are left out of it, and why. */
  ecartes: readonly { id: string; champs: readonly string[] }[];
  le: Date;
}

/** The newest day whose export is held back; undefined where the newest that was tried is not. */
export async function findExportRetenu(db: Kysely<DB>): Promise<Omit<ExportAlerte, 'ecartes'> | undefined> {
  const alerte = await db
    .selectFrom('export_alerte')
    .select(['jour', 'lignes', 'precedentes', 'motif', 'le'])
    .where('motif', 'is not', null)
    .orderBy('jour', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!alerte) return undefined;
  const published = await db
    .selectFrom('export_jour')
    .select('jour')
    .where('fait_le', '>', alerte.le)
    .limit(1)
    .executeTakeFirst();
  return published ? undefined : alerte;
}

/** Keeps what was wrong with a day's export, in place of what was said of that day before; whether it is said for the first time. */
export async function upsertExportAlerte(trx: Transaction<DB>, alerte: ExportAlerte): Promise<boolean> {
  const before = await trx
    .selectFrom('export_alerte')
    .select('motif')
    .where('jour', '=', alerte.jour)
    .executeTakeFirst();
  const values = { ...alerte, ecartes: JSON.stringify(alerte.ecartes.slice(0, 1_000)) };
  await trx
    .insertInto('export_alerte')
    .values(values)
    .onConflict((conflict) => conflict.column('jour').doUpdateSet(values))
    .execute();
  return before === undefined || before.motif !== alerte.motif;
}

/** Nothing is wrong any more with that day's export. */
export async function deleteExportAlerte(db: Kysely<DB>, jour: string): Promise<void> {
  await db.deleteFrom('export_alerte').where('jour', '=', jour).execute();
}

/** The addresses of those who moderate the whole country. */
export async function listCourrielsNationaux(db: Kysely<DB>): Promise<string[]> {
  const rows = await db
    .selectFrom('moderateur')
    .innerJoin('utilisateur', 'utilisateur.id', 'moderateur.utilisateur_id')
    .select('utilisateur.courriel')
    .where('moderateur.departements', 'is', null)
    .orderBy('utilisateur.courriel')
    .limit(200)
    .execute();
  return rows.map(({ courriel }) => courriel);
}
