import { asFieldValue, type ChampDeLieu, type ChampValue, isPermanences, labelOfChamp } from './champ-de-lieu.ts';
import { distanceKm } from './coordonnees.ts';
import { diffLists, diffTexts, type Piece } from './diff.ts';
import { type ReadableDay, readableDays } from './horaires/french.ts';
import type { HorairesLus } from './horaires-lus.ts';
import { labelOfValue } from './libelles.ts';
import type { FieldValue, Lieu } from './lieu.ts';
import { isPremiumRate, newDomains, sameValue } from './moderation.ts';
import { type LieuEtPermanences, type Permanence, readStoredPermanences } from './permanences.ts';
import { claimsOfPermanences } from './permanences-claims.ts';
import { describeEtape, permanenceInWords } from './permanences-words.ts';
import { fieldOf } from './standard.ts';

/** A field of a revision, with what became of it. */
export interface ProposedField {
  field: ChampDeLieu;
  before: ChampValue;
  after: ChampValue;
  live: boolean;
  decision: 'acceptee' | 'refusee' | 'remplacee' | null;
  motif: string | null;
}

/** What a moderator decides in one go: a field, or the two coordinates, which mean nothing apart. */
export interface ReviewItem {
  /** Name of the item in the form: its first field. */
  key: ChampDeLieu;
  fields: ChampDeLieu[];
  label: string;
  live: boolean;
  decision: ProposedField['decision'];
  motif: string | null;
  comparison: Comparison;
  /** What a moderator should not miss. */
  alertes: string[];
  /** Web addresses that this change brings, to be opened and looked at. */
  liens: string[];
  /** Where the lieu's value is not any more the one that this change left: today's value, in words. */
  today: string | null;
  /** What a refusal and an acceptance would do, where it is not what one expects. */
  effect: string | null;
  /** The lieu's values on the page, by field. */
  seen: { field: ChampDeLieu; value: ChampValue }[];
}

export type Comparison =
  | { kind: 'texte'; before: Piece[]; after: Piece[] }
  | { kind: 'liste'; kept: string[]; removed: string[]; added: string[] }
  | { kind: 'horaires'; before: HorairesView; after: HorairesView }
  | { kind: 'permanences'; lignes: PermanenceLine[] }
  | { kind: 'position'; before: Place | null; after: Place | null; metres: number | null };

/** A permanence before and after, in sentences with what changed marked; a side is empty where it is not there. */
export interface PermanenceLine {
  id: string;
  etat: 'gardee' | 'changee' | 'ajoutee' | 'retiree';
  before: Piece[];
  after: Piece[];
}

export interface Place {
  latitude: number;
  longitude: number;
}

/** Opening hours to be compared: a week where the text is understood, else the text itself. */
export interface HorairesView {
  days: (ReadableDay & { changed: boolean })[];
  precisions: string[];
  /** The text as it is written; null where there is none. */
  text: string | null;
  understood: boolean;
}

/** The fields of a revision as a moderator reads them, in the standard's order. @param lus its hours and those of the lieu, as stored */
export function reviewItems(fields: readonly ProposedField[], lieu: LieuEtPermanences, lus: HorairesLus): ReviewItem[] {
  return groupsOf(fields).map((group): ReviewItem => {
    const [{ field: key, live, decision, motif }] = group;
    const position = key === 'latitude' || key === 'longitude';
    const moved = group.some((f) => !sameValue(lieu[f.field], f.live ? f.after : f.before));
    const reached = group.every((f) => sameValue(lieu[f.field], f.after));
    return {
      key,
      fields: group.map(({ field }) => field),
      label: position ? 'Position sur la carte' : labelOfChamp(key),
      live,
      decision,
      motif,
      comparison: position ? comparePositions(group, lieu) : compare(group[0], lus),
      alertes: position || decision !== null ? [] : alertesOf(group[0], fields, lieu),
      liens: liensOf(group[0]),
      today: decision === null && moved ? group.map(({ field }) => wordsOf(field, lieu[field], lus)).join(', ') : null,
      effect: decision === null && moved ? effectOf({ live, reached }) : null,
      seen: group.map(({ field }) => ({ field, value: lieu[field] })),
    };
  });
}

/** A value in words, for a sentence. @param lus the hours that it holds, as stored: those that are not in it are told by their text */
export function wordsOf(field: ChampDeLieu, given: ChampValue, lus: HorairesLus): string {
  if (isPermanences(given)) return given.map((permanence) => permanenceInWords(permanence, lus)).join(' — ');
  const value = asFieldValue(given);
  if (field === 'permanences' || value === null || value === '' || (Array.isArray(value) && value.length === 0))
    return 'rien';
  if (Array.isArray(value)) return value.map((item) => labelOfValue(field, item)).join(', ');
  return String(value);
}

type Group = [ProposedField, ...ProposedField[]];

function groupsOf(fields: readonly ProposedField[]): Group[] {
  const groups: Group[] = [];
  for (const field of fields) {
    const last = groups.at(-1);
    const pair = field.field === 'longitude' && last?.[0].field === 'latitude';
    if (last && pair && last[0].live === field.live && last[0].decision === field.decision) last.push(field);
    else groups.push([field]);
  }
  return groups;
}

function compare({ field, ...sides }: ProposedField, lus: HorairesLus): Comparison {
  if (field === 'permanences') {
    const [before, after] = [readStoredPermanences(sides.before), readStoredPermanences(sides.after)];
    return { kind: 'permanences', lignes: comparePermanences(before, after, lus) };
  }
  const [before, after] = [asFieldValue(sides.before), asFieldValue(sides.after)];
  if (field === 'horaires') return compareHoraires(textOf(before), textOf(after), lus);
  if (Array.isArray(before) || Array.isArray(after) || fieldOf(field).multiple) {
    const { kept, removed, added } = diffLists(listOf(before), listOf(after));
    const words = (values: string[]) => values.map((value) => labelOfValue(field, value));
    return { kind: 'liste', kept: words(kept), removed: words(removed), added: words(added) };
  }
  return { kind: 'texte', ...diffTexts(textOf(before) ?? '', textOf(after) ?? '') };
}

function comparePositions(group: Group, lieu: Lieu): Comparison {
  const at = (side: 'before' | 'after'): Place | null => {
    const read = (field: 'latitude' | 'longitude') => {
      const own = group.find((f) => f.field === field);
      return own ? own[side] : lieu[field];
    };
    const [latitude, longitude] = [read('latitude'), read('longitude')];
    return typeof latitude === 'number' && typeof longitude === 'number' ? { latitude, longitude } : null;
  };
  const [before, after] = [at('before'), at('after')];
  return {
    kind: 'position',
    before,
    after,
    metres: before && after ? Math.round(distanceKm(before, after) * 1000) : null,
  };
}

function compareHoraires(before: string | null, after: string | null, lus: HorairesLus): Comparison {
  const [old, next] = [horairesView(before, lus), horairesView(after, lus)];
  const mark = (view: HorairesView, other: HorairesView) =>
    view.days.map((day, index) => ({ ...day, changed: day.heures !== other.days[index]?.heures }));
  return {
    kind: 'horaires',
    before: { ...old, days: mark(old, next) },
    after: { ...next, days: mark(next, old) },
  };
}

/** The permanences that are there now in their order, then those that went. */
function comparePermanences(
  before: readonly Permanence[],
  after: readonly Permanence[],
  lus: HorairesLus,
): PermanenceLine[] {
  const old = new Map(before.map((permanence) => [permanence.id, permanence]));
  const kept = new Set(after.map(({ id }) => id));
  const now = after.map((permanence): PermanenceLine => {
    const { id } = permanence;
    const former = old.get(id);
    if (!former) {
      return { id, etat: 'ajoutee', before: [], after: [{ text: permanenceInWords(permanence, lus), changed: true }] };
    }
    const [was, is] = sidesOf(former, permanence, lus);
    return { id, etat: was === is ? 'gardee' : 'changee', ...diffTexts(was, is) };
  });
  const gone = before.filter(({ id }) => !kept.has(id));
  return [
    ...now,
    ...gone.map(
      (permanence): PermanenceLine => ({
        id: permanence.id,
        etat: 'retiree',
        before: [{ text: permanenceInWords(permanence, lus), changed: true }],
        after: [],
      }),
    ),
  ];
}

/** A permanence before and after, in sentences; with the position of its stop where that changes, which no other sentence tells. */
function sidesOf(before: Permanence, after: Permanence, lus: HorairesLus): [string, string] {
  const [was, is] = [permanenceInWords(before, lus), permanenceInWords(after, lus)];
  const [from, to] = [positionWords(before), positionWords(after)];
  return from === to ? [was, is] : [was + from, is + to];
}

function positionWords({ etape }: Permanence): string {
  if (!etape || etape.latitude === null || etape.longitude === null) return '';
  const [latitude, longitude] = [etape.latitude, etape.longitude].map((degrees) => String(degrees).replace('.', ','));
  return ` Position : ${latitude} ; ${longitude}.`;
}

function horairesView(text: string | null, lus: HorairesLus): HorairesView {
  const stored = lus.get(text ?? '');
  if (stored?.etat !== 'lu') return { days: [], precisions: [], text, understood: false };
  const { jours, precisions } = readableDays(stored);
  return { days: jours.map((jour) => ({ ...jour, changed: false })), precisions, text, understood: true };
}

function alertesOf(
  { field, ...sides }: ProposedField,
  fields: readonly ProposedField[],
  lieu: LieuEtPermanences,
): string[] {
  if (field === 'permanences') return alertesOfPermanences(sides, lieu);
  const [before, after] = [asFieldValue(sides.before), asFieldValue(sides.after)];
  if (field === 'adresse' && !fields.some((f) => f.field === 'latitude' || f.field === 'longitude')) {
    return ['La position sur la carte ne change pas avec l’adresse.'];
  }
  if (field === 'telephone' && typeof after === 'string' && isPremiumRate(after)) {
    return ['Numéro surtaxé : l’appel coûte plus cher qu’un appel normal.'];
  }
  if (field === 'site_web') return newDomains(after, before).map((domain) => `Nouveau nom de domaine : ${domain}`);
  if (field === 'prise_rdv' && after !== null)
    return ['Cette adresse reçoit les rendez-vous du public : ouvrez-la avant d’accepter.'];
  return [];
}

function alertesOfPermanences({ before, after }: Pick<ProposedField, 'before' | 'after'>, lieu: Lieu): string[] {
  const { dispositifs, etapes } = claimsOfPermanences(
    readStoredPermanences(after),
    readStoredPermanences(before),
    lieu,
  );
  return [
    ...dispositifs.map(
      (value) => `La fiche n’a pas encore ce dispositif : ${labelOfValue('dispositif_programmes_nationaux', value)}.`,
    ),
    ...etapes.map((etape) => `Étape loin du lieu : ${describeEtape(etape)}.`),
  ];
}

/** Only what a browser opens as a page: a proposed `javascript:` address is never a link. */
function liensOf({ field, ...sides }: ProposedField): string[] {
  if (field !== 'site_web' && field !== 'prise_rdv' && field !== 'fiche_acces_libre') return [];
  const [before, after] = [asFieldValue(sides.before), asFieldValue(sides.after)];
  const known = new Set(listOf(before));
  return listOf(after).filter((url) => /^https?:\/\//i.test(url) && !known.has(url));
}

function effectOf({ live, reached }: { live: boolean; reached: boolean }): string {
  if (live) return 'Elle a été changée depuis : votre décision ne change plus la fiche.';
  return reached ? 'La fiche a déjà la valeur proposée.' : 'Accepter remplacera la valeur d’aujourd’hui.';
}

function textOf(value: FieldValue): string | null {
  if (value === null || value === '') return null;
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function listOf(value: FieldValue): string[] {
  if (Array.isArray(value)) return value;
  return value === null || value === '' ? [] : [String(value)];
}
