import { type Kysely, type SqlBool, sql } from 'kysely';
import { type ChampDeLieu, type ChampValue, isChampDeLieu, readChampValue } from '#app/domain/champ-de-lieu.ts';
import { storedForWords } from '#app/domain/horaires/store.ts';
import { isRecord, readStored, type StoredHoraires } from '#app/domain/horaires/stored-form.ts';
import { type HorairesLus, textesOfHoraires } from '#app/domain/horaires-lus.ts';
import type { DB } from './types.ts';

/** The column `horaires_lus` of a field of a revision: its texts of hours as they are read today; null for a field without hours. */
export function horairesLusColumn(champ: ChampDeLieu, values: readonly ChampValue[]): string | null {
  if (champ !== 'horaires' && champ !== 'permanences') return null;
  const textes = values.flatMap((value) => textesOfHoraires(champ, value));
  return JSON.stringify(Object.fromEntries(textes.map((texte) => [texte, storedForWords(texte)])));
}

/** The hours that revisions of a lieu tell, as they were read when they were written. */
export async function findHorairesLus(
  db: Kysely<DB>,
  { lieuId, revisionIds }: { lieuId: string; revisionIds: readonly number[] },
): Promise<HorairesLus> {
  if (revisionIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('revision_champ')
    .select('horaires_lus')
    .where('lieu_id', '=', lieuId)
    .where('revision_id', 'in', [...revisionIds])
    .where('horaires_lus', 'is not', null)
    .execute();
  return new Map(
    rows.flatMap(({ horaires_lus }) =>
      Object.entries(isRecord(horaires_lus) ? horaires_lus : {}).flatMap(([texte, lus]): [string, StoredHoraires][] => {
        const read = readStored(lus);
        return read === null ? [] : [[texte, read]];
      }),
    ),
  );
}

/** Fields that are read at once. */
const PAGE = 200;

/**
 * Reads anew the hours of revisions that wait, and those that nobody has read: what the application understands better than the day they
 * were written comes in by it. Once `signal` is aborted it stops after the page that it is at; the next call reads what is left.
 */
export async function renewHorairesLus(db: Kysely<DB>, signal?: AbortSignal): Promise<void> {
  let after = { lieu_id: '', revision_id: 0, champ: '' };
  while (!signal?.aborted) {
    const rows = await db
      .selectFrom('revision_champ')
      .select(['lieu_id', 'revision_id', 'champ', 'avant', 'apres'])
      .where('champ', 'in', ['horaires', 'permanences'])
      .where((eb) => eb.or([eb('horaires_lus', 'is', null), eb('decision', 'is', null)]))
      .where(sql<SqlBool>`(lieu_id, revision_id, champ) > (${after.lieu_id}, ${after.revision_id}, ${after.champ})`)
      .orderBy('lieu_id')
      .orderBy('revision_id')
      .orderBy('champ')
      .limit(PAGE)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    const read = rows.flatMap(({ lieu_id, revision_id, champ, avant, apres }) => {
      if (!isChampDeLieu(champ)) return [];
      const values = [avant, apres].map((value) => readChampValue(champ, value));
      return [{ lieu_id, revision_id, champ, horaires_lus: JSON.parse(horairesLusColumn(champ, values) ?? '{}') }];
    });
    await sql`UPDATE revision_champ SET horaires_lus = n.horaires_lus
      FROM json_to_recordset(${JSON.stringify(read)}::json)
        AS n(lieu_id text, revision_id bigint, champ text, horaires_lus jsonb)
      WHERE (revision_champ.lieu_id, revision_champ.revision_id, revision_champ.champ) = (n.lieu_id, n.revision_id, n.champ)
        AND revision_champ.horaires_lus IS DISTINCT FROM n.horaires_lus`.execute(db);
    after = last;
  }
}
