import { parseCronItems, run, Logger as WorkerLogger } from 'graphile-worker';
import type { Pool, PoolClient } from 'pg';
import { createTaches, type JobServices, type Tache } from './taches.server.ts';

export interface Jobs {
  /** Resolves when this process no longer runs jobs, whatever the reason. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** Starts this process's share of the jobs. graphile-worker gives each job to one process. */
export async function startJobs(services: JobServices, pool: Pool): Promise<Jobs> {
  const { log } = services;
  const ending = new AbortController();
  const { taches, stop, close } = createTaches(services, {
    url: pool.options.connectionString ?? '',
    ending: ending.signal,
  });
  const all = Object.entries(taches);
  const runner = await run({
    pgPool: pool,
    // graphile-worker reads something into what a job gives: ours give nothing.
    taskList: Object.fromEntries(all.map(([task, tache]) => [task, async () => void (await tache.run())])),
    // what the night does may run together, and the look at the register lasts half an hour: mails do not wait for them
    concurrency: 6,
    noHandleSignals: true,
    pollInterval: 2_000,
    parsedCronItems: parseCronItems(
      all.map(([task, tache]) => ({
        ...{ task, identifier: task, match: tache.cron },
        options: { backfillPeriod: 0, ...specOf(tache) },
      })),
    ),
    logger: new WorkerLogger(() => (level, message) => {
      if (level === 'error') log.error({ tache: message }, 'tache');
      else if (level === 'warning') log.warn({ tache: message }, 'tache');
    }),
  });
  // One job waits for all those who ask meanwhile.
  const ask = ([task, tache]: [string, Tache]) => runner.addJob(task, {}, { jobKey: task, ...specOf(tache) });
  const heard = all.flatMap(([task, tache]) =>
    tache.canal === undefined ? [] : [[tache.canal, () => ask([task, tache])] as const],
  );
  const stopListening = await listenFor(pool, Object.fromEntries(heard));
  for (const entry of all) if (entry[1].depart) await ask(entry);
  return {
    ended: runner.promise.catch((error: unknown) => log.error({ err: error }, 'taches')),
    async stop() {
      ending.abort();
      stopListening();
      await stop();
      await runner.stop();
      close();
    },
  };
}

function specOf({ queue, attempts }: Tache) {
  return { ...(queue !== null && { queueName: queue }), ...(attempts !== undefined && { maxAttempts: attempts }) };
}

/**
 * A mail or a file that has just been committed is dealt with at once instead of at the next minute. A connection that is lost is given
 * back and another is taken, after 0.2 s then at most every 10 s. Gives the way to stop listening.
 */
async function listenFor(pool: Pool, channels: Readonly<Record<string, () => Promise<unknown>>>): Promise<() => void> {
  let held: PoolClient | null = null;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let stopped = false;
  await listen();
  return () => {
    stopped = true;
    clearTimeout(timer);
    held?.release(true);
    held = null;
  };

  async function listen(): Promise<void> {
    const client = await pool.connect();
    if (stopped) return client.release();
    held = client;
    client.on('notification', ({ channel }) => void channels[channel]?.().catch(() => undefined));
    client.once('error', () => lose(client));
    await client.query(
      Object.keys(channels)
        .map((channel) => `LISTEN ${channel}`)
        .join('; '),
    );
    failures = 0;
  }

  function lose(client: PoolClient | null): void {
    if (stopped || client !== held) return;
    held?.release(true);
    held = null;
    failures++;
    // The minute's job goes on meanwhile.
    timer = setTimeout(() => void listen().catch(() => lose(held)), Math.min(10_000, 100 * 2 ** failures)).unref();
  }
}
