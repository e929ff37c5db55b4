import { type Kysely, sql } from 'kysely';
import type { AdresseAGeocoder, Geocodage } from '#app/domain/geocodage.ts';
import type { DB } from './types.ts';

/** An address that could not be asked for is asked again a day later, then two, four, eight: after that it needs a person. */
const MAX_ESSAIS = 5;

/** What was asked for a lieu, for its answer to count as long as its address stays. */
export interface AdresseDemandee extends AdresseAGeocoder {
  /** As `adresse_geocodee` writes it. */
  demandee: string;
}

/** Lieux without coordinates whose address nobody has looked for yet, or for which the geocoder failed; by id, at most `limit`. */
export async function listAdressesAGeocoder(
  db: Kysely<DB>,
  { now, limit }: { now: Date; limit: number },
): Promise<AdresseDemandee[]> {
  const demandee = sql<string>`adresse_geocodee(lieu.adresse, lieu.code_postal, lieu.commune)`;
  return db
    .selectFrom('lieu')
    .leftJoin('geocodage', (join) =>
      join.onRef('geocodage.lieu_id', '=', 'lieu.id').on((eb) => eb('geocodage.adresse', '=', demandee)),
    )
    .select(['lieu.id', 'lieu.adresse', 'lieu.code_postal', 'lieu.code_insee', 'lieu.commune', 'lieu.departement'])
    .select(demandee.as('demandee'))
    .where('lieu.statut', '=', 'actif')
    .where('lieu.latitude', 'is', null)
    .where('lieu.adresse', 'is not', null)
    .where('lieu.commune', 'is not', null)
    .where('lieu.demo', '=', false)
    .where((eb) =>
      eb.or([
        eb('geocodage.lieu_id', 'is', null),
        eb.and([
          eb('geocodage.etat', '=', 'erreur'),
          eb('geocodage.essais', '<', MAX_ESSAIS),
          eb(
            'geocodage.demande_le',
            '<',
            sql<Date>`${now}::timestamptz - interval '1 day' * power(2, geocodage.essais - 1)`,
          ),
        ]),
      ]),
    )
    .orderBy('lieu.id')
    .limit(limit)
    .$narrowType<{ adresse: string; commune: string }>()
    .execute();
}

/** Keeps what the geocoder answered, one answer for each address. A lieu that has gone meanwhile is passed over. */
export async function upsertGeocodages(
  db: Kysely<DB>,
  { adresses, geocodages, now }: { adresses: readonly AdresseDemandee[]; geocodages: readonly Geocodage[]; now: Date },
): Promise<void> {
  const rows = adresses.map(({ id, demandee }, index) => ({
    lieu_id: id,
    adresse: demandee,
    ...(geocodages[index] ?? { etat: 'erreur' }),
  }));
  await sql`INSERT INTO geocodage (lieu_id, adresse, etat, precision, score, libelle, latitude, longitude, demande_le)
    SELECT r.lieu_id, r.adresse, r.etat, r.precision, r.score, r.libelle, r.latitude, r.longitude, ${now}
    FROM json_populate_recordset(NULL::geocodage, ${JSON.stringify(rows)}::json) AS r
    JOIN lieu ON lieu.id = r.lieu_id
    ON CONFLICT (lieu_id) DO UPDATE SET
      adresse = excluded.adresse, etat = excluded.etat, precision = excluded.precision, score = excluded.score,
      libelle = excluded.libelle, latitude = excluded.latitude, longitude = excluded.longitude,
      essais = CASE WHEN geocodage.adresse = excluded.adresse THEN geocodage.essais + 1 ELSE 1 END,
      demande_le = excluded.demande_le`.execute(db);
}

/** Where the address of a lieu without coordinates was found, in degrees; undefined where it was not, or is another one now. */
export async function findPositionGeocodee(db: Kysely<DB>, lieuId: string) {
  return db
    .selectFrom('geocodage')
    .innerJoin('lieu', 'lieu.id', 'geocodage.lieu_id')
    .select(['geocodage.latitude', 'geocodage.longitude', 'geocodage.precision', 'geocodage.score'])
    .where('lieu.id', '=', lieuId)
    .where('lieu.latitude', 'is', null)
    .where('geocodage.precision', 'is not', null)
    .where('geocodage.adresse', '=', sql<string>`adresse_geocodee(lieu.adresse, lieu.code_postal, lieu.commune)`)
    .$narrowType<{ latitude: number; longitude: number; precision: 'exacte' | 'approchee'; score: number }>()
    .executeTakeFirst();
}
