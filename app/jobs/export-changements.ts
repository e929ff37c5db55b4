import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CSV_HEADER, changementToCsv, lieuToCsv } from '#app/domain/formats.ts';
import { type Lieu, lieuFrom } from '#app/domain/lieu.ts';
import { FIELDS } from '#app/domain/standard.ts';
import type { WrittenFile } from './export-files.ts';

const CHANGEMENTS = 'changements.csv';

/**
 * Writes what has changed from one export to the next, as a CSV: `changement` (`ajout`, `modification`, `suppression`), `champs` (those
 * that changed, joined by `|`; `permanences` too, which only the JSON has), then the lieu as it is now, or as it was. The two JSON
 * files have a lieu a line in the order of ids: they are read side by side, and memory does not grow.
 */
export async function writeChangements(
  folder: string,
  { before, after }: { before: string; after: string },
): Promise<WrittenFile> {
  const file = await open(join(folder, CHANGEMENTS), 'wx');
  const hash = createHash('sha256');
  let octets = 0;
  let lignes = 0;
  let pending = `changement,champs,${CSV_HEADER}`;
  const flush = async () => {
    const bytes = Buffer.from(pending);
    pending = '';
    hash.update(bytes);
    octets += bytes.length;
    await file.appendFile(bytes);
  };
  try {
    for await (const line of changements(before, after)) {
      pending += line;
      lignes++;
      if (pending.length > BUFFERED_CHARS) await flush();
    }
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
  return { nom: CHANGEMENTS, territoire: null, lignes, octets, sha256: hash.digest('hex') };
}

const BUFFERED_CHARS = 128 * 1024;

async function* changements(before: string, after: string): AsyncGenerator<string> {
  const [old, now] = [linesOfLieux(before), linesOfLieux(after)];
  let [was, is] = [await next(old), await next(now)];
  while (was !== null || is !== null) {
    const order = was === null ? 1 : is === null ? -1 : Buffer.compare(was.key, is.key);
    if (was !== null && order < 0) yield changementToCsv('suppression', [], was.lieu);
    else if (is !== null && order > 0) yield changementToCsv('ajout', [], is.lieu);
    else if (was !== null && is !== null && was.line !== is.line) {
      const champs = changedFields(was, is);
      if (champs.length > 0) yield changementToCsv('modification', champs, is.lieu);
    }
    if (order <= 0) was = await next(old);
    if (order >= 0) is = await next(now);
  }
}

interface Ligne {
  line: string;
  /** Its id in bytes, which the files are sorted by. */
  key: Buffer;
  lieu: Lieu;
  /** As JSON: beside the standard's fields, in no column of the CSV. */
  permanences: string;
}

async function next(lines: AsyncIterator<Ligne>): Promise<Ligne | null> {
  const { value, done } = await lines.next();
  return done ? null : value;
}

/** The lieux of a JSON file of an export, one a line between its brackets; memory holds one. */
export async function* linesOfLieux(path: string): AsyncGenerator<Ligne> {
  for await (const read of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    const line = read.endsWith(',') ? read.slice(0, -1) : read;
    if (!line.startsWith('{')) continue;
    const json = JSON.parse(line);
    const lieu = lieuFrom(json);
    yield { line, key: Buffer.from(lieu.id), lieu, permanences: JSON.stringify(json.permanences ?? []) };
  }
}

function changedFields(was: Ligne, is: Ligne): string[] {
  const beside = was.permanences === is.permanences ? [] : ['permanences'];
  if (lieuToCsv(was.lieu) === lieuToCsv(is.lieu)) return beside;
  const fields = FIELDS.filter(({ name }) => JSON.stringify(was.lieu[name]) !== JSON.stringify(is.lieu[name]));
  return [...fields.map(({ name }) => name), ...beside];
}
