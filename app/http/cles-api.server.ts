import { empreinteOfCle, newCle } from '#app/api/cle.server.ts';
import type { Roles } from '#app/domain/permissions.ts';
import { reasonAgainstCourriel } from '#app/domain/valeurs.ts';
import { insertCleApi, revokeCleApi } from '#db/cles-api.ts';
import type { Context } from './context.ts';

export interface CleDraft {
  nom: string;
  courriel: string;
}

export type CleErrors = Partial<Record<keyof CleDraft, string>>;

/** Reads the form that gives a key; each thing that is wrong is said at its field. */
export function readCle(form: FormData): { draft: CleDraft; errors: CleErrors } {
  const text = (name: keyof CleDraft) => String(form.get(name) ?? '').trim();
  const draft = { nom: text('nom'), courriel: text('courriel') };
  const errors: CleErrors = {};
  if (draft.nom === '' || draft.nom.length > 200)
    errors.nom = 'Écrivez qui s’en servira et pour quoi, en 200 lettres au plus. Exemple : Site de la Ville de Langon.';
  if (reasonAgainstCourriel(draft.courriel))
    errors.courriel = 'Écrivez l’adresse de la personne à prévenir. Exemple : camille@ville.exemple.fr.';
  return { draft, errors };
}

/** Makes a key, which this alone tells: what is kept of it opens nothing. */
export async function giveCle({ db, now }: Context, { utilisateurId }: Roles, draft: CleDraft): Promise<string> {
  const cle = newCle();
  await insertCleApi(db, { ...draft, empreinte: empreinteOfCle(cle), par: utilisateurId, now: now() });
  return cle;
}

/** Ends a key; false where it did not hold any more. */
export async function withdrawCle({ db, now }: Context, { utilisateurId }: Roles, id: string): Promise<boolean> {
  if (!/^\d{1,15}$/.test(id)) return false;
  return revokeCleApi(db, { id: Number(id), par: utilisateurId, now: now() });
}
