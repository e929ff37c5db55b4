import { type Kysely, sql, type Transaction } from 'kysely';
import type { Recherche } from '#app/domain/doublons/echeance.ts';
import type { DoublonFilters } from '#app/domain/doublons/filtres.ts';
import type { LieuACompare } from '#app/domain/doublons/lecture.ts';
import type { Paire } from '#app/domain/doublons/paires.ts';
import { CERTAIN } from '#app/domain/doublons/score.ts';
import type { Roles } from '#app/domain/permissions.ts';
import { lieuxInTerritoire } from './territoires.ts';
import type { DB } from './types.ts';

const PAGE = 1_000;

/** The lieux that duplicates are looked for among: those that are there, complete or not. Read a page at a time. */
export async function* streamLieuxACompare(db: Kysely<DB>): AsyncGenerator<LieuACompare[]> {
  let last = '';
  for (;;) {
    const rows = await db
      .selectFrom('lieu')
      .select([
        'id',
        'origine',
        'id_origine',
        'pivot',
        'nom',
        'commune',
        'code_postal',
        'code_insee',
        'adresse',
        'latitude',
        'longitude',
        'telephone',
        'courriels',
        'itinerance',
      ])
      .where('statut', '=', 'actif')
      .where('id', '>', last)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    yield rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.id ?? last;
  }
}

/** What a search changed. */
export interface RechercheCounts {
  ajoutes: number;
  modifies: number;
  retires: number;
}

/**
 * Makes the open pairs those of a search, writing only what differs. What was decided stays decided, also where an id came
 * back with other capitals, and where it was decided while the search looked; two lieux that were merged and are both there
 * again (their merge was undone elsewhere, or one came back with its source) are open again.
 */
export async function replaceDoublons(
  trx: Transaction<DB>,
  { paires, now }: { paires: readonly Paire[]; now: Date },
): Promise<RechercheCounts> {
  await sql`CREATE TEMPORARY TABLE doublon_trouve (
    lieu_id text NOT NULL, autre_id text NOT NULL, score smallint NOT NULL, raisons text[] NOT NULL
  ) ON COMMIT DROP`.execute(trx);
  for (let start = 0; start < paires.length; start += PAGE) {
    const rows = paires.slice(start, start + PAGE);
    await sql`INSERT INTO doublon_trouve
      SELECT least(a COLLATE "C", b COLLATE "C"), greatest(a COLLATE "C", b COLLATE "C"), score, raisons
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r(a text, b text, score smallint, raisons text[])`.execute(
      trx,
    );
  }
  await sql`ANALYZE doublon_trouve`.execute(trx);
  const removed = await sql`DELETE FROM doublon AS d WHERE etat = 'ouvert' AND NOT EXISTS (
    SELECT FROM doublon_trouve AS t WHERE t.lieu_id = d.lieu_id AND t.autre_id = d.autre_id)`.execute(trx);
  const changed = await sql`UPDATE doublon AS d
    SET score = t.score, raisons = t.raisons, etat = 'ouvert', decide_par = NULL, decide_le = NULL
    FROM doublon_trouve AS t
    WHERE t.lieu_id = d.lieu_id AND t.autre_id = d.autre_id AND d.etat <> 'distinct'
      AND (d.etat = 'ouvert' OR 2 = (SELECT count(*) FROM lieu WHERE id IN (d.lieu_id, d.autre_id) AND statut = 'actif'))
      AND (d.score, d.raisons, d.etat) IS DISTINCT FROM (t.score, t.raisons, 'ouvert')`.execute(trx);
  const added = await sql`INSERT INTO doublon (lieu_id, autre_id, score, raisons, trouve_le)
    SELECT lieu_id, autre_id, score, raisons, ${now} FROM doublon_trouve ORDER BY score DESC, lieu_id, autre_id
    ON CONFLICT DO NOTHING`.execute(trx);
  const count = ({ numAffectedRows }: { numAffectedRows?: bigint }) => Number(numAffectedRows ?? 0);
  return { ajoutes: count(added), modifies: count(changed), retires: count(removed) };
}

/** One search at a time, until the end of the transaction. */
export async function lockRecherche(trx: Transaction<DB>): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('doublons', 0))`.execute(trx);
}

/** The last search; undefined where there was none. */
export async function findRecherche(db: Kysely<DB>): Promise<Recherche | undefined> {
  return db.selectFrom('doublon_recherche').select(['faite_le', 'imports']).executeTakeFirst();
}

/** Keeps when a search was made and what it had seen. */
export async function upsertRecherche(db: Kysely<DB>, { faite_le, imports }: Recherche): Promise<void> {
  await db
    .insertInto('doublon_recherche')
    .values({ faite_le, imports })
    .onConflict((conflict) => conflict.column('seule').doUpdateSet({ faite_le, imports }))
    .execute();
}

/** Says of the imports what changes with each that is made or taken back. */
export async function findImportsMark(db: Kysely<DB>): Promise<string> {
  const { n, annules } = await db
    .selectFrom('import_lot')
    .select((eb) => [
      eb.fn.countAll<number>().as('n'),
      eb.fn.countAll<number>().filterWhere('etat', '=', 'annule').as('annules'),
    ])
    .executeTakeFirstOrThrow();
  return `${n} ${annules}`;
}

export const DOUBLONS_PAGE = 10;

/** Open pairs of which both lieux are in the territory, the likeliest first, and how many there are in all. */
export async function listDoublons(
  db: Kysely<DB>,
  { roles, filters, page }: { roles: Roles; filters: DoublonFilters; page: number },
) {
  const { departement, certitude } = filters;
  const base = openDoublons(db, roles)
    .$if(certitude === 'certain', (query) => query.where('doublon.score', '>=', CERTAIN))
    .$if(certitude === 'probable', (query) => query.where('doublon.score', '<', CERTAIN))
    .$if(departement !== null, (query) =>
      query.where((eb) =>
        eb.exists(
          eb
            .selectFrom('lieu')
            .select('lieu.id')
            .where((of) =>
              of.or([of('lieu.id', '=', of.ref('doublon.lieu_id')), of('lieu.id', '=', of.ref('doublon.autre_id'))]),
            )
            .where('lieu.departement', '=', departement),
        ),
      ),
    );
  const [paires, count] = await Promise.all([
    base
      .select(['doublon.lieu_id', 'doublon.autre_id', 'doublon.score', 'doublon.raisons'])
      .orderBy('doublon.score', 'desc')
      .orderBy('doublon.lieu_id')
      .orderBy('doublon.autre_id')
      .limit(DOUBLONS_PAGE)
      .offset((page - 1) * DOUBLONS_PAGE)
      .execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { paires, total: count.n };
}

/** How many open pairs each département of the territory has, by its code; a pair that straddles two counts in both. */
export async function countDoublonsByDepartement(db: Kysely<DB>, { roles }: { roles: Roles }) {
  return openDoublons(db, roles)
    .innerJoin('lieu', (join) =>
      join.on((eb) =>
        eb.or([eb('lieu.id', '=', eb.ref('doublon.lieu_id')), eb('lieu.id', '=', eb.ref('doublon.autre_id'))]),
      ),
    )
    .where('lieu.departement', 'is not', null)
    .select(['lieu.departement', sql<number>`count(DISTINCT (doublon.lieu_id, doublon.autre_id))::int`.as('n')])
    .groupBy('lieu.departement')
    .orderBy('lieu.departement')
    .execute();
}

/** An open pair of which both lieux are in the territory; undefined elsewhere, and where it is decided. */
export async function findDoublon(
  db: Kysely<DB>,
  { roles, lieuId, autreId }: { roles: Roles; lieuId: string; autreId: string },
) {
  return openDoublons(db, roles)
    .select(['doublon.lieu_id', 'doublon.autre_id', 'doublon.score', 'doublon.raisons'])
    .where('doublon.lieu_id', '=', lieuId)
    .where('doublon.autre_id', '=', autreId)
    .executeTakeFirst();
}

/** Remembers what a person decided of an open pair; false where it is not open any more, or not of their territory. */
export async function decideDoublon(
  db: Kysely<DB>,
  {
    roles,
    lieuId,
    autreId,
    etat,
    now,
  }: { roles: Roles; lieuId: string; autreId: string; etat: 'fusionne' | 'distinct'; now: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('doublon')
    .set({ etat, decide_par: roles.utilisateurId, decide_le: now })
    .where('lieu_id', '=', lieuId)
    .where('autre_id', '=', autreId)
    .where('lieu_id', 'in', lieuxInTerritoire(db, roles))
    .where('autre_id', 'in', lieuxInTerritoire(db, roles))
    .where('etat', '=', 'ouvert')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** A pair that was decided so waits again; false where it is not decided so any more, or not of their territory. */
export async function reopenDoublon(
  db: Kysely<DB>,
  { roles, lieuId, autreId, etat }: { roles: Roles; lieuId: string; autreId: string; etat: 'fusionne' | 'distinct' },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('doublon')
    .set({ etat: 'ouvert', decide_par: null, decide_le: null })
    .where('lieu_id', '=', lieuId)
    .where('autre_id', '=', autreId)
    .where('lieu_id', 'in', lieuxInTerritoire(db, roles))
    .where('autre_id', 'in', lieuxInTerritoire(db, roles))
    .where('etat', '=', etat)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

const DECISIONS_LISTED = 20;

/** The last decisions on pairs of the territory, newest first, with the names of both lieux. */
export async function listDecidedDoublons(db: Kysely<DB>, { roles }: { roles: Roles }) {
  return db
    .selectFrom('doublon')
    .innerJoin('lieu as a', 'a.id', 'doublon.lieu_id')
    .innerJoin('lieu as b', 'b.id', 'doublon.autre_id')
    .leftJoin('utilisateur', 'utilisateur.id', 'doublon.decide_par')
    .where('doublon.etat', '<>', 'ouvert')
    .where('doublon.lieu_id', 'in', lieuxInTerritoire(db, roles))
    .where('doublon.autre_id', 'in', lieuxInTerritoire(db, roles))
    .select([
      'doublon.lieu_id',
      'doublon.autre_id',
      'doublon.etat',
      'doublon.decide_le',
      'a.nom as nom',
      'b.nom as autre_nom',
      'a.fusionne_dans as fusionne_dans',
      'b.fusionne_dans as autre_fusionne_dans',
      'utilisateur.courriel as acteur',
      'utilisateur.nom as acteur_nom',
    ])
    .orderBy('doublon.decide_le', 'desc')
    .limit(DECISIONS_LISTED)
    .execute();
}

function openDoublons(db: Kysely<DB>, roles: Roles) {
  const actifs = lieuxInTerritoire(db, roles).where('lieu.statut', '=', 'actif');
  return db
    .selectFrom('doublon')
    .where('doublon.etat', '=', 'ouvert')
    .where('doublon.lieu_id', 'in', actifs)
    .where('doublon.autre_id', 'in', actifs);
}
