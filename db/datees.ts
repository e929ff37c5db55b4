import { sql, type Transaction } from 'kysely';
import type { DatedRows } from './lieux.ts';
import type { DB } from './types.ts';

/** The dated rows of one lieu. */
type DatedWriting = DatedRows & { columns: { id: string } };

/** The rows that follow from what people wrote and from the day: replaced together, whoever writes a lieu. */
interface DerivedTable {
  name: 'ouverture_datee' | 'permanence_datee';
  key: readonly string[];
  values: readonly string[];
  rowsOf(rows: DatedRows): readonly object[];
}

const TABLES: readonly DerivedTable[] = [
  { name: 'ouverture_datee', key: ['jour'], values: ['intervalles'], rowsOf: ({ ouvertures }) => ouvertures },
  {
    name: 'permanence_datee',
    key: ['permanence_id', 'jour'],
    values: ['intervalles'],
    rowsOf: ({ permanences }) => permanences,
  },
];

/**
 * Gives lieux the dated rows of `writings` in place of those they have; rows that stay are not written. Gives whether any row of the
 * local days from `du` to `au` (AAAA-MM-JJ) came, went or changed; without days, of any day.
 */
export async function replaceDatees(
  trx: Transaction<DB>,
  writings: readonly DatedWriting[],
  { du, au }: { du: string; au: string } = { du: '-infinity', au: 'infinity' },
): Promise<boolean> {
  if (writings.length === 0) return false;
  const ids = writings.map(({ columns }) => columns.id);
  let changed = false;
  for (const table of TABLES) {
    const rows = writings.flatMap((writing) =>
      table.rowsOf(writing).map((row) => ({ lieu_id: writing.columns.id, ...row })),
    );
    const { rows: answer } = await replaceRows(table, { ids, rows, du, au }).execute(trx);
    changed ||= answer[0]?.change === true;
  }
  return changed;
}

function replaceRows(
  { name, key, values }: DerivedTable,
  { ids, rows, du, au }: { ids: readonly string[]; rows: readonly object[]; du: string; au: string },
) {
  const columns = sql.join(['lieu_id', ...key, ...values].map((column) => sql.ref(column)));
  const keys = ['lieu_id', ...key];
  const sameKey = sql.join(
    keys.map((column) => sql`n.${sql.ref(column)} = t.${sql.ref(column)}`),
    sql` AND `,
  );
  const tuple = (of: string) => sql`(${sql.join(values.map((column) => sql`${sql.ref(of)}.${sql.ref(column)}`))})`;
  const assignments = sql.join(values.map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`));
  return sql<{ change: boolean }>`
    WITH n AS MATERIALIZED (
      SELECT ${columns} FROM json_populate_recordset(NULL::${sql.table(name)}, ${JSON.stringify(rows)}::json)
    ), parti AS (
      DELETE FROM ${sql.table(name)} AS t
      WHERE t.lieu_id = ANY(${ids}::text[]) AND NOT EXISTS (SELECT FROM n WHERE ${sameKey})
      RETURNING t.jour
    ), venu AS (
      INSERT INTO ${sql.table(name)} AS t (${columns}) SELECT ${columns} FROM n
      ON CONFLICT (${sql.join(keys.map((column) => sql.ref(column)))}) DO UPDATE SET ${assignments}
      WHERE ROW${tuple('t')} IS DISTINCT FROM ROW${tuple('excluded')}
      RETURNING t.jour
    )
    SELECT EXISTS (
      SELECT FROM (SELECT jour FROM parti UNION ALL SELECT jour FROM venu) AS c
      WHERE c.jour BETWEEN ${du}::date AND ${au}::date
    ) AS change`;
}
