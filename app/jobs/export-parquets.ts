import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { lieuFrom } from '#app/domain/lieu.ts';
import { regionOfDepartement } from '#app/domain/territoire.ts';
import { linesOfLieux } from './export-changements.ts';
import type { WrittenFile } from './export-files.ts';
import { type ParquetRow, ParquetSink, parquetRow } from './export-parquet.ts';

/** Some lieux of an export, as its JSON has them. */
export interface Lot {
  /** A JSON array in UTF-8. */
  json: Uint8Array;
  /** Of each; without one it is in the Parquet of the whole only. */
  departements: readonly (string | null)[];
}

/** The Parquet files of an export while they are written. */
export interface Parquets {
  add(lot: Lot): Promise<void>;
  /** On the disk when it returns: that of the whole, then those of these territoires, whose JSON is whole where there are too many lieux for memory. */
  finish(territoires: readonly string[]): Promise<WrittenFile[]>;
  stop(): Promise<void>;
}

export interface ParquetsRequest {
  folder: string;
  /** Up to how many lieux the files of territoires are made from memory, beyond from their JSON. */
  rowsInMemory: number;
}

/** Writes them here. */
export class ParquetFiles implements Parquets {
  readonly #request: ParquetsRequest;
  readonly #entier: ParquetSink;
  readonly #rows = new Map<string, ParquetRow[]>();
  readonly #decoder = new TextDecoder();
  #lignes = 0;

  constructor(request: ParquetsRequest) {
    this.#request = request;
    this.#entier = new ParquetSink(request.folder, { nom: PARQUET, territoire: null });
  }

  async add({ json, departements }: Lot): Promise<void> {
    const lieux: Parameters<typeof lieuFrom>[0][] = JSON.parse(this.#decoder.decode(json));
    for (const [index, lieu] of lieux.entries()) {
      const row = parquetRow(lieuFrom(lieu));
      await this.#entier.add(row);
      this.#lignes++;
      if (this.#isInMemory()) this.#keep(row, departements[index] ?? null);
      else this.#rows.clear();
    }
  }

  async finish(territoires: readonly string[]): Promise<WrittenFile[]> {
    const written = [await this.#entier.finish()];
    for (const territoire of territoires) written.push(await this.#writeTerritoire(territoire));
    return written;
  }

  async stop(): Promise<void> {}

  #isInMemory(): boolean {
    return this.#lignes < this.#request.rowsInMemory;
  }

  #keep(row: ParquetRow, departement: string | null): void {
    const region = departement === null ? null : regionOfDepartement(departement);
    if (region === null) return;
    this.#rowsOf(`region:${region}`).push(row);
    this.#rowsOf(`departement:${departement}`).push(row);
  }

  #rowsOf(territoire: string): ParquetRow[] {
    const rows = this.#rows.get(territoire) ?? [];
    this.#rows.set(territoire, rows);
    return rows;
  }

  async #writeTerritoire(territoire: string): Promise<WrittenFile> {
    const { folder } = this.#request;
    const path = `${territoire.replace(':', '/')}/`;
    const sink = new ParquetSink(folder, { nom: path + PARQUET, territoire });
    if (this.#isInMemory()) for (const row of this.#rowsOf(territoire)) await sink.add(row);
    else for await (const { lieu } of linesOfLieux(join(folder, `${path}lieux.json`))) await sink.add(parquetRow(lieu));
    return sink.finish();
  }
}

const PARQUET = 'lieux.parquet';

/** Writes them in a thread, so that the texts do not wait for them; here, where this program has no bundle of the thread beside it. */
export function openParquets(
  request: ParquetsRequest,
  workerUrl = new URL('./parquets.worker.mjs', import.meta.url),
): Parquets {
  return existsSync(workerUrl) ? new ParquetsThread(workerUrl, request) : new ParquetFiles(request);
}

/** What a thread is asked for, one after the other. */
export type ParquetsMessage = { kind: 'lot'; lot: Lot } | { kind: 'fin'; territoires: readonly string[] };

/** What it answers to each. */
export type ParquetsAnswer = { kind: 'lot' } | { kind: 'fin'; fichiers: WrittenFile[] };

class ParquetsThread implements Parquets {
  readonly #worker: Worker;
  readonly #written: Promise<WrittenFile[]>;
  #ahead = 0;
  #room: () => void = () => {};

  constructor(url: URL, request: ParquetsRequest) {
    const worker = new Worker(url, { workerData: request, name: 'parquets', resourceLimits: THREAD_MEMORY });
    this.#worker = worker;
    this.#written = new Promise((resolve, reject) => {
      worker.on('message', (answer: ParquetsAnswer) => {
        if (answer.kind === 'fin') resolve(answer.fichiers);
        else {
          this.#ahead--;
          this.#room();
        }
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the thread parquets ended with code ${code}`)));
    });
    // Who adds or finishes is told.
    this.#written.catch(() => {});
  }

  async add(lot: Lot): Promise<void> {
    this.#ask({ kind: 'lot', lot });
    this.#ahead++;
    if (this.#ahead < LOTS_AHEAD) return;
    const room = new Promise<void>((resolve) => {
      this.#room = resolve;
    });
    await Promise.race([room, this.#written]);
  }

  async finish(territoires: readonly string[]): Promise<WrittenFile[]> {
    this.#ask({ kind: 'fin', territoires });
    return this.#written;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(message: ParquetsMessage): void {
    this.#worker.postMessage(message);
  }
}

/** Megabytes: objects that die young are many, and are not worth waiting for. */
const THREAD_MEMORY = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };

/** Lots that wait for the thread: what memory holds of them is bounded. */
const LOTS_AHEAD = 8;
