import { type Kysely, sql, type Transaction } from 'kysely';
import { type ListeCode, listeOf } from '#app/domain/labels-verifies.ts';
import type { EtatDeListe, LigneOfficielle } from '#app/domain/listes-officielles.ts';
import type { LieuDeListe } from '#app/domain/listes-rapprochement.ts';
import type { DB } from './types.ts';

const PAGE = 1_000;

/** A list as it was last read, and what the last look at its address gave. */
export interface ListeLue extends EtatDeListe {
  code: string;
  etag: string | null;
  modifie: string | null;
  sha256: string | null;
  date: string | null;
}

/** Every list that has been looked for. */
export async function listListes(db: Kysely<DB>): Promise<ListeLue[]> {
  return db.selectFrom('liste_officielle').selectAll().orderBy('code').execute();
}

/** One list; undefined where nobody has looked for it yet. */
export async function findListe(db: Kysely<DB>, code: ListeCode): Promise<ListeLue | undefined> {
  return db.selectFrom('liste_officielle').selectAll().where('code', '=', code).executeTakeFirst();
}

/** The file of a list that is taken. */
export interface FichierDeListe {
  url: string;
  etag: string | null;
  modifie: string | null;
  sha256: string;
  /** AAAA-MM-JJ */
  date: string;
  lignes: readonly LigneOfficielle[];
}

/** Makes a file's rows those of the list, to be compared with the lieux. */
export async function replaceListe(
  trx: Transaction<DB>,
  { code, now, lignes, ...fichier }: FichierDeListe & { code: ListeCode; now: Date },
): Promise<void> {
  const held = { ...fichier, lignes: lignes.length, regardee_le: now, ...NOTHING_REFUSED, rapprochee_le: null };
  await trx
    .insertInto('liste_officielle')
    .values({ code, ...held })
    .onConflict((conflict) => conflict.column('code').doUpdateSet(held))
    .execute();
  await trx.deleteFrom('liste_ligne').where('liste', '=', code).execute();
  for (let start = 0; start < lignes.length; start += PAGE) {
    const rows = lignes.slice(start, start + PAGE).map((ligne) => ({ ...ligne, liste: code }));
    await sql`INSERT INTO liste_ligne SELECT * FROM json_populate_recordset(NULL::liste_ligne, ${JSON.stringify(rows)}::json)`.execute(
      trx,
    );
  }
}

const NOTHING_REFUSED = { refus: null, refus_sha256: null, accepte_sha256: null };

/** The address was looked at, and gives what is kept already. */
export async function updateListeInchangee(
  db: Kysely<DB>,
  { code, now }: { code: ListeCode; now: Date },
): Promise<void> {
  await db
    .updateTable('liste_officielle')
    .set({ regardee_le: now, ...NOTHING_REFUSED })
    .where('code', '=', code)
    .execute();
}

/** What the address gives is not taken, and why; what was kept stays. Whether it is said for the first time. */
export async function refuseListe(
  trx: Transaction<DB>,
  { code, url, now, refus, sha256 }: { code: ListeCode; url: string; now: Date; refus: string; sha256: string | null },
): Promise<boolean> {
  const before = await findListe(trx, code);
  const values = { url, regardee_le: now, refus, refus_sha256: sha256, accepte_sha256: null };
  await trx
    .insertInto('liste_officielle')
    .values({ code, ...values })
    .onConflict((conflict) => conflict.column('code').doUpdateSet(values))
    .execute();
  return before?.refus !== refus;
}

/** Remembers that a person wants the refused file all the same; false where it is not the one they saw. */
export async function acceptListeRefusee(
  db: Kysely<DB>,
  { code, sha256 }: { code: ListeCode; sha256: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('liste_officielle')
    .set({ accepte_sha256: sha256 })
    .where('code', '=', code)
    .where('refus_sha256', '=', sha256)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The rows of a list. */
export async function listLignes(db: Kysely<DB>, code: ListeCode): Promise<LigneOfficielle[]> {
  const rows = await db.selectFrom('liste_ligne').selectAll().where('liste', '=', code).orderBy('id').execute();
  return rows.map(({ liste, ...ligne }) => ligne);
}

/** One writer of a list at a time, until the end of the transaction. */
export async function lockListe(trx: Transaction<DB>, code: ListeCode): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`liste:${code}`}, 0))`.execute(trx);
}

/** What comparing a list with the lieux changed. */
export interface RapprochementCounts {
  /** Lieux that are in the list. */
  lieux: number;
  /** Tasks that were opened: lieux that have left it and still say that they bear its label. */
  quittes: number;
}

/**
 * Makes the lieux of a list those that were found. One that has left it, and still declares its label, is a task for people;
 * a task about a lieu that is back, that no longer declares the label or that is no more, closes by itself.
 */
export async function replaceLabels(
  trx: Transaction<DB>,
  { code, trouves, now }: { code: ListeCode; trouves: readonly LieuDeListe[]; now: Date },
): Promise<RapprochementCounts> {
  const { label } = listeOf(code);
  await sql`CREATE TEMPORARY TABLE label_trouve (LIKE label_verifie) ON COMMIT DROP`.execute(trx);
  for (let start = 0; start < trouves.length; start += PAGE) {
    await sql`INSERT INTO label_trouve (lieu_id, liste, ligne_id, ligne_nom, score, date)
      SELECT r.lieu_id, ${code}, r.ligne_id, r.ligne_nom, r.score, l.date
      FROM json_to_recordset(${JSON.stringify(trouves.slice(start, start + PAGE))}::json)
        AS r(lieu_id text, ligne_id text, ligne_nom text, score smallint)
      JOIN liste_officielle AS l ON l.code = ${code}
      JOIN lieu ON lieu.id = r.lieu_id AND lieu.statut = 'actif'`.execute(trx);
  }
  const opened = await sql`INSERT INTO tache (genre, lieu_id, objet, detail, ouverte_le)
    SELECT 'liste_quittee', v.lieu_id, v.liste, jsonb_build_object('ligne', v.ligne_nom, 'date', v.date, 'cause',
      CASE WHEN EXISTS (SELECT FROM liste_ligne AS l WHERE (l.liste, l.id, l.nom) = (v.liste, v.ligne_id, v.ligne_nom))
        THEN 'fiche' ELSE 'liste' END), ${now}
    FROM label_verifie AS v
    JOIN lieu ON lieu.id = v.lieu_id AND lieu.statut = 'actif' AND ${label} = ANY (lieu.dispositif_programmes_nationaux)
    WHERE v.liste = ${code} AND NOT EXISTS (SELECT FROM label_trouve AS t WHERE t.lieu_id = v.lieu_id)
    ON CONFLICT (genre, lieu_id, objet) WHERE fermee_le IS NULL DO NOTHING`.execute(trx);
  await sql`DELETE FROM label_verifie AS v WHERE v.liste = ${code}
    AND NOT EXISTS (SELECT FROM label_trouve AS t WHERE t.lieu_id = v.lieu_id)`.execute(trx);
  await sql`INSERT INTO label_verifie SELECT * FROM label_trouve
    ON CONFLICT (lieu_id, liste) DO UPDATE SET
      ligne_id = excluded.ligne_id, ligne_nom = excluded.ligne_nom, score = excluded.score, date = excluded.date`.execute(
    trx,
  );
  await sql`UPDATE tache SET fermee_le = ${now}, issue = 'sans_objet'
    WHERE genre = 'liste_quittee' AND objet = ${code} AND fermee_le IS NULL AND (
      EXISTS (SELECT FROM label_trouve AS t WHERE t.lieu_id = tache.lieu_id)
      OR NOT EXISTS (SELECT FROM lieu WHERE lieu.id = tache.lieu_id AND lieu.statut = 'actif'
        AND ${label} = ANY (lieu.dispositif_programmes_nationaux)))`.execute(trx);
  await trx.updateTable('liste_officielle').set({ rapprochee_le: now }).where('code', '=', code).execute();
  return { lieux: trouves.length, quittes: Number(opened.numAffectedRows ?? 0) };
}

/** The lists that a lieu is in, and the day of each. */
export async function listLabelsVerifies(db: Kysely<DB>, lieuId: string): Promise<{ liste: string; date: string }[]> {
  return db
    .selectFrom('label_verifie')
    .select(['liste', 'date'])
    .where('lieu_id', '=', lieuId)
    .orderBy('liste')
    .execute();
}
