import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { findEmpreinte, type ListenOptions, listenLieuxPublies, openLieuxPublies } from '#db/lieux-publies.ts';
import { prepareOuverture } from './ouverture.ts';
import { decodeParts, mapParts, type PartName, type SnapshotIndex } from './snapshot.ts';
import type { PartFile, WorkerAnswer, WorkerRequest } from './snapshot-build.ts';
import { type KeptSnapshot, readKeptSnapshot, writeKeptSnapshot } from './snapshot-file.ts';

/** A snapshot that is served and searched. Never changes, but for a smaller brotli of the same bytes. */
export interface Snapshot {
  hash: string;
  index: SnapshotIndex;
  parts: Record<PartName, PartFile>;
  /** When its lieux were read. */
  luLe: Date;
  /** What `findEmpreinte` said as they were read last. */
  empreinte: string;
  /** Whether its brotli is as small as can be. */
  compact: boolean;
}

export interface SnapshotStoreOptions {
  /** Address of the database: the listener and the worker have connections of their own. */
  url: string;
  log: ListenOptions['log'];
  /** The bundled `snapshot.worker.ts`; beside this program by default. */
  workerUrl?: URL;
  /** The file that keeps the newest snapshot for the next start; none by default. */
  keptIn?: string;
  /** How long a snapshot stays before it is compressed as small as can be (ms). */
  lasting?: number;
  /** The clock: a snapshot knows the dated openings of the three weeks to come. */
  now?: () => Date;
}

/** Changes that follow each other are read together, but none waits longer than the second figure (ms). */
const QUIET = 120;
const PATIENCE = 500;
/** A snapshot that has lasted this long is worth compressing as small as can be (ms): the default of `lasting`. */
const LASTING = 20_000;
/** Pages that were open before a change may still ask for the parts of the snapshot they began with. */
const KEPT = 3;
/** So that the days to come are always known, and free slots not long out of date (ms). */
const RENEWAL = 3_600_000;
/** A snapshot from the disk that is older than this (ms) is not served: the days that it knows go by. */
const KEPT_AGE = 86_400_000;

const systemNow = () => new Date();

/**
 * Holds the snapshot of the public lieux and renews it when they change: at 20,000 lieux within 2 s, off the main thread.
 * The former one stays until the new one is whole; what fails is tried again. A start begins with the one that the last
 * process left, where it is of this program and of this database as it is now, and renews it at once.
 */
export class SnapshotStore {
  readonly #options: SnapshotStoreOptions;
  #worker: Worker | null = null;
  #listener: { close(): Promise<void> } | null = null;
  #snapshots: Snapshot[] = [];
  #changedAt: number | null = null;
  #busy: 'build' | 'compress' | null = null;
  #readAt = new Date(0);
  #timer: NodeJS.Timeout | undefined;
  #lastingTimer: NodeJS.Timeout | undefined;
  #renewalTimer: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;
  /** The hash and the `empreinte` that the file has. */
  #kept = '';
  readonly #first: Promise<void>;
  #resolveFirst: () => void = () => {};

  constructor(options: SnapshotStoreOptions) {
    this.#options = options;
    this.#first = new Promise((resolve) => {
      this.#resolveFirst = resolve;
    });
  }

  /** Begins to listen; resolves once the first snapshot is there. */
  async start(): Promise<void> {
    this.#listener ??= listenLieuxPublies(this.#options.url, {
      onChange: () => this.refresh(),
      log: this.#options.log,
    });
    this.#renewalTimer ??= setInterval(() => this.refresh(), RENEWAL).unref();
    void this.#resume();
    await this.#first;
  }

  /** The newest snapshot; waits for the first one. */
  async current(): Promise<Snapshot> {
    await this.#first;
    const [snapshot] = this.#snapshots;
    if (!snapshot) throw new Error('The snapshots are closed.');
    return snapshot;
  }

  /** A snapshot by its address, among the newest few. */
  find(hash: string): Snapshot | undefined {
    return this.#snapshots.find((snapshot) => snapshot.hash === hash);
  }

  /** Says that public lieux may have changed. Notifications call it; so may whoever knows more than they do. */
  refresh(): void {
    this.#changedAt ??= Date.now();
    this.#schedule();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#lastingTimer);
    clearInterval(this.#renewalTimer);
    this.#resolveFirst();
    await this.#keep();
    await this.#listener?.close();
    await this.#worker?.terminate();
  }

  get #workerUrl(): URL {
    return this.#options.workerUrl ?? new URL('./snapshot.worker.mjs', import.meta.url);
  }

  /** Another build of the program makes other snapshots. */
  async #programme(): Promise<string> {
    return createHash('sha256')
      .update(await readFile(this.#workerUrl))
      .digest('hex');
  }

  /** Takes up what the last process left. Whatever is wrong with it, the snapshot that is being made will do. */
  async #resume(): Promise<void> {
    const { keptIn, url, log } = this.#options;
    const kept = keptIn === undefined ? null : await readKeptSnapshot(keptIn);
    if (kept === null || this.#now().getTime() - kept.luLe.getTime() > KEPT_AGE) return;
    const db = openLieuxPublies(url);
    try {
      if (kept.programme !== (await this.#programme()) || kept.empreinte !== (await findEmpreinte(db))) return;
      if (this.#closed || this.#snapshots.length > 0) return;
      this.#add(kept, kept.luLe);
      this.#kept = `${kept.hash} ${kept.empreinte}`;
      log.info(`Carte reprise telle qu’elle était : ${this.#snapshots[0]?.index.size} lieux.`);
      this.#resolveFirst();
    } catch (error) {
      if (!this.#closed)
        log.warn(`La carte du dernier démarrage n’a pas pu être reprise (${String(error)}) : elle est refaite.`);
    } finally {
      await db.destroy();
    }
  }

  /** Leaves the newest snapshot to the next start. */
  async #keep(): Promise<void> {
    const [snapshot] = this.#snapshots;
    const { keptIn, log } = this.#options;
    if (keptIn === undefined || !snapshot || this.#kept === `${snapshot.hash} ${snapshot.empreinte}`) return;
    try {
      const { hash, parts, luLe, empreinte, compact } = snapshot;
      writeKeptSnapshot(keptIn, { hash, parts, luLe, empreinte, compact, programme: await this.#programme() });
      this.#kept = `${hash} ${empreinte}`;
    } catch (error) {
      log.warn(`La carte n’a pas pu être gardée pour le prochain démarrage (${String(error)}).`);
    }
  }

  #schedule(): void {
    if (this.#closed || this.#changedAt === null || this.#busy === 'build') return;
    const waited = Date.now() - this.#changedAt;
    const delay =
      this.#failures > 0
        ? Math.min(30_000, 500 * 2 ** this.#failures)
        : Math.max(0, Math.min(QUIET, PATIENCE - waited));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#build(), delay);
  }

  #build(): void {
    if (this.#closed || this.#busy === 'build') return;
    // A change is worth more than a smaller file of what it replaces.
    if (this.#busy === 'compress') void this.#discardWorker();
    clearTimeout(this.#lastingTimer);
    this.#changedAt = null;
    this.#readAt = this.#now();
    this.#busy = 'build';
    this.#ask({ kind: 'build', instant: this.#readAt });
  }

  #now(): Date {
    return (this.#options.now ?? systemNow)();
  }

  #ask(request: WorkerRequest): void {
    this.#worker ??= this.#createWorker();
    this.#worker.postMessage(request);
  }

  #createWorker(): Worker {
    const { url } = this.#options;
    const worker = new Worker(this.#workerUrl, { workerData: { url }, name: 'snapshot' });
    worker.unref();
    worker.on('message', (answer: WorkerAnswer) => this.#receive(answer));
    worker.on('error', (error) => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#receive({ kind: 'failed', message: String(error) });
    });
    return worker;
  }

  async #discardWorker(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#busy = null;
    worker?.removeAllListeners();
    await worker?.terminate();
  }

  #receive(answer: WorkerAnswer): void {
    const task = this.#busy;
    this.#busy = null;
    if (this.#closed) return;
    if (answer.kind === 'built') this.#publish(answer);
    else if (answer.kind === 'compressed') this.#replaceBrotli(answer.br);
    else if (task === 'build') {
      this.#failures++;
      this.#changedAt ??= Date.now();
      this.#options.log.warn(`La carte n’a pas pu être renouvelée (${answer.message}) : nouvel essai bientôt.`);
    }
    this.#schedule();
  }

  #publish({ snapshot, empreinte }: Extract<WorkerAnswer, { kind: 'built' }>): void {
    this.#failures = 0;
    const { hash, lieux, parts, ms } = snapshot;
    const known = this.find(hash);
    if (known) {
      known.luLe = this.#readAt;
      known.empreinte = empreinte;
      if (known !== this.#snapshots[0])
        this.#snapshots = [known, ...this.#snapshots.filter((snapshot) => snapshot !== known)];
      this.#compressLater();
    } else {
      this.#add({ hash, parts, empreinte, compact: false }, this.#readAt);
      this.#options.log.info(`Carte renouvelée : ${lieux} lieux (lecture ${ms.lecture} ms, codage ${ms.codage} ms).`);
    }
    this.#resolveFirst();
  }

  #add({ hash, parts, empreinte, compact }: Omit<KeptSnapshot, 'luLe' | 'programme'>, luLe: Date): void {
    const index = decodeParts(mapParts(parts, ({ identity }) => identity));
    prepareOuverture(index, this.#now());
    this.#snapshots = [{ hash, index, parts, luLe, empreinte, compact }, ...this.#snapshots].slice(0, KEPT);
    this.#compressLater();
  }

  /** Also where a build has found nothing new: it had put an end to the wait, or to the work itself. */
  #compressLater(): void {
    clearTimeout(this.#lastingTimer);
    if (this.#snapshots[0]?.compact !== false) return;
    const { lasting = LASTING } = this.#options;
    this.#lastingTimer = setTimeout(() => this.#compress(), lasting).unref();
  }

  #compress(): void {
    const [snapshot] = this.#snapshots;
    if (this.#closed || this.#busy !== null || !snapshot || snapshot.compact) return;
    this.#busy = 'compress';
    this.#ask({ kind: 'compress', parts: mapParts(snapshot.parts, ({ identity }) => identity) });
  }

  #replaceBrotli(br: Record<PartName, Uint8Array>): void {
    const [snapshot] = this.#snapshots;
    if (!snapshot) return;
    const { carte, noms, ids, horaires } = snapshot.parts;
    carte.br = br.carte;
    noms.br = br.noms;
    ids.br = br.ids;
    horaires.br = br.horaires;
    snapshot.compact = true;
    this.#kept = '';
    void this.#keep();
  }
}
