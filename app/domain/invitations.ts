import { z } from 'zod';

/** Days during which the link of an invitation can be used. */
export const JOURS_INVITATION = 14;

/** What is typed to invite a structure to take charge of its lieu. */
export const invitationSchema = z.object({
  courriel: z
    .string({ error: 'Écrivez l’adresse de courriel de la structure. Exemple : accueil@mairie-dax.fr.' })
    .trim()
    .toLowerCase()
    .max(254, 'Cette adresse est trop longue : vérifiez-la.')
    .pipe(z.email('Cette adresse ne ressemble pas à un courriel. Exemple : accueil@mairie-dax.fr.')),
  structure: z
    .string({ error: 'Écrivez le nom de la structure. Exemple : Mairie de Dax.' })
    .trim()
    .min(1, 'Écrivez le nom de la structure. Exemple : Mairie de Dax.')
    .max(200, 'Ce nom est trop long : 200 lettres au plus.'),
  message: z
    .string()
    .trim()
    .max(1_000, 'Ce message est trop long : 1 000 lettres au plus.')
    .optional()
    .transform((text) => text || null),
});

export interface InvitationDates {
  expire_le: Date;
  acceptee_le: Date | null;
  retiree_le: Date | null;
}

export type InvitationEtat = 'en_cours' | 'acceptee' | 'retiree' | 'expiree';

/** How far an invitation is at an instant. */
export function etatOfInvitation({ expire_le, acceptee_le, retiree_le }: InvitationDates, now: Date): InvitationEtat {
  if (acceptee_le !== null) return 'acceptee';
  if (retiree_le !== null) return 'retiree';
  return expire_le > now ? 'en_cours' : 'expiree';
}

export const ETAT_LABELS: Readonly<Record<InvitationEtat, string>> = {
  en_cours: 'En attente de réponse',
  acceptee: 'Acceptée',
  retiree: 'Retirée',
  expiree: 'Lien expiré',
};
