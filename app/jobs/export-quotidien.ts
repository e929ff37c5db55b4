import { createHash, randomBytes } from 'node:crypto';
import { copyFile, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Kysely } from 'kysely';
import {
  firstExportDay,
  joursToForget,
  nightlyExportDue,
  nomStandard,
  parisDay,
  reasonToHold,
} from '#app/domain/exports.ts';
import { FIELDS, tableSchema } from '#app/domain/standard.ts';
import { isLocalDemonstration } from '#app/http/demonstration.server.ts';
import type { Settings } from '#app/http/settings.server.ts';
import { makeFolder } from '#db/embedded/folder.ts';
import { deleteExportAlertes, deleteExportPanne, findExportRetenu } from '#db/export-alertes.ts';
import {
  deleteExportJours,
  type ExportFile,
  type ExportJour,
  findExportJour,
  listExportJours,
  upsertExportJour,
  withExportLock,
} from '#db/exports.ts';
import { hasDemoLieuxPublies, hasLieuxPublies, streamLieuxPublies } from '#db/lieux-publies.ts';
import type { DB } from '#db/types.ts';
import { alertExport, ExportRetenu } from './export-alerte.ts';
import { writeChangements } from './export-changements.ts';
import { type DepotSettings, depotOf, depotsOf, exportsDir } from './export-depot.ts';
import { syncFolder } from './export-depot-disque.ts';
import { type WrittenFile, writeLieux } from './export-files.ts';
import { noteExportPanne } from './export-panne.ts';
import { DepotError } from './export-s3-faute.ts';
import { mapAtOnce } from './map-at-once.ts';

/** What an export needs of the process. */
export interface ExportServices {
  db: Kysely<DB>;
  settings: DepotSettings & Pick<Settings, 'databaseUrl' | 'exportProducteur' | 'host' | 'publicUrl' | 'trustProxy'>;
  now: () => Date;
}

export interface ExportResult {
  jour: string;
  lignes: number;
  /** Those of the whole. */
  fichiers: Pick<WrittenFile, 'nom' | 'octets' | 'sha256'>[];
}

/** With the files of territoires, which are read apart once it is made. */
type Made = ExportJour & { territoires: ExportFile[] };

const LICENCE = 'Licence Ouverte / Open Licence version 2.0';

/**
 * Makes the export of a day now, from one snapshot of the database, in place of an earlier one of that day; with `vers`, puts
 * a copy into that folder too. Files are whole or absent at any moment: they are written aside, then put in place, then recorded.
 * What `reasonToHold` refuses is not published: the export that is served stays, unless a person says `forcer`.
 * Lieux of the demonstration set are in it only where nobody but this machine can see them, which a bucket is not.
 */
export async function exportDay(
  services: ExportServices,
  { jour, vers = null, forcer = false }: { jour: string; vers?: string | null; forcer?: boolean },
): Promise<ExportResult> {
  // A folder that cannot be had is said before anything is published.
  if (vers !== null) makeFolder(resolve(vers));
  const made = await withExportLock(services.db, jour, (locked) => makeExport(services, { locked, jour, forcer }));
  if (vers !== null) await copyTo(resolve(vers), made, services);
  return resultOf(made);
}

/**
 * What the job runner calls every few minutes in every process: makes the nightly export where it is due and nobody has (the
 * first lieux of a new installation do not wait for the night), then forgets old days. Gives what it made, null where there was nothing to do.
 */
export async function runNightlyExportIfDue(services: ExportServices): Promise<ExportResult | null> {
  const jour = await findDueJour(services);
  if (jour === null) return null;
  const made = await withExportLock(services.db, jour, async (locked) =>
    (await findDueJour(services)) === jour ? makeExport(services, { locked, jour, forcer: false }) : null,
  ).catch(async (error: unknown) => {
    if (error instanceof ExportRetenu) {
      await deleteExportPanne(services.db);
      return null;
    }
    // A database that cannot note it either leaves the error to the log.
    await noteExportPanne(services.db, { error, publicUrl: services.settings.publicUrl, now: services.now() }).catch(
      () => {},
    );
    throw error;
  });
  if (made === null) return null;
  await forgetOldExports(services);
  return resultOf(made);
}

/** The day to export now, null for none. While there has been nothing to publish, the first lieux make the first export. */
async function findDueJour({ db, now, settings }: ExportServices): Promise<string | null> {
  const instant = now();
  const demo = isDemoExported(settings);
  const made = await listExportJours(db, { demo });
  if (made.some(({ lignes }) => lignes > 0)) {
    const today = parisDay(instant);
    const [last, held] = await Promise.all([findExportJour(db, { jour: today, demo }), findExportRetenu(db)]);
    // Held back once, it waits for the next night, or for a person.
    return nightlyExportDue(instant, held?.jour === today ? held.le : (last?.fait_le ?? null));
  }
  if (!(await hasLieuxPublies(db, { demo }))) return null;
  // An empty one that was asked for by hand gives way.
  const first = firstExportDay(instant);
  const newest = made[0]?.jour;
  const jour = newest === undefined || newest < first ? first : newest;
  return (await findExportRetenu(db))?.jour === jour ? null : jour;
}

async function makeExport(
  services: ExportServices,
  { locked, jour, forcer }: { locked: Kysely<DB>; jour: string; forcer: boolean },
): Promise<Made> {
  const { db, settings, now } = services;
  const day = join(exportsDir(settings), jour);
  const depots = depotsOf(settings);
  const fait_le = now();
  const demo = isDemoExported(settings) && (await hasDemoLieuxPublies(db));
  // Whatever a killed run left: under the lock nobody else writes here.
  const served = await findExportJour(locked, { jour, demo: true });
  for (const depot of depots) await depot.keepOnly(jour, served ? baseOf(served) : null);
  makeFolder(day);

  const run = randomBytes(6).toString('hex');
  const aside = join(day, `.${run}`);
  await mkdir(aside);
  const { lignes, fichiers, territoires, ecartes } = await writeLieux(aside, streamLieuxPublies(db, { demo }));
  const precedentes = await servedLignes(locked, { jour, demo: isDemoExported(settings) });
  const motif = forcer ? null : reasonToHold({ lignes, ecartes: ecartes.length, precedentes });
  if (motif !== null || ecartes.length > 0)
    await alertExport(db, { jour, lignes, precedentes, motif, ecartes, le: fait_le }, settings);
  if (motif !== null) {
    await rm(aside, { recursive: true, force: true });
    throw new ExportRetenu({ jour, motif });
  }
  const changements = await changementsOf(services, { jour, folder: aside });
  const written = [...fichiers, ...(changements ? [changements.file] : [])];
  const schema = await writeSchema(aside);
  const about = { jour, lignes, demo, fait_le, changements_depuis: changements?.depuis ?? null };
  await writeFile(join(aside, MANIFEST), manifestOf({ ...about, schema, fichiers: written, territoires }, settings), {
    flush: true,
  });
  const noms = [...written, schema, ...territoires].map(({ nom }) => nom);
  const base = await depots[0].publish({ jour, run, folder: aside, noms: [...noms, MANIFEST] });
  const placed = (file: WrittenFile): ExportFile => ({ ...file, chemin: `${base}/${file.nom}` });
  const made: Made = {
    ...about,
    schema: placed(schema),
    fichiers: written.map(placed),
    territoires: territoires.map(placed),
  };
  await upsertExportJour(locked, made);
  if (await isNewest(locked, made)) {
    const root = base.length - `${jour}/${run}`.length;
    await depots[0].announce(manifestOf(made, settings, ({ chemin }) => chemin.slice(root))).catch((error: unknown) => {
      if (!(error instanceof DepotError)) throw error;
      throw new DepotError(
        `L’export du ${jour} est en ligne, mais le manifeste du stockage reste l’ancien. ${error.message}`,
      );
    });
  }
  await deleteExportPanne(locked);
  if (ecartes.length === 0) await deleteExportAlertes(locked, jour);
  // What it replaces is served no more: where it cannot be removed now, the next night does.
  for (const depot of depots) await depot.keepOnly(jour, base).catch(unlessAway);
  return made;
}

function unlessAway(error: unknown): void {
  if (!(error instanceof DepotError)) throw error;
}

/** Whether lieux of the demonstration set may be in an export. */
function isDemoExported(settings: ExportServices['settings']): boolean {
  return isLocalDemonstration(settings) && depotsOf(settings)[0].seenHereOnly;
}

async function isNewest(db: Kysely<DB>, { jour, demo }: ExportJour): Promise<boolean> {
  return (await findExportJour(db, { jour: null, demo }))?.jour === jour;
}

/** What changed since the export of the day before, or the last one before it: no file where there is none, or no longer. */
async function changementsOf(
  { db, settings }: ExportServices,
  { jour, folder }: { jour: string; folder: string },
): Promise<{ depuis: string; file: WrittenFile } | null> {
  const made = await listExportJours(db, { demo: isDemoExported(settings) });
  const last = made.find((other) => other.jour < jour);
  const before = last?.fichiers.find(({ nom }) => nom === JSON_FILE);
  if (!last || !before) return null;
  const scratch = join(folder, '.avant.json');
  const path = (await depotOf(settings, before.chemin)?.local(before, scratch)) ?? null;
  if (path === null) return null;
  try {
    return {
      depuis: last.jour,
      file: await writeChangements(folder, { before: path, after: join(folder, JSON_FILE) }),
    };
  } finally {
    await rm(scratch, { force: true });
  }
}

const JSON_FILE = 'lieux.json';

/** The Table Schema that these files follow: another day may have another. */
async function writeSchema(folder: string): Promise<WrittenFile> {
  const bytes = Buffer.from(`${JSON.stringify(tableSchema(), null, 2)}\n`);
  await writeFile(join(folder, SCHEMA), bytes, { flush: true });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { nom: SCHEMA, territoire: null, lignes: FIELDS.length, octets: bytes.length, sha256 };
}

const SCHEMA = 'schema.json';

/** How many lieux the export has that is served, of another day if there is one; null where there is none. */
async function servedLignes(db: Kysely<DB>, { jour, demo }: { jour: string; demo: boolean }): Promise<number | null> {
  const made = await listExportJours(db, { demo });
  return (made.find((other) => other.jour !== jour) ?? made[0])?.lignes ?? null;
}

const MANIFEST = 'manifeste.json';

/** What stands before the names of the files of an export, in `chemin`; null where it has none. */
function baseOf({ fichiers: [first] }: ExportJour): string | null {
  return first ? first.chemin.slice(0, -first.nom.length - 1) : null;
}

/** What a folder of files says of itself. */
function manifestOf<File extends Pick<ExportFile, keyof WrittenFile>>(
  made: Described<File>,
  settings: Pick<Settings, 'exportProducteur'>,
  nameOf: (file: File) => string = ({ nom }) => nom,
): string {
  const manifest = describeExport(made, { settings, placeOf: (file) => ({ nom: nameOf(file) }) });
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

interface Described<File> {
  jour: string;
  lignes: number;
  fait_le: Date;
  changements_depuis: string | null;
  schema: File | null;
  fichiers: readonly File[];
  territoires: readonly File[];
}

/** What a manifest says of an export, wherever its files are: `placeOf` gives that. */
export function describeExport<File extends Pick<ExportFile, keyof WrittenFile>, Place extends { nom: string }>(
  { jour, lignes, fait_le, changements_depuis, schema, fichiers, territoires }: Described<File>,
  { settings, placeOf }: { settings: Pick<Settings, 'exportProducteur'>; placeOf: (file: File) => Place },
) {
  const describe = (file: File) => ({
    ...placeOf(file),
    nom_standard: nomStandard({ ...file, jour, producteur: settings.exportProducteur }),
    territoire: file.territoire,
    lignes: file.lignes,
    octets: file.octets,
    sha256: file.sha256,
  });
  const csv = territoires.filter(({ nom }) => nom.startsWith('departement/') && nom.endsWith('.csv'));
  return {
    jour,
    fait_le: fait_le.toISOString(),
    lignes,
    lignes_sans_departement: lignes - csv.reduce((sum, file) => sum + (file.lignes ?? 0), 0),
    licence: LICENCE,
    changements_depuis,
    schema: schema && { ...placeOf(schema), octets: schema.octets, sha256: schema.sha256 },
    fichiers: fichiers.map(describe),
    territoires: territoires.map(describe),
  };
}

function resultOf({ jour, lignes, fichiers }: ExportResult): ExportResult {
  return { jour, lignes, fichiers: fichiers.map(({ nom, octets, sha256 }) => ({ nom, octets, sha256 })) };
}

/** The whole under names that stay; territoires under the standard's, in `region` and `departement`: their day is in their name. */
async function copyTo(folder: string, made: Made, { settings }: ExportServices): Promise<void> {
  const { exportProducteur: producteur } = settings;
  const nameOf = ({ nom, territoire }: ExportFile) =>
    territoire === null ? nom : `${nom.split('/')[0]}/${nomStandard({ jour: made.jour, producteur, territoire, nom })}`;
  const files = [...made.fichiers, ...(made.schema ? [made.schema] : []), ...made.territoires];
  const folders = [...new Set(files.map((file) => dirname(join(folder, nameOf(file)))))];
  for (const path of folders) await mkdir(path, { recursive: true });
  await mapAtOnce(files, COPIES_AT_ONCE, (file) =>
    replaceFile(join(folder, nameOf(file)), async (aside) => {
      const path = await depotOf(settings, file.chemin)?.local(file, aside);
      if (!path) throw new Error(`${file.chemin} is recorded and is not there`);
      if (path !== aside) await copyFile(path, aside);
    }),
  );
  await replaceFile(join(folder, MANIFEST), (aside) => writeFile(aside, manifestOf(made, settings, nameOf)));
  for (const path of folders) await syncFolder(path);
}

const COPIES_AT_ONCE = 8;

async function replaceFile(path: string, write: (aside: string) => Promise<void>): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString('hex')}.partiel`;
  try {
    await write(aside);
    const handle = await open(aside, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(aside, path);
  } finally {
    await rm(aside, { force: true });
  }
}

/** Thirty days of exports, then the first of each month: the others are no longer served, then removed, with what killed runs left. */
async function forgetOldExports({ db, settings, now }: ExportServices): Promise<void> {
  const listed = await listExportJours(db, { demo: true });
  const jours = listed.map(({ jour }) => jour);
  const forgotten = joursToForget(jours, parisDay(now()));
  await deleteExportJours(db, forgotten);
  for (const depot of depotsOf(settings)) {
    for (const jour of await depot.listJours()) {
      await withExportLock(db, jour, async (locked) => {
        const served = await findExportJour(locked, { jour, demo: true });
        if (served === undefined || served.fichiers.length > 0)
          await depot.keepOnly(jour, served ? baseOf(served) : null);
      });
    }
  }
}
