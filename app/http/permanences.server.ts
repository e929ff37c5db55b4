import type { Params } from '@remix-run/react';
import { type Booked, bookingsLeftOut, bookingsWithin } from '#app/domain/horaires/booked.ts';
import type { CalendarPlace } from '#app/domain/horaires/calendar.ts';
import { editorOfEntries, textOfEditor } from '#app/domain/horaires/form-editor.ts';
import type { DraftError } from '#app/domain/horaires/form-read.ts';
import { localDay } from '#app/domain/horaires/opening.ts';
import { storedForWords } from '#app/domain/horaires/store.ts';
import { territoryOfLieu, timeZoneOfLieu } from '#app/domain/horaires/zones.ts';
import { type HorairesLus, lusOfPermanences } from '#app/domain/horaires-lus.ts';
import { sameValue } from '#app/domain/moderation.ts';
import { permanenceOfEntries, rawPermanence } from '#app/domain/permanence-draft.ts';
import {
  emptyPermanence,
  isPermanenceId,
  MAX_PERMANENCES,
  newPermanenceId,
  type Permanence,
  readStoredPermanences,
} from '#app/domain/permanences.ts';
import { readPermanences } from '#app/domain/permanences-form.ts';
import { describePermanence, permanenceInWords } from '#app/domain/permanences-words.ts';
import { canOnLieu, type Roles } from '#app/domain/permissions.ts';
import { isDatabaseUnavailable } from '#db/connection.ts';
import { type Fiche, findFiche, lieuOf, valuesOf } from '#db/fiches.ts';
import { findHorairesLus } from '#db/horaires-lus.ts';
import { listOwnRevisionFields } from '#db/moderation.ts';
import { listBookedTimes } from '#db/rendez-vous/creneaux.ts';
import { RevisionConflict } from '#db/revisions.ts';
import { readVendrediSaint } from '#db/vendredi-saint.ts';
import type { Context } from './context.ts';
import { lieuIdOf } from './fiche-path.ts';
import { notFound, requireRoles } from './guards.server.ts';
import { submitValues } from './section.server.ts';
import type { Identity } from './session.server.ts';

export interface PermanencesTarget {
  identity: Identity;
  roles: Roles;
  fiche: Fiche;
  /** As the public has them. */
  stored: readonly Permanence[];
  /** As the person left them: with what of theirs still waits for a moderator. */
  shown: readonly Permanence[];
  waiting: boolean;
  /** The hours of both, as stored. */
  lus: HorairesLus;
  /** Why a moderator gave their last change back; null where none did. */
  refused: string | null;
  canBook: boolean;
}

/** The permanences of a lieu for who may change them, or a 404. */
export async function loadPermanences(context: Context, request: Request, params: Params): Promise<PermanencesTarget> {
  const { identity, roles } = await requireRoles(context, request);
  const fiche = await findFiche(context.db, { id: lieuIdOf(params.id), roles, action: 'modifier' });
  if (!fiche) throw notFound();
  const own = await listOwnRevisionFields(context.db, {
    utilisateurId: identity.utilisateurId,
    lieuId: fiche.id,
    now: context.now(),
  });
  const changes = own.filter(({ champ }) => champ === 'permanences');
  const waiting = changes.find(({ decision }) => decision === null);
  const refused = changes.find(({ decision }) => decision === 'refusee');
  const stored = valuesOf(fiche).permanences;
  const revisionIds = waiting ? [waiting.revision_id] : [];
  const told = await findHorairesLus(context.db, { lieuId: fiche.id, revisionIds });
  return {
    identity,
    roles,
    fiche,
    stored,
    shown: waiting ? readStoredPermanences(waiting.apres) : stored,
    waiting: waiting !== undefined,
    lus: new Map([...lusOfPermanences(stored, fiche.permanences_lues), ...told]),
    refused: refused ? (refused.motif ?? '') : null,
    canBook: canOnLieu(roles, 'gerer_rendez_vous', fiche),
  };
}

/** Each permanence in sentences, from what is stored. */
export function describeShown({
  shown,
  lus,
}: Pick<PermanencesTarget, 'shown' | 'lus'>): { id: string; qui: string | null; texte: string }[] {
  return shown.map((permanence) => ({
    id: permanence.id,
    qui: permanence.dispositif,
    texte: permanenceInWords({ ...permanence, dispositif: null }, lus),
  }));
}

/** One side of a conflict of what is being written, in sentences. Null is a permanence that was taken out. */
export function inWords(permanence: Permanence | null): string {
  return permanence === null ? '(supprimée)' : describePermanence(permanence, storedForWords(permanence.horaires));
}

/** The permanence of an address: one that is there, a new one for `nouvelle`, or a 404. */
export function findPermanence({ shown }: PermanencesTarget, name: string | undefined): Permanence {
  if (name === 'nouvelle') return emptyPermanence(newPermanenceId(shown));
  const found = shown.find(({ id }) => id === name);
  if (!found) throw notFound();
  return found;
}

/**
 * Where the calendar of a permanence stands: at its stop, else at the lieu. There it has the appointments that fall within its hours,
 * and within those of no other permanence of the lieu.
 */
export async function calendarPlaceOf(
  context: Context,
  { fiche, shown }: PermanencesTarget,
  { id, etape, horaires }: Permanence,
): Promise<CalendarPlace> {
  const lieu = lieuOf(fiche);
  const at = etape && (etape.code_insee ?? etape.code_postal) !== null ? etape : lieu;
  const now = context.now();
  const zone = at === lieu ? fiche.fuseau : timeZoneOfLieu(at);
  const vendredi_saint = (await readVendrediSaint(context.db, context.communes))(at);
  const territory = territoryOfLieu({ ...at, vendredi_saint });
  const place = { from: localDay(now, zone), territory, zone };
  if (etape !== null || horaires === null) return { ...place, booked: [] };
  const booked = await listBookedTimes(context.db, { lieuId: fiche.id, from: now });
  const others = shown.filter((other) => other.id !== id && other.etape === null);
  const elsewhere = new Set(
    others.flatMap((other) => bookingsWithin(booked, { ...place, text: other.horaires }).map((one) => one.id)),
  );
  const held = bookingsWithin(booked, { ...place, text: horaires });
  return { ...place, booked: held.filter((one) => !elsewhere.has(one.id)) };
}

/** The appointments of a permanence that a change of it leaves outside its hours; `next` is null where it is taken out. */
export async function bookedLeftOut(
  context: Context,
  target: PermanencesTarget,
  { known, next }: { known: Permanence | undefined; next: Permanence | null },
): Promise<Booked[]> {
  if (!known) return [];
  const place = await calendarPlaceOf(context, target, known);
  const after = next === null || next.etape !== null ? 'off' : (next.horaires ?? '');
  return bookingsLeftOut(place.booked, { ...place, before: known.horaires ?? '', after });
}

export type PermanenceReading = { ok: true; permanence: Permanence } | { ok: false; errors: DraftError[] };

/** Reads the form of one permanence: hours from the editor, the rest as `readPermanences` does. Errors bear the name of their input. */
export function readPermanenceForm(context: Context, target: PermanencesTarget, form: FormData): PermanenceReading {
  const hours = textOfEditor(editorOfEntries(form));
  const id = String(form.get('id') ?? '');
  if (!isPermanenceId(id)) throw notFound();
  const raw = rawPermanence(permanenceOfEntries(form), { id, horaires: hours.ok ? hours.text : 'Mo 09:00-10:00' });
  const read = readPermanences([raw], { communes: context.communes });
  const errors = read.ok
    ? []
    : read.errors.map(({ field, message }): DraftError => {
        const control = field === 'horaires' ? 'jour.0.0.debut' : field;
        return { group: field, control, message };
      });
  if (!target.shown.some((one) => one.id === id) && target.shown.length >= MAX_PERMANENCES) {
    const message = `Un lieu a ${MAX_PERMANENCES} permanences au plus.`;
    errors.push({ group: 'dispositif', control: 'dispositif', message });
  }
  if (!hours.ok) errors.push(...hours.errors);
  const [permanence] = read.ok ? read.permanences : [];
  return errors.length === 0 && permanence ? { ok: true, permanence } : { ok: false, errors };
}

export type PermanenceSaved =
  | { ok: true; live: number; waiting: number }
  /** Somebody changed this very permanence meanwhile; null: took it out. */
  | { ok: false; theirs: Permanence | null; stored: readonly Permanence[] };

/**
 * Saves one permanence, or takes it out (null), as a revision of the list. What others changed in other permanences stays; what they
 * changed in this one since `seen` comes back instead of being overwritten. `occupe` where somebody else's work holds the lieu.
 */
export async function savePermanence(
  context: Context,
  target: PermanencesTarget,
  { id, permanence, seen }: { id: string; permanence: Permanence | null; seen: readonly Permanence[] },
): Promise<PermanenceSaved | 'occupe'> {
  const { stored, shown } = target;
  const one = (list: readonly Permanence[]) => list.filter((known) => known.id === id);
  if (!sameValue(one(stored), one(seen))) return { ok: false, theirs: one(stored)[0] ?? null, stored };
  const known = shown.some((other) => other.id === id);
  const replaced = shown.flatMap((other) => (other.id === id ? (permanence ?? []) : other));
  const after = known || permanence === null ? replaced : [...replaced, permanence];
  try {
    const saved = await submitValues(context, target, {
      section: 'permanences',
      base: { permanences: stored },
      values: { permanences: after },
    });
    return { ok: true, live: saved.live.length, waiting: saved.waiting.length };
  } catch (error) {
    if (isDatabaseUnavailable(error)) return 'occupe';
    if (!(error instanceof RevisionConflict)) throw error;
    const now = readStoredPermanences(error.fields.find(({ field }) => field === 'permanences')?.theirs);
    return { ok: false, theirs: one(now)[0] ?? null, stored: now };
  }
}

/** The list that the person had before their eyes, from the form's hidden copy. */
export function readSeenPermanences(form: FormData): Permanence[] {
  try {
    return readStoredPermanences(JSON.parse(String(form.get('base') ?? '')));
  } catch {
    return [];
  }
}
