/** Why a file was not received, as the form's page says it. */
export const REFUS = {
  aucun: 'Choisissez un fichier. Exemple : lieux.csv.',
  vide: 'Ce fichier est vide. Choisissez-en un autre.',
  gros: 'Ce fichier est trop gros : 200 Mo au plus. Coupez-le en plusieurs, puis déposez-les l’un après l’autre.',
  coupe: 'L’envoi a été interrompu : rien n’a été gardé. Choisissez de nouveau le fichier.',
  place: 'Le serveur n’a plus de place pour ce fichier. Réessayez plus tard, ou prévenez-nous.',
  trop: 'Vous avez déposé beaucoup de fichiers à la suite. Réessayez dans une heure.',
  'en-cours': 'Vous avez déjà vingt fichiers en attente : appliquez-les ou abandonnez-les d’abord.',
} as const;

export type Refus = keyof typeof REFUS;

export function isRefus(value: string | null): value is Refus {
  return value !== null && Object.hasOwn(REFUS, value);
}
