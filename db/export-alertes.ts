import { type Kysely, sql, type Transaction } from 'kysely';
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

/**
 * Keeps what was wrong with a day's export, in place of what was said of that day before. Whether there is something to tell: the same
 * lieux left out for the same fields, night after night, were told the first time; an export that is held back is told each day.
 */
export async function upsertExportAlerte(trx: Transaction<DB>, alerte: ExportAlerte): Promise<boolean> {
  const ecartes = JSON.stringify(alerte.ecartes.slice(0, 1_000));
  const before = await trx
    .selectFrom('export_alerte')
    .select(['jour', 'motif', sql<boolean>`ecartes = ${ecartes}::jsonb`.as('les_memes')])
    .where('jour', '<=', alerte.jour)
    .orderBy('jour', 'desc')
    .limit(1)
    .executeTakeFirst();
  const values = { ...alerte, ecartes };
  await trx
    .insertInto('export_alerte')
    .values(values)
    .onConflict((conflict) => conflict.column('jour').doUpdateSet(values))
    .execute();
  if (before === undefined || before.motif !== alerte.motif) return true;
  return alerte.motif === null ? !before.les_memes : before.jour !== alerte.jour;
}

/** What was wrong more than 30 days ago goes, but for the newest: it is what the next one is compared with. */
export async function deleteOldExportAlertes(db: Kysely<DB>, now: Date): Promise<void> {
  await db
    .deleteFrom('export_alerte')
    .where('le', '<', new Date(now.getTime() - 30 * 86_400_000))
    .where('jour', '<', (eb) => eb.selectFrom('export_alerte as a').select((max) => max.fn.max('a.jour').as('jour')))
    .execute();
}

/** Nothing is wrong with that day's export, nor any more with those before it. */
export async function deleteExportAlertes(db: Kysely<DB>, jour: string): Promise<void> {
  await db.deleteFrom('export_alerte').where('jour', '<=', jour).execute();
}

/** The nightly export does not succeed: for how long, why, and whether people were told. */
export interface ExportPanne {
  depuis: Date;
  /** A French sentence. */
  cause: string;
  dite_le: Date | null;
}

/** Notes that the nightly export fails, from the first failure in a row on. */
export async function upsertExportPanne(
  db: Kysely<DB>,
  { cause, now }: { cause: string; now: Date },
): Promise<ExportPanne> {
  return db
    .insertInto('export_panne')
    .values({ depuis: now, cause })
    .onConflict((conflict) => conflict.column('seule').doUpdateSet({ cause }))
    .returning(['depuis', 'cause', 'dite_le'])
    .executeTakeFirstOrThrow();
}

/** People are told of a failure; false where they were already. */
export async function updateExportPanneDite(trx: Transaction<DB>, now: Date): Promise<boolean> {
  const told = await trx
    .updateTable('export_panne')
    .set({ dite_le: now })
    .where('dite_le', 'is', null)
    .executeTakeFirst();
  return told.numUpdatedRows > 0n;
}

/** The nightly export succeeds again. */
export async function deleteExportPanne(db: Kysely<DB>): Promise<void> {
  await db.deleteFrom('export_panne').execute();
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
