import type { FieldName } from '../standard.ts';
import { type ChoixColonnes, cleOfColonne, recogniseColonnes } from './colonnes.ts';
import { CHOIX_SYNONYMES } from './synonymes.ts';

/** What a column of a table probably is, and how one knows: its name in the standard, another name, or what it holds. */
export interface Proposition {
  /** The column's name as written. */
  colonne: string;
  champ: FieldName | null;
  raison: 'choix' | 'standard' | 'nom' | 'contenu' | null;
  /** Up to three values that differ. */
  exemples: string[];
}

/**
 * Proposes what each column is: first what somebody chose for one of that name, then the standard, then names that files
 * use, then the last part of a name of several (`adresse.voie`), then what the column holds. A field is proposed once, for the
 * column that has the better reason; then for the first.
 */
export function proposerColonnes(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  choix: ChoixColonnes = new Map(),
): Proposition[] {
  const propositions = header.map((colonne, index): Proposition => {
    const values = rows.map((cells) => cells[index]?.trim() ?? '').filter((value) => value !== '');
    return { colonne, champ: null, raison: null, exemples: [...new Set(values)].slice(0, 3) };
  });
  const taken = new Set<FieldName>();
  const propose = (raison: NonNullable<Proposition['raison']>, fieldOf: (index: number) => FieldName | null) => {
    for (const [index, proposition] of propositions.entries()) {
      if (proposition.raison !== null || proposition.colonne.trim() === '') continue;
      const champ = fieldOf(index);
      if (champ === null || taken.has(champ)) continue;
      taken.add(champ);
      Object.assign(proposition, { champ, raison });
    }
  };
  for (const proposition of propositions) {
    const champ = choix.get(cleOfColonne(proposition.colonne));
    if (champ === undefined || (champ !== null && taken.has(champ))) continue;
    if (champ !== null) taken.add(champ);
    Object.assign(proposition, { champ, raison: 'choix' });
  }
  const standard = recogniseColonnes(header).fields;
  propose('standard', (index) => standard[index] ?? null);
  propose('nom', (index) => CHOIX_SYNONYMES.get(cleOfColonne(header[index] ?? '')) ?? null);
  const ends = header.map(lastName);
  const nested = recogniseColonnes(ends).fields;
  propose('nom', (index) => nested[index] ?? null);
  propose('nom', (index) => CHOIX_SYNONYMES.get(cleOfColonne(ends[index] ?? '')) ?? null);
  propose('contenu', (index) =>
    fieldOfContent(
      rows.map((cells) => cells[index]?.trim() ?? ''),
      taken,
    ),
  );
  propose('contenu', (index) => (isIdentifiant(rows.map((cells) => cells[index]?.trim() ?? '')) ? 'id' : null));
  return propositions;
}

/** `voie` of `adresse.voie`, as a value within an object is called; '' for other names. */
function lastName(name: string): string {
  const parts = name.split('.');
  const nested = parts.length > 1 && parts.every((part) => part !== '' && !/\s/.test(part));
  return nested ? (parts.at(-1) ?? '') : '';
}

/** Whether a table can be read as it is: every column that has a name is the standard's, and id and nom are there. */
export function isStandard(header: readonly string[], choix?: ChoixColonnes): boolean {
  const { missing, unknown } = recogniseColonnes(header, choix);
  const decided = unknown.every((name) => choix?.has(cleOfColonne(name)));
  return decided && !missing.includes('id') && !missing.includes('nom');
}

/** Nine values in ten must be of a kind: files have holes and slips. */
const SHARE = 0.9;
const FEWEST = 2;

/** Of France and most of its overseas: those of Guyane are like longitudes of the mainland. */
const LATITUDES = [
  [41, 51.6],
  [-21.5, -12.5],
  [14.3, 18.2],
] as const;
const LONGITUDES = [
  [-5.6, 9.7],
  [-63.2, -51.5],
  [44.9, 56],
] as const;

const KINDS: readonly { field: FieldName; test(value: string): boolean }[] = [
  { field: 'pivot', test: (value) => /^\d{14}$/.test(value.replace(/[\s.]/g, '')) && isLuhn(value.replace(/\D/g, '')) },
  { field: 'pivot', test: (value) => /^W\d{9}$/i.test(value) },
  { field: 'courriels', test: (value) => /^[^\s@]+@[^\s@]+\.[a-z]{2,}(?:\s*[|;,]\s*[^\s@]+@[^\s@]+)*$/i.test(value) },
  { field: 'fiche_acces_libre', test: (value) => /^https:\/\/acceslibre\./i.test(value) },
  { field: 'site_web', test: (value) => /^(?:https?:\/\/|www\.)\S+$/i.test(value) },
  { field: 'telephone', test: (value) => /^(?:\+33|0033|0)\s?[1-9](?:[\s.-]?\d{2}){4}$/.test(value) },
  { field: 'code_postal', test: (value) => /^(?:0[1-9]|[1-8]\d|9[0-8])\d{3}$/.test(value) },
  { field: 'code_insee', test: (value) => /^(?:2[AB]|\d{2})\d{3}$/i.test(value) },
  { field: 'latitude', test: (value) => isWithin(value, LATITUDES) },
  { field: 'longitude', test: (value) => isWithin(value, LONGITUDES) },
  { field: 'date_maj', test: (value) => /^(?:20\d{2}-\d{2}-\d{2}|\d{2}\/\d{2}\/20\d{2})/.test(value) },
  {
    field: 'horaires',
    test: (value) => /\b(?:Mo|Tu|We|Th|Fr|Sa|lundi|mardi|mercredi|jeudi|vendredi|samedi)\b.*\d\s*(?:h|:)/i.test(value),
  },
  {
    field: 'adresse',
    test: (value) =>
      /^\d{1,4}\s?(?:bis|ter)?,?\s+(?:rue|av|avenue|bd|boulevard|place|pl|chemin|route|impasse|all|quai|cours|square)\b/i.test(
        value,
      ),
  },
];

function fieldOfContent(values: readonly string[], taken: ReadonlySet<FieldName>): FieldName | null {
  const filled = values.filter((value) => value !== '');
  if (filled.length < FEWEST) return null;
  for (const { field, test } of KINDS) {
    if (!taken.has(field) && filled.filter(test).length >= filled.length * SHARE) return field;
  }
  return null;
}

/** Each row has one of its own, with a figure and without spaces. */
function isIdentifiant(values: readonly string[]): boolean {
  return (
    values.length >= FEWEST &&
    new Set(values).size === values.length &&
    values.every((v) => /^(?=.*\d)\S{1,100}$/.test(v))
  );
}

function isWithin(value: string, ranges: readonly (readonly [number, number])[]): boolean {
  if (!/^-?\d{1,3}[.,]\d{2,}$/.test(value)) return false;
  const number = Number(value.replace(',', '.'));
  return ranges.some(([from, to]) => number >= from && number <= to);
}

/** A SIRET ends with a check figure. */
function isLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0 && !/^0+$/.test(digits);
}
