import { parseCronItems, run, type TaskList, Logger as WorkerLogger } from 'graphile-worker';
import type { Pool } from 'pg';
import type { Services } from '#app/http/context.ts';
import { runNightlyExportIfDue } from '#app/jobs/export-quotidien.ts';
import { deleteOldCourriels } from '#db/courriels.ts';
import { deleteExpiredSessions, deleteOldLiensConnexion } from '#db/utilisateurs.ts';
import { createMailer, sendDueCourriels } from './courriels.server.ts';

export interface Jobs {
  /** Resolves when this process no longer runs jobs, whatever the reason. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts this process's share of the jobs. graphile-worker gives each job to one process; its crontab is in UTC, so
 * what is due at a local hour is asked every five minutes and keyed by the local day.
 */
export async function startJobs(services: Services, pool: Pool): Promise<Jobs> {
  const { db, now, log, settings } = services;
  const mailer = createMailer({ smtpUrl: settings.smtpUrl, from: settings.mailFrom });
  const tasks: TaskList = {
    async courriels() {
      await sendDueCourriels(db, { mailer, now, log });
    },
    async export_quotidien() {
      await runNightlyExportIfDue(services);
    },
    async purges() {
      await deleteOldLiensConnexion(db, now());
      await deleteOldCourriels(db, now());
      await deleteExpiredSessions(db, now());
    },
  };
  const runner = await run({
    pgPool: pool,
    taskList: tasks,
    concurrency: 2,
    noHandleSignals: true,
    pollInterval: 2_000,
    parsedCronItems: parseCronItems([
      {
        task: 'courriels',
        match: '* * * * *',
        identifier: 'courriels',
        options: { backfillPeriod: 0, queueName: 'courriels' },
      },
      {
        task: 'export_quotidien',
        match: '*/5 * * * *',
        identifier: 'export_quotidien',
        options: { backfillPeriod: 0, queueName: 'export' },
      },
      { task: 'purges', match: '17 * * * *', identifier: 'purges' },
    ]),
    logger: new WorkerLogger(() => (level, message) => {
      if (level === 'error') log.error({ tache: message }, 'tache');
      else if (level === 'warning') log.warn({ tache: message }, 'tache');
    }),
  });
  const nudge = await listenForCourriels(pool, () =>
    runner.addJob('courriels', {}, { jobKey: 'courriels', queueName: 'courriels' }),
  );
  await runner.addJob('export_quotidien', {}, { jobKey: 'export_quotidien:depart', queueName: 'export' });
  await runner.addJob('courriels', {}, { jobKey: 'courriels', queueName: 'courriels' });
  return {
    ended: runner.promise.catch((error: unknown) => log.error({ err: error }, 'taches')),
    async stop() {
      nudge();
      await runner.stop();
      mailer.close();
    },
  };
}

/** A mail that has just been committed leaves at once instead of at the next minute. Gives the way to stop listening. */
async function listenForCourriels(pool: Pool, onMail: () => Promise<unknown>): Promise<() => void> {
  let stopped = false;
  let release = () => {};
  const connect = async (): Promise<void> => {
    const client = await pool.connect();
    release = () => client.release(true);
    client.on('notification', () => void onMail().catch(() => undefined));
    client.on('error', () => {
      // The minute's job goes on meanwhile.
      if (!stopped) setTimeout(() => void connect().catch(() => undefined), 2_000).unref();
    });
    await client.query('LISTEN courriel');
  };
  await connect();
  return () => {
    stopped = true;
    release();
  };
}
