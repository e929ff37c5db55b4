import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import type { DB } from '#db/types.ts';

/** What every bench is given: a database of its own, migrated. */
export interface World {
  db: Kysely<DB>;
  pool: Pool;
  url: string;
  dataDir: string;
  communes: CommuneIndex;
  /** How many lieux the import bench brings in. */
  lieux: number;
}

/** One line of the table. `ratio` is ours over the reference; `reference: null` where the figure stands alone. */
export interface Figure {
  what: string;
  ours: number;
  unit: string;
  reference: number | null;
  referenceIs: string;
  target: string;
}

export type Bench = (world: World) => Promise<Figure[]>;

/** Milliseconds that something takes, with what it gives. */
export async function timed<T>(action: () => Promise<T> | T): Promise<{ ms: number; result: T }> {
  const started = performance.now();
  const result = await action();
  return { ms: performance.now() - started, result };
}

/** The middle one of several runs, in milliseconds. */
export async function median(runs: number, action: () => Promise<unknown> | unknown): Promise<number> {
  const all: number[] = [];
  for (let run = 0; run < runs; run += 1) all.push((await timed(action)).ms);
  all.sort((a, b) => a - b);
  return all[Math.floor(runs / 2)] ?? 0;
}
