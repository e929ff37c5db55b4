import { type Kysely, sql, type Transaction } from 'kysely';
import type { Roles } from '#app/domain/permissions.ts';
import type { Fiche } from './fiches.ts';
import { insertJournal } from './journal.ts';
import { inTerritoire } from './territoires.ts';
import type { DB } from './types.ts';

export const INVITATIONS_PAGE = 50;

/** The invitation of an address to a lieu is open once: sent again, it has another link, and the link before is dead. */
export async function upsertInvitation(
  trx: Transaction<DB>,
  {
    lieuId,
    now,
    expire_le,
    par,
    ...sent
  }: {
    lieuId: string;
    courriel: string;
    structure: string;
    message: string | null;
    empreinte: Buffer;
    par: string;
    now: Date;
    expire_le: Date;
  },
): Promise<void> {
  const { structure, message, empreinte } = sent;
  await trx
    .insertInto('invitation')
    .values({ ...sent, lieu_id: lieuId, invite_par: par, cree_le: now, envoyee_le: now, expire_le })
    .onConflict((conflict) =>
      conflict
        .columns(['lieu_id', 'courriel'])
        .where('acceptee_le', 'is', null)
        .where('retiree_le', 'is', null)
        .doUpdateSet((eb) => ({
          ...{ structure, message, empreinte, invite_par: par, envoyee_le: now, expire_le },
          envois: eb('invitation.envois', '+', 1),
        })),
    )
    .execute();
  await insertJournal(trx, {
    ...{ lieuId, now, acteurId: par, action: 'invitation', revisionId: null },
    detail: { structure },
  });
}

/** Invitations to lieux of the territory, newest first, below a number; one more than INVITATIONS_PAGE where there are others. */
export async function listInvitations(db: Kysely<DB>, { roles, avant }: { roles: Roles; avant: number | null }) {
  let query = selectInvitations(db)
    .where((eb) => inTerritoire(eb, roles))
    .orderBy('invitation.id', 'desc')
    .limit(INVITATIONS_PAGE + 1);
  if (avant !== null) query = query.where('invitation.id', '<', avant);
  return query.execute();
}

/** The invitation of a link, by the SHA-256 of its token, whatever became of it. */
export async function findInvitationByEmpreinte(db: Kysely<DB>, empreinte: Buffer) {
  return selectInvitations(db).where('invitation.empreinte', '=', empreinte).executeTakeFirst();
}

/** The open invitations of an address, newest first; at most 50. */
export async function listInvitationsOf(db: Kysely<DB>, { courriel, now }: { courriel: string; now: Date }) {
  return selectInvitations(db)
    .where('invitation.courriel', '=', courriel)
    .where('invitation.acceptee_le', 'is', null)
    .where('invitation.retiree_le', 'is', null)
    .where('invitation.expire_le', '>', now)
    .where('lieu.structure_id', 'is', null)
    .orderBy('invitation.id', 'desc')
    .limit(50)
    .execute();
}

/** The lieu that an invitation is about. */
export async function findLieuOfInvitation(db: Kysely<DB>, id: number): Promise<string | undefined> {
  const found = await db.selectFrom('invitation').select('lieu_id').where('id', '=', id).executeTakeFirst();
  return found?.lieu_id;
}

/** An open invitation under lock, past its time or not; undefined once it was accepted or withdrawn. */
export async function lockInvitation(trx: Transaction<DB>, id: number) {
  return trx
    .selectFrom('invitation')
    .selectAll()
    .where('id', '=', id)
    .where('acceptee_le', 'is', null)
    .where('retiree_le', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** Withdraws an open invitation: its link leads nowhere any more. */
export async function withdrawInvitation(
  trx: Transaction<DB>,
  { id, par, now }: { id: number; par: string; now: Date },
): Promise<void> {
  await trx
    .updateTable('invitation')
    .set({ retiree_le: now, retiree_par: par })
    .where('id', '=', id)
    .where('acceptee_le', 'is', null)
    .where('retiree_le', 'is', null)
    .execute();
}

/** Withdraws the open invitations of a person who is no moderator: nobody answers for them any more. */
export async function withdrawInvitationsOf(
  trx: Transaction<DB>,
  { utilisateurId, par, now }: { utilisateurId: string; par: string; now: Date },
): Promise<void> {
  await trx
    .updateTable('invitation')
    .set({ retiree_le: now, retiree_par: par })
    .where('invite_par', '=', utilisateurId)
    .where('acceptee_le', 'is', null)
    .where('retiree_le', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('moderateur').select('utilisateur_id').where('utilisateur_id', '=', utilisateurId))),
    )
    .execute();
}

/**
 * Gives a lieu that nobody keeps, under lock, to the structure of an invitation, with the person as its accepted gestionnaire: the
 * structure of that name which they run already, else a new one. Ends the other invitations to this lieu.
 */
export async function acceptInvitation(
  trx: Transaction<DB>,
  {
    invitation,
    fiche,
    utilisateurId,
    now,
  }: {
    invitation: { id: number; structure: string; invite_par: string | null };
    fiche: Fiche;
    utilisateurId: string;
    now: Date;
  },
): Promise<void> {
  const { id, structure, invite_par } = invitation;
  const own = await trx
    .selectFrom('membre')
    .innerJoin('structure', 'structure.id', 'membre.structure_id')
    .select('structure.id')
    .where('membre.utilisateur_id', '=', utilisateurId)
    .where('membre.role', '=', 'gestionnaire')
    .where('membre.accepte_le', 'is not', null)
    .where(sql<boolean>`lower(structure.nom) = lower(${structure})`)
    .orderBy('structure.id')
    .executeTakeFirst();
  const { id: structureId } =
    own ??
    (await trx
      .insertInto('structure')
      .values({ nom: structure, pivot: fiche.pivot, demo: fiche.demo, cree_le: now })
      .returning('id')
      .executeTakeFirstOrThrow());
  await trx
    .insertInto('membre')
    .values({
      ...{ structure_id: structureId, utilisateur_id: utilisateurId, role: 'gestionnaire' },
      ...{ cree_le: now, accepte_le: now, accepte_par: invite_par },
    })
    .onConflict((conflict) => conflict.columns(['structure_id', 'utilisateur_id']).doNothing())
    .execute();
  await trx.updateTable('lieu').set({ structure_id: structureId }).where('id', '=', fiche.id).execute();
  await trx
    .updateTable('invitation')
    .set({ acceptee_le: now, acceptee_par: utilisateurId })
    .where('id', '=', id)
    .execute();
  await trx
    .updateTable('invitation')
    .set({ retiree_le: now })
    .where('lieu_id', '=', fiche.id)
    .where('acceptee_le', 'is', null)
    .where('retiree_le', 'is', null)
    .execute();
  await insertJournal(trx, {
    ...{ lieuId: fiche.id, now, acteurId: utilisateurId, action: 'rattachement', revisionId: null },
    detail: { structure },
  });
}

/** Forgets invitations that nobody accepted, 90 days after their link ended. Gives how many. */
export async function deleteOldInvitations(db: Kysely<DB>, now: Date): Promise<number> {
  const limit = new Date(now.getTime() - 90 * 24 * 3600 * 1000);
  const result = await db
    .deleteFrom('invitation')
    .where('acceptee_le', 'is', null)
    .where('expire_le', '<', limit)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

function selectInvitations(db: Kysely<DB>) {
  return db
    .selectFrom('invitation')
    .innerJoin('lieu', 'lieu.id', 'invitation.lieu_id')
    .leftJoin('utilisateur as par', 'par.id', 'invitation.invite_par')
    .leftJoin('animateur', 'animateur.utilisateur_id', 'invitation.invite_par')
    .select([
      'invitation.id',
      'invitation.lieu_id',
      'invitation.courriel',
      'invitation.structure',
      'invitation.message',
      'invitation.envoyee_le',
      'invitation.expire_le',
      'invitation.acceptee_le',
      'invitation.retiree_le',
      'invitation.envois',
      'lieu.nom',
      'lieu.commune',
      'lieu.structure_id',
      'par.courriel as par',
      'par.nom as par_nom',
      'animateur.organisation',
    ]);
}
