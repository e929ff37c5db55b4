import { isDay } from '../valeurs.ts';
import type { Mend } from './texte.ts';

const MONTHS = ['janv', 'fevr', 'mars', 'avr', 'mai', 'juin', 'juil', 'aout', 'sept', 'oct', 'nov', 'dec'];
const TIME = '(?:[T ]\\s*\\d{1,2}[:h]\\d{2}(?::\\d{2}(?:[.,]\\d+)?)?\\s*(?:Z|UTC|GMT|[+-]\\d{2}:?\\d{2})?)?';
const ISO_LIKE = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${TIME}$`, 'i');
const FRENCH = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})${TIME}$`, 'i');
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})$/;
const IN_WORDS =
  /^(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\s+)?(\d{1,2})(?:er)?\s+([\p{L}]+)\.?\s+(\d{4})$/iu;

/**
 * A day written otherwise → AAAA-MM-JJ: `02/04/2024` is 2 April, as in France; `2024/04/02 14:16:50.898` keeps its day;
 * `2 avril 2024` too. A day that does not exist, or a year of two digits, is left as it is.
 */
export function mendDate(text: string): Mend {
  const asIs = { text, notes: [] };
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return asIs;
  const [year, month, day] = readDay(text);
  if (!isDay(year, month, day)) return asIs;
  const iso = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return { text: iso, notes: ['date écrite AAAA-MM-JJ'] };
}

function readDay(text: string): [number, number, number] {
  const iso = ISO_LIKE.exec(text);
  if (iso) return [Number(iso[1]), Number(iso[3]), Number(iso[4])];
  const french = FRENCH.exec(text);
  if (french) return [Number(french[4]), Number(french[3]), Number(french[1])];
  const compact = COMPACT.exec(text);
  if (compact) return [Number(compact[1]), Number(compact[2]), Number(compact[3])];
  const words = IN_WORDS.exec(text);
  if (!words?.[2]) return [0, 0, 0];
  const name = words[2].normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const month = MONTHS.findIndex((start) => name.startsWith(start));
  return [Number(words[3]), month + 1, Number(words[1])];
}
