import type { Kysely } from 'kysely';
import type { DB } from './types.ts';

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
