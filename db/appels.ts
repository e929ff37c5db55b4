import { type ExpressionBuilder, type Kysely, sql, type Transaction } from 'kysely';
import { type AppelFilters, type Issue, JOINTES, JOURS_SANS_RAPPEL } from '#app/domain/appels.ts';
import type { ChampDeLieu } from '#app/domain/champ-de-lieu.ts';
import { sameValue } from '#app/domain/moderation.ts';
import type { Roles } from '#app/domain/permissions.ts';
import { type Fiche, valuesOf } from './fiches.ts';
import { insertJournal } from './journal.ts';
import { applyChanges, baselinesOf, provenanceOf, type Writing } from './lieu-changes.ts';
import { lacks, lieuxDuTerritoire, manquesColumn, poidsColumn } from './territoire-lieux.ts';
import { inTerritoire } from './territoires.ts';
import type { DB } from './types.ts';

/** A place in the sheet: its order at one lieu. */
export interface RepereAppel {
  rang: number;
  recherche: string;
  id: string;
}

interface SheetOptions {
  roles: Roles;
  filters: AppelFilters;
  /** AAAA-MM-JJ in Paris. */
  today: string;
  now: Date;
}

/**
 * The lieux that nobody keeps and that lack something, those that lack most first; whoever did not answer today comes last. Not in
 * it: those reached in the last JOURS_SANS_RAPPEL days, and those whose closure is reported already. `plus`: there are others.
 */
export async function listAAppeler(
  db: Kysely<DB>,
  { apres, ...options }: SheetOptions & { apres: RepereAppel | null },
) {
  const { filters, today } = options;
  const ranked = sheet(db, options)
    .where((eb) => (filters.numero === 'avec' ? callable(eb) : eb.not(callable(eb))))
    .select((eb) => [
      'lieu.id',
      'lieu.version',
      'lieu.recherche',
      'lieu.nom',
      'lieu.adresse',
      'lieu.complement_adresse',
      'lieu.code_postal',
      'lieu.commune',
      'lieu.telephone',
      'lieu.courriels',
      'lieu.site_web',
      'lieu.horaires',
      'lieu.horaires_intervalles',
      'lieu.permanences',
      'lieu.permanences_lues',
      'lieu.services',
      'lieu.date_maj',
      'lieu.manquants',
      manquesColumn(eb, today).as('manques'),
      sql<number>`CASE WHEN ${calledInVain(eb, today)} THEN 1000 ELSE 0 END - ${poidsColumn(eb, today)}`.as('rang'),
    ]);
  let query = db
    .with('feuille', () => ranked)
    .selectFrom('feuille')
    .selectAll()
    .orderBy('rang')
    .orderBy('recherche')
    .orderBy('id')
    .limit(filters.taille + 1);
  if (apres)
    query = query.where(sql<boolean>`(rang, recherche, id) > (${apres.rang}::int, ${apres.recherche}, ${apres.id})`);
  const rows = await query.execute();
  return { lieux: rows.slice(0, filters.taille), plus: rows.length > filters.taille };
}

/** How many lieux of the sheet each département has, by its code, whichever one is looked at. */
export async function countAAppelerByDepartement(db: Kysely<DB>, { filters, ...options }: SheetOptions) {
  return sheet(db, { ...options, filters: { ...filters, departement: null } })
    .where('lieu.departement', 'is not', null)
    .select((eb) => ['lieu.departement as code', eb.fn.countAll<number>().as('n')])
    .groupBy('lieu.departement')
    .orderBy('lieu.departement')
    .$narrowType<{ code: string }>()
    .execute();
}

/** How many lieux of the sheet can be called, and how many have no number that works. */
export async function countAAppeler(db: Kysely<DB>, options: SheetOptions): Promise<{ avec: number; sans: number }> {
  return sheet(db, options)
    .select((eb) => [
      sql<number>`count(*) FILTER (WHERE ${callable(eb)})`.as('avec'),
      sql<number>`count(*) FILTER (WHERE NOT ${callable(eb)})`.as('sans'),
    ])
    .executeTakeFirstOrThrow();
}

/** The last calls of each of these lieux, newest first, at most three of each. */
export async function listDerniersAppels(db: Kysely<DB>, lieux: readonly string[]) {
  if (lieux.length === 0) return [];
  return db
    .selectFrom(sql<{ lieu: string }>`unnest(${lieux}::text[])`.as<'l'>(sql`l(lieu)`))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('appel')
          .leftJoin('utilisateur', 'utilisateur.id', 'appel.auteur_id')
          .whereRef('appel.lieu_id', '=', 'l.lieu')
          .select(['appel.id', 'appel.lieu_id', 'appel.le', 'appel.issue'])
          .select(['utilisateur.nom as auteur_nom', 'utilisateur.courriel as auteur'])
          .orderBy('appel.id', 'desc')
          .limit(3)
          .as('a'),
      (join) => join.onTrue(),
    )
    .select(['a.id', 'a.lieu_id', 'a.le', 'a.issue', 'a.auteur_nom', 'a.auteur'])
    .orderBy('a.id', 'desc')
    .execute();
}

export const APPELS_PAGE = 50;

/** Calls of the territory, newest first, from below a number of call on; one more than APPELS_PAGE where there are others. */
export async function listAppels(db: Kysely<DB>, { roles, avant }: { roles: Roles; avant: number | null }) {
  let query = db
    .selectFrom('appel')
    .innerJoin('lieu', 'lieu.id', 'appel.lieu_id')
    .leftJoin('utilisateur', 'utilisateur.id', 'appel.auteur_id')
    .where((eb) => inTerritoire(eb, roles))
    .select(['appel.id', 'appel.lieu_id', 'appel.le', 'appel.issue', 'lieu.nom', 'lieu.commune'])
    .select(['utilisateur.nom as auteur_nom', 'utilisateur.courriel as auteur'])
    .orderBy('appel.id', 'desc')
    .limit(APPELS_PAGE + 1);
  if (avant !== null) query = query.where('appel.id', '<', avant);
  return query.execute();
}

/** Whether someone has noted this very outcome for a lieu since an instant: a form that was sent twice. */
export async function isAppelNoted(
  trx: Transaction<DB>,
  { lieuId, auteurId, issue, since }: { lieuId: string; auteurId: string; issue: Issue; since: Date },
): Promise<boolean> {
  const newest = await trx
    .selectFrom('appel')
    .select(['auteur_id', 'issue', 'le'])
    .where('lieu_id', '=', lieuId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return newest?.auteur_id === auteurId && newest.issue === issue && newest.le >= since;
}

/** Keeps a call to a lieu with who made it, also in the journal of the lieu. */
export async function insertAppel(
  trx: Transaction<DB>,
  { fiche, auteurId, issue, now }: { fiche: Fiche; auteurId: string; issue: Issue; now: Date },
): Promise<void> {
  const { id: lieuId, telephone } = fiche;
  await trx.insertInto('appel').values({ lieu_id: lieuId, le: now, auteur_id: auteurId, issue, telephone }).execute();
  const line = { lieuId, now, acteurId: auteurId, action: 'appel', revisionId: null };
  await insertJournal(trx, { ...line, detail: { issue, telephone } });
}

/** What the sheet reads out, and what « tout est juste » is said of. */
const LUS: readonly ChampDeLieu[] = [
  'adresse',
  'code_postal',
  'commune',
  'telephone',
  'courriels',
  'horaires',
  'permanences',
  'services',
];

/**
 * Records that somebody of the lieu found right what it says today: dated like a change of those values to themselves, and
 * no file replaces them any more. What the lieu does not say is not confirmed.
 */
export async function confirmFiche(
  trx: Transaction<DB>,
  {
    fiche,
    source,
    auteurId,
    writing,
  }: { fiche: Fiche; source: 'membre' | 'moderation'; auteurId: string; writing: Writing },
): Promise<void> {
  const values = valuesOf(fiche);
  const provenance = provenanceOf({ source, auteur: auteurId, confirme_le: writing.now }, writing.now);
  const changes = LUS.filter((field) => !sameValue(values[field], null) && !isEmpty(values[field])).map((field) => ({
    field,
    before: values[field],
    after: values[field],
    provenance,
  }));
  await applyChanges(trx, { fiche, changes, confirmedAt: writing.now, baselines: baselinesOf(fiche), writing });
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function sheet(db: Kysely<DB>, { roles, filters: { manque, departement }, today, now }: SheetOptions) {
  const since = new Date(now.getTime() - JOURS_SANS_RAPPEL * 24 * 3600 * 1000);
  return lieuxDuTerritoire(db, roles)
    .where('lieu.structure_id', 'is', null)
    .$if(departement !== null, (query) => query.where('lieu.departement', '=', departement))
    .where((eb) => (manque === null ? eb(poidsColumn(eb, today), '>', 0) : lacks(eb, manque, today)))
    .where((eb) =>
      eb.not(
        eb.exists(
          appelsOf(eb)
            .where('appel.issue', 'in', [...JOINTES])
            .where('appel.le', '>', since),
        ),
      ),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('signalement as s')
            .select('s.id')
            .whereRef('s.lieu_id', '=', 'lieu.id')
            .where('s.etat', '=', 'ouvert')
            .where('s.motif', '=', 'ferme'),
        ),
      ),
    );
}

/** Whether a lieu has a number that has not proved wrong. */
function callable(eb: ExpressionBuilder<DB, 'lieu'>) {
  const wrong = appelsOf(eb)
    .where('appel.issue', '=', 'numero_faux')
    .whereRef('appel.telephone', '=', 'lieu.telephone');
  return eb.and([eb('lieu.telephone', 'is not', null), eb.not(eb.exists(wrong))]);
}

function calledInVain(eb: ExpressionBuilder<DB, 'lieu'>, today: string) {
  const midnight = sql<Date>`(${today}::date)::timestamp AT TIME ZONE 'Europe/Paris'`;
  return eb.exists(appelsOf(eb).where('appel.issue', '=', 'sans_reponse').where('appel.le', '>=', midnight));
}

function appelsOf(eb: ExpressionBuilder<DB, 'lieu'>) {
  return eb.selectFrom('appel').select('appel.id').whereRef('appel.lieu_id', '=', 'lieu.id');
}
