import { createHash } from 'node:crypto';
import { lookup } from 'node:dns';
import { open, rm } from 'node:fs/promises';
import { get as getHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getHttps } from 'node:https';
import { BlockList, isIPv6, type LookupFunction } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';

/** What is known of the file from the last time. */
export interface DejaLu {
  etag: string | null;
  modifie: string | null;
  sha256: string | null;
}

export interface Telechargement extends DejaLu {
  sha256: string;
  octets: number;
  /** When the server says that the file was made, as it says it; null where it does not. */
  modifie: string | null;
}

export interface TelechargementRequest {
  url: string;
  /** Where to write the file. */
  vers: string;
  dejaLu?: DejaLu;
  maxOctets?: number;
  /** Silence of the server, in ms, that ends it; the whole may last twenty times as long. */
  silenceMs?: number;
  /**
   * Addresses of one's own network are allowed too: these, or where `url` itself leads, never where it redirects to another host.
   * For who runs the site, never for who types an address.
   */
  reseauInterne?: boolean | readonly string[];
  signal?: AbortSignal;
}

/** What stops a download, in one French sentence for whoever gave the address. */
export class SourceInjoignable extends Error {
  override name = 'SourceInjoignable';
}

const MAX_OCTETS = 200 * 1024 * 1024;
const SILENCE_MS = 30_000;
const MAX_REDIRECTIONS = 5;

/**
 * Downloads a file that somebody gave the address of, to disk and in constant memory; null where it has not changed since `dejaLu`
 * (the server says so, or its bytes are the same). Only http(s), only public addresses: what a name leads to is looked at when the
 * connection is made, at each redirection too. Nothing is left on disk where it fails.
 * @throws {SourceInjoignable} where it cannot be had, with the reason
 */
export async function telecharger(request: TelechargementRequest): Promise<Telechargement | null> {
  const { vers, dejaLu, silenceMs = SILENCE_MS } = request;
  const overall = AbortSignal.timeout(silenceMs * 20);
  const signal = request.signal ? AbortSignal.any([request.signal, overall]) : overall;
  try {
    const response = await follow(request, signal);
    if (response.statusCode === 304) {
      response.destroy();
      return null;
    }
    const { sha256, octets } = await save(response, request);
    if (sha256 === dejaLu?.sha256) {
      await rm(vers, { force: true });
      return null;
    }
    return { sha256, octets, etag: headerOf(response, 'etag'), modifie: headerOf(response, 'last-modified') };
  } catch (error) {
    await rm(vers, { force: true });
    if (error instanceof SourceInjoignable) throw error;
    const reason = overall.aborted ? `${TOO_SLOW} (${hostOf(request.url)}).` : reasonOf(error, request.url);
    throw new SourceInjoignable(reason, { cause: error });
  }
}

async function follow(request: TelechargementRequest, signal: AbortSignal): Promise<IncomingMessage> {
  let url = parseSource(request.url);
  for (let redirections = 0; redirections <= MAX_REDIRECTIONS; redirections++) {
    const response = await ask(url, request, signal);
    const status = response.statusCode ?? 0;
    const place = response.headers.location;
    if (status === 200 || (status === 304 && isConditional(request))) return response;
    response.destroy();
    if (![301, 302, 303, 307, 308].includes(status) || !place) {
      throw new SourceInjoignable(`Le serveur ${url.hostname} répond ${status}${MEANINGS[status] ?? ''}.`);
    }
    const next = parseSource(new URL(place, url).href);
    if (url.protocol === 'https:' && next.protocol === 'http:') {
      throw new SourceInjoignable(`Le serveur ${url.hostname} renvoie vers une adresse sans chiffrement (http).`);
    }
    url = next;
  }
  throw new SourceInjoignable(`Le serveur ${url.hostname} renvoie sans fin d’une adresse à une autre.`);
}

/** Whether the server was told what is had already: only then may it answer that nothing has changed. */
function isConditional({ dejaLu }: TelechargementRequest): boolean {
  return Boolean(dejaLu?.etag || dejaLu?.modifie);
}

const MEANINGS: Readonly<Record<number, string>> = {
  204: ' : il n’y a rien à cette adresse',
  206: ' : il n’envoie qu’une partie du fichier',
  401: ' : ce fichier demande un mot de passe',
  403: ' : il ne donne pas ce fichier à tout le monde',
  404: ' : il n’y a pas de fichier à cette adresse',
  410: ' : le fichier a été retiré',
  429: ' : il demande d’attendre',
  500: ' : il est en panne',
  502: ' : il est en panne',
  503: ' : il est en panne ou débordé',
};

/** An address that a file may be at. */
function parseSource(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw new SourceInjoignable('Cette adresse est mal écrite : elle doit commencer par https://.', { cause: error });
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new SourceInjoignable('Seules les adresses https:// et http:// peuvent être lues.');
  }
  if (url.username || url.password) {
    throw new SourceInjoignable(
      'Cette adresse contient un mot de passe : donnez une adresse que tout le monde peut lire.',
    );
  }
  return url;
}

function ask(url: URL, request: TelechargementRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const { dejaLu, silenceMs = SILENCE_MS, reseauInterne = false } = request;
  const interne = reseauInterne === true && url.hostname === new URL(request.url).hostname;
  if (!interne && isCompatible(url.hostname.replace(/^\[|\]$/g, ''))) throw new SourceInjoignable(PRIVE);
  const secure = url.protocol === 'https:';
  const Agent = secure ? RequestFilteringHttpsAgent : RequestFilteringHttpAgent;
  const options: RequestOptions = {
    agent: new Agent({
      allowPrivateIPAddress: interne,
      ...(typeof reseauInterne === 'object' && { allowIPAddressList: [...reseauInterne] }),
    }),
    signal,
    timeout: silenceMs,
    ...(!interne && { lookup: lookupPublic }),
    headers: {
      accept: 'text/csv, application/json, */*;q=0.5',
      'accept-encoding': 'identity',
      'user-agent': 'lieu-a-jour',
      ...(dejaLu?.etag && { 'if-none-match': dejaLu.etag }),
      ...(dejaLu?.modifie && { 'if-modified-since': dejaLu.modifie }),
    },
  };
  return new Promise((resolve, reject) => {
    const sent = (secure ? getHttps : getHttp)(url, options);
    let response: IncomingMessage | undefined;
    sent.once('response', (begun) => {
      response = begun;
      resolve(begun);
    });
    sent.once('error', reject);
    sent.once('timeout', () => (response ?? sent).destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })));
  });
}

/** IPv4 written in IPv6 as it was before 2006 (`::127.0.0.1`): no public address, and the filter of the agent knows it not. */
function isCompatible(address: string): boolean {
  return isIPv6(address) && COMPATIBLE.check(address, 'ipv6');
}

const COMPATIBLE = new BlockList();
COMPATIBLE.addSubnet('::', 96, 'ipv6');

const lookupPublic: LookupFunction = (hostname, options, done) => {
  lookup(hostname, options, (error, found, family) => {
    const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
    done(addresses.some(isCompatible) ? Object.assign(new Error(PRIVE), { code: 'PRIVE' }) : error, found, family);
  });
};

async function save(response: IncomingMessage, { vers, maxOctets = MAX_OCTETS }: TelechargementRequest) {
  const encoding = headerOf(response, 'content-encoding');
  if (encoding !== null && encoding !== 'identity') {
    response.destroy();
    throw new SourceInjoignable('Le serveur envoie le fichier compressé sans qu’on le lui demande : il n’est pas lu.');
  }
  const said = headerOf(response, 'content-length');
  const expected = said === null ? null : Number(said);
  const hash = createHash('sha256');
  let octets = 0;
  const file = await open(vers, 'w');
  try {
    for await (const chunk of response) {
      octets += chunk.length;
      if (octets > maxOctets) {
        response.destroy();
        throw new SourceInjoignable(`Ce fichier est trop gros : ${Math.round(maxOctets / 1024 / 1024)} Mo au plus.`);
      }
      hash.update(chunk);
      await file.write(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (expected !== null && expected !== octets) throw new SourceInjoignable(CUT);
  return { sha256: hash.digest('hex'), octets };
}

const TOO_SLOW = 'Le serveur est trop lent : le fichier n’arrive pas en entier';
const CUT = 'Le serveur a coupé la connexion avant la fin du fichier.';

function headerOf(
  { headers }: IncomingMessage,
  name: 'etag' | 'last-modified' | 'content-encoding' | 'content-length',
) {
  return headers[name] ?? null;
}

const PRIVE = 'Cette adresse mène à un réseau privé : seules les adresses publiques sont lues.';

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'Ce serveur n’existe pas',
  EAI_AGAIN: 'Ce serveur ne se trouve pas en ce moment',
  ECONNREFUSED: 'Le serveur refuse la connexion',
  ECONNRESET: 'Le serveur a coupé la connexion',
  ETIMEDOUT: 'Le serveur ne répond pas',
  ABORT_ERR: 'Le serveur ne répond plus',
  CERT_HAS_EXPIRED: 'Le certificat du serveur est périmé',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Le certificat du serveur n’est signé par personne de connu',
  SELF_SIGNED_CERT_IN_CHAIN: 'Le certificat du serveur n’est signé par personne de connu',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Le certificat du serveur n’est signé par personne de connu',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Le certificat du serveur est celui d’un autre site',
  ENOSPC: 'Le disque est plein ici',
};

function reasonOf(error: unknown, url: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'PRIVE' || (error instanceof Error && / is not allowed\. Because/.test(error.message))) return PRIVE;
  return `${REASONS[code] ?? 'La connexion a échoué'} (${hostOf(url)}).`;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : url;
}
