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
  recherche: { points: 300, seconds: 60 },
} as const;

export type LimitName = keyof typeof RULES;

export interface Limits {
  /** Counts one attempt. Throws a 429 Response with Retry-After (seconds) when the limit is passed. */
  spend(name: LimitName, key: string): Promise<void>;
  /** Throws the same refusal for what is counted elsewhere; `what` is a French sentence that says what was too many. */
  refuse(seconds: number, what: string): Promise<never>;
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
  return {
    async spend(name, key) {
      const digest = createHmac('sha256', secret).update(key).digest('base64url').slice(0, 24);
      try {
        await limiterOf(name).consume(digest);
      } catch (error) {
        if (error instanceof RateLimiterRes)
          throw tooMany(Math.ceil(error.msBeforeNext / 1000), 'Trop d’essais à la suite.');
        throw error;
      }
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
