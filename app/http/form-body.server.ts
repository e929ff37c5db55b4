import type { IncomingMessage } from 'node:http';

/** The largest form that is read: many times the longest fiche. */
const MAX_BYTES = 512 * 1024;
/** What is too large is still received up to here, so that the sender reads our answer instead of a broken connection. */
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024;

/** A form that no action can read. The message is a French sentence for who sent it. */
export class UnreadableForm extends Error {
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The body of a form, whole and readable by `formData()`. A request that sends nothing is an empty form: its headers are
 * made to say so.
 * @throws UnreadableForm where it is too large, of another type, or holds what no form holds (a NUL character)
 */
export async function readForm(request: IncomingMessage, headers: Headers): Promise<Uint8Array<ArrayBuffer>> {
  const body = await readBody(request);
  if (body === null) {
    const limit = Math.round(MAX_BYTES / 1024);
    throw new UnreadableForm(
      413,
      `Ce que vous envoyez est trop gros : ${limit} Ko au plus. Revenez à la page précédente, raccourcissez, puis recommencez.`,
    );
  }
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (body.length === 0 && type === '') headers.set('content-type', URL_ENCODED);
  else if (type !== URL_ENCODED && type !== MULTIPART) {
    throw new UnreadableForm(415, 'Ce serveur n’accepte que les formulaires de ses pages.');
  }
  if (!(await isReadable(body, type, headers))) {
    throw new UnreadableForm(400, 'Ce formulaire est illisible. Rechargez la page, puis recommencez.');
  }
  return body;
}

const URL_ENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/** Null where it is larger than the limit. */
function readBody(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BYTES) chunks.push(chunk);
      else chunks.length = 0;
      if (size > MAX_DISCARDED_BYTES) resolve(null);
    });
    request.on('end', () => resolve(size > MAX_BYTES ? null : Uint8Array.from(Buffer.concat(chunks))));
    request.on('error', reject);
    request.on('close', () => reject(new UnreadableForm(400, 'Envoi interrompu.')));
  });
}

/** PostgreSQL keeps no NUL, and no keyboard types one. */
async function isReadable(body: Uint8Array<ArrayBuffer>, type: string, headers: Headers): Promise<boolean> {
  if (type !== MULTIPART) return !body.includes(0) && !/%00/.test(new TextDecoder('latin1').decode(body));
  try {
    const form = await new Response(body, {
      headers: { 'content-type': headers.get('content-type') ?? '' },
    }).formData();
    return [...form].every(([name, value]) => !name.includes('\0') && !String(value).includes('\0'));
  } catch {
    return false;
  }
}
