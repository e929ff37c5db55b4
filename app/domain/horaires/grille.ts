import type { Feries } from './parse.ts';

/**
 * The hours of a lieu as its editor shows them: a usual week, what differs in certain weeks, exceptional days, public holidays. It
 * stands for a text of rules; what it does not express is carried along in `gardees`, to the letter.
 */
export interface Grille {
  semaine: Semaine;
  variantes: readonly Variante[];
  exceptions: readonly ExceptionDatee[];
  feries: Feries;
  gardees: readonly RegleGardee[];
}

/** Seven days, Monday first, each with any number of ranges. */
export type Semaine = readonly (readonly Plage[])[];

/** Minutes since local midnight: `start` in 0..1439, `end` after it and at most 2880 (past 1440: the next day). */
export interface Plage {
  start: number;
  end: number;
  /** People come by appointment only: unknown rather than open. */
  rendezVous: boolean;
  mention: string | null;
}

/**
 * Hours of certain weeks only. A day without ranges in a `remplace` is closed then; in an `ajoute`, and at certain ranks of the month,
 * it is as usual.
 */
export type Variante =
  | { quand: Quand; effet: 'remplace' | 'ajoute'; semaine: Semaine }
  /** Closed on these weekdays (0 = Monday) at certain ranks of the month: the week is empty. */
  | { quand: Extract<Quand, { kind: 'rang' }>; effet: 'ferme'; jours: readonly number[]; semaine: Semaine };

export type Quand =
  | { kind: 'semaines'; parite: 'paire' | 'impaire' }
  /** Of the weekdays that have ranges: the first, the third, the last (-1) of the month. */
  | { kind: 'rang'; rangs: readonly number[] }
  /** Every year, both days included; may go past the new year. */
  | { kind: 'saison'; du: { mois: number; jour: number }; au: { mois: number; jour: number } }
  | { kind: 'vacances' };

/** Local days AAAA-MM-JJ, both included (the same twice: one day). No range: closed. */
export interface ExceptionDatee {
  du: string;
  au: string;
  plages: readonly Plage[];
  mention: string | null;
}

/** A rule that the grille does not express: its text to the letter, and what it says in French. */
export interface RegleGardee {
  texte: string;
  description: string;
}

/** Whether a grille gives no hours at all, whatever it says of public holidays. */
export function isEmptyGrille({ semaine, variantes, exceptions, gardees }: Grille): boolean {
  return semaine.every((plages) => plages.length === 0) && variantes.length + exceptions.length + gardees.length === 0;
}
