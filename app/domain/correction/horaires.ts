import { parseHoraires } from '../horaires/parse.ts';
import { understandHoraires, whyUnread } from '../horaires/slips.ts';
import type { Mend } from './texte.ts';

interface ReadHoraires extends Mend {
  /** Why nobody can compute with the text, in French; null where one can. */
  reason: string | null;
  /** What is read but surely not meant, in French. */
  alertes: readonly string[];
}

/** The same hours come back by the hundred in a file: what was read last is kept. */
const READ = new Map<string, ReadHoraires>();
const MAX_READ = 10_000;

/**
 * Hours that say one thing in French → OSM opening_hours: « du lundi au vendredi 9h-12h » → `Mo-Fr 09:00-12:00`. Any other
 * text stays as it is, with the reason why it is not understood: it is never wiped.
 */
export function readHoraires(text: string): ReadHoraires {
  const known = READ.get(text);
  if (known) return known;
  const read = interpret(text);
  if (READ.size >= MAX_READ) READ.clear();
  READ.set(text, read);
  return read;
}

function interpret(text: string): ReadHoraires {
  // Refusing a long French sentence costs the strict parser more than reading it as French.
  const looksFrench = !/\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)\b/.test(text);
  if (looksFrench) {
    const mended = mend(text);
    if (mended) return mended;
  }
  const strict = parseHoraires(text);
  if (strict.ok)
    return { text, notes: [], reason: null, alertes: strict.horaires.alertes.map(({ message }) => message) };
  return (looksFrench ? null : mend(text)) ?? { text, notes: [], reason: whyUnread(text).message, alertes: [] };
}

function mend(text: string): ReadHoraires | null {
  const understood = understandHoraires(text);
  if (!understood.ok) return null;
  const notes = understood.osm === text ? [] : [`horaires compris comme « ${understood.osm} »`];
  return { text: understood.osm, notes, reason: null, alertes: [] };
}
