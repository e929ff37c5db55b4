import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { readChampValue } from '#app/domain/champ-de-lieu.ts';
import type { Decision } from '#app/domain/decisions.ts';
import { type Lieu, lieuFrom } from '#app/domain/lieu.ts';
import type { ModerationMode, Values } from '#app/domain/moderation.ts';
import { readStoredPermanences } from '#app/domain/permanences.ts';
import type { Roles } from '#app/domain/permissions.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { lieuColumns } from '#db/lieux.ts';
import { decideRevision, listRevisionFields, submitRevision } from '#db/revisions.ts';
import type { DB } from '#db/types.ts';

/** Monday 1 June 2026, 10:00 in Paris. */
export const NOW = new Date('2026-06-01T08:00:00Z');
export const DAY = 24 * 3600 * 1000;

export const communes = loadCommunes();

/** How a change of that day is written. */
export function writingAt(now: Date = NOW) {
  return { now, today: now.toISOString().slice(0, 10), communes };
}

/** An account, with the roles asked for. */
export async function createPerson(
  db: Kysely<DB>,
  { departements, territoires }: { departements?: string[] | null; territoires?: string[] } = {},
): Promise<Roles> {
  const utilisateurId = randomUUID();
  await db
    .insertInto('utilisateur')
    .values({ id: utilisateurId, courriel: `${utilisateurId}@exemple.fr` })
    .execute();
  if (departements !== undefined) {
    await db.insertInto('moderateur').values({ utilisateur_id: utilisateurId, departements }).execute();
  }
  if (territoires) await db.insertInto('animateur').values({ utilisateur_id: utilisateurId, territoires }).execute();
  return {
    utilisateurId,
    membreDe: [],
    moderation: departements === undefined ? null : { departements },
    animation: null,
  };
}

export interface TestLieu {
  lieuId: string;
  structureId: number;
  auteurId: string;
}

const BORDEAUX: Partial<Lieu> = {
  nom: 'Médiathèque Garonne',
  commune: 'Bordeaux',
  code_postal: '33000',
  code_insee: '33063',
  adresse: '12 Rue des Écoles',
  latitude: 44.84,
  longitude: -0.58,
  telephone: '+33556000000',
  site_web: ['https://garonne.exemple.fr/accueil'],
  services: ['Aider aux démarches administratives'],
  horaires: 'Mo-Fr 09:00-12:00',
};

/** A lieu of a new structure with an accepted member; its id holds what real ids hold. */
export async function createLieu(db: Kysely<DB>, values: Partial<Lieu> = {}): Promise<TestLieu> {
  const { utilisateurId: auteurId } = await createPerson(db);
  const { id: structureId } = await db
    .insertInto('structure')
    .values({ nom: 'Réseau d’essai' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('membre')
    .values({ structure_id: structureId, utilisateur_id: auteurId, accepte_le: NOW })
    .execute();
  const lieuId = `essai/${randomUUID()} é`;
  const { columns } = lieuColumns(lieuFrom({ ...BORDEAUX, ...values, id: lieuId }), writingAt());
  await db
    .insertInto('lieu')
    .values({ ...columns, origine: 'essai', id_origine: lieuId, structure_id: structureId })
    .execute();
  return { lieuId, structureId, auteurId };
}

/** The whole row of a lieu. */
export async function readLieu(db: Kysely<DB>, lieuId: string) {
  return db.selectFrom('lieu').selectAll().where('id', '=', lieuId).executeTakeFirstOrThrow();
}

/** Someone of the structure changes fields of a lieu, seeing its values of the moment unless `base` says otherwise. */
export async function submit(
  db: Kysely<DB>,
  lieu: TestLieu,
  values: Values,
  options: {
    base?: Values;
    verified?: boolean;
    moderator?: boolean;
    auteurId?: string;
    mode?: ModerationMode;
    at?: Date;
  } = {},
) {
  const { verified = true, moderator = false, auteurId = lieu.auteurId, mode = 'mixte', at = NOW } = options;
  const row = await readLieu(db, lieu.lieuId);
  return db.transaction().execute((trx) =>
    submitRevision(trx, {
      lieuId: lieu.lieuId,
      section: 'coordonnees',
      base: options.base ?? { ...lieuFrom(row), permanences: readStoredPermanences(row.permanences) },
      values,
      auteur: { id: auteurId, verified, moderator },
      mode,
      writing: writingAt(at),
    }),
  );
}

/** A moderator decides every open field alike, or as said by field, seeing the lieu's values of the moment. */
export async function decide(
  db: Kysely<DB>,
  { lieuId, revisionId, by }: { lieuId: string; revisionId: number | null; by: Roles },
  how: Decision['decision'] | Partial<Record<string, Decision['decision']>>,
  options: { at?: Date; motif?: string } = {},
) {
  if (revisionId === null) throw new Error('nothing to decide');
  const { at = new Date(NOW.getTime() + DAY), motif = 'Nous n’avons pas pu le vérifier.' } = options;
  const current = await readLieu(db, lieuId);
  const fields = await listRevisionFields(db, { lieuId, revisionId });
  const decisions = fields.flatMap(({ field, decision }): Decision[] => {
    const chosen = typeof how === 'string' ? how : how[field];
    if (decision !== null || chosen === undefined) return [];
    return [
      {
        field,
        decision: chosen,
        motif: chosen === 'refusee' ? motif : null,
        seen: readChampValue(field, current[field]),
      },
    ];
  });
  return db
    .transaction()
    .execute((trx) =>
      decideRevision(trx, { lieuId, revisionId, decisions, moderateurId: by.utilisateurId, writing: writingAt(at) }),
    );
}

/** The fields of a revision by name: what became of each. */
export async function fieldsOf(db: Kysely<DB>, lieuId: string, revisionId: number | null) {
  const fields = await listRevisionFields(db, { lieuId, revisionId: revisionId ?? -1 });
  return Object.fromEntries(fields.map((field) => [field.field, field]));
}
