import { composeCourriel } from './compose.ts';

/** Tells a citizen what became of the error that they reported. */
export function composeSignalementCourriel({
  lieu,
  etat,
  reponse,
  url,
}: {
  /** Name of the lieu. */
  lieu: string;
  etat: 'traite' | 'sans_suite';
  /** What the moderator wrote. */
  reponse: string | null;
  /** Where the report is followed. */
  url: string;
}): { objet: string; texte: string; html: string } {
  return composeCourriel({
    objet: `Votre signalement : ${lieu}`,
    paragraphs: [
      `Vous nous avez signalé une erreur sur la fiche « ${lieu} ». Merci.`,
      etat === 'traite'
        ? 'Nous avons vérifié, et corrigé ce qui devait l’être.'
        : 'Nous avons vérifié : il n’y avait rien à corriger.',
      ...(reponse === null ? [] : [`Notre réponse : ${reponse}`]),
    ],
    action: { label: 'Voir le signalement', url },
    notes: ['Votre adresse de courriel ne servait qu’à cette réponse : nous venons de l’effacer du signalement.'],
  });
}
