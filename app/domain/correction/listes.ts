import { type Field, fieldOf } from '../standard.ts';
import { normalizeText } from '../territoire.ts';
import { TYPOLOGIES } from '../vocabulaires.ts';
import type { Mend } from './texte.ts';

/**
 * The values of a closed list written otherwise (accents, apostrophes, case, plural, spaces, an explanation after the
 * value) or separated otherwise (`;`, `,`, line breaks) → the standard's, joined by `|`. What is no value stays, for
 * validation to leave it out.
 */
export function mendClosedList(text: string, field: Field): Mend {
  const known = indexOf(field);
  if (known.exact.has(text)) return { text, notes: [] };
  const notes = new Set<string>();
  const values: string[] = [];
  for (const piece of text.split('|')) {
    const value = piece.trim();
    if (value === '') notes.add('séparateur en trop retiré');
    else if (known.exact.has(value)) values.push(value);
    else {
      const found = recognise(value, known) ?? splitOtherwise(value, known);
      if (found === null) values.push(value);
      else {
        values.push(...found.values);
        notes.add(found.note);
      }
    }
    if (value !== piece) notes.add('espaces retirés');
  }
  return joinDistinct(values, [...notes]);
}

/** Joins by `|`; of a value given twice, the first. */
export function joinDistinct(values: readonly string[], notes: string[]): Mend {
  const distinct = [...new Set(values)];
  if (distinct.length < values.length) notes.push('valeur en double retirée');
  return { text: distinct.join('|'), notes };
}

interface Known {
  exact: ReadonlySet<string>;
  byKey: ReadonlyMap<string, string>;
}

const INDEXES = new Map<string, Known>();

function indexOf(field: Field): Known {
  const existing = INDEXES.get(field.name);
  if (existing) return existing;
  const values = fieldOf(field.name).values ?? [];
  const byKey = new Map(values.map((value) => [keyOf(value), value]));
  for (const [alias, value] of Object.entries(ALIASES[field.name] ?? {})) byKey.set(keyOf(alias), value);
  const known = { exact: new Set(values), byKey };
  INDEXES.set(field.name, known);
  return known;
}

/** Other names of the same thing, word for word. */
const ALIASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dispositif_programmes_nationaux: {
    'Maison France Services': 'France Services',
    'Espace France Services': 'France Services',
    'Conseiller numérique France Services': 'Conseillers numériques',
    'Bibliothèque numérique de référence': 'Bibliothèques numérique de référence',
    PIX: 'Certification PIX',
    "Point d'accès numérique (CAF)": "Point d'accès numérique CAF",
    'Relais numérique Emmaüs Connect': 'Relais numérique (Emmaüs Connect)',
  },
  modalites_acces: {
    'Contacter par courriel': 'Contacter par mail',
    'Prendre rendez-vous en ligne': 'Prendre un RDV en ligne',
    'Prendre un rendez-vous en ligne': 'Prendre un RDV en ligne',
  },
  typologie: {
    ...uniqueLabels(),
    Mairie: 'MUNI',
    Bibliothèque: 'BIB',
    Médiathèque: 'BIB',
    'Pôle emploi': 'FT',
    'Tiers lieux': 'TIERS_LIEUX',
  },
  itinerance: { 'Lieu fixe': 'Fixe', 'Lieu itinérant': 'Itinérant' },
};

/** Code of a typologie by the words that explain it, where they explain one only. */
function uniqueLabels(): Record<string, string> {
  const labels = Object.values(TYPOLOGIES);
  return Object.fromEntries(
    Object.entries(TYPOLOGIES)
      .filter(([, label]) => labels.indexOf(label) === labels.lastIndexOf(label))
      .map(([code, label]) => [label, code]),
  );
}

/** No accents, no punctuation, no case, no plural. */
function keyOf(value: string): string {
  return normalizeText(value)
    .split(' ')
    .map((word) => (word.length > 3 ? word.replace(/s$/, '') : word))
    .join('');
}

function recognise(value: string, known: Known): { values: string[]; note: string } | null {
  const found = known.byKey.get(keyOf(value));
  if (found) return { values: [found], note: 'valeur écrite comme dans le standard' };
  // « Dans un atelier collectif : j'apprends… », « À distance (par téléphone…) »: the value, then words about it.
  const head = /^([^:(]+?)\s*(?::|\()/.exec(value)?.[1];
  const explained = head === undefined ? undefined : known.byKey.get(keyOf(head));
  return explained ? { values: [explained], note: 'explication retirée après la valeur' } : null;
}

/** Several values in one piece, if at least one is known: those that are not stay as they are. */
function splitOtherwise(value: string, known: Known): { values: string[]; note: string } | null {
  const pieces = value.split(/\s*[;,\n]\s*|\s+\/\s+/).filter((piece) => piece !== '');
  if (pieces.length < 2) {
    const only = pieces[0];
    return only !== undefined && only !== value && known.byKey.has(keyOf(only)) ? recognise(only, known) : null;
  }
  const found = pieces.map((piece) => recognise(piece, known));
  if (found.every((piece) => piece === null)) return null;
  const values = found.flatMap((piece, index) => piece?.values ?? [pieces[index] ?? '']);
  return { values, note: 'valeurs séparées par « | »' };
}
