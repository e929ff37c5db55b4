import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';

/** How many times, in how many seconds. One line per thing that can be abused. */
const RULES = {
  // Thirty people in a training room share one network address, and each may ask three times; one mailbox gets few.
  connexionAdresse: { points: 150, seconds: 15 * 60 },
  connexionCourriel: { points: 5, seconds: 15 * 60 },
  // Nobody guesses 256 bits: these two only spare the database.
  lienConnexion: { points: 300, seconds: 15 * 60 },
  rendezVousJeton: { points: 300, seconds: 15 * 60 },
  // A town hall or a library books for many people from one address; fifty who want the same moment are told so. What one
  // contact may book is counted where it is booked (db/rendez-vous/reservations.ts).
  rendezVousAdresse: { points: 120, seconds: 60 * 60 },
  signalement: { points: 10, seconds: 60 * 60 },
  signalementSuivi: { points: 60, seconds: 15 * 60 },
  edition: { points: 300, seconds: 10 * 60 },
  // A morning of invitations by one person; one mailbox hears of it a few times.
  invitation: { points: 60, seconds: 60 * 60 },
  invitationCourriel: { points: 5, seconds: 24 * 60 * 60 },
  importFichier: { points: 60, seconds: 60 * 60 },
  recherche: { points: 300, seconds: 60 },
  apiAdresse: { points: 600, seconds: 60 },
  // Everything at once, each time.
  apiNationale: { points: 30, seconds: 60 },
  apiCle: { points: 6_000, seconds: 60 },
} as const;

export type LimitName = keyof typeof RULES;

export interface Limits {
  /** Counts one attempt. Throws a 429 Response with Retry-After (seconds) when the limit is passed. */
  spend(name: LimitName, key: string): Promise<void>;
  /** Counts one attempt, and says where its key stands, for whoever tells it in an answer of its own. */
  measure(name: LimitName, key: string): Promise<Measure>;
  /** Throws the same refusal for what is counted elsewhere; `what` is a French sentence that says what was too many. */
  refuse(seconds: number, what: string): Promise<never>;
}

export interface Measure {
  /** How many times in `window` seconds. */
  limit: number;
  window: number;
  /** Attempts left, 0 also where this one is too many. */
  remaining: number;
  /** Seconds until all are given back. */
  reset: number;
  exceeded: boolean;
}

/** Limits shared by every process through PostgreSQL. Keys (addresses, mails) are stored keyed-hashed, never as they are. */
export function createLimits(pool: Pool, secret: string): Limits {
  const limiters = new Map<LimitName, RateLimiterPostgres>();
  const limiterOf = (name: LimitName): RateLimiterPostgres => {
    const known = limiters.get(name);
    if (known) return known;
    const limiter = new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'client',
      tableName: 'limite',
      tableCreated: true,
      keyPrefix: name,
      points: RULES[name].points,
      duration: RULES[name].seconds,
      clearExpiredByTimeout: false,
    });
    limiters.set(name, limiter);
    return limiter;
  };
  const measure = async (name: LimitName, key: string): Promise<Measure> => {
    const digest = createHmac('sha256', secret).update(key).digest('base64url').slice(0, 24);
    const { points, seconds } = RULES[name];
    const consumed = await limiterOf(name)
      .consume(digest)
      .then((result) => ({ result, exceeded: false }))
      .catch((error: unknown) => {
        if (error instanceof RateLimiterRes) return { result: error, exceeded: true };
        throw error;
      });
    const { result, exceeded } = consumed;
    const reset = Math.max(1, Math.ceil(result.msBeforeNext / 1000));
    return { limit: points, window: seconds, remaining: Math.max(0, result.remainingPoints), reset, exceeded };
  };
  return {
    measure,
    async spend(name, key) {
      const { exceeded, reset } = await measure(name, key);
      if (exceeded) throw tooMany(reset, 'Trop d’essais à la suite.');
    },
    async refuse(seconds, what) {
      throw tooMany(seconds, what);
    },
  };
}

/** The sentence of a refusal that is thrown, null where all goes well: a form is given back with what was typed. */
export async function refusalOf(spend: () => Promise<void>): Promise<string | null> {
  try {
    await spend();
    return null;
  } catch (error) {
    if (error instanceof Response && error.status === 429) return error.text();
    throw error;
  }
}

/**
 * What stands for a client in a limit: its IPv4 address, or the /64 of its IPv6 address, since whoever has one address of a
 * /64 has them all.
 */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [left = [], right = []] = plain.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

function tooMany(seconds: number, what: string): Response {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return new Response(`${what} Réessayez dans ${minutes === 1 ? 'une minute' : `${minutes} minutes`}.`, {
    status: 429,
    headers: { 'Retry-After': String(Math.max(1, seconds)), 'Content-Type': 'text/plain; charset=utf-8' },
  });
}
