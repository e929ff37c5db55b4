import { join } from 'node:path';
import type { Logger } from 'pino';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import type { Settings } from '#app/http/settings.server.ts';
import { CANAL_DEPOTS, listDepotsAFaire } from '#db/import-depots.ts';
import { CANAL_SOURCES } from '#db/sources.ts';
import { createMailer, sendDueCourriels } from './courriels.server.ts';
import { publierDatagouv } from './datagouv.ts';
import { isSearchDue } from './doublons.ts';
import { verifySirets } from './entreprises.ts';
import { type ExportServices, runNightlyExportIfDue } from './export-quotidien.ts';
import { createPatience, GeocodeurIndisponible, geocodeLieux } from './geocodage.ts';
import { areListesDue } from './listes.ts';
import { eachAtOnce } from './map-at-once.ts';
import { purger } from './purges.ts';
import { runRenewalIfDue } from './renouvellement.ts';
import { lireSources, type SourcesServices, suivreSources } from './sources.ts';
import { runStatistiquesIfDue } from './statistiques.ts';
import { createDoublonsThread, createImportsThread, createListesThread } from './threads.ts';

/** What jobs need of the process. */
export interface JobServices extends ExportServices {
  settings: ExportServices['settings'] &
    Pick<Settings, 'smtpUrl' | 'mailFrom' | 'geocoderUrl' | 'listes' | 'rechercheEntreprisesUrl' | 'datagouv'>;
  log: Logger;
  communes: CommuneIndex;
}

/** A job, and when it is asked for. */
export interface Tache {
  run(): Promise<unknown>;
  /** Crontab, in UTC. */
  cron: string;
  /** Jobs of one queue run one at a time, among all processes; null where that does not matter. */
  queue: string | null;
  /** How often it is tried: once where the next turn of the crontab does as well. */
  attempts?: number;
  /** Asked for too as a process starts. */
  depart?: true;
  /** Asked for too as soon as this channel of the database tells of something. */
  canal?: string;
}

const MINUTE = '* * * * *';
/** What is due at a local hour is asked this often, and keyed by the local day. */
const CINQ_MINUTES = '*/5 * * * *';

/** Every job by its name, and the way to end what they keep open. `ending` cuts those that last. */
export function createTaches(services: JobServices, { url, ending }: { url: string; ending: AbortSignal }) {
  const { db, now, log, settings, communes } = services;
  const { dataDir, publicUrl, listes: officielles, datagouv, rechercheEntreprisesUrl, geocoderUrl } = settings;
  const mailer = createMailer({ smtpUrl: settings.smtpUrl, from: settings.mailFrom });
  const doublons = createDoublonsThread({ url });
  const listes = createListesThread({ url });
  const imports = createImportsThread({ url });
  const sources: SourcesServices = { db, now, dataDir, publicUrl, communes, signal: ending };
  const patience = createPatience(now);

  const taches: Readonly<Record<string, Tache>> = {
    courriels: {
      ...{ cron: MINUTE, queue: 'courriels', depart: true, canal: 'courriel' },
      run: () => sendDueCourriels(db, { mailer, now, log }),
    },
    export_quotidien: {
      ...{ cron: CINQ_MINUTES, queue: 'export', depart: true },
      run: () => runNightlyExportIfDue(services),
    },
    statistiques: {
      ...{ cron: CINQ_MINUTES, queue: 'statistiques', attempts: 1, depart: true },
      async run() {
        const jour = await runStatistiquesIfDue(services);
        if (jour !== null) log.info({ jour }, 'statistiques');
      },
    },
    datagouv: {
      ...{ cron: CINQ_MINUTES, queue: 'datagouv', attempts: 1 },
      async run() {
        if (datagouv === null) return;
        const done = await publierDatagouv({ db, datagouv, settings, publicUrl, now, signal: ending });
        if (done !== null) log[done.erreur === null ? 'info' : 'warn'](done, 'datagouv');
      },
    },
    renouvellement: {
      ...{ cron: CINQ_MINUTES, queue: 'renouvellement', depart: true },
      run: () => runRenewalIfDue({ ...services, signal: ending }),
    },
    doublons: {
      ...{ cron: CINQ_MINUTES, queue: 'doublons', attempts: 2 },
      async run() {
        if (await isSearchDue(db, now())) await doublons.search(now());
      },
    },
    listes: {
      ...{ cron: CINQ_MINUTES, queue: 'listes', attempts: 1, depart: true },
      async run() {
        if (!(await areListesDue(db, officielles, now()))) return;
        const dossier = join(dataDir, 'listes');
        log.info({ faites: await listes.run({ sources: officielles, dossier, publicUrl, now: now() }) }, 'listes');
      },
    },
    sources: {
      ...{ cron: CINQ_MINUTES, queue: 'sources', attempts: 1, depart: true, canal: CANAL_SOURCES },
      async run() {
        const lues = await lireSources(sources);
        if (lues > 0) log.info({ lues }, 'sources');
      },
    },
    entreprises: {
      ...{ cron: CINQ_MINUTES, queue: 'entreprises', attempts: 1, depart: true },
      async run() {
        if (rechercheEntreprisesUrl === null) return;
        const counts = await verifySirets({ db, url: rechercheEntreprisesUrl, now, signal: ending });
        if (counts !== null) log[counts.arret === null ? 'info' : 'warn'](counts, 'entreprises');
      },
    },
    geocodage: {
      ...{ cron: CINQ_MINUTES, queue: 'geocodage', attempts: 1 },
      async run() {
        if (!patience.due()) return;
        try {
          const counts = await geocodeLieux({ db, url: geocoderUrl, now, signal: ending });
          patience.answered();
          if (counts.demandees > 0) log.info(counts, 'geocodage');
        } catch (error) {
          if (!(error instanceof GeocodeurIndisponible)) throw error;
          patience.failed(error.attente);
          log.warn({ cause: error.message }, 'geocodage');
        }
      },
    },
    imports: {
      ...{ cron: MINUTE, queue: null, attempts: 1, depart: true, canal: CANAL_DEPOTS },
      run: createImportsRun({ sources, imports }),
    },
    purges: {
      ...{ cron: '17 * * * *', queue: null },
      run: () => purger({ db, dataDir, now, log }),
    },
  };

  return {
    taches,
    async stop(): Promise<void> {
      for (const thread of [doublons, listes, imports]) await thread.stop();
    },
    /** Once no job runs any more. */
    close: () => mailer.close(),
  };
}

/** The thread goes on as long as files come: one is enough, and one more turn for what comes as it ends. */
function createImportsRun({
  sources,
  imports,
}: {
  sources: SourcesServices;
  imports: ReturnType<typeof createImportsThread>;
}): () => Promise<void> {
  const { db, dataDir, now } = sources;
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
  return async () => {
    asked = true;
    // What goes wrong with a source holds up no file.
    await eachAtOnce([() => suivreSources(sources), traiter], 1, async (step) => void (await step()));
  };
}
