import { type ChampDeLieu, type ChampValue, readChampValue } from './champ-de-lieu.ts';
import type { ReviewItem } from './review.ts';

/** What a moderator's form says of one item, as it was filled in: kept when the page comes back. */
export interface DecisionDraft {
  decision: string;
  raison: string;
  motif: string;
}

export interface Decision {
  field: ChampDeLieu;
  decision: 'acceptee' | 'refusee';
  motif: string | null;
  /** The lieu's value that the moderator had before their eyes. */
  seen: ChampValue;
}

export type DecisionsReading =
  | { ok: true; decisions: Decision[] }
  /** By item: what is missing, in French. `tout` for the form as a whole. */
  | { ok: false; errors: Partial<Record<ChampDeLieu | 'tout', string>> };

/** Reasons that come back often. The author reads them as they are. */
export const RAISONS: readonly string[] = [
  'Nous n’avons pas pu le vérifier : pouvez-vous nous donner une source (page officielle, affiche, arrêté) ?',
  'Cette information ne correspond pas à ce que le lieu affiche lui-même.',
  'Cette adresse est introuvable ou incomplète.',
  'Ce lieu ne figure pas dans la liste officielle de ce dispositif.',
  'Le texte contient des informations personnelles.',
  'Le texte est difficile à comprendre, ou fait de la publicité.',
];

const MAX_MOTIF = 1000;
/** One tells where the others are: half of them accepted would put a lieu in two communes. */
const TOGETHER: ReadonlySet<ChampDeLieu> = new Set(['commune', 'code_postal', 'code_insee']);

/** The values that the page showed: JSON of each field's value, in a hidden input. */
export function seenName(field: ChampDeLieu): string {
  return `vu.${field}`;
}

/** What was filled in, item by item and for the whole (`tout`), to show it again. */
export function draftsOf(form: FormData, items: readonly ReviewItem[]): Partial<Record<string, DecisionDraft>> {
  return Object.fromEntries([...items.map(({ key }) => key), 'tout'].map((key) => [key, draftOf(form, key)]));
}

/**
 * Reads a moderator's decisions on the open items of a revision. Items without a decision stay open; a refusal needs
 * its reason. The buttons `tout=acceptee` and `tout=refusee` decide every item alike.
 */
export function readDecisions(form: FormData, items: readonly ReviewItem[]): DecisionsReading {
  const open = items.filter(({ decision }) => decision === null);
  const all = choiceOf(form.get('tout'));
  const errors: Partial<Record<ChampDeLieu | 'tout', string>> = {};
  const chosen = open.flatMap((item) => {
    const { decision, ...reason } =
      all === null ? draftOf(form, item.key) : { ...draftOf(form, 'tout'), decision: all };
    const choice = choiceOf(decision);
    if (choice === null) return [];
    const motif = choice === 'refusee' ? [reason.raison, reason.motif.trim()].filter(Boolean).join(' ') : null;
    const error = motif === null ? null : reasonAgainst(motif);
    if (error !== null) errors[all === null ? item.key : 'tout'] = error;
    return [{ item, choice, motif }];
  });
  if (chosen.length === 0) errors.tout = 'Prenez au moins une décision : acceptez ou refusez.';
  const place = open.filter(({ key }) => TOGETHER.has(key));
  const choices = new Set(place.map(({ key }) => chosen.find(({ item }) => item.key === key)?.choice ?? null));
  const first = place[0];
  if (choices.size > 1 && first) {
    errors[first.key] ??=
      'La commune, le code postal et le code INSEE vont ensemble : prenez la même décision pour tous.';
  }
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  return {
    ok: true,
    decisions: chosen.flatMap(({ item, choice, motif }) =>
      item.fields.map((field) => ({
        field,
        decision: choice,
        motif,
        seen: parseSeen(field, form.get(seenName(field))),
      })),
    ),
  };
}

/** Whether the form decides something that was open when its page was shown and has been decided since. */
export function isOvertaken(form: FormData, items: readonly ReviewItem[]): boolean {
  const all = choiceOf(form.get('tout')) !== null;
  return items.some(
    ({ key, fields, decision }) =>
      decision !== null &&
      fields.some((field) => form.has(seenName(field))) &&
      (all || choiceOf(form.get(`decision.${key}`)) !== null),
  );
}

function reasonAgainst(motif: string): string | null {
  if (motif === '') return 'Dites pourquoi : l’auteur lira cette raison.';
  return motif.length > MAX_MOTIF ? `Cette raison est trop longue : ${MAX_MOTIF} caractères au plus.` : null;
}

function draftOf(form: FormData, key: string): DecisionDraft {
  const text = (name: string) => {
    const value = form.get(`${name}.${key}`);
    return typeof value === 'string' ? value : '';
  };
  return { decision: text('decision'), raison: text('raison'), motif: text('motif') };
}

function choiceOf(value: unknown): Decision['decision'] | null {
  return value === 'acceptee' || value === 'refusee' ? value : null;
}

/** What was on the page; a text that is not one of ours reads as absent, and then conflicts with any value. */
function parseSeen(field: ChampDeLieu, text: unknown): ChampValue {
  if (typeof text !== 'string') return null;
  try {
    return readChampValue(field, JSON.parse(text));
  } catch {
    return null;
  }
}
