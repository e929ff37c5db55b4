import type { Kysely } from 'kysely';
import {
  type EtatDeSiret,
  ReponseIncoherente,
  readReponseEntreprises,
  searchOfSiret,
} from '#app/domain/entreprises.ts';
import { parisDay } from '#app/domain/exports.ts';
import { lastNight } from '#app/domain/listes-officielles.ts';
import {
  closeOutdatedSirets,
  findRechercheEntreprises,
  listSiretsAVerifier,
  recordSiret,
  recordSiretSansReponse,
  upsertRechercheEntreprises,
} from '#db/entreprises.ts';
import { withLockIfFree } from '#db/locks.ts';
import type { DB } from '#db/types.ts';
import { pause, readText, retryAfter } from './service.ts';

/** Between the beginnings of two requests: the service takes 7 a second from one address. */
const ECART_MS = 150;
const TIMEOUT_MS = 10_000;
/** How many are listed at once: each list looks at every lieu. */
const BATCH = 5_000;
const MAX_RESPONSE = 2 * 1024 * 1024;
/** Failures in a row after which it is the service, and not what it was asked. */
const MAX_ECHECS = 5;
/** A wait that it asks for is waited for up to this; beyond, the night goes on later. */
const MAX_ATTENTE_S = 60;

export interface EntreprisesRequest {
  db: Kysely<DB>;
  /** Such as https://recherche-entreprises.api.gouv.fr, without a final slash. */
  url: string;
  now: () => Date;
  /** Aborted where this process ends. */
  signal?: AbortSignal;
  ecartMs?: number;
  timeoutMs?: number;
}

export interface EntreprisesCounts {
  demandes: number;
  /** Lieux whose closed SIRET was not known yet. */
  taches: number;
  sansReponse: number;
  /** Null where the night is done; else why it stopped, to be gone on with later. */
  arret: string | null;
}

/**
 * Asks « Recherche d'entreprises » for the SIRET of each lieu, once a night and from one process at a time: a closed one is a task
 * for people, and no fiche changes. Each answer is kept as it comes: cut anywhere, the next call goes on from there. Null where there
 * is nothing to do, or where another process is at it.
 */
export async function verifySirets(request: EntreprisesRequest): Promise<EntreprisesCounts | null> {
  const { db, now } = request;
  if (!isDue(await findRechercheEntreprises(db), now())) return null;
  // What is written goes through the connection that holds the lock: once it is lost, nobody is asked any more.
  return withLockIfFree(db, 'recherche-entreprises', async (locked) =>
    isDue(await findRechercheEntreprises(locked), now()) ? goThrough(locked, request) : null,
  );
}

function isDue(last: Awaited<ReturnType<typeof findRechercheEntreprises>>, now: Date): boolean {
  if (last?.reprise_le && now < last.reprise_le) return false;
  return !last?.nuit || last.nuit < parisDay(lastNight(now));
}

async function goThrough(locked: Kysely<DB>, request: EntreprisesRequest): Promise<EntreprisesCounts> {
  const { now, signal } = request;
  const counts: EntreprisesCounts = { demandes: 0, taches: 0, sansReponse: 0, arret: null };
  const night = lastNight(now());
  const next = pacer(request);
  let failures = 0;
  for (;;) {
    const sirets = await listSiretsAVerifier(locked, { depuis: night, limit: BATCH });
    if (sirets.length === 0) break;
    for (const siret of sirets) {
      await next();
      if (signal?.aborted) return { ...counts, arret: 'fin du processus' };
      counts.demandes++;
      const answer = await askPatiently(siret, request, next);
      if (signal?.aborted) return { ...counts, arret: 'fin du processus' };
      if (answer instanceof EntreprisesIndisponibles) return stop(locked, request, counts, answer);
      if (answer instanceof SansReponse) {
        counts.sansReponse++;
        await recordSiretSansReponse(locked, { siret, now: now() });
        if (++failures >= MAX_ECHECS) {
          return stop(locked, request, counts, new EntreprisesIndisponibles(answer.message, null));
        }
      } else {
        failures = 0;
        counts.taches += await locked
          .transaction()
          .execute((trx) => recordSiret(trx, { siret, ...answer, now: now() }));
      }
    }
  }
  await closeOutdatedSirets(locked, now());
  await upsertRechercheEntreprises(locked, { nuit: parisDay(night), reprise_le: null, echecs: 0, erreur: null });
  return counts;
}

/** The service does not answer, or wants to be left alone: in seconds, where it says so. */
class EntreprisesIndisponibles {
  constructor(
    readonly message: string,
    readonly attente: number | null,
  ) {}
}

/** It answers, but not to this. */
class SansReponse {
  constructor(readonly message: string) {}
}

/** Notes until when nobody asks: as long as it wants, else five minutes, doubled at each failure up to six hours. */
async function stop(
  locked: Kysely<DB>,
  { now }: EntreprisesRequest,
  counts: EntreprisesCounts,
  { message, attente }: EntreprisesIndisponibles,
): Promise<EntreprisesCounts> {
  // Answers in between mean that it is there again.
  const before = counts.demandes > counts.sansReponse + 1 ? 0 : ((await findRechercheEntreprises(locked))?.echecs ?? 0);
  const seconds = attente === null ? Math.min(360, 5 * 2 ** before) * 60 : Math.min(attente, 86_400);
  const reprise_le = new Date(now().getTime() + seconds * 1_000);
  await upsertRechercheEntreprises(locked, { reprise_le, echecs: Math.min(before + 1, 20), erreur: message });
  return { ...counts, arret: message };
}

/** Asks, and once more where the service wants a short wait first. */
async function askPatiently(
  siret: string,
  request: EntreprisesRequest,
  next: () => Promise<void>,
): Promise<EtatDeSiret | SansReponse | EntreprisesIndisponibles> {
  for (let tries = 1; ; tries++) {
    const answer = await ask(siret, request);
    if (!(answer instanceof EntreprisesIndisponibles)) return answer;
    if (answer.attente === null || answer.attente > MAX_ATTENTE_S || tries === 3) return answer;
    await pause(answer.attente * 1_000, request.signal);
    await next();
    if (request.signal?.aborted) return answer;
  }
}

async function ask(
  siret: string,
  { url, now, signal, timeoutMs = TIMEOUT_MS }: EntreprisesRequest,
): Promise<EtatDeSiret | SansReponse | EntreprisesIndisponibles> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(`${url}${searchOfSiret(siret)}`, {
      headers: { accept: 'application/json', 'user-agent': 'lieu-a-jour' },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const text = await readText(response, MAX_RESPONSE);
    if (response.status === 429 || response.status === 503) {
      const attente = retryAfter(response) ?? (response.status === 429 ? 1 : null);
      return new EntreprisesIndisponibles(`HTTP ${response.status}`, attente);
    }
    if (response.status === 401 || response.status === 403) {
      return new EntreprisesIndisponibles(`HTTP ${response.status}`, null);
    }
    if (!response.ok) return new SansReponse(`HTTP ${response.status}`);
    return readReponseEntreprises(JSON.parse(text), siret, parisDay(now()));
  } catch (error) {
    const known = error instanceof SyntaxError || error instanceof ReponseIncoherente ? 'réponse illisible : ' : '';
    return new SansReponse(`${known}${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Waits until one may ask: never sooner after the last time than the service allows, nor after what another process asked. */
function pacer({ ecartMs = ECART_MS, signal }: EntreprisesRequest): () => Promise<void> {
  let last = performance.now();
  return async () => {
    await pause(last + ecartMs - performance.now(), signal);
    last = performance.now();
  };
}
