import { csvLine } from './formats.ts';
import { departementOfInsee } from './territoire.ts';

/** An address to look for: that of a lieu without coordinates. */
export interface AdresseAGeocoder {
  /** Published id of the lieu. */
  id: string;
  adresse: string;
  code_postal: string | null;
  code_insee: string | null;
  commune: string;
  /** Code of the département that the lieu is known to be in. */
  departement: string | null;
}

/** What the geocoder says of one address. Coordinates in degrees (WGS 84), score from 0 to 1. */
export type Geocodage =
  | {
      etat: 'trouve';
      latitude: number;
      longitude: number;
      score: number;
      libelle: string | null;
      precision: 'exacte' | 'approchee' | null;
    }
  | { etat: 'absent' | 'erreur' };

/** From this score on an address that was found is the position of the lieu. */
const SCORE_EXACT = 0.9;
/** From this score on it is shown, said to be approximate; below, it is left out. */
const SCORE_APPROCHE = 0.6;

/** The columns of a request, in order. `filtre_code_postal` is filled where the INSEE code is not known: one filter, never both. */
const REQUEST_COLUMNS = ['ligne', 'adresse', 'code_postal', 'commune', 'code_insee', 'filtre_code_postal'] as const;

/** The columns that are asked back, beside those that were sent. */
export const RESULT_COLUMNS = [
  'latitude',
  'longitude',
  'result_label',
  'result_score',
  'result_type',
  'result_citycode',
  'result_status',
] as const;

/**
 * The CSV of a request to `POST /search/csv` of the Géoplateforme's geocoder (BAN). An address on several lines is one line: the service
 * guesses line ends.
 */
export function requestCsv(adresses: readonly AdresseAGeocoder[]): string {
  const lines = adresses.map(({ adresse, code_postal, commune, code_insee }, index) =>
    csvLine([
      String(index),
      oneLine(adresse),
      code_postal ?? '',
      oneLine(commune),
      code_insee ?? '',
      code_insee === null ? (code_postal ?? '') : '',
    ]),
  );
  return [csvLine(REQUEST_COLUMNS), ...lines].join('');
}

/** The answer is not one to what was asked: cut, of another request, or the file given back as it was sent. */
export class ReponseIllisible extends Error {
  override name = 'ReponseIllisible';
}

/**
 * What the geocoder answered of each address, in the order of the request.
 * @param records the cells of the answer, header first
 * @throws {ReponseIllisible} where columns or rows are missing, or come in another order
 */
export function readReponse(
  records: readonly (readonly string[])[],
  adresses: readonly AdresseAGeocoder[],
): Geocodage[] {
  const [header = [], ...rows] = records;
  const at = new Map(header.map((name, index) => [name.trim(), index]));
  const missing = ['ligne', 'latitude', 'longitude', 'result_score'].filter((name) => !at.has(name));
  if (missing.length > 0) throw new ReponseIllisible(`no column ${missing.join(', ')}`);
  if (rows.length !== adresses.length)
    throw new ReponseIllisible(`${rows.length} rows for ${adresses.length} addresses`);
  return adresses.map((adresse, index) => {
    const row = rows[index] ?? [];
    const cell = (name: string) => row[at.get(name) ?? -1]?.trim() ?? '';
    if (cell('ligne') !== String(index)) throw new ReponseIllisible(`row ${index} is another one`);
    return readResult(cell, adresse);
  });
}

function readResult(cell: (name: string) => string, adresse: AdresseAGeocoder): Geocodage {
  if (cell('result_status') === 'error') return { etat: 'erreur' };
  const [latitude, longitude, score] = [
    numberOf(cell('latitude')),
    numberOf(cell('longitude')),
    numberOf(cell('result_score')),
  ];
  if (latitude === null || longitude === null || score === null) return { etat: 'absent' };
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return { etat: 'absent' };
  const found = { type: cell('result_type'), citycode: cell('result_citycode'), score };
  const libelle = cell('result_label') || null;
  return { etat: 'trouve', latitude, longitude, score, libelle, precision: precisionOf(found, adresse) };
}

/**
 * How far an answer is trusted: by its score, the middle of a commune is no door whatever its
 * score, and an answer in another département than the lieu's is none.
 */
function precisionOf(
  { type, citycode, score }: { type: string; citycode: string; score: number },
  { code_insee, departement }: AdresseAGeocoder,
): 'exacte' | 'approchee' | null {
  const expected = departement ?? (code_insee === null ? null : departementOfInsee(code_insee));
  if (expected !== null && citycode !== '' && departementOfInsee(citycode) !== expected) return null;
  if (score < SCORE_APPROCHE) return null;
  return score >= SCORE_EXACT && type !== 'municipality' ? 'exacte' : 'approchee';
}

function numberOf(text: string): number | null {
  const value = Number(text);
  return text === '' || !Number.isFinite(value) ? null : value;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
