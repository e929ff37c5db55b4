import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { CSV_HEADER, lieuToCsv, lieuToJsonTexts } from '#app/domain/formats.ts';
import type { LieuEtPermanences } from '#app/domain/permanences.ts';
import type { WrittenFile } from './export-files.ts';

export interface TextFormat {
  nom: string;
  head: string;
  /** What stands between two lieux. */
  between: string;
  tail: string;
}

/** Text: UTF-8 without BOM. JSON has one lieu a line, so that it can be read and compared line by line. */
export const TEXT_FORMATS: readonly TextFormat[] = [
  { nom: 'lieux.csv', head: CSV_HEADER, between: '', tail: '' },
  { nom: 'lieux.json', head: '[\n', between: ',\n', tail: '\n]\n' },
  { nom: 'lieux.geojson', head: '{"type":"FeatureCollection","features":[\n', between: ',\n', tail: '\n]}\n' },
];

/** A lieu as each of `TEXT_FORMATS` has it: bytes that all the files which hold it share. */
export function textsOf(lieu: LieuEtPermanences): Buffer[] {
  const { json, feature } = lieuToJsonTexts(lieu);
  return [Buffer.from(lieuToCsv(lieu)), Buffer.from(json), Buffer.from(feature)];
}

/** A file of text while it is written. It is open only while it gets something: an export has hundreds of them. */
export class TextSink {
  readonly #folder: string;
  readonly #nom: string;
  readonly #territoire: string | null;
  readonly #format: TextFormat;
  readonly #hash: Hash = createHash('sha256');
  readonly #between: Buffer;
  #parts: Buffer[];
  #pending = 0;
  #octets = 0;
  #lignes = 0;

  constructor(
    folder: string,
    { nom, territoire, format }: { nom: string; territoire: string | null; format: TextFormat },
  ) {
    this.#folder = folder;
    this.#nom = nom;
    this.#territoire = territoire;
    this.#format = format;
    this.#between = Buffer.from(format.between);
    this.#parts = [Buffer.from(format.head)];
  }

  /** Bytes of lieux that wait to be written. */
  get pending(): number {
    return this.#pending;
  }

  add(text: Buffer): void {
    if (this.#lignes > 0) this.#parts.push(this.#between);
    this.#parts.push(text);
    this.#pending += text.length;
    this.#lignes++;
  }

  async flush(): Promise<void> {
    const file = await open(join(this.#folder, this.#nom), 'a');
    await this.#writeTo(file).finally(() => file.close());
  }

  /** On the disk when it returns. */
  async finish(): Promise<WrittenFile> {
    this.#parts.push(Buffer.from(this.#format.tail));
    const file = await open(join(this.#folder, this.#nom), 'a');
    try {
      await this.#writeTo(file);
      await file.sync();
    } finally {
      await file.close();
    }
    return {
      nom: this.#nom,
      territoire: this.#territoire,
      lignes: this.#lignes,
      octets: this.#octets,
      sha256: this.#hash.digest('hex'),
    };
  }

  async #writeTo(file: FileHandle): Promise<void> {
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#pending = 0;
    this.#hash.update(bytes);
    this.#octets += bytes.length;
    await file.appendFile(bytes);
  }
}
