import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { pause } from './service.ts';

/** What went wrong: decides whether it is tried again by itself, and what people are told. */
export type GenreDeFaute =
  /** The key is not known (any more). */
  | 'cle'
  /** The key may not do this. */
  | 'droits'
  /** What is asked for is not there. */
  | 'absent'
  /** It was there, and somebody took it away. */
  | 'supprime'
  /** What we send is not wanted. */
  | 'refus'
  /** Slow, cut, overloaded, broken: later. */
  | 'indisponible'
  /** An answer that cannot be true. */
  | 'incoherent';

/** A request that did not do what it should; the message is the end of a French sentence and never holds the key. */
export class FauteDatagouv extends Error {
  override readonly name = 'FauteDatagouv';
  constructor(
    readonly genre: GenreDeFaute,
    message: string,
    /** Seconds that the server wants to be left alone. */
    readonly attente: number | null = null,
  ) {
    super(message);
  }
}

export interface DatagouvClientOptions {
  /** Origin of the server. */
  url: string;
  cle: string;
  signal?: AbortSignal | undefined;
  /** Without a byte either way for so long, the server does not answer. */
  timeoutMs?: number;
}

export interface FichierAEnvoyer {
  nom: string;
  mime: string;
  octets: number;
  bytes: Readable;
}

const TIMEOUT_MS = 60_000;
const MAX_ANSWER = 8 * 1024 * 1024;
/** A wait that is asked for with 429 is waited for on the spot up to this; beyond, the job comes back later. */
const MAX_ATTENTE_S = 20;
const MAX_ATTENTES = 3;

/**
 * Asks the API of data.gouv.fr. Redirections are not followed: the key is for that server only. An answer counts only where it is
 * JSON and has the shape that is expected.
 */
export class DatagouvClient {
  readonly #options: DatagouvClientOptions;

  constructor(options: DatagouvClientOptions) {
    this.#options = options;
  }

  /** @throws FauteDatagouv */
  async json<T>(method: 'GET' | 'POST' | 'PUT', path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> {
    const text = body === undefined ? null : JSON.stringify(body);
    for (let waited = 0; ; waited++) {
      try {
        const headers: Record<string, string | number> =
          text === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
        return this.#read(await this.#send(method, path, headers, text === null ? null : [Buffer.from(text)]), schema);
      } catch (error) {
        await this.#waitOr(error, waited);
      }
    }
  }

  /** @throws FauteDatagouv */
  async remove(path: string): Promise<void> {
    const answer = await this.#send('DELETE', path, {}, null);
    if (answer.status !== 204 && answer.status !== 404) this.#refuse(answer);
  }

  /** Sends a file as the form that a browser would send. @throws FauteDatagouv */
  async upload<T>(path: string, open: () => FichierAEnvoyer, schema: z.ZodType<T>): Promise<T> {
    for (let waited = 0; ; waited++) {
      const file = open();
      try {
        const boundary = `lieu-a-jour-${crypto.randomUUID()}`;
        const disposition = `form-data; name="file"; filename="${file.nom}"`;
        const head = Buffer.from(
          `--${boundary}\r\nContent-Disposition: ${disposition}\r\nContent-Type: ${file.mime}\r\n\r\n`,
        );
        const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
        const headers = {
          'content-type': `multipart/form-data; boundary=${boundary}`,
          'content-length': head.length + file.octets + tail.length,
        };
        return this.#read(await this.#send('POST', path, headers, partsOf(head, file.bytes, tail)), schema);
      } catch (error) {
        await this.#waitOr(error, waited);
      } finally {
        file.bytes.destroy();
      }
    }
  }

  async #waitOr(error: unknown, waited: number): Promise<void> {
    const short = error instanceof FauteDatagouv && error.attente !== null && error.attente <= MAX_ATTENTE_S;
    if (!short || waited >= MAX_ATTENTES || this.#options.signal?.aborted) throw error;
    await pause(Math.max(1, error.attente ?? 1) * 1_000, this.#options.signal);
    if (this.#options.signal?.aborted) throw error;
  }

  #read<T>(answer: Answer, schema: z.ZodType<T>): T {
    if (answer.status !== 200 && answer.status !== 201) this.#refuse(answer);
    const read = schema.safeParse(jsonOf(answer));
    if (read.success) return read.data;
    const where = read.error.issues[0]?.path.join('.') ?? '';
    const what =
      jsonOf(answer) === undefined ? 'une page et non des données' : `une réponse incomplète (${where || 'vide'})`;
    throw new FauteDatagouv('incoherent', `data.gouv.fr a répondu ${what}`);
  }

  #refuse({ status, headers, text }: Answer): never {
    const said = this.#withoutKey(wordsOf(jsonOf({ status, headers, text })));
    const more = said === '' ? '' : ` : ${said}`;
    const attente = retryAfter(headers['retry-after']) ?? (status === 429 ? 60 : null);
    if (status === 401) throw new FauteDatagouv('cle', 'la clé de DATAGOUV_API_KEY n’est pas, ou plus, reconnue');
    if (status === 403) throw new FauteDatagouv('droits', `la clé n’a pas le droit de publier là${more}`);
    if (status === 404) throw new FauteDatagouv('absent', 'ce qui est demandé n’existe pas');
    if (status === 410) throw new FauteDatagouv('supprime', 'le jeu de données a été supprimé');
    if (status === 429 || status === 423 || status >= 500)
      throw new FauteDatagouv('indisponible', `data.gouv.fr ne répond pas comme il faut (HTTP ${status})`, attente);
    if (status >= 400)
      throw new FauteDatagouv('refus', `data.gouv.fr refuse ce qui est envoyé (HTTP ${status})${more}`);
    throw new FauteDatagouv('incoherent', `data.gouv.fr renvoie ailleurs (HTTP ${status}) : vérifiez DATAGOUV_URL`);
  }

  #withoutKey(text: string): string {
    return text.replaceAll(this.#options.cle, '…').slice(0, 300);
  }

  async #send(
    method: string,
    path: string,
    headers: Record<string, string | number>,
    body: Iterable<Uint8Array> | AsyncIterable<Uint8Array> | null,
  ): Promise<Answer> {
    const { url, cle, signal, timeoutMs = TIMEOUT_MS } = this.#options;
    const to = new URL(path, url);
    const ask = to.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = ask(to, {
      method,
      headers: { ...headers, 'x-api-key': cle, accept: 'application/json', 'user-agent': 'lieu-a-jour' },
      // A connection of its own: one that the server closes meanwhile is no failure of ours.
      agent: false,
      ...(signal && { signal }),
    });
    const timer = setInterval(() => isIdle(sent) && sent.destroy(new Error('no answer in time')), timeoutMs);
    const isIdle = idleness();
    try {
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        sent.once('response', resolve);
        sent.on('error', reject);
      });
      const all = Promise.all([answered.then(readAnswer), writeBody(sent, body, answered)]);
      return (await all)[0];
    } catch (error) {
      if (signal?.aborted) throw new FauteDatagouv('indisponible', 'l’envoi a été interrompu par l’arrêt du serveur');
      throw new FauteDatagouv(
        'indisponible',
        `data.gouv.fr n’a pas répondu (${this.#withoutKey(error instanceof Error ? error.message : String(error))})`,
      );
    } finally {
      clearInterval(timer);
      sent.destroy();
    }
  }
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

async function* partsOf(head: Uint8Array, bytes: Readable, tail: Uint8Array): AsyncGenerator<Uint8Array> {
  yield head;
  yield* bytes;
  yield tail;
}

/** Writes what is sent. A server that refuses early answers before it has read all: its answer counts, not the cut. */
async function writeBody(
  sent: ClientRequest,
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array> | null,
  answered: Promise<unknown>,
): Promise<void> {
  if (body === null) return void sent.end();
  await Promise.race([pipeline(Readable.from(body), sent), answered]);
}

/** Whether nothing went either way since it was last asked. */
function idleness(): (sent: ClientRequest) => boolean {
  let seen = -1;
  return ({ socket }) => {
    const now = (socket?.bytesWritten ?? 0) + (socket?.bytesRead ?? 0);
    const idle = now === seen;
    seen = now;
    return idle;
  };
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const part = Buffer.from(chunk);
    length += part.length;
    if (length > MAX_ANSWER) throw new Error('the answer is too long');
    chunks.push(part);
  }
  if (!response.complete) throw new Error('the answer was cut');
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') };
}

function jsonOf({ headers, text }: Answer): unknown {
  if (!/\bjson\b/.test(headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const refusal = z.object({
  message: z.string().optional(),
  error: z.string().optional(),
  errors: z.record(z.string(), z.unknown()).optional(),
});

/** What the server says of a refusal: {message}, {errors: {field: [words]}} or, of a file, {success: false, error}. */
function wordsOf(body: unknown): string {
  const read = refusal.safeParse(body);
  if (!read.success) return '';
  const { message, error, errors = {} } = read.data;
  const fields = Object.entries(errors).map(
    ([name, words]) => `${name} : ${Array.isArray(words) ? words.join(', ') : JSON.stringify(words)}`,
  );
  return (fields.length > 0 ? fields.join(' ; ') : (message ?? error ?? '')).replace(/\s+/g, ' ').trim();
}

function retryAfter(text: string | undefined): number | null {
  if (text === undefined) return null;
  const seconds = /^\d+$/.test(text.trim()) ? Number(text) : (Date.parse(text) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}
