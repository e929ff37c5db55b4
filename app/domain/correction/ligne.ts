import type { Position } from '../coordonnees.ts';
import { capitalize, uncapitalize } from '../horaires/words.ts';
import { type FieldError, type Lieu, type LieuTexts, missingFields, readLieu, validateField } from '../lieu.ts';
import { isPremiumRate } from '../moderation.ts';
import { FIELDS, type Field, type FieldName, fieldOf } from '../standard.ts';
import type { CommuneIndex } from '../territoire.ts';
import { mendText } from './champ.ts';
import { mendPair } from './coordonnees.ts';
import { readHoraires } from './horaires.ts';
import { distanceFromCommune, findCommuneOf, mendPlace } from './place.ts';
import { isPlaceholder, type Mend } from './texte.ts';

/** `refusee`: no id, no nom, or no place at all; `a_completer`: kept, not public; `public`. */
export type Verdict = 'public' | 'a_completer' | 'refusee';

/** One thing to say about one value of a row. */
export interface Remarque {
  champ: FieldName;
  /** As it was written. */
  valeur: string;
  /** Mended; an optional value left out; kept, to complete; the row is refused. */
  verdict: 'corrige' | 'ignore' | 'manquant' | 'refuse';
  message: string;
}

export interface CorrectedLigne {
  verdict: Verdict;
  /** What is right of the row, after mending. */
  lieu: Lieu;
  /** Required fields without which the lieu is not public. */
  manquants: FieldName[];
  remarques: Remarque[];
}

export interface CorrectionContext {
  communes: CommuneIndex;
  /** The day in metropolitan France, AAAA-MM-JJ. */
  today: string;
  /**
   * Nobody will look at these values before they are public: what the forms leave to a moderator is left out, and what the
   * standard requires and we do not is said.
   */
  unreviewed?: boolean;
}

/**
 * What a row written by people becomes: what has one clear meaning is mended, what has none is left out, both are said.
 * Pure and deterministic; about 40 µs for a row of the real files.
 */
export function correctLigne(texts: LieuTexts, context: CorrectionContext): CorrectedLigne {
  const draft = new Draft(texts);
  // The postcode comes before the telephone, whose dialling code it tells.
  for (const field of FIELDS) mendField(field, draft, context.communes);
  moveLongSummary(draft);
  mendWhere(draft, context.communes);
  const { lieu, errors } = readLieu(draft.texts, context);
  for (const error of errors) draft.leaveOut(error);
  if (context.unreviewed) leavePremiumRateOut(lieu, draft);
  sayDoubtfulHoraires(lieu, draft);
  if (context.unreviewed) sayUnknownPivot(lieu, draft);
  const refused = refuse(lieu, draft);
  const manquants = missingFields(lieu, context);
  for (const name of manquants) draft.miss(name);
  const remarques = draft.remarques();
  // A row that is refused is neither kept to be completed nor published without its pivot.
  if (refused) return { verdict: 'refusee', lieu, manquants, remarques: remarques.map(withoutOutcome) };
  return { verdict: manquants.length > 0 ? 'a_completer' : 'public', lieu, manquants, remarques };
}

function mendField(field: Field, draft: Draft, communes: CommuneIndex): void {
  const original = draft.original[field.name] ?? '';
  if (original === '') return;
  const bare = original.trim();
  // There is a commune called Aucun.
  const isName = field.name === 'commune' && communes.listByNom(bare).length > 0;
  if ((isPlaceholder(bare) && !isName) || (field.name === 'pivot' && /^[01]$/.test(bare))) {
    draft.leaveOut({ field: field.name, value: original, message: 'Cette valeur veut dire « non renseigné ».' });
    return;
  }
  draft.mend(field.name, mendText(field, original, draft.text('code_postal') || null));
  if (draft.text(field.name) === '' && bare === '' && !field.required) {
    draft.leaveOut({ field: field.name, value: original, message: 'Il n’y a que des espaces.' });
  }
}

/** A summary of more than 280 characters is a detailed presentation, where there is none. */
function moveLongSummary(draft: Draft): void {
  const summary = draft.text('presentation_resume');
  if (summary.length <= (fieldOf('presentation_resume').maxLength ?? 0)) return;
  const detail = draft.text('presentation_detail');
  if (detail !== '' && detail !== summary) return;
  draft.mend('presentation_detail', { text: summary, notes: [] });
  draft.mend('presentation_resume', {
    text: '',
    notes: ['plus de 280 caractères, le texte devient la présentation détaillée'],
  });
}

/** The fields that say where the lieu is, each by the others. */
function mendWhere(draft: Draft, communes: CommuneIndex): void {
  const place = {
    commune: valid('commune', draft),
    code_postal: valid('code_postal', draft),
    code_insee: valid('code_insee', draft),
  };
  for (const { field, value, message } of mendPlace(place, communes)) {
    if (value === '') draft.leaveOut({ field, value: draft.text(field), message });
    draft.mend(field, { text: value, notes: value === '' ? [] : [message] });
  }
  const pair = readPair(draft);
  if (!pair) return;
  const code = draft.text('code_postal') || draft.text('code_insee') || null;
  const mended = mendPair(pair, code);
  const position = mended ?? pair;
  if (mended) {
    draft.mend('latitude', { text: String(mended.latitude), notes: [mended.note] });
    draft.mend('longitude', { text: String(mended.longitude), notes: [mended.note] });
  }
  const commune = findCommuneOf(
    {
      commune: draft.text('commune') || null,
      code_postal: draft.text('code_postal') || null,
      code_insee: draft.text('code_insee') || null,
    },
    communes,
  );
  const distance = distanceFromCommune(position, commune);
  if (distance === null || !commune) return;
  const message = `Ce point est à ${Math.round(distance)} km de ${commune.nom}.`;
  for (const field of ['latitude', 'longitude'] as const) {
    draft.leaveOut({ field, value: draft.text(field), message });
    draft.mend(field, { text: '', notes: [] });
  }
}

/** The text if the field takes it, else ''. */
function valid(field: 'commune' | 'code_postal' | 'code_insee', draft: Draft): string {
  const text = draft.text(field);
  // Corsica's former codes, that the standard refuses, tell which of today's is meant.
  if (field === 'code_insee' && /^20\d{3}$/.test(text)) return text;
  return text === '' || validateField(field, text, NOWHERE).length > 0 ? '' : text;
}

const NOWHERE = { code_postal: null, code_insee: null, latitude: null, longitude: null };

function readPair(draft: Draft): Position | null {
  const [latitude, longitude] = [draft.text('latitude'), draft.text('longitude')];
  if (!DECIMAL.test(latitude) || !DECIMAL.test(longitude)) return null;
  return { latitude: Number(latitude), longitude: Number(longitude) };
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** A number that costs who calls it waits for a moderator in the forms: a file, which nobody reviews, cannot publish one. */
function leavePremiumRateOut(lieu: Lieu, draft: Draft): void {
  if (lieu.telephone === null || !isPremiumRate(lieu.telephone)) return;
  draft.leaveOut({ field: 'telephone', value: lieu.telephone, message: 'C’est un numéro surtaxé.' });
  lieu.telephone = null;
}

/** Hours that nobody can compute with, or that are surely not meant, are kept as they came: people can still read them. */
function sayDoubtfulHoraires({ horaires }: Lieu, draft: Draft): void {
  if (horaires === null) return;
  const { reason, alertes } = readHoraires(horaires);
  if (alertes.length > 0)
    draft.remark(
      'horaires',
      'ignore',
      `Horaires à vérifier : ${alertes.join(' ')} Le texte est gardé tel quel ; le public lira « à vérifier ».`,
    );
  if (reason === null) return;
  draft.remark(
    'horaires',
    'ignore',
    `Ces horaires ne sont pas compris : ${uncapitalize(reason)} Le texte est gardé tel quel.`,
  );
}

/** The standard requires a pivot. Zeros say that it is not known; nothing at all must be said. */
function sayUnknownPivot({ pivot }: Lieu, draft: Draft): void {
  if (pivot !== null || (draft.original.pivot ?? '').trim() !== '') return;
  draft.remark('pivot', 'ignore', `Il manque : SIRET, RNA ou RIDET. ${outcome('ignore', 'pivot')}`);
}

/** Without an id, a nom, or anything that says where it is, a row cannot be kept. */
function refuse(lieu: Lieu, draft: Draft): boolean {
  const nowhere = [lieu.commune, lieu.code_postal, lieu.code_insee, lieu.adresse, lieu.latitude].every(
    (value) => value === null,
  );
  if (lieu.id === '') draft.refuse('id', 'Sans identifiant, la ligne ne peut pas être gardée.');
  if (lieu.nom === null) draft.refuse('nom', 'Sans nom, la ligne ne peut pas être gardée.');
  if (nowhere)
    draft.refuse(
      'commune',
      'Ni commune, ni code postal, ni adresse, ni coordonnées : la ligne ne peut pas être gardée.',
    );
  return lieu.id === '' || lieu.nom === null || nowhere;
}

/** The texts of a row while they are mended, and what was done to each. */
class Draft {
  readonly original: LieuTexts;
  readonly texts: LieuTexts = {};
  private readonly notes = new Map<FieldName, string[]>();
  private readonly said: Remarque[] = [];

  constructor(original: LieuTexts) {
    this.original = original;
  }

  text(name: FieldName): string {
    return this.texts[name] ?? '';
  }

  mend(name: FieldName, { text, notes }: Mend): void {
    this.texts[name] = text;
    if (notes.length > 0) this.notes.set(name, [...(this.notes.get(name) ?? []), ...notes]);
  }

  /** The value, or one of a list, is left out. A required field that this empties is said once, as missing. */
  leaveOut({ field, value, message }: Pick<FieldError, 'field' | 'value' | 'message'>): void {
    if (value === '') return;
    if (!fieldOf(field).multiple) this.notes.delete(field);
    const verdict = fieldOf(field).required && field !== 'pivot' ? 'manquant' : 'ignore';
    const valeur = fieldOf(field).multiple ? value : (this.original[field] ?? value);
    this.said.push({ champ: field, valeur, verdict, message: `${message} ${outcome(verdict, field)}` });
  }

  miss(name: FieldName): void {
    if (this.said.some((remarque) => remarque.champ === name)) return;
    this.notes.delete(name);
    const message = `Il manque : ${fieldOf(name).label.toLowerCase()}. ${outcome('manquant', name)}`;
    this.said.push({ champ: name, valeur: this.original[name] ?? '', verdict: 'manquant', message });
  }

  remark(champ: FieldName, verdict: Remarque['verdict'], message: string): void {
    this.said.push({ champ, valeur: this.original[champ] ?? '', verdict, message });
  }

  /** The row is refused for this field; what was already said against its value is the reason, where there was one. */
  refuse(name: FieldName, message: string): void {
    const valeur = this.original[name] ?? '';
    const against = this.said.find(({ champ, verdict }) => champ === name && verdict === 'manquant');
    const reason = against === undefined ? message : `${reasonOf(against)} ${message}`;
    for (let index = this.said.length - 1; index >= 0; index -= 1) {
      if (this.said[index]?.champ === name) this.said.splice(index, 1);
    }
    this.said.push({ champ: name, valeur, verdict: 'refuse', message: reason });
  }

  remarques(): Remarque[] {
    const mended = [...this.notes].map(([champ, notes]): Remarque => {
      const sentence = [...new Set(notes)].join(', ');
      const result = this.text(champ);
      const read = result === '' ? '' : ` : lu « ${shorten(result)} »`;
      return {
        champ,
        valeur: this.original[champ] ?? '',
        verdict: 'corrige',
        message: `${capitalize(sentence)}${read}.`,
      };
    });
    return [...mended, ...this.said].sort((a, b) => NAMES.indexOf(a.champ) - NAMES.indexOf(b.champ));
  }
}

const NAMES = FIELDS.map(({ name }) => name);

function outcome(verdict: 'manquant' | 'ignore', field: FieldName): string {
  if (verdict === 'manquant') return 'Le lieu est gardé, à compléter.';
  return field === 'pivot' ? 'Le lieu est publié sans.' : 'La valeur est laissée de côté.';
}

function withoutOutcome(remarque: Remarque): Remarque {
  return { ...remarque, message: reasonOf(remarque) };
}

/** Why a value is refused, without what an import then does with it. */
export function reasonOf({ champ, verdict, message }: Remarque): string {
  if (verdict === 'corrige' || verdict === 'refuse') return message;
  const end = ` ${outcome(verdict, champ)}`;
  return message.endsWith(end) ? message.slice(0, -end.length) : message;
}

/** Reports quote a long text by its beginning. */
function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
