import { FichierIllisible } from './fichier-illisible.ts';
import type { Rangee, TableauBrut } from './rangees.ts';

/** An object longer than this (in UTF-16 units) is no lieu. */
const MAX_OBJECT = 200_000;
const MAX_KEYS = 500;

interface Texts {
  start: string;
  ended: boolean;
  /** The texts that follow. */
  next(): Promise<{ text: string; done: boolean }>;
  close(): Promise<void>;
}

/**
 * Reads a list of objects, a list within an object (`{"lieux": […]}`) or GeoJSON, object by object. The names of values are
 * the columns, those of nested objects joined by a point; lists of texts are joined by `|`, as the standard writes them; of
 * lists of objects the first object is read.
 * @throws {FichierIllisible} where there is no list of objects, also later where the list stops half way
 */
export function readJson({ start, ended, next, close }: Texts): TableauBrut {
  const objets = new ObjetsJson();
  const first = [...objets.push(start, ended)].map(toEntries);
  if (first.length === 0 && ended)
    throw new FichierIllisible(
      'Ce JSON ne contient aucun lieu : sa liste est vide. Il faut [ { "id": …, "nom": … }, … ].',
    );
  const entete = [...new Set(first.flatMap(({ entries }) => entries.map(([name]) => name)))].slice(0, MAX_KEYS);
  const places = new Map(entete.map((name, index) => [name, index]));
  async function* rangees(): AsyncGenerator<Rangee> {
    try {
      for (const objet of first) yield toRangee(objet, places);
      let done = ended;
      while (!done) {
        const more = await next();
        done = more.done;
        for (const objet of objets.push(more.text, done)) yield toRangee(toEntries(objet), places);
      }
    } finally {
      await close();
    }
  }
  return { format: 'json', separateur: null, entete, ligneEntete: 1, rangees: rangees() };
}

interface Objet {
  text: string;
  /** Physical line on which it begins. */
  ligne: number;
}

interface Entries {
  ligne: number;
  entries: [string, string][];
  /** Lists of several objects, of which the first is read. */
  listes: string[];
  illisible?: string;
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const COMMA = 44;
const LINE_FEED = 10;

/** Cuts a JSON text that comes in pieces into the objects of its list, keeping in memory no more than one object. */
class ObjetsJson {
  private text = '';
  private at = 0;
  private ligne = 1;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private phase: 'avant' | 'liste' | 'apres' = 'avant';
  /** Depth inside the list. */
  private listDepth = 0;
  /** A list has just been opened within the outer object: its first character tells whether it is one of objects. */
  private maybeList = false;
  private start = -1;
  private startLine = 1;

  *push(text: string, end: boolean): Generator<Objet> {
    const kept = this.start === -1 ? this.at : this.start;
    this.text = this.text.slice(kept) + text;
    this.at -= kept;
    if (this.start !== -1) this.start = 0;
    for (; this.at < this.text.length && this.phase !== 'apres'; this.at += 1) {
      const unit = this.text.charCodeAt(this.at);
      if (unit === LINE_FEED) this.ligne += 1;
      if (this.inString) this.readString(unit);
      else if (unit === QUOTE && (this.phase === 'avant' || this.start !== -1)) {
        this.inString = true;
        this.maybeList = false;
      } else if (this.phase === 'avant') this.lookForList(unit);
      else {
        const closed = this.readList(unit);
        if (closed) yield closed;
      }
    }
    if (this.phase === 'apres') this.at = this.text.length;
    if (this.start !== -1 && this.text.length - this.start > MAX_OBJECT) {
      throw new FichierIllisible(
        `Le lieu qui commence à la ligne ${this.startLine} n’a pas de fin : le fichier est abîmé.`,
      );
    }
    if (end && this.phase === 'avant') {
      throw new FichierIllisible('Ce JSON ne contient pas de liste de lieux : il faut [ { "id": …, "nom": … }, … ].');
    }
    if (end && this.phase === 'liste') {
      throw new FichierIllisible('Ce JSON s’arrête avant la fin de sa liste : le fichier est incomplet.');
    }
  }

  private readString(unit: number): void {
    if (this.escaped) this.escaped = false;
    else if (unit === BACKSLASH) this.escaped = true;
    else if (unit === QUOTE) this.inString = false;
  }

  private lookForList(unit: number): void {
    if (isSpace(unit)) return;
    if (this.maybeList && unit === OPEN_OBJECT) {
      this.phase = 'liste';
      this.listDepth = this.depth;
      this.readList(unit);
      return;
    }
    this.maybeList = false;
    if (unit === OPEN_LIST && this.depth === 0) {
      this.phase = 'liste';
      this.depth = 1;
      this.listDepth = 1;
    } else if (unit === OPEN_LIST || unit === OPEN_OBJECT) {
      this.maybeList = unit === OPEN_LIST && this.depth === 1;
      this.depth += 1;
    } else if (unit === CLOSE_LIST || unit === CLOSE_OBJECT) this.depth -= 1;
  }

  private readList(unit: number): Objet | null {
    if (this.start === -1) {
      if (unit === OPEN_OBJECT) {
        this.start = this.at;
        this.startLine = this.ligne;
        this.depth += 1;
      } else if (unit === CLOSE_LIST) this.phase = 'apres';
      else if (unit !== COMMA && !isSpace(unit)) {
        throw new FichierIllisible(
          `Ce JSON n’est pas une liste de lieux : à la ligne ${this.ligne}, il faudrait un objet { … }.`,
        );
      }
      return null;
    }
    if (unit === OPEN_LIST || unit === OPEN_OBJECT) this.depth += 1;
    else if (unit === CLOSE_LIST || unit === CLOSE_OBJECT) this.depth -= 1;
    if (this.depth > this.listDepth) return null;
    const objet = { text: this.text.slice(this.start, this.at + 1), ligne: this.startLine };
    this.start = -1;
    return objet;
  }
}

function isSpace(unit: number): boolean {
  return unit === 32 || unit === LINE_FEED || unit === 13 || unit === 9;
}

function toEntries({ text, ligne }: Objet): Entries {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {
      ligne,
      entries: [],
      listes: [],
      illisible: 'Ce lieu n’est pas écrit en JSON : une virgule ou un guillemet manque.',
    };
  }
  const entries: [string, string][] = [];
  const listes: string[] = [];
  if (!isRecord(value)) return { ligne, entries, listes };
  if (value.type === 'Feature' && isRecord(value.properties)) {
    flatten(value.properties, '', { entries, listes });
    const has = (name: string) => entries.some(([known, text]) => known === name && text !== '');
    const [longitude, latitude] = pointOf(value.geometry);
    if (longitude !== undefined && latitude !== undefined && !has('latitude') && !has('longitude'))
      entries.push(['latitude', String(latitude)], ['longitude', String(longitude)]);
    if (!has('id') && (typeof value.id === 'string' || typeof value.id === 'number'))
      entries.push(['id', String(value.id)]);
  } else flatten(value, '', { entries, listes });
  return { ligne, entries, listes };
}

function flatten(
  value: Readonly<Record<string, unknown>>,
  prefix: string,
  found: Pick<Entries, 'entries' | 'listes'>,
): void {
  for (const [name, content] of Object.entries(value)) {
    if (found.entries.length >= MAX_KEYS) return;
    const objects = Array.isArray(content) && !content.some(isScalar) ? content.filter(isRecord) : [];
    const nested = isRecord(content) ? content : objects[0];
    if (nested === undefined) found.entries.push([`${prefix}${name}`, textOf(content)]);
    else if (prefix.split('.').length < 4) {
      if (objects.length > 1) found.listes.push(`${prefix}${name}`);
      flatten(nested, `${prefix}${name}.`, found);
    }
  }
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.filter(isScalar).map(textOf).filter(Boolean).join('|');
  if (typeof value === 'boolean') return value ? 'oui' : 'non';
  return isScalar(value) ? String(value) : '';
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function pointOf(geometry: unknown): number[] {
  if (!isRecord(geometry) || geometry.type !== 'Point' || !Array.isArray(geometry.coordinates)) return [];
  return geometry.coordinates.filter((part) => typeof part === 'number');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toRangee({ ligne, entries, listes, illisible }: Entries, places: ReadonlyMap<string, number>): Rangee {
  const cells: string[] = Array.from({ length: places.size }, () => '');
  const autres: [string, string][] = [];
  for (const [name, text] of entries) {
    const place = places.get(name);
    if (place === undefined) autres.push([name, text]);
    else cells[place] = text;
  }
  return { cells, ligne, autres, listes, ...(illisible !== undefined && { illisible }) };
}
