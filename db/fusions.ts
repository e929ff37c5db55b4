import { type Kysely, sql, type Transaction } from 'kysely';
import { CHAMPS_DE_LIEU, type ChampDeLieu, isChampDeLieu, readChampValue } from '#app/domain/champ-de-lieu.ts';
import { type Change, sameValue, type Values } from '#app/domain/moderation.ts';
import { canOnLieu, type Roles } from '#app/domain/permissions.ts';
import { decideDoublon, reopenDoublon } from './doublons.ts';
import { type Fiche, lockFiche, valuesOf } from './fiches.ts';
import { findFormerProvenance, insertJournal } from './journal.ts';
import {
  afterAccepted,
  applyChanges,
  baselinesOf,
  currentProvenance,
  insertRevisionFields,
  provenanceOf,
  type SourcedChange,
  type Writing,
} from './lieu-changes.ts';
import { isBooked } from './lieu-statut.ts';
import type { DB, Json } from './types.ts';

/** Why two fiches cannot be merged, or unmerged, as they are. Nothing was written. */
export class FusionRefusee extends Error {
  constructor(readonly raison: 'disparue' | 'changee' | 'rendez_vous' | 'a_relire' | 'structures') {
    super(`merge refused: ${raison}`);
  }
}

/** A pair in the order of its row: `lieuId` before `autreId`. */
interface PaireIds {
  lieuId: string;
  autreId: string;
}

/**
 * Makes two fiches one: `garde` takes the values given through a revision that is decided at once, the other leads to it from
 * now on (308) and keeps everything it had, so that `annulerFusion` can bring it back. A fiche of which appointments can be
 * booked, or with bookings to come, does not vanish: keep that one. Nor does one with changes that wait to be reviewed.
 * @throws {FusionRefusee} where it cannot be done, or either fiche has moved since its `version` was seen
 */
export async function fusionnerLieux(
  trx: Transaction<DB>,
  {
    paire,
    garde,
    values,
    versions,
    roles,
    writing,
  }: {
    paire: PaireIds;
    /** The id that stays. */
    garde: string;
    /** The values of the merged fiche: fields that are not here stay as `garde` has them. */
    values: Values;
    /** Of the two fiches, by id, as they were on the page. */
    versions: ReadonlyMap<string, number>;
    roles: Roles;
    writing: Writing;
  },
): Promise<void> {
  const [first, second] = await lockBoth(trx, paire);
  const [kept, gone] = first.id === garde ? [first, second] : [second, first];
  for (const fiche of [kept, gone]) {
    if (fiche.statut !== 'actif' || !canOnLieu(roles, 'moderer', fiche)) throw new FusionRefusee('disparue');
    if (versions.get(fiche.id) !== fiche.version) throw new FusionRefusee('changee');
  }
  await assertMayVanish(trx, { kept, gone, now: writing.now });
  const decided = await decideDoublon(trx, {
    ...paire,
    etat: 'fusionne',
    roles,
    now: writing.now,
  });
  if (!decided) throw new FusionRefusee('disparue');
  const changes = changesOf(kept, values);
  const revisionId = await reviseKept(trx, {
    fiche: kept,
    changes,
    origine: 'fusion',
    acteurId: roles.utilisateurId,
    writing,
  });
  const structure = kept.structure_id === null ? gone.structure_id : null;
  if (structure !== null) await updateStructure(trx, kept.id, structure);
  await trx
    .updateTable('lieu')
    .set({
      statut: 'fusionne',
      fusionne_dans: kept.id,
      version: sql`version + 1`,
      modifie_le: writing.now,
    })
    .where('id', '=', gone.id)
    .execute();
  const line = { now: writing.now, acteurId: roles.utilisateurId };
  await insertJournal(trx, {
    ...line,
    lieuId: kept.id,
    action: 'fusion',
    revisionId,
    detail: { autre: gone.id, nom: gone.nom, en_ligne: changes.map((change) => toDetail(change, kept)) },
  });
  await insertJournal(trx, {
    ...line,
    lieuId: gone.id,
    action: 'fusionne',
    revisionId: null,
    detail: { dans: kept.id, nom: kept.nom, revision: revisionId, structure },
  });
}

/**
 * Takes a merge back: the fiche that had vanished is there again as it was, and the one that stayed gets back each value that
 * the merge gave it, unless it has moved again since. The pair waits to be decided again.
 * @throws {FusionRefusee} where the two are not merged any more
 */
export async function annulerFusion(
  trx: Transaction<DB>,
  { paire, roles, writing }: { paire: PaireIds; roles: Roles; writing: Writing },
): Promise<void> {
  const [first, second] = await lockBoth(trx, paire);
  for (const fiche of [first, second]) if (!canOnLieu(roles, 'moderer', fiche)) throw new FusionRefusee('disparue');
  const found =
    (await findMergeInto(trx, { kept: first, gone: second })) ??
    (await findMergeInto(trx, { kept: second, gone: first }));
  if (!found) throw new FusionRefusee('disparue');
  const { kept, gone, merge } = found;
  const given =
    merge.revisionId === null ? [] : await listGiven(trx, { lieuId: kept.id, revisionId: merge.revisionId });
  const current = valuesOf(kept);
  const changes: SourcedChange[] = [];
  for (const { field, before, after } of given) {
    if (!sameValue(current[field], after)) continue;
    const provenance = await findFormerProvenance(trx, { lieuId: kept.id, field, value: before });
    changes.push({ field, before: current[field], after: before, provenance });
  }
  const acteurId = roles.utilisateurId;
  const revisionId = await reviseKept(trx, { fiche: kept, changes, origine: 'restauration', acteurId, writing });
  if (merge.structure !== null && kept.structure_id === merge.structure) await updateStructure(trx, kept.id, null);
  await trx
    .updateTable('lieu')
    .set({ statut: 'actif', fusionne_dans: null, version: sql`version + 1`, modifie_le: writing.now })
    .where('id', '=', gone.id)
    .execute();
  await reopenDoublon(trx, { ...paire, roles, etat: 'fusionne' });
  const line = { now: writing.now, acteurId, action: 'fusion_annulee' };
  const en_ligne = changes.map((change) => toDetail(change, kept));
  await insertJournal(trx, {
    ...line,
    lieuId: kept.id,
    revisionId,
    detail: { autre: gone.id, nom: gone.nom, en_ligne },
  });
  await insertJournal(trx, {
    ...line,
    lieuId: gone.id,
    revisionId: null,
    detail: { autre: kept.id, nom: kept.nom, en_ligne: [] },
  });
}

/** Always in the order of the pair, so that two people who merge at once do not wait for each other for ever. */
async function lockBoth(trx: Transaction<DB>, { lieuId, autreId }: PaireIds): Promise<[Fiche, Fiche]> {
  const first = await lockFiche(trx, lieuId);
  const second = await lockFiche(trx, autreId);
  if (!first || !second) throw new FusionRefusee('disparue');
  return [first, second];
}

async function assertMayVanish(
  trx: Transaction<DB>,
  { kept, gone, now }: { kept: Fiche; gone: Fiche; now: Date },
): Promise<void> {
  const both = kept.structure_id !== null && gone.structure_id !== null;
  if (both && kept.structure_id !== gone.structure_id) throw new FusionRefusee('structures');
  const agenda = await trx
    .selectFrom('agenda')
    .select('lieu_id')
    .where('lieu_id', '=', gone.id)
    .where('actif', '=', true)
    .executeTakeFirst();
  if (agenda || (await isBooked(trx, { lieuId: gone.id, now }))) throw new FusionRefusee('rendez_vous');
  const open = await trx
    .selectFrom('revision')
    .select('id')
    .where('lieu_id', '=', gone.id)
    .where('etat', '=', 'ouverte')
    .limit(1)
    .executeTakeFirst();
  if (open) throw new FusionRefusee('a_relire');
}

function changesOf(kept: Fiche, values: Values): Change[] {
  const current = valuesOf(kept);
  return CHAMPS_DE_LIEU.flatMap((field) => {
    const after = values[field];
    return after === undefined || sameValue(current[field], after) ? [] : [{ field, before: current[field], after }];
  });
}

/** Writes values through a revision that the person who merges has decided; null where nothing changes. */
async function reviseKept(
  trx: Transaction<DB>,
  {
    fiche,
    changes,
    origine,
    acteurId,
    writing,
  }: {
    fiche: Fiche;
    changes: readonly (Change & { provenance?: Json })[];
    origine: 'fusion' | 'restauration';
    acteurId: string;
    writing: Writing;
  },
): Promise<number | null> {
  if (changes.length === 0) return null;
  const { id } = await trx
    .insertInto('revision')
    .values({
      lieu_id: fiche.id,
      auteur_id: acteurId,
      origine,
      base_version: fiche.version,
      etat: 'traitee',
      cree_le: writing.now,
      traitee_le: writing.now,
      traitee_par: acteurId,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await insertRevisionFields(
    trx,
    { lieuId: fiche.id, revisionId: id },
    changes.map((change) => ({ ...change, liveSince: writing.now, decision: 'acceptee' as const })),
  );
  const own = provenanceOf({ source: 'moderation', auteur: acteurId, confirme_le: writing.now }, writing.now);
  await applyChanges(trx, {
    fiche,
    changes: changes.map((change) => ({
      ...change,
      provenance: change.provenance === undefined ? own : change.provenance,
    })),
    confirmedAt: null,
    baselines: afterAccepted(
      baselinesOf(fiche),
      changes.map(({ field, after }) => ({ field, value: after, current: after })),
    ),
    writing,
  });
  return id;
}

async function updateStructure(trx: Transaction<DB>, id: string, structure: number | null): Promise<void> {
  await trx.updateTable('lieu').set({ structure_id: structure }).where('id', '=', id).execute();
}

/** How one fiche was merged into the other; undefined where it was not. The one that stayed may have been merged in its turn. */
async function findMergeInto(db: Kysely<DB>, { kept, gone }: { kept: Fiche; gone: Fiche }) {
  const merge = gone.statut === 'fusionne' ? await findMerge(db, gone.id) : undefined;
  return merge?.dans === kept.id ? { kept, gone, merge } : undefined;
}

/** How a lieu was merged the last time, as its journal noted it. */
async function findMerge(
  db: Kysely<DB>,
  lieuId: string,
): Promise<{ dans: string; revisionId: number | null; structure: number | null } | undefined> {
  const line = await db
    .selectFrom('journal')
    .select('detail')
    .where('lieu_id', '=', lieuId)
    .where('action', '=', 'fusionne')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const detail = line?.detail;
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) return undefined;
  const { dans, revision, structure } = detail;
  if (typeof dans !== 'string') return undefined;
  return {
    dans,
    revisionId: typeof revision === 'number' ? revision : null,
    structure: typeof structure === 'number' ? structure : null,
  };
}

/** The fields of a merge's revision, with the values before and after. */
async function listGiven(
  db: Kysely<DB>,
  { lieuId, revisionId }: { lieuId: string; revisionId: number },
): Promise<Change[]> {
  const rows = await db
    .selectFrom('revision_champ')
    .select(['champ', 'avant', 'apres'])
    .where('lieu_id', '=', lieuId)
    .where('revision_id', '=', revisionId)
    .execute();
  return rows.flatMap(({ champ, avant, apres }): Change[] =>
    isChampDeLieu(champ)
      ? [{ field: champ, before: readChampValue(champ, avant), after: readChampValue(champ, apres) }]
      : [],
  );
}

function toDetail({ field, before, after }: Change, fiche: Fiche) {
  return { champ: field, avant: before, apres: after, provenance: currentProvenance(fiche, field) };
}

/** When somebody last said that a value is right, by field, as ISO 8601. */
export function confirmationsOf(fiche: Fiche): Partial<Record<ChampDeLieu, string>> {
  return Object.fromEntries(
    CHAMPS_DE_LIEU.flatMap((field) => {
      const provenance = currentProvenance(fiche, field);
      if (typeof provenance !== 'object' || provenance === null || Array.isArray(provenance)) return [];
      return typeof provenance.confirme_le === 'string' ? [[field, provenance.confirme_le]] : [];
    }),
  );
}
