import type { Kysely, Transaction } from 'kysely';
import { formatTerritoire, type Territoire } from '#app/domain/territoire.ts';
import { withdrawInvitationsOf } from './invitations.ts';
import type { DB } from './types.ts';
import { upsertUtilisateur } from './utilisateurs.ts';

/** Everyone who has the role of animateur, by organisation and address, with who gave it; at most 1,000. */
export async function listAnimateurs(db: Kysely<DB>) {
  return db
    .selectFrom('animateur')
    .innerJoin('utilisateur', 'utilisateur.id', 'animateur.utilisateur_id')
    .leftJoin('utilisateur as par', 'par.id', 'animateur.accorde_par')
    .select([
      'animateur.utilisateur_id',
      'animateur.organisation',
      'animateur.territoires',
      'animateur.accorde_le',
      'utilisateur.courriel',
      'utilisateur.nom',
      'par.courriel as accorde_par',
    ])
    .orderBy('animateur.organisation')
    .orderBy('utilisateur.courriel')
    .limit(1_000)
    .execute();
}

/** Gives the role of animateur to a mail address, whose account is made where there was none. Replaces an earlier grant. */
export async function grantAnimateur(
  trx: Transaction<DB>,
  grant: {
    id: string;
    courriel: string;
    organisation: string;
    territoires: readonly Territoire[];
    par: string;
    now: Date;
  },
): Promise<void> {
  const { organisation, par, now } = grant;
  const { id } = await upsertUtilisateur(trx, grant);
  const territoires = grant.territoires.map(formatTerritoire);
  const values = { organisation, territoires, accorde_par: par, accorde_le: now };
  await trx
    .insertInto('animateur')
    .values({ utilisateur_id: id, ...values })
    .onConflict((conflict) => conflict.column('utilisateur_id').doUpdateSet(values))
    .execute();
  const detail = JSON.stringify({ organisation, territoires });
  await trx
    .insertInto('journal_role')
    .values({ le: now, acteur_id: par, utilisateur_id: id, action: 'accorde', detail })
    .execute();
}

/**
 * Takes the role of animateur back, and with it the open invitations that only this role let the person send; undefined where the
 * person does not have it, and nothing is written.
 */
export async function withdrawAnimateur(
  trx: Transaction<DB>,
  { utilisateurId, par, now }: { utilisateurId: string; par: string; now: Date },
): Promise<{ courriel: string } | undefined> {
  const removed = await trx
    .deleteFrom('animateur')
    .where('utilisateur_id', '=', utilisateurId)
    .returning(['organisation', 'territoires'])
    .executeTakeFirst();
  if (!removed) return undefined;
  await trx
    .insertInto('journal_role')
    .values({
      le: now,
      acteur_id: par,
      utilisateur_id: utilisateurId,
      action: 'retire',
      detail: JSON.stringify(removed),
    })
    .execute();
  await withdrawInvitationsOf(trx, { utilisateurId, par, now });
  return trx.selectFrom('utilisateur').select('courriel').where('id', '=', utilisateurId).executeTakeFirst();
}

/** The newest gifts and withdrawals of the role, at most 50. */
export async function listJournalRoles(db: Kysely<DB>) {
  return db
    .selectFrom('journal_role as j')
    .leftJoin('utilisateur as acteur', 'acteur.id', 'j.acteur_id')
    .leftJoin('utilisateur as cible', 'cible.id', 'j.utilisateur_id')
    .select(['j.id', 'j.le', 'j.action', 'acteur.courriel as acteur', 'cible.courriel as cible'])
    .orderBy('j.id', 'desc')
    .limit(50)
    .execute();
}
