import { isInFrance } from './coordonnees.ts';
import { findCommuneOf } from './correction/place.ts';
import { parseHoraires } from './horaires/parse.ts';
import { understandHoraires } from './horaires/slips.ts';
import { isRecord } from './horaires/stored-form.ts';
import { validateField } from './lieu.ts';
import { type Etape, isPermanenceId, MAX_PERMANENCES, type Permanence } from './permanences.ts';
import { type CommuneIndex, communeOfArrondissement } from './territoire.ts';
import { DISPOSITIFS, SERVICES } from './vocabulaires.ts';

export type PermanenceField =
  | 'id'
  | 'horaires'
  | 'dispositif'
  | 'services'
  | 'precision'
  | 'etape'
  | `etape.${keyof Etape}`;

export interface PermanenceError {
  /** Which permanence, counted from 0; -1 for the list as a whole. */
  index: number;
  field: PermanenceField;
  /** Why not, in French, with an example that would do. */
  message: string;
}

export type PermanencesReading = { ok: true; permanences: Permanence[] } | { ok: false; errors: PermanenceError[] };

const MAX_PRECISION = 200;
const HORAIRES_EXAMPLE = 'Exemple : Tu 09:00-12:00, ou « mardi de 9 h à 12 h ».';

/**
 * Reads the permanences that a form sends, all of them: a list of objects with the fields of `Permanence`, where a text may stand for a
 * number and an empty text for nothing. Hours written by hand are understood as OSM text; those that nobody understands are an error,
 * since a permanence has no past to keep. The INSEE code of a stop follows from its commune. Every error is given, not the first alone.
 */
export function readPermanences(value: unknown, { communes }: { communes: CommuneIndex }): PermanencesReading {
  if (!Array.isArray(value))
    return { ok: false, errors: [{ index: -1, field: 'id', message: 'La liste est illisible.' }] };
  const errors: PermanenceError[] = [];
  if (value.length > MAX_PERMANENCES) {
    const message = `Une fiche a ${MAX_PERMANENCES} permanences au plus. Au-delà, faites une fiche par tournée.`;
    return { ok: false, errors: [{ index: -1, field: 'id', message }] };
  }
  const taken = new Set<string>();
  const permanences = value.map((item: unknown, index) => {
    const say: Say = (field, message) => errors.push({ index, field, message });
    const permanence = readPermanence(isRecord(item) ? item : {}, communes, say);
    if (taken.has(permanence.id))
      say('id', 'Deux permanences ont le même identifiant : supprimez celle-ci et refaites-la.');
    taken.add(permanence.id);
    return permanence;
  });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, permanences };
}

type Say = (field: PermanenceField, message: string) => void;

function readPermanence(item: Record<string, unknown>, communes: CommuneIndex, say: Say): Permanence {
  if (!isPermanenceId(item.id)) say('id', 'Cette permanence n’a pas d’identifiant : supprimez-la et refaites-la.');
  return {
    id: isPermanenceId(item.id) ? item.id : '',
    horaires: readHoraires(textOf(item.horaires), say),
    dispositif: readDispositif(textOf(item.dispositif), say),
    services: readServices(item.services, say),
    precision: readPrecision(textOf(item.precision), say),
    etape: isRecord(item.etape) ? readEtape(item.etape, communes, say) : null,
  };
}

function readHoraires(text: string | null, say: Say): string | null {
  if (text === null) {
    say('horaires', `Dites quand : sans horaires, personne ne sait quand venir. ${HORAIRES_EXAMPLE}`);
    return null;
  }
  const strict = parseHoraires(text);
  if (strict.ok) return text;
  const understood = understandHoraires(text);
  if (understood.ok) return understood.osm;
  const where =
    strict.position === undefined || strict.position >= text.length
      ? ''
      : ` À cet endroit : « ${text.slice(strict.position, strict.position + 20)} ».`;
  say('horaires', `${strict.message}${where} ${HORAIRES_EXAMPLE}`);
  return null;
}

function readDispositif(text: string | null, say: Say): string | null {
  const known: readonly string[] = DISPOSITIFS;
  if (text === null || known.includes(text)) return text;
  say('dispositif', `« ${text} » n’est pas un dispositif de la liste. Exemple : Conseillers numériques`);
  return null;
}

/** In the standard's order, so that the same choice is the same value. */
function readServices(value: unknown, say: Say): string[] {
  const given = (Array.isArray(value) ? value : [value]).map(textOf).filter((text) => text !== null);
  const known: readonly string[] = SERVICES;
  for (const text of given) {
    if (!known.includes(text)) say('services', `« ${text} » n’est pas dans la liste. Exemple : ${SERVICES[0]}`);
  }
  return known.filter((service) => given.includes(service));
}

function readPrecision(text: string | null, say: Say): string | null {
  if (text === null) return null;
  const line = text.replace(/\s+/g, ' ');
  // The rules of a short text of the standard: readable characters, no HTML.
  const [error] = validateField('complement_adresse', line, NOWHERE);
  if (error) say('precision', `${error.message} Exemple : Bureau 2, avec Marie`);
  else if (line.length > MAX_PRECISION) {
    say(
      'precision',
      `Ce texte compte ${line.length} caractères : ${MAX_PRECISION} au plus. Exemple : Bureau 2, avec Marie`,
    );
  }
  return line;
}

const NOWHERE = { code_postal: null, code_insee: null, latitude: null, longitude: null };

function readEtape(item: Record<string, unknown>, communes: CommuneIndex, say: Say): Etape {
  const etape: Etape = {
    nom: textOf(item.nom) ?? '',
    adresse: textOf(item.adresse),
    code_postal: textOf(item.code_postal)?.replace(/\s/g, '') ?? null,
    commune: textOf(item.commune),
    code_insee: textOf(item.code_insee)?.toUpperCase() ?? null,
    latitude: null,
    longitude: null,
  };
  if (etape.nom === '') say('etape.nom', 'Dites où : le nom que les gens connaissent. Exemple : Place du marché');
  if (etape.commune === null) say('etape.commune', 'Il manque la commune. Exemple : Langon');
  const valid = (['nom', 'adresse', 'code_postal', 'commune', 'code_insee'] as const).filter((field) => {
    const [error] = validateField(field, etape[field], NOWHERE);
    if (error) say(`etape.${field}`, `${error.message} Exemple : ${ETAPE_EXAMPLES[field]}`);
    return !error;
  });
  if (valid.length === 5) etape.code_insee = inseeOf(etape, communes, say);
  return { ...etape, ...readPosition(item, etape, say) };
}

const ETAPE_EXAMPLES = {
  nom: 'Place du marché',
  adresse: '2 Rue de la Gare',
  code_postal: '33210',
  commune: 'Langon',
  code_insee: '33227',
};

/** The INSEE code of the commune that is named; a postcode that is another commune's is an error, not a correction unseen. */
function inseeOf({ commune, code_postal, code_insee }: Etape, communes: CommuneIndex, say: Say): string | null {
  if (commune === null) return code_insee;
  const found = findCommuneOf({ commune, code_postal, code_insee: null }, communes);
  const named = communes.listByNom(commune);
  const [first] = named;
  const isNamed = named.some((one) => one === found || communeOfArrondissement(one.code_insee) === found?.code_insee);
  if (first && !isNamed && code_postal !== null) {
    say(
      'etape.code_postal',
      `Ce code postal n’est pas celui de ${commune}. Exemple : ${first.codes_postaux[0] ?? '33210'}`,
    );
  }
  return found?.code_insee ?? code_insee;
}

function readPosition(
  item: Record<string, unknown>,
  { code_postal, code_insee }: Etape,
  say: Say,
): { latitude: number | null; longitude: number | null } {
  const [latitude, longitude] = [degreesOf(item.latitude), degreesOf(item.longitude)];
  const none = { latitude: null, longitude: null };
  for (const [field, value] of [['latitude', latitude] as const, ['longitude', longitude] as const]) {
    if (value !== undefined && !Number.isNaN(value)) continue;
    if (value === undefined && latitude === longitude) continue;
    const why = value === undefined ? `Il manque la ${field}.` : 'Ce n’est pas un nombre en degrés.';
    say(`etape.${field}`, `${why} Exemple : ${field === 'latitude' ? '44.5541' : '-0.2487'}`);
  }
  if (latitude === undefined || longitude === undefined) return none;
  if (Number.isNaN(latitude) || Number.isNaN(longitude)) return none;
  if (!isInFrance({ latitude, longitude }, code_insee ?? code_postal)) {
    say('etape.latitude', 'Ces coordonnées ne sont pas dans la partie de France de cette commune. Exemple : 44.5541');
  }
  return { latitude, longitude };
}

/** Undefined where nothing is given, NaN where it is no number. A decimal comma is one. */
function degreesOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const text = textOf(value);
  if (text === null) return undefined;
  return /^-?\d{1,3}(?:[.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
}

function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' ? null : text;
}
