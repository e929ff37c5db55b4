import { createHash, randomBytes } from 'node:crypto';
import { composeCourriel } from '#app/courriels/compose.ts';
import { cleDeConnexion, enqueueCourriel } from '#db/courriels.ts';
import { consumeLienConnexion, findLienConnexion, insertLienConnexion, upsertUtilisateur } from '#db/utilisateurs.ts';
import type { Context } from './context.ts';

const LINK_MINUTES = 15;

/**
 * Sends a sign-in link to an address, whether it has an account or not: the answer is the same and takes as long.
 * Only the SHA-256 of the link's token is kept, but in its mail, which forgets it once it has left or the link is dead.
 */
export async function sendSignInLink(
  { db, now, settings }: Context,
  { courriel, vers }: { courriel: string; vers: string | null },
): Promise<void> {
  const token = randomBytes(32).toString('base64url');
  const at = now();
  const address = courriel.toLowerCase();
  await db.transaction().execute(async (trx) => {
    await insertLienConnexion(trx, {
      empreinte: digest(token),
      courriel: address,
      vers,
      cree_le: at,
      expire_le: new Date(at.getTime() + LINK_MINUTES * 60_000),
    });
    await enqueueCourriel(trx, {
      a: address,
      now: at,
      cle: cleDeConnexion(digest(token)),
      ...composeCourriel({
        objet: 'Votre lien de connexion à Lieu à jour',
        paragraphs: ['Vous avez demandé à vous connecter à Lieu à jour. Ce lien vous y mène, sans mot de passe.'],
        action: { label: 'Me connecter', url: `${settings.publicUrl}/connexion/lien/${token}` },
        notes: [
          `Il sert une seule fois, pendant ${LINK_MINUTES} minutes.`,
          'Vous n’avez rien demandé ? Ne faites rien : personne ne peut se connecter sans ce message.',
        ],
      }),
    });
  });
}

/** Whether a link can still be used. Looking does not use it up: mail scanners open every link. */
export async function isLinkUsable({ db, now }: Context, token: string): Promise<boolean> {
  return (await findLienConnexion(db, { empreinte: digest(token), now: now() })) !== undefined;
}

/**
 * Uses a link up and opens a new session, never one that the browser brought along; undefined where the link has been used,
 * has expired or never was.
 */
export async function signInWithLink(
  { db, now, auth, identity }: Context,
  token: string,
): Promise<{ setCookie: string; vers: string | null } | undefined> {
  const at = now();
  const found = await db.transaction().execute(async (trx) => {
    const lien = await consumeLienConnexion(trx, { empreinte: digest(token), now: at });
    if (!lien) return undefined;
    const id = randomBytes(15).toString('base64url');
    const utilisateur = await upsertUtilisateur(trx, { id, courriel: lien.courriel, now: at });
    return { utilisateurId: utilisateur.id, vers: lien.vers };
  });
  if (found && identity) await auth.close(identity.sessionId);
  return found && { setCookie: await auth.open(found.utilisateurId), vers: found.vers };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
