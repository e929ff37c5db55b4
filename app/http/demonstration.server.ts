import { isLoopback, type Settings } from './settings.server.ts';

/**
 * Whether only this machine can see the instance: embedded database, address and PUBLIC_URL on loopback, no proxy in front.
 * Anywhere else nothing of the demonstration set is published.
 */
export function isLocalDemonstration({
  databaseUrl,
  host,
  publicUrl,
  trustProxy,
}: Pick<Settings, 'databaseUrl' | 'host' | 'publicUrl' | 'trustProxy'>): boolean {
  return databaseUrl === undefined && trustProxy === 0 && isLoopback(host) && isLoopback(new URL(publicUrl).hostname);
}
