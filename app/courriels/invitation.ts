import { formatDay } from '#app/components/format.ts';
import { JOURS_INVITATION } from '#app/domain/invitations.ts';
import { composeCourriel } from './compose.ts';

/** Invites a structure to take charge of its lieu. */
export function composeInvitationCourriel({
  lieu,
  structure,
  invitant,
  message,
  jusquau,
  url,
}: {
  /** Name and commune. */
  lieu: string;
  structure: string;
  /** The organisation that invites. */
  invitant: string;
  message: string | null;
  jusquau: Date;
  /** The single-use link. */
  url: string;
}): { objet: string; texte: string; html: string } {
  return composeCourriel({
    objet: `Tenez à jour la fiche de ${lieu}`,
    paragraphs: [
      `${invitant} propose à ${structure} de tenir la fiche de ce lieu dans Lieu à jour, le service public qui indique où trouver de l’aide avec le numérique.`,
      'Vous pourrez corriger les horaires, le téléphone et l’aide proposée. C’est gratuit, et il n’y a pas de mot de passe.',
      ...(message === null ? [] : [`Son message : « ${message} »`]),
    ],
    facts: [
      { label: 'Lieu', value: lieu },
      { label: 'Structure', value: structure },
    ],
    action: { label: 'Voir l’invitation', url },
    notes: [
      `Ce lien sert une seule fois, pendant ${JOURS_INVITATION} jours, jusqu’au ${formatDay(jusquau)}. Il n’est valable que pour cette adresse de courriel.`,
      'Ce n’est pas vous ? Ne faites rien : sans votre accord, rien ne change.',
    ],
  });
}
