import { sql, type Transaction } from 'kysely';
import { isEmpty, type Lieu } from '#app/domain/lieu.ts';
import { sameValue } from '#app/domain/moderation.ts';
import type { Droit, LieuPlace } from '#app/domain/permissions.ts';
import { FIELDS, type FieldName, isFieldName } from '#app/domain/standard.ts';
import { normalizeText } from '#app/domain/territoire.ts';
import { FIELD_COLUMNS } from './fiches.ts';
import type { ImportedLieu } from './imports.ts';
import type { DB, Json } from './types.ts';

/** A lieu as the database has it. */
export interface StoredLieu {
  /** The published id. */
  id: string;
  version: number;
  place: LieuPlace;
  lieu: Lieu;
  /** Taking an import back hid it, as that did once: a file that has it brings it back. */
  cache: boolean;
  statut: string;
  /** The public sees it. */
  publie: boolean;
  /** Fields whose value a person confirmed. */
  confirmes: ReadonlySet<FieldName>;
}

/** How a row is compared. */
export interface Lecture {
  /** Fields that no column of the file gives. */
  absents: ReadonlySet<FieldName>;
  /** Every value stays, and is proposed. */
  proposer: boolean;
}

/** What a row of a file would change in the lieu that it is about. */
export interface Difference {
  ligne: ImportedLieu;
  stored: StoredLieu;
  /** Fields that take the file's value. */
  changes: FieldName[];
  /** Fields that keep a confirmed value, though the file says otherwise. */
  protegees: FieldName[];
  /** Of the changes, those that leave the field empty. */
  vides: FieldName[];
  /** It is hidden and comes back. */
  revient: boolean;
  /** The lieu once changed, under its published id. */
  after: Lieu;
}

/** What permissions look at. */
export const PLACE_COLUMNS = [
  'lieu.id',
  'lieu.structure_id',
  'lieu.departement',
  'lieu.region',
  'lieu.epci',
  'lieu.code_insee',
  'lieu.code_postal',
] as const;

/** The lieux of these keys (source, id of the file) by `JSON.stringify([origine, id])`. */
export async function listStored(
  trx: Transaction<DB>,
  { keys, lock }: { keys: readonly { origine: string; lieu: Pick<Lieu, 'id'> }[]; lock: boolean },
): Promise<Map<string, StoredLieu>> {
  const pairs = JSON.stringify(keys.map(({ origine, lieu }) => ({ origine, id_origine: lieu.id })));
  let query = trx
    .selectFrom('lieu')
    .select(FIELD_COLUMNS)
    .select(['lieu.origine', 'lieu.id_origine', 'lieu.version', 'lieu.provenance', 'lieu.statut', 'lieu.manquants'])
    .select(PLACE_COLUMNS)
    .select(
      sql<boolean>`lieu.statut = 'masque' AND EXISTS (SELECT FROM import_changement AS c JOIN import_lot AS l ON l.id = c.lot_id
        WHERE c.lieu_id = lieu.id AND c.avant IS NULL AND l.etat = 'annule')`.as('cache'),
    )
    .where(
      sql<boolean>`(lieu.origine, lieu.id_origine) IN (
        SELECT origine, id_origine FROM json_to_recordset(${pairs}::json) AS k(origine text, id_origine text))`,
    )
    // Locks are taken in one order, whoever else takes them.
    .orderBy('lieu.id');
  if (lock) query = query.forUpdate('lieu');
  const rows = await query.execute();
  return new Map(
    rows.map(
      ({
        origine,
        id_origine,
        version,
        provenance,
        statut,
        manquants,
        cache,
        structure_id,
        departement,
        region,
        epci,
        ...lieu
      }) => [
        JSON.stringify([origine, id_origine]),
        {
          id: lieu.id,
          version,
          lieu,
          cache,
          statut,
          publie: statut === 'actif' && manquants.length === 0,
          place: {
            structure_id,
            departement,
            region,
            epci,
            code_insee: lieu.code_insee,
            code_postal: lieu.code_postal,
          },
          confirmes: confirmedFields(provenance),
        },
      ],
    ),
  );
}

/**
 * What changes where a file says `ligne` of a lieu. A confirmed value stays, and with one the date of the lieu never goes
 * back: the file does not know what was confirmed since. A field that no column gives, or whose cell cannot be read, says
 * nothing: only an empty cell empties.
 */
export function compareWithStored(ligne: ImportedLieu, stored: StoredLieu, { absents, proposer }: Lecture): Difference {
  const { lieu: current, confirmes } = stored;
  const changes: FieldName[] = [];
  const protegees: FieldName[] = [];
  const moved = !proposer && isElsewhere(ligne.lieu, current, confirmes);
  for (const { name } of FIELDS) {
    if (name === 'id' || ligne.lieu[name] === current[name] || sameValue(ligne.lieu[name], current[name])) continue;
    const muet = absents.has(name) || ligne.ecartes.includes(name);
    if (muet && isEmpty(ligne.lieu[name]) && !(moved && OF_COMMUNE.has(name))) continue;
    if (proposer && name === 'date_maj') continue;
    if (proposer || confirmes.has(name)) protegees.push(name);
    else if (name !== 'date_maj' || confirmes.size === 0 || isLater(ligne.lieu.date_maj, current.date_maj))
      changes.push(name);
  }
  const after: Lieu = { ...current, ...Object.fromEntries(changes.map((name) => [name, ligne.lieu[name]])) };
  const vides = changes.filter((name) => isEmpty(after[name]));
  return { ligne, stored, changes, protegees, vides, revient: stored.cache && !proposer, after };
}

/** Whether the public does not see the lieu, whatever a file says of it: it is closed, merged into another or hidden. */
export function isOffline({ stored, revient }: Difference): boolean {
  return stored.statut !== 'actif' && !revient;
}

/**
 * What a file newly says of lieux that were merged into others, against those that stayed: it is proposed to them, never
 * written, for they have a source of their own.
 */
export async function followMerged(
  trx: Transaction<DB>,
  { differences, droit }: { differences: readonly Difference[]; droit(place: LieuPlace): Droit },
): Promise<Difference[]> {
  const merged = differences.filter(({ stored }) => stored.statut === 'fusionne');
  if (merged.length === 0) return [];
  const { rows } = await sql<{ depuis: string; origine: string; id_origine: string }>`
    WITH RECURSIVE suite AS (
      SELECT id AS depuis, fusionne_dans AS vers, 1 AS pas FROM lieu WHERE id = ANY(${merged.map(({ stored }) => stored.id)}::text[])
      UNION ALL SELECT suite.depuis, l.fusionne_dans, pas + 1
      FROM suite JOIN lieu AS l ON l.id = suite.vers AND l.statut = 'fusionne' WHERE pas < 20
    ) SELECT suite.depuis, garde.origine, garde.id_origine
    FROM suite JOIN lieu AS garde ON garde.id = suite.vers AND garde.statut = 'actif'`.execute(trx);
  const keys = rows.map(({ origine, id_origine }) => ({ origine, lieu: { id: id_origine } }));
  // Without a lock: what is proposed is compared again by whoever decides it, and locks are taken in one order.
  const kept = await listStored(trx, { keys, lock: false });
  const keptOf = new Map(
    rows.map(({ depuis, origine, id_origine }) => [depuis, kept.get(JSON.stringify([origine, id_origine]))]),
  );
  return merged.flatMap(({ ligne, stored: gone, changes }) => {
    const stored = keptOf.get(gone.id);
    if (!stored || droit(stored.place) === 'refuser') return [];
    const protegees = changes.filter(
      (name) =>
        !OF_ITS_SOURCE.has(name) && !isEmpty(ligne.lieu[name]) && !sameValue(ligne.lieu[name], stored.lieu[name]),
    );
    return [{ ligne, stored, changes: [], protegees, vides: [], revient: false, after: stored.lieu }];
  });
}

/** Whether anything of the lieu would be written. */
export function isWritten({ changes, revient }: Difference): boolean {
  return revient || changes.length > 0;
}

/** What a file says of itself, not of the lieu. */
const OF_ITS_SOURCE: ReadonlySet<FieldName> = new Set(['date_maj', 'source']);

/** What was known of a lieu in its former commune is wrong in another. */
const OF_COMMUNE: ReadonlySet<FieldName> = new Set(['code_insee', 'latitude', 'longitude']);

/** Whether a file moves a lieu to another commune: what a person confirmed of its place moves nowhere. */
function isElsewhere(said: Lieu, current: Lieu, confirmes: ReadonlySet<FieldName>): boolean {
  const differs = (name: 'code_insee' | 'code_postal' | 'commune') =>
    !confirmes.has(name) &&
    said[name] !== null &&
    current[name] !== null &&
    normalizeText(said[name]) !== normalizeText(current[name]);
  return said.code_insee === null ? differs('code_postal') || differs('commune') : differs('code_insee');
}

function isLater(day: string | null, than: string | null): boolean {
  return day !== null && (than === null || day > than);
}

/** The fields of `lieu.provenance` that say when a person confirmed them. */
export function confirmedFields(provenance: Json): Set<FieldName> {
  const fields = new Set<FieldName>();
  if (typeof provenance !== 'object' || provenance === null || Array.isArray(provenance)) return fields;
  for (const [name, entry] of Object.entries(provenance)) {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) continue;
    if (entry.confirme_le && isFieldName(name)) fields.add(name);
  }
  return fields;
}
