import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql, type Transaction } from 'kysely';
import { formatLocalDate, parseLocalDate } from '#app/domain/horaires/dates.ts';
import { localDay } from '#app/domain/horaires/opening.ts';
import { readStored } from '#app/domain/horaires/stored-form.ts';
import { timeZoneOfLieu } from '#app/domain/horaires/zones.ts';
import { readStoredPermanences } from '#app/domain/permanences.ts';
import type { VendrediSaint } from '#app/domain/permanences-store.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { replaceDatees } from './datees.ts';
import { renewHorairesLus } from './horaires-lus.ts';
import { OUVERTURE_COLUMNS, ouvertureColumns, rowOf } from './lieux.ts';
import { withLockIfFree } from './locks.ts';
import type { DB, Json } from './types.ts';
import { readVendrediSaint } from './vendredi-saint.ts';

export interface RenewalCounts {
  /** Lieux with hours, permanences or a known Good Friday that were looked at. */
  vus: number;
  /** Those of which something was computed anew and written. */
  renouveles: number;
}

export interface RenewalOptions {
  /** The local day in Paris under which the work is recorded. */
  jour: string;
  now: Date;
  communes: CommuneIndex;
  /** Lieux per transaction. */
  batch?: number;
  /** Once aborted, the work stops after the batch that it is at; the next call goes on from there. */
  signal?: AbortSignal;
  /** Told after each batch. */
  onBatch?: (counts: RenewalCounts) => void | Promise<void>;
}

/**
 * Computes anew, for the 400 days to come, the openings and the hours of permanences of every lieu that has any; rules that the
 * application reads better than when they were written, and school holidays that have become known, come in by it too. Once a day
 * whatever the number of processes: null where the day is done, or somebody is at it. Batch by batch, each in a short transaction that
 * locks only what it writes; stopped, it goes on where it was. Versions and dates of the lieux stay as they are, and who listens to the
 * public lieux is told only where the next weeks change.
 */
export async function renewOuvertures(db: Kysely<DB>, options: RenewalOptions): Promise<RenewalCounts | null> {
  return withLockIfFree(db, 'renouvellement', async () => {
    const { jour, now, communes, batch = 50, signal, onBatch } = options;
    let apres = await findCursor(db, jour);
    if (apres === null) return null;
    const counts: RenewalCounts = { vus: 0, renouveles: 0 };
    for (;;) {
      if (signal?.aborted) return counts;
      const rows = await listBatch(db, { apres, batch });
      const last = rows.at(-1)?.id;
      if (last === undefined) break;
      counts.vus += rows.length;
      counts.renouveles += await renewBatch(db, { rows, jour, now, communes });
      apres = last;
      await onBatch?.({ ...counts });
    }
    await renewHorairesLus(db, signal);
    if (signal?.aborted) return counts;
    await db.updateTable('renouvellement').set({ fini_le: now }).where('jour', '=', jour).execute();
    await db.deleteFrom('renouvellement').where('jour', '<', daysAfter(jour, -30)).execute();
    return counts;
  });
}

/** The last lieu that was renewed that day, '' before the first; null where all are. */
async function findCursor(db: Kysely<DB>, jour: string): Promise<string | null> {
  await db
    .insertInto('renouvellement')
    .values({ jour })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db
    .selectFrom('renouvellement')
    .select(['apres', 'fini_le'])
    .where('jour', '=', jour)
    .executeTakeFirstOrThrow();
  return row.fini_le === null ? row.apres : null;
}

function selectRows(db: Kysely<DB>) {
  return db
    .selectFrom('lieu')
    .select([
      'id',
      'version',
      'code_insee',
      'code_postal',
      'commune',
      'vendredi_saint',
      'latitude',
      'longitude',
      'horaires',
      'horaires_etat',
      'horaires_intervalles',
      'permanences',
      'permanences_lues',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectRows>['execute']>>[number];

async function listBatch(db: Kysely<DB>, { apres, batch }: { apres: string; batch: number }): Promise<Row[]> {
  return selectRows(db)
    .where('id', '>', apres)
    .where(sql<boolean>`(horaires IS NOT NULL OR permanences <> '[]' OR vendredi_saint IS NOT NULL)`)
    .orderBy('id')
    .limit(batch)
    .execute();
}

/** Renews the lieux of a batch that need it, and moves the cursor with them. Gives how many were written. */
async function renewBatch(
  db: Kysely<DB>,
  { rows, jour, now, communes }: { rows: readonly Row[]; jour: string; now: Date; communes: CommuneIndex },
): Promise<number> {
  const stale = new Map<string, Renewal>();
  const vendrediSaint = await readVendrediSaint(db, communes);
  for (const [index, row] of rows.entries()) {
    const renewal = renewalOf(row, { now, vendrediSaint });
    if (renewal.needed) stale.set(row.id, renewal);
    // This process serves pages too.
    if (index % 10 === 9) await setImmediate();
  }
  return db.transaction().execute(async (trx) => {
    const locked = await lockRows(trx, [...stale.keys()]);
    // Somebody may have written a lieu, or said something of its commune, since it was read.
    const ofNow = await readVendrediSaint(trx, communes);
    const renewals = locked.map((row) => {
      const known = stale.get(row.id);
      const same = known?.version === row.version && ofNow(row) === vendrediSaint(row);
      return same ? known : renewalOf(row, { now, vendrediSaint: ofNow });
    });
    await writeRenewals(trx, { renewals, jour });
    await trx
      .updateTable('renouvellement')
      .set({ apres: rows.at(-1)?.id ?? '' })
      .where('jour', '=', jour)
      .execute();
    return renewals.length;
  });
}

/** Computes anew, at once, what follows from the place and the day for some lieux; gives how many were written. */
export async function renewLieux(
  trx: Transaction<DB>,
  { ids, now, communes }: { ids: readonly string[]; now: Date; communes: CommuneIndex },
): Promise<number> {
  const locked = await lockRows(trx, ids);
  const vendrediSaint = await readVendrediSaint(trx, communes);
  const renewals = locked.map((row) => renewalOf(row, { now, vendrediSaint })).filter(({ needed }) => needed);
  await writeRenewals(trx, { renewals, jour: localDay(now, 'Europe/Paris') });
  return renewals.length;
}

async function lockRows(trx: Transaction<DB>, ids: readonly string[]): Promise<Row[]> {
  if (ids.length === 0) return [];
  return selectRows(trx).where(sql<boolean>`id = ANY(${ids}::text[])`).orderBy('id').forNoKeyUpdate().execute();
}

/** Writes what has changed of lieux under lock, and tells who listens where the weeks after `jour` are not the same. */
async function writeRenewals(
  trx: Transaction<DB>,
  { renewals, jour }: { renewals: readonly Renewal[]; jour: string },
): Promise<void> {
  if (renewals.length === 0) return;
  await sql`SELECT set_config('lieu_a_jour.sans_avis', 'on', true)`.execute(trx);
  const written = renewals.map(({ writing }) => ({ ...rowOf(writing.columns), id: writing.columns.id }));
  const columns = sql.join(OUVERTURE_COLUMNS.map((column) => sql.ref(column)));
  const of = (table: string) => sql.join(OUVERTURE_COLUMNS.map((column) => sql.ref(`${table}.${column}`)));
  await sql`UPDATE lieu SET (${columns}) = ROW(${of('n')})
    FROM json_populate_recordset(NULL::lieu, ${JSON.stringify(written)}::json) AS n
    WHERE lieu.id = n.id AND ROW(${of('lieu')}) IS DISTINCT FROM ROW(${of('n')})`.execute(trx);
  const soon = { du: daysAfter(jour, 2), au: daysAfter(jour, SOON_DAYS) };
  const writings = renewals.map(({ writing }) => writing);
  const datees = await replaceDatees(trx, writings, soon);
  if (datees || renewals.some(({ visible }) => visible)) await sql`SELECT pg_notify('lieu_publie', '')`.execute(trx);
}

/** What a change must touch to be told at once: the map knows three weeks ahead, and renews itself every hour. */
const SOON_DAYS = 30;

interface Renewal {
  version: number;
  needed: boolean;
  /** What the public sees in the next weeks changes, dated rows apart. */
  visible: boolean;
  writing: ReturnType<typeof ouvertureColumns> & { columns: { id: string } };
}

function renewalOf(row: Row, { now, vendrediSaint }: { now: Date; vendrediSaint: VendrediSaint }): Renewal {
  const today = localDay(now, timeZoneOfLieu(row));
  const permanences = readStoredPermanences(row.permanences);
  const { columns, ...dated } = ouvertureColumns(row, { now, permanences, vendrediSaint });
  const horaires = [row.horaires_intervalles, jsonOf(columns.horaires_intervalles)] as const;
  const lues = [row.permanences_lues, jsonOf(columns.permanences_lues)] as const;
  const same = [horaires, lues, [row.vendredi_saint, columns.vendredi_saint]].every(([before, after]) =>
    isDeepStrictEqual(before, after),
  );
  const aides = permanences.map(({ id }) => [hoursOf(lues[0], id), hoursOf(lues[1], id)] as const);
  return {
    version: row.version,
    needed: !same || columns.horaires_etat !== row.horaires_etat,
    visible: [horaires, ...aides].some(([before, after]) => !sameSoon(before, after, today)),
    writing: { ...dated, columns: { ...columns, id: row.id } },
  };
}

function jsonOf(text: string | null): Json {
  return text === null ? null : JSON.parse(text);
}

/** The stored hours of one permanence in `permanences_lues`; null where it has none. */
function hoursOf(lues: Json, id: string): Json {
  return typeof lues === 'object' && lues !== null && !Array.isArray(lues) ? (lues[id] ?? null) : null;
}

/** Whether two stored forms say the same of the next weeks, as far as they tell without their dated days. */
function sameSoon(before: Json, after: Json, today: string): boolean {
  const soon = (parseLocalDate(today) ?? 0) + SOON_DAYS;
  const [a, b] = [readStored(before), readStored(after)];
  if (a?.etat !== 'lu' || b?.etat !== 'lu') return isDeepStrictEqual(before, after);
  if ((a.datees === null) !== (b.datees === null) || (a.datees && a.datees.au < soon)) return false;
  return isDeepStrictEqual({ ...a, datees: null }, { ...b, datees: null });
}

function daysAfter(jour: string, days: number): string {
  return formatLocalDate((parseLocalDate(jour) ?? 0) + days);
}
