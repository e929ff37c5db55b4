import { type Kysely, sql } from 'kysely';
import { type ChampDeLieu, type ChampValue, readChampValue } from '#app/domain/champ-de-lieu.ts';
import { sameValue } from '#app/domain/moderation.ts';
import type { DB, Json } from './types.ts';

/** Adds a line to the journal of a lieu, which is never rewritten. */
export async function insertJournal(
  db: Kysely<DB>,
  line: {
    lieuId: string;
    now: Date;
    acteurId: string | null;
    action: string;
    revisionId: number | null;
    detail: unknown;
  },
): Promise<void> {
  await db
    .insertInto('journal')
    .values({
      lieu_id: line.lieuId,
      le: line.now,
      acteur_id: line.acteurId,
      action: line.action,
      revision_id: line.revisionId,
      detail: JSON.stringify(line.detail),
    })
    .execute();
}

/**
 * The provenance that a value of a lieu had when a later one took its place, as the journal noted it; null where it had
 * none of its own, or where the journal does not know the value.
 */
export async function findFormerProvenance(
  db: Kysely<DB>,
  { lieuId, field, value }: { lieuId: string; field: ChampDeLieu; value: ChampValue },
): Promise<Json> {
  const lines = await db
    .selectFrom('journal')
    .select('detail')
    .where('lieu_id', '=', lieuId)
    .where(sql<boolean>`detail @> ${JSON.stringify({ en_ligne: [{ champ: field }] })}::jsonb`)
    .orderBy('id', 'desc')
    .limit(100)
    .execute();
  for (const { detail } of lines) {
    for (const change of changesIn(detail)) {
      if (change.champ === field && sameValue(readChampValue(field, change.avant), value))
        return change.provenance ?? null;
    }
  }
  return null;
}

function changesIn(detail: Json): { [x: string]: Json | undefined }[] {
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail) || !Array.isArray(detail.en_ligne))
    return [];
  return detail.en_ligne.flatMap((item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item) ? [item] : [],
  );
}

export const JOURNAL_PAGE = 50;

/** A page of the journal of a lieu, newest first, with who acted, and how many lines there are in all. */
export async function listJournal(db: Kysely<DB>, { lieuId, page }: { lieuId: string; page: number }) {
  const base = db.selectFrom('journal').where('journal.lieu_id', '=', lieuId);
  const [lines, count] = await Promise.all([
    base
      .leftJoin('utilisateur', 'utilisateur.id', 'journal.acteur_id')
      .select([
        'journal.id',
        'journal.le',
        'journal.action',
        'journal.revision_id',
        'journal.detail',
        'utilisateur.courriel as acteur',
        'utilisateur.nom as acteur_nom',
      ])
      .orderBy('journal.id', 'desc')
      .limit(JOURNAL_PAGE)
      .offset((page - 1) * JOURNAL_PAGE)
      .execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { lines, total: count.n };
}
