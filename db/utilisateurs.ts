import type { Kysely, Transaction } from 'kysely';
import type { Roles } from '#app/domain/permissions.ts';
import { parseTerritoire } from '#app/domain/territoire.ts';
import type { DB } from './types.ts';

/** Everything that a person may do, in one round trip each for memberships, moderation and animation. */
export async function findRoles(db: Kysely<DB>, utilisateurId: string): Promise<Roles> {
  const [membres, moderateur, animateur] = await Promise.all([
    db
      .selectFrom('membre')
      .select(['structure_id', 'role', 'accepte_le'])
      .where('utilisateur_id', '=', utilisateurId)
      .execute(),
    db.selectFrom('moderateur').select('departements').where('utilisateur_id', '=', utilisateurId).executeTakeFirst(),
    db
      .selectFrom('animateur')
      .select(['territoires', 'organisation'])
      .where('utilisateur_id', '=', utilisateurId)
      .executeTakeFirst(),
  ]);
  return {
    utilisateurId,
    membreDe: membres.map((m) => ({
      structureId: m.structure_id,
      role: m.role === 'redacteur' ? 'redacteur' : 'gestionnaire',
      accepte: m.accepte_le !== null,
    })),
    moderation: moderateur ? { departements: moderateur.departements } : null,
    animation: animateur
      ? {
          territoires: animateur.territoires.map(parseTerritoire).filter((territoire) => territoire !== null),
          organisation: animateur.organisation,
        }
      : null,
  };
}

/** The account of a mail address, made on the way if there was none. The address is compared in lower case. */
export async function upsertUtilisateur(
  db: Kysely<DB>,
  {
    id,
    courriel,
    now,
    demo = false,
    nom = null,
  }: { id: string; courriel: string; now: Date; demo?: boolean; nom?: string | null },
): Promise<{ id: string; courriel: string }> {
  return db
    .insertInto('utilisateur')
    .values({ id, courriel: courriel.toLowerCase(), cree_le: now, vu_le: now, demo, nom })
    .onConflict((conflict) => conflict.column('courriel').doUpdateSet({ vu_le: now }))
    .returning(['id', 'courriel'])
    .executeTakeFirstOrThrow();
}

/** Keeps a sign-in link by the SHA-256 of its token: who reads the table cannot sign in. */
export async function insertLienConnexion(
  db: Kysely<DB>,
  lien: { empreinte: Buffer; courriel: string; vers: string | null; cree_le: Date; expire_le: Date },
): Promise<void> {
  await db.insertInto('lien_connexion').values(lien).execute();
}

/** The address that an unused, unexpired link was sent to. Reading does not consume it. */
export async function findLienConnexion(
  db: Kysely<DB>,
  { empreinte, now }: { empreinte: Buffer; now: Date },
): Promise<{ courriel: string } | undefined> {
  return db
    .selectFrom('lien_connexion')
    .select('courriel')
    .where('empreinte', '=', empreinte)
    .where('consomme_le', 'is', null)
    .where('expire_le', '>', now)
    .executeTakeFirst();
}

/** Uses a link up. Of several at once, exactly one gets the address back. */
export async function consumeLienConnexion(
  db: Transaction<DB>,
  { empreinte, now }: { empreinte: Buffer; now: Date },
): Promise<{ courriel: string; vers: string | null } | undefined> {
  return db
    .updateTable('lien_connexion')
    .set({ consomme_le: now })
    .where('empreinte', '=', empreinte)
    .where('consomme_le', 'is', null)
    .where('expire_le', '>', now)
    .returning(['courriel', 'vers'])
    .executeTakeFirst();
}

/** Gives the moderator's role; `departements: null` for the whole country. Replaces an earlier grant. */
export async function upsertModerateur(
  db: Kysely<DB>,
  { utilisateurId, departements }: { utilisateurId: string; departements: string[] | null },
): Promise<void> {
  await db
    .insertInto('moderateur')
    .values({ utilisateur_id: utilisateurId, departements })
    .onConflict((conflict) => conflict.column('utilisateur_id').doUpdateSet({ departements }))
    .execute();
}

/** Forgets links that ended more than a day before `now`. Gives how many. */
export async function deleteOldLiensConnexion(db: Kysely<DB>, now: Date): Promise<number> {
  const limit = new Date(now.getTime() - 24 * 3600 * 1000);
  const result = await db.deleteFrom('lien_connexion').where('expire_le', '<', limit).executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Forgets sessions that have ended. Gives how many. */
export async function deleteExpiredSessions(db: Kysely<DB>, now: Date): Promise<number> {
  const result = await db.deleteFrom('session').where('expires_at', '<', now).executeTakeFirst();
  return Number(result.numDeletedRows);
}
