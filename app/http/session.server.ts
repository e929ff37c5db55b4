import { createHash } from 'node:crypto';
import { NodePostgresAdapter } from '@lucia-auth/adapter-postgresql';
import { type Adapter, type DatabaseSession, type DatabaseUser, Lucia, TimeSpan } from 'lucia';
import type { Pool } from 'pg';

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof createLucia>;
    DatabaseUserAttributes: { courriel: string; nom: string | null };
  }
}

export interface Identity {
  utilisateurId: string;
  courriel: string;
  nom: string | null;
  sessionId: string;
}

export interface Auth {
  /** Who the Cookie header stands for, with the Set-Cookie to send where the session was prolonged or has ended. */
  identify(cookieHeader: string | null): Promise<{ identity: Identity | null; setCookie: string | null }>;
  /** Opens a session and gives its Set-Cookie. */
  open(utilisateurId: string): Promise<string>;
  /** Ends one session and gives the Set-Cookie that erases it. */
  close(sessionId: string): Promise<string>;
  /** Ends every session of a person, this one included, and gives the Set-Cookie that erases it. */
  closeAll(utilisateurId: string): Promise<string>;
}

/** The only door to lucia: replacing it is replacing this file. */
export function createAuth(pool: Pool, options: { secure: boolean }): Auth {
  const lucia = createLucia(pool, options.secure);
  const erase = () => lucia.createBlankSessionCookie().serialize();
  return {
    async identify(cookieHeader) {
      const sessionId = cookieHeader === null ? null : lucia.readSessionCookie(cookieHeader);
      if (!sessionId) return { identity: null, setCookie: null };
      const { session, user } = await lucia.validateSession(sessionId);
      if (!session) return { identity: null, setCookie: erase() };
      return {
        identity: { utilisateurId: user.id, courriel: user.courriel, nom: user.nom, sessionId: session.id },
        setCookie: session.fresh ? lucia.createSessionCookie(session.id).serialize() : null,
      };
    },
    async open(utilisateurId) {
      const session = await lucia.createSession(utilisateurId, {});
      return lucia.createSessionCookie(session.id).serialize();
    },
    async close(sessionId) {
      await lucia.invalidateSession(sessionId);
      return erase();
    },
    async closeAll(utilisateurId) {
      await lucia.invalidateUserSessions(utilisateurId);
      return erase();
    },
  };
}

function createLucia(pool: Pool, secure: boolean) {
  return new Lucia(new HashedSessions(pool), {
    sessionExpiresIn: new TimeSpan(30, 'd'),
    sessionCookie: {
      // The prefix makes the browser refuse the cookie from a subdomain or over plain http.
      name: secure ? '__Host-session' : 'session',
      attributes: { secure, sameSite: 'lax', path: '/' },
    },
    getUserAttributes: (user) => ({ courriel: user.courriel, nom: user.nom }),
  });
}

/** lucia's own adapter, but the table holds the SHA-256 of the session's id: reading the table opens no account. */
class HashedSessions implements Adapter {
  readonly #inner: NodePostgresAdapter;

  constructor(pool: Pool) {
    this.#inner = new NodePostgresAdapter(pool, { user: 'utilisateur', session: 'session' });
  }

  async getSessionAndUser(sessionId: string): Promise<[DatabaseSession | null, DatabaseUser | null]> {
    const [session, user] = await this.#inner.getSessionAndUser(hash(sessionId));
    return [session === null ? null : { ...session, id: sessionId }, user];
  }

  getUserSessions(userId: string): Promise<DatabaseSession[]> {
    return this.#inner.getUserSessions(userId);
  }

  setSession(session: DatabaseSession): Promise<void> {
    return this.#inner.setSession({ ...session, id: hash(session.id) });
  }

  updateSessionExpiration(sessionId: string, expiresAt: Date): Promise<void> {
    return this.#inner.updateSessionExpiration(hash(sessionId), expiresAt);
  }

  deleteSession(sessionId: string): Promise<void> {
    return this.#inner.deleteSession(hash(sessionId));
  }

  deleteUserSessions(userId: string): Promise<void> {
    return this.#inner.deleteUserSessions(userId);
  }

  deleteExpiredSessions(): Promise<void> {
    return this.#inner.deleteExpiredSessions();
  }
}

function hash(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('hex');
}
