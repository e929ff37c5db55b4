import { createHash, randomBytes } from 'node:crypto';
import { composeInvitationCourriel } from '#app/courriels/invitation.ts';
import { JOURS_INVITATION } from '#app/domain/invitations.ts';
import { canOnLieu, type Roles } from '#app/domain/permissions.ts';
import { enqueueCourriel } from '#db/courriels.ts';
import { type Fiche, findFiche, lockFiche } from '#db/fiches.ts';
import {
  acceptInvitation,
  findInvitationByEmpreinte,
  findLieuOfInvitation,
  lockInvitation,
  upsertInvitation,
  withdrawInvitation,
} from '#db/invitations.ts';
import { findRoles } from '#db/utilisateurs.ts';
import type { Context } from './context.ts';
import { notFound } from './guards.server.ts';
import type { Identity } from './session.server.ts';

interface Sending {
  courriel: string;
  structure: string;
  message: string | null;
}

/** A lieu of the territory that nobody keeps, to invite somebody to it; a 404 elsewhere, null where it has a responsable already. */
export async function loadInvitable(context: Context, roles: Roles, id: string): Promise<Fiche | null> {
  const fiche = id.includes('\0') ? undefined : await findFiche(context.db, { id, roles, action: 'moderer' });
  if (fiche?.statut !== 'actif') throw notFound();
  return fiche.structure_id === null ? fiche : null;
}

/** Sends the link of an invitation, and notes it, in one transaction. False where somebody keeps the lieu meanwhile. */
export async function invite(context: Context, roles: Roles, lieuId: string, sending: Sending): Promise<boolean> {
  await context.limits.spend('invitation', roles.utilisateurId);
  await context.limits.spend('invitationCourriel', sending.courriel);
  const { db, now, settings } = context;
  const at = now();
  const jeton = randomBytes(32).toString('base64url');
  const expire_le = new Date(at.getTime() + JOURS_INVITATION * 24 * 3600 * 1000);
  return db.transaction().execute(async (trx) => {
    const fiche = await lockFiche(trx, lieuId);
    if (!fiche || !canOnLieu(roles, 'moderer', fiche)) throw notFound();
    if (fiche.structure_id !== null) return false;
    const empreinte = digest(jeton);
    await upsertInvitation(trx, { ...sending, lieuId, empreinte, par: roles.utilisateurId, now: at, expire_le });
    const invitant = roles.animation?.organisation || 'L’équipe de modération de Lieu à jour';
    const mail = composeInvitationCourriel({
      lieu: [fiche.nom ?? 'votre lieu', fiche.commune].filter(Boolean).join(', '),
      structure: sending.structure,
      invitant,
      message: sending.message,
      jusquau: expire_le,
      url: `${settings.publicUrl}/invitation/${jeton}`,
    });
    await enqueueCourriel(trx, { a: sending.courriel, now: at, ...mail });
    return true;
  });
}

/** Sends an open invitation of the territory again, or withdraws it; false where it is not open any more. */
export async function manageInvitation(
  context: Context,
  roles: Roles,
  { id, intent }: { id: number; intent: 'renvoyer' | 'retirer' },
): Promise<boolean> {
  const now = context.now();
  const found = await context.db.transaction().execute(async (trx) => {
    const invitation = await lockInvitation(trx, id);
    if (!invitation) return undefined;
    const fiche = await findFiche(trx, { id: invitation.lieu_id, roles, action: 'moderer' });
    if (!fiche) throw notFound();
    if (intent === 'retirer') await withdrawInvitation(trx, { id, par: roles.utilisateurId, now });
    return invitation;
  });
  if (!found) return false;
  const { courriel, structure, message } = found;
  return intent === 'retirer' || invite(context, roles, found.lieu_id, { courriel, structure, message });
}

/** The invitation that a link leads to; undefined for a link that never was, or that another sending has replaced. */
export async function findInvitation({ db }: Context, jeton: string) {
  return findInvitationByEmpreinte(db, digest(jeton));
}

export type Acceptance = { state: 'acceptee'; lieuId: string } | { state: 'finie' | 'prise' };

/**
 * Accepts an invitation for the signed-in person, whose address must be the one invited. `finie`: it was withdrawn, has expired, or whoever
 * invited no longer looks after this lieu; `prise`: somebody else keeps it.
 */
export async function accept({ db, now }: Context, identity: Identity, id: number): Promise<Acceptance> {
  const at = now();
  return db.transaction().execute(async (trx): Promise<Acceptance> => {
    // The lieu first, as whoever invites to it does: two who accept wait for one another, and neither holds what the other needs.
    const lieuId = await findLieuOfInvitation(trx, id);
    const fiche = lieuId === undefined ? undefined : await lockFiche(trx, lieuId);
    const invitation = await lockInvitation(trx, id);
    if (!invitation || invitation.courriel !== identity.courriel) return { state: 'finie' };
    if (fiche?.statut !== 'actif' || invitation.expire_le <= at) return { state: 'finie' };
    if (fiche.structure_id !== null) return { state: 'prise' };
    const inviter = invitation.invite_par === null ? undefined : await findRoles(trx, invitation.invite_par);
    if (!inviter || !canOnLieu(inviter, 'moderer', fiche)) return { state: 'finie' };
    await acceptInvitation(trx, { invitation, fiche, utilisateurId: identity.utilisateurId, now: at });
    return { state: 'acceptee', lieuId: fiche.id };
  });
}

function digest(jeton: string): Buffer {
  return createHash('sha256').update(jeton).digest();
}
