import type { AppLoadContext } from '@remix-run/node';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { SnapshotStore } from '#app/carte/snapshot-store.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import type { DB } from '#db/types.ts';
import type { Limits } from './limits.server.ts';
import type { Auth, Identity } from './session.server.ts';
import type { Settings } from './settings.server.ts';

/** What the process holds once and lends to every request. */
export interface Services {
  db: Kysely<DB>;
  /** For public reads; the same as `db` where there is no replica. */
  dbRead: Kysely<DB>;
  settings: Settings;
  /** The one clock: rules take the instant as an argument. */
  now: () => Date;
  log: Logger;
  auth: Auth;
  limits: Limits;
  communes: CommuneIndex;
  snapshots: SnapshotStore;
  /** Some of the public lieux are invented: every page says so, and asks not to be indexed. */
  demonstration: boolean;
}

declare module '@remix-run/node' {
  interface AppLoadContext extends Services {
    /** Of the Content-Security-Policy, new for every answer. */
    nonce: string;
    /** Who asks; null for nobody. Read once per request, before Remix. */
    identity: Identity | null;
    /** Address of the client as far as TRUST_PROXY lets one believe it. For rate limits only, never logged. */
    clientAddress: string;
    /** The other end of the connection, whatever a proxy says. */
    peerAddress: string;
    requestId: string;
  }
  interface Future {
    v3_singleFetch: true;
  }
}

export type Context = AppLoadContext;
