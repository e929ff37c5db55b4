import dns from 'node:dns';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SourceInjoignable, type TelechargementRequest, telecharger } from '#app/imports/telechargement.ts';
import { type Reponse, type SourceDouble, startSource } from '#tests/support/source.ts';

let source: SourceDouble | undefined;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lieu-a-jour-source-'));
});
afterEach(async () => {
  await source?.close();
  source = undefined;
  rmSync(folder, { recursive: true });
});

async function download(reponse: Reponse, request: Partial<TelechargementRequest> = {}) {
  source = await startSource(reponse);
  return telecharger({ url: source.url, vers: join(folder, 'f'), reseauInterne: true, silenceMs: 400, ...request });
}

async function refusal(reponse: Reponse, request: Partial<TelechargementRequest> = {}): Promise<string> {
  const error = await download(reponse, request).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SourceInjoignable)) throw new Error(`not refused: ${error}`);
  expect(existsSync(join(folder, 'f'))).toBe(false);
  return error.message;
}

test('a file is downloaded once: the next time only its validators travel, and the same bytes under another mark are no change', async () => {
  const first = await download({ texte: 'id,nom\n1,A\n', etag: '"a"', modifie: 'Tue, 24 Nov 2026 07:00:00 GMT' });
  expect(first).toMatchObject({ octets: 11, etag: '"a"', modifie: 'Tue, 24 Nov 2026 07:00:00 GMT' });
  expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('id,nom\n1,A\n');
  if (!source || !first) throw new Error('nothing came');
  const again = { url: source.url, vers: join(folder, 'g'), reseauInterne: true, dejaLu: first };
  expect(await telecharger(again)).toBeNull();
  expect(source.requetes[1]?.headers).toMatchObject({
    'if-none-match': '"a"',
    'if-modified-since': 'Tue, 24 Nov 2026 07:00:00 GMT',
  });
  source.set({ texte: 'id,nom\n1,A\n', etag: '"b"' });
  expect(await telecharger(again)).toBeNull();
  expect(existsSync(join(folder, 'g'))).toBe(false);
  source.set({ texte: 'id,nom\n1,B\n', etag: '"c"' });
  expect(await telecharger(again)).toMatchObject({ etag: '"c"', modifie: null });
});

test.each([
  ['http://127.0.0.1:9/', /réseau privé/],
  ['http://localhost:9/', /réseau privé/],
  ['http://[::1]:9/', /réseau privé/],
  ['http://[::ffff:127.0.0.1]:9/', /réseau privé/],
  ['http://169.254.169.254/latest/meta-data/', /réseau privé/],
  ['http://10.0.0.8/', /réseau privé/],
  ['http://192.168.1.1/', /réseau privé/],
  ['http://100.64.0.1/', /réseau privé/],
  ['http://[fd00::1]/', /réseau privé/],
  ['http://[::127.0.0.1]:9/', /réseau privé/],
  ['http://[::7f00:1]:9/', /réseau privé/],
  ['http://[64:ff9b::127.0.0.1]:9/', /réseau privé/],
  ['http://0.0.0.0/', /réseau privé/],
  ['http://2130706433/', /réseau privé/],
  ['http://0x7f.1/', /réseau privé/],
  ['file:///etc/passwd', /https:\/\/ et http:\/\//],
  ['ftp://exemple.fr/lieux.csv', /https:\/\/ et http:\/\//],
  ['https://moi:secret@exemple.fr/', /mot de passe/],
  ['exemple', /mal écrite/],
])('%s is never asked', async (url, sentence) => {
  await expect(telecharger({ url, vers: join(folder, 'f'), silenceMs: 400 })).rejects.toThrow(sentence);
});

test('a redirection is followed, but never to one’s own network, to another protocol, or without end', async () => {
  let place = '';
  const redirect = (response: ServerResponse) => void response.writeHead(302, { location: place }).end();
  place = 'file:///etc/passwd';
  expect(await refusal(redirect)).toMatch(/https:\/\/ et http:\/\//);
  await source?.close();
  place = '/encore';
  expect(await refusal(redirect)).toMatch(/sans fin/);
  expect(source?.requetes).toHaveLength(6);
  await source?.close();
  const followed = await download((response, { url }) => {
    if (url === '/ailleurs.csv') return void response.end('id\n');
    response.writeHead(307, { location: '/ailleurs.csv' }).end();
  });
  expect(followed?.octets).toBe(3);
});

test.each<[string, (response: ServerResponse) => void, RegExp]>([
  ['404', (response) => void response.writeHead(404).end('no'), /répond 404 : il n’y a pas de fichier/],
  ['503', (response) => void response.writeHead(503).end(), /répond 503/],
  ['204', (response) => void response.writeHead(204).end(), /répond 204 : il n’y a rien/],
  ['206', (response) => void response.writeHead(206).end('id,nom'), /répond 206 : il n’envoie qu’une partie/],
  ['304, asked for the first time', (response) => void response.writeHead(304).end(), /répond 304/],
  ['says nothing', () => {}, /ne répond/],
  [
    'stops in the middle',
    (response) => void response.writeHead(200, { 'content-length': 99 }).write('id'),
    /ne répond/,
  ],
  [
    'is cut in the middle',
    (response) => {
      response.writeHead(200, { 'content-length': 99 }).write('id');
      setTimeout(() => response.destroy(), 20);
    },
    /coupé la connexion/,
  ],
  ['too big', (response) => void response.end('x'.repeat(2_000_000)), /trop gros : 1 Mo au plus/],
  [
    'a bomb',
    (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    /compressé sans qu’on le lui demande/,
  ],
])('a server that %s: one sentence says why, and nothing stays on disk', async (_, serve, sentence) => {
  expect(await refusal(serve, { maxOctets: 1024 * 1024 })).toMatch(sentence);
});

test('a server that sends a little now and then is not waited for without end', async () => {
  const begun = Date.now();
  const drip = (response: ServerResponse) => {
    const timer = setInterval(() => response.write('x'), 20);
    response.once('close', () => clearInterval(timer));
  };
  expect(await refusal(drip, { silenceMs: 50 })).toMatch(/trop lent/);
  expect(Date.now() - begun).toBeLessThan(5_000);
});

test('one’s own network is open to the host that was named, not to those that it redirects to', async () => {
  const away = (response: ServerResponse, { url, headers }: IncomingMessage) => {
    if (url !== '/lieux.csv') return void response.end('id\n');
    response.writeHead(302, { location: `http://localhost:${headers.host?.split(':')[1]}/ailleurs.csv` }).end();
  };
  expect(await refusal(away)).toMatch(/réseau privé/);
});

test.each([
  ['an address of one’s own network', ['127.0.0.1']],
  ['one among public ones', ['93.184.215.14', '10.0.0.8']],
  ['an old form of one', ['::7f00:1']],
])('a name that leads to %s is never asked: what is looked at is what is connected to', async (_, addresses) => {
  // The resolver of the system is what is not ours: it answers as an attacker's would, another thing each time.
  let asked = 0;
  const answer = (...given: unknown[]) => {
    const done = given.at(-1);
    asked += 1;
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (typeof done === 'function') done(null, asked === 1 ? found : [{ address: '93.184.215.14', family: 4 }]);
  };
  vi.spyOn(dns, 'lookup').mockImplementation(answer as typeof dns.lookup);
  syncBuiltinESMExports();
  try {
    const request = { url: 'http://lieux.exemple.fr/lieux.csv', vers: join(folder, 'f'), silenceMs: 400 };
    await expect(telecharger(request)).rejects.toThrow(/réseau privé/);
    expect(asked).toBe(1);
  } finally {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  }
});
