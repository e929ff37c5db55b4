import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { CSV_HEADER, lieuToCsv, lieuToFeature, lieuToJson } from '#app/domain/formats.ts';
import type { LieuEtPermanences } from '#app/domain/permanences.ts';
import type { WrittenFile } from './export-files.ts';

export interface TextFormat {
  nom: string;
  head: string;
  /** The text of one lieu, and what stands between two. */
  line: (lieu: LieuEtPermanences) => string;
  between: string;
  tail: string;
}

/** Text: UTF-8 without BOM. JSON has one lieu a line, so that it can be read and compared line by line. */
export const TEXT_FORMATS: readonly TextFormat[] = [
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

/** A file of text while it is written. It is open only while it gets something: an export has hundreds of them. */
export class TextSink {
  readonly #folder: string;
  readonly #nom: string;
  readonly #territoire: string | null;
  readonly #format: TextFormat;
  readonly #hash: Hash = createHash('sha256');
  #pending: string;
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
    this.#pending = format.head;
  }

  /** Characters that memory holds. */
  get pending(): number {
    return this.#pending.length;
  }

  add(line: string): void {
    this.#pending += this.#lignes === 0 ? line : this.#format.between + line;
    this.#lignes++;
  }

  async flush(): Promise<void> {
    const file = await open(join(this.#folder, this.#nom), 'a');
    await this.#writeTo(file).finally(() => file.close());
  }

  /** On the disk when it returns. */
  async finish(): Promise<WrittenFile> {
    this.#pending += this.#format.tail;
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
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    this.#hash.update(bytes);
    this.#octets += bytes.length;
    await file.appendFile(bytes);
  }
}
