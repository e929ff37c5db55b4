import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Log } from './log.ts';

const PREFIX = 'lieu-a-jour:bail:';

/**
 * A connection that says "in use by this process" for as long as it lives: the death of the process closes it, whatever the way.
 * When it breaks while we live, the server has fallen: `revive` starts it again on the port it had.
 */
export async function holdLease(options: {
  url: string;
  owner: string;
  revive: () => Promise<string>;
  log: Log;
}): Promise<{ end(): Promise<void> }> {
  const { url, owner, revive, log } = options;
  const open = () => connect(new URL('/postgres', url).href, PREFIX + owner);
  let ended = false;
  let client = await open();

  const watch = (watched: Client) => watched.once('end', () => void renew());
  const renew = async () => {
    if (!ended) log.warn('La base de données intégrée s’est arrêtée : elle est relancée.');
    for (let pause = 200; !ended; pause = Math.min(pause * 2, 10_000)) {
      try {
        const revived = await revive();
        if (revived !== url) log.warn('La base de données intégrée a changé de port : relancez l’application.');
        client = await open();
        if (ended) await client.end();
        else watch(client);
        return;
      } catch (error) {
        log.warn(error instanceof Error ? error.message : String(error));
        await sleep(pause);
      }
    }
  };
  watch(client);

  return {
    async end() {
      ended = true;
      await client.end().catch(() => {});
    },
  };
}

/** How many processes besides `owner` use the server at this address. */
export async function countOtherLeases(url: string, owner: string): Promise<number> {
  const client = await connect(new URL('/postgres', url).href);
  try {
    const { rows } = await client.query<{ n: number }>(
      'select count(*)::int as n from pg_stat_activity where starts_with(application_name, $1) and application_name <> $2',
      [PREFIX, PREFIX + owner],
    );
    return rows[0]?.n ?? 0;
  } finally {
    await client.end();
  }
}

/** One connection outside any pool, whose loss never ends the process. */
export async function connect(url: string, applicationName = 'lieu-a-jour:lanceur'): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}
