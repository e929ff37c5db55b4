import { redirect } from '@remix-run/node';
import { composeSignalementCourriel } from '#app/courriels/signalement.ts';
import type { Roles } from '#app/domain/permissions.ts';
import { enqueueCourriel } from '#db/courriels.ts';
import { findPublicFiche } from '#db/fiches.ts';
import { closeSignalement } from '#db/moderation.ts';
import { takeSignalementContact } from '#db/signalements.ts';
import type { Context } from './context.ts';
import { fichePath } from './fiche-path.ts';
import { notFound } from './guards.server.ts';

/** What the page says of the lieu that is reported. */
export interface ReportedLieu {
  id: string;
  nom: string;
  adresse: string;
  path: string;
}

/**
 * The lieu that `?lieu=` names. Throws a 404 for what is not public, and leads on from a merged lieu to the one it is now.
 */
export async function loadReportedLieu(context: Context, request: Request): Promise<ReportedLieu> {
  const id = new URL(request.url).searchParams.get('lieu');
  const found = id === null ? undefined : await findPublicFiche(context.dbRead, id);
  if (!found) throw notFound();
  const { fiche, fusionneDans } = found;
  if (fiche === null) throw redirect(`/signaler?${new URLSearchParams({ lieu: fusionneDans })}`, 308);
  return {
    id: fiche.id,
    nom: fiche.nom ?? 'Lieu sans nom',
    adresse: [fiche.adresse, fiche.commune].filter(Boolean).join(', '),
    path: fichePath(fiche),
  };
}

/**
 * Closes a report and answers whoever left an address, in one transaction. False where it is not open, or not in the
 * territory of these roles.
 */
export async function answerSignalement(
  { db, now, settings }: Context,
  decision: { roles: Roles; lieuId: string; id: number; etat: 'traite' | 'sans_suite'; reponse: string | null },
): Promise<boolean> {
  const at = now();
  return db.transaction().execute(async (trx) => {
    if (!(await closeSignalement(trx, { ...decision, now: at }))) return false;
    const contact = await takeSignalementContact(trx, decision);
    if (contact) {
      const { etat, reponse } = decision;
      const url = `${settings.publicUrl}/signalements/${contact.numero}`;
      const mail = composeSignalementCourriel({ lieu: contact.lieu ?? 'Lieu sans nom', etat, reponse, url });
      await enqueueCourriel(trx, { a: contact.courriel, ...mail, now: at });
    }
    return true;
  });
}
