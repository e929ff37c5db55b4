import { type Kysely, sql, type Transaction } from 'kysely';
import type { FieldValue, Lieu } from '#app/domain/lieu.ts';
import {
  ADDING_UP,
  type Change,
  fieldsToReview,
  type ModerationMode,
  riskOf,
  sameValue,
  type Values,
} from '#app/domain/moderation.ts';
import { isFieldName, type FieldName } from '#app/domain/standard.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { type Fiche, lieuOf, lockFiche } from './fiches.ts';
import { lieuColumns } from './lieux.ts';
import type { DB, Json } from './types.ts';

/** Somebody changed the same fields meanwhile: nothing was written. */
export class RevisionConflict extends Error {
  constructor(readonly fields: readonly { field: FieldName; base: FieldValue; mine: FieldValue; theirs: FieldValue }[]) {
    super(`conflict on ${fields.map((f) => f.field).join(', ')}`);
  }
}

/** The revision has been dealt with already, or is not there. */
export class RevisionGone extends Error {}

export interface Writing {
  now: Date;
  /** Local day of the lieu's country, 'AAAA-MM-JJ': becomes date_maj. */
  today: string;
  communes: CommuneIndex;
}

export interface SubmittedRevision {
  revisionId: number | null;
  live: FieldName[];
  waiting: FieldName[];
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
  const lieu = lieuOf(fiche);
  const changes = changesOf({ lieu, base, values });
  if (changes.length === 0) return { revisionId: null, live: [], waiting: [] };
  const review = auteur.moderator
    ? new Set<FieldName>()
    : fieldsToReview(changes, {
        mode,
        verified: auteur.verified,
        lastReviewed: readValues(fiche.valeurs_moderees),
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
  await trx
    .insertInto('revision_champ')
    .values(
      changes.map(({ field, before, after }) => ({
        lieu_id: lieuId,
        revision_id: revisionId,
        champ: field,
        avant: JSON.stringify(before),
        apres: JSON.stringify(after),
        en_ligne_le: review.has(field) ? null : writing.now,
        decision: auteur.moderator ? 'acceptee' : null,
      })),
    )
    .execute();
  if (live.length > 0) {
    await applyChanges(trx, { fiche, changes: live, auteurId: auteur.id, reviewed: auteur.moderator, writing });
  }
  await insertJournal(trx, {
    lieuId,
    now: writing.now,
    acteurId: auteur.id,
    action: auteur.moderator ? 'modification_moderateur' : 'modification',
    revisionId,
    detail: { en_ligne: live.map(toDetail), en_attente: waiting.map(toDetail) },
  });
  return { revisionId, live: live.map(({ field }) => field), waiting: waiting.map(({ field }) => field) };
}

export interface FieldDecision {
  field: FieldName;
  decision: 'acceptee' | 'refusee';
  /** Why, for the author: asked for when refusing. */
  motif: string | null;
  /** The lieu's value that the moderator had before their eyes. */
  seen: FieldValue;
}

/**
 * Applies a moderator's decisions, field by field: an accepted field takes its new value, a refused one that was live
 * takes its former value back unless it has moved again since. Closes the revision once every field is decided.
 * Throws RevisionGone where it is no longer open, RevisionConflict where a value moved since the moderator saw it.
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
    decisions: readonly FieldDecision[];
    moderateurId: string;
    writing: Writing;
  },
): Promise<{ auteurId: string | null; closed: boolean }> {
  const fiche = await lockFiche(trx, lieuId);
  const revision = await trx
    .selectFrom('revision')
    .select(['id', 'auteur_id', 'etat'])
    .where('lieu_id', '=', lieuId)
    .where('id', '=', revisionId)
    .forUpdate()
    .executeTakeFirst();
  if (!fiche || !revision || revision.etat !== 'ouverte') throw new RevisionGone();
  const fields = await listRevisionFields(trx, { lieuId, revisionId });
  const lieu = lieuOf(fiche);
  const open = decisions.flatMap((decision) => {
    const found = fields.find((f) => f.field === decision.field && f.decision === null);
    return found ? [{ ...decision, ...found, decision: decision.decision }] : [];
  });
  if (open.length === 0) throw new RevisionGone();
  const moved = open.filter(({ field, seen }) => !sameValue(lieu[field], seen));
  if (moved.length > 0) {
    throw new RevisionConflict(
      moved.map(({ field, before, after }) => ({ field, base: before, mine: after, theirs: lieu[field] })),
    );
  }
  const changes = open.flatMap(({ field, decision, live, before, after }): Change[] => {
    const current = lieu[field];
    if (decision === 'acceptee') return live || sameValue(current, after) ? [] : [{ field, before: current, after }];
    return live && sameValue(current, after) ? [{ field, before: current, after: before }] : [];
  });
  if (changes.length > 0) {
    await applyChanges(trx, { fiche, changes, auteurId: revision.auteur_id, reviewed: true, writing });
  }
  await forgetBaselines(trx, { lieuId, fields: open.map(({ field }) => field) });
  for (const { field, decision, motif } of open) {
    await trx
      .updateTable('revision_champ')
      .set({ decision, motif })
      .where('lieu_id', '=', lieuId)
      .where('revision_id', '=', revisionId)
      .where('champ', '=', field)
      .execute();
  }
  const closed = fields.every((f) => f.decision !== null || open.some((o) => o.field === f.field));
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
    detail: { decisions: open.map(({ field, decision, motif }) => ({ champ: field, decision, motif })) },
  });
  return { auteurId: revision.auteur_id, closed };
}

export interface RevisionField {
  field: FieldName;
  before: FieldValue;
  after: FieldValue;
  live: boolean;
  decision: 'acceptee' | 'refusee' | 'remplacee' | null;
  motif: string | null;
}

/** The fields of one revision, in the standard's order of storage. */
export async function listRevisionFields(
  db: Kysely<DB>,
  { lieuId, revisionId }: { lieuId: string; revisionId: number },
): Promise<RevisionField[]> {
  const rows = await db
    .selectFrom('revision_champ')
    .select(['champ', 'avant', 'apres', 'en_ligne_le', 'decision', 'motif'])
    .where('lieu_id', '=', lieuId)
    .where('revision_id', '=', revisionId)
    .execute();
  return rows.flatMap((row) => {
    if (!isFieldName(row.champ)) return [];
    return [
      {
        field: row.champ,
        before: readValue(row.avant),
        after: readValue(row.apres),
        live: row.en_ligne_le !== null,
        decision: readDecision(row.decision),
        motif: row.motif,
      },
    ];
  });
}

/** Writes fields of a lieu that is under lock, with what follows from them, and adds 1 to its version. */
async function applyChanges(
  trx: Transaction<DB>,
  {
    fiche,
    changes,
    auteurId,
    reviewed,
    writing,
  }: { fiche: Fiche; changes: readonly Change[]; auteurId: string | null; reviewed: boolean; writing: Writing },
): Promise<void> {
  const before = lieuOf(fiche);
  const lieu: Lieu = { ...before, ...Object.fromEntries(changes.map((c) => [c.field, c.after])), date_maj: writing.today };
  const provenance = Object.fromEntries(
    changes.map(({ field }) => [
      field,
      { source: 'membre', auteur: auteurId, le: writing.now.toISOString(), confirme_le: writing.now.toISOString() },
    ]),
  );
  const lastReviewed = readValues(fiche.valeurs_moderees);
  const baselines = reviewed
    ? {}
    : Object.fromEntries(
        changes
          .filter(({ field }) => ADDING_UP.includes(field) && !(field in lastReviewed))
          .map((change) => [change.field, change.before]),
      );
  const { columns, ouvertures } = lieuColumns(lieu, writing);
  await trx
    .updateTable('lieu')
    .set({
      ...columns,
      version: fiche.version + 1,
      modifie_le: writing.now,
      confirme_le: writing.now,
      provenance: sql`provenance || ${JSON.stringify(provenance)}::jsonb`,
      valeurs_moderees: sql`valeurs_moderees || ${JSON.stringify(baselines)}::jsonb`,
    })
    .where('id', '=', fiche.id)
    .execute();
  if (changes.some(({ field }) => field === 'horaires')) {
    await replaceOuvertures(trx, { lieuId: fiche.id, ouvertures });
  }
}

async function replaceOuvertures(
  trx: Transaction<DB>,
  { lieuId, ouvertures }: { lieuId: string; ouvertures: readonly { jour: string; intervalles: unknown }[] },
): Promise<void> {
  await trx.deleteFrom('ouverture_datee').where('lieu_id', '=', lieuId).execute();
  if (ouvertures.length === 0) return;
  await trx
    .insertInto('ouverture_datee')
    .values(ouvertures.map(({ jour, intervalles }) => ({ lieu_id: lieuId, jour, intervalles: JSON.stringify(intervalles) })))
    .execute();
}

/** The author's own waiting values of the same fields give way to the newer ones. */
async function supersede(
  trx: Transaction<DB>,
  { lieuId, auteurId, fields, now }: { lieuId: string; auteurId: string; fields: FieldName[]; now: Date },
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

async function forgetBaselines(trx: Transaction<DB>, { lieuId, fields }: { lieuId: string; fields: FieldName[] }) {
  await trx
    .updateTable('lieu')
    .set({ valeurs_moderees: sql`valeurs_moderees - ${sql.val(fields)}::text[]` })
    .where('id', '=', lieuId)
    .where(sql<boolean>`valeurs_moderees ?| ${sql.val(fields)}::text[]`)
    .execute();
}

/** Adds a line to the journal of a lieu, which is never rewritten. */
export async function insertJournal(
  db: Kysely<DB>,
  line: {
    lieuId: string;
    now: Date;
    acteurId: string | null;
    action: string;
    revisionId: number | null;
    detail: unknown;
  },
): Promise<void> {
  await db
    .insertInto('journal')
    .values({
      lieu_id: line.lieuId,
      le: line.now,
      acteur_id: line.acteurId,
      action: line.action,
      revision_id: line.revisionId,
      detail: JSON.stringify(line.detail),
    })
    .execute();
}

/** What the person changed, against today's values. Throws RevisionConflict where today's value is neither theirs nor the one they saw. */
function changesOf({ lieu, base, values }: { lieu: Lieu; base: Values; values: Values }): Change[] {
  const changes: Change[] = [];
  const conflicts: { field: FieldName; base: FieldValue; mine: FieldValue; theirs: FieldValue }[] = [];
  for (const [field, after] of Object.entries(values)) {
    if (!isFieldName(field) || after === undefined) continue;
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

function readDecision(value: string | null): RevisionField['decision'] {
  return value === 'acceptee' || value === 'refusee' || value === 'remplacee' ? value : null;
}

/** A stored value back as a field's value; what is not one reads as absent. */
function readValue(value: Json | null): FieldValue {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string');
  return null;
}

function readValues(value: Json): Values {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, v]) => (isFieldName(field) ? [[field, readValue(v ?? null)]] : [])),
  );
}
