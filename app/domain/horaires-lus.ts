import { asFieldValue, type ChampDeLieu, type ChampValue, isPermanences } from './champ-de-lieu.ts';
import { isRecord, readStored, type StoredHoraires } from './horaires/stored-form.ts';
import type { Permanence } from './permanences.ts';

/** Hours as they were read when they were written, by their text: for who reads a change, a pair or a journal and parses nothing. */
export type HorairesLus = ReadonlyMap<string, StoredHoraires>;

/** The texts of hours that a value holds: those of `horaires`, or of each permanence. */
export function textesOfHoraires(champ: ChampDeLieu, value: ChampValue): string[] {
  if (isPermanences(value)) return value.flatMap(({ horaires }) => horaires ?? []);
  const text = champ === 'horaires' ? asFieldValue(value) : null;
  return typeof text === 'string' && text !== '' ? [text] : [];
}

/** Those of permanences, from what is stored beside them. @param lues the column `permanences_lues`, by id of permanence */
export function lusOfPermanences(permanences: readonly Permanence[], lues: unknown): HorairesLus {
  const stored = isRecord(lues) ? lues : {};
  return new Map(
    permanences.flatMap(({ id, horaires }): [string, StoredHoraires][] => {
      const read = horaires === null ? null : readStored(stored[id]);
      return horaires === null || read === null ? [] : [[horaires, read]];
    }),
  );
}
