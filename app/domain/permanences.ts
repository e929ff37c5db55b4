import { isRecord } from './horaires/stored-form.ts';
import type { Lieu } from './lieu.ts';

/**
 * When help is given in a lieu, by whom and for what, apart from when the lieu itself is open: a mairie opens from Monday to Friday,
 * the conseiller numérique comes on Tuesday.
 */
export interface Permanence {
  /** Stable within its lieu: eight hexadecimal digits. */
  id: string;
  /** OSM text, on the clock of the place where it happens. */
  horaires: string | null;
  /** By whom: a value of `dispositif_programmes_nationaux`, or null where it is the lieu's own staff. */
  dispositif: string | null;
  /** For what: values of `services`; none means those of the lieu. */
  services: readonly string[];
  /** For people: "bureau 2, avec Marie". */
  precision: string | null;
  /** Where, when it is elsewhere than in the lieu: a stop of a bus or of a visiting conseiller. */
  etape: Etape | null;
}

/** A stop of a tournée. Coordinates in degrees, both or none. */
export interface Etape {
  nom: string;
  adresse: string | null;
  code_postal: string | null;
  commune: string | null;
  code_insee: string | null;
  latitude: number | null;
  longitude: number | null;
}

/** A lieu in the standard's terms, with its permanences besides: all that people write about it. */
export interface LieuEtPermanences extends Lieu {
  permanences: readonly Permanence[];
}

/** How many permanences one lieu may have: a bus with as many stops is several lieux. */
export const MAX_PERMANENCES = 50;

/** A permanence of which nothing is said yet, in the lieu itself. */
export function emptyPermanence(id: string): Permanence {
  return { id, horaires: null, dispositif: null, services: [], precision: null, etape: null };
}

/** A stop of which nothing is said yet. */
export function emptyEtape(): Etape {
  return {
    nom: '',
    adresse: null,
    code_postal: null,
    commune: null,
    code_insee: null,
    latitude: null,
    longitude: null,
  };
}

/** An id that none of these permanences has. */
export function newPermanenceId(permanences: readonly Pick<Permanence, 'id'>[]): string {
  for (;;) {
    const id = [...crypto.getRandomValues(new Uint8Array(4))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('');
    if (permanences.every((permanence) => permanence.id !== id)) return id;
  }
}

/** Whether a text can be the id of a permanence. */
export function isPermanenceId(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{8}$/.test(text);
}

/**
 * The permanences out of a JSON value that we wrote ourselves (a column, a revision, a hidden input): what has not their form is
 * left out. Keys come in one order, so that equal permanences have equal JSON. What people typed is read by `readPermanences`.
 */
export function readStoredPermanences(value: unknown): Permanence[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown): Permanence[] => {
    if (!isRecord(item) || !isPermanenceId(item.id)) return [];
    return [
      {
        id: item.id,
        horaires: textOf(item.horaires),
        dispositif: textOf(item.dispositif),
        services: Array.isArray(item.services) ? item.services.filter((service) => typeof service === 'string') : [],
        precision: textOf(item.precision),
        etape: readStoredEtape(item.etape),
      },
    ];
  });
}

function readStoredEtape(value: unknown): Etape | null {
  if (!isRecord(value)) return null;
  const latitude = numberOf(value.latitude);
  const longitude = numberOf(value.longitude);
  const located = latitude !== null && longitude !== null;
  return {
    nom: textOf(value.nom) ?? '',
    adresse: textOf(value.adresse),
    code_postal: textOf(value.code_postal),
    commune: textOf(value.commune),
    code_insee: textOf(value.code_insee),
    latitude: located ? latitude : null,
    longitude: located ? longitude : null,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
