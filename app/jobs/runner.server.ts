import { join } from 'node:path';
import { parseCronItems, run, type TaskList, Logger as WorkerLogger } from 'graphile-worker';
import type { Pool, PoolClient } from 'pg';
import type { Logger } from 'pino';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import type { Settings } from '#app/http/settings.server.ts';
import { type ExportServices, runNightlyExportIfDue } from '#app/jobs/export-quotidien.ts';
import { CANAL_DEPOTS, listDepotsAFaire } from '#db/import-depots.ts';
import { CANAL_SOURCES } from '#db/sources.ts';
import { createMailer, sendDueCourriels } from './courriels.server.ts';
import { publierDatagouv } from './datagouv.ts';
import { isSearchDue } from './doublons.ts';
import { verifySirets } from './entreprises.ts';
import { createPatience, GeocodeurIndisponible, geocodeLieux } from './geocodage.ts';
import { areListesDue } from './listes.ts';
import { eachAtOnce } from './map-at-once.ts';
import { purger } from './purges.ts';
import { runRenewalIfDue } from './renouvellement.ts';
import { lireSources, suivreSources } from './sources.ts';
import { runStatistiquesIfDue } from './statistiques.ts';
import { createDoublonsThread, createImportsThread, createListesThread } from './threads.ts';

export interface Jobs {
  /** Resolves when this process no longer runs jobs, whatever the reason. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** What jobs need of the process. */
export interface JobServices extends ExportServices {
  settings: ExportServices['settings'] &
    Pick<Settings, 'smtpUrl' | 'mailFrom' | 'geocoderUrl' | 'listes' | 'rechercheEntreprisesUrl' | 'datagouv'>;
  log: Logger;
  communes: CommuneIndex;
}

/**
 * Starts this process's share of the jobs. graphile-worker gives each job to one process; its crontab is in UTC, so
 * what is due at a local hour is asked every five minutes and keyed by the local day.
 */
export async function startJobs(services: JobServices, pool: Pool): Promise<Jobs> {
  const { db, now, log, settings } = services;
  const mailer = createMailer({ smtpUrl: settings.smtpUrl, from: settings.mailFrom });
  const ending = new AbortController();
  const doublons = createDoublonsThread({ url: pool.options.connectionString ?? '' });
  const listes = createListesThread({ url: pool.options.connectionString ?? '' });
  const imports = createImportsThread({ url: pool.options.connectionString ?? '' });
  const { dataDir, publicUrl } = settings;
  const sources = { db, now, dataDir, publicUrl, communes: services.communes, signal: ending.signal };
  let importing = false;
  let asked = false;
  const traiter = async () => {
    if (importing || (await listDepotsAFaire(db)).length === 0) return;
    importing = true;
    try {
      while (asked) {
        asked = false;
        await imports.run({ dataDir, now: now() });
        await suivreSources(sources);
      }
    } finally {
      importing = false;
    }
  };
  const patience = createPatience(now);
  const tasks: TaskList = {
    async courriels() {
      await sendDueCourriels(db, { mailer, now, log });
    },
    async export_quotidien() {
      await runNightlyExportIfDue(services);
    },
    async statistiques() {
      const jour = await runStatistiquesIfDue(services);
      if (jour !== null) log.info({ jour }, 'statistiques');
    },
    async datagouv() {
      const { datagouv, publicUrl } = settings;
      if (datagouv === null) return;
      const done = await publierDatagouv({ db, datagouv, settings, publicUrl, now, signal: ending.signal });
      if (done !== null) log[done.erreur === null ? 'info' : 'warn'](done, 'datagouv');
    },
    async renouvellement() {
      await runRenewalIfDue({ ...services, signal: ending.signal });
    },
    async doublons() {
      if (await isSearchDue(db, now())) await doublons.search(now());
    },
    async imports() {
      // The thread goes on as long as files come: one is enough, and one more turn for what comes as it ends.
      asked = true;
      // What goes wrong with a source holds up no file.
      await eachAtOnce([() => suivreSources(sources), traiter], 1, async (step) => void (await step()));
    },
    async sources() {
      const lues = await lireSources(sources);
      if (lues > 0) log.info({ lues }, 'sources');
    },
    async listes() {
      const officielles = settings.listes;
      if (!(await areListesDue(db, officielles, now()))) return;
      const dossier = join(settings.dataDir, 'listes');
      log.info(
        { faites: await listes.run({ sources: officielles, dossier, publicUrl: settings.publicUrl, now: now() }) },
        'listes',
      );
    },
    async entreprises() {
      const url = settings.rechercheEntreprisesUrl;
      const counts = url === null ? null : await verifySirets({ db, url, now, signal: ending.signal });
      if (counts !== null) log[counts.arret === null ? 'info' : 'warn'](counts, 'entreprises');
    },
    async geocodage() {
      if (!patience.due()) return;
      try {
        const counts = await geocodeLieux({ db, url: settings.geocoderUrl, now, signal: ending.signal });
        patience.answered();
        if (counts.demandees > 0) log.info(counts, 'geocodage');
      } catch (error) {
        if (!(error instanceof GeocodeurIndisponible)) throw error;
        patience.failed(error.attente);
        log.warn({ cause: error.message }, 'geocodage');
      }
    },
    async purges() {
      await purger({ db, dataDir, now, log });
    },
  };
  const runner = await run({
    pgPool: pool,
    taskList: tasks,
    // what the night does may run together, and the look at the register lasts half an hour: mails do not wait for them
    concurrency: 6,
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
      {
        task: 'statistiques',
        match: '*/5 * * * *',
        identifier: 'statistiques',
        options: { backfillPeriod: 0, queueName: 'statistiques', maxAttempts: 1 },
      },
      {
        task: 'datagouv',
        match: '*/5 * * * *',
        identifier: 'datagouv',
        options: { backfillPeriod: 0, queueName: 'datagouv', maxAttempts: 1 },
      },
      {
        task: 'renouvellement',
        match: '*/5 * * * *',
        identifier: 'renouvellement',
        options: { backfillPeriod: 0, queueName: 'renouvellement' },
      },
      {
        task: 'doublons',
        match: '*/5 * * * *',
        identifier: 'doublons',
        options: { backfillPeriod: 0, queueName: 'doublons', maxAttempts: 2 },
      },
      {
        task: 'listes',
        match: '*/5 * * * *',
        identifier: 'listes',
        options: { backfillPeriod: 0, queueName: 'listes', maxAttempts: 1 },
      },
      {
        task: 'sources',
        match: '*/5 * * * *',
        identifier: 'sources',
        options: { backfillPeriod: 0, queueName: 'sources', maxAttempts: 1 },
      },
      {
        task: 'entreprises',
        match: '*/5 * * * *',
        identifier: 'entreprises',
        options: { backfillPeriod: 0, queueName: 'entreprises', maxAttempts: 1 },
      },
      {
        task: 'geocodage',
        match: '*/5 * * * *',
        identifier: 'geocodage',
        options: { backfillPeriod: 0, queueName: 'geocodage', maxAttempts: 1 },
      },
      { task: 'imports', match: '* * * * *', identifier: 'imports', options: { backfillPeriod: 0, maxAttempts: 1 } },
      { task: 'purges', match: '17 * * * *', identifier: 'purges' },
    ]),
    logger: new WorkerLogger(() => (level, message) => {
      if (level === 'error') log.error({ tache: message }, 'tache');
      else if (level === 'warning') log.warn({ tache: message }, 'tache');
    }),
  });
  const stopListening = await listenFor(pool, {
    courriel: () => runner.addJob('courriels', {}, { jobKey: 'courriels', queueName: 'courriels' }),
    [CANAL_SOURCES]: () => runner.addJob('sources', {}, { jobKey: 'sources', queueName: 'sources', maxAttempts: 1 }),
    [CANAL_DEPOTS]: () => runner.addJob('imports', {}, { jobKey: 'imports', maxAttempts: 1 }),
  });
  await runner.addJob('renouvellement', {}, { jobKey: 'renouvellement:depart', queueName: 'renouvellement' });
  await runner.addJob('imports', {}, { jobKey: 'imports', maxAttempts: 1 });
  await runner.addJob('sources', {}, { jobKey: 'sources', queueName: 'sources', maxAttempts: 1 });
  await runner.addJob('listes', {}, { jobKey: 'listes:depart', queueName: 'listes', maxAttempts: 1 });
  const entreprises = { jobKey: 'entreprises:depart', queueName: 'entreprises', maxAttempts: 1 };
  await runner.addJob('entreprises', {}, entreprises);
  await runner.addJob('export_quotidien', {}, { jobKey: 'export_quotidien:depart', queueName: 'export' });
  await runner.addJob('statistiques', {}, { jobKey: 'statistiques:depart', maxAttempts: 1 });
  await runner.addJob('courriels', {}, { jobKey: 'courriels', queueName: 'courriels' });
  return {
    ended: runner.promise.catch((error: unknown) => log.error({ err: error }, 'taches')),
    async stop() {
      ending.abort();
      stopListening();
      await doublons.stop();
      await listes.stop();
      await imports.stop();
      await runner.stop();
      mailer.close();
    },
  };
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
