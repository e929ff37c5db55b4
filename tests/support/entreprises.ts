import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, listenOnLoopback } from './loopback.ts';

/** An establishment of the register. */
export interface EtablissementConnu {
  etat: 'A' | 'F';
  date_fermeture?: string | null;
}

/** What to do with a request besides answering it: null answers; `corps` is sent in place of the answer. */
export type Panne =
  | null
  | 'coupe'
  | 'muet'
  | { status: number; headers?: Record<string, string> }
  | { corps: string | ((siret: string) => unknown) };

export interface EntreprisesDouble {
  /** As `RECHERCHE_ENTREPRISES_URL` is. */
  url: string;
  /** The SIRETs that were asked for, and when, in ms. */
  requetes: { siret: string; le: number; agent: string | undefined }[];
  /** How many were refused for coming too fast. */
  trop: number;
  close(): Promise<void>;
}

/**
 * « Recherche d'entreprises » on loopback: `GET /search?q=`, 400 without a query of 3 characters, 429 with `Retry-After` beyond 7
 * requests in a second, an empty list for what it does not know. With `minimal`, only what `include` names is in a company.
 */
export async function startEntreprises({
  connus,
  panne = () => null,
}: {
  connus: Readonly<Record<string, EtablissementConnu>>;
  panne?: (numero: number, siret: string) => Panne;
}): Promise<EntreprisesDouble> {
  const double: Pick<EntreprisesDouble, 'requetes' | 'trop'> = { requetes: [], trop: 0 };
  const server = createServer((request, response) => answer(request, response));

  function answer(request: IncomingMessage, response: ServerResponse) {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://double');
    if (request.method !== 'GET' || pathname !== '/search') return send(response, 404, { erreur: 'Not Found' });
    const siret = searchParams.get('q') ?? '';
    const le = performance.now();
    double.requetes.push({ siret, le, agent: request.headers['user-agent'] });
    if (double.requetes.filter((earlier) => le - earlier.le < 1_000).length > 7) {
      double.trop += 1;
      return send(response, 429, { erreur: 'Too many requests' }, { 'retry-after': '1' });
    }
    const fault = panne(double.requetes.length, siret);
    if (fault === 'muet') return;
    if (fault !== null && typeof fault === 'object' && 'status' in fault) {
      return send(response, fault.status, { erreur: 'fault' }, fault.headers);
    }
    if (fault !== null && typeof fault === 'object') {
      const { corps } = fault;
      return send(response, 200, typeof corps === 'string' ? corps : corps(siret));
    }
    if (siret.length < 3) return send(response, 400, { erreur: '3 caractères minimum pour le terme de recherche' });
    const body = bodyOf(siret, connus[siret], searchParams);
    if (fault === 'coupe') {
      const text = JSON.stringify(body);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(text.length) });
      response.write(text.slice(0, text.length / 2));
      return void setTimeout(() => response.destroy(), 20);
    }
    send(response, 200, body);
  }

  const url = await listenOnLoopback(server);
  return Object.assign(double, { url, close: () => closeServer(server) });
}

/** A company as the service gives it, with the establishment that was asked for among those that match. */
export function bodyOf(siret: string, known: EtablissementConnu | undefined, params = new URLSearchParams()): object {
  const found = known ? [companyOf(siret, known, params)] : [];
  return { results: found, total_results: found.length, page: 1, per_page: 10, total_pages: found.length };
}

function companyOf(
  siret: string,
  { etat, date_fermeture = null }: EtablissementConnu,
  params: URLSearchParams,
): object {
  const siren = siret.slice(0, 9);
  const details: Record<string, unknown> = {
    siege: {
      ...{ activite_principale: '84.11Z', adresse: '1 PLACE DE LA MAIRIE 33000 BORDEAUX', est_siege: true },
      ...{ siret: `${siren}99999`, etat_administratif: 'A', date_fermeture: null, code_postal: '33000' },
    },
    matching_etablissements: [
      {
        ...{ activite_principale: '84.11Z', adresse: '2 RUE HAUTE 33000 BORDEAUX', est_siege: false },
        ...{ siret, etat_administratif: etat, date_fermeture, commune: '33063', liste_enseignes: null },
      },
    ],
    dirigeants: [],
    finances: null,
  };
  const kept = params.get('minimal') === 'true' ? (params.get('include') ?? '').split(',') : Object.keys(details);
  return {
    ...{ siren, nom_complet: 'COMMUNE DE BORDEAUX', nom_raison_sociale: 'COMMUNE DE BORDEAUX', sigle: null },
    ...{ nombre_etablissements: 3, nombre_etablissements_ouverts: 2, etat_administratif: 'A' },
    ...Object.fromEntries(Object.entries(details).filter(([name]) => kept.includes(name))),
  };
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
