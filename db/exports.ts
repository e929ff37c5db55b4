import { type Kysely, sql } from 'kysely';
import { withLock } from './locks.ts';
import type { DB, Json } from './types.ts';

export interface ExportFile {
  /** `lieux.csv`, `departement/33/lieux.csv`: as it is served. */
  nom: string;
  /** `region:75`, `departement:33`; null for the whole. */
  territoire: string | null;
  /** How many lieux, or changes; null in exports that did not count them file by file. */
  lignes: number | null;
  octets: number;
  /** Hexadecimal. */
  sha256: string;
  /** Where it lies under the folder of exports, with `/`. */
  chemin: string;
}

export interface ExportJour {
  /** Local day in Paris, AAAA-MM-JJ. */
  jour: string;
  lignes: number;
  /** Those of the whole: those of territoires are read apart, by `listExportTerritoires`. */
  fichiers: ExportFile[];
  /** The Table Schema of that day; null in exports that did not keep it. */
  schema: ExportFile | null;
  /** The day (AAAA-MM-JJ) of the export that `changements.csv` compares it with; null where there is none, or it was not noted. */
  changements_depuis: string | null;
  /** It holds lieux of the demonstration set: for this machine only. */
  demo: boolean;
  fait_le: Date;
}

/** The export of a day; without a day, the newest. With `demo: false`, those that hold demonstration lieux do not exist. */
export async function findExportJour(
  db: Kysely<DB>,
  { jour, demo }: { jour: string | null; demo: boolean },
): Promise<ExportJour | undefined> {
  const newest = selectExports(db, demo).orderBy('jour', 'desc').limit(1);
  const row = await (jour === null ? newest : newest.where('jour', '=', jour)).executeTakeFirst();
  return row && read(row);
}

/** The exports that exist, newest first, at most 1,000. */
export async function listExportJours(db: Kysely<DB>, { demo }: { demo: boolean }): Promise<ExportJour[]> {
  const rows = await selectExports(db, demo).orderBy('jour', 'desc').limit(1_000).execute();
  return rows.map(read);
}

/** The files of each région and département in the export of a day; none where there is no such export. */
export async function listExportTerritoires(db: Kysely<DB>, jour: string): Promise<ExportFile[]> {
  const row = await db
    .selectFrom('export_jour')
    .select(sql<Json>`fichiers -> 'territoires'`.as('territoires'))
    .where('jour', '=', jour)
    .executeTakeFirst();
  return readFiles(row?.territoires ?? null);
}

type ExportToKeep = Omit<ExportJour, 'schema' | 'changements_depuis'> &
  Partial<Pick<ExportJour, 'schema' | 'changements_depuis'>> & { territoires?: readonly ExportFile[] };

/** Makes a day's export the one that is served, in place of an earlier one of that day. */
export async function upsertExportJour(
  db: Kysely<DB>,
  { jour, lignes, fait_le, fichiers, demo, territoires = [], schema = null, changements_depuis = null }: ExportToKeep,
): Promise<void> {
  const kept = { demo, fichiers, territoires, schema, changements_depuis };
  const values = { lignes, fichiers: JSON.stringify(kept), fait_le };
  await db
    .insertInto('export_jour')
    .values({ jour, ...values })
    .onConflict((conflict) => conflict.column('jour').doUpdateSet(values))
    .execute();
}

/** Forgets the exports of these days: from now on they are not served. */
export async function deleteExportJours(db: Kysely<DB>, jours: readonly string[]): Promise<void> {
  if (jours.length > 0) await db.deleteFrom('export_jour').where('jour', 'in', jours).execute();
}

/** Does something alone among all processes for that day (see `withLock`). */
export async function withExportLock<T>(
  db: Kysely<DB>,
  jour: string,
  action: (locked: Kysely<DB>) => Promise<T>,
): Promise<T> {
  return withLock(db, `export ${jour}`, action);
}

function selectExports(db: Kysely<DB>, demo: boolean) {
  const all = db
    .selectFrom('export_jour')
    .select(['jour', 'lignes', 'fait_le'])
    // Hundreds of files of territoires, that few ask for.
    .select(sql<Json>`fichiers - 'territoires'`.as('fichiers'));
  return demo ? all : all.where(sql<boolean>`NOT coalesce((fichiers -> 'demo')::boolean, false)`);
}

interface Row {
  jour: string;
  lignes: number;
  fichiers: Json;
  fait_le: Date;
}

function read({ fichiers, ...row }: Row): ExportJour {
  const kept = typeof fichiers === 'object' && fichiers !== null && !Array.isArray(fichiers) ? fichiers : {};
  const { schema = null, changements_depuis: depuis } = kept;
  return {
    ...row,
    demo: kept.demo === true,
    fichiers: readFiles(kept.fichiers ?? null),
    schema: readFiles([schema])[0] ?? null,
    changements_depuis: typeof depuis === 'string' ? depuis : null,
  };
}

function readFiles(value: Json): ExportFile[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter(isStoredFile).map(({ nom, octets, sha256, chemin, territoire, lignes }) => ({
    nom,
    territoire: territoire ?? null,
    lignes: lignes ?? null,
    octets,
    sha256,
    chemin,
  }));
}

function isStoredFile(value: unknown): value is Omit<ExportFile, 'territoire' | 'lignes'> & Partial<ExportFile> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'nom' in value &&
    typeof value.nom === 'string' &&
    'octets' in value &&
    typeof value.octets === 'number' &&
    'sha256' in value &&
    typeof value.sha256 === 'string' &&
    'chemin' in value &&
    typeof value.chemin === 'string'
  );
}
