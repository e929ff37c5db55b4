import type { Context } from './context.ts';
import { isLoopback } from './settings.server.ts';

/**
 * Whether the development mailbox may be shown: it opens every account, so only with the embedded database, without
 * SMTP, and where both the client and PUBLIC_URL are on this machine. A proxy in between, whatever it says, closes it.
 */
export function mailboxIsOpen(
  { settings, peerAddress }: Pick<Context, 'settings' | 'peerAddress'>,
  request: Request,
): boolean {
  if (settings.databaseUrl !== undefined || settings.smtpUrl !== undefined || settings.trustProxy > 0) return false;
  if ([...request.headers.keys()].some((name) => PROXY_HEADER.test(name))) return false;
  return (
    isLoopback(peerAddress.replace(/^::ffff:/, '')) &&
    isLoopback(new URL(settings.publicUrl).hostname) &&
    isLoopback(new URL(request.url).hostname)
  );
}

const PROXY_HEADER =
  /^(via|forwarded|x-forwarded\b.*|x-original-.*|x-(real|client|cluster-client)-ip|true-client-ip|cf-.*)$/;
