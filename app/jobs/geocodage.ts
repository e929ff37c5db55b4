import type { Kysely } from 'kysely';
import {
  type AdresseAGeocoder,
  type Geocodage,
  RESULT_COLUMNS,
  ReponseIllisible,
  readReponse,
  requestCsv,
} from '#app/domain/geocodage.ts';
import { Enregistrements } from '#app/imports/enregistrements.ts';
import { type AdresseDemandee, listAdressesAGeocoder, upsertGeocodages } from '#db/geocodage.ts';
import type { DB } from '#db/types.ts';
import { pause, readText, retryAfter } from './service.ts';

/** Addresses of one request: some seconds of the geocoder's time, and what a failure costs. */
const PAR_REQUETE = 500;
const TIMEOUT_MS = 60_000;
/** Between two requests: the service takes 50 a second from everyone; this is far below. */
const PAUSE_MS = 1_000;
/** Refusals one after the other: one address among `PAR_REQUETE` that it chokes on makes ten at most. */
const MAX_REFUS = 12;
const MAX_RESPONSE = 20 * 1024 * 1024;

export interface GeocodageCounts {
  demandees: number;
  exactes: number;
  approchees: number;
  erreurs: number;
}

/** The geocoder does not answer, or asks for time: what was answered so far is kept, the rest waits for `reprise`. */
export class GeocodeurIndisponible extends Error {
  override name = 'GeocodeurIndisponible';
  constructor(
    message: string,
    /** Seconds that it asked for, or null. */
    readonly attente: number | null = null,
  ) {
    super(message);
  }
}

export interface GeocodageRequest {
  db: Kysely<DB>;
  /** Such as https://data.geopf.fr/geocodage, without a final slash. */
  url: string;
  now: () => Date;
  /** Aborted where this process ends. */
  signal?: AbortSignal;
  pauseMs?: number;
  /** Addresses of one request. */
  parRequete?: number;
}

/**
 * Looks for the addresses of every lieu without coordinates, some hundreds at a time through the CSV endpoint of the Géoplateforme
 * (`POST /search/csv`). Each answer is kept as it comes: cut anywhere, the next call goes on from there.
 * @throws {GeocodeurIndisponible} where the service fails for all
 */
export async function geocodeLieux(request: GeocodageRequest): Promise<GeocodageCounts> {
  const { db, now, signal, pauseMs = PAUSE_MS, parRequete = PAR_REQUETE } = request;
  const counts = { demandees: 0, exactes: 0, approchees: 0, erreurs: 0 };
  for (;;) {
    const adresses = await listAdressesAGeocoder(db, { now: now(), limit: parRequete });
    if (adresses.length === 0 || signal?.aborted) return counts;
    const geocodages = await askAll(adresses, request, { refus: 0 });
    await upsertGeocodages(db, { adresses, geocodages, now: now() });
    count(counts, geocodages);
    await pause(pauseMs, signal);
  }
}

/**
 * An answer for each address. Where a request is refused, its halves are asked, down to the one address that it chokes on; where
 * nothing at all is answered, the service is at fault, not the addresses.
 */
async function askAll(
  adresses: readonly AdresseDemandee[],
  request: GeocodageRequest,
  suite: { refus: number },
): Promise<Geocodage[]> {
  try {
    const geocodages = await ask(adresses, request);
    suite.refus = 0;
    return geocodages;
  } catch (error) {
    if (!(error instanceof RequeteRefusee)) throw error;
    if (++suite.refus > MAX_REFUS) throw new GeocodeurIndisponible(error.message);
    if (adresses.length === 1) return [{ etat: 'erreur' }];
    const half = Math.ceil(adresses.length / 2);
    await pause(request.pauseMs ?? PAUSE_MS, request.signal);
    const first = await askAll(adresses.slice(0, half), request, suite);
    return [...first, ...(await askAll(adresses.slice(half), request, suite))];
  }
}

/** The service answers, but not to this. */
class RequeteRefusee extends Error {}

async function ask(adresses: readonly AdresseAGeocoder[], { url, signal }: GeocodageRequest): Promise<Geocodage[]> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}/search/csv`, {
      method: 'POST',
      body: formOf(adresses),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await readText(response, MAX_RESPONSE);
  } catch (error) {
    throw new GeocodeurIndisponible(error instanceof Error ? error.message : String(error));
  }
  if (response.status === 429 || response.status === 503 || response.status >= 502) {
    throw new GeocodeurIndisponible(`HTTP ${response.status}`, retryAfter(response));
  }
  if (response.status === 401 || response.status === 403 || response.status === 404) {
    throw new GeocodeurIndisponible(`HTTP ${response.status}`);
  }
  if (!response.ok) throw new RequeteRefusee(`HTTP ${response.status}`);
  try {
    return readReponse(
      [...new Enregistrements(',').push(text, true)].map(({ cells }) => cells),
      adresses,
    );
  } catch (error) {
    if (error instanceof ReponseIllisible) throw new RequeteRefusee(error.message);
    throw error;
  }
}

function formOf(adresses: readonly AdresseAGeocoder[]): FormData {
  const form = new FormData();
  form.append('data', new File([requestCsv(adresses)], 'lieux.csv', { type: 'text/csv' }));
  for (const column of ['adresse', 'code_postal', 'commune']) form.append('columns', column);
  form.append('citycode', 'code_insee');
  form.append('postcode', 'filtre_code_postal');
  form.append('indexes', 'address');
  for (const column of RESULT_COLUMNS) form.append('result_columns', column);
  return form;
}

function count(counts: GeocodageCounts, geocodages: readonly Geocodage[]): void {
  counts.demandees += geocodages.length;
  for (const geocodage of geocodages) {
    if (geocodage.etat === 'erreur') counts.erreurs++;
    else if (geocodage.etat === 'trouve' && geocodage.precision === 'exacte') counts.exactes++;
    else if (geocodage.etat === 'trouve' && geocodage.precision === 'approchee') counts.approchees++;
  }
}

/** How long to leave a geocoder alone that does not answer: what it asks for, else five minutes, doubled at each failure up to six hours. */
export function createPatience(now: () => Date) {
  let failures = 0;
  let until = 0;
  return {
    /** Whether it may be asked now. */
    due: () => now().getTime() >= until,
    answered() {
      failures = 0;
      until = 0;
    },
    failed(attente: number | null) {
      const minutes = Math.min(360, 5 * 2 ** failures++);
      until = now().getTime() + (attente === null ? minutes * 60_000 : Math.min(attente, 86_400) * 1_000);
    },
  };
}
