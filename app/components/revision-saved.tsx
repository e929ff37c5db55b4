import { formatCount } from './format.ts';
import { Notice } from './notice.tsx';

/** What the last form did, carried by the address of the page that follows it. */
export interface Saved {
  acceptees: number;
  refusees: number;
  /** A mail has been sent to the author. */
  courriel: boolean;
}

/** Says what was just decided, on the page that comes next. */
export function ReviewSaved({ saved, last = false }: { saved: Saved | null; last?: boolean }) {
  if (saved === null) return null;
  const { acceptees, refusees, courriel } = saved;
  const parts = [
    acceptees > 0 ? formatCount(acceptees, 'acceptée', 'acceptées') : null,
    refusees > 0 ? formatCount(refusees, 'refusée', 'refusées') : null,
  ].filter((part) => part !== null);
  return (
    <Notice kind="success" title={`Décisions enregistrées : ${parts.join(', ')}`} live>
      <p>
        {courriel ? 'L’auteur est prévenu par courriel.' : 'L’auteur n’a plus de compte : personne n’a été prévenu.'}{' '}
        {last ? '' : 'Voici la modification suivante.'}
      </p>
    </Notice>
  );
}
