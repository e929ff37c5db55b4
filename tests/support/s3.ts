import { createHash, createHmac } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, request as requestOf } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import S3rver from 's3rver';
import type { ExportS3Settings } from '#app/http/settings-export-s3.server.ts';
import { closeServer, listenOnLoopback } from './loopback.ts';

export const BUCKET = 'lieux-exports';

/** How the server names the file of an object. */
const OBJECT = '._S3rver_object';

/** What happens to a request on its way; undefined: nothing. */
export type Sort =
  | undefined
  /** The connection is broken once this many bytes of what is sent have passed. */
  | { coupe: number }
  /** The connection is broken once this many bytes of the answer have passed. */
  | { rend: number }
  /** It is answered by this, and goes no further. */
  | { status: number; code: string }
  /** A byte of what is sent is changed. */
  | 'altere'
  /** Nothing is ever answered. */
  | 'muet';

export interface S3DeTest {
  settings: ExportS3Settings;
  /** Those that have passed, `PUT /lieux-exports/…`. */
  demandes: string[];
  /** From now on, decides of each request. */
  sort(decide: (demande: string) => Sort): void;
  /** The keys of the bucket, in order. */
  keys(): Promise<string[]>;
  bytes(key: string): Promise<Buffer>;
  read(key: string): Promise<string>;
  /** Puts something there that no export made. */
  write(key: string): Promise<void>;
  /** What is stored under a key is another thing of the same length. */
  damage(key: string): Promise<void>;
  /** No one listens any more; what is stored stays. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A real S3 server on loopback, behind a wire that looks at signatures, and may be cut, silent or false. */
export async function startS3(prefix = ''): Promise<S3DeTest> {
  const directory = await mkdtemp(join(tmpdir(), 's3-'));
  const demandes: string[] = [];
  let decide: (demande: string) => Sort = () => undefined;
  const pathOf = (key: string) => join(directory, BUCKET, `${key}${OBJECT}`);
  const start = async (port: number) => {
    const configureBuckets = [{ name: BUCKET }];
    const options = { address: '127.0.0.1', port, directory, silent: true, vhostBuckets: false, configureBuckets };
    const s3 = new S3rver(options);
    return { s3, port: (await s3.run()).port };
  };
  const { s3, port } = await start(0);
  const wire: RequestListener = (request, response) => {
    const demande = `${request.method} ${request.url}`;
    const sort = decide(demande) ?? (isSigned(request) ? undefined : FORGED);
    demandes.push(demande);
    if (sort === 'muet') return;
    if (typeof sort === 'object' && 'status' in sort) {
      request.resume();
      response.writeHead(sort.status, { 'content-type': 'application/xml' });
      return void response.end(`<?xml version="1.0"?><Error><Code>${sort.code}</Code></Error>`);
    }
    const { method, url: path, headers } = request;
    const onward = requestOf({ host: '127.0.0.1', port, method, path, headers });
    onward.on('error', () => request.socket.destroy());
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      let given = 0;
      answer.on('data', (chunk: Buffer) => {
        const left = typeof sort === 'object' && 'rend' in sort ? sort.rend - given : Number.POSITIVE_INFINITY;
        given += chunk.length;
        if (chunk.length <= left) response.write(chunk);
        else if (!response.destroyed) response.write(chunk.subarray(0, left), () => response.destroy());
      });
      answer.on('end', () => response.end());
    });
    forward(request, { sort, onward });
  };
  let server = createServer(wire);
  const endpoint = await listenOnLoopback(server);
  return {
    settings: {
      endpoint,
      region: 'us-east-1',
      bucket: BUCKET,
      prefix,
      accessKeyId: CLE,
      secretAccessKey: CLE,
    },
    demandes,
    sort(next) {
      decide = next;
    },
    async keys() {
      const bucket = join(directory, BUCKET);
      const entries = await readdir(bucket, { recursive: true, withFileTypes: true });
      return entries
        .map(({ parentPath, name }) => relative(bucket, join(parentPath, name)).split(sep).join('/'))
        .filter((name) => name.endsWith(OBJECT))
        .map((name) => name.slice(0, -OBJECT.length))
        .sort();
    },
    bytes: (key) => readFile(pathOf(key)),
    read: (key) => readFile(pathOf(key), 'utf8'),
    async write(key) {
      await mkdir(dirname(pathOf(key)), { recursive: true });
      await writeFile(pathOf(key), 'reste');
      await writeFile(pathOf(key).replace(/object$/, 'metadata.json'), '{}');
    },
    async damage(key) {
      const { length } = await readFile(pathOf(key));
      await writeFile(pathOf(key), Buffer.alloc(length, 'x'));
    },
    async stop() {
      await closeServer(server);
    },
    async restart() {
      server = createServer(wire);
      server.listen(Number(new URL(endpoint).port), '127.0.0.1');
      await new Promise((done) => server.once('listening', done));
    },
    async close() {
      if (server.listening) await closeServer(server);
      s3.httpServer.closeAllConnections();
      await s3.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const CLE = 'S3RVER';

const FORGED = { status: 403, code: 'SignatureDoesNotMatch' };

/** Whether a request is signed by the secret of whom it says (AWS Signature Version 4), which the server behind does not look at. */
function isSigned({ method, url = '', headers }: IncomingMessage): boolean {
  const authorization = headers.authorization ?? '';
  const [, cle, scope = '', names = '', signature] =
    /Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/.exec(authorization) ?? [];
  // The server knows the keys.
  if (cle !== CLE) return true;
  const [path, query = ''] = url.split('?');
  const sorted = query.split('&').map((pair) => (pair === '' || pair.includes('=') ? pair : `${pair}=`));
  const signed = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path, sorted.sort().join('&'), signed.join(''), names, headers['x-amz-content-sha256']];
  const hash = createHash('sha256').update(canonical.join('\n')).digest('hex');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${CLE}`);
  return hmac(key, text).toString('hex') === signature;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function forward(
  request: IncomingMessage,
  { sort, onward }: { sort: Sort; onward: ReturnType<typeof requestOf> },
): void {
  let passed = 0;
  request.on('data', (chunk: Buffer) => {
    if (sort === 'altere' && passed === 0) chunk[0] = (chunk[0] ?? 0) ^ 1;
    passed += chunk.length;
    if (typeof sort === 'object' && 'coupe' in sort && passed > sort.coupe) {
      onward.destroy();
      request.socket.destroy();
    } else onward.write(chunk);
  });
  request.on('end', () => onward.end());
  request.on('close', () => {
    if (!request.complete) onward.destroy();
  });
}
