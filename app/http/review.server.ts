import type { Params } from '@remix-run/react';
import type { Saved } from '#app/components/revision-saved.tsx';
import { composeDecisionCourriel } from '#app/courriels/decision.ts';
import type { Decision } from '#app/domain/decisions.ts';
import { localDay } from '#app/domain/horaires/opening.ts';
import { lusOfPermanences } from '#app/domain/horaires-lus.ts';
import { obstacleToDecide, type Roles } from '#app/domain/permissions.ts';
import { readQueueFilters } from '#app/domain/queue.ts';
import { type ReviewItem, reviewItems } from '#app/domain/review.ts';
import { sectionOfChamp } from '#app/domain/sections.ts';
import { enqueueCourriel } from '#db/courriels.ts';
import { type Fiche, findFiche, isPublic, valuesOf } from '#db/fiches.ts';
import { findHorairesLus } from '#db/horaires-lus.ts';
import { findNextInQueue, findRevision } from '#db/moderation.ts';
import { decideRevision, listRevisionFields, RevisionConflict, RevisionGone } from '#db/revisions.ts';
import type { Context } from './context.ts';
import { espacePath, fichePath, lieuIdOf, lieuSegment } from './fiche-path.ts';
import { notFound, requireReviewer } from './guards.server.ts';
import type { Settings } from './settings.server.ts';

export interface Review {
  roles: Roles;
  fiche: Fiche;
  revision: NonNullable<Awaited<ReturnType<typeof findRevision>>>;
  items: ReviewItem[];
  /** Why an animateur may not decide it: it is their own, or their organisation’s. Null where they may. */
  obstacle: ReturnType<typeof obstacleToDecide>;
}

/** A revision with its fields before and after, or a 404 for who does not review in its territory. */
export async function loadReview(context: Context, request: Request, params: Params): Promise<Review> {
  const roles = await requireReviewer(context, request);
  const [lieuId, revisionId] = [lieuIdOf(params.lieuId), Number(params.revisionId)];
  if (!/^\d{1,15}$/.test(params.revisionId ?? '')) throw notFound();
  const [revision, fiche, fields, told] = await Promise.all([
    findRevision(context.db, { roles, lieuId, revisionId }),
    findFiche(context.db, { id: lieuId, roles, action: 'moderer' }),
    listRevisionFields(context.db, { lieuId, revisionId }),
    findHorairesLus(context.db, { lieuId, revisionIds: [revisionId] }),
  ]);
  if (!revision || !fiche) throw notFound();
  const valeurs = valuesOf(fiche);
  const lus = new Map([...lusOfPermanences(valeurs.permanences, fiche.permanences_lues), ...told]);
  const obstacle = obstacleToDecide(roles, fiche, proposalOf(revision));
  return { roles, fiche, revision, items: reviewItems(fields, valeurs, lus), obstacle };
}

/** What deciding needs of the process. */
export type ReviewServices = Pick<Context, 'db' | 'now' | 'communes'> & { settings: Pick<Settings, 'publicUrl'> };

export type SaveOutcome =
  | { state: 'enregistre'; prevenu: boolean }
  /** Somebody else decided meanwhile. */
  | { state: 'deja' }
  /** Values moved since the page was shown. */
  | { state: 'conflit'; labels: string[] };

/** Applies a moderator's decisions and tells the author, in one transaction. Nothing is written unless all of it is. */
export async function saveDecisions(
  context: ReviewServices,
  { roles, fiche, revision, items }: Omit<Review, 'obstacle'>,
  decisions: readonly Decision[],
): Promise<SaveOutcome> {
  const now = context.now();
  const writing = { now, today: localDay(now, fiche.fuseau), communes: context.communes };
  const mail = decisionCourriel(context, fiche, items, decisions);
  try {
    await context.db.transaction().execute(async (trx) => {
      const reference = { lieuId: fiche.id, revisionId: revision.id };
      // Once more, now that it counts: the lieu may have left the territory since the page was shown.
      const found = await findRevision(trx, { roles, ...reference });
      if (!found || obstacleToDecide(roles, fiche, proposalOf(found)) !== null) throw notFound();
      await decideRevision(trx, { ...reference, decisions, moderateurId: roles.utilisateurId, writing });
      if (revision.auteur !== null) await enqueueCourriel(trx, { a: revision.auteur, ...mail, now });
    });
    return { state: 'enregistre', prevenu: revision.auteur !== null };
  } catch (error) {
    if (error instanceof RevisionGone) return { state: 'deja' };
    if (!(error instanceof RevisionConflict)) throw error;
    const moved = new Set(error.fields.map(({ field }) => field));
    return {
      state: 'conflit',
      labels: items.filter(({ fields }) => fields.some((field) => moved.has(field))).map(({ label }) => label),
    };
  }
}

function proposalOf({ auteur_id, organisation, attend }: Review['revision']) {
  return { auteurId: auteur_id, organisation, attend };
}

/** The address of the revision that follows this one in the queue as the page was asked for, null at the end. */
export async function nextReviewPath(
  context: Context,
  request: Request,
  { roles, revision }: Review,
): Promise<string | null> {
  const filters = readQueueFilters(new URL(request.url).searchParams);
  const next = await findNextInQueue(context.db, { roles, filters, after: revision, now: context.now() });
  return next ? reviewPath(next) : null;
}

/** The address of a revision on the moderators' desk. */
export function reviewPath({ lieu_id, id }: { lieu_id: string; id: number }): string {
  return `/moderation/revisions/${lieuSegment(lieu_id)}/${id}`;
}

function decisionCourriel(
  context: ReviewServices,
  fiche: Fiche,
  items: readonly ReviewItem[],
  decisions: readonly Decision[],
) {
  const told = items.flatMap(({ key, label }) => {
    const own = decisions.find(({ field }) => field === key);
    return own ? [{ label, decision: own.decision, motif: own.motif }] : [];
  });
  const refused = decisions.find(({ decision }) => decision === 'refusee');
  const section = refused && sectionOfChamp(refused.field);
  const base = context.settings.publicUrl;
  return composeDecisionCourriel({
    lieu: fiche.nom ?? 'Lieu sans nom',
    decisions: told,
    publicUrl: isPublic(fiche) ? base + fichePath({ id: fiche.id }) : null,
    ficheUrl: base + espacePath(fiche.id, section),
  });
}

/** Reads what the page before has done from the address that it led to; null where there is nothing to tell. */
export function readSaved(params: URLSearchParams): Saved | null {
  const count = (name: string) => Math.min(100, Math.max(0, Math.trunc(Number(params.get(name))) || 0));
  const saved = {
    acceptees: count('acceptees'),
    refusees: count('refusees'),
    courriel: params.get('courriel') === '1',
  };
  return saved.acceptees + saved.refusees > 0 ? saved : null;
}

/** What `readSaved` reads. */
export function savedParams(items: readonly ReviewItem[], decisions: readonly Decision[], prevenu: boolean) {
  const count = (decision: Decision['decision']) =>
    items.filter(({ key }) => decisions.some((d) => d.field === key && d.decision === decision)).length;
  return {
    acceptees: String(count('acceptee')),
    refusees: String(count('refusee')),
    courriel: prevenu ? '1' : '0',
  };
}
