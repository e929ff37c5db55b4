import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { deleteOldChangements, renumberChangements } from '#db/changements.ts';
import { deleteOldCourriels } from '#db/courriels.ts';
import { deleteOldExportAlertes } from '#db/export-alertes.ts';
import { deleteOldInvitations } from '#db/invitations.ts';
import { deleteExpiredLimites } from '#db/limites.ts';
import { deleteOldPassages } from '#db/source-passages.ts';
import { deleteOldTaches } from '#db/taches.ts';
import type { DB } from '#db/types.ts';
import { deleteExpiredSessions, deleteOldLiensConnexion } from '#db/utilisateurs.ts';
import { purgerDepots } from './imports.ts';
import { eachAtOnce } from './map-at-once.ts';
import { purgerTemporaires } from './temporaires.ts';

export interface PurgesServices {
  db: Kysely<DB>;
  dataDir: string;
  now: () => Date;
  log: Pick<Logger, 'error'>;
}

type Purge = (services: PurgesServices) => Promise<unknown>;

/** What is kept for a time only, each as long as its own function says. */
const PURGES: Readonly<Record<string, Purge>> = {
  liens: ({ db, now }) => deleteOldLiensConnexion(db, now()),
  sessions: ({ db, now }) => deleteExpiredSessions(db, now()),
  limites: ({ db, now }) => deleteExpiredLimites(db, now()),
  courriels: ({ db, now }) => deleteOldCourriels(db, now()),
  invitations: ({ db, now }) => deleteOldInvitations(db, now()),
  imports: ({ db, dataDir, now }) => purgerDepots(db, dataDir, now()),
  temporaires: ({ dataDir, now }) => purgerTemporaires({ dataDir, now: now() }),
  passages: ({ db, now }) => deleteOldPassages(db, now()),
  changements: ({ db, now }) => deleteOldChangements(db, now()),
  numeros: ({ db }) => renumberChangements(db),
  alertes: ({ db, now }) => deleteOldExportAlertes(db, now()),
  taches: ({ db, now }) => deleteOldTaches(db, now()),
};

/** Does every purge: one that fails is logged under its name, stops no other, and is thrown once they are done. */
export async function purger(services: PurgesServices): Promise<void> {
  await eachAtOnce(Object.entries(PURGES), 1, async ([purge, run]) => {
    try {
      await run(services);
    } catch (error) {
      services.log.error({ err: error, purge }, 'purge');
      throw error;
    }
  });
}
