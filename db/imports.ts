import { type Kysely, sql, type Transaction } from 'kysely';
import { type FieldValue, type Lieu, missingFields } from '#app/domain/lieu.ts';
import type { Droit, LieuPlace, Portee } from '#app/domain/permissions.ts';
import type { FieldName } from '#app/domain/standard.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { flagAbsences, type LieuNomme, listNewAbsences } from './imports-absences.ts';
import {
  compareWithStored,
  type Difference,
  followMerged,
  isOffline,
  isWritten,
  listStored,
} from './imports-comparaison.ts';
import { insertImportedLieux, updateImportedLieux } from './imports-ecriture.ts';
import { proposeProtected } from './imports-revisions.ts';
import type { DB } from './types.ts';

/** A row of a file that can be kept: its physical line, the source that it comes from, what it says. */
export interface ImportedLieu {
  ligne: number;
  origine: string;
  /** `lieu.id` is the file's own id, unique within `origine`. */
  lieu: Lieu;
  /** Fields whose cell has a value that cannot be kept: the row says nothing of them. */
  ecartes: FieldName[];
  verdict: 'public' | 'a_completer';
}

/** A row that is refused, of which one knows at least that its source still has it. */
export interface RefusedLigne {
  ligne: number;
  origine: string;
  id: string;
  verdict: 'refusee';
}

/** What only the database can tell of a row. */
export type ImportFinding =
  | { kind: 'doublon'; ligne: number; id: string; verdict: ImportedLieu['verdict']; gagnante: number }
  | { kind: 'suffixe'; ligne: number; id: string; publie: string }
  /** The row lacks what the lieu has already: it is public, or stays so. */
  | { kind: 'complete'; ligne: number; id: string }
  /** The public does not see the lieu, and the file does not change that. */
  | { kind: 'hors_ligne'; ligne: number; id: string; statut: string }
  | { kind: 'hors_territoire'; ligne: number; id: string; verdict: ImportedLieu['verdict'] }
  | {
      kind: 'protege';
      tenu: boolean;
      ligne: number;
      id: string;
      champ: keyof Lieu;
      valeur: FieldValue;
      garde: FieldValue;
    };

export interface ImportOptions {
  /** Reads the rows, once; the transaction is open meanwhile. */
  lignes: AsyncIterable<ImportedLieu | RefusedLigne>;
  communes: CommuneIndex;
  now: Date;
  /** Local day AAAA-MM-JJ. */
  today: string;
  /** Everything is done, then undone. */
  simuler: boolean;
  /** What the record of the batch says; asked once the rows have been read. */
  lot(): { source: string | null; fichier: string; sha256: string; lancePar: string | null };
  /** Fields that no column of the file gives: what the database says of them stays. */
  absents: ReadonlySet<FieldName>;
  /** The file has all the lieux of its sources: those that it does not have are flagged. */
  complet: boolean;
  /** What may be done to a lieu of the database; anything where it is not given. */
  droit?(place: LieuPlace): Droit;
  /** Whose territory the file is kept to; null for the whole country. */
  portee: Portee | null;
  onFinding(finding: ImportFinding): void;
  /** What becomes of each row that is kept. */
  onIssue?(ligne: ImportedLieu, devenir: Devenir): void;
  /** Some of the lieux that are newly flagged, by name. */
  onAbsents?(lieux: readonly LieuNomme[]): void;
  /** Last in the transaction of an import that is not simulated. */
  onApplique?(trx: Transaction<DB>, counts: ImportCounts): Promise<void>;
  /** Rows read, then rows compared with the database. */
  onProgress?(etape: 'lecture' | 'ecriture', lignes: number): void;
}

export type Issue = 'nouvelle' | 'modifiee' | 'proposee' | 'inchangee' | 'hors_ligne';

/** What becomes of a row that is kept. One that changes a lieu may also propose to it. */
export interface Devenir {
  issue: Issue;
  /** Fields that take the file's value. */
  changes: readonly FieldName[];
  /** Fields that keep their value, where the file's newly waits for somebody to look at it. */
  proposes: readonly FieldName[];
  /** Of the changes, those that leave the field empty. */
  vides: readonly FieldName[];
  /** The lieu is public, and no longer would be. */
  depublie: boolean;
}

export interface ImportCounts {
  nouvelles: number;
  /** Lieux that change, or to which something is proposed. */
  modifiees: number;
  /** Values that were there and are empty now. */
  videes: number;
  /** Lieux that were public and no longer are. */
  depubliees: number;
  inchangees: number;
  /** Lieux that the public does not see, whatever the file says: closed, merged or hidden. */
  hors_ligne: number;
  doublons: number;
  /** Lieux that the file of their source no longer has, newly flagged. */
  absents: number;
  /** Lieux that were flagged so, and that it has again. */
  revenus: number;
  /** Null where nothing changed, or nothing was to be written. */
  lotId: number | null;
}

const CHUNK = 500;

/**
 * Brings the lieux of a file into the database, keyed by (source, id of the file), in one transaction: killed at any moment
 * it leaves nothing, run again it comes to the same, and a second run of the same file writes no row. Of two rows with one
 * key the later `date_maj` wins. A value that a person confirmed is never overwritten: the file's waits in a revision.
 * What changed is kept in one batch, that `annulerImport` takes back.
 */
export async function importLieux(db: Kysely<DB>, options: ImportOptions): Promise<ImportCounts> {
  try {
    return await db.transaction().execute(async (trx) => {
      await lockImports(trx);
      await stageLignes(trx, options);
      const doublons = await dropDoublons(trx, options);
      const merged = await mergeLignes(trx, options);
      const { fichier } = options.lot();
      const flagged = await flagAbsences(trx, { ...options, fichier, lotId: merged.lotId });
      if (flagged.absents > 0) options.onAbsents?.(await listNewAbsences(trx, options));
      const counts = { ...merged, doublons, ...flagged };
      if (options.simuler) throw new Simulated({ ...counts, lotId: null });
      await options.onApplique?.(trx, counts);
      return counts;
    });
  } catch (error) {
    if (error instanceof Simulated) return error.counts;
    throw error;
  }
}

/**
 * One import at a time, or one that is taken back, until the end of the transaction: two would compare with what the
 * other is about to write.
 */
export async function lockImports(trx: Transaction<DB>): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('import', 0))`.execute(trx);
}

/** Carries the counts out of a transaction that is rolled back. */
class Simulated extends Error {
  constructor(readonly counts: ImportCounts) {
    super('simulated');
  }
}

/**
 * The rows wait in a table of this connection, that the end of the transaction drops: memory holds one chunk. What tells one
 * from another is its rank in the file: a JSON may hold all its lieux on one physical line.
 */
async function stageLignes(trx: Transaction<DB>, { lignes, onProgress }: ImportOptions): Promise<void> {
  await sql`CREATE TEMPORARY TABLE import_ligne (
    rang integer NOT NULL, ligne integer NOT NULL, origine text NOT NULL, id_origine text NOT NULL, date_maj date, verdict text NOT NULL,
    lieu json, ecartes json
  ) ON COMMIT DROP`.execute(trx);
  let chunk: (ImportedLieu | RefusedLigne)[] = [];
  let read = 0;
  const flush = async (): Promise<void> => {
    const first = read + 1;
    const rows = chunk.map((ligne, index) => ({ rang: first + index, ...toStaged(ligne) }));
    read += chunk.length;
    chunk = [];
    if (rows.length === 0) return;
    await sql`INSERT INTO import_ligne SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::json)
      AS r(rang integer, ligne integer, origine text, id_origine text, date_maj date, verdict text, lieu json, ecartes json)`.execute(
      trx,
    );
    onProgress?.('lecture', read);
  };
  for await (const ligne of lignes) {
    chunk.push(ligne);
    if (chunk.length >= CHUNK) await flush();
  }
  await flush();
  await sql`CREATE INDEX ON import_ligne (rang)`.execute(trx);
  await sql`ANALYZE import_ligne`.execute(trx);
}

function toStaged(row: ImportedLieu | RefusedLigne) {
  const { ligne, origine, verdict } = row;
  if (row.verdict === 'refusee')
    return { ligne, origine, id_origine: row.id, date_maj: null, verdict, lieu: null, ecartes: null };
  const { lieu, ecartes } = row;
  return { ligne, origine, id_origine: lieu.id, date_maj: lieu.date_maj, verdict, lieu, ecartes };
}

/** Of the rows with one key, the one with the later date stays; with the same date, the later in the file. */
async function dropDoublons(trx: Transaction<DB>, { onFinding }: ImportOptions): Promise<number> {
  const { rows } = await sql<{
    rang: number;
    ligne: number;
    id: string;
    verdict: ImportedLieu['verdict'];
    gagnante: number;
  }>`
    DELETE FROM import_ligne USING (
      SELECT rang, first_value(rang) OVER cle AS rang_gagnant, first_value(ligne) OVER cle AS gagnante
      FROM import_ligne WHERE verdict <> 'refusee'
      WINDOW cle AS (PARTITION BY origine, id_origine ORDER BY date_maj DESC NULLS LAST, rang DESC)
    ) AS choix
    WHERE import_ligne.rang = choix.rang AND choix.rang <> choix.rang_gagnant
    RETURNING import_ligne.rang, import_ligne.ligne, import_ligne.id_origine AS id, import_ligne.verdict,
      choix.gagnante`.execute(trx);
  for (const { rang: _, ...row } of rows.sort((a, b) => a.rang - b.rang)) onFinding({ kind: 'doublon', ...row });
  return rows.length;
}

async function mergeLignes(
  trx: Transaction<DB>,
  options: ImportOptions,
): Promise<Omit<ImportCounts, 'doublons' | 'absents' | 'revenus'>> {
  const counts = { nouvelles: 0, modifiees: 0, inchangees: 0, hors_ligne: 0, videes: 0, depubliees: 0 };
  const revisions: { lieu_id: string; revision_id: number }[] = [];
  let lotId: number | null = null;
  let last = 0;
  let done = 0;
  for (;;) {
    const { rows: lignes } = await sql<ImportedLieu & { rang: number }>`
      SELECT rang, ligne, origine, verdict, lieu, ecartes FROM import_ligne WHERE rang > ${last} AND verdict <> 'refusee'
      ORDER BY rang LIMIT ${CHUNK}`.execute(trx);
    if (lignes.length === 0) break;
    last = lignes.at(-1)?.rang ?? last;
    const { created, changed, unchanged, outside } = await compareChunk(trx, lignes, options);
    // Nobody sees a lieu that was merged: what a person confirmed of it went with the merge.
    const proposable = [...changed, ...unchanged].filter(
      ({ protegees, stored }) => protegees.length > 0 && stored.statut !== 'fusionne',
    );
    const findings: ImportFinding[] = [
      ...outside.map(({ ligne, lieu: { id }, verdict }) => ({ kind: 'hors_territoire' as const, ligne, id, verdict })),
      ...proposable.flatMap(toFindings),
      ...[...changed, ...unchanged].flatMap((difference) => toComplete(difference, options)),
      ...[...changed, ...unchanged].filter(isOffline).map(toHorsLigne),
      // Said at each run: two runs of one file have one report.
      ...[...changed, ...unchanged].flatMap(({ ligne, stored }) => toSuffixe(ligne, stored.id)),
    ];
    const proposed = await proposeProtected(trx, {
      differences: proposable,
      auteurId: options.lot().lancePar,
      now: options.now,
    });
    const suivis = await proposeProtected(trx, {
      differences: await followMerged(trx, { differences: changed, droit: options.droit ?? (() => 'ecrire') }),
      auteurId: options.lot().lancePar,
      now: options.now,
      raison: 'a changé un lieu qui a été fusionné dans celui-ci',
      remplacer: false,
    });
    if (created.length + changed.length + proposed.length > 0) lotId ??= await insertLot(trx, options);
    if (lotId !== null) {
      const published = await insertImportedLieux(trx, { ...options, lignes: created, lotId });
      findings.push(...created.flatMap((ligne, index) => toSuffixe(ligne, published[index] ?? ligne.lieu.id)));
      await updateImportedLieux(trx, { ...options, differences: changed, lotId });
    }
    for (const finding of findings.sort((a, b) => a.ligne - b.ligne)) options.onFinding(finding);
    revisions.push(...[...proposed, ...suivis].map(({ lieu_id, revision_id }) => ({ lieu_id, revision_id })));
    const offline = new Set([...changed, ...unchanged].filter(isOffline).map(({ stored }) => stored.id));
    const touched = [...changed.map(({ stored }) => stored.id), ...proposed.map(({ lieu_id }) => lieu_id)];
    const written = new Set(touched.filter((id) => !offline.has(id)));
    counts.hors_ligne += offline.size;
    counts.nouvelles += created.length;
    counts.modifiees += written.size;
    counts.inchangees += lignes.length - created.length - written.size - offline.size - outside.length;
    for (const ligne of created) options.onIssue?.(ligne, NOUVELLE);
    const proposes = new Map(proposed.map(({ lieu_id, champs }) => [lieu_id, champs]));
    for (const difference of [...changed, ...unchanged]) {
      const devenir = toDevenir(difference, { proposes: proposes.get(difference.stored.id) ?? [], ...options });
      counts.videes += devenir.vides.length;
      counts.depubliees += devenir.depublie ? 1 : 0;
      options.onIssue?.(difference.ligne, devenir);
    }
    done += lignes.length;
    options.onProgress?.('ecriture', done);
  }
  if (lotId !== null) {
    const bilan = JSON.stringify({ ...counts, revisions });
    await trx.updateTable('import_lot').set({ bilan }).where('id', '=', lotId).execute();
  }
  return { ...counts, lotId };
}

/**
 * What each row would change, or propose. The lieux that it is about are compared again under lock: only they are locked, and
 * what is told and counted is what the lock found.
 */
async function compareChunk(
  trx: Transaction<DB>,
  lignes: readonly ImportedLieu[],
  { droit = () => 'ecrire', absents }: Pick<ImportOptions, 'droit' | 'absents'>,
): Promise<{ created: ImportedLieu[]; changed: Difference[]; unchanged: Difference[]; outside: ImportedLieu[] }> {
  const stored = await listStored(trx, { keys: lignes, lock: false });
  const created = lignes.filter((ligne) => !stored.has(keyOf(ligne)));
  const compare = (): Difference[] =>
    lignes.flatMap((ligne) => {
      const lieu = stored.get(keyOf(ligne));
      const may = lieu && droit(lieu.place);
      return lieu && may !== 'refuser'
        ? [compareWithStored(ligne, lieu, { absents, proposer: may === 'proposer' })]
        : [];
    });
  const touching = compare().filter((difference) => isWritten(difference) || difference.protegees.length > 0);
  if (touching.length > 0) {
    const locked = await listStored(trx, { keys: touching.map(({ ligne }) => ligne), lock: true });
    for (const key of touching.map(({ ligne }) => keyOf(ligne))) {
      const lieu = locked.get(key);
      if (lieu) stored.set(key, lieu);
      else stored.delete(key);
    }
  }
  const differences = compare();
  return {
    created,
    outside: lignes.filter((ligne) => {
      const lieu = stored.get(keyOf(ligne));
      return lieu !== undefined && droit(lieu.place) === 'refuser';
    }),
    changed: differences.filter(isWritten),
    unchanged: differences.filter((difference) => !isWritten(difference)),
  };
}

const NOUVELLE: Devenir = { issue: 'nouvelle', changes: [], proposes: [], vides: [], depublie: false };

const HORS_LIGNE: Devenir = { ...NOUVELLE, issue: 'hors_ligne' };

function toHorsLigne({ ligne, stored }: Difference): ImportFinding {
  return { kind: 'hors_ligne', ligne: ligne.ligne, id: ligne.lieu.id, statut: stored.statut };
}

function toDevenir(
  difference: Difference,
  { proposes, today }: { proposes: readonly FieldName[]; today: string },
): Devenir {
  const { stored, changes, vides, after } = difference;
  if (isOffline(difference)) return { ...HORS_LIGNE, proposes };
  const issue = isWritten(difference) ? 'modifiee' : proposes.length > 0 ? 'proposee' : 'inchangee';
  const depublie = stored.publie && changes.length > 0 && missingFields(after, { today }).length > 0;
  return { issue, changes, proposes, vides, depublie };
}

/** A row that is not enough for a lieu to be public may be about one that has the rest. */
function toComplete({ ligne, after }: Difference, { today }: { today: string }): ImportFinding[] {
  if (ligne.verdict === 'public' || missingFields(after, { today }).length > 0) return [];
  return [{ kind: 'complete', ligne: ligne.ligne, id: ligne.lieu.id }];
}

function keyOf({ origine, lieu }: Pick<ImportedLieu, 'origine' | 'lieu'>): string {
  return JSON.stringify([origine, lieu.id]);
}

function toFindings({ ligne, stored, protegees }: Difference): ImportFinding[] {
  return protegees.map((champ) => ({
    kind: 'protege',
    tenu: !stored.confirmes.has(champ),
    ligne: ligne.ligne,
    id: ligne.lieu.id,
    champ,
    valeur: ligne.lieu[champ],
    garde: stored.lieu[champ],
  }));
}

/** A lieu that is not published under its own id, because another source had it first. */
function toSuffixe({ ligne, lieu: { id } }: ImportedLieu, publie: string): ImportFinding[] {
  return publie === id ? [] : [{ kind: 'suffixe', ligne, id, publie }];
}

async function insertLot(trx: Transaction<DB>, { lot, now }: ImportOptions): Promise<number> {
  const { source, fichier, sha256, lancePar } = lot();
  const { id } = await trx
    .insertInto('import_lot')
    .values({ source, fichier, sha256, etat: 'applique', lance_par: lancePar, lance_le: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
