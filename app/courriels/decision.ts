import { composeCourriel } from './compose.ts';

export interface DecisionTold {
  label: string;
  decision: 'acceptee' | 'refusee';
  motif: string | null;
}

/** Tells the author of a modification what became of each field, and where to correct what was refused. */
export function composeDecisionCourriel({
  lieu,
  decisions,
  publicUrl,
  ficheUrl,
}: {
  /** Name of the lieu. */
  lieu: string;
  decisions: readonly DecisionTold[];
  /** The public fiche; null where it is not public. */
  publicUrl: string | null;
  /** Where the author corrects: the section of the first refused field. */
  ficheUrl: string;
}): { objet: string; texte: string; html: string } {
  const refused = decisions.filter(({ decision }) => decision === 'refusee');
  const accepted = decisions.filter(({ decision }) => decision === 'acceptee');
  const toCorrect = refused.length > 0;
  return composeCourriel({
    objet: toCorrect ? `À corriger : ${lieu}` : `Modification acceptée : ${lieu}`,
    paragraphs: [
      toCorrect
        ? `Un modérateur a relu votre modification de la fiche « ${lieu} ». ${accepted.length > 0 ? 'Une partie est acceptée, le reste est à corriger.' : 'Elle est à corriger.'}`
        : `Un modérateur a relu votre modification de la fiche « ${lieu} » et l’a acceptée. Merci de tenir cette fiche à jour.`,
    ],
    facts: [
      ...accepted.map(({ label }) => ({ label, value: 'acceptée' })),
      ...refused.map(({ label, motif }) => ({ label, value: `à corriger. ${motif ?? ''}`.trim() })),
    ],
    action: toCorrect
      ? { label: 'Corriger la fiche', url: ficheUrl }
      : { label: publicUrl ? 'Voir la fiche publique' : 'Voir ma fiche', url: publicUrl ?? ficheUrl },
    notes: toCorrect ? ['Tant que ce n’est pas corrigé, le public voit l’ancienne information.'] : [],
  });
}
