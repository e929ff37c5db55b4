import { type Kysely, sql } from 'kysely';
import type { DB } from './types.ts';

export interface PieceJointe {
  nom: string;
  type: string;
  contenu: string;
}

export interface CourrielAEnvoyer {
  a: string;
  objet: string;
  texte: string;
  html: string;
  pieces?: PieceJointe[];
  /** The same key twice sends one mail. */
  cle?: string;
}

/** Puts a mail in the outbox, in the transaction of what it tells: it leaves if and only if that is committed. */
export async function enqueueCourriel(db: Kysely<DB>, courriel: CourrielAEnvoyer & { now: Date }): Promise<void> {
  const { now, pieces = [], cle = null, ...mail } = courriel;
  await db
    .insertInto('courriel')
    .values({ ...mail, cle, pieces: JSON.stringify(pieces), cree_le: now, prochain_essai_le: now })
    .onConflict((conflict) => conflict.column('cle').doNothing())
    .execute();
  await sql`SELECT pg_notify('courriel', '')`.execute(db);
}

export interface CourrielEnAttente {
  id: number;
  a: string;
  objet: string;
  texte: string;
  html: string;
  pieces: PieceJointe[];
  essais: number;
}

/**
 * Locks at most one mail that is due. To be called in a transaction that also records what became of it: a process
 * that dies gives its mail back.
 */
export async function lockNextCourriel(db: Kysely<DB>, now: Date): Promise<CourrielEnAttente | undefined> {
  const row = await db
    .selectFrom('courriel')
    .select(['id', 'a', 'objet', 'texte', 'html', 'pieces', 'essais'])
    .where('envoye_le', 'is', null)
    .where('abandonne_le', 'is', null)
    .where('prochain_essai_le', '<=', now)
    .orderBy('prochain_essai_le')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row && { ...row, pieces: parsePieces(row.pieces) };
}

/** Records that a mail has been handed to the server. Unless it is to be kept, what it said is erased. */
export async function updateCourrielEnvoye(
  db: Kysely<DB>,
  { id, now, keep }: { id: number; now: Date; keep: boolean },
): Promise<void> {
  await db
    .updateTable('courriel')
    .set({ envoye_le: now, erreur: null, ...(keep ? {} : ERASED) })
    .where('id', '=', id)
    .execute();
}

const ERASED = { texte: '', html: '', pieces: '[]' };

/** The key of the mail that carries a sign-in link, from the SHA-256 of the link's token. */
export function cleDeConnexion(empreinte: Buffer): string {
  return `connexion ${empreinte.toString('hex')}`;
}

/**
 * Takes the secret out of the mails whose sign-in link opens nothing any more, used or expired: in the development mailbox
 * it leads to the sign-in page instead. Those that have not left are given up: they would come too late. Gives how many.
 */
export async function updateLiensEchus(db: Kysely<DB>, now: Date): Promise<number> {
  const withoutSecret = (column: 'texte' | 'html') =>
    sql<string>`regexp_replace(${sql.ref(column)}, '/connexion/lien/[A-Za-z0-9_-]+', '/connexion', 'g')`;
  const result = await db
    .updateTable('courriel')
    .set({
      texte: withoutSecret('texte'),
      html: withoutSecret('html'),
      abandonne_le: sql`CASE WHEN envoye_le IS NULL THEN coalesce(abandonne_le, ${now}) ELSE abandonne_le END`,
    })
    .where('cle', 'like', 'connexion %')
    .where((eb) => eb.or([eb('texte', 'like', '%/connexion/lien/%'), eb('html', 'like', '%/connexion/lien/%')]))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('lien_connexion as l')
            .select('l.empreinte')
            .where(sql<boolean>`'connexion ' || encode(l.empreinte, 'hex') = courriel.cle`)
            .where('l.consomme_le', 'is', null)
            .where('l.expire_le', '>', now),
        ),
      ),
    )
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Records a failure: tried again at `next`; where it is null, given up, and what it said is erased: it may open something. */
export async function updateCourrielEchoue(
  db: Kysely<DB>,
  { id, now, next, erreur }: { id: number; now: Date; next: Date | null; erreur: string },
): Promise<void> {
  await db
    .updateTable('courriel')
    .set((eb) => ({
      essais: eb('essais', '+', 1),
      erreur,
      prochain_essai_le: next ?? now,
      ...(next === null ? { abandonne_le: now, ...ERASED } : {}),
    }))
    .where('id', '=', id)
    .execute();
}

/** The newest mails, for the development mailbox. */
export async function listCourriels(db: Kysely<DB>, { limit }: { limit: number }) {
  return db
    .selectFrom('courriel')
    .select(['id', 'a', 'objet', 'texte', 'html', 'pieces', 'cree_le'])
    .orderBy('cree_le', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

function parsePieces(value: unknown): PieceJointe[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (piece): piece is PieceJointe =>
      typeof piece === 'object' && piece !== null && 'nom' in piece && 'type' in piece && 'contenu' in piece,
  );
}

/** Forgets mails that left, or were given up, more than 30 days before `now`. Gives how many. */
export async function deleteOldCourriels(db: Kysely<DB>, now: Date): Promise<number> {
  const limit = new Date(now.getTime() - 30 * 24 * 3600 * 1000);
  const result = await db
    .deleteFrom('courriel')
    .where((eb) => eb.or([eb('envoye_le', '<', limit), eb('abandonne_le', '<', limit)]))
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
