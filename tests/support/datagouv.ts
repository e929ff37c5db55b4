import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, listenOnLoopback } from './loopback.ts';

export interface RessourceTenue extends Record<string, unknown> {
  id: string;
  title: string;
  url: string;
  filetype: string;
  checksum: { type: string; value: string } | null;
  extras: Record<string, unknown>;
}

export interface JeuTenu extends Record<string, unknown> {
  id: string;
  title: string;
  description: string;
  deleted: string | null;
  organization: { id: string };
  extras: Record<string, unknown>;
  resources: RessourceTenue[];
}

/**
 * What happens to a request besides being answered; null: nothing. `perdu` does it and never says so; `coupe` does it and cuts the answer;
 * `corps` sends that in place of the answer, undone; `menti` does it and changes what is said of it.
 */
export type PanneDatagouv =
  | null
  | 'muet'
  | 'perdu'
  | 'coupe'
  | { status: number; corps?: unknown; headers?: Record<string, string> }
  | { menti: (answer: Record<string, unknown>) => unknown };

export interface DatagouvDouble {
  url: string;
  jeux: JeuTenu[];
  /** What was asked, as « POST /api/1/datasets/ » with ids left out. */
  requetes: string[];
  close(): Promise<void>;
}

export const CLE = 'cle-de-test-0123456789';
export const ORGANISATION = '5bbb6d6cff66bd4dc17bfd5a';

interface Asked {
  /** As in `requetes`. */
  requete: string;
  /** How many were asked before, this one included. */
  numero: number;
}

/**
 * udata on loopback, as far as datasets and their resources go: partial PUT, deleted datasets that an editor still reads, a file that sets
 * title, format and SHA-1 of its resource, validation errors by field, and refusals with its words.
 */
export async function startDatagouv({
  panne = () => null,
  jeux = [],
}: {
  panne?: (asked: Asked) => PanneDatagouv;
  jeux?: JeuTenu[];
} = {}): Promise<DatagouvDouble> {
  const requetes: string[] = [];
  const server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://double');
    const path = url.pathname.replace(/[0-9a-f]{24}/g, 'JEU').replace(/[0-9a-f-]{36}/g, 'RID');
    const requete = `${request.method} ${path}`;
    requetes.push(requete);
    const fault = panne({ requete, numero: requetes.length });
    if (fault === 'muet') return;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
    } catch {
      return;
    }
    if (fault !== null && typeof fault === 'object' && 'status' in fault) {
      return send(response, fault.status, fault.corps ?? { message: 'fault' }, fault.headers);
    }
    let done: { status: number; body: unknown };
    try {
      done = act(request, url, Buffer.concat(chunks));
    } catch (error) {
      if (!(error instanceof Refus)) throw error;
      return send(response, error.status, error.body);
    }
    if (fault === 'perdu') return void response.destroy();
    const copy = done.body === '' ? '' : JSON.parse(JSON.stringify(done.body));
    const body = fault !== null && typeof fault === 'object' ? fault.menti(copy) : copy;
    if (fault === 'coupe') {
      const text = JSON.stringify(body);
      response.writeHead(done.status, { 'content-type': 'application/json', 'content-length': String(text.length) });
      response.write(text.slice(0, text.length / 2));
      return void setTimeout(() => response.destroy(), 20);
    }
    send(response, done.status, body);
  }

  function act(request: IncomingMessage, url: URL, bytes: Buffer): { status: number; body: unknown } {
    const { method } = request;
    const [, id, kind, rid, upload] =
      /^\/api\/1\/datasets\/(?:([^/]+)\/)?(?:(resources|upload)\/)?(?:([^/]+)\/)?(?:(upload)\/)?$/.exec(url.pathname) ??
      [];
    const isEditor = request.headers['x-api-key'] === CLE;
    if (request.headers['x-api-key'] !== undefined && !isEditor) throw new Refus(401, { message: 'Invalid API Key' });
    if (id === undefined && method === 'GET') return { status: 200, body: pageOf(url) };
    if (!isEditor && method !== 'GET') throw new Refus(401, { message: 'Unauthorized' });
    if (id === undefined) return { status: 201, body: create(JSON.parse(bytes.toString())) };
    const jeu = jeux.find((one) => one.id === id);
    if (!jeu) throw new Refus(404, { message: 'Not found' });
    if (jeu.deleted && (method !== 'GET' || !isEditor)) throw new Refus(410, { message: 'Dataset has been deleted' });
    if (method === 'GET') return { status: 200, body: jeu };
    if (jeu.organization.id !== ORGANISATION) throw new Refus(403, { message: 'You do not have the permission' });
    if (kind === undefined) return { status: 200, body: updateJeu(jeu, JSON.parse(bytes.toString())) };
    if (kind === 'upload') {
      const ressource = received({ id: randomUUID(), created_at: stamp(), extras: {}, schema: null }, request, bytes);
      // The newest comes first.
      jeu.resources.unshift(ressource);
      return { status: 201, body: Object.assign({ success: true }, ressource) };
    }
    const ressource = jeu.resources.find((one) => one.id === rid);
    if (!ressource) throw new Refus(404, { message: 'Resource does not exist' });
    if (method === 'DELETE') {
      jeu.resources.splice(jeu.resources.indexOf(ressource), 1);
      return { status: 204, body: '' };
    }
    if (upload === 'upload') {
      received(ressource, request, bytes);
      return { status: 200, body: Object.assign({ success: true }, ressource) };
    }
    const said: Record<string, unknown> = JSON.parse(bytes.toString());
    if (said.filetype !== undefined && said.filetype !== ressource.filetype)
      throw new Refus(400, { message: 'Cannot modify filetype after creation' });
    if (said.title === '')
      throw new Refus(400, { errors: { title: ['This field is required.'] }, message: 'Validation error' });
    Object.assign(ressource, said, { id: ressource.id, url: ressource.url });
    return { status: 200, body: ressource };
  }

  function pageOf(url: URL): unknown {
    const size = Number(url.searchParams.get('page_size') ?? 20);
    const page = Number(url.searchParams.get('page') ?? 1);
    const organisation = url.searchParams.get('organization');
    const all = jeux.filter((jeu) => jeu.deleted === null && jeu.organization.id === organisation);
    const next = page * size < all.length ? `${url.origin}${url.pathname}?page=${page + 1}` : null;
    return {
      ...{ data: all.slice((page - 1) * size, page * size), page, page_size: size, total: all.length },
      ...{ next_page: next, previous_page: null },
    };
  }

  function create(said: Record<string, unknown>): JeuTenu {
    const errors: Record<string, string[]> = {};
    for (const name of ['title', 'description']) if (!said[name]) errors[name] = ['This field is required.'];
    if (said.organization !== ORGANISATION) errors.organization = ['Permission denied for this organization'];
    checkJeu(said, errors);
    const jeu = jeuTenu({ ...said, organization: { id: ORGANISATION } });
    jeux.push(jeu);
    return jeu;
  }

  function updateJeu(jeu: JeuTenu, said: Record<string, unknown>): JeuTenu {
    checkJeu(said, {});
    return Object.assign(jeu, said, { id: jeu.id });
  }

  const url = await listenOnLoopback(server);
  return { url, jeux, requetes, close: () => closeServer(server) };
}

/** A dataset of that organisation, as udata keeps it. */
export function jeuTenu(values: Record<string, unknown> = {}): JeuTenu {
  return Object.assign(
    {
      ...{ id: randomBytes(12).toString('hex'), title: 'Un jeu', description: 'Ce qu’il dit.', deleted: null },
      ...{ slug: 'un-jeu', created_at: stamp(), last_modified: stamp(), license: 'notspecified', frequency: 'unknown' },
      ...{ organization: { id: ORGANISATION }, spatial: null, temporal_coverage: null, tags: [], extras: {} },
    },
    { resources: [] },
    values,
  );
}

class Refus extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(String(status));
  }
}

const FREQUENCES = ['unknown', 'daily', 'weekly', 'monthly', 'irregular', 'annual'];

function checkJeu(said: Record<string, unknown>, errors: Record<string, string[]>): void {
  if ('frequency' in said && !FREQUENCES.includes(String(said.frequency))) errors.frequency = ['Not a valid choice'];
  if ('license' in said && said.license !== 'lov2') errors.license = ['Unknown identifier'];
  if (Object.keys(errors).length > 0) throw new Refus(400, { errors, message: 'Validation error' });
}

/** The server reads the form, then says of the resource what it has seen of the file. */
function received(ressource: Record<string, unknown>, request: IncomingMessage, bytes: Buffer): RessourceTenue {
  const boundary = /boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1] ?? '';
  const start = bytes.indexOf('\r\n\r\n');
  const head = bytes.subarray(0, start).toString();
  const end = bytes.lastIndexOf(`\r\n--${boundary}--`);
  const filename = /name="file"; filename="([^"]+)"/.exec(head)?.[1];
  if (!head.startsWith(`--${boundary}\r\n`) || filename === undefined || end < start)
    throw new Refus(400, { success: false, error: 'Missing file parameter' });
  const file = bytes.subarray(start + 4, end);
  const title = filename.toLowerCase().replaceAll('_', '-');
  const format = title.split('.').at(-1) ?? '';
  if (format === 'html') throw new Refus(415, { message: 'Incorrect file content type: HTML' });
  return Object.assign(ressource, {
    ...{ id: String(ressource.id), title, format, filetype: 'file', filesize: file.length, last_modified: stamp() },
    url: `https://static.data.gouv.fr/resources/un-jeu/${stamp().replace(/\D/g, '')}/${title}`,
    checksum: { type: 'sha1', value: createHash('sha1').update(file).digest('hex') },
    extras: extrasOf(ressource.extras),
    /** For tests: what people would download. */
    recu: createHash('sha256').update(file).digest('hex'),
    nom_recu: filename,
  });
}

function extrasOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function stamp(): string {
  return new Date().toISOString();
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
