import type { Grille } from './grille.ts';
import { EMPTY_GRILLE, grilleOfText } from './grille-read.ts';
import { parseHoraires } from './parse.ts';
import { understandHoraires } from './slips.ts';

/** How a text stands in the editor: read, understood though it is not in the grammar, or neither. */
export type SourceKind = 'vide' | 'lu' | 'compris' | 'illisible';

export interface SourceReading {
  kind: SourceKind;
  osm: string;
  grille: Grille;
}

/** Taking a long text apart costs a tenth of a second, and the same text is asked at every key: what was read last is kept. */
const READ = new Map<string, SourceReading>();
const MAX_READ = 50;

/** The grille of the text that the inputs were filled from, and how it was read. */
export function readSource(source: string): SourceReading {
  const known = READ.get(source);
  if (known) return known;
  const read = interpret(source);
  if (READ.size >= MAX_READ) READ.clear();
  READ.set(source, read);
  return read;
}

function interpret(source: string): SourceReading {
  const osm = osmOfText(source);
  const read = grilleOfText(osm);
  if (osm === null || !read.ok) {
    return { kind: source.trim() === '' ? 'vide' : 'illisible', osm: '', grille: EMPTY_GRILLE };
  }
  return { kind: osm === source ? 'lu' : 'compris', osm, grille: read.grille };
}

/** A text of hours in the grammar: itself, or what was understood of it; null where it is empty or does not read. */
export function osmOfText(text: string): string | null {
  if (text.trim() === '') return null;
  if (parseHoraires(text).ok) return text;
  const understood = understandHoraires(text);
  return understood.ok ? understood.osm : null;
}
