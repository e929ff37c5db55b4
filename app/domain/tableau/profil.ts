import { type FieldName, isFieldName } from '../standard.ts';
import { type ChoixColonnes, cleOfColonne } from './colonnes.ts';
import type { Proposition } from './proposition.ts';

/** What each column of a file was said to be, as it is stored: its name, and the field or null. */
export type ColonneChoisie = readonly [string, FieldName | null];

/** What is stored, or sent, as choices; anything else is left out. */
export function readColonnesChoisies(value: unknown): ColonneChoisie[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((pair: unknown): ColonneChoisie[] => {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string') return [];
    const champ: unknown = pair[1];
    if (champ === null) return [[pair[0], null]];
    return typeof champ === 'string' && isFieldName(champ) ? [[pair[0], champ]] : [];
  });
}

export function toChoix(colonnes: readonly ColonneChoisie[]): ChoixColonnes {
  return new Map(colonnes.map(([colonne, champ]) => [cleOfColonne(colonne), champ]));
}

/** What is stored of a file whose columns are still to be said. */
export function readPropositions(value: unknown): Proposition[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown): Proposition[] => {
    if (typeof item !== 'object' || item === null || !('colonne' in item) || typeof item.colonne !== 'string')
      return [];
    const champ = 'champ' in item && typeof item.champ === 'string' && isFieldName(item.champ) ? item.champ : null;
    const raison = 'raison' in item && isRaison(item.raison) ? item.raison : null;
    const exemples = 'exemples' in item && Array.isArray(item.exemples) ? item.exemples : [];
    return [{ colonne: item.colonne, champ, raison, exemples: exemples.filter((text) => typeof text === 'string') }];
  });
}

function isRaison(value: unknown): value is NonNullable<Proposition['raison']> {
  return value === 'choix' || value === 'standard' || value === 'nom' || value === 'contenu';
}
