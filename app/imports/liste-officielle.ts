import type { CorrectionContext } from '#app/domain/correction/ligne.ts';
import { type ListeCode, listeOf } from '#app/domain/labels-verifies.ts';
import { type ColonnesDeListe, findColonnes, type LigneOfficielle, readLigne } from '#app/domain/listes-officielles.ts';
import { Decodage } from './decodage.ts';
import { Enregistrements } from './enregistrements.ts';

/** A file that is not the list that it should be. Its message is the end of a French sentence: why. */
export class ListeIllisible extends Error {
  override name = 'ListeIllisible';
}

export interface ListeLue {
  /** Each with an identifier of its own. */
  lignes: LigneOfficielle[];
  /** How many rows say neither who nor where. */
  ecartees: number;
}

/** Above this share of rows that say nothing, it is another file, or a broken one. */
const ECARTEES = 0.2;

/**
 * Reads an official list, CSV or JSON, as it is published or as it was in older files.
 * @throws {ListeIllisible} where it is no such list
 */
export async function readListe(
  code: ListeCode,
  bytes: AsyncIterable<Uint8Array>,
  context: CorrectionContext,
): Promise<ListeLue> {
  const text = await readText(bytes);
  const start = text.slice(0, 1000).trimStart();
  if (start === '') throw new ListeIllisible('le fichier est vide');
  if (start.startsWith('<')) throw new ListeIllisible('c’est une page web, non un fichier');
  const records = /^[[{]/.test(start) ? jsonRecords(text) : csvRecords(text);
  const lignes = new Map<string, LigneOfficielle>();
  let colonnes: ColonnesDeListe | null = null;
  let ecartees = 0;
  for (const cells of records) {
    if (colonnes === null) {
      colonnes = recognise(code, cells);
      continue;
    }
    const ligne = readLigne(cells, colonnes, context);
    if (ligne === null) ecartees += 1;
    else lignes.set(freeId(ligne.id, lignes), ligne);
  }
  const total = lignes.size + ecartees;
  if (total === 0) throw new ListeIllisible('elle n’a aucune ligne');
  if (ecartees > total * ECARTEES) {
    throw new ListeIllisible(`${ecartees} de ses ${total} lignes n’ont pas de nom, d’identifiant ou de lieu`);
  }
  return { lignes: [...lignes].map(([id, ligne]) => ({ ...ligne, id })), ecartees };
}

async function readText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const decodage = new Decodage();
  let text = '';
  for await (const chunk of bytes) text += decodage.decode(chunk);
  return text + decodage.end();
}

function recognise(code: ListeCode, header: readonly string[]): ColonnesDeListe {
  const { colonnes, absentes } = findColonnes(code, header);
  if (absentes.length === 0) return colonnes;
  throw new ListeIllisible(
    `ce n’est pas la liste ${listeOf(code).nom} : il lui manque ${absentes.length === 1 ? 'la colonne' : 'les colonnes'} ${absentes.join(', ')}`,
  );
}

/** The header, then the rows. */
function* csvRecords(text: string): Generator<string[]> {
  const header = text.slice(0, Math.max(0, text.search(/[\r\n]|$/)));
  const separateur = [',', ';', '\t'].reduce((best, candidate) =>
    header.split(candidate).length > header.split(best).length ? candidate : best,
  );
  const records = new Enregistrements(separateur);
  for (const { cells } of records.push(text, true)) {
    records.width ??= cells.length;
    yield cells;
  }
}

/** The same of a JSON array of flat objects, alone or under `data`, `results` or `records`: the keys of all, then their values. */
function* jsonRecords(text: string): Generator<string[]> {
  const rows = rowsOf(parseJson(text));
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  yield keys;
  for (const row of rows) yield keys.map((key) => cellOf(row[key]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ListeIllisible('le fichier est coupé ou abîmé : ce n’est pas du JSON complet');
  }
}

function rowsOf(parsed: unknown): Record<string, unknown>[] {
  const array = isRecord(parsed)
    ? [parsed.data, parsed.results, parsed.records].find((value) => Array.isArray(value))
    : parsed;
  if (!Array.isArray(array)) throw new ListeIllisible('ce JSON n’est pas une liste');
  return array.filter(isRecord);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cellOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(cellOf).join('|');
  return typeof value === 'number' ? String(value) : '';
}

/** Two rows of one identifier are two rows. */
function freeId(id: string, taken: ReadonlyMap<string, unknown>): string {
  if (!taken.has(id)) return id;
  let n = 2;
  while (taken.has(`${id} (${n})`)) n += 1;
  return `${id} (${n})`;
}
