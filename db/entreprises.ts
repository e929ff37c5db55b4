import { type Kysely, sql, type Transaction } from 'kysely';
import type { EtatDeSiret } from '#app/domain/entreprises.ts';
import type { DB } from './types.ts';

/** How far the nightly look at the register of companies is. */
export interface RechercheEntreprises {
  /** The last night (AAAA-MM-JJ) that was gone through to its end. */
  nuit: string | null;
  /** Nobody asks the service before. */
  reprise_le: Date | null;
  /** How often it has failed in a row. */
  echecs: number;
}

/** The last look; undefined where there was none. */
export async function findRechercheEntreprises(db: Kysely<DB>): Promise<RechercheEntreprises | undefined> {
  return db.selectFrom('siret_recherche').select(['nuit', 'reprise_le', 'echecs']).executeTakeFirst();
}

/** Keeps how far the look is. */
export async function upsertRechercheEntreprises(
  db: Kysely<DB>,
  values: Partial<RechercheEntreprises> & { erreur: string | null },
): Promise<void> {
  await db
    .insertInto('siret_recherche')
    .values(values)
    .onConflict((conflict) => conflict.column('seule').doUpdateSet(values))
    .execute();
}

/** SIRETs of lieux that are there which nobody has asked for since `depuis`, those asked longest ago first; at most `limit`. */
export async function listSiretsAVerifier(
  db: Kysely<DB>,
  { depuis, limit }: { depuis: Date; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ siret: string }>`SELECT l.pivot AS siret
    FROM (SELECT DISTINCT pivot FROM lieu
      WHERE statut = 'actif' AND NOT demo AND pivot ~ '^[0-9]{14}$' AND pivot <> '00000000000000') AS l
    LEFT JOIN siret_verifie AS s ON s.siret = l.pivot
    WHERE s.essaye_le IS NULL OR s.essaye_le < ${depuis}
    ORDER BY s.essaye_le NULLS FIRST, l.pivot LIMIT ${limit}`.execute(db);
  return rows.map(({ siret }) => siret);
}

/**
 * Keeps what the register says of a SIRET. Closed, each lieu that has it is a task, once: what a person has answered is not asked
 * again. Not closed, the tasks that it had opened close by themselves. How many tasks were opened.
 */
export async function recordSiret(
  trx: Transaction<DB>,
  { siret, etat, date_fermeture, now }: EtatDeSiret & { siret: string; now: Date },
): Promise<number> {
  const values = { etat, date_fermeture, verifie_le: now, essaye_le: now };
  await trx
    .insertInto('siret_verifie')
    .values({ siret, ...values })
    .onConflict((conflict) => conflict.column('siret').doUpdateSet(values))
    .execute();
  if (etat !== 'ferme') {
    await closeByThemselves(trx, now).where('objet', '=', siret).execute();
    return 0;
  }
  const opened = await sql`INSERT INTO tache (genre, lieu_id, objet, detail, ouverte_le)
    SELECT 'siret_ferme', id, ${siret}, jsonb_build_object('date', ${date_fermeture}::text), ${now}
    FROM lieu
    WHERE pivot = ${siret} AND statut = 'actif' AND NOT demo AND NOT EXISTS (SELECT FROM tache AS t
      WHERE t.genre = 'siret_ferme' AND t.lieu_id = lieu.id AND t.objet = ${siret} AND t.issue IS DISTINCT FROM 'sans_objet')
    ORDER BY id`.execute(trx);
  return Number(opened.numAffectedRows ?? 0);
}

/** A SIRET was asked for, and no answer could be read: what was known of it stays. */
export async function recordSiretSansReponse(
  db: Kysely<DB>,
  { siret, now }: { siret: string; now: Date },
): Promise<void> {
  await db
    .insertInto('siret_verifie')
    .values({ siret, essaye_le: now })
    .onConflict((conflict) => conflict.column('siret').doUpdateSet({ essaye_le: now }))
    .execute();
}

/** Closes the tasks of lieux that are no more, or have another SIRET now. */
export async function closeOutdatedSirets(db: Kysely<DB>, now: Date): Promise<void> {
  await closeByThemselves(db, now)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('lieu')
            .select('lieu.id')
            .whereRef('lieu.id', '=', 'tache.lieu_id')
            .whereRef('lieu.pivot', '=', 'tache.objet')
            .where('lieu.statut', '=', 'actif'),
        ),
      ),
    )
    .execute();
}

function closeByThemselves(db: Kysely<DB>, now: Date) {
  return db
    .updateTable('tache')
    .set({ fermee_le: now, issue: 'sans_objet' })
    .where('genre', '=', 'siret_ferme')
    .where('fermee_le', 'is', null);
}
