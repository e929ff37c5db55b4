import type { Kysely } from 'kysely';
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import { withoutPersonalData } from '#app/http/log.server.ts';
import {
  type CourrielEnAttente,
  lockNextCourriel,
  updateCourrielEchoue,
  updateCourrielEnvoye,
  updateLiensEchus,
} from '#db/courriels.ts';
import type { DB } from '#db/types.ts';

/** Minutes before each further attempt; after the last one the mail is given up. */
const RETRY_MINUTES = [1, 5, 15, 60, 240, 720, 1440];

/** A server that is slower than this (ms) is tried again later: the transaction that holds the mail may not wait for ever. */
const PATIENCE = 45_000;

export type SendMail = (courriel: CourrielEnAttente) => Promise<void>;

/** A mail that no server may be given. */
class UnsendableMail extends Error {}

export interface Mailer {
  send: SendMail;
  /** Whether mails that have left stay readable in the table: in the development mailbox, which is the table, and nowhere else. */
  keepsSent: boolean;
  close: () => void;
}

/** Sends through SMTP; without an SMTP_URL a mail counts as delivered to the development mailbox (/courriels). */
export function createMailer({ smtpUrl, from }: { smtpUrl: string | undefined; from: string }): Mailer {
  if (smtpUrl === undefined) return { send: async () => undefined, keepsSent: true, close: () => undefined };
  const transport = createTransport(
    { url: smtpUrl, dnsTimeout: 5_000, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 },
    { from },
  );
  return {
    async send({ id, a, objet, texte, html, pieces }) {
      // One plain address: whatever else it holds could name other people, or headers.
      if (!ONE_ADDRESS.test(a)) throw new UnsendableMail('adresse refusée');
      await transport.sendMail({
        to: { name: '', address: a },
        subject: objet,
        text: texte,
        html,
        // The same mail sent again after a crash carries the same id, so that a mailbox can tell.
        messageId: `<courriel-${id}@${from.replace(/.*@/, '').replace(/>.*/, '')}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        attachments: pieces.map(({ nom, type, contenu }) => ({
          filename: nom,
          contentType: type.replace(/[\r\n].*$/s, ''),
          content: contenu,
        })),
      });
    },
    keepsSent: false,
    close: () => transport.close(),
  };
}

const ONE_ADDRESS = /^[^\s@,;<>()"\p{Cc}]+@[^\s@,;<>()"\p{Cc}]+$/u;

/**
 * Empties the outbox: one mail per transaction, so that a crash gives back the one in hand. What has left is forgotten but
 * for the fact, since it holds links and names; so is what is given up. Gives how many mails were dealt with.
 */
export async function sendDueCourriels(
  db: Kysely<DB>,
  { mailer, now, log }: { mailer: Pick<Mailer, 'send' | 'keepsSent'>; now: () => Date; log: Logger },
): Promise<number> {
  await updateLiensEchus(db, now());
  for (let sent = 0; ; sent += 1) {
    const found = await db.transaction().execute(async (trx) => {
      const courriel = await lockNextCourriel(trx, now());
      if (courriel === undefined) return false;
      try {
        await inTime(mailer.send(courriel));
        await updateCourrielEnvoye(trx, { id: courriel.id, now: now(), keep: mailer.keepsSent });
      } catch (error) {
        const minutes = isPermanent(error) ? undefined : RETRY_MINUTES[courriel.essais];
        const next = minutes === undefined ? null : new Date(now().getTime() + minutes * 60_000);
        const erreur = error instanceof Error ? withoutPersonalData(error.message).slice(0, 500) : 'erreur';
        log.warn({ courriel: courriel.id, essai: courriel.essais + 1, erreur }, 'courriel non parti');
        await updateCourrielEchoue(trx, { id: courriel.id, now: now(), next, erreur });
      }
      return true;
    });
    if (!found) return sent;
  }
}

async function inTime(sending: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('le serveur de courriel est trop lent')), PATIENCE);
  });
  await Promise.race([sending, late]).finally(() => clearTimeout(timer));
}

/**
 * Whether the server will take this mail neither today nor tomorrow: it answered 5xx to its recipient or its content. A 5xx
 * to our password or our sender is a setting to mend, and no mail is lost for it.
 */
function isPermanent(error: unknown): boolean {
  if (error instanceof UnsendableMail) return true;
  if (!(error instanceof Error)) return false;
  const fields: Record<string, unknown> = { ...error };
  const { responseCode, command } = fields;
  return typeof responseCode === 'number' && responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
}
