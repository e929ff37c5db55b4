import { normalizeText } from '#app/domain/territoire.ts';

/** The readable end of a fiche's address: name and commune, at most 80 characters; never empty. */
export function slugOf({ nom, commune }: { nom: string | null; commune: string | null }): string {
  return (
    normalizeText(`${nom ?? ''} ${commune ?? ''}`)
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 80)
      .replace(/^-|-$/g, '') || 'lieu'
  );
}

/** The address of a fiche. Without a name it is the bare one, which leads to the one with its slug. */
export function fichePath(lieu: { id: string; nom?: string | null; commune?: string | null }): string {
  const bare = `/lieux/${encodeURIComponent(lieu.id)}`;
  if (lieu.nom === undefined || lieu.commune === undefined) return bare;
  return `${bare}/${slugOf({ nom: lieu.nom, commune: lieu.commune })}`;
}
