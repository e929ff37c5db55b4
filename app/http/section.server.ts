import type { Params } from '@remix-run/react';
import type { FicheData } from '#app/components/fiche.tsx';
import type { HorairesLoaded } from '#app/components/horaires-form.tsx';
import { asFieldValue } from '#app/domain/champ-de-lieu.ts';
import { type Booked, bookingsLeftOut } from '#app/domain/horaires/booked.ts';
import { type EditorView, editorOfEntries, editorOfText, viewOf } from '#app/domain/horaires/form-editor.ts';
import { localDay } from '#app/domain/horaires/opening.ts';
import { territoryOfLieu } from '#app/domain/horaires/zones.ts';
import type { FieldValue, FieldValues, Lieu } from '#app/domain/lieu.ts';
import type { Values } from '#app/domain/moderation.ts';
import { isModeratorOf, isVerifiedAuthor, type Roles } from '#app/domain/permissions.ts';
import type { SectionContext } from '#app/domain/section-schema.ts';
import { findSection, type Section, type SectionName } from '#app/domain/sections.ts';
import { type FieldName, isFieldName } from '#app/domain/standard.ts';
import { isDatabaseUnavailable } from '#db/connection.ts';
import { type Fiche, findFiche, lieuOf, valuesOf } from '#db/fiches.ts';
import { listOwnRevisionFields } from '#db/moderation.ts';
import { listBookedTimes } from '#db/rendez-vous/creneaux.ts';
import { RevisionConflict, type SubmittedRevision, submitRevision } from '#db/revisions.ts';
import { readVendrediSaint } from '#db/vendredi-saint.ts';
import type { Context } from './context.ts';
import { draftFicheData } from './fiche-data.server.ts';
import { lieuIdOf } from './fiche-path.ts';
import { notFound, requireRoles } from './guards.server.ts';
import { lieuWith } from './section-form.server.ts';
import type { Identity } from './session.server.ts';

export interface SectionTarget {
  identity: Identity;
  roles: Roles;
  fiche: Fiche;
  section: Section;
  sectionContext: SectionContext;
  /** Today's values, and the same as the form's hidden copy. */
  values: FieldValues;
  base: string;
  pending: { field: FieldName; after: unknown; refused: boolean; motif: string | null }[];
  horaires: HorairesLoaded | null;
  typedHoraires(form: FormData): EditorView | null;
  entries(form: FormData): [string, string][];
}

/** Everything that reading, previewing and saving a section need, or a 404 for who may not edit this lieu. */
export async function loadSection(context: Context, request: Request, params: Params): Promise<SectionTarget> {
  const { identity, roles } = await requireRoles(context, request);
  const section = findSection(params.section);
  const fiche = await findFiche(context.db, { id: lieuIdOf(params.id), roles, action: 'modifier' });
  if (!fiche || !section) throw notFound();
  const lieu = lieuOf(fiche);
  const { utilisateurId } = identity;
  const changes = await listOwnRevisionFields(context.db, { utilisateurId, lieuId: fiche.id, now: context.now() });
  const values = pick(lieu, section);
  return {
    identity,
    roles,
    fiche,
    section,
    sectionContext: { lieu, communes: context.communes, today: localDay(context.now(), fiche.fuseau) },
    values,
    base: JSON.stringify(values),
    pending: changes.flatMap(({ champ, apres, decision, motif }) =>
      isFieldName(champ) && section.fields.includes(champ)
        ? [{ field: champ, after: apres, refused: decision === 'refusee', motif }]
        : [],
    ),
    horaires: section.name === 'horaires' ? await loadHoraires(context, fiche) : null,
    typedHoraires: (form) => (section.name === 'horaires' ? viewOf(editorOfEntries(form)) : null),
    entries: (form) => entriesOf(form),
  };
}

export type SaveResult =
  | { conflicts: { field: FieldName; base: FieldValue; mine: FieldValue; theirs: FieldValue }[]; live: 0; waiting: 0 }
  | { conflicts: null; live: number; waiting: number };

/**
 * Saves a section alone; what others changed meanwhile in the same fields comes back instead of being overwritten. `occupe`
 * where somebody else's work, such as a long import, holds the lieu: nothing is saved.
 */
export async function saveSection(
  context: Context,
  target: SectionTarget,
  { base, values }: { base: FieldValues; values: FieldValues },
): Promise<SaveResult | 'occupe'> {
  try {
    const saved = await submitValues(context, target, { section: target.section.name, base, values });
    return { conflicts: null, live: saved.live.length, waiting: saved.waiting.length };
  } catch (error) {
    if (error instanceof RevisionConflict) {
      return { conflicts: error.fields.flatMap(standardConflict), live: 0, waiting: 0 };
    }
    if (isDatabaseUnavailable(error)) return 'occupe';
    throw error;
  }
}

/**
 * Records what someone changed in one section of a lieu, in a transaction of its own.
 * @throws {RevisionConflict} where one of the values has moved since `base`
 */
export async function submitValues(
  context: Context,
  { identity, roles, fiche }: Pick<SectionTarget, 'identity' | 'roles' | 'fiche'>,
  { section, base, values }: { section: SectionName; base: Values; values: Values },
): Promise<SubmittedRevision> {
  const now = context.now();
  return context.db.transaction().execute((trx) =>
    submitRevision(trx, {
      lieuId: fiche.id,
      section,
      base,
      values,
      auteur: {
        id: identity.utilisateurId,
        verified: isVerifiedAuthor(roles, fiche),
        moderator: isModeratorOf(roles, fiche),
      },
      mode: context.settings.moderation,
      writing: { now, today: localDay(now, fiche.fuseau), communes: context.communes },
    }),
  );
}

function standardConflict({ field, base, mine, theirs }: RevisionConflict['fields'][number]) {
  if (!isFieldName(field)) return [];
  return [{ field, base: asFieldValue(base), mine: asFieldValue(mine), theirs: asFieldValue(theirs) }];
}

/** The public fiche as it would be once everything typed is accepted. */
export async function previewSection(
  context: Context,
  { fiche, sectionContext }: SectionTarget,
  values: FieldValues,
): Promise<FicheData> {
  const lieu = lieuWith(sectionContext.lieu, values);
  const { permanences } = valuesOf(fiche);
  return draftFicheData(
    { ...lieu, permanences },
    {
      now: context.now(),
      zone: fiche.fuseau,
      demo: fiche.demo,
      vendrediSaint: await readVendrediSaint(context.db, context.communes),
    },
  );
}

function pick(lieu: Lieu, section: Section): FieldValues {
  return Object.fromEntries(section.fields.map((name): [FieldName, FieldValue] => [name, lieu[name]]));
}

/** The hours' form as it is stored, and what its calendar needs. */
async function loadHoraires(context: Context, fiche: Fiche): Promise<HorairesLoaded> {
  const now = context.now();
  const lieu = lieuOf(fiche);
  return {
    view: viewOf(editorOfText(lieu.horaires)),
    stored: lieu.horaires,
    place: {
      from: localDay(now, fiche.fuseau),
      territory: territoryOfLieu({ ...lieu, vendredi_saint: fiche.vendredi_saint }),
      zone: fiche.fuseau,
      booked: await listBookedTimes(context.db, { lieuId: fiche.id, from: now }),
    },
  };
}

/** The appointments that new hours would leave outside and that the person has not been shown yet; none for another section. */
export function bookedToConfirm({ horaires }: SectionTarget, values: FieldValues, form: FormData): Booked[] {
  if (!horaires || values.horaires === undefined) return [];
  const { place, stored } = horaires;
  const after = typeof values.horaires === 'string' ? values.horaires : '';
  return unlessSeen(bookingsLeftOut(place.booked, { before: stored ?? '', after, ...place }), form);
}

/** Appointments to confirm before saving: all of them, or none where the form confirms each. */
export function unlessSeen(leftOut: Booked[], form: FormData): Booked[] {
  const confirmed = form.get('intent') === 'enregistrer-quand-meme';
  const seen = new Set(confirmed ? String(form.get('rendez_vous_vus') ?? '').split(',') : []);
  return leftOut.every(({ id }) => seen.has(String(id))) ? [] : leftOut;
}

/** What a form holds, to be carried through the preview; buttons are left out. */
function entriesOf(form: FormData): [string, string][] {
  return [...form.entries()].flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && !NOT_CARRIED.has(name) && !name.startsWith('__') ? [[name, value]] : [],
  );
}

/** What a button says, and what one confirms of a moment that has passed. */
const NOT_CARRIED: ReadonlySet<string> = new Set(['intent', 'rendez_vous_vus']);
