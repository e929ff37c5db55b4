import { type Kysely, type NotNull, type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import { Client } from 'pg';
import type { Contact } from '#app/domain/aide.ts';
import { FILTER_FIELDS, type FilterField, forEachFilterField } from '#app/domain/filter-fields.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import { type LieuEtPermanences, readStoredPermanences } from '#app/domain/permanences.ts';
import { FIELDS } from '#app/domain/standard.ts';
import { createDb, createPool } from './connection.ts';
import type { Log } from './embedded/log.ts';
import type { DB } from './types.ts';

/** The view `lieu_publie`, where what is public is decided: the only door for the map, the API and the export. */

const FIELD_COLUMNS = FIELDS.map((field) => `lieu_publie.${field.name}` as const);

/** The view has no NOT NULL of its own: these are so in `lieu`, or required for being public. */
interface Filled {
  id: NotNull;
  pivot: NotNull;
  nom: NotNull;
  typologie: NotNull;
  courriels: NotNull;
  site_web: NotNull;
  itinerance: NotNull;
  services: NotNull;
  publics_specifiquement_adresses: NotNull;
  prise_en_charge_specifique: NotNull;
  frais_a_charge: NotNull;
  dispositif_programmes_nationaux: NotNull;
  formations_labels: NotNull;
  autres_formations_labels: NotNull;
  modalites_acces: NotNull;
  modalites_accompagnement: NotNull;
}

const PAGE = 2_000;

/** One public lieu with the standard's 32 fields and its permanences; undefined where there is none, or where it is not public. */
export async function findLieuPublie(db: Kysely<DB>, id: string): Promise<LieuEtPermanences | undefined> {
  const row = await selectLieux(db).where('lieu_publie.id', '=', id).executeTakeFirst();
  return row && withPermanences(row);
}

/** The public lieux of these ids (at most some hundreds), in their order; those that are not public are not in it. */
export async function listLieuxPublies(db: Kysely<DB>, ids: readonly string[]): Promise<LieuEtPermanences[]> {
  if (ids.length === 0) return [];
  const rows = await selectLieux(db)
    .where('lieu_publie.id', '=', sql<string>`any(${[...ids]}::text[])`)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []).map(withPermanences);
}

/** Whether there is any public lieu; without those of the demonstration set where `demo` is false. */
export async function hasLieuxPublies(db: Kysely<DB>, { demo }: { demo: boolean }): Promise<boolean> {
  const one = db.selectFrom('lieu_publie').select('lieu_publie.id').limit(1);
  return (await (demo ? one : one.where('lieu_publie.demo', '=', false)).executeTakeFirst()) !== undefined;
}

/** How many public lieux there are; without those of the demonstration set where `demo` is false. */
export async function countLieuxPublies(db: Kysely<DB>, { demo }: { demo: boolean }): Promise<number> {
  const all = db.selectFrom('lieu_publie').select((eb) => eb.fn.countAll<number>().as('n'));
  return (await (demo ? all : all.where('lieu_publie.demo', '=', false)).executeTakeFirstOrThrow()).n;
}

/** Whether any public lieu is of the demonstration set. */
export async function hasDemoLieuxPublies(db: Kysely<DB>): Promise<boolean> {
  const one = db.selectFrom('lieu_publie').select('lieu_publie.id').where('lieu_publie.demo', '=', true).limit(1);
  return (await one.executeTakeFirst()) !== undefined;
}

/** A lieu, and the département where it is; null where that is not known. */
export type LieuDepartemental = LieuEtPermanences & { departement: string | null };

/**
 * All public lieux with the standard's 32 fields and their permanences, by id, as they are at one instant; memory holds two pages of `PAGE` rows.
 * Without those of the demonstration set where `demo` is false.
 */
export async function* streamLieuxPublies(db: Kysely<DB>, { demo = true } = {}): AsyncGenerator<LieuDepartemental> {
  const trx = await db.startTransaction().setAccessMode('read only').execute();
  try {
    // The same order on every server, whatever its locale.
    const all = selectLieux(trx)
      .select('lieu_publie.departement')
      .orderBy('lieu_publie.id', (order) => order.collate('C'));
    const query = demo ? all : all.where('lieu_publie.demo', '=', false);
    for await (const rows of fetchPages(trx, query)) for (const row of rows) yield withPermanences(row);
  } finally {
    await trx.rollback().execute();
  }
}

/** The first public lieux of the order of the exports. Without those of the demonstration set where `demo` is false. */
export async function listPremiersLieux(
  db: Kysely<DB>,
  { demo, limite }: { demo: boolean; limite: number },
): Promise<LieuEtPermanences[]> {
  const all = selectLieux(db)
    .orderBy('lieu_publie.id', (order) => order.collate('C'))
    .limit(limite);
  return (await (demo ? all : all.where('lieu_publie.demo', '=', false)).execute()).map(withPermanences);
}

/**
 * What the map's snapshot holds of each public lieu, as they are at one instant, some thousands at a time, with the dated
 * openings of the local days from `du` to `au` (AAAA-MM-JJ), of the lieu and of each of its permanences. Lieux with the same list
 * share it: do not change one. `horaires_intervalles` is JSON text: few are different.
 * @param listes those of an earlier call, to which new ones are added
 */
export async function* streamLieuxForCarte(
  db: Kysely<DB>,
  jours: { du: string; au: string },
  listes: ListesLues = createListesLues(),
) {
  const trx = await db.startTransaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute();
  try {
    const ouvertures = await readOuvertures(trx, jours);
    const datees = await readPermanencesDatees(trx, jours);
    for await (const rows of fetchPages(trx, selectLieuxForCarte(trx))) {
      yield rows.map((row) => ({
        row,
        listes: readListes(row.listes, listes),
        ouvertures: ouvertures.get(row.id) ?? [],
        permanences_datees: datees.get(row.id),
      }));
    }
  } finally {
    await trx.rollback().execute();
  }
}

export type LieuForCarte = ReturnType<typeof streamLieuxForCarte> extends AsyncGenerator<(infer Row)[]> ? Row : never;

/**
 * What tells this state of the lieux from any other: the server and the database that it is (a restored copy or another
 * DATABASE_URL is another), and the transaction that last wrote each lieu, dated opening (its own and those of its permanences) and free slot. Some 50 ms for 20,000.
 */
export async function findEmpreinte(db: Kysely<DB>): Promise<string> {
  const written = (table: (typeof SNAPSHOT_TABLES)[number] | 'lieu', id: 'id' | 'lieu_id') =>
    sql`(SELECT count(*) || '/' || coalesce(sum(hashtextextended(${sql.ref(id)} || ' ' || xmin::text, 0)::numeric), 0)
      FROM ${sql.table(table)})`;
  const { rows } = await sql<{ empreinte: string }>`
    SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
      (SELECT oid FROM pg_database WHERE datname = current_database()), ${written('lieu', 'id')},
      ${sql.join(SNAPSHOT_TABLES.map((table) => written(table, 'lieu_id')))}) AS empreinte`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('a query without FROM has one row');
  return row.empreinte;
}

/** Besides `lieu`, what the map's snapshot reads. */
const SNAPSHOT_TABLES = ['geocodage', 'ouverture_datee', 'permanence_datee', 'prochain_creneau'] as const;

/** A connection of its own to the public lieux, for a thread that has no other; it ends with the thread. */
export function openLieuxPublies(url: string): Kysely<DB> {
  return createDb(createPool(url, { applicationName: 'lieu-a-jour carte', max: 1, statementTimeoutMs: 60_000 }));
}

export interface ListenOptions {
  onChange: () => void;
  log: Log;
}

/**
 * Calls `onChange` once listening has begun, whenever public lieux may have changed, and after each lost connection (what
 * was said meanwhile is not known). Connects again by itself, after 0.2 s then at most every 10 s.
 */
export function listenLieuxPublies(url: string, { onChange, log }: ListenOptions): { close(): Promise<void> } {
  let client: Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let closed = false;
  connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };

  function connect(): void {
    const current = new Client({ connectionString: url, application_name: 'lieu-a-jour écoute', keepAlive: true });
    client = current;
    let lost = false;
    const lose = (error?: Error) => {
      if (lost || closed) return;
      lost = true;
      current.end().catch(() => {});
      failures++;
      if (failures === 1)
        log.warn(`Écoute des changements interrompue (${error?.message ?? 'connexion fermée'}) : elle reprendra.`);
      timer = setTimeout(connect, Math.min(10_000, 100 * 2 ** failures));
    };
    current.on('error', lose);
    current.on('end', () => lose());
    current.on('notification', onChange);
    current
      .connect()
      .then(() => current.query('LISTEN lieu_publie'))
      .then(() => {
        failures = 0;
        onChange();
      })
      .catch(lose);
  }
}

function selectLieux(db: Kysely<DB>) {
  return db.selectFrom('lieu_publie').select(FIELD_COLUMNS).select('lieu_publie.permanences').$narrowType<Filled>();
}

/** The row itself: a copy of so many properties takes as long as reading them. */
function withPermanences<Row extends Lieu & { permanences: unknown }>(row: Row) {
  return Object.assign(row, { permanences: readStoredPermanences(row.permanences) });
}

function selectLieuxForCarte(db: Kysely<DB>) {
  return db
    .selectFrom('lieu_publie')
    .leftJoin('prochain_creneau', 'prochain_creneau.lieu_id', 'lieu_publie.id')
    .select([
      'lieu_publie.id',
      'lieu_publie.nom',
      'lieu_publie.commune',
      'lieu_publie.code_postal',
      'lieu_publie.code_insee',
      'lieu_publie.departement',
      'lieu_publie.region',
      'lieu_publie.epci',
      'lieu_publie.fuseau',
      'prochain_creneau.debut as prochain_creneau',
    ])
    .select([
      sql<number | null>`coalesce(lieu_publie.latitude, lieu_publie.latitude_approchee)`.as('latitude'),
      sql<number | null>`coalesce(lieu_publie.longitude, lieu_publie.longitude_approchee)`.as('longitude'),
      sql<boolean>`lieu_publie.latitude is null and lieu_publie.latitude_approchee is not null`.as('approximative'),
    ])
    .select(sql<string | null>`lieu_publie.horaires_intervalles::text`.as('horaires_intervalles'))
    .select(
      // Null for the many that have none: nothing is sent.
      sql<unknown>`case when lieu_publie.permanences <> '[]'
        then jsonb_build_object('permanences', lieu_publie.permanences, 'lues', lieu_publie.permanences_lues) end`.as(
        'aides',
      ),
    )
    .select([
      // What `isInjoignable` asks of the standard's fields.
      sql<boolean>`num_nonnulls(lieu_publie.telephone, lieu_publie.prise_rdv) = 0
        and lieu_publie.courriels = '{}' and lieu_publie.site_web = '{}'`.as('sans_contact'),
      sql<boolean>`lieu_publie.horaires is null`.as('sans_horaires'),
    ])
    .select(
      // What `contactOf` says.
      sql<Contact>`case when lieu_publie.telephone <> '' then 'telephone'
        when lieu_publie.courriels <> '{}' then 'courriel' end`.as('contact'),
    )
    .select(
      sql<string>`json_build_array(${sql.join(FILTER_FIELDS.map((name) => sql.ref(`lieu_publie.${name}`)))})::text`.as(
        'listes',
      ),
    )
    .$narrowType<{ id: NotNull; nom: NotNull; fuseau: NotNull }>();
}

type Listes = Record<FilterField, readonly string[]>;

/** The lists of lieux that were read, as they are written in JSON: all those of a lieu together, and each by itself. */
export interface ListesLues {
  ensemble: Map<string, Listes>;
  une: Map<string, readonly string[]>;
}

/** None read yet. */
export function createListesLues(): ListesLues {
  return { ensemble: new Map(), une: new Map() };
}

/** Reads what `selectLieuxForCarte` wrote: lists come as one JSON text, since lieux have few different ones and each is parsed once. */
function readListes(text: string, { ensemble, une }: ListesLues): Listes {
  const known = ensemble.get(text);
  if (known) return known;
  const lists: string[][] = JSON.parse(text);
  const shared = (list: readonly string[]) => {
    const key = list.join('\n');
    const first = une.get(key) ?? list;
    une.set(key, first);
    return first;
  };
  const read = forEachFilterField((_field, index) => shared(lists[index] ?? []));
  ensemble.set(text, read);
  return read;
}

interface JourLu {
  jour: string;
  intervalles: Selectable<DB['ouverture_datee']>['intervalles'];
}

async function readOuvertures(db: Kysely<DB>, { du, au }: { du: string; au: string }): Promise<Map<string, JourLu[]>> {
  const rows = await db
    .selectFrom('ouverture_datee')
    .select(['lieu_id', 'jour', 'intervalles'])
    .where('jour', '>=', du)
    .where('jour', '<=', au)
    .execute();
  return groupBy(rows, ({ lieu_id }) => lieu_id);
}

/** By lieu, then by permanence. */
async function readPermanencesDatees(
  db: Kysely<DB>,
  { du, au }: { du: string; au: string },
): Promise<Map<string, Map<string, JourLu[]>>> {
  const rows = await db
    .selectFrom('permanence_datee')
    .select(['lieu_id', 'permanence_id', 'jour', 'intervalles'])
    .where('jour', '>=', du)
    .where('jour', '<=', au)
    .execute();
  const byLieu = groupBy(rows, ({ lieu_id }) => lieu_id);
  return new Map([...byLieu].map(([lieuId, days]) => [lieuId, groupBy(days, ({ permanence_id }) => permanence_id)]));
}

function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

/** The rows of one query, run once, fetched `PAGE` at a time: memory does not grow with them. */
async function* fetchPages<Row>(trx: Kysely<DB>, query: SelectQueryBuilder<DB, never, Row>): AsyncGenerator<Row[]> {
  await sql`declare lieux no scroll cursor for ${query}`.execute(trx);
  const fetchNext = () => {
    const page = sql<Row>`fetch ${sql.lit(PAGE)} from lieux`.execute(trx);
    // Whoever stops reading does not wait for it: its error is theirs only if they come back.
    page.catch(() => undefined);
    return page;
  };
  let page = fetchNext();
  for (;;) {
    const { rows } = await page;
    const last = rows.length < PAGE;
    // The server reads the next page while this one is looked at.
    if (!last) page = fetchNext();
    yield rows;
    if (last) return;
  }
}
