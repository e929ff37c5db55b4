import type { Transaction } from 'kysely';
import { type FieldValue, readFieldValue } from '#app/domain/lieu.ts';
import { riskOf, sameValue } from '#app/domain/moderation.ts';
import type { FieldName } from '#app/domain/standard.ts';
import type { Difference } from './imports-comparaison.ts';
import { insertRevisionFields } from './lieu-changes.ts';
import type { DB } from './types.ts';

/**
 * Proposes what a file says against confirmed values: one revision a lieu, that a moderator will look at. A value is
 * proposed once only, whatever was decided of it; a newer one takes the place of one that still waits, unless `remplacer` is false:
 * another source knows no better.
 */
export async function proposeProtected(
  trx: Transaction<DB>,
  {
    differences,
    auteurId,
    now,
    raison = 'dit autre chose que ce qu’un responsable a confirmé',
    remplacer = true,
  }: { differences: readonly Difference[]; auteurId: string | null; now: Date; raison?: string; remplacer?: boolean },
): Promise<{ lieu_id: string; revision_id: number; champs: FieldName[] }[]> {
  if (differences.length === 0) return [];
  const already = await listProposed(
    trx,
    differences.map(({ stored }) => stored.id),
  );
  const created: { lieu_id: string; revision_id: number; champs: FieldName[] }[] = [];
  for (const { ligne, stored, protegees } of differences) {
    const former = already.get(stored.id) ?? [];
    const fields = protegees.filter(
      (field) => !former.some((proposal) => proposal.champ === field && sameValue(proposal.value, ligne.lieu[field])),
    );
    if (fields.length === 0) continue;
    if (remplacer) await replaceWaiting(trx, { lieuId: stored.id, fields, now });
    const changes = fields.map((field) => ({ field, before: stored.lieu[field], after: ligne.lieu[field] }));
    const { id } = await trx
      .insertInto('revision')
      .values({
        lieu_id: stored.id,
        auteur_id: auteurId,
        origine: 'import',
        base_version: stored.version,
        risque: riskOf(changes, new Set(fields)),
        message: `Le fichier de « ${ligne.origine} » ${raison}.`,
        cree_le: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await insertRevisionFields(trx, { lieuId: stored.id, revisionId: id }, changes);
    created.push({ lieu_id: stored.id, revision_id: id, champs: fields });
  }
  return created;
}

interface Proposal {
  champ: string;
  value: FieldValue;
}

async function listProposed(trx: Transaction<DB>, lieuIds: readonly string[]): Promise<Map<string, Proposal[]>> {
  const rows = await trx
    .selectFrom('revision_champ as c')
    .innerJoin('revision as r', (join) => join.onRef('r.lieu_id', '=', 'c.lieu_id').onRef('r.id', '=', 'c.revision_id'))
    .select(['c.lieu_id', 'c.champ', 'c.apres'])
    .where('r.origine', '=', 'import')
    // An import that was taken back withdrew its revisions: what it proposed may come again.
    .where('r.etat', '<>', 'retiree')
    .where((eb) => eb.or([eb('c.decision', 'is', null), eb('c.decision', '<>', 'remplacee')]))
    .where('c.lieu_id', 'in', [...lieuIds])
    .execute();
  const proposed = new Map<string, Proposal[]>();
  for (const { lieu_id, champ, apres } of rows) {
    proposed.set(lieu_id, [...(proposed.get(lieu_id) ?? []), { champ, value: readFieldValue(apres) }]);
  }
  return proposed;
}

/** The values of the same fields that an earlier import proposed and that still wait give way. */
async function replaceWaiting(
  trx: Transaction<DB>,
  { lieuId, fields, now }: { lieuId: string; fields: readonly FieldName[]; now: Date },
): Promise<void> {
  const open = await trx
    .selectFrom('revision')
    .select('id')
    .where('lieu_id', '=', lieuId)
    .where('origine', '=', 'import')
    .where('etat', '=', 'ouverte')
    .execute();
  for (const { id } of open) {
    await trx
      .updateTable('revision_champ')
      .set({ decision: 'remplacee' })
      .where('lieu_id', '=', lieuId)
      .where('revision_id', '=', id)
      .where('champ', 'in', [...fields])
      .where('decision', 'is', null)
      .execute();
    const left = await trx
      .selectFrom('revision_champ')
      .select('champ')
      .where('lieu_id', '=', lieuId)
      .where('revision_id', '=', id)
      .where('decision', 'is', null)
      .execute();
    if (left.length > 0) continue;
    await trx
      .updateTable('revision')
      .set({ etat: 'traitee', traitee_le: now })
      .where('lieu_id', '=', lieuId)
      .where('id', '=', id)
      .execute();
  }
}
