import type { Kysely, Transaction } from 'kysely';
import type { Lieu } from '#app/domain/lieu.ts';
import { type LieuEtPermanences, readStoredPermanences } from '#app/domain/permanences.ts';
import { canOnLieu, type LieuAction, type Roles } from '#app/domain/permissions.ts';
import { FIELDS } from '#app/domain/standard.ts';
import type { DB, Json } from './types.ts';

/** The columns of `lieu` that are the standard's fields: a row of them has the shape of a Lieu. */
export const FIELD_COLUMNS = FIELDS.map((field) => `lieu.${field.name}` as const);

const STATE_COLUMNS = [
  'lieu.version',
  'lieu.statut',
  'lieu.ferme_le',
  'lieu.manquants',
  'lieu.structure_id',
  'lieu.departement',
  'lieu.region',
  'lieu.epci',
  'lieu.fuseau',
  'lieu.vendredi_saint',
  'lieu.demo',
  'lieu.confirme_le',
  'lieu.modifie_le',
  'lieu.horaires_etat',
  'lieu.horaires_intervalles',
  'lieu.permanences',
  'lieu.permanences_lues',
  'lieu.provenance',
  'lieu.valeurs_moderees',
] as const;

function selectFiche(db: Kysely<DB>) {
  return db.selectFrom('lieu').select(FIELD_COLUMNS).select(STATE_COLUMNS);
}

export type Fiche = NonNullable<Awaited<ReturnType<ReturnType<typeof selectFiche>['executeTakeFirst']>>>;

/** A lieu as its editors see it, public or not; undefined where it does not exist or where they may not do `action`. */
export async function findFiche(
  db: Kysely<DB>,
  { id, roles, action }: { id: string; roles: Roles; action: LieuAction },
): Promise<Fiche | undefined> {
  const fiche = await selectFiche(db).where('lieu.id', '=', id).executeTakeFirst();
  return fiche && canOnLieu(roles, action, fiche) ? fiche : undefined;
}

/** Several lieux as their editors see them, by id; those that do not exist are not in it. */
export async function listFiches(db: Kysely<DB>, ids: readonly string[]): Promise<ReadonlyMap<string, Fiche>> {
  if (ids.length === 0) return new Map();
  const fiches = await selectFiche(db).where('lieu.id', 'in', ids).execute();
  return new Map(fiches.map((fiche) => [fiche.id, fiche]));
}

/** The same under lock, for the one transaction that will change it. */
export async function lockFiche(trx: Transaction<DB>, id: string): Promise<Fiche | undefined> {
  return selectFiche(trx).where('lieu.id', '=', id).forUpdate().executeTakeFirst();
}

/** Whether the public sees a lieu, for someone who has its row already: what the view `lieu_publie` says. */
export function isPublic({ statut, manquants }: Pick<Fiche, 'statut' | 'manquants'>): boolean {
  return statut === 'actif' && manquants.length === 0;
}

/** Only the standard's fields of a row. */
export function lieuOf(fiche: Fiche): Lieu {
  const { version, statut, ferme_le, manquants, structure_id, departement, region, epci, fuseau, demo, ...rest } =
    fiche;
  const { confirme_le, modifie_le, horaires_etat, horaires_intervalles, provenance, valeurs_moderees, ...written } =
    rest;
  const { permanences, permanences_lues, vendredi_saint, ...lieu } = written;
  return lieu;
}

/** The standard's fields of a row and its permanences: all that people decide of a lieu. */
export function valuesOf(fiche: Fiche): LieuEtPermanences {
  return { ...lieuOf(fiche), permanences: readStoredPermanences(fiche.permanences) };
}

/** The lieux of the structures that a person belongs to, by structure and name, with how many of their fields wait for a moderator; at most 500. */
export async function listLieuxOfMember(db: Kysely<DB>, utilisateurId: string) {
  return db
    .selectFrom('membre')
    .innerJoin('structure', 'structure.id', 'membre.structure_id')
    .innerJoin('lieu', 'lieu.structure_id', 'structure.id')
    .where('membre.utilisateur_id', '=', utilisateurId)
    .where('lieu.statut', '<>', 'fusionne')
    .select((eb) => [
      'lieu.id',
      'lieu.nom',
      'lieu.commune',
      'lieu.statut',
      'lieu.manquants',
      'structure.nom as structure',
      'lieu.modifie_le',
      eb
        .selectFrom('revision_champ as c')
        .innerJoin('revision as r', (join) =>
          join.onRef('r.lieu_id', '=', 'c.lieu_id').onRef('r.id', '=', 'c.revision_id'),
        )
        .whereRef('c.lieu_id', '=', 'lieu.id')
        .where('r.etat', '=', 'ouverte')
        .where('c.decision', 'is', null)
        .where('c.en_ligne_le', 'is', null)
        .select((e) => e.fn.countAll<number>().as('n'))
        .as('en_attente'),
    ])
    .orderBy('structure.nom')
    .orderBy('lieu.nom')
    .limit(500)
    .execute();
}

/**
 * What the public address of a lieu leads to: its row where it is public or recently closed, where it went where it was
 * merged, undefined for everything else (hidden, incomplete, unknown), which answer alike.
 */
export async function findPublicFiche(
  db: Kysely<DB>,
  id: string,
): Promise<{ fiche: Fiche; fusionneDans: null } | { fiche: null; fusionneDans: string } | undefined> {
  const row = await selectFiche(db).select('lieu.fusionne_dans').where('lieu.id', '=', id).executeTakeFirst();
  if (!row) return undefined;
  const { fusionne_dans: fusionneDans, ...fiche } = row;
  if (row.statut === 'fusionne') return fusionneDans === null ? undefined : { fiche: null, fusionneDans };
  return isPublic(row) || row.statut === 'ferme' ? { fiche, fusionneDans: null } : undefined;
}

/** The dated openings of a lieu from a local day on (AAAA-MM-JJ): what `joinStored` puts together with its stored hours. */
export async function findStoredOpenings(
  db: Kysely<DB>,
  { lieuId, from }: { lieuId: string; from: string },
): Promise<{ jour: string; intervalles: Json }[]> {
  return db
    .selectFrom('ouverture_datee')
    .select(['jour', 'intervalles'])
    .where('lieu_id', '=', lieuId)
    .where('jour', '>=', from)
    .orderBy('jour')
    .limit(400)
    .execute();
}

/** The same for each permanence, by its id, beside `permanences_lues`. Those whose week says everything are not in it. */
export async function findStoredPermanences(
  db: Kysely<DB>,
  { lieuId, from }: { lieuId: string; from: string },
): Promise<Map<string, { jour: string; intervalles: Json }[]>> {
  const rows = await db
    .selectFrom('permanence_datee')
    .select(['permanence_id', 'jour', 'intervalles'])
    .where('lieu_id', '=', lieuId)
    .where('jour', '>=', from)
    .orderBy('jour')
    .execute();
  const byId = new Map<string, { jour: string; intervalles: Json }[]>();
  for (const { permanence_id, ...day } of rows) byId.set(permanence_id, [...(byId.get(permanence_id) ?? []), day]);
  return byId;
}
