import { once } from 'node:events';
import { SMTPServer, type SMTPServerAddress } from 'smtp-server';

/** What the server took, as it came. */
export interface TakenMail {
  from: string;
  to: string[];
  /** The message's bytes as text: headers, an empty line, parts. */
  source: string;
}

export interface SmtpDouble {
  url: string;
  port: number;
  /** In order. */
  mails: TakenMail[];
  /** How many connections were opened. */
  connections(): number;
  close(): Promise<void>;
}

/** What to answer: null takes it, a number refuses with that code. */
export interface SmtpBehaviour {
  onRecipient?: (address: string) => number | null;
  onContent?: (source: string) => number | null;
  onLogin?: () => boolean;
  /** Before the content is acknowledged (ms). */
  delayMs?: number;
  port?: number;
}

/** A real SMTP server on loopback that keeps what it takes, and refuses as told. */
export async function startSmtp(behaviour: SmtpBehaviour = {}): Promise<SmtpDouble> {
  const mails: TakenMail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: behaviour.onLogin === undefined,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onConnect(_session, done) {
      connections += 1;
      done();
    },
    onAuth(_auth, _session, done) {
      if (behaviour.onLogin?.()) done(null, { user: 'lieu-a-jour' });
      else done(refusal(535));
    },
    onRcptTo({ address }, _session, done) {
      const code = behaviour.onRecipient?.(address) ?? null;
      done(code === null ? null : refusal(code));
    },
    onData(stream, { envelope }, done) {
      let source = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        source += chunk;
      });
      stream.on('end', () => {
        setTimeout(() => {
          const code = behaviour.onContent?.(source) ?? null;
          if (code !== null) return done(refusal(code));
          mails.push({ from: addressOf(envelope.mailFrom), to: envelope.rcptTo.map(addressOf), source });
          done();
        }, behaviour.delayMs ?? 0);
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(behaviour.port ?? 0, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('The SMTP server has no port.');
  return {
    url: `smtp://${behaviour.onLogin ? 'lieu-a-jour:secret@' : ''}127.0.0.1:${address.port}`,
    port: address.port,
    mails,
    connections: () => connections,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

function refusal(code: number): Error {
  return Object.assign(new Error(`refused by the test <personne@exemple.fr>`), { responseCode: code });
}

function addressOf(address: SMTPServerAddress | false): string {
  return address === false ? '' : address.address;
}
