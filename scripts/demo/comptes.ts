import type { Transaction } from 'kysely';
import type { DB } from '#db/types.ts';

export const GESTIONNAIRE = compte('gestionnaire', 'Camille Durand', 'responsable de sept lieux autour de Bordeaux');
export const MODERATION = compte('moderation', 'Dominique Petit', 'modération, toute la France');
export const GIRONDE = compte('gironde', 'Claude Moreau', 'modération de la Gironde (33)');
export const ANIMATEUR = compte(
  'animateur',
  'Sacha Leroy',
  'animation des Landes (40) et des Pyrénées-Atlantiques (64)',
);
export const LYON = compte('lyon', 'Alix Roux', 'responsable d’une autre structure, à Lyon');
/** Their membership waits for a moderator. */
export const NOUVELLE = compte('nouvelle', 'Lou Garnier', 'rattachement à une structure en attente');

export interface Compte {
  id: string;
  courriel: string;
  nom: string;
  role: string;
}

/** An account at exemple.fr, which receives its mail in /courriels and nowhere else. */
export function compte(name: string, nom: string, role: string): Compte {
  return { id: `demo-${name}`, courriel: `${name}@exemple.fr`, nom, role };
}

/** Adds accounts, marked as demonstration ones. */
export async function insertComptes(trx: Transaction<DB>, comptes: readonly Compte[], now: Date): Promise<void> {
  const rows = comptes.map(({ id, courriel, nom }) => ({ id, courriel, nom, demo: true, cree_le: now }));
  await trx.insertInto('utilisateur').values(rows).execute();
}

/** Adds a structure with its members. @returns its id */
export async function insertStructure(
  trx: Transaction<DB>,
  structure: { nom: string; pivot: string | null; membres: readonly { compte: Compte; accepted: boolean }[] },
  { now, moderateurId }: { now: Date; moderateurId: string },
): Promise<number> {
  const { nom, pivot, membres } = structure;
  const { id } = await trx
    .insertInto('structure')
    .values({ nom, pivot, demo: true, cree_le: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('membre')
    .values(
      membres.map(({ compte, accepted }) => ({
        structure_id: id,
        utilisateur_id: compte.id,
        cree_le: now,
        accepte_le: accepted ? now : null,
        accepte_par: accepted ? moderateurId : null,
      })),
    )
    .execute();
  return id;
}
