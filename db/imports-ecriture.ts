import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { Lieu } from '#app/domain/lieu.ts';
import { type Permanence, readStoredPermanences } from '#app/domain/permanences.ts';
import { FIELDS } from '#app/domain/standard.ts';
import { type CommuneIndex, normalizeText } from '#app/domain/territoire.ts';
import { replaceDatees } from './datees.ts';
import type { ImportedLieu } from './imports.ts';
import type { Difference } from './imports-comparaison.ts';
import { lieuColumns, OUVERTURE_COLUMNS, rowOf } from './lieux.ts';
import type { DB } from './types.ts';
import { readVendrediSaint } from './vendredi-saint.ts';

interface Writing {
  lotId: number;
  communes: CommuneIndex;
  now: Date;
  today: string;
}

/** The columns that an import writes: not `permanences`, of which a CSV says nothing, but what follows from them and from the place. */
const COLUMNS = [
  ...FIELDS.map(({ name }) => name),
  'departement',
  'region',
  'epci',
  'fuseau',
  'recherche',
  ...OUVERTURE_COLUMNS,
  'manquants',
] as const;

const COLUMN_LIST = sql.join(COLUMNS.map((column) => sql.ref(column)));
const ASSIGNMENTS = sql.join(
  COLUMNS.filter((column) => column !== 'id').map((column) => sql`${sql.ref(column)} = ${sql.ref(`n.${column}`)}`),
);

/** Creates lieux. Gives their published ids in the same order: not their own where another source had it first. */
export async function insertImportedLieux(
  trx: Transaction<DB>,
  { lignes, lotId, communes, now, today }: Writing & { lignes: readonly ImportedLieu[] },
): Promise<string[]> {
  if (lignes.length === 0) return [];
  const ids = await choosePublishedIds(trx, lignes);
  const vendrediSaint = await readVendrediSaint(trx, communes);
  const writings = lignes.map(({ lieu }, index) =>
    lieuColumns({ ...lieu, id: ids[index] ?? lieu.id }, { communes, now, today, vendrediSaint }),
  );
  const rows = writings.map((writing, index) => ({
    ...rowOf(writing.columns),
    origine: lignes[index]?.origine,
    id_origine: lignes[index]?.lieu.id,
  }));
  await sql`INSERT INTO lieu (${COLUMN_LIST}, origine, id_origine, cree_le, modifie_le)
    SELECT ${COLUMN_LIST}, origine, id_origine, ${now}, ${now}
    FROM json_populate_recordset(NULL::lieu, ${JSON.stringify(rows)}::json)`.execute(trx);
  await replaceDatees(trx, writings);
  await insertChangements(trx, {
    lotId,
    changements: writings.map(({ columns }) => ({ lieu_id: columns.id, avant: null, apres: {} })),
  });
  return ids;
}

/** Changes lieux that are under lock, with what follows from their fields, and says so in their journal. */
export async function updateImportedLieux(
  trx: Transaction<DB>,
  { differences, lotId, communes, now, today }: Writing & { differences: readonly Difference[] },
): Promise<void> {
  if (differences.length === 0) return;
  await writeLieux(trx, { lieux: differences.map(({ after }) => after), communes, now, today });
  const revenus = differences.filter(({ revient }) => revient).map(({ stored }) => stored.id);
  if (revenus.length > 0)
    await trx
      .updateTable('lieu')
      .set({ statut: 'actif' })
      .where('id', 'in', revenus)
      .where('statut', '=', 'masque')
      .execute();
  const changements = differences.map(({ stored, changes, revient, after }) => ({
    lieu_id: stored.id,
    revient,
    avant: Object.fromEntries(changes.map((name) => [name, stored.lieu[name]])),
    apres: Object.fromEntries(changes.map((name) => [name, after[name]])),
  }));
  await insertChangements(trx, { lotId, changements });
  await insertJournals(trx, {
    now,
    action: 'import',
    lines: changements.map(({ lieu_id, revient, avant, apres }) => ({
      lieu_id,
      detail: { lot: lotId, en_ligne: toDetails(avant, apres), ...(revient && { revient }) },
    })),
  });
}

/** Writes lieux that exist, with what follows from their fields; each is a version further. */
export async function writeLieux(
  trx: Transaction<DB>,
  { lieux, communes, now, today }: Omit<Writing, 'lotId'> & { lieux: readonly Lieu[] },
): Promise<void> {
  const permanences = await listPermanences(trx, lieux);
  const vendrediSaint = await readVendrediSaint(trx, communes);
  const writings = lieux.map((lieu) =>
    lieuColumns(lieu, { communes, now, today, vendrediSaint, permanences: permanences.get(lieu.id) ?? [] }),
  );
  await sql`UPDATE lieu SET ${ASSIGNMENTS}, version = lieu.version + 1, modifie_le = ${now}
    FROM json_populate_recordset(NULL::lieu, ${JSON.stringify(writings.map(({ columns }) => rowOf(columns)))}::json) AS n
    WHERE lieu.id = n.id`.execute(trx);
  await replaceDatees(trx, writings);
}

/** The permanences of those lieux that have some, by id. */
async function listPermanences(
  trx: Transaction<DB>,
  lieux: readonly Lieu[],
): Promise<Map<string, readonly Permanence[]>> {
  const rows = await trx
    .selectFrom('lieu')
    .select(['id', 'permanences'])
    .where(sql<boolean>`id = ANY(${lieux.map(({ id }) => id)}::text[]) AND permanences <> '[]'`)
    .execute();
  return new Map(rows.map(({ id, permanences }) => [id, readStoredPermanences(permanences)]));
}

/** Lines of the journals of several lieux. */
export async function insertJournals(
  trx: Transaction<DB>,
  {
    now,
    action,
    acteurId = null,
    lines,
  }: {
    now: Date;
    action: string;
    acteurId?: string | null;
    lines: readonly { lieu_id: string; detail: object }[];
  },
): Promise<void> {
  if (lines.length === 0) return;
  await sql`INSERT INTO journal (lieu_id, le, acteur_id, action, detail)
    SELECT lieu_id, ${now}, ${acteurId}, ${action}, detail
    FROM json_to_recordset(${JSON.stringify(lines)}::json) AS r(lieu_id text, detail jsonb)`.execute(trx);
}

/** Fields as the journal tells them. */
export function toDetails(avant: object, apres: object): { champ: string; avant: unknown; apres: unknown }[] {
  const before = new Map(Object.entries(avant));
  return Object.entries(apres).map(([champ, value]) => ({ champ, avant: before.get(champ) ?? null, apres: value }));
}

async function insertChangements(
  trx: Transaction<DB>,
  {
    lotId,
    changements,
  }: { lotId: number; changements: readonly { lieu_id: string; avant: object | null; apres: object }[] },
): Promise<void> {
  await sql`INSERT INTO import_changement (lieu_id, lot_id, avant, apres)
    SELECT lieu_id, ${lotId}, avant, apres
    FROM json_to_recordset(${JSON.stringify(changements)}::json) AS r(lieu_id text, avant jsonb, apres jsonb)`.execute(
    trx,
  );
}

/**
 * The published id of each new lieu: its own where it is free, else its own and its source (`Dora_1003-siao`), else with a
 * mark made from both. It follows from the key and stays with the lieu, whatever is imported later.
 */
async function choosePublishedIds(trx: Transaction<DB>, lignes: readonly ImportedLieu[]): Promise<string[]> {
  const candidates = lignes.map(({ origine, lieu: { id } }) => {
    const slug = normalizeText(origine).replaceAll(' ', '-');
    const mark = createHash('sha256')
      .update(JSON.stringify([origine, id]))
      .digest('hex')
      .slice(0, 12);
    return [id, `${id}-${slug || mark}`, `${id}-${slug || 'source'}-${mark}`];
  });
  const taken = new Set(
    (
      await trx
        .selectFrom('lieu')
        .select('id')
        .where('id', 'in', [...new Set(candidates.flat())])
        .execute()
    ).map(({ id }) => id),
  );
  return candidates.map((choices) => {
    const chosen = choices.find((choice) => !taken.has(choice)) ?? choices.join('-');
    taken.add(chosen);
    return chosen;
  });
}
