import type { Context } from './context.ts';
import { isLoopback } from './settings.server.ts';

/**
 * Whether the development mailbox may be shown: it opens every account, so only with the embedded database, without
 * SMTP, and where both the client and PUBLIC_URL are on this machine. A proxy in between, whatever it says, closes it.
 */
export function mailboxIsOpen({ settings, peerAddress }: Context, request: Request): boolean {
  if (settings.databaseUrl !== undefined || settings.smtpUrl !== undefined) return false;
  if (PROXY_HEADERS.some((name) => request.headers.has(name))) return false;
  return (
    isLoopback(peerAddress.replace(/^::ffff:/, '')) &&
    isLoopback(new URL(settings.publicUrl).hostname) &&
    isLoopback(new URL(request.url).hostname)
  );
}

const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];
