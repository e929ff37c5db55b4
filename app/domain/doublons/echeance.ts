import { parisDay } from '../exports.ts';

/** The last search for duplicates: when, and which imports it had seen. */
export interface Recherche {
  faite_le: Date;
  imports: string;
}

/** Whether duplicates are to be looked for: never yet, an import since (or one that was taken back), or another day in Paris. */
export function rechercheDue(last: Recherche | undefined, imports: string, now: Date): boolean {
  return last === undefined || last.imports !== imports || parisDay(last.faite_le) < parisDay(now);
}
