import express, { type Router } from 'express';
import { countPendingMigrations } from '#db/migrate.ts';
import type { Services } from './context.ts';

/** Where the process is in its life, as `app/server.ts` tells. */
export interface Lifecycle {
  phase: 'demarrage' | 'pret' | 'arret';
  /** Whether this process runs jobs; false where they have stopped though they should run. */
  taches: 'marche' | 'sans' | 'arret';
}

/** What `/sante/pret` says. */
interface Readiness {
  pret: boolean;
  phase: Lifecycle['phase'];
  base: 'ok' | 'injoignable';
  /** Migrations that the database lacks; null where it could not be asked. */
  migrations: number | null;
  /** The lieux on the map and for how many seconds they have been so; null before the first snapshot. */
  carte: { lieux: number; age_s: number } | null;
  taches: Lifecycle['taches'];
}

/**
 * `/sante`: the process answers. `/sante/pret`: it can serve (200), or not, or no longer (503): a balancer sends its
 * requests elsewhere.
 */
export function healthRoutes({ db, snapshots, now }: Services, lifecycle: Lifecycle): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.get('/sante', (_request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    response.json({ vivant: true });
  });
  router.get('/sante/pret', (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    Promise.all([pendingMigrations(), newestSnapshot()])
      .then(([migrations, carte]) => {
        const pret = lifecycle.phase === 'pret' && lifecycle.taches !== 'arret' && migrations === 0 && carte !== null;
        const base = migrations === null ? 'injoignable' : 'ok';
        response.status(pret ? 200 : 503).json({
          pret,
          phase: lifecycle.phase,
          base,
          migrations,
          carte,
          taches: lifecycle.taches,
        } satisfies Readiness);
      })
      .catch(next);
  });
  return router;

  function pendingMigrations(): Promise<number | null> {
    return within(
      2_000,
      countPendingMigrations(db).catch(() => null),
    );
  }

  async function newestSnapshot(): Promise<Readiness['carte']> {
    const snapshot = await within(
      50,
      snapshots.current().catch(() => null),
    );
    if (snapshot === null) return null;
    const age = Math.max(0, Math.round((now().getTime() - snapshot.luLe.getTime()) / 1000));
    return { lieux: snapshot.index.size, age_s: age };
  }
}

/** What a promise gives, or null when it takes longer (ms). */
function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
