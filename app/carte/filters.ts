import { FILTER_FIELDS, type FilterField } from '#app/domain/filter-fields.ts';
import { parseLocalDate } from '#app/domain/horaires/dates.ts';
import { formatTime, longDay } from '#app/domain/horaires/words.ts';
import { fieldOf } from '#app/domain/standard.ts';
import { formatTerritoire, parseTerritoire, type Territoire } from '#app/domain/territoire.ts';

/** Degrees. `west` greater than `east` is a box across the 180th meridian. */
export interface Bbox {
  west: number;
  south: number;
  east: number;
  north: number;
}

export interface Point {
  latitude: number;
  longitude: number;
}

/** `maintenant`, `soir` (today from 18:00), a day of the week, or a wall-clock time at the lieu. */
export type Ouvert = 'maintenant' | 'soir' | 'samedi' | 'dimanche' | { jour: string; minutes: number };

/** What the public asks for, the same for the page, the API and the embed (names of `lieux` lists are the standard's). */
export interface Filtres {
  /** Any of the values of one field, all of the fields. */
  champs: Readonly<Partial<Record<FilterField, readonly string[]>>>;
  q: string | null;
  point: Point | null;
  /** Kilometres around `point`. */
  rayon: number | null;
  bbox: Bbox | null;
  /** Any of them. */
  territoires: readonly Territoire[];
  ouvert: Ouvert | null;
  /** Only lieux that have a free slot. */
  rdv: boolean;
  /** From 1. */
  page: number;
}

/** A name or a value that means nothing here: a page ignores it and says so, the API answers 400 with it. */
export interface FiltreInconnu {
  nom: string;
  valeur: string;
  /** French sentence. */
  message: string;
}

export const NO_FILTRES: Filtres = {
  champs: {},
  q: null,
  point: null,
  rayon: null,
  bbox: null,
  territoires: [],
  ouvert: null,
  rdv: false,
  page: 1,
};

const MAX_Q = 200;
const MAX_RAYON = 20_000;

/**
 * Reads a query string. Nothing is thrown: what is not understood is listed in `inconnus` and left out. Empty values
 * (a form sends its empty fields) and `utm_*` are passed over in silence; `others` are names that the caller reads itself.
 */
export function parseFiltres(
  params: URLSearchParams,
  others: readonly string[] = [],
): { filtres: Filtres; inconnus: FiltreInconnu[] } {
  const inconnus: FiltreInconnu[] = [];
  const refuse = (nom: string, valeur: string, message: string) => void inconnus.push({ nom, valeur, message });
  const filtres = { ...NO_FILTRES, champs: parseChamps(params, refuse) };

  const single = <T>(nom: string, read: (text: string) => T | null, expected: string): T | null => {
    const [first, ...more] = params
      .getAll(nom)
      .map((text) => text.trim())
      .filter((text) => text !== '');
    for (const text of more) if (text !== first) refuse(nom, text, `« ${nom} » ne se donne qu’une fois.`);
    if (first === undefined) return null;
    const value = read(first);
    if (value === null) refuse(nom, first, `« ${nom} » n’accepte pas « ${first} » : ${expected}.`);
    return value;
  };
  filtres.q = single('q', (text) => (text.length <= MAX_Q ? text : null), `${MAX_Q} caractères au plus`);
  filtres.bbox = single('bbox', parseBbox, 'attendu ouest,sud,est,nord en degrés (exemple : -0.7,44.8,-0.5,44.9)');
  filtres.ouvert = single('ouvert', parseOuvert, 'attendu maintenant, soir, samedi, dimanche ou AAAA-MM-JJThh:mm');
  filtres.rdv = single('rdv', (text) => (text === '1' ? true : null), 'attendu 1') ?? false;
  filtres.page = single('page', parsePage, 'attendu un nombre à partir de 1') ?? 1;
  const latitude = single(
    'lat',
    (text) => parseNumber(text, -90, 90),
    'attendu une latitude en degrés (exemple : 44.84)',
  );
  const longitude = single(
    'lon',
    (text) => parseNumber(text, -180, 180),
    'attendu une longitude en degrés (exemple : -0.58)',
  );
  if (latitude !== null && longitude !== null) filtres.point = { latitude, longitude };
  else if (latitude !== null) refuse('lat', String(latitude), '« lat » va avec « lon ».');
  else if (longitude !== null) refuse('lon', String(longitude), '« lon » va avec « lat ».');
  filtres.rayon = single('rayon', parseRayon, 'attendu un nombre de kilomètres (exemple : 20)');

  const territoires = new Map<string, Territoire>();
  for (const text of params.getAll('territoire').filter((value) => value !== '')) {
    const territoire = parseTerritoire(text);
    if (territoire) territoires.set(formatTerritoire(territoire), territoire);
    else refuse('territoire', text, `Le territoire « ${text} » n’existe pas (exemple : departement:33).`);
  }
  filtres.territoires = [...territoires.keys()].sort().flatMap((key) => territoires.get(key) ?? []);

  const known = new Set<string>([...OWN_NAMES, ...FILTER_FIELDS, ...others]);
  for (const [nom, valeur] of params) {
    if (!known.has(nom) && !nom.startsWith('utm_')) refuse(nom, valeur, `Le filtre « ${nom} » n’existe pas.`);
  }
  return { filtres, inconnus };
}

const OWN_NAMES = ['q', 'lat', 'lon', 'rayon', 'bbox', 'territoire', 'ouvert', 'rdv', 'page'];

/** The one spelling of these filters: names and values in a fixed order, the first page and what is empty left out. */
export function formatFiltres(filtres: Filtres): URLSearchParams {
  const params = new URLSearchParams();
  if (filtres.q !== null) params.set('q', filtres.q);
  if (filtres.point) {
    params.set('lat', String(filtres.point.latitude));
    params.set('lon', String(filtres.point.longitude));
  }
  if (filtres.rayon !== null) params.set('rayon', String(filtres.rayon));
  if (filtres.bbox) params.set('bbox', formatBbox(filtres.bbox));
  for (const territoire of filtres.territoires) params.append('territoire', formatTerritoire(territoire));
  for (const field of FILTER_FIELDS) for (const value of filtres.champs[field] ?? []) params.append(field, value);
  if (filtres.ouvert !== null) params.set('ouvert', formatOuvert(filtres.ouvert));
  if (filtres.rdv) params.set('rdv', '1');
  if (filtres.page > 1) params.set('page', String(filtres.page));
  return params;
}

function parseChamps(
  params: URLSearchParams,
  refuse: (nom: string, valeur: string, message: string) => void,
): Filtres['champs'] {
  const champs: Partial<Record<FilterField, readonly string[]>> = {};
  for (const field of FILTER_FIELDS) {
    const asked = new Set(params.getAll(field).filter((value) => value !== ''));
    const { values } = fieldOf(field);
    for (const value of asked) {
      if (values === null || values.includes(value)) continue;
      asked.delete(value);
      refuse(field, value, `« ${field} » n’a pas de valeur « ${value} ».`);
    }
    if (asked.size > 0)
      champs[field] = values === null ? [...asked].sort() : values.filter((value) => asked.has(value));
  }
  return champs;
}

function parseNumber(text: string, min: number, max: number): number | null {
  if (!/^[+-]?\d{1,9}(?:\.\d{1,15})?$/.test(text)) return null;
  const value = Number(text);
  // -0 would be written back as 0
  return value >= min && value <= max ? value + 0 : null;
}

function parseRayon(text: string): number | null {
  const value = parseNumber(text, 0, MAX_RAYON);
  return value !== null && value > 0 ? value : null;
}

function parsePage(text: string): number | null {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null;
}

function parseBbox(text: string): Bbox | null {
  const parts = text.split(',');
  if (parts.length !== 4) return null;
  const [west, south, east, north] = parts.map((part, i) =>
    parseNumber(part.trim(), i % 2 ? -90 : -180, i % 2 ? 90 : 180),
  );
  if (west == null || south == null || east == null || north == null || south > north) return null;
  return { west, south, east, north };
}

/** `ouest,sud,est,nord`. */
function formatBbox({ west, south, east, north }: Bbox): string {
  return [west, south, east, north].join(',');
}

function parseOuvert(text: string): Ouvert | null {
  if (text === 'maintenant' || text === 'soir' || text === 'samedi' || text === 'dimanche') return text;
  const match = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  const [, jour, heures, minutes] = match ?? [];
  if (jour === undefined || !isDate(jour)) return null;
  return { jour, minutes: Number(heures) * 60 + Number(minutes) };
}

function formatOuvert(ouvert: Ouvert): string {
  if (typeof ouvert === 'string') return ouvert;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${ouvert.jour}T${two(Math.floor(ouvert.minutes / 60))}:${two(ouvert.minutes % 60)}`;
}

function isDate(jour: string): boolean {
  const date = new Date(`${jour}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(jour);
}

/** What a filter on the openings is called: `Ouvert maintenant`, `Ouvert mercredi 2 décembre à 10 h`. */
export function labelOfOuvert(ouvert: Ouvert): string {
  if (typeof ouvert === 'string') return OUVERT[ouvert];
  return `Ouvert ${longDay(parseLocalDate(ouvert.jour) ?? 0)} à ${formatTime(ouvert.minutes)}`;
}

const OUVERT = {
  maintenant: 'Ouvert maintenant',
  soir: 'Ouvert ce soir',
  samedi: 'Ouvert samedi',
  dimanche: 'Ouvert dimanche',
};
