import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { CSV_HEADER, fieldsAgainstStandard, lieuToCsv, lieuToFeature, lieuToJson } from '#app/domain/formats.ts';
import type { LieuEtPermanences } from '#app/domain/permanences.ts';
import type { FieldName } from '#app/domain/standard.ts';
import { ParquetSink } from './export-parquet.ts';

export interface WrittenFile {
  nom: string;
  octets: number;
  /** Hexadecimal. */
  sha256: string;
}

/** A lieu that the files leave out, and its fields that the standard refuses. */
export interface Ecarte {
  id: string;
  champs: FieldName[];
}

/** One file of an export, while it is written. */
export interface LieuSink {
  add(lieu: LieuEtPermanences): Promise<void>;
  /** What is on the disk then. */
  finish(): Promise<WrittenFile>;
  close(): Promise<void>;
}

interface Format {
  nom: string;
  head: string;
  /** The text of one lieu, and what stands between two. */
  line: (lieu: LieuEtPermanences) => string;
  between: string;
  tail: string;
}

/** Text: UTF-8 without BOM. JSON has one lieu a line, so that it can be read and compared line by line. */
const FORMATS: readonly Format[] = [
  { nom: 'lieux.csv', head: CSV_HEADER, line: lieuToCsv, between: '', tail: '' },
  { nom: 'lieux.json', head: '[\n', line: (lieu) => JSON.stringify(lieuToJson(lieu)), between: ',\n', tail: '\n]\n' },
  {
    nom: 'lieux.geojson',
    head: '{"type":"FeatureCollection","features":[\n',
    line: (lieu) => JSON.stringify(lieuToFeature(lieu)),
    between: ',\n',
    tail: '\n]}\n',
  },
];

/**
 * Writes the files of an export (CSV, JSON, GeoJSON, Parquet), without the lieux that are against the standard, into a folder, on the disk when it returns. One pass: they hold the same lieux in the
 * same order, and memory does not grow with their number.
 */
export async function writeLieux(
  folder: string,
  lieux: AsyncIterable<LieuEtPermanences>,
): Promise<{ lignes: number; fichiers: WrittenFile[]; ecartes: Ecarte[] }> {
  const sinks: LieuSink[] = [];
  try {
    for (const format of FORMATS) sinks.push(new TextSink(format, await open(join(folder, format.nom), 'wx')));
    sinks.push(new ParquetSink(PARQUET, await open(join(folder, PARQUET), 'wx')));
    let lignes = 0;
    const ecartes: Ecarte[] = [];
    for await (const lieu of lieux) {
      const champs = fieldsAgainstStandard(lieu);
      if (champs.length > 0) {
        ecartes.push({ id: lieu.id, champs });
        continue;
      }
      for (const sink of sinks) await sink.add(lieu);
      lignes++;
    }
    const fichiers: WrittenFile[] = [];
    for (const sink of sinks) fichiers.push(await sink.finish());
    return { lignes, fichiers, ecartes };
  } finally {
    for (const sink of sinks) await sink.close();
  }
}

const PARQUET = 'lieux.parquet';

const BUFFERED_CHARS = 128 * 1024;

class TextSink implements LieuSink {
  readonly #format: Format;
  readonly #file: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  #pending: string;
  #octets = 0;
  #first = true;

  constructor(format: Format, file: FileHandle) {
    this.#format = format;
    this.#file = file;
    this.#pending = format.head;
  }

  async add(lieu: LieuEtPermanences): Promise<void> {
    this.#pending += (this.#first ? '' : this.#format.between) + this.#format.line(lieu);
    this.#first = false;
    if (this.#pending.length > BUFFERED_CHARS) await this.#flush();
  }

  async finish(): Promise<WrittenFile> {
    this.#pending += this.#format.tail;
    await this.#flush();
    await this.#file.sync();
    return { nom: this.#format.nom, octets: this.#octets, sha256: this.#hash.digest('hex') };
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    this.#hash.update(bytes);
    this.#octets += bytes.length;
    for (let written = 0; written < bytes.length; ) {
      written += (await this.#file.write(bytes, written)).bytesWritten;
    }
  }
}
