import { CHAMPS_DE_LIEU, type ChampDeLieu, type ChampValue, isPermanences, labelOfChamp } from '../champ-de-lieu.ts';
import type { HorairesLus } from '../horaires-lus.ts';
import { sameValue, type Values } from '../moderation.ts';
import { type LieuEtPermanences, MAX_PERMANENCES, newPermanenceId, type Permanence } from '../permanences.ts';
import { wordsOf } from '../review.ts';
import { isEditable } from '../sections.ts';
import { normalizeText } from '../territoire.ts';

/** One of the two fiches that are merged: its values, and when somebody last stood behind each. */
export interface FicheAFusionner {
  valeurs: LieuEtPermanences;
  /** By field, ISO 8601; a field that nobody confirmed is not in it. */
  confirmees: Partial<Record<ChampDeLieu, string>>;
  /** The hours of its permanences, as stored. */
  lus: HorairesLus;
}

/** Which value the merged fiche takes: that of the first fiche, of the second, or what both say. */
export type Choix = 'a' | 'b' | 'deux';

/** What the two fiches do not say alike: a field, or the two coordinates, which mean nothing apart. */
export interface Difference {
  /** Name in the form: its first field. */
  key: ChampDeLieu;
  fields: ChampDeLieu[];
  label: string;
  /** Each side in words. */
  a: string;
  b: string;
  /** Lists can be put together. */
  ensemble: boolean;
  defaut: Choix;
}

/**
 * What a person has to choose before two fiches become one, in the order of the standard. By default the value that somebody
 * confirmed last, else the one that there is, else (the same words) the one not in capitals, else that of the fiche that was brought up to date last, else the first's.
 */
export function differencesOf(a: FicheAFusionner, b: FicheAFusionner): Difference[] {
  const fields = CHAMPS_DE_LIEU.filter(
    (field) => isEditable(field) && field !== 'longitude' && groupOf(field).some((f) => !same(a, b, f)),
  );
  return fields.map((field) => {
    const group = groupOf(field);
    const words = (fiche: FicheAFusionner) =>
      [...new Set(group.map((f) => wordsOf(f, fiche.valeurs[f], fiche.lus)))].join(' ; ');
    return {
      key: field,
      fields: group,
      label: field === 'latitude' ? 'Position sur la carte' : labelOfChamp(field),
      a: words(a),
      b: words(b),
      ensemble: canBeTogether(a.valeurs[field], b.valeurs[field]),
      defaut: defautOf(a, b, field),
    };
  });
}

/** The choices that a form holds, `champ.nom` for each field; where it says nothing that exists, the default. */
export function readChoix(
  differences: readonly Difference[],
  get: (name: string) => unknown,
): ReadonlyMap<ChampDeLieu, Choix> {
  return new Map(
    differences.map(({ key, ensemble, defaut }): [ChampDeLieu, Choix] => {
      const said = get(`champ.${key}`);
      if (said === 'a' || said === 'b' || (said === 'deux' && ensemble)) return [key, said];
      return [key, defaut];
    }),
  );
}

/** The values of the merged fiche, for the fields that the two do not say alike. */
export function mergedValues(
  a: LieuEtPermanences,
  b: LieuEtPermanences,
  differences: readonly Difference[],
  choix: ReadonlyMap<ChampDeLieu, Choix>,
): Values {
  const values: Values = {};
  for (const { key, fields } of differences) {
    const chosen = choix.get(key);
    for (const field of fields)
      values[field] = chosen === 'deux' ? together(a[field], b[field]) : (chosen === 'b' ? b : a)[field];
  }
  return values;
}

function groupOf(field: ChampDeLieu): ChampDeLieu[] {
  return field === 'latitude' ? ['latitude', 'longitude'] : [field];
}

function same(a: FicheAFusionner, b: FicheAFusionner, field: ChampDeLieu): boolean {
  return sameValue(a.valeurs[field], b.valeurs[field]);
}

/** Two lists of which each says something, and that one lieu may hold. */
function canBeTogether(a: ChampValue, b: ChampValue): boolean {
  if (![a, b].every((value) => Array.isArray(value) && value.length > 0)) return false;
  return !isPermanences(a) || !isPermanences(b) || permanencesTogether(a, b).length <= MAX_PERMANENCES;
}

/** What both lists hold, each thing once, the first's before the second's. */
function together(a: ChampValue, b: ChampValue): ChampValue {
  if (isPermanences(a) && isPermanences(b)) return permanencesTogether(a, b);
  const texts = (value: ChampValue) => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);
  return [...new Set([...texts(a), ...texts(b)])];
}

/** A permanence that both fiches tell alike comes once; two that only share an id are two. */
function permanencesTogether(a: readonly Permanence[], b: readonly Permanence[]): Permanence[] {
  const all = [...a];
  const told = ({ id: _, ...rest }: Permanence) => JSON.stringify(rest);
  for (const permanence of b) {
    if (a.some((other) => told(other) === told(permanence))) continue;
    const taken = all.some(({ id }) => id === permanence.id);
    all.push(taken ? { ...permanence, id: newPermanenceId([...all, ...b]) } : permanence);
  }
  return all;
}

function defautOf(a: FicheAFusionner, b: FicheAFusionner, field: ChampDeLieu): Choix {
  const [of, other] = [a.valeurs[field], b.valeurs[field]];
  if (sameValue(other, null)) return 'a';
  if (sameValue(of, null)) return 'b';
  const [confirmedA, confirmedB] = [a.confirmees[field] ?? '', b.confirmees[field] ?? ''];
  if (confirmedA !== confirmedB) return confirmedB > confirmedA ? 'b' : 'a';
  if (typeof of === 'string' && typeof other === 'string' && normalizeText(of) === normalizeText(other)) {
    if (isShouted(of) !== isShouted(other)) return isShouted(of) ? 'b' : 'a';
  }
  return (b.valeurs.date_maj ?? '') > (a.valeurs.date_maj ?? '') ? 'b' : 'a';
}

/** Written in capitals only. */
function isShouted(text: string): boolean {
  return text === text.toUpperCase();
}

/** Which of two fiches stays where nobody says otherwise: the claimed one, else the one confirmed last, else brought up to date last. */
export function gardeParDefaut(
  a: { claimed: boolean; confirme_le: Date | null; date_maj: string | null },
  b: { claimed: boolean; confirme_le: Date | null; date_maj: string | null },
): 'a' | 'b' {
  if (a.claimed !== b.claimed) return b.claimed ? 'b' : 'a';
  const [confirmedA, confirmedB] = [a.confirme_le?.getTime() ?? 0, b.confirme_le?.getTime() ?? 0];
  if (confirmedA !== confirmedB) return confirmedB > confirmedA ? 'b' : 'a';
  return (b.date_maj ?? '') > (a.date_maj ?? '') ? 'b' : 'a';
}
