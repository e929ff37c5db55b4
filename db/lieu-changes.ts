import { sql, type Transaction } from 'kysely';
import { type ChampDeLieu, type ChampValue, isChampDeLieu, readChampValue } from '#app/domain/champ-de-lieu.ts';
import { ADDING_UP, type Change, sameValue, type Values } from '#app/domain/moderation.ts';
import type { LieuEtPermanences } from '#app/domain/permanences.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { replaceDatees } from './datees.ts';
import { type Fiche, valuesOf } from './fiches.ts';
import { horairesLusColumn } from './horaires-lus.ts';
import { lieuColumns } from './lieux.ts';
import type { DB, Json } from './types.ts';
import { readVendrediSaint } from './vendredi-saint.ts';

export interface Writing {
  now: Date;
  /** Local day of the lieu's country, 'AAAA-MM-JJ': becomes date_maj. */
  today: string;
  communes: CommuneIndex;
}

/** Who wants a value: a `membre`, or the `moderation`. */
export interface Origin {
  source: 'membre' | 'moderation';
  auteur: string | null;
  /** When that person last said that it is right. */
  confirme_le: Date;
}

/** A change with the provenance that its value takes: null where it has none of its own, and comes from `origine`. */
export type SourcedChange = Change & { provenance: Json };

/** The provenance of a value that someone wants, written at `now`. */
export function provenanceOf({ source, auteur, confirme_le }: Origin, now: Date): Json {
  return { source, auteur, le: now.toISOString(), confirme_le: confirme_le.toISOString() };
}

/** The provenance that a value of the lieu has now; null where it has none of its own. */
export function currentProvenance(fiche: Fiche, field: ChampDeLieu): Json {
  const { provenance } = fiche;
  if (typeof provenance !== 'object' || provenance === null || Array.isArray(provenance)) return null;
  return provenance[field] ?? null;
}

/**
 * Writes fields of a lieu that is under lock, with what follows from them and where each comes from, and adds 1 to its
 * version. `confirmedAt` is when a person of the lieu last stood behind it, null where nobody did by this.
 */
export async function applyChanges(
  trx: Transaction<DB>,
  {
    fiche,
    changes,
    confirmedAt,
    baselines,
    writing,
  }: {
    fiche: Fiche;
    changes: readonly SourcedChange[];
    confirmedAt: Date | null;
    /** `valeurs_moderees` as they are from now on. */
    baselines: Values;
    writing: Writing;
  },
): Promise<void> {
  const { permanences, ...lieu }: LieuEtPermanences = {
    ...valuesOf(fiche),
    ...Object.fromEntries(changes.map(({ field, after }) => [field, after])),
    date_maj: writing.today,
  };
  const own = changes.filter(({ provenance }) => provenance !== null);
  const provenance = Object.fromEntries(own.map((change) => [change.field, change.provenance]));
  const vendrediSaint = await readVendrediSaint(trx, writing.communes);
  const written = lieuColumns(lieu, { ...writing, permanences, vendrediSaint });
  await trx
    .updateTable('lieu')
    .set({
      ...written.columns,
      permanences: JSON.stringify(permanences),
      version: fiche.version + 1,
      modifie_le: writing.now,
      confirme_le: sql`greatest(confirme_le, ${confirmedAt}::timestamptz)`,
      provenance: sql`(provenance - ${changes.map(({ field }) => field)}::text[]) || ${JSON.stringify(provenance)}::jsonb`,
      valeurs_moderees: JSON.stringify(baselines),
    })
    .where('id', '=', fiche.id)
    .execute();
  await replaceDatees(trx, [written]);
}

/** Keeps what a moderator last saw, where nothing else of the lieu is written. */
export async function updateBaselines(
  trx: Transaction<DB>,
  { lieuId, baselines }: { lieuId: string; baselines: Values },
): Promise<void> {
  await trx
    .updateTable('lieu')
    .set({ valeurs_moderees: JSON.stringify(baselines) })
    .where('id', '=', lieuId)
    .execute();
}

/** What a moderator last saw of a lieu, for the fields that have changed since. */
export function baselinesOf(fiche: Fiche): Values {
  return readValues(fiche.valeurs_moderees);
}

/** The baselines after changes that no moderator has seen: the oldest unseen value stays. */
export function afterUnseen(baselines: Values, changes: readonly Change[]): Values {
  const added = changes.filter(({ field }) => ADDING_UP.includes(field) && !(field in baselines));
  return { ...baselines, ...Object.fromEntries(added.map(({ field, before }) => [field, before])) };
}

/**
 * The baselines after a moderator stood behind values: none where the lieu has that value now, that value where the
 * lieu has moved on since.
 */
export function afterAccepted(
  baselines: Values,
  accepted: readonly { field: ChampDeLieu; value: ChampValue; current: ChampValue }[],
): Values {
  const left = new Map<ChampDeLieu, ChampValue>();
  for (const [field, value] of Object.entries(baselines)) if (isChampDeLieu(field)) left.set(field, value ?? null);
  for (const { field, value, current } of accepted) {
    if (sameValue(value, current)) left.delete(field);
    else if (left.has(field)) left.set(field, value);
  }
  return Object.fromEntries(left);
}

function readValues(value: Json): Values {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, v]) => (isChampDeLieu(field) ? [[field, readChampValue(field, v)]] : [])),
  );
}

/** Writes the fields of a revision: what each had and gets, since when it is live and what was decided, where that is so already. */
export async function insertRevisionFields(
  trx: Transaction<DB>,
  { lieuId, revisionId }: { lieuId: string; revisionId: number },
  changes: readonly (Change & { liveSince?: Date | null; decision?: 'acceptee' | null })[],
): Promise<void> {
  await trx
    .insertInto('revision_champ')
    .values(
      changes.map(({ field, before, after, liveSince = null, decision = null }) => ({
        lieu_id: lieuId,
        revision_id: revisionId,
        champ: field,
        avant: JSON.stringify(before),
        apres: JSON.stringify(after),
        horaires_lus: horairesLusColumn(field, [before, after]),
        en_ligne_le: liveSince,
        decision,
      })),
    )
    .execute();
}
