import { isInFrance } from './coordonnees.ts';
import { FIELDS, type Field, type FieldName, fieldOf } from './standard.ts';
import { departementOfCodePostal, departementOfInsee } from './territoire.ts';
import {
  isEverydayText,
  reasonAgainstCourriel,
  reasonAgainstDate,
  reasonAgainstFicheAccesLibre,
  reasonAgainstPivot,
  reasonAgainstTelephone,
  reasonAgainstUrl,
} from './valeurs.ts';

/** A lieu in the standard's terms. An empty list, null or (for id) '' is an absent value. */
export interface Lieu {
  id: string;
  pivot: string | null;
  nom: string | null;
  commune: string | null;
  code_postal: string | null;
  code_insee: string | null;
  adresse: string | null;
  complement_adresse: string | null;
  latitude: number | null;
  longitude: number | null;
  typologie: string[];
  telephone: string | null;
  courriels: string[];
  site_web: string[];
  horaires: string | null;
  presentation_resume: string | null;
  presentation_detail: string | null;
  source: string | null;
  itinerance: string[];
  structure_parente: string | null;
  /** AAAA-MM-JJ */
  date_maj: string | null;
  services: string[];
  publics_specifiquement_adresses: string[];
  prise_en_charge_specifique: string[];
  frais_a_charge: string[];
  dispositif_programmes_nationaux: string[];
  formations_labels: string[];
  autres_formations_labels: string[];
  modalites_acces: string[];
  modalites_accompagnement: string[];
  fiche_acces_libre: string | null;
  prise_rdv: string | null;
}

export type FieldValue = string | number | string[] | null;

/** Values of some fields of the standard. */
export type FieldValues = Partial<Record<FieldName, FieldValue>>;

/** A stored or sent value back as a field's value; what is not one reads as absent. */
export function readFieldValue(value: unknown): FieldValue {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : null;
}

export interface FieldError {
  field: FieldName;
  value: string;
  /** Why not, in French. */
  message: string;
  /** A value that would do. */
  example: string;
}

export interface ValidationRules {
  /** The local day, AAAA-MM-JJ: no date may come after it. Without it the future is not looked at. */
  today?: string;
}

/** The texts of one row of a CSV in the standard's columns. */
export type LieuTexts = Partial<Record<FieldName, string>>;

/** All the reasons why a lieu is not right by the standard, in the order of its fields: absent required values, wrong values. */
export function validateLieu(lieu: Lieu, rules: ValidationRules = {}): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of FIELDS) {
    const value = lieu[field.name];
    if (!isEmpty(value)) pushErrors(errors, field, value, lieu, rules);
    else if (field.required) errors.push(errorOf(field, '', 'Cette information est obligatoire.'));
  }
  return errors;
}

/**
 * Reads the texts of a row strictly, without mending: the lieu with the values that are right, and every error. A list
 * keeps its right values when others are wrong. `pivot` full of zeros is absent.
 */
export function readLieu(texts: LieuTexts, rules: ValidationRules = {}): { lieu: Lieu; errors: FieldError[] } {
  const values: Partial<Record<FieldName, FieldValue>> = {};
  const errors: FieldError[] = [];
  for (const field of FIELDS) {
    const text = texts[field.name] ?? '';
    if (text === '') continue;
    if (field.name === 'pivot' && text === '0'.repeat(14)) continue;
    if (field.type === 'number') {
      if (/^-?\d+(?:\.\d+)?$/.test(text)) values[field.name] = Number(text);
      else errors.push(errorOf(field, text, NOT_DEGREES));
    } else values[field.name] = field.multiple ? text.split('|') : text;
  }
  const read = lieuFrom(values);
  for (const error of validateLieu(read, rules)) {
    if (error.value === '' && errors.some((earlier) => earlier.field === error.field)) continue;
    errors.push(error);
  }
  return { lieu: withoutErrors(read, errors), errors: sortByField(errors) };
}

/**
 * The fields without which the lieu is not public: required by the standard, and absent or invalid. `pivot` never counts
 * (an unknown one is published as zeros, as national files do), nor do `services`: the schema does not require them, and the
 * real files have 2,446 lieux without any that would otherwise vanish from the map.
 */
export function missingFields(lieu: Lieu, rules: ValidationRules = {}): FieldName[] {
  return FIELDS.filter((field) => {
    if (!field.required || field.name === 'pivot') return false;
    const value = lieu[field.name];
    return isEmpty(value) || pushErrors([], field, value, lieu, rules).length > 0;
  }).map((field) => field.name);
}

/** Every reason against one value, knowing the rest of its lieu. A list gives one error per wrong value. */
export function validateField(
  name: FieldName,
  value: FieldValue,
  lieu: Pick<Lieu, 'code_postal' | 'code_insee' | 'latitude' | 'longitude'>,
  rules: ValidationRules = {},
): FieldError[] {
  return isEmpty(value) ? [] : pushErrors([], fieldOf(name), value, lieu, rules);
}

/** A lieu from values of any shape: what is not of the field's type is absent. */
export function lieuFrom(values: Readonly<Partial<Record<FieldName, FieldValue>>>): Lieu {
  const text = (name: FieldName): string | null => {
    const value = values[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const number = (name: FieldName): number | null => {
    const value = values[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  const list = (name: FieldName): string[] => {
    const value = values[name];
    return Array.isArray(value) ? value : [];
  };
  return {
    id: text('id') ?? '',
    pivot: text('pivot'),
    nom: text('nom'),
    commune: text('commune'),
    code_postal: text('code_postal'),
    code_insee: text('code_insee'),
    adresse: text('adresse'),
    complement_adresse: text('complement_adresse'),
    latitude: number('latitude'),
    longitude: number('longitude'),
    typologie: list('typologie'),
    telephone: text('telephone'),
    courriels: list('courriels'),
    site_web: list('site_web'),
    horaires: text('horaires'),
    presentation_resume: text('presentation_resume'),
    presentation_detail: text('presentation_detail'),
    source: text('source'),
    itinerance: list('itinerance'),
    structure_parente: text('structure_parente'),
    date_maj: text('date_maj'),
    services: list('services'),
    publics_specifiquement_adresses: list('publics_specifiquement_adresses'),
    prise_en_charge_specifique: list('prise_en_charge_specifique'),
    frais_a_charge: list('frais_a_charge'),
    dispositif_programmes_nationaux: list('dispositif_programmes_nationaux'),
    formations_labels: list('formations_labels'),
    autres_formations_labels: list('autres_formations_labels'),
    modalites_acces: list('modalites_acces'),
    modalites_accompagnement: list('modalites_accompagnement'),
    fiche_acces_libre: text('fiche_acces_libre'),
    prise_rdv: text('prise_rdv'),
  };
}

/** Of a value given twice, the first stays. */
function withoutErrors(lieu: Lieu, errors: readonly FieldError[]): Lieu {
  if (errors.length === 0) return lieu;
  const values: Partial<Record<FieldName, FieldValue>> = { ...lieu };
  for (const { field, value } of errors) {
    const current = values[field];
    if (!Array.isArray(current)) values[field] = null;
    else if (current.includes(value)) values[field] = current.toSpliced(current.lastIndexOf(value), 1);
  }
  return lieuFrom(values);
}

function sortByField(errors: FieldError[]): FieldError[] {
  return errors.sort((a, b) => NAMES.indexOf(a.field) - NAMES.indexOf(b.field));
}

const NAMES = FIELDS.map(({ name }) => name);

/** Whether a field says nothing. */
export function isEmpty(value: FieldValue): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function errorOf(field: Field, value: string, message: string): FieldError {
  return { field: field.name, value, message, example: field.example };
}

function pushErrors(
  errors: FieldError[],
  field: Field,
  value: FieldValue,
  lieu: Pick<Lieu, 'code_postal' | 'code_insee' | 'latitude' | 'longitude'>,
  rules: ValidationRules,
): FieldError[] {
  const say = (element: string, reason: string | null): void => {
    if (reason !== null) errors.push(errorOf(field, element, reason));
  };
  if (field.type === 'number') {
    say(String(value), typeof value === 'number' ? reasonAgainstDegrees(field.name, value, lieu) : NOT_DEGREES);
  } else if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      const twice = value.indexOf(element) < index;
      say(element, twice ? 'Cette valeur est donnée deux fois.' : reasonAgainst(field, element, lieu, rules));
    }
  } else say(String(value), reasonAgainst(field, String(value ?? ''), lieu, rules));
  return errors;
}

const NOT_DEGREES = 'Ce n’est pas un nombre en degrés, avec un point.';

/** Bounds of ours, wide of everything seen in 17,414 real rows: beyond them a text is an accident. In UTF-16 units. */
const LIMITS: Partial<Record<FieldName, number>> = {
  id: 255,
  nom: 300,
  commune: 100,
  adresse: 300,
  complement_adresse: 300,
  horaires: 2000,
  presentation_detail: 10_000,
};
const DEFAULT_LIMIT = 500;
const TEXTS_OF_LINES: ReadonlySet<FieldName> = new Set(['horaires', 'presentation_resume', 'presentation_detail']);
const PATTERNS = new Map(FIELDS.map(({ name, pattern }) => [name, pattern === null ? null : new RegExp(pattern, 'u')]));
const VALUES = new Map(FIELDS.map(({ name, values }) => [name, values === null ? null : new Set(values)]));
/** Control characters but line ends and tabs, lone halves of a pair, marks of a text decoded wrongly. */
const CONTROL = /(?![\n\r\t])[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffd]/u;
const HTML = /<\/?[a-z][a-z0-9:-]*(?:\s[^<>]*)?\/?>|<!--/i;

function reasonAgainst(
  field: Field,
  value: string,
  lieu: Pick<Lieu, 'code_postal'>,
  { today }: ValidationRules,
): string | null {
  if (value !== value.trim()) return 'Il y a des espaces en trop.';
  if (value === '') return 'Cette valeur est vide.';
  const allowed = VALUES.get(field.name);
  if (allowed) return allowed.has(value) ? null : 'Cette valeur n’est pas dans la liste du standard.';
  const everyday = isEverydayText(value);
  if (!everyday && CONTROL.test(value)) return 'Ce texte contient des caractères illisibles.';
  if (!TEXTS_OF_LINES.has(field.name) && /[\n\r\t]/.test(value)) return 'Ce texte doit tenir sur une ligne.';
  if (field.maxLength !== null && value.length > field.maxLength) {
    return `Ce texte compte ${value.length} caractères : ${field.maxLength} au plus.`;
  }
  const limit = isUrl(field.name) ? 2000 : (LIMITS[field.name] ?? field.maxLength ?? DEFAULT_LIMIT);
  if (value.length > limit) return `Ce texte compte ${value.length} caractères : ${limit} au plus.`;
  if (!everyday && HTML.test(value)) return 'Ce texte contient des balises HTML.';
  if (field.multiple && value.includes('|')) return 'Cette valeur contient le séparateur « | ».';
  const pattern = PATTERNS.get(field.name);
  switch (field.name) {
    case 'pivot':
      return reasonAgainstPivot(value, lieu.code_postal);
    case 'telephone':
      return reasonAgainstTelephone(value);
    case 'courriels':
      return reasonAgainstCourriel(value);
    case 'site_web':
    case 'prise_rdv':
      return reasonAgainstUrl(value);
    case 'fiche_acces_libre':
      return reasonAgainstFicheAccesLibre(value);
    case 'date_maj':
      return reasonAgainstDate(value, today ?? '9999-12-31');
    case 'commune':
      return /\p{L}/u.test(value) && !/^\d+$/.test(value) ? null : 'Ce n’est pas un nom de commune.';
    case 'nom':
    case 'adresse':
      return /[\p{L}\p{N}]/u.test(value) ? null : 'Ce texte ne dit rien.';
    case 'code_postal':
      return pattern?.test(value) && departementOfCodePostal(value) !== null
        ? null
        : 'Ce n’est pas un code postal français, de 5 chiffres.';
    case 'code_insee':
      return pattern?.test(value) && departementOfInsee(value) !== null
        ? null
        : 'Ce n’est pas un code INSEE de commune.';
    default:
      return pattern && !pattern.test(value) ? 'Cette valeur n’a pas la forme attendue.' : null;
  }
}

/** Degrees that exist, both given, and in that part of France which the postcode (else the INSEE code) says. */
function reasonAgainstDegrees(
  name: FieldName,
  value: number,
  { latitude, longitude, code_postal, code_insee }: Pick<Lieu, 'code_postal' | 'code_insee' | 'latitude' | 'longitude'>,
): string | null {
  const other = name === 'latitude' ? longitude : latitude;
  if (other === null) return `Il manque la ${name === 'latitude' ? 'longitude' : 'latitude'}.`;
  if (Math.abs(value) > (name === 'latitude' ? 90 : 180)) return 'Cette valeur n’est pas en degrés.';
  const position = name === 'latitude' ? { latitude: value, longitude: other } : { latitude: other, longitude: value };
  if (!isInFrance(position, null)) return 'Ces coordonnées ne sont pas en France.';
  const code = code_postal ?? code_insee;
  return isInFrance(position, code) ? null : 'Ces coordonnées ne sont pas dans le territoire du code postal.';
}

function isUrl(name: FieldName): boolean {
  return name === 'site_web' || name === 'prise_rdv' || name === 'fiche_acces_libre';
}
