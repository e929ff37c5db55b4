import { type Kysely, sql, type Transaction } from 'kysely';
import { type Lieu, readFieldValue } from '#app/domain/lieu.ts';
import { sameValue } from '#app/domain/moderation.ts';
import type { Droit, LieuPlace } from '#app/domain/permissions.ts';
import { FIELDS } from '#app/domain/standard.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { FIELD_COLUMNS } from './fiches.ts';
import { lockImports } from './imports.ts';
import { confirmedFields, PLACE_COLUMNS } from './imports-comparaison.ts';
import { insertJournals, toDetails, writeLieux } from './imports-ecriture.ts';
import type { DB, Json } from './types.ts';

export interface AnnulationCounts {
  /** Lieux that the import had created and that nobody had touched since: they are gone. */
  supprimes: number;
  /** Lieux that it had created and that somebody has touched since, or another import: they stay as they are. */
  conserves: number;
  /** Lieux whose fields have their former values again. */
  remis: number;
  /** Fields that have moved again or were confirmed since the import: they stay as they are. */
  gardes: number;
  /** Lieux where whoever takes it back may do nothing (any more): they stay as they are. */
  hors: number;
}

/** The batch does not exist or has been taken back already: nothing was written. */
export class ImportIntrouvable extends Error {}

/** All that the batch did is where whoever takes it back may do nothing: nothing was written. */
export class AnnulationHorsTerritoire extends Error {}

const CHUNK = 500;

interface Annulation {
  lotId: number;
  acteurId: string | null;
  /** What may be done to a lieu; anything where it is not given. */
  droit?(place: LieuPlace): Droit;
  now: Date;
  today: string;
  communes: CommuneIndex;
}

/**
 * Takes an import back, in one transaction: each field that it changed gets its former value, unless it has moved again or
 * was confirmed since; what it created goes, and stays as it is where somebody has worked on it or another import has
 * changed it; what it proposed is withdrawn. It hides nothing.
 * @throws {ImportIntrouvable} where there is no such batch to take back
 * @throws {AnnulationHorsTerritoire} where there is nothing in it that may be taken back
 */
export async function annulerImport(db: Kysely<DB>, annulation: Annulation): Promise<AnnulationCounts> {
  const { lotId } = annulation;
  return db.transaction().execute(async (trx) => {
    await lockImports(trx);
    const lot = await trx
      .selectFrom('import_lot')
      .select(['etat', 'bilan'])
      .where('id', '=', lotId)
      .forUpdate()
      .executeTakeFirst();
    if (lot?.etat !== 'applique') throw new ImportIntrouvable(`import ${lotId}`);
    const withdrawn = await withdrawRevisions(trx, { ...annulation, bilan: lot.bilan });
    const counts: AnnulationCounts = { supprimes: 0, conserves: 0, remis: 0, gardes: 0, hors: 0 };
    await takeBackCreated(trx, annulation, counts);
    await takeBackChanged(trx, annulation, counts);
    const done = withdrawn + counts.supprimes + counts.conserves + counts.remis + counts.gardes;
    if (done === 0 && counts.hors > 0) throw new AnnulationHorsTerritoire(`import ${lotId}`);
    await deleteAbsences(trx, annulation);
    // What stays waits for somebody of that territory, and the batch stands for it.
    if (counts.hors === 0)
      await trx.updateTable('import_lot').set({ etat: 'annule' }).where('id', '=', lotId).execute();
    return counts;
  });
}

/** Lieux that its file did not have are no longer flagged, in the territory. */
async function deleteAbsences(trx: Transaction<DB>, { lotId, droit = () => 'ecrire' }: Annulation): Promise<void> {
  const flagged = await trx
    .selectFrom('source_absence as s')
    .innerJoin('lieu', 'lieu.id', 's.lieu_id')
    .select(PLACE_COLUMNS)
    .where('s.lot_id', '=', lotId)
    .execute();
  const mine = flagged.filter((lieu) => droit(lieu) !== 'refuser').map(({ id }) => id);
  await trx
    .deleteFrom('source_absence')
    .where('lot_id', '=', lotId)
    .where('lieu_id', '=', sql<string>`any(${mine}::text[])`)
    .execute();
}

/** What it created, chunk by chunk under lock: what comes after the lock comes too late for a lieu that goes. */
async function takeBackCreated(
  trx: Transaction<DB>,
  { lotId, droit = () => 'ecrire' }: Annulation,
  counts: AnnulationCounts,
): Promise<void> {
  let last = '';
  for (;;) {
    const chunk = await trx
      .selectFrom('import_changement as c')
      .innerJoin('lieu', 'lieu.id', 'c.lieu_id')
      .select(PLACE_COLUMNS)
      .where('c.lot_id', '=', lotId)
      .where('c.avant', 'is', null)
      .where('lieu.id', '>', last)
      .orderBy('lieu.id')
      .limit(CHUNK)
      .forUpdate('lieu')
      .execute();
    if (chunk.length === 0) return;
    last = chunk.at(-1)?.id ?? last;
    const mine = chunk.filter((lieu) => droit(lieu) !== 'refuser').map(({ id }) => id);
    const supprimes = mine.length === 0 ? 0 : await deleteUntouched(trx, { lotId, ids: mine });
    counts.supprimes += supprimes;
    counts.conserves += mine.length - supprimes;
    counts.hors += chunk.length - mine.length;
  }
}

/**
 * Of lieux that a batch created and that are under lock, those go that no structure claims, of which nobody has said or
 * done anything (the journal knows of imports only), and that no other batch has changed.
 */
async function deleteUntouched(
  trx: Transaction<DB>,
  { lotId, ids }: { lotId: number; ids: readonly string[] },
): Promise<number> {
  const { numDeletedRows } = await trx
    .deleteFrom('lieu')
    .where('id', 'in', [...ids])
    .where('structure_id', 'is', null)
    .where('statut', '=', 'actif')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('revision').select('revision.id').whereRef('revision.lieu_id', '=', 'lieu.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('signalement').select('signalement.id').whereRef('signalement.lieu_id', '=', 'lieu.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('lieu as autre').select('autre.id').whereRef('autre.fusionne_dans', '=', 'lieu.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('doublon')
            .select('doublon.lieu_id')
            .where('doublon.etat', '<>', 'ouvert')
            .where(({ or, eb, ref }) =>
              or([eb('doublon.lieu_id', '=', ref('lieu.id')), eb('doublon.autre_id', '=', ref('lieu.id'))]),
            ),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('journal')
            .select('journal.id')
            .whereRef('journal.lieu_id', '=', 'lieu.id')
            // The journal of an earlier lieu of the same id says nothing of this one.
            .whereRef('journal.le', '>=', 'lieu.cree_le')
            .where('journal.action', 'not in', ['import', 'import_annule']),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('import_changement as c')
            .innerJoin('import_lot as l', 'l.id', 'c.lot_id')
            .select('c.lot_id')
            .whereRef('c.lieu_id', '=', 'lieu.id')
            .where('c.lot_id', '<>', lotId)
            .where('l.etat', '=', 'applique'),
        ),
      ),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** The lieux that were there before it. */
async function takeBackChanged(
  trx: Transaction<DB>,
  { lotId, acteurId, droit = () => 'ecrire', now, today, communes }: Annulation,
  counts: AnnulationCounts,
): Promise<void> {
  let last = '';
  for (;;) {
    const chunk = await listChanged(trx, { lotId, after: last });
    if (chunk.length === 0) return;
    last = chunk.at(-1)?.id ?? last;
    const mine = chunk.filter((lieu) => droit(lieu) !== 'refuser');
    const restored = mine.map((row) => restore(row, droit(row)));
    const moved = restored.filter(({ lieu }) => lieu !== null);
    counts.gardes += restored.reduce((sum, { gardes }) => sum + gardes, 0);
    counts.remis += moved.length;
    counts.hors += chunk.length - mine.length;
    if (moved.length > 0)
      await writeLieux(trx, { lieux: moved.flatMap(({ lieu }) => lieu ?? []), communes, now, today });
    const lines = moved.map(({ id, avant, apres }) => ({
      lieu_id: id,
      detail: { lot: lotId, en_ligne: toDetails(avant, apres) },
    }));
    await insertJournals(trx, { now, action: 'import_annule', acteurId, lines });
  }
}

async function listChanged(trx: Transaction<DB>, { lotId, after }: { lotId: number; after: string }) {
  return trx
    .selectFrom('import_changement as c')
    .innerJoin('lieu', 'lieu.id', 'c.lieu_id')
    .select(FIELD_COLUMNS)
    .select(PLACE_COLUMNS)
    .select(['lieu.provenance', 'c.avant', 'c.apres'])
    .where('c.lot_id', '=', lotId)
    .where('c.avant', 'is not', null)
    .where('lieu.id', '>', after)
    .orderBy('lieu.id')
    .limit(CHUNK)
    .forUpdate('lieu')
    .execute();
}

interface Restored {
  id: string;
  /** The lieu with former values, null where none of them comes back. */
  lieu: Lieu | null;
  avant: object;
  apres: object;
  gardes: number;
}

/** A confirmed value stays, and with one the date of the lieu, as where a file is compared; so does all that a structure holds. */
function restore(row: Awaited<ReturnType<typeof listChanged>>[number], droit: Droit): Restored {
  const { avant, apres, provenance, structure_id, departement, region, epci, ...lieu } = row;
  const former = recordOf(avant);
  const imported = recordOf(apres);
  const confirmes = confirmedFields(provenance);
  const touched = FIELDS.filter(({ name }) => name in former);
  const coming = touched.filter(
    ({ name }) =>
      droit === 'ecrire' &&
      !confirmes.has(name) &&
      !(name === 'date_maj' && confirmes.size > 0) &&
      sameValue(lieu[name], readFieldValue(imported[name])),
  );
  const values = Object.fromEntries(coming.map(({ name }) => [name, readFieldValue(former[name])]));
  return {
    id: lieu.id,
    lieu: coming.length === 0 ? null : { ...lieu, ...values },
    avant: Object.fromEntries(coming.map(({ name }) => [name, lieu[name]])),
    apres: values,
    gardes: touched.length - coming.length,
  };
}

/** Withdraws what the batch proposed and that still waits; gives how many proposals. */
async function withdrawRevisions(
  trx: Transaction<DB>,
  { bilan, droit = () => 'ecrire', now }: Annulation & { bilan: Json },
): Promise<number> {
  const { revisions } = recordOf(bilan);
  if (!Array.isArray(revisions)) return 0;
  let withdrawn = 0;
  for (const entry of revisions) {
    const { lieu_id, revision_id } = recordOf(entry);
    if (typeof lieu_id !== 'string' || typeof revision_id !== 'number') continue;
    const place = await trx.selectFrom('lieu').select(PLACE_COLUMNS).where('id', '=', lieu_id).executeTakeFirst();
    if (!place || droit(place) === 'refuser') continue;
    const { numUpdatedRows } = await trx
      .updateTable('revision')
      .set({ etat: 'retiree', traitee_le: now })
      .where('lieu_id', '=', lieu_id)
      .where('id', '=', revision_id)
      .where('etat', '=', 'ouverte')
      .executeTakeFirst();
    withdrawn += Number(numUpdatedRows);
  }
  return withdrawn;
}

function recordOf(value: Json | null | undefined): { [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
