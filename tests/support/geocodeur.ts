import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parse } from 'csv-parse/sync';
import { closeServer, listenOnLoopback } from './loopback.ts';

/** One address that the double knows, as the BAN's geocoder describes it. */
export interface AdresseConnue {
  label: string;
  latitude: number;
  longitude: number;
  score: number;
  type: 'housenumber' | 'street' | 'locality' | 'municipality';
  citycode: string;
}

/** What to do with a request besides answering it: null answers. */
export type Panne = null | 'coupe' | 'muet' | 'renvoye' | { status: number; headers?: Record<string, string> };

export interface Requete {
  /** The rows that were sent, by column. */
  lignes: Record<string, string>[];
  /** The fields of the form, the file left out. */
  champs: Record<string, string[]>;
}

export interface GeocodeurDouble {
  /** As `GEOCODER_URL` is. */
  url: string;
  requetes: Requete[];
  close(): Promise<void>;
}

/**
 * The CSV endpoint of the Géoplateforme's geocoder on loopback, with the shapes of its own code (gpf-geocodeur, `api/csv`): columns
 * that are not in the file are a 400, each row comes back with what was asked of the result, `result_status` is ok, not-found,
 * skipped (nothing to look for) or error. `connue` finds the address of a text and its filters.
 */
export async function startGeocodeur({
  connue,
  panne = () => null,
}: {
  connue: (q: string, filtres: { citycode: string; postcode: string }) => AdresseConnue | 'error' | undefined;
  panne?: (numero: number, requete: Requete) => Panne;
}): Promise<GeocodeurDouble> {
  const requetes: Requete[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (request.method !== 'POST' || request.url !== '/geocodage/search/csv') return refuse(response, 404, 'Not found');
    const { csv, champs } = await readForm(request, body);
    if (csv === null) return refuse(response, 400, 'A CSV file must be provided in data field');
    const lignes: Record<string, string>[] = parse(csv, { columns: true });
    const requete = { lignes, champs };
    requetes.push(requete);
    const fault = panne(requetes.length, requete);
    if (fault === 'muet') return;
    if (fault !== null && typeof fault === 'object') {
      return refuse(response, fault.status, 'fault', fault.headers);
    }
    const known = Object.keys(lignes[0] ?? {});
    if ((champs.columns ?? []).some((column) => !known.includes(column)))
      return refuse(response, 400, 'At least one given column name is unknown');
    const text = fault === 'renvoye' ? csv : render(lignes, champs, known, connue);
    response.writeHead(200, {
      'content-type': 'text/csv',
      'content-disposition': 'attachment; filename="geocoded-lieux.csv"',
    });
    if (fault === 'coupe') {
      response.write(text.slice(0, text.length / 2));
      return void setTimeout(() => response.destroy(), 20);
    }
    response.end(text);
  }

  const origin = await listenOnLoopback(server);
  return {
    url: `${origin}/geocodage`,
    requetes,
    close: () => closeServer(server),
  };
}

function render(
  lignes: Record<string, string>[],
  champs: Record<string, string[]>,
  known: string[],
  connue: Parameters<typeof startGeocodeur>[0]['connue'],
): string {
  const results = champs.result_columns ?? [];
  const header = [...known, ...results];
  const rows = lignes.map((ligne) => {
    const q = (champs.columns ?? [])
      .map((column) => (ligne[column] ?? '').trim())
      .join(' ')
      .trim();
    const filtre = (name: string) => ligne[champs[name]?.[0] ?? ''] ?? '';
    const found =
      q.length < 3 || !/^[\p{L}\d]/u.test(q)
        ? 'skipped'
        : connue(q, { citycode: filtre('citycode'), postcode: filtre('postcode') });
    const result = resultOf(found);
    return [...known.map((name) => ligne[name] ?? ''), ...results.map((name) => result[name] ?? '')];
  });
  return [header, ...rows].map((cells) => cells.map(quote).join(',')).join('\n');
}

function resultOf(found: AdresseConnue | 'error' | 'skipped' | undefined): Record<string, string> {
  if (found === undefined) return { result_status: 'not-found' };
  if (typeof found === 'string') return { result_status: found };
  const { label, latitude, longitude, score, type, citycode } = found;
  return {
    result_label: label,
    latitude: String(latitude),
    longitude: String(longitude),
    result_score: String(score),
    result_type: type,
    result_citycode: citycode,
    result_status: 'ok',
  };
}

async function readForm(request: IncomingMessage, body: Buffer) {
  const type = request.headers['content-type'] ?? '';
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const champs: Record<string, string[]> = {};
  let csv: string | null = null;
  for (const [name, value] of form) {
    if (typeof value === 'string') champs[name] = [...(champs[name] ?? []), value];
    else if (name === 'data') csv = await value.text();
  }
  return { csv, champs };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, code: number, message: string, headers: Record<string, string> = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ code, message }));
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
