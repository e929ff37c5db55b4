import type { Kysely } from 'kysely';
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import { type CourrielEnAttente, lockNextCourriel, updateCourrielEchoue, updateCourrielEnvoye } from '#db/courriels.ts';
import type { DB } from '#db/types.ts';

/** Minutes before each further attempt; after the last one the mail is given up and stays readable in the table. */
const RETRY_MINUTES = [1, 5, 15, 60, 240, 720, 1440];

export type SendMail = (courriel: CourrielEnAttente) => Promise<void>;

/** Sends through SMTP; without an SMTP_URL a mail counts as delivered to the development mailbox (/courriels). */
export function createMailer({ smtpUrl, from }: { smtpUrl: string | undefined; from: string }): {
  send: SendMail;
  close: () => void;
} {
  if (smtpUrl === undefined) return { send: async () => undefined, close: () => undefined };
  const transport = createTransport(
    { url: smtpUrl, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 },
    { from },
  );
  return {
    async send({ id, a, objet, texte, html, pieces }) {
      await transport.sendMail({
        to: a,
        subject: objet,
        text: texte,
        html,
        // The same mail sent again after a crash carries the same id, so that a mailbox can tell.
        messageId: `<courriel-${id}@${from.replace(/.*@/, '').replace(/>.*/, '')}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        attachments: pieces.map(({ nom, type, contenu }) => ({ filename: nom, contentType: type, content: contenu })),
      });
    },
    close: () => transport.close(),
  };
}

/** Empties the outbox: one mail per transaction, so that a crash gives back the one in hand. Gives how many left. */
export async function sendDueCourriels(
  db: Kysely<DB>,
  { send, now, log }: { send: SendMail; now: () => Date; log: Logger },
): Promise<number> {
  for (let sent = 0; ; sent += 1) {
    const found = await db.transaction().execute(async (trx) => {
      const courriel = await lockNextCourriel(trx, now());
      if (courriel === undefined) return false;
      try {
        await send(courriel);
        await updateCourrielEnvoye(trx, { id: courriel.id, now: now() });
      } catch (error) {
        const minutes = isPermanent(error) ? undefined : RETRY_MINUTES[courriel.essais];
        const next = minutes === undefined ? null : new Date(now().getTime() + minutes * 60_000);
        const erreur = error instanceof Error ? withoutAddresses(error.message) : 'erreur';
        log.warn({ courriel: courriel.id, essai: courriel.essais + 1, erreur }, 'courriel non parti');
        await updateCourrielEchoue(trx, { id: courriel.id, now: now(), next, erreur });
      }
      return true;
    });
    if (!found) return sent;
  }
}

/** 5xx: the server will not take it, today or tomorrow. */
function isPermanent(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'responseCode' in error &&
    typeof error.responseCode === 'number' &&
    error.responseCode >= 500
  );
}

function withoutAddresses(message: string): string {
  return message.replace(/\S+@\S+/g, '…').slice(0, 500);
}
