import { type Kysely, sql, type Transaction } from 'kysely';
import {
  CHAMPS_DE_LIEU,
  type ChampDeLieu,
  type ChampValue,
  isChampDeLieu,
  readChampValue,
} from '#app/domain/champ-de-lieu.ts';
import type { Decision } from '#app/domain/decisions.ts';
import {
  type Change,
  fieldsToReview,
  type ModerationMode,
  riskOf,
  sameValue,
  type Values,
} from '#app/domain/moderation.ts';
import type { LieuEtPermanences } from '#app/domain/permanences.ts';
import type { ProposedField } from '#app/domain/review.ts';
import { isEditable } from '#app/domain/sections.ts';
import { lockFiche, valuesOf } from './fiches.ts';
import { horairesLusColumn } from './horaires-lus.ts';
import { findFormerProvenance, insertJournal } from './journal.ts';
import {
  afterAccepted,
  afterUnseen,
  applyChanges,
  baselinesOf,
  currentProvenance,
  insertRevisionFields,
  provenanceOf,
  type SourcedChange,
  updateBaselines,
  type Writing,
} from './lieu-changes.ts';
import type { DB } from './types.ts';

/** Somebody changed the same fields meanwhile: nothing was written. */
export class RevisionConflict extends Error {
  constructor(
    readonly fields: readonly { field: ChampDeLieu; base: ChampValue; mine: ChampValue; theirs: ChampValue }[],
  ) {
    super(`conflict on ${fields.map((f) => f.field).join(', ')}`);
  }
}

/** The revision, or one of its fields, has been decided already, or is not there: nothing was written. */
export class RevisionGone extends Error {}

export interface SubmittedRevision {
  revisionId: number | null;
  live: ChampDeLieu[];
  waiting: ChampDeLieu[];
}

/**
 * Records what someone changed in a lieu: insensitive fields go live at once, the others wait. Compares each changed
 * field with the value that the person had before their eyes. Throws RevisionConflict, writing nothing, when one has
 * moved. Gives `revisionId: null` where nothing changes.
 */
export async function submitRevision(
  trx: Transaction<DB>,
  {
    lieuId,
    section,
    base,
    values,
    auteur,
    mode,
    writing,
  }: {
    lieuId: string;
    section: string;
    /** The values as the person saw them. */
    base: Values;
    /** The values as they want them: fields that are not here do not change. */
    values: Values;
    auteur: { id: string; verified: boolean; moderator: boolean };
    mode: ModerationMode;
    writing: Writing;
  },
): Promise<SubmittedRevision> {
  const fiche = await lockFiche(trx, lieuId);
  if (!fiche) throw new RevisionGone();
  const lieu = valuesOf(fiche);
  const baselines = baselinesOf(fiche);
  const changes = changesOf({ lieu, base, values });
  if (changes.length === 0) return { revisionId: null, live: [], waiting: [] };
  const review = auteur.moderator
    ? new Set<ChampDeLieu>()
    : fieldsToReview(changes, {
        mode,
        verified: auteur.verified,
        lastReviewed: baselines,
        current: lieu,
      });
  const live = changes.filter(({ field }) => !review.has(field));
  const waiting = changes.filter(({ field }) => review.has(field));
  await supersede(trx, { lieuId, auteurId: auteur.id, fields: changes.map(({ field }) => field), now: writing.now });
  const { id: revisionId } = await trx
    .insertInto('revision')
    .values({
      lieu_id: lieuId,
      auteur_id: auteur.id,
      origine: auteur.moderator ? 'moderation' : 'formulaire',
      section,
      base_version: fiche.version,
      etat: auteur.moderator ? 'traitee' : 'ouverte',
      risque: riskOf(changes, review),
      cree_le: writing.now,
      traitee_le: auteur.moderator ? writing.now : null,
      traitee_par: auteur.moderator ? auteur.id : null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await insertRevisionFields(
    trx,
    { lieuId, revisionId },
    changes.map((change) => ({
      ...change,
      liveSince: review.has(change.field) ? null : writing.now,
      decision: auteur.moderator ? ('acceptee' as const) : null,
    })),
  );
  if (live.length > 0) {
    const source = auteur.moderator ? 'moderation' : 'membre';
    const provenance = provenanceOf({ source, auteur: auteur.id, confirme_le: writing.now }, writing.now);
    await applyChanges(trx, {
      fiche,
      changes: live.map((change) => ({ ...change, provenance })),
      confirmedAt: writing.now,
      baselines: auteur.moderator
        ? afterAccepted(
            baselines,
            live.map(({ field, after }) => ({ field, value: after, current: after })),
          )
        : afterUnseen(baselines, live),
      writing,
    });
  }
  await insertJournal(trx, {
    lieuId,
    now: writing.now,
    acteurId: auteur.id,
    action: auteur.moderator ? 'modification_moderateur' : 'modification',
    revisionId,
    detail: {
      en_ligne: live.map((change) => ({ ...toDetail(change), provenance: currentProvenance(fiche, change.field) })),
      en_attente: waiting.map(toDetail),
    },
  });
  return { revisionId, live: live.map(({ field }) => field), waiting: waiting.map(({ field }) => field) };
}

/**
 * Applies a moderator's decisions, field by field: an accepted field takes its new value, a refused one that was live
 * takes its former value back, with the provenance it had, unless it has moved again since. Closes the revision once every field is decided. Fields
 * that no decision names stay open. Throws RevisionGone where the revision or one of these fields is no longer open,
 * RevisionConflict where a value moved since the moderator saw it; nothing is written then. The caller has made sure
 * that the lieu is in the moderator's territory.
 */
export async function decideRevision(
  trx: Transaction<DB>,
  {
    lieuId,
    revisionId,
    decisions,
    moderateurId,
    writing,
  }: {
    lieuId: string;
    revisionId: number;
    decisions: readonly Decision[];
    moderateurId: string;
    writing: Writing;
  },
): Promise<{ auteurId: string | null; closed: boolean }> {
  const fiche = await lockFiche(trx, lieuId);
  const revision = await trx
    .selectFrom('revision')
    .select(['id', 'auteur_id', 'origine', 'etat', 'cree_le'])
    .where('lieu_id', '=', lieuId)
    .where('id', '=', revisionId)
    .forUpdate()
    .executeTakeFirst();
  if (!fiche || !revision || revision.etat !== 'ouverte') throw new RevisionGone();
  const fields = await listRevisionFields(trx, { lieuId, revisionId });
  const decided = pairDecisions(fields, decisions);
  const lieu = valuesOf(fiche);
  const moved = decided.filter(({ field, seen }) => !sameValue(lieu[field], seen));
  if (moved.length > 0) {
    throw new RevisionConflict(
      moved.map(({ field, before, after }) => ({ field, base: before, mine: after, theirs: lieu[field] })),
    );
  }
  // A file confirms nothing: what it proposed is the word of the moderator who takes it.
  const fromMember = revision.origine === 'formulaire';
  const provenance = provenanceOf(
    fromMember
      ? { source: 'membre', auteur: revision.auteur_id, confirme_le: revision.cree_le }
      : { source: 'moderation', auteur: moderateurId, confirme_le: writing.now },
    writing.now,
  );
  const applied = decided.flatMap(({ field, decision, live, after }): SourcedChange[] =>
    decision === 'acceptee' && !live && !sameValue(lieu[field], after)
      ? [{ field, before: lieu[field], after, provenance }]
      : [],
  );
  const restored: SourcedChange[] = [];
  for (const { field, decision, live, before, after } of decided) {
    if (decision !== 'refusee' || !live || !sameValue(lieu[field], after)) continue;
    const former = await findFormerProvenance(trx, { lieuId, field, value: before });
    restored.push({ field, before: after, after: before, provenance: former });
  }
  const changes = [...applied, ...restored];
  const accepted = decided.filter(({ decision }) => decision === 'acceptee');
  const baselines = afterAccepted(
    baselinesOf(fiche),
    accepted.map(({ field, after, live }) => ({ field, value: after, current: live ? lieu[field] : after })),
  );
  if (changes.length === 0) await updateBaselines(trx, { lieuId, baselines });
  else {
    const confirmedAt = fromMember && applied.length > 0 ? revision.cree_le : null;
    await applyChanges(trx, { fiche, changes, confirmedAt, baselines, writing });
  }
  await recordDecisions(trx, { lieuId, revisionId, decided });
  const closed = fields.every((f) => f.decision !== null || decided.some(({ field }) => field === f.field));
  if (closed) {
    await trx
      .updateTable('revision')
      .set({ etat: 'traitee', traitee_le: writing.now, traitee_par: moderateurId })
      .where('lieu_id', '=', lieuId)
      .where('id', '=', revisionId)
      .execute();
  }
  await insertJournal(trx, {
    lieuId,
    now: writing.now,
    acteurId: moderateurId,
    action: 'decision',
    revisionId,
    detail: {
      decisions: decided.map(({ field, decision, motif }) => {
        const change = changes.find((c) => c.field === field);
        return { champ: field, decision, motif, ...(change ? { avant: change.before, apres: change.after } : {}) };
      }),
    },
  });
  return { auteurId: revision.auteur_id, closed };
}

type DecidedField = ProposedField & Pick<Decision, 'decision' | 'seen'>;

/** Each decision with the field that it is about. Throws RevisionGone where one of them is not open any more, or none is given. */
function pairDecisions(fields: readonly ProposedField[], decisions: readonly Decision[]): DecidedField[] {
  if (decisions.length === 0) throw new RevisionGone();
  return decisions.map(({ field, decision, motif, seen }) => {
    const found = fields.find((f) => f.field === field && f.decision === null);
    if (!found) throw new RevisionGone();
    return { ...found, decision, motif, seen };
  });
}

/**
 * Writes the decisions on the fields of a revision. Where a refused value was live and has moved on since, the later
 * open changes of that field were made from it: what they would put back is the value before it, not the refused one.
 */
async function recordDecisions(
  trx: Transaction<DB>,
  { lieuId, revisionId, decided }: { lieuId: string; revisionId: number; decided: readonly DecidedField[] },
): Promise<void> {
  for (const { field, decision, motif, live, before, after } of decided) {
    await trx
      .updateTable('revision_champ')
      .set({ decision, motif })
      .where('lieu_id', '=', lieuId)
      .where('revision_id', '=', revisionId)
      .where('champ', '=', field)
      .execute();
    if (decision === 'acceptee' || !live) continue;
    await trx
      .updateTable('revision_champ')
      .set({
        avant: JSON.stringify(before),
        // With what `apres` tells, which stays.
        horaires_lus: sql`horaires_lus || coalesce(${horairesLusColumn(field, [before])}::jsonb, '{}')`,
      })
      .where('lieu_id', '=', lieuId)
      .where('revision_id', '>', revisionId)
      .where('champ', '=', field)
      .where('decision', 'is', null)
      .where('avant', '=', JSON.stringify(after))
      .execute();
  }
}

/** The fields of one revision, in the standard's order, permanences last. */
export async function listRevisionFields(
  db: Kysely<DB>,
  { lieuId, revisionId }: { lieuId: string; revisionId: number },
): Promise<ProposedField[]> {
  const rows = await db
    .selectFrom('revision_champ')
    .select(['champ', 'avant', 'apres', 'en_ligne_le', 'decision', 'motif'])
    .where('lieu_id', '=', lieuId)
    .where('revision_id', '=', revisionId)
    .execute();
  rows.sort((a, b) => orderOf(a.champ) - orderOf(b.champ));
  return rows.flatMap((row) => {
    if (!isChampDeLieu(row.champ)) return [];
    return [
      {
        field: row.champ,
        before: readChampValue(row.champ, row.avant),
        after: readChampValue(row.champ, row.apres),
        live: row.en_ligne_le !== null,
        decision: readDecision(row.decision),
        motif: row.motif,
      },
    ];
  });
}

/** The author's own waiting values of the same fields give way to the newer ones. */
async function supersede(
  trx: Transaction<DB>,
  { lieuId, auteurId, fields, now }: { lieuId: string; auteurId: string; fields: ChampDeLieu[]; now: Date },
): Promise<void> {
  const open = trx
    .selectFrom('revision')
    .select('id')
    .where('lieu_id', '=', lieuId)
    .where('auteur_id', '=', auteurId)
    .where('etat', '=', 'ouverte');
  await trx
    .updateTable('revision_champ')
    .set({ decision: 'remplacee' })
    .where('lieu_id', '=', lieuId)
    .where('revision_id', 'in', open)
    .where('champ', 'in', fields)
    .where('decision', 'is', null)
    .where('en_ligne_le', 'is', null)
    .execute();
  await trx
    .updateTable('revision')
    .set({ etat: 'retiree', traitee_le: now })
    .where('lieu_id', '=', lieuId)
    .where('id', 'in', open)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('revision_champ as c')
            .select('c.champ')
            .whereRef('c.lieu_id', '=', 'revision.lieu_id')
            .whereRef('c.revision_id', '=', 'revision.id')
            .where('c.decision', 'is', null),
        ),
      ),
    )
    .execute();
}

/** What the person changed, against today's values. Throws RevisionConflict where today's value is neither theirs nor the one they saw. */
function changesOf({ lieu, base, values }: { lieu: LieuEtPermanences; base: Values; values: Values }): Change[] {
  const changes: Change[] = [];
  const conflicts: { field: ChampDeLieu; base: ChampValue; mine: ChampValue; theirs: ChampValue }[] = [];
  for (const [field, after] of Object.entries(values)) {
    if (!isChampDeLieu(field) || !isEditable(field) || after === undefined) continue;
    const current = lieu[field];
    const seen = base[field] ?? null;
    if (sameValue(after, current) || sameValue(after, seen)) continue;
    if (sameValue(current, seen)) changes.push({ field, before: current, after });
    else conflicts.push({ field, base: seen, mine: after, theirs: current });
  }
  if (conflicts.length > 0) throw new RevisionConflict(conflicts);
  return changes;
}

function toDetail({ field, before, after }: Change) {
  return { champ: field, avant: before, apres: after };
}

function readDecision(value: string | null): ProposedField['decision'] {
  return value === 'acceptee' || value === 'refusee' || value === 'remplacee' ? value : null;
}

function orderOf(champ: string): number {
  return isChampDeLieu(champ) ? CHAMPS_DE_LIEU.indexOf(champ) : -1;
}
