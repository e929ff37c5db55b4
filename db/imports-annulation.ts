import type { Kysely, Transaction } from 'kysely';
import { type Lieu, readFieldValue } from '#app/domain/lieu.ts';
import { sameValue } from '#app/domain/moderation.ts';
import { FIELDS } from '#app/domain/standard.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { FIELD_COLUMNS } from './fiches.ts';
import { lockImports } from './imports.ts';
import { insertJournals, toDetails, writeLieux } from './imports-ecriture.ts';
import type { DB, Json } from './types.ts';

export interface AnnulationCounts {
  /** Lieux that the import had created and that nobody had touched since: they are gone. */
  supprimes: number;
  /** Lieux that it had created and that somebody has touched since: they are hidden. */
  masques: number;
  /** Lieux whose fields have their former values again. */
  remis: number;
  /** Fields that have moved again since the import: they stay as they are. */
  gardes: number;
}

/** The batch does not exist or has been taken back already: nothing was written. */
export class ImportIntrouvable extends Error {}

const CHUNK = 500;

/**
 * Takes an import back, in one transaction: each field that it changed gets its former value, unless it has moved again
 * since; what it created goes, or is hidden where somebody has worked on it; what it proposed is withdrawn.
 * @throws {ImportIntrouvable} where there is no such batch to take back
 */
export async function annulerImport(
  db: Kysely<DB>,
  {
    lotId,
    acteurId,
    now,
    today,
    communes,
  }: { lotId: number; acteurId: string | null; now: Date; today: string; communes: CommuneIndex },
): Promise<AnnulationCounts> {
  return db.transaction().execute(async (trx) => {
    await lockImports(trx);
    const lot = await trx
      .selectFrom('import_lot')
      .select(['etat', 'bilan'])
      .where('id', '=', lotId)
      .forUpdate()
      .executeTakeFirst();
    if (lot?.etat !== 'applique') throw new ImportIntrouvable(`import ${lotId}`);
    await withdrawRevisions(trx, { bilan: lot.bilan, now });
    const counts: AnnulationCounts = { ...(await removeCreated(trx, lotId)), remis: 0, gardes: 0 };
    let last = '';
    for (;;) {
      const chunk = await listChanged(trx, { lotId, after: last });
      if (chunk.length === 0) break;
      last = chunk.at(-1)?.id ?? last;
      const restored = chunk.map(restore);
      const moved = restored.filter(({ lieu }) => lieu !== null);
      counts.gardes += restored.reduce((sum, { gardes }) => sum + gardes, 0);
      counts.remis += moved.length;
      if (moved.length > 0)
        await writeLieux(trx, { lieux: moved.flatMap(({ lieu }) => lieu ?? []), communes, now, today });
      const lines = moved.map(({ id, avant, apres }) => ({
        lieu_id: id,
        detail: { lot: lotId, en_ligne: toDetails(avant, apres) },
      }));
      await insertJournals(trx, { now, action: 'import_annule', acteurId, lines });
    }
    await trx.deleteFrom('source_absence').where('lot_id', '=', lotId).execute();
    await trx.updateTable('import_lot').set({ etat: 'annule' }).where('id', '=', lotId).execute();
    return counts;
  });
}

/**
 * A lieu at its first version that no structure claims and of which nobody has said anything goes; what is left after
 * that, whatever happens meanwhile, is hidden.
 */
async function removeCreated(
  trx: Transaction<DB>,
  lotId: number,
): Promise<Pick<AnnulationCounts, 'supprimes' | 'masques'>> {
  const created = trx
    .selectFrom('import_changement')
    .select('lieu_id')
    .where('lot_id', '=', lotId)
    .where('avant', 'is', null);
  const removed = await trx
    .deleteFrom('lieu')
    .where('id', 'in', created)
    .where('version', '=', 1)
    .where('structure_id', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('revision').select('revision.id').whereRef('revision.lieu_id', '=', 'lieu.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('signalement').select('signalement.id').whereRef('signalement.lieu_id', '=', 'lieu.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('lieu as autre').select('autre.id').whereRef('autre.fusionne_dans', '=', 'lieu.id'))),
    )
    .executeTakeFirst();
  const hidden = await trx.updateTable('lieu').set({ statut: 'masque' }).where('id', 'in', created).executeTakeFirst();
  return { supprimes: Number(removed.numDeletedRows), masques: Number(hidden.numUpdatedRows) };
}

async function listChanged(trx: Transaction<DB>, { lotId, after }: { lotId: number; after: string }) {
  return trx
    .selectFrom('import_changement as c')
    .innerJoin('lieu', 'lieu.id', 'c.lieu_id')
    .select(FIELD_COLUMNS)
    .select(['c.avant', 'c.apres'])
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

function restore({ avant, apres, ...lieu }: Awaited<ReturnType<typeof listChanged>>[number]): Restored {
  const former = recordOf(avant);
  const imported = recordOf(apres);
  const touched = FIELDS.filter(({ name }) => name in former);
  const coming = touched.filter(({ name }) => sameValue(lieu[name], readFieldValue(imported[name])));
  const values = Object.fromEntries(coming.map(({ name }) => [name, readFieldValue(former[name])]));
  return {
    id: lieu.id,
    lieu: coming.length === 0 ? null : { ...lieu, ...values },
    avant: Object.fromEntries(coming.map(({ name }) => [name, lieu[name]])),
    apres: values,
    gardes: touched.length - coming.length,
  };
}

async function withdrawRevisions(trx: Transaction<DB>, { bilan, now }: { bilan: Json; now: Date }): Promise<void> {
  const revisions = recordOf(bilan).revisions;
  if (!Array.isArray(revisions)) return;
  for (const entry of revisions) {
    const { lieu_id, revision_id } = recordOf(entry);
    if (typeof lieu_id !== 'string' || typeof revision_id !== 'number') continue;
    await trx
      .updateTable('revision')
      .set({ etat: 'retiree', traitee_le: now })
      .where('lieu_id', '=', lieu_id)
      .where('id', '=', revision_id)
      .where('etat', '=', 'ouverte')
      .execute();
  }
}

function recordOf(value: Json | null | undefined): { [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
