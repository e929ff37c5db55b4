import type { Lieu } from '#app/domain/lieu.ts';
import { droitOnLieu, type Portee } from '#app/domain/permissions.ts';
import { type CommuneIndex, communeOfLieu } from '#app/domain/territoire.ts';
import { situationOf } from '#db/lieux.ts';

/** To whom a file is kept: what they may do, and where. */
export interface Auteur {
  portee: Portee;
  /** As a sentence names their territory. */
  territoire: string;
}

/** Why a lieu is not theirs to import, in a sentence; null where it is. What is not known to be theirs is not. */
export function refusOfPlace(lieu: Lieu, auteur: Auteur, communes: CommuneIndex): string | null {
  const situation = situationOf(lieu, communes);
  const { code_insee, code_postal } = lieu;
  const may = (place: Parameters<typeof droitOnLieu>[1]) => droitOnLieu(auteur.portee, place) !== 'refuser';
  if (may({ ...situation, code_insee, code_postal, structure_id: null })) return null;
  const { territoire } = auteur;
  if (situation.departement === null)
    return `On ne sait pas où est ce lieu : il n’a ni code postal, ni code INSEE, ni commune que l’on reconnaisse. Une adresse ou des coordonnées ne suffisent pas à savoir s’il est de votre territoire (${territoire}). Ajoutez son code postal et sa commune ; d’ici là il n’est pas importé.`;
  const served = code_postal === null ? [] : communes.listByCodePostal(code_postal);
  const unsure = code_insee === null && communeOfLieu(lieu, communes) === undefined;
  if (unsure && served.some((commune) => may({ ...commune, code_postal, structure_id: null })))
    return `Le code postal ${code_postal} est celui de plusieurs communes : on ne sait pas de laquelle est ce lieu, ni s’il est de votre territoire (${territoire}). Ajoutez sa commune ou son code INSEE ; d’ici là il n’est pas importé.`;
  return horsTerritoire(auteur);
}

export function horsTerritoire({ territoire }: Auteur): string {
  return `Ce lieu est hors de votre territoire (${territoire}) : il n’est pas importé.`;
}
