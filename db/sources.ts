import { type Kysely, sql, type Transaction } from 'kysely';
import type { SourceALire } from '#app/domain/sources.ts';
import { DEPOT_FINI } from './import-depots.ts';
import type { DB, Json } from './types.ts';

/** Channel on which one hears that a source is to be read now. */
export const CANAL_SOURCES = 'source';

/** What somebody says of a source. */
export interface SourceDite {
  nom: string;
  url: string;
  jour: number | null;
  complet: boolean;
  prevenir: string | null;
}

/** Whose source it is: the person whose territory its files are kept to, and who sees it with them. */
export interface Titulaire {
  utilisateurId: string;
  organisation: string;
  /** As `departement:33`. */
  territoires: readonly string[];
}

/** Keeps a source; `colonnes` is what the columns of its files give, empty where that is still to be recognised. */
export async function insertSource(
  db: Kysely<DB>,
  source: SourceDite & Titulaire & { colonnes: Json; now: Date },
): Promise<number> {
  const { utilisateurId, organisation, nom, url, jour, complet, prevenir, now } = source;
  const { id } = await db
    .insertInto('source')
    .values({
      ...{ utilisateur_id: utilisateurId, accord_id: utilisateurId, organisation },
      territoires: [...source.territoires],
      ...{ nom, url, jour, complet, prevenir, colonnes: JSON.stringify(source.colonnes), cree_le: now },
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Nothing of an earlier file holds for another address, another name or other columns: somebody sees a trial again. */
const OUBLI = {
  ...{ validee_le: null, etag: null, modifie: null, sha256: null, lignes: null },
  reglages: sql<number>`reglages + 1`,
};

/**
 * Changes what is said of a source. Another address, name or other columns: its files wait for a person again. What they do to lieux
 * is answered for by `utilisateurId` from now on.
 */
export async function updateSource(
  db: Kysely<DB>,
  {
    id,
    utilisateurId,
    colonnes,
    ...dite
  }: SourceDite & { id: number; utilisateurId: string; colonnes: Json | undefined },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const before = await lockSource(trx, id);
    if (!before) return;
    const other = before.url !== dite.url || before.nom !== dite.nom || colonnes !== undefined;
    await trx
      .updateTable('source')
      .set({ ...dite, ...(other && OUBLI), ...(colonnes !== undefined && { colonnes: JSON.stringify(colonnes) }) })
      .$if(other || before.complet !== dite.complet, (query) => query.set({ accord_id: utilisateurId }))
      .where('id', '=', id)
      .execute();
  });
}

/** Somebody answers for what the files of a source do from now on. */
export async function updateSourceAccord(
  trx: Transaction<DB>,
  { id, utilisateurId }: { id: number; utilisateurId: string },
): Promise<void> {
  await trx.updateTable('source').set({ accord_id: utilisateurId }).where('id', '=', id).execute();
}

/** Its columns are asked for again, and somebody sees a trial. */
export async function oublierColonnes(db: Kysely<DB>, id: number): Promise<void> {
  await db
    .updateTable('source')
    .set({ ...OUBLI, colonnes: '[]' })
    .where('id', '=', id)
    .execute();
}

/** Another person's territory is the source's from now on, and their first file is tried before them. */
export async function reprendreSource(
  db: Kysely<DB>,
  { id, utilisateurId, organisation, territoires }: Titulaire & { id: number },
): Promise<void> {
  await db
    .updateTable('source')
    .set({ utilisateur_id: utilisateurId, accord_id: utilisateurId, organisation, territoires: [...territoires] })
    .set({ ...OUBLI, pause_le: null, pause_motif: null })
    .where('id', '=', id)
    .execute();
}

/** Stops its readings, or lets them go on where `motif` is null. */
export async function pauseSource(
  db: Kysely<DB>,
  { id, motif, now }: { id: number; motif: 'personne' | 'role' | null; now: Date },
): Promise<void> {
  await db
    .updateTable('source')
    .set({ pause_le: motif === null ? null : now, pause_motif: motif, demandee_le: null })
    .where('id', '=', id)
    .execute();
}

/**
 * Has a source read at once. What was read before counts as known only where it is applied or still waits: whoever asks after a
 * file was put aside wants it again.
 */
export async function demanderLecture(db: Kysely<DB>, { id, now }: { id: number; now: Date }): Promise<void> {
  const last = await db
    .selectFrom('source_passage')
    .select('resultat')
    .where('source_id', '=', id)
    .where('resultat', '<>', 'inchange')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const known = last !== undefined && ['applique', 'a_valider', 'retenu', 'en_cours'].includes(last.resultat);
  await db
    .updateTable('source')
    .set({ demandee_le: now, ...(!known && { etag: null, modifie: null, sha256: null }) })
    .where('id', '=', id)
    .where('pause_le', 'is', null)
    .execute();
  await sql`SELECT pg_notify(${CANAL_SOURCES}, '')`.execute(db);
}

/** A source with its log goes, with the files that are not applied yet; the lieux and the imports stay. */
export async function deleteSource(db: Kysely<DB>, { id, now }: { id: number; now: Date }): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockSource(trx, id);
    const files = trx.selectFrom('source_passage').select('depot_id').where('source_id', '=', id);
    // Without its source a file would be kept to its territory no more.
    await trx
      .updateTable('import_depot')
      .set({ etat: 'abandonne', modifie_le: now })
      .where('id', 'in', files.$castTo<{ depot_id: string }>())
      .where('etat', 'not in', DEPOT_FINI)
      .execute();
    await trx.deleteFrom('source').where('id', '=', id).execute();
  });
}

/** A source, with the addresses of its people. */
export async function findSource(db: Kysely<DB>, id: number) {
  return sources(db).where('s.id', '=', id).executeTakeFirst();
}

export type Source = NonNullable<Awaited<ReturnType<typeof findSource>>>;

/** The same, held until the end of the transaction. */
export async function lockSource(trx: Transaction<DB>, id: number): Promise<Source | undefined> {
  return sources(trx).where('s.id', '=', id).forUpdate('s').executeTakeFirst();
}

/** The sources of a person and of an organisation, or all of them; at most 200, those whose people were told of something first. */
export async function listSources(
  db: Kysely<DB>,
  { utilisateurId, organisation, tous }: { utilisateurId: string; organisation: string; tous: boolean },
): Promise<Source[]> {
  return sources(db)
    .$if(!tous, (query) =>
      query.where((eb) =>
        eb.or([
          eb('s.utilisateur_id', '=', utilisateurId),
          eb.and([
            eb('s.organisation', '<>', ''),
            sql<boolean>`lower(trim(s.organisation)) = lower(trim(${organisation}))`,
          ]),
        ]),
      ),
    )
    .orderBy(sql`s.alerte IS NULL`)
    .orderBy('s.nom')
    .orderBy('s.id')
    .limit(200)
    .execute();
}

function sources(db: Kysely<DB>) {
  return db
    .selectFrom('source as s')
    .leftJoin('utilisateur as u', 'u.id', 's.utilisateur_id')
    .selectAll('s')
    .select('u.courriel as par');
}

/** What tells which sources are to be read; those whose file is being worked on are left out. `orpheline`: nobody may import for it any more. */
export async function listSourcesActives(
  db: Kysely<DB>,
): Promise<(SourceALire & { id: number; orpheline: boolean })[]> {
  return db
    .selectFrom('source as s')
    .select(['s.id', 's.jour', 's.pause_le', 's.regardee_le', 's.demandee_le', 's.cree_le'])
    .select((eb) =>
      eb
        .and([
          eb.not(
            eb.exists(
              eb
                .selectFrom('moderateur as m')
                .select('m.utilisateur_id')
                .whereRef('m.utilisateur_id', '=', 's.utilisateur_id'),
            ),
          ),
          eb.not(
            eb.exists(
              eb
                .selectFrom('animateur as a')
                .select('a.utilisateur_id')
                .whereRef('a.utilisateur_id', '=', 's.utilisateur_id'),
            ),
          ),
        ])
        .$castTo<boolean>()
        .as('orpheline'),
    )
    .where('s.pause_le', 'is', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('source_passage as p')
            .select('p.id')
            .whereRef('p.source_id', '=', 's.id')
            .where('p.resultat', '=', 'en_cours'),
        ),
      ),
    )
    .orderBy('s.demandee_le')
    .orderBy('s.id')
    .execute();
}

/** What the server at its address need not send again, once it has been asked; and that nobody waits for it any more. */
export async function updateSourceRegardee(
  db: Kysely<DB>,
  {
    id,
    now,
    vu,
  }: { id: number; now: Date; vu?: { etag: string | null; modifie: string | null; sha256: string | null } },
): Promise<void> {
  await db
    .updateTable('source')
    .set({ regardee_le: now, demandee_le: null, ...vu })
    .where('id', '=', id)
    .execute();
}

/** The file that was read last is asked for again, even where it is the same. */
export async function oublierFichier(db: Kysely<DB>, id: number): Promise<void> {
  await db.updateTable('source').set({ etag: null, modifie: null, sha256: null }).where('id', '=', id).execute();
}

/** What its people were last told, or that all is well. */
export async function updateSourceAlerte(
  db: Kysely<DB>,
  { id, alerte, now }: { id: number; alerte: 'echec' | 'retenu' | null; now: Date },
): Promise<void> {
  await db
    .updateTable('source')
    .set({ alerte, alerte_le: alerte === null ? null : now })
    .where('id', '=', id)
    .execute();
}

/** A file of it was applied: it is what the next ones are compared with, and they are applied by themselves. */
export async function updateSourceAppliquee(
  db: Kysely<DB>,
  { id, now, colonnes, lignes }: { id: number; now: Date; colonnes: Json; lignes: number },
): Promise<void> {
  await db
    .updateTable('source')
    .set({ lignes, validee_le: sql<Date>`coalesce(validee_le, ${now})`, colonnes: JSON.stringify(colonnes) })
    .where('id', '=', id)
    .execute();
}
